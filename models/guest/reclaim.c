/*
 * Memory for whoever asks. An OS that keeps its lists apart has kswapd (kswapd.h). For the others:
 * reclaim as in Linux 2.4. Inactive pages are freed from the old end; those referenced since the
 * last look become active again; active pages that are not referenced become inactive. Dirty file
 * pages are written first, pages of processes go to the paging device.
 *
 * The hazard is a guest that never gets memory. A process that finds none waits for a device. It is
 * killed only if no device is at work and nothing can be reclaimed.
 */
#include "models/guest/reclaim.h"

#include <assert.h>

#include "models/guest/flush.h"
#include "models/guest/place.h"
#include "models/guest/state.h"
#include "models/guest/swap.h"

#define BATCH 32u /* 2.4 swap.h: SWAP_CLUSTER_MAX, pages freed at a time */

/* Moves pages from the active to the inactive list, until a third of all these pages is inactive.
 */
static void refill(struct guest *guest, uint32_t scan)
{
    while (scan-- > 0 && 2 * guest->pages.count[PAGE_INACTIVE] < guest->pages.count[PAGE_ACTIVE]) {
        uint32_t ppn = guest_page_last(&guest->pages, PAGE_ACTIVE);
        uint32_t place = guest->pages.page[ppn].owner;
        guest->used_ns += guest->cost.page_scan_ns;
        guest_page_remove(&guest->pages, ppn);
        guest_page_put(&guest->pages, ppn,
                       guest->place[place] & PLACE_USED ? PAGE_ACTIVE : PAGE_INACTIVE);
        guest_place_unuse(guest, place);
    }
}

/* Does the page stay on the inactive list as it is? A device works on it, or it must be written
 * first and no request is free. */
static bool is_stuck(const struct guest *guest, uint32_t ppn, bool can_write)
{
    const struct page *page = &guest->pages.page[ppn];
    if (page->busy)
        return true;
    return page->dirty && !can_write && !(guest->place[page->owner] & PLACE_USED);
}

/* Sends the last inactive pages to the head of their list, as long as they are stuck: under
 * pressure most of the list is. Returns how many, at most `scan`. */
static uint32_t pass_stuck(struct guest *guest, uint32_t scan)
{
    bool can_write = guest_request_possible(&guest->requests, true);
    uint32_t last = guest_page_last(&guest->pages, PAGE_INACTIVE), passed = 0;
    while (passed < scan && is_stuck(guest, last, can_write)) {
        last = guest->pages.page[last].prev;
        passed++;
    }
    guest->used_ns += passed * guest->cost.page_scan_ns;
    if (passed > 0 && passed < guest->pages.count[PAGE_INACTIVE])
        guest_page_turn(&guest->pages, PAGE_INACTIVE, last);
    return passed;
}

/* Frees the last inactive page, which is not stuck (true), or moves it to the list where it
 * belongs. */
static bool shrink_one(struct guest *guest)
{
    uint32_t ppn = guest_page_last(&guest->pages, PAGE_INACTIVE);
    struct page *page = &guest->pages.page[ppn];
    uint32_t place = page->owner;
    guest->used_ns += guest->cost.page_scan_ns;
    if (!page->dirty && place < PLACE_FILES && !(guest->place[place] & PLACE_USED)) {
        guest_place_empty(guest, place);
        return true;
    }
    guest_page_remove(&guest->pages, ppn);
    if (guest->place[place] & PLACE_USED) {
        guest_place_unuse(guest, place);
        guest_page_put(&guest->pages, ppn, PAGE_ACTIVE);
    } else if (place < PLACE_FILES) {
        guest_page_put(&guest->pages, ppn, PAGE_INACTIVE);
        guest_flush_write(guest, ppn);
    } else {
        guest_page_put(&guest->pages, ppn,
                       guest_swap_out(guest, ppn) ? PAGE_INACTIVE : PAGE_ACTIVE);
    }
    return false;
}

static void shrink(struct guest *guest, uint32_t want, uint32_t scan)
{
    if (scan > guest->pages.count[PAGE_INACTIVE])
        scan = guest->pages.count[PAGE_INACTIVE];
    while (want > 0 && scan > 0 && !guest->hw->stalled) {
        scan -= pass_stuck(guest, scan);
        if (scan == 0)
            break;
        want -= shrink_one(guest);
        scan--;
    }
    guest_swap_submit(guest);
}

/* Nothing is left but the reserve. Looks at more and more pages; in the end at all of them, twice.
 */
static void squeeze(struct guest *guest)
{
    uint32_t batch = guest_scaled_pages(&guest->config, BATCH);
    for (uint32_t part = 64; part > 0; part /= 2) {
        uint32_t lists = guest->pages.count[PAGE_INACTIVE] + guest->pages.count[PAGE_ACTIVE];
        refill(guest, lists / part + batch);
        shrink(guest, batch, lists / part + batch);
        if (guest_page_free_count(&guest->pages) > guest->watermarks.least ||
            guest->requests.under_way[true] > 0 || guest->hw->stalled)
            return;
    }
}

static void make_room(struct guest *guest)
{
    const struct watermarks *marks = &guest->watermarks;
    if (guest_page_free_count(&guest->pages) <= marks->low)
        guest->reclaiming = true;
    if (guest->reclaiming) {
        uint32_t batch = guest_scaled_pages(&guest->config, BATCH);
        refill(guest, 2 * batch);
        shrink(guest, batch, 4 * batch);
        if (guest_page_free_count(&guest->pages) <= marks->least)
            squeeze(guest);
        guest->reclaiming = guest_page_free_count(&guest->pages) < marks->high;
    }
}

uint32_t guest_reclaim_page(struct guest *guest, bool *zeroed)
{
    if (guest->pages.is_split)
        guest_kswapd_make_room(guest);
    else
        make_room(guest);
    return guest_page_free_count(&guest->pages) > guest->watermarks.least
               ? guest_page_take(&guest->pages, zeroed)
               : NONE;
}

enum step guest_reclaim_wait(struct guest *guest, struct process *process)
{
    if (guest->requests.under_way[false] + guest->requests.under_way[true] > 0) {
        guest_stall_wait(guest, process);
        guest_process_wait(&guest->processes, process, &guest->memory_waiters);
        return STEP_BLOCKED;
    }
    if (guest->hw->stalled)
        return STEP_MORE;
    if (process->is_system)
        return STEP_DONE; /* the system itself goes on without the page */
    return STEP_KILLED;
}
