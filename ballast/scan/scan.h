/*
 * How much sharing would save: memory images of several VMs at one moment, run through the sharing
 * code of the policy library itself. The machine has memory enough for all of them, every page is
 * offered for sharing once, in order of address, and what the library then says is the answer.
 *
 * Real bytes are hashed with XXH3 and compared in full on every match; of page hashes, equal ones
 * are taken to be equal pages.
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

/* Pages. shared: their content occurs at least twice; reclaimed: shared, less one copy of each such
 * content; zero_reclaimed: of these, through the page of zeroes; self_reclaimed: what each VM would
 * reclaim alone; inter_reclaimed: the rest. */
struct scan_counts {
    uint64_t total_pages, zero_pages, distinct_pages, shared_pages, reclaimed_pages;
    uint64_t zero_reclaimed_pages, self_reclaimed_pages, inter_reclaimed_pages;
};

struct scan_result {
    uint32_t vms;
    struct scan_counts together;
    struct scan_counts *alone; /* each VM by itself, so that nothing is inter-VM */
    /* By VM and VM: on the diagonal what the VM reclaims alone, elsewhere the contents that both
     * have, which is what sharing between the two would reclaim. */
    uint64_t *common;
    uint8_t **shareable;     /* of each VM a bit for each page: shared with any other page */
    uint64_t false_matches;  /* equal hashes of different bytes */
    uint64_t metadata_bytes; /* what the library and the scan kept */
};

/* All snapshots are of one kind (scan_check_kinds()). The result does not depend on `threads`. */
int scan_run(struct tr_snapshot *const *snapshots, uint32_t vms, uint32_t threads,
             struct scan_result *result, struct sim_error *error);
void scan_result_fini(struct scan_result *result);

static inline uint64_t *scan_common(const struct scan_result *result, uint32_t vm, uint32_t other)
{
    return &result->common[(size_t)vm * result->vms + other];
}

/* Refuses what cannot be compared: bytes and hashes, hashes of other lengths or keys, other pages.
 */
int scan_check_kinds(struct tr_snapshot *const *snapshots, uint32_t count, struct sim_error *error);

/* How many pairs of different pages are expected to have equal hashes of 32 bits. */
double scan_false_pairs(uint64_t distinct_pages);

/* ---- One VM over time (scan_time.c) ------------------------------------------------------ */

/* From one moment to a later one: pages in both; of these, those whose content differs; those that
 * were shareable before, and of these the ones with the same content that are still shareable. */
struct scan_change {
    uint64_t pages, changed_pages, shareable_pages, surviving_pages;
};
/* `before` and `after` are the VM's bits of `shareable` at the two moments. */
void scan_change_add(struct scan_change *change, const struct tr_snapshot *from,
                     const uint8_t *before, const struct tr_snapshot *to, const uint8_t *after);

#endif
