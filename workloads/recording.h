/*
 * A recording as accesses in simulated time: what stands between a trace's windows and a guest.
 *
 * A recording says only that something happened between two moments. Each of its records is placed
 * at a random time in between, from a stream of the VM's own; those of one page keep their order.
 * One window at a time is in memory, however long the recording.
 */
#ifndef WL_RECORDING_H
#define WL_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"
#include "sim/random.h"
#include "traces/tr.h"

struct recording_config {
    const char *path;
    uint64_t start_ns;    /* simulated */
    double speed;         /* recorded seconds per simulated second, above 0 */
    double shift_s;       /* the replay begins so far into the recording; what changed before is its
                             first state */
    double loop_s;        /* behind the end it goes on from here; INFINITY: it ends */
    double private_share; /* of the pages, whose contents no other VM and no other page has */
    struct sim_random *random;
    uint64_t private_key; /* of the VM: which pages these are, and their contents */
};

struct recording_access {
    uint64_t at_ns;   /* simulated; not before that of the access before */
    uint64_t content; /* a guest's content id (TR_CONTENT) */
    uint32_t order;
    uint32_t ppn, pages; /* a range where the kind has one, otherwise 1 */
    enum tr_kind kind;   /* CONTENT, TOUCH, DEVICE or FREE; holes are in recording_is_hole() */
    bool write;
};

struct recording; /* opaque */

/* Reads the whole trace once: what is damaged is refused before a run begins. */
int recording_open(const struct recording_config *config, struct recording **out,
                   struct sim_error *error);
void recording_close(struct recording *recording); /* accepts NULL */
const struct tr_header *recording_header(const struct recording *recording);
/* The next access, good until the next call; NULL at the end. */
const struct recording_access *recording_next(struct recording *recording);
/* Of the first window, which is read by now if the first access is. */
bool recording_is_hole(const struct recording *recording, uint32_t ppn);
uint64_t recording_end_ns(const struct recording *recording); /* simulated; SIM_NEVER if it loops */

#endif
