/* A hash table with linear probing: see entry_set.h. It is at most half full. */
#include "sim/entry_set.h"

#include <assert.h>
#include <stdlib.h>

#include "sim/random.h"

#define FIRST_ROOM 64u

/* Where the search for an entry begins. */
static uint32_t home(const struct sim_entry_set *set, struct sim_entry entry)
{
    return (uint32_t)sim_mix64(entry.at_ns, entry.who) & (set->room - 1);
}

static uint32_t next(const struct sim_entry_set *set, uint32_t slot)
{
    return (slot + 1) & (set->room - 1);
}

void sim_entry_set_fini(struct sim_entry_set *set)
{
    free(set->slots);
    *set = (struct sim_entry_set){0};
}

static void put(struct sim_entry_set *set, struct sim_entry entry)
{
    uint32_t slot = home(set, entry);
    while (set->slots[slot].who != 0)
        slot = next(set, slot);
    set->slots[slot] = entry;
}

static void grow(struct sim_entry_set *set)
{
    struct sim_entry_set before = *set;
    set->room = before.room == 0 ? FIRST_ROOM : before.room * 2;
    assert(set->room > before.room);
    set->slots = calloc(set->room, sizeof *set->slots);
    assert(set->slots != NULL);
    for (uint32_t i = 0; i < before.room; i++) {
        if (before.slots[i].who != 0)
            put(set, before.slots[i]);
    }
    free(before.slots);
}

void sim_entry_set_add(struct sim_entry_set *set, struct sim_entry entry)
{
    if (set->count >= set->room / 2)
        grow(set);
    put(set, entry);
    set->count++;
}

/* Fills a free slot with an entry from behind it whose search would end there. */
static void close_gap(struct sim_entry_set *set, uint32_t gap)
{
    for (uint32_t slot = next(set, gap); set->slots[slot].who != 0; slot = next(set, slot)) {
        uint32_t from_home = (slot - home(set, set->slots[slot])) & (set->room - 1);
        uint32_t from_gap = (slot - gap) & (set->room - 1);
        if (from_home >= from_gap) {
            set->slots[gap] = set->slots[slot];
            gap = slot;
        }
    }
    set->slots[gap].who = 0;
}

bool sim_entry_set_remove(struct sim_entry_set *set, struct sim_entry entry)
{
    if (set->count == 0)
        return false;
    for (uint32_t slot = home(set, entry); set->slots[slot].who != 0; slot = next(set, slot)) {
        if (set->slots[slot].who == entry.who && set->slots[slot].at_ns == entry.at_ns) {
            close_gap(set, slot);
            set->count--;
            return true;
        }
    }
    return false;
}
