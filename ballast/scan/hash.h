/*
 * The hashes of all pages of several snapshots, in order. Several threads compute them ahead of the
 * thread that asks for them. For scan.c alone.
 */
#ifndef SCAN_HASH_H
#define SCAN_HASH_H

#include "traces/images/snapshot.h"

#define SCAN_CHUNK_PAGES 64u /* as many as the policy library hashes at once */

/* Pages of one VM, in order of address. */
struct scan_chunk {
    uint32_t vm, first, pages; /* `first` is an index in the snapshot */
    uint32_t zero_pages;
    uint64_t hashes[SCAN_CHUNK_PAGES];
    uint8_t *bytes; /* of its pages; NULL: of an image of hashes */
};

struct scan_hasher;
/* NULL where there is no memory, or a thread cannot be started. With `threads` 1 the caller does
 * all the work. */
struct scan_hasher *scan_hasher_new(struct tr_snapshot *const *snapshots, uint32_t vms,
                                    uint32_t threads);
/* The next chunk, good until the next call; NULL after the last. */
const struct scan_chunk *scan_hasher_next(struct scan_hasher *hasher);
void scan_hasher_free(struct scan_hasher *hasher); /* accepts NULL */

#endif
