/*
 * A hash table with linear probing, which doubles when it is half full.
 *
 * The hazard is a file that was made so that all its keys fall into the same slot. So the slot of a
 * key depends on random numbers. The page numbers do not: they follow the order of the keys.
 */
#include "traces/page_map.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>

#include "traces/tr.h"

enum { SLOTS_AT_FIRST = 1024, HUGE_BYTES = 1 << 21 };

static uint64_t hash_of(const struct tr_page_map *map, uint64_t key)
{
    /* Both halves of a product, folded: each bit of the key reaches the low bits. */
    unsigned __int128 product = (unsigned __int128)(key ^ map->seed) * map->multiplier;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t place(const struct tr_page_map *map, uint64_t key)
{
    return hash_of(map, key) & map->mask;
}

/* Allocates zeroed slots, in huge pages if the system has them: lookups go all over the table. */
static struct tr_page_map_slot *new_slots(uint64_t slots)
{
    const uintptr_t page = 4096;
    struct tr_page_map_slot *table = calloc(slots, sizeof *table);
    uintptr_t begin = ((uintptr_t)table + page - 1) & ~(page - 1);

    if (table && slots * sizeof *table > HUGE_BYTES)
        madvise((void *)begin, slots * sizeof *table - (begin - (uintptr_t)table), MADV_HUGEPAGE);
    return table;
}

static int grow(struct tr_page_map *map, uint64_t slots, struct sim_error *error)
{
    struct tr_page_map old = *map;

    map->slots = new_slots(slots);
    if (!map->slots) {
        map->slots = old.slots;
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory for a table of %" PRIu32 " pages",
                             map->path, map->pages);
    }
    map->mask = slots - 1;
    for (uint64_t i = 0; old.slots && i <= old.mask; i++) {
        if (old.slots[i].page == 0)
            continue;
        uint64_t at = place(map, old.slots[i].key);
        while (map->slots[at].page != 0)
            at = (at + 1) & map->mask;
        map->slots[at] = old.slots[i];
    }
    free(old.slots);
    return SIM_OK;
}

int tr_page_map_init(struct tr_page_map *map, const char *path, struct sim_error *error)
{
    uint64_t random[2];

    *map = (struct tr_page_map){.path = path};
    if (getrandom(random, sizeof random, 0) != sizeof random)
        return sim_error_set(error, SIM_SYSTEM, "%s: the system gives no random number", path);
    map->seed = random[0];
    map->multiplier = random[1] | 1;
    return grow(map, SLOTS_AT_FIRST, error);
}

void tr_page_map_fini(struct tr_page_map *map)
{
    free(map->slots);
    map->slots = NULL;
}

static inline int find(struct tr_page_map *map, uint64_t key, uint64_t hash, uint32_t *ppn,
                       struct sim_error *error)
{
    uint64_t at = hash & map->mask;

    for (; map->slots[at].page != 0; at = (at + 1) & map->mask) {
        if (map->slots[at].key == key) {
            *ppn = map->slots[at].page - 1;
            return SIM_OK;
        }
    }
    if (map->pages == TR_PAGES_MOST)
        return sim_error_set(error, SIM_BAD_DATA, "%s: expected at most 2^30 distinct pages",
                             map->path);
    *ppn = map->pages++;
    map->slots[at] = (struct tr_page_map_slot){key, map->pages};
    /* At most half of the slots are used, so that runs of used slots stay short. */
    return map->pages > map->mask / 2 ? grow(map, 2 * (map->mask + 1), error) : SIM_OK;
}

int tr_page_map_find(struct tr_page_map *map, uint64_t key, uint32_t *ppn, struct sim_error *error)
{
    return find(map, key, hash_of(map, key), ppn, error);
}

bool tr_page_map_has(const struct tr_page_map *map, uint64_t key)
{
    uint64_t at = place(map, key);

    while (map->slots[at].page != 0 && map->slots[at].key != key)
        at = (at + 1) & map->mask;
    return map->slots[at].page != 0;
}

int tr_page_map_find_all(struct tr_page_map *map, const uint64_t *keys, uint32_t count,
                         uint32_t *ppn, struct sim_error *error)
{
    uint64_t hashes[TR_PAGE_MAP_AT_ONCE];
    int status = SIM_OK;

    for (uint32_t i = 0; i < count; i++) {
        hashes[i] = hash_of(map, keys[i]);
        __builtin_prefetch(&map->slots[hashes[i] & map->mask]);
    }
    for (uint32_t i = 0; i < count && status == SIM_OK; i++)
        status = find(map, keys[i], hashes[i], &ppn[i], error);
    return status;
}

void tr_page_map_prefetch(const struct tr_page_map *map, uint64_t key)
{
    __builtin_prefetch(&map->slots[place(map, key)]);
}
