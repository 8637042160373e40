/*
 * Gives dense page numbers to sparse 64-bit keys (addresses, object numbers), in the order in which
 * the keys are first seen. Memory: 16 bytes for each slot, and at most 6 slots for each distinct
 * key, or 256 KB; at most 3 from 2 million keys on. Internal to this folder and its rooms.
 */
#ifndef TR_PAGE_MAP_H
#define TR_PAGE_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"

struct tr_page_map_slot {
    uint64_t key;
    uint32_t page; /* one more than the page number; 0: the slot is free */
    uint32_t hash; /* the high half of the key's */
};

struct tr_page_map {
    const char *path; /* of the file, for errors; stays the caller's */
    struct tr_page_map_slot *slots;
    uint64_t mask;             /* one less than the number of slots, a power of two */
    uint32_t shift;            /* a hash, shifted by it, is a place */
    uint32_t pages;            /* how many keys have a number */
    uint64_t seed, multiplier; /* random */
};

int tr_page_map_init(struct tr_page_map *map, const char *path, struct sim_error *error);
void tr_page_map_fini(struct tr_page_map *map); /* accepts a zeroed one */
/* Sets *ppn to the page number of the key, which gets the next one if it is new. SIM_BAD_DATA if
 * there are more than TR_PAGES_MOST keys. */
int tr_page_map_find(struct tr_page_map *map, uint64_t key, uint32_t *ppn, struct sim_error *error);
/* Does the key have a page number? */
bool tr_page_map_has(const struct tr_page_map *map, uint64_t key);
/* The same as tr_page_map_find() for several keys, at most TR_PAGE_MAP_AT_ONCE; faster, because
 * their slots are fetched together. */
#define TR_PAGE_MAP_AT_ONCE 128u
int tr_page_map_find_all(struct tr_page_map *map, const uint64_t *keys, uint32_t count,
                         uint32_t *ppn, struct sim_error *error);
/* Brings the slot that tr_page_map_find() will look at into the cache. For callers that know their
 * next keys. */
void tr_page_map_prefetch(const struct tr_page_map *map, uint64_t key);

#endif
