/*
 * What the guest says of its memory. The hazard is a number that a governor takes for a need: a
 * promise that nobody uses counts as committed, and a cold cache does not count as free.
 */
#include "models/guest/meminfo.h"

#include "models/guest/state.h"

/* Linux since 3.14, commit 34e431b0ae39 and Documentation/filesystems/proc: not what lies below the
 * high watermark, and of the cache not the half or not the low watermark's worth, the smaller. */
static uint32_t available_as_linux(const struct guest *guest, uint32_t free_pages)
{
    const struct watermarks *marks = &guest->watermarks;
    uint32_t cache_pages = guest->cache_pages, kept_pages = cache_pages / 2;
    if (kept_pages > marks->low)
        kept_pages = marks->low;
    uint32_t pages = free_pages + cache_pages - kept_pages;
    return pages > marks->high ? pages - marks->high : 0;
}

uint32_t guest_meminfo_available(const struct guest *guest)
{
    uint32_t free_pages = guest->os->manages_memory ? guest_page_free_count(&guest->pages) : 0;
    if (guest->os->estimates_available)
        return available_as_linux(guest, free_pages);
    uint32_t cache_pages = guest->cache_pages, dirty_pages = guest->pages.dirty_pages;
    return free_pages + (cache_pages > dirty_pages ? cache_pages - dirty_pages : 0);
}

uint32_t guest_meminfo_committed(const struct guest *guest)
{
    return guest->process_pages + guest->slots.used + guest->promised_pages;
}
