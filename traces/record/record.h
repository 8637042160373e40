/*
 * Recorders: traces from machines and processes that run.
 *
 * No contents of pages are stored, only hashes under a key. A recording with a key that nobody
 * knows says no more than which of its pages are equal; recordings with one key can be compared
 * with each other.
 */
#ifndef TR_RECORD_H
#define TR_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"
#include "traces/page_key.h"

/* What was recorded. */
struct record_done {
    double seconds; /* of the guest or of the process */
    uint64_t windows, touches, contents;
};

/* A guest of Debian's kernel and busybox, all in memory, under QEMU: every page that its processor
 * touches and what its pages hold (guest.c). Two recordings with equal options are the same bytes.
 */
struct record_guest_options {
    const char *out;      /* the trace */
    const char *workload; /* a name of record_guest_workloads() */
    uint64_t seed;
    uint32_t memory_mb;
    double seconds;  /* of the guest's time, from power-on */
    double window_s; /* length of the trace's windows */
    struct tr_page_key key;
    const double *snapshot_s; /* at these times all memory is looked at; rising */
    uint32_t snapshots;
    const char *folder; /* traces/record/guest of the project */
    const char *plugin; /* the shared object that QEMU loads */
    bool quiet;
};
/* Ends early, with a whole trace, when *stop becomes true. SIM_USAGE names missing packages and the
 * line that installs them. */
int record_guest(const struct record_guest_options *options, const volatile bool *stop,
                 struct record_done *done, struct sim_error *error);

/* A live process: at every period what its pages hold, which came and went, and, where the kernel
 * tells, which were written (process.c). The trace is of a process: its pages are numbered anew. */
struct record_process_options {
    const char *out;
    int pid;
    double seconds, every_s; /* of the wall clock; the process may end earlier */
    struct tr_page_key key;
    bool quiet;
};
/* `*done` is kept up to date while it runs. `*note`: NULL, or what the kernel did not tell, for the
 * user. Errors of permission are SIM_USAGE and say what would help. */
int record_process(const struct record_process_options *options, const volatile bool *stop,
                   struct record_done *done, const char **note, struct sim_error *error);

#endif
