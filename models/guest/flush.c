/*
 * The flush daemons.
 *
 * There are two hazards: to write too early what would soon be deleted unwritten, and to let dirty
 * pages fill the memory. Above a second, higher share of dirty pages writers wait (shortage.h).
 */
#include "models/guest/flush.h"

#include <assert.h>

#include "models/guest/io.h"
#include "models/guest/place.h"
#include "models/guest/shortage.h"
#include "models/guest/state.h"

static bool writable(const struct guest *guest, uint32_t place)
{
    uint32_t entry = guest->place[place];
    if (place == 0 || place >= PLACE_FILES || !(entry & PLACE_PRESENT))
        return false;
    const struct page *page = &guest->pages.page[entry & PLACE_NUMBER];
    return page->dirty && !page->busy;
}

bool guest_flush_write(struct guest *guest, uint32_t ppn)
{
    uint32_t place = guest->pages.page[ppn].owner, first = place, end = place + 1;
    assert(!guest->pages.page[ppn].busy);
    if (!guest_request_possible(&guest->requests,
                                true)) /* often so under pressure: the search below costs more */
        return false;
    while (place - first < guest->io_pages / 2 && writable(guest, first - 1))
        first--;
    while (end - first < guest->io_pages && writable(guest, end))
        end++;
    uint32_t tag = guest_request_begin(&guest->requests, IO_WRITE, first);
    for (; first < end; first++) {
        uint32_t at = guest->place[first] & PLACE_NUMBER;
        guest_shortage_clean(guest, at);
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
    bool many = guest_shortage_dirty_above(guest, guest->os->flush_percent);
    uint32_t least_age = many ? 0 : guest->os->flush_age_ticks;
    for (uint32_t age = DIRTY_LISTS; age-- > least_age;) {
        uint32_t ppn = guest_page_oldest_dirty(
            &guest->pages, (guest->pages.dirty_list + DIRTY_LISTS - age) % DIRTY_LISTS);
        /* Dirtied again while it is being written: its list waits for that. */
        if (ppn != NONE && !guest->pages.page[ppn].busy)
            return ppn;
    }
    return NONE;
}

bool guest_flush_wanted(const struct guest *guest)
{
    return guest->pages.dirty_pages > 0 && guest_request_possible(&guest->requests, true) &&
           choose(guest) != NONE;
}

void guest_flush_work(struct guest *guest)
{
    while (guest->pages.dirty_pages > 0 && !guest->hw->stalled) {
        uint32_t ppn = choose(guest);
        if (ppn == NONE || !guest_flush_write(guest, ppn))
            return;
    }
}

void guest_flush_tick(struct guest *guest)
{
    guest->flush_tick_ns += FLUSH_TICK_NS;
    guest_page_next_dirty_list(&guest->pages);
}
