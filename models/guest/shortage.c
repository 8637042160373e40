/*
 * The end of a shortage. The hazard is an order that depends on chance: those who wait become ready
 * at the moment at which a page changes hands, first come first served.
 */
#include "models/guest/shortage.h"

#include "models/guest/state.h"

void guest_shortage_release(struct guest *guest, uint32_t ppn)
{
    guest_page_release(&guest->pages, ppn);
    if (guest->memory_waiters.head != NONE &&
        guest_page_free_count(&guest->pages) > guest->watermarks.least)
        guest_queue_wake(&guest->processes, &guest->memory_waiters);
}

void guest_shortage_clean(struct guest *guest, uint32_t ppn)
{
    guest_page_clean(&guest->pages, ppn);
    if (guest->throttled.head != NONE && !guest_shortage_throttles(guest))
        guest_queue_wake(&guest->processes, &guest->throttled);
}

static uint32_t usable_pages(const struct guest *guest)
{
    const uint32_t *count = guest->pages.count;
    return guest_page_free_count(&guest->pages) + count[PAGE_INACTIVE] + count[PAGE_ACTIVE] +
           count[PAGE_INACTIVE_ANON] + count[PAGE_ACTIVE_ANON];
}

bool guest_shortage_dirty_above(const struct guest *guest, uint32_t percent)
{
    return (uint64_t)guest->pages.dirty_pages * 100 > (uint64_t)usable_pages(guest) * percent;
}

bool guest_shortage_throttles(const struct guest *guest)
{
    return guest_shortage_dirty_above(guest, guest->os->throttle_percent);
}
