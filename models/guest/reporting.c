/*
 * Free page reporting, in the times and sizes of Linux: whole blocks of 2 MiB, 2 s after one became
 * free, 32 in a request.
 *
 * The hazard is a guest that is short of memory and gives it away: while less than the low
 * watermark and a request's worth is free, nothing is reported.
 */
#include "models/guest/reporting.h"

#include "models/guest/state.h"

#define DELAY_NS (2 * SIM_SECOND) /* page_reporting.c: PAGE_REPORTING_DELAY */
#define REQUEST_PAGES                                                                              \
    (32u * BLOCK_PAGES) /* page_reporting.h: PAGE_REPORTING_CAPACITY, 32 blocks                    \
                         */

uint64_t guest_reporting_next_ns(const struct guest *guest)
{
    if (guest->reporting.due_ns > 0)
        return guest->reporting.due_ns;
    return guest->pages.blocks.new_count > 0 && guest->booted ? guest->now_ns : SIM_NEVER;
}

static bool is_short(const struct guest *guest)
{
    return guest_page_free_count(&guest->pages) <
           guest->watermarks.low + guest_scaled_pages(&guest->config, REQUEST_PAGES);
}

/* The first tick after a block became free only sets the time. */
void guest_reporting_tick(struct guest *guest)
{
    uint64_t now_ns = guest_now(guest);
    uint32_t size = guest->pages.blocks.size_pages, block = 0, pages = 0;
    uint32_t request_pages = guest_scaled_pages(&guest->config, REQUEST_PAGES);
    if (guest->reporting.due_ns == 0) {
        guest->reporting.due_ns = now_ns + DELAY_NS;
        return;
    }
    guest->reporting.due_ns = is_short(guest) ? now_ns + DELAY_NS : 0;
    while (guest->reporting.due_ns == 0 &&
           (block = guest_page_new_block(&guest->pages, block)) != NONE) {
        if (pages % request_pages < size)
            guest->used_ns += guest->cost.io_start_ns;
        guest->hw->free_pages(guest->hw->context, block * size, size);
        guest->count.reported_pages += size;
        pages += size;
    }
}
