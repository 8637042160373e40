/*
 * A hash table with linear probing, which grows when three quarters of it are full. What costs most
 * while it grows is memory that was never touched before. So a small table grows by four: then all
 * tables together are a third larger than the last one, not twice as large.
 *
 * The place of a key is the highest bits of its hash. So a table that grows is read and written
 * from the start to the end.
 *
 * The hazard is a file that was made so that all its keys fall into the same slot. So the slot of a
 * key depends on random numbers. The page numbers do not: they follow the order of the keys.
 */
#include "traces/page_map.h"

#include <inttypes.h>
#include <sys/random.h>

#include "sim/reserve.h"
#include "traces/tr.h"

enum { SLOTS_AT_FIRST = 1 << 14, HUGE_BYTES = 1 << 21 };

/* A table of 64 MB and more doubles. Our choice. */
enum { SLOTS_LARGE = 1 << 22 };

static uint32_t hash_of(const struct tr_page_map *map, uint64_t key)
{
    /* Both halves of a product, folded: each bit of the key reaches the high bits. */
    unsigned __int128 product = (unsigned __int128)(key ^ map->seed) * map->multiplier;

    return (uint32_t)(((uint64_t)product ^ (uint64_t)(product >> 64)) >> 32);
}

static size_t slots_bytes(uint64_t slots)
{
    return slots * sizeof(struct tr_page_map_slot);
}

static struct tr_page_map_slot *new_slots(uint64_t slots)
{
    size_t bytes = slots_bytes(slots);
    return bytes < HUGE_BYTES ? sim_reserve(bytes) : sim_reserve_huge(bytes);
}

/* Puts a page where its search will end. */
static void put(struct tr_page_map *map, struct tr_page_map_slot slot)
{
    uint64_t at = slot.hash >> map->shift;

    while (map->slots[at].page != 0)
        at = (at + 1) & map->mask;
    map->slots[at] = slot;
}

static int grow(struct tr_page_map *map, uint64_t slots, struct sim_error *error)
{
    const struct tr_page_map old = *map;
    struct tr_page_map_slot *empty = new_slots(slots);

    if (!empty)
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory for a table of %" PRIu32 " pages",
                             map->path, map->pages);
    map->slots = empty;
    map->mask = slots - 1;
    map->shift = 32 - (uint32_t)__builtin_ctzll(slots);
    if (!old.slots)
        return SIM_OK;
    for (uint64_t i = 0; i <= old.mask; i++) {
        if (old.slots[i].page != 0)
            put(map, old.slots[i]);
    }
    sim_release(old.slots, slots_bytes(old.mask + 1));
    return SIM_OK;
}

/* Runs of used slots stay short where some are free. */
static int grow_more(struct tr_page_map *map, struct sim_error *error)
{
    uint64_t slots = map->mask + 1;

    return grow(map, slots * (slots < SLOTS_LARGE ? 4 : 2), error);
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
    sim_release(map->slots, slots_bytes(map->mask + 1));
    map->slots = NULL;
}

static inline int find(struct tr_page_map *map, uint64_t key, uint32_t hash, uint32_t *ppn,
                       struct sim_error *error)
{
    uint64_t at = hash >> map->shift;

    for (; map->slots[at].page != 0; at = (at + 1) & map->mask) {
        uint32_t page = map->slots[at].page - 1;
        if (map->slots[at].key == key) {
            *ppn = page;
            return SIM_OK;
        }
    }
    if (map->pages == TR_PAGES_MOST)
        return sim_error_set(error, SIM_BAD_DATA, "%s: expected at most 2^30 distinct pages",
                             map->path);
    *ppn = map->pages++;
    map->slots[at] = (struct tr_page_map_slot){key, map->pages, hash};
    return map->pages > map->mask / 4 * 3 ? grow_more(map, error) : SIM_OK;
}

int tr_page_map_find(struct tr_page_map *map, uint64_t key, uint32_t *ppn, struct sim_error *error)
{
    return find(map, key, hash_of(map, key), ppn, error);
}

bool tr_page_map_has(const struct tr_page_map *map, uint64_t key)
{
    uint64_t at = hash_of(map, key) >> map->shift;

    while (map->slots[at].page != 0 && map->slots[at].key != key)
        at = (at + 1) & map->mask;
    return map->slots[at].page != 0;
}

int tr_page_map_find_all(struct tr_page_map *map, const uint64_t *keys, uint32_t count,
                         uint32_t *ppn, struct sim_error *error)
{
    uint32_t hashes[TR_PAGE_MAP_AT_ONCE];
    int status = SIM_OK;

    for (uint32_t i = 0; i < count; i++) {
        hashes[i] = hash_of(map, keys[i]);
        __builtin_prefetch(&map->slots[hashes[i] >> map->shift]);
    }
    for (uint32_t i = 0; i < count && status == SIM_OK; i++)
        status = find(map, keys[i], hashes[i], &ppn[i], error);
    return status;
}

void tr_page_map_prefetch(const struct tr_page_map *map, uint64_t key)
{
    __builtin_prefetch(&map->slots[hash_of(map, key) >> map->shift]);
}
