/*
 * The flush daemons (bdflush and kupdate of Linux 2.4): dirty pages are written when they are old,
 * or when there are too many of them.
 *
 * The hazard is both ways: writing too early what would have been deleted unwritten, and letting
 * dirty pages fill the memory. Writers wait above a second, higher share.
 */
#include <assert.h>

#include "models/guest/internal.h"

static uint32_t usable_pages(const struct guest *guest)
{
    return guest_page_free_count(guest) + guest->list_pages[PAGE_INACTIVE] +
           guest->list_pages[PAGE_ACTIVE];
}

static bool dirty_above(const struct guest *guest, uint32_t percent)
{
    return (uint64_t)guest->dirty_pages * 100 > (uint64_t)usable_pages(guest) * percent;
}

bool guest_flush_throttles(const struct guest *guest)
{
    return dirty_above(guest, guest->os->throttle_percent);
}

static bool writable(const struct guest *guest, uint32_t place)
{
    uint32_t entry = guest->place[place];
    if (place == 0 || place >= PLACE_FILES || !(entry & PLACE_PRESENT))
        return false;
    const struct page *page = &guest->page[entry & PLACE_NUMBER];
    return page->dirty && !page->busy;
}

bool guest_flush_write(struct guest *guest, uint32_t ppn)
{
    uint32_t place = guest->page[ppn].owner, first = place, end = place + 1;
    assert(!guest->page[ppn].busy);
    if (!guest_io_possible(guest, true)) /* often so under pressure: the search below costs more */
        return false;
    while (place - first < IO_PAGES / 2 && writable(guest, first - 1))
        first--;
    while (end - first < IO_PAGES && writable(guest, end))
        end++;
    uint32_t tag = guest_io_begin(guest, IO_WRITE, first);
    for (; first < end; first++) {
        uint32_t at = guest->place[first] & PLACE_NUMBER;
        guest_page_clean(guest, at);
        guest_io_add(guest, tag, at, false, 0);
        if (guest->hw->stalled)
            break;
    }
    guest_io_submit(guest, tag);
    return true;
}

/* The page that is to be written next; NONE if none is. */
static uint32_t choose(const struct guest *guest)
{
    bool many = dirty_above(guest, guest->os->flush_percent);
    uint32_t least_age = many ? 0 : guest->os->flush_age_ticks;
    for (uint32_t age = DIRTY_LISTS; age-- > least_age;) {
        uint32_t ppn =
            guest_page_oldest_dirty(guest, (guest->dirty_list + DIRTY_LISTS - age) % DIRTY_LISTS);
        /* Dirtied again while it is being written: its list waits for that. */
        if (ppn != NONE && !guest->page[ppn].busy)
            return ppn;
    }
    return NONE;
}

bool guest_flush_wanted(const struct guest *guest)
{
    return guest->dirty_pages > 0 && guest_io_possible(guest, true) && choose(guest) != NONE;
}

void guest_flush_work(struct guest *guest)
{
    while (guest->dirty_pages > 0 && !guest->hw->stalled) {
        uint32_t ppn = choose(guest);
        if (ppn == NONE || !guest_flush_write(guest, ppn))
            return;
    }
}

void guest_flush_tick(struct guest *guest)
{
    guest->flush_tick_ns += FLUSH_TICK_NS;
    guest_page_next_dirty_list(guest);
}
