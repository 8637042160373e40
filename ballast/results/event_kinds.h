/*
 * Kinds of rows of the table `event` that spoil a run: somebody who looks at its results must hear
 * of them. The other kinds are its ordinary course.
 */
#ifndef RESULTS_EVENT_KINDS_H
#define RESULTS_EVENT_KINDS_H

#include <stdint.h>

struct event_kind {
    const char *name;  /* as in the table */
    const char *title; /* as in a table of results: at most 10 letters */
    const char *words; /* what the VM did or suffered: "was refused" */
};

#define EVENT_KINDS 2u
extern const struct event_kind event_kinds[EVENT_KINDS];

/* NULL: it is of the ordinary course. */
const struct event_kind *event_kind_find(const char *name);

#endif
