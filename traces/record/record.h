/*
 * Recorders: they make traces of machines and processes while these run.
 *
 * A recorder stores hashes of pages under a key (traces/page_key.h), never their contents. If
 * nobody knows the key, the recording says only which of its pages are equal. Recordings with the
 * same key can be compared with each other.
 */
#ifndef TR_RECORD_H
#define TR_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"
#include "traces/page_key.h"

/* How much was recorded. */
struct record_done {
    double seconds; /* of the guest's time, or of the wall clock for a process */
    uint64_t windows, touches, contents;
};

/* Records a guest under QEMU: which pages its processor touches and what they hold (guest.c). The
 * guest consists of Debian's kernel and busybox and has no disk. Recordings with equal options are
 * equal, byte for byte. */
struct record_guest_options {
    const char *out;      /* the trace */
    const char *workload; /* a name of record_guest_workloads() */
    uint64_t seed;
    uint32_t memory_mb;
    double seconds;  /* of the guest's time, from power-on */
    double window_s; /* length of the trace's windows */
    struct tr_page_key key;
    const double *snapshot_s; /* at these times, which rise, all memory is read */
    uint32_t snapshots;
    const char *folder; /* the project's folder traces/record/guest */
    const char *plugin; /* the shared object that QEMU loads */
    bool quiet;
};
/* When *stop becomes true, the recording ends early with a complete trace. SIM_USAGE if packages
 * are missing; the message has the command that installs them. */
int record_guest(const struct record_guest_options *options, const volatile bool *stop,
                 struct record_done *done, struct sim_error *error);

/* Records a live process (process.c): in each period what its pages hold, which pages came and
 * went, and which were written if the kernel can tell. Pages are numbered in the order in which
 * they were first seen (TR_SPACE_PROCESS). */
struct record_process_options {
    const char *out;
    int pid;
    double seconds, every_s; /* of the wall clock; the process may end earlier */
    struct tr_page_key key;
    bool quiet;
};
/* *done is kept up to date during the recording. *note is NULL, or tells the user what the kernel
 * does not reveal. A lack of permission is SIM_USAGE; the message says what would help. */
int record_process(const struct record_process_options *options, const volatile bool *stop,
                   struct record_done *done, const char **note, struct sim_error *error);

#endif
