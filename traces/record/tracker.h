/*
 * From touches of pages to the windows of a native trace: what a recorder of a whole machine keeps
 * between the accesses that it sees and the file.
 *
 * It is linked into a shared object that runs inside an emulator, so it uses the trace writer and
 * nothing else of the project.
 */
#ifndef TR_RECORD_TRACKER_H
#define TR_RECORD_TRACKER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"
#include "traces/page_key.h"
#include "traces/tr.h"

struct record_tracker_config {
    const char *path;   /* of the trace */
    const char *source; /* for its header */
    const char *clock;
    uint32_t pages; /* of 4096 bytes, full of zeroes at first */
    uint64_t window_ns;
    struct tr_page_key key;
    /* Pages written by devices and by the walker of page tables are found by a look at all memory
     * after so many windows; 0: only at the end and when asked for. */
    uint32_t sweep_windows;
};

/* Members are the tracker's own, but for record_touch(). */
struct record_tracker {
    struct record_tracker_config config;
    struct tr_writer *writer;
    const uint8_t *ram; /* set by the recorder as soon as it knows: one page after the other */
    uint8_t *access;    /* of each page in this window, enum tr_access or-ed */
    uint64_t *hash;     /* of each page at its last look */
    uint64_t zero_hash;
    uint64_t window_end_ns, last_ns;
    uint64_t windows, touches, contents;
    uint32_t since_sweep;
};

int record_tracker_open(struct record_tracker *tracker, const struct record_tracker_config *config,
                        struct sim_error *error);

/* The hot path: one access of the processor. Pages beyond memory do not count. */
static inline void record_touch(struct record_tracker *tracker, uint64_t ppn, uint8_t access)
{
    if (ppn < tracker->config.pages)
        tracker->access[ppn] |= access;
}

/* Time goes on to `now_ns`; a window that has ended is written. */
int record_tracker_time(struct record_tracker *tracker, uint64_t now_ns, struct sim_error *error);
/* Ends the window now and looks at all memory, so that the trace is a whole snapshot at this time.
 */
int record_tracker_snapshot(struct record_tracker *tracker, uint64_t now_ns, const char *mark,
                            struct sim_error *error);
/* A last snapshot, and the end of the file. Frees in any case. */
int record_tracker_close(struct record_tracker *tracker, uint64_t now_ns, struct sim_error *error);

#endif
