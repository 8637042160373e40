/*
 * What a key of the table `param` is: its unit, and where its value comes from.
 */
#ifndef PAGE_PARAMETER_H
#define PAGE_PARAMETER_H

#include <stdbool.h>

struct parameter {
    const char *unit;   /* "" where it has none */
    const char *source; /* what the key means, and the source of its preset */
};

/* From the rows of the configuration (ballast/config/rows.h). False for a key that no row
 * describes, such as an entry of a schedule. */
bool parameter_find(const char *key, struct parameter *parameter);

#endif
