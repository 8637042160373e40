/*
 * The hashes of all pages of several snapshots, in order, by several threads ahead of the one that
 * asks for them. For scan.c alone.
 */
#ifndef SCAN_HASH_H
#define SCAN_HASH_H

#include "traces/images/snapshot.h"

#define SCAN_CHUNK_PAGES 64u /* as many as the policy takes at once */

/* Pages of one VM that lie one after another in order of address. */
struct scan_chunk {
    uint32_t vm, first, pages; /* `first` by its index in the snapshot */
    uint32_t zero_pages;
    uint64_t hashes[SCAN_CHUNK_PAGES];
};

struct scan_hasher;
/* Answers NULL without memory, or without a thread. With one thread the caller does the work. */
struct scan_hasher *scan_hasher_new(struct tr_snapshot *const *snapshots, uint32_t vms,
                                    uint32_t threads);
/* The next chunk, good until the next call; NULL after the last. */
const struct scan_chunk *scan_hasher_next(struct scan_hasher *hasher);
void scan_hasher_free(struct scan_hasher *hasher); /* accepts NULL */

/* The hash of a page: of its bytes, or made of the recorded one. */
uint64_t scan_hash_page(const struct tr_extent *extent, uint32_t index);
uint64_t scan_zero_hash(bool of_bytes);

#endif
