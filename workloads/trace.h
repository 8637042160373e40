/*
 * A recording (traces/), replayed in a guest. Its header says what its pages are. Those of a whole
 * machine are touched at the physical addresses of a bare guest. Those of a process are the memory
 * of one process in a guest OS. Blocks are those of one file in its page cache (trace.c).
 */
#ifndef WORKLOADS_TRACE_H
#define WORKLOADS_TRACE_H

#include "workloads/wl.h"

struct wl_trace_config {
    const char *file; /* native format */
    double speed;     /* recorded seconds per simulated second, above 0 */
    double shift_s;   /* where in the recording the replay begins, 0 or more */
    double loop_s;    /* behind its end it goes on from there; INFINITY: memory stays as it is */
    double private_share; /* of its pages, 0 to 1, whose contents no other page in any VM has */
};

/* The end of the recording in simulated time; SIM_NEVER if it goes on for ever. */
uint64_t wl_trace_end_ns(const struct wl *wl);

extern const struct wl_row wl_trace;

#endif
