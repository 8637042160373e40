/*
 * Refault distance. The hazard is a set of pages that is used again and again, each time just after
 * the inactive list has lost it: it would never become active, however long it goes on.
 */
#include "models/guest/workingset.h"

#include "models/guest/place.h"
#include "models/guest/state.h"

/* A shadow: the flag of the place, was it in the working set, the age. */
#define AGE_BITS 27u
#define AGE_MASK ((UINT32_C(1) << AGE_BITS) - 1)
#define WAS_IN   (UINT32_C(1) << AGE_BITS)
#define IO_WEIGHT                                                                                  \
    32u /* a page of I/O costs as much as so many rotations (Linux 6.2, "mm: vmscan: make          \
           rotations a secondary factor in balancing anon vs file") */

_Static_assert(WAS_IN < PLACE_SWAPPED, "a shadow has room below the flags of a place");

uint32_t guest_workingset_evict(struct guest *guest, uint32_t ppn)
{
    if (guest->config.ignores_refaults)
        return 0;
    uint32_t shadow = PLACE_SHADOW | (guest->workingset.age & AGE_MASK);
    guest->workingset.age++;
    return guest->pages.mark[ppn] & PAGE_WORKINGSET ? shadow | WAS_IN : shadow;
}

void guest_workingset_activated(struct guest *guest)
{
    guest->workingset.age++;
}

/* What could have made room for a page of this kind: all lists but its own inactive one. Pages of
 * processes only where they can be paged out. */
static uint32_t challenged_pages(const struct guest *guest, enum lru_kind kind)
{
    const uint32_t *count = guest->pages.count;
    uint32_t pages = count[PAGE_ACTIVE];
    if (kind != LRU_FILES)
        pages += count[PAGE_INACTIVE];
    if (guest->slots.used < guest->slots.total) {
        pages += count[PAGE_ACTIVE_ANON];
        if (kind == LRU_FILES)
            pages += count[PAGE_INACTIVE_ANON];
    }
    return pages;
}

bool guest_workingset_refault(struct guest *guest, uint32_t place, uint32_t ppn, uint32_t shadow)
{
    struct workingset *set = &guest->workingset;
    enum lru_kind kind = guest_lru_kind(place);
    uint32_t distance = (set->age - shadow) & AGE_MASK;
    guest->count.refault_pages++;
    if (distance > challenged_pages(guest, kind))
        return false;
    set->refaults[kind]++;
    set->age++;
    if (shadow & WAS_IN) {
        guest->pages.mark[ppn] |= PAGE_WORKINGSET;
        guest_workingset_cost(guest, kind, 1, 0);
    }
    return true;
}

/* Old costs fade: all are halved when they exceed a quarter of the pages. */
void guest_workingset_cost(struct guest *guest, enum lru_kind kind, uint32_t io, uint32_t rotated)
{
    uint64_t *cost = guest->workingset.io_cost;
    const uint32_t *count = guest->pages.count;
    uint64_t pages = (uint64_t)count[PAGE_ACTIVE] + count[PAGE_INACTIVE] + count[PAGE_ACTIVE_ANON] +
                     count[PAGE_INACTIVE_ANON];
    cost[kind] += (uint64_t)io * IO_WEIGHT + rotated;
    if (cost[LRU_FILES] + cost[LRU_PROCESSES] <= pages / 4)
        return;
    cost[LRU_FILES] /= 2;
    cost[LRU_PROCESSES] /= 2;
}

void guest_workingset_balanced(struct guest *guest)
{
    for (int kind = 0; kind < LRU_KINDS; kind++)
        guest->workingset.balanced[kind] = guest->workingset.refaults[kind];
}
