/*
 * Places get pages and lose them. The hazard is a page that a device still works on: it loses its
 * place at once, and becomes free when the device is done.
 */
#include "models/guest/place.h"

#include <assert.h>

#include "models/guest/kernel.h"
#include "models/guest/shortage.h"
#include "models/guest/state.h"

#define OWNER_MASK (PLACE_COUNT - 1)

_Static_assert(PLACE_NUMBER == (UINT32_C(1) << GUEST_PPN_BITS) - 1, "entries are told to the host");
_Static_assert(GUEST_PAGES_MOST - 1 <= PLACE_NUMBER, "an entry has room for any PPN and slot");
_Static_assert(2 * GUEST_PROCESS_PAGES_MOST <= PLACE_COUNT - PLACE_FILES,
               "the OS's own process and one more of the largest size");

/* Where the lists are kept apart. A page that is about to be written as a whole counts as new:
 * reads alone show a working set (Linux 4.7). */
static enum page_list list_of(struct guest *guest, uint32_t place, uint32_t ppn, uint32_t before,
                              uint32_t flags)
{
    bool is_file = place < PLACE_FILES;
    uint32_t shadow = before;
    guest->pages.mark[ppn] = 0;
    if (before & PLACE_SWAPPED)
        shadow = guest->slots.shadow[before & PLACE_NUMBER];
    if (!(shadow & PLACE_SHADOW) || (is_file && !(flags & PLACE_READING)) ||
        !guest_workingset_refault(guest, place, ppn, shadow))
        return is_file ? PAGE_INACTIVE : PAGE_INACTIVE_ANON;
    return is_file ? PAGE_ACTIVE : PAGE_ACTIVE_ANON;
}

void guest_place_fill(struct guest *guest, uint32_t place, uint32_t ppn, uint32_t flags)
{
    enum page_list list = PAGE_INACTIVE;
    if (guest->pages.is_split)
        list = list_of(guest, place, ppn, guest->place[place], flags);
    guest->place[place] = ppn | flags;
    guest->pages.page[ppn].owner = place & OWNER_MASK;
    guest->pages.page[ppn].dirty = 0;
    guest_page_put(&guest->pages, ppn, list);
    if (place >= PLACE_FILES) {
        guest->process_pages++;
        return;
    }
    guest->cache_pages++;
    guest_kernel_adjust(guest);
}

void guest_place_unuse(struct guest *guest, uint32_t place)
{
    guest->place[place] &= ~PLACE_USED;
    guest_settled_clear(&guest->settled, place);
}

void guest_place_empty(struct guest *guest, uint32_t place)
{
    uint32_t ppn = guest->place[place] & PLACE_NUMBER;
    struct page *page = &guest->pages.page[ppn];
    assert(guest->place[place] & (PLACE_PRESENT | PLACE_READING));
    guest->place[place] = 0;
    guest_settled_clear(&guest->settled, place);
    if (page->dirty)
        guest_shortage_clean(guest, ppn);
    guest_page_remove(&guest->pages, ppn);
    if (page->busy) {
        page->list = PAGE_DROPPED;
        guest->pages.count[PAGE_DROPPED]++;
    } else {
        guest_shortage_release(guest, ppn);
    }
    if (place >= PLACE_FILES) {
        guest->process_pages--;
        return;
    }
    guest->cache_pages--;
    guest_kernel_adjust(guest);
}
