/*
 * Kernel memory that follows use. The hazard is a page cache that seems to hold more than it can:
 * what manages it takes room too. So does compressed swap.
 */
#include "models/guest/kernel.h"

#include "models/guest/shortage.h"
#include "models/guest/state.h"

#define BALLOON_ENTRIES (GUEST_PAGE_SIZE / 8) /* our choice: the driver notes a page in 8 bytes */
#define SLACK_PAGES     8u /* our choice: kept when use goes down, as slabs are partly used */

static uint32_t wanted_pages(const struct guest *guest)
{
    uint32_t wanted = guest->pages.count[PAGE_BALLOON] / BALLOON_ENTRIES;
    if (guest->os->cache_heads_per_page > 0)
        wanted += guest->cache_pages / guest->os->cache_heads_per_page;
    if (guest->config.swap_device == GUEST_SWAP_ZRAM) {
        uint64_t bytes = guest->slots.used * guest->zram_page_bytes;
        wanted += (uint32_t)((bytes + guest->page_bytes - 1) / guest->page_bytes);
    }
    return guest->pages.kernel_pages + wanted;
}

void guest_kernel_adjust(struct guest *guest)
{
    uint32_t wanted = wanted_pages(guest);
    uint32_t slack = guest_scaled_pages(&guest->config, SLACK_PAGES);
    bool zeroed = false;
    while (guest->pages.count[PAGE_KERNEL] < wanted) {
        uint32_t ppn = guest_page_take(&guest->pages, &zeroed);
        if (ppn == NONE)
            return;
        guest_page_put(&guest->pages, ppn, PAGE_KERNEL);
        guest_touch(guest, ppn, true, GUEST_CONTENT_PRIVATE);
    }
    while (guest->pages.count[PAGE_KERNEL] > wanted + slack) {
        uint32_t ppn = guest_page_last(&guest->pages, PAGE_KERNEL);
        guest_page_remove(&guest->pages, ppn);
        guest_shortage_release(guest, ppn);
    }
}
