/*
 * The lists of a Linux of today. The hazard is a stream of pages that are used once: it must pass
 * through the inactive list and leave the active one alone.
 *
 * Written from the kernel's documentation and the messages of its commits; README.md says what is
 * simpler here.
 */
#include "models/guest/lru.h"

#include "models/guest/flush.h"
#include "models/guest/place.h"
#include "models/guest/root.h"
#include "models/guest/state.h"
#include "models/guest/swap.h"

#define BATCH 32u /* Linux swap.h: SWAP_CLUSTER_MAX */

static const enum page_list inactive_list[LRU_KINDS] = {PAGE_INACTIVE, PAGE_INACTIVE_ANON};
static const enum page_list active_list[LRU_KINDS] = {PAGE_ACTIVE, PAGE_ACTIVE_ANON};

static uint32_t inactive_pages(const struct guest *guest, enum lru_kind kind)
{
    return guest->pages.count[inactive_list[kind]];
}

static uint32_t active_pages(const struct guest *guest, enum lru_kind kind)
{
    return guest->pages.count[active_list[kind]];
}

static void move(struct guest *guest, uint32_t ppn, enum page_list list)
{
    guest_page_remove(&guest->pages, ppn);
    guest_page_put(&guest->pages, ppn, list);
}

static void activate(struct guest *guest, uint32_t ppn, enum lru_kind kind)
{
    move(guest, ppn, active_list[kind]);
    guest_workingset_activated(guest);
}

void guest_lru_read(struct guest *guest, uint32_t place)
{
    uint32_t ppn = guest->place[place] & PLACE_NUMBER;
    uint8_t *mark = &guest->pages.mark[ppn];
    if ((*mark & PAGE_REFERENCED) && guest->pages.page[ppn].list == PAGE_INACTIVE) {
        *mark &= (uint8_t)~PAGE_REFERENCED;
        activate(guest, ppn, LRU_FILES);
    } else {
        *mark |= PAGE_REFERENCED;
    }
}

/* kernel-doc of Linux 2.6.31, calculate_zone_inactive_ratio(): 3 active pages to an inactive one at
 * 1 GB, 10 at 10 GB, 31 at 100 GB. Later versions take the size of the two lists (4.11). */
bool guest_lru_inactive_is_low(const struct guest *guest, enum lru_kind kind)
{
    uint64_t inactive = inactive_pages(guest, kind), active = active_pages(guest, kind);
    uint64_t gb = (inactive + active) * guest->page_bytes >> 30;
    return inactive * (gb > 0 ? guest_root(10 * gb) : 1) < active;
}

/* Moves active pages, the oldest first, to the inactive list, used or not: one more use there
 * brings a page back (Linux 2.6.28). */
static void deactivate(struct guest *guest, enum lru_kind kind, uint32_t pages)
{
    for (; pages > 0 && active_pages(guest, kind) > 0; pages--) {
        uint32_t ppn = guest_page_last(&guest->pages, active_list[kind]);
        guest->used_ns += guest->cost.page_scan_ns;
        move(guest, ppn, inactive_list[kind]);
        guest->pages.mark[ppn] |= PAGE_WORKINGSET;
        if (kind == LRU_PROCESSES)
            guest_place_unuse(guest, guest->pages.page[ppn].owner);
    }
}

/* Can the kind's pages leave? Those of processes need the paging device, and a request to it. */
static bool can_go(const struct guest *guest, enum lru_kind kind)
{
    if (kind == LRU_FILES)
        return true;
    if (guest->slots.used + guest->batch.count >= guest->slots.total)
        return false;
    return guest->config.swap_device == GUEST_SWAP_ZRAM ||
           guest_request_possible(&guest->requests, true);
}

/* Sends the last inactive pages to the head of their list as long as a device works on them, or
 * they must be written first and no request is free. Returns how many, at most `most`. */
static uint32_t pass_stuck(struct guest *guest, enum lru_kind kind, uint32_t most)
{
    bool can_write = guest_request_possible(&guest->requests, true);
    uint32_t last = guest_page_last(&guest->pages, inactive_list[kind]), passed = 0;
    while (passed < most) {
        const struct page *page = &guest->pages.page[last];
        if (!page->busy && (!page->dirty || can_write))
            break;
        last = page->prev;
        passed++;
    }
    guest->used_ns += passed * guest->cost.page_scan_ns;
    if (passed > 0 && passed < inactive_pages(guest, kind))
        guest_page_turn(&guest->pages, inactive_list[kind], last);
    return passed;
}

/* The last inactive page of a file. It was read once at most, and goes: at once if it is clean. */
static void shrink_file(struct guest *guest, uint32_t ppn, struct lru_round *round)
{
    uint32_t place = guest->pages.page[ppn].owner;
    if (guest->pages.page[ppn].dirty) {
        move(guest, ppn, PAGE_INACTIVE);
        guest_flush_write(guest, ppn);
        round->writing++;
        return;
    }
    uint32_t shadow = guest_workingset_evict(guest, ppn);
    guest_place_empty(guest, place);
    guest->place[place] = shadow;
    round->freed++;
}

/* The last inactive page of a process. Every page begins with one use, its first touch, so it takes
 * two looks to know (Linux 5.9: such pages begin inactive). False: it is in use. */
static bool shrink_process(struct guest *guest, uint32_t ppn, struct lru_round *round)
{
    uint32_t place = guest->pages.page[ppn].owner;
    uint8_t *mark = &guest->pages.mark[ppn];
    bool is_used = guest->place[place] & PLACE_USED, was_used = *mark & PAGE_REFERENCED;
    *mark &= (uint8_t)~PAGE_REFERENCED;
    if (is_used) {
        *mark |= PAGE_REFERENCED;
        guest_place_unuse(guest, place);
        if (was_used)
            activate(guest, ppn, LRU_PROCESSES);
        else
            move(guest, ppn, PAGE_INACTIVE_ANON);
        return false;
    }
    move(guest, ppn, PAGE_INACTIVE_ANON);
    round->writing += guest_swap_out(guest, ppn);
    return true;
}

static void shrink(struct guest *guest, enum lru_kind kind, uint32_t most, struct lru_round *round)
{
    uint32_t writing = round->writing, rotated = 0;
    while (most > 0 && !guest->hw->stalled && inactive_pages(guest, kind) > 0 &&
           can_go(guest, kind)) {
        uint32_t passed = pass_stuck(guest, kind, most);
        rotated += passed;
        round->writing += passed;
        most -= passed;
        round->looked_at += passed;
        if (passed > 0)
            continue;
        uint32_t ppn = guest_page_last(&guest->pages, inactive_list[kind]);
        guest->used_ns += guest->cost.page_scan_ns;
        round->looked_at++;
        most--;
        if (kind == LRU_FILES)
            shrink_file(guest, ppn, round);
        else
            rotated += !shrink_process(guest, ppn, round);
    }
    if (rotated > 0 || round->writing > writing)
        guest_workingset_cost(guest, kind, 0, rotated);
}

/* ---- Rounds ------------------------------------------------------------------------------ */

/* How much of each kind's part is looked at, in parts[] of `whole`. */
struct shares {
    uint64_t part[LRU_KINDS], whole;
};

/* A new working set is being established where pages come back: old active pages must prove
 * themselves then, too. */
static bool may_deactivate(const struct guest *guest, enum lru_kind kind)
{
    const struct workingset *set = &guest->workingset;
    return guest_lru_inactive_is_low(guest, kind) || set->refaults[kind] != set->balanced[kind];
}

/* The kind whose reclaim costs more is looked at less, but never for less than a third before
 * `swappiness` counts (Linux 5.8, "mm: balance LRU lists based on relative thrashing"). */
static struct shares shares_by_cost(const struct guest *guest)
{
    const uint64_t *cost = guest->workingset.io_cost;
    uint64_t total = cost[LRU_FILES] + cost[LRU_PROCESSES], swappiness = guest->config.swappiness;
    uint64_t files = (200 - swappiness) * (2 * total + 1) / (total + cost[LRU_FILES] + 1);
    uint64_t processes = swappiness * (2 * total + 1) / (total + cost[LRU_PROCESSES] + 1);
    return (struct shares){{files, processes}, files + processes};
}

static struct shares shares_of(const struct guest *guest, uint32_t priority)
{
    static const struct shares files_alone = {{1, 0}, 1}, processes_alone = {{0, 1}, 1};
    uint32_t files = inactive_pages(guest, LRU_FILES) + active_pages(guest, LRU_FILES);
    uint32_t free_pages = guest_page_free_count(&guest->pages);
    if (!can_go(guest, LRU_PROCESSES))
        return files_alone;
    if (priority == 0 && guest->config.swappiness > 0)
        return (struct shares){{1, 1}, 1};
    if (free_pages + files <= guest->watermarks.high && !may_deactivate(guest, LRU_PROCESSES) &&
        inactive_pages(guest, LRU_PROCESSES) >> priority > 0)
        return processes_alone; /* hardly any cache is left */
    if (!may_deactivate(guest, LRU_FILES) && inactive_pages(guest, LRU_FILES) >> priority > 0)
        return files_alone; /* plenty of cache that was used once */
    return shares_by_cost(guest);
}

/* The part of a list that a round looks at. At least a batch (our choice): small guests would page
 * out page by page. */
static uint64_t part_of(const struct guest *guest, uint32_t pages, uint32_t priority)
{
    uint32_t batch = guest_scaled_pages(&guest->config, BATCH), part = pages >> priority;
    if (part < batch)
        part = pages < batch ? pages : batch;
    return part;
}

void guest_lru_begin(const struct guest *guest, uint32_t priority, struct lru_round *round)
{
    struct shares shares = shares_of(guest, priority);
    *round = (struct lru_round){0};
    for (enum lru_kind kind = 0; kind < LRU_KINDS; kind++) {
        uint64_t inactive = part_of(guest, inactive_pages(guest, kind), priority);
        uint64_t active = part_of(guest, active_pages(guest, kind), priority);
        round->inactive[kind] = (uint32_t)(inactive * shares.part[kind] / shares.whole);
        if (may_deactivate(guest, kind))
            round->active[kind] = (uint32_t)(active * shares.part[kind] / shares.whole);
    }
}

static uint32_t take(const struct guest *guest, uint32_t *left)
{
    uint32_t batch = guest_scaled_pages(&guest->config, BATCH);
    uint32_t pages = *left < batch ? *left : batch;
    *left -= pages;
    return pages;
}

bool guest_lru_step(struct guest *guest, struct lru_round *round)
{
    uint32_t left = 0;
    for (enum lru_kind kind = 0; kind < LRU_KINDS; kind++) {
        deactivate(guest, kind, take(guest, &round->active[kind]));
        shrink(guest, kind, take(guest, &round->inactive[kind]), round);
        left += round->active[kind] + round->inactive[kind];
    }
    guest_swap_submit(guest);
    return left > 0;
}

/* Pages of processes are kept in balance even while only the cache gives. */
void guest_lru_end(struct guest *guest)
{
    if (guest->slots.total > 0 && guest_lru_inactive_is_low(guest, LRU_PROCESSES))
        deactivate(guest, LRU_PROCESSES, guest_scaled_pages(&guest->config, BATCH));
}
