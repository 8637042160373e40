/*
 * How much sharing would save. The memory images of several VMs at one moment go through the
 * sharing code of the policy library itself. The machine has memory enough for all of them. Every
 * page is offered for sharing, in order of address, and what the library has shared in the end is
 * the answer.
 *
 * Real bytes are hashed with XXH3 and compared in full where hashes are equal. Of images that are
 * page hashes, pages of equal hash are taken to be equal.
 */
#ifndef BALLAST_SCAN_H
#define BALLAST_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"
#include "traces/images/snapshot.h"

#define SCAN_VMS_MOST     256u /* our choice */
#define SCAN_THREADS_MOST 64u

struct scan_counts {
    uint64_t total_pages, zero_pages;
    uint64_t distinct_pages;        /* different contents */
    uint64_t shared_pages;          /* their content occurs twice or more */
    uint64_t reclaimed_pages;       /* shared, less one page of each such content */
    uint64_t zero_reclaimed_pages;  /* of these, through the page of zeroes */
    uint64_t self_reclaimed_pages;  /* what each VM would reclaim alone, added up */
    uint64_t inter_reclaimed_pages; /* the rest of what is reclaimed */
};

struct scan_result {
    uint32_t vms;
    struct scan_counts together;
    struct scan_counts *alone; /* each VM by itself: nothing of it is inter-VM */
    /* A matrix, VM by VM: see scan_common(). On the diagonal, what the VM reclaims alone; elsewhere
     * the number of contents that both VMs have, which is what sharing between them reclaims. */
    uint64_t *common;
    uint8_t **shareable;     /* for each VM one bit per page: it shares with another page */
    uint64_t false_matches;  /* pages of equal hash and different bytes */
    uint64_t metadata_bytes; /* of the tables of the library and of the scan */
};

/* One snapshot for each VM. All are of one kind: scan_check_kinds() has accepted them. The result
 * does not depend on `threads`. On failure too, scan_result_fini() ends the result. */
int scan_run(struct tr_snapshot *const *snapshots, uint32_t vms, uint32_t threads,
             struct scan_result *result, struct sim_error *error);
void scan_result_fini(struct scan_result *result);

static inline uint64_t *scan_common(const struct scan_result *result, uint32_t vm, uint32_t other)
{
    return &result->common[(size_t)vm * result->vms + other];
}

/* SIM_BAD_DATA where the snapshots cannot be compared: real bytes and hashes, hashes of different
 * length or key, pages of different size. */
int scan_check_kinds(struct tr_snapshot *const *snapshots, uint32_t count, struct sim_error *error);

/* How many pairs of different pages are expected to have equal hashes, where a hash has 32 bits. */
double scan_false_pairs(uint64_t distinct_pages);

/* ---- One VM over time (time.c) ----------------------------------------------------------- */

/* From one moment to a later one. */
struct scan_change {
    uint64_t pages;           /* in the images of both moments */
    uint64_t changed_pages;   /* of these, with a different content */
    uint64_t shareable_pages; /* of these, shared at the first moment */
    uint64_t surviving_pages; /* of the shareable, unchanged and shared at the second too */
};
/* `before` and `after` are the VM's bits of `shareable` at the two moments. */
void scan_change_add(struct scan_change *change, const struct tr_snapshot *from,
                     const uint8_t *before, const struct tr_snapshot *to, const uint8_t *after);

#endif
