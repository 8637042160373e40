/*
 * Reclaim as in Linux 2.4: inactive pages are freed from the old end, those referenced since the
 * last look become active again, active ones that are not referenced become inactive; dirty file
 * pages are written first, process pages go to the paging device.
 *
 * The hazard is a guest that never gets memory: a process that finds none waits for a device, and
 * is killed only if no device is at work and nothing can be reclaimed.
 */
#include <assert.h>

#include "models/guest/internal.h"

#define BATCH 32u /* 2.4 swap.h: SWAP_CLUSTER_MAX, pages freed at a time */

/* Moves pages from the active to the inactive list, until a third of both is inactive. */
static void refill(struct guest *guest, uint32_t scan)
{
    while (scan-- > 0 && 2 * guest->list_pages[PAGE_INACTIVE] < guest->list_pages[PAGE_ACTIVE]) {
        uint32_t ppn = guest_page_last(guest, PAGE_ACTIVE);
        uint32_t *entry = &guest->place[guest->page[ppn].owner];
        guest->used_ns += guest->cost.page_scan_ns;
        guest_page_remove(guest, ppn);
        guest_page_put(guest, ppn, *entry & PLACE_USED ? PAGE_ACTIVE : PAGE_INACTIVE);
        *entry &= ~PLACE_USED;
    }
}

/* The last inactive page: freed (true), or moved to where it belongs. */
static bool shrink_one(struct guest *guest)
{
    uint32_t ppn = guest_page_last(guest, PAGE_INACTIVE);
    struct page *page = &guest->page[ppn];
    uint32_t place = page->owner;
    guest->used_ns += guest->cost.page_scan_ns;
    if (!page->busy && !page->dirty && place < PLACE_FILES && !(guest->place[place] & PLACE_USED)) {
        guest_place_empty(guest, place);
        return true;
    }
    guest_page_remove(guest, ppn);
    if (page->busy) {
        guest_page_put(guest, ppn, PAGE_INACTIVE);
    } else if (guest->place[place] & PLACE_USED) {
        guest->place[place] &= ~PLACE_USED;
        guest_page_put(guest, ppn, PAGE_ACTIVE);
    } else if (place < PLACE_FILES) {
        guest_page_put(guest, ppn, PAGE_INACTIVE);
        guest_flush_write(guest, ppn);
    } else {
        guest_page_put(guest, ppn, guest_swap_out(guest, ppn) ? PAGE_INACTIVE : PAGE_ACTIVE);
    }
    return false;
}

static void shrink(struct guest *guest, uint32_t want, uint32_t scan)
{
    if (scan > guest->list_pages[PAGE_INACTIVE])
        scan = guest->list_pages[PAGE_INACTIVE];
    while (want > 0 && scan-- > 0 && !guest->hw->stalled)
        want -= shrink_one(guest);
    guest_swap_submit(guest);
}

/* Nothing is left but the reserve: looks at more and more pages, twice at all of them in the end.
 */
static void squeeze(struct guest *guest)
{
    for (uint32_t part = 64; part > 0; part /= 2) {
        uint32_t lists = guest->list_pages[PAGE_INACTIVE] + guest->list_pages[PAGE_ACTIVE];
        refill(guest, lists / part + BATCH);
        shrink(guest, BATCH, lists / part + BATCH);
        if (guest_page_free_count(guest) > guest->watermarks.least ||
            guest->requests_of[true] > 0 || guest->hw->stalled)
            return;
    }
}

uint32_t guest_reclaim_page(struct guest *guest, bool *zeroed)
{
    const struct watermarks *marks = &guest->watermarks;
    uint32_t free_pages = guest_page_free_count(guest);
    if (free_pages <= marks->low)
        guest->reclaiming = true;
    if (guest->reclaiming) {
        refill(guest, 2 * BATCH);
        shrink(guest, BATCH, 4 * BATCH);
        if (guest_page_free_count(guest) <= marks->least)
            squeeze(guest);
        free_pages = guest_page_free_count(guest);
        guest->reclaiming = free_pages < marks->high;
    }
    return free_pages > marks->least ? guest_page_take(guest, zeroed) : NONE;
}

enum step guest_reclaim_wait(struct guest *guest, struct process *process)
{
    if (guest->requests_of[false] + guest->requests_of[true] > 0) {
        guest_process_wait(guest, process, &guest->memory_waiters);
        return STEP_BLOCKED;
    }
    if (guest->hw->stalled)
        return STEP_MORE;
    if (process->program == &guest->system.program)
        return STEP_DONE; /* the system itself goes on without the page */
    guest->count.oom_kills++;
    guest_process_end(guest, process);
    return STEP_BLOCKED;
}
