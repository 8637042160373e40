/*
 * What the recorder and the plugin inside QEMU tell each other: one struct in shared memory. QEMU
 * inherits its file descriptor. The recorder fills the upper part before QEMU starts; the plugin
 * writes the lower part.
 */
#ifndef TR_RECORD_QEMU_SHARED_H
#define TR_RECORD_QEMU_SHARED_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"
#include "traces/page_key.h"

#define RECORD_RAM_NAME "ballast-guest"
#define RECORD_NS_PER_INSN                                                                         \
    8u /* icount's shift=3: a processor of 125 million instructions a second */
#define RECORD_SNAPSHOTS_MOST 64u

struct record_shared {
    char path[4096];
    char source[200];
    uint32_t pages;
    struct tr_page_key key;
    uint64_t window_ns, end_ns;
    uint32_t sweep_windows;
    uint32_t snapshots;
    uint64_t snapshot_ns[RECORD_SNAPSHOTS_MOST]; /* rising */

    volatile bool stop; /* the recorder asks for an early end with a complete file */

    volatile uint64_t now_ns; /* of the guest */
    volatile uint64_t windows, touched, contents;
    volatile bool done; /* the recording has ended, with this status and error: */
    int status;
    struct sim_error error;
};

#endif
