/*
 * Makes the windows of a native trace from single touches of pages, for a recorder of a whole
 * machine.
 *
 * The tracker is linked into a shared object that runs inside an emulator. So it uses the trace
 * writer and nothing else of the project.
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
    uint32_t pages; /* of 4096 bytes; full of zeroes at the start */
    uint64_t window_ns;
    struct tr_page_key key;
    /* Writes by devices and by the page-table walker are not touches. To find them, all memory is
     * read after so many windows; 0: only for snapshots and at the end. */
    uint32_t sweep_windows;
};

/* The members are private, except `ram`. */
struct record_tracker {
    struct record_tracker_config config;
    struct tr_writer *writer;
    const uint8_t *ram; /* the machine's memory; the recorder sets it as soon as it is known */
    uint8_t *access;    /* accesses of each page in this window, bits of enum tr_access */
    uint64_t *hash;     /* of each page when it was last read */
    uint64_t zero_hash;
    uint64_t window_end_ns, last_ns;
    uint64_t windows, touches, contents;
    uint32_t since_sweep;
};

int record_tracker_open(struct record_tracker *tracker, const struct record_tracker_config *config,
                        struct sim_error *error);

/* The hot path: one access by the processor. Pages beyond the machine's memory are ignored. */
static inline void record_touch(struct record_tracker *tracker, uint64_t ppn, uint8_t access)
{
    if (ppn < tracker->config.pages)
        tracker->access[ppn] |= access;
}

/* Moves the time on to `now_ns` and writes the window if it has ended. */
int record_tracker_time(struct record_tracker *tracker, uint64_t now_ns, struct sim_error *error);
/* Ends the window now, reads all memory and sets the mark `mark`. The trace then has the contents
 * of all pages at this time. */
int record_tracker_snapshot(struct record_tracker *tracker, uint64_t now_ns, const char *mark,
                            struct sim_error *error);
/* Takes a last snapshot and completes the file. Frees the tracker's memory in any case. */
int record_tracker_close(struct record_tracker *tracker, uint64_t now_ns, struct sim_error *error);

#endif
