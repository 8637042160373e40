/*
 * Sparse 64-bit keys (addresses, numbers of objects) become dense page numbers, in the order in
 * which they are first seen. Memory: 16 bytes per slot, at most 4 slots per distinct key.
 */
#ifndef TR_PAGE_MAP_H
#define TR_PAGE_MAP_H

#include <stdint.h>

#include "sim/error.h"

struct tr_page_map_slot {
    uint64_t key;
    uint32_t page; /* one more than the page number; 0: the slot is free */
};

struct tr_page_map {
    const char *path; /* the caller's: for errors */
    struct tr_page_map_slot *slots;
    uint64_t mask;             /* one less than the number of slots, a power of two */
    uint64_t seed, multiplier; /* random */
    uint32_t pages;            /* so far */
};

int tr_page_map_init(struct tr_page_map *map, const char *path, struct sim_error *error);
void tr_page_map_fini(struct tr_page_map *map); /* accepts one of zeroes */
/* The page number of this key. SIM_BAD_DATA: more keys than TR_PAGES_MOST. */
int tr_page_map_find(struct tr_page_map *map, uint64_t key, uint32_t *ppn, struct sim_error *error);
/* Fetches what tr_page_map_find() will look at: for many keys, one after the other. */
void tr_page_map_prefetch(const struct tr_page_map *map, uint64_t key);

#endif
