/*
 * Kernel memory (paper, Figure 2): a part that follows from the configured size, taken at boot,
 * item by item in the table of each system; and a part that grows with use, a few bytes for each
 * page of the file cache and of the balloon.
 *
 * The hazard is a page cache that seems to hold more than it can: what manages it takes room too.
 */
#include "models/guest/internal.h"

#define BALLOON_ENTRIES (GUEST_PAGE_SIZE / 8) /* our choice: the driver notes a page in 8 bytes */
#define SLACK_PAGES     8u /* our choice: kept when use goes down, as slabs are partly used */

uint32_t guest_kernel_boot_pages(const struct os *os, uint32_t memory_pages)
{
    double bytes = 0;
    for (const struct guest_kernel_item *item = os->kernel; item->name; item++)
        bytes += item->fixed_kb * 1024.0 + item->bytes_per_page * memory_pages;
    return (uint32_t)((bytes + GUEST_PAGE_SIZE - 1) / GUEST_PAGE_SIZE);
}

static uint32_t wanted_pages(const struct guest *guest)
{
    uint32_t wanted = guest->list_pages[PAGE_BALLOON] / BALLOON_ENTRIES;
    if (guest->os->cache_heads_per_page > 0)
        wanted += guest->cache_pages / guest->os->cache_heads_per_page;
    return guest->kernel_pages + wanted;
}

void guest_kernel_adjust(struct guest *guest)
{
    uint32_t wanted = wanted_pages(guest);
    bool zeroed = false;
    while (guest->list_pages[PAGE_KERNEL] < wanted) {
        uint32_t ppn = guest_page_take(guest, &zeroed);
        if (ppn == NONE)
            return;
        guest_page_put(guest, ppn, PAGE_KERNEL);
        guest_touch(guest, ppn, true, GUEST_CONTENT_PRIVATE);
    }
    while (guest->list_pages[PAGE_KERNEL] > wanted + SLACK_PAGES) {
        uint32_t ppn = guest_page_last(guest, PAGE_KERNEL);
        guest_page_remove(guest, ppn);
        guest_page_release(guest, ppn);
    }
}
