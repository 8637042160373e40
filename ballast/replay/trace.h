/*
 * A recording as the numbers of the pages that it touches, one after the other.
 *
 * Whatever is no touch is left out, and counted. A recording is read once, from the start to the
 * end; it can be held in memory, 4 bytes for each touch, and then be gone through again.
 */
#ifndef REPLAY_TRACE_H
#define REPLAY_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"
#include "traces/formats/source.h"

/* The most touches that are held: 8 GB. Our choice. */
#define REPLAY_HELD_MOST (UINT64_C(1) << 31)

struct replay_trace;

/* SIM_BAD_DATA for a recording without touches; else as tr_source_open(). */
int replay_trace_open(const char *path, const struct tr_source_options *options,
                      struct replay_trace **out, struct sim_error *error);
void replay_trace_close(struct replay_trace *trace); /* accepts NULL */

/* Reads all of the recording into memory. To be called before the first replay_trace_next(). */
int replay_trace_hold(struct replay_trace *trace, struct sim_error *error);
/* The touches that are held, in order; NULL where they are not. */
const uint32_t *replay_trace_held(const struct replay_trace *trace);

/* 1: *pages are the next *count touches, until the next call; 0: the end; -1. */
int replay_trace_next(struct replay_trace *trace, const uint32_t **pages, size_t *count,
                      struct sim_error *error);
/* Begins again. Only where the recording is held. */
void replay_trace_rewind(struct replay_trace *trace);

/* Page numbers are below this. */
uint32_t replay_trace_pages(const struct replay_trace *trace);
/* What was read so far: all of the recording at its end, or where it is held. */
struct replay_facts {
    uint64_t touches;
    uint32_t distinct; /* pages that were touched */
};
void replay_trace_facts(const struct replay_trace *trace, struct replay_facts *facts);

/* Bytes in a page; 0 where a page is an object of unknown size. */
uint32_t replay_trace_page_bytes(const struct replay_trace *trace);
const char *replay_trace_path(const struct replay_trace *trace);
const struct tr_source *replay_trace_source(const struct replay_trace *trace);
/* What is left out of the recording, and what its touches do not say: sentences for people.
 * Complete at its end. */
void replay_trace_notes(const struct replay_trace *trace, struct tr_notes *notes);

#endif
