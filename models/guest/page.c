/*
 * What each physical page is used for: one 20-byte record per PPN, linked into lists by number.
 *
 * The hazard is memory that the guest touches although it needs not: the hypervisor must back it
 * (paper, section 3). A page that was freed last is used first; pages never used come last of all,
 * and their records are not even written before that.
 */
#include <assert.h>
#include <sys/mman.h>

#include "models/guest/internal.h"

#define OWNER_MASK (PLACE_COUNT - 1)

void *guest_reserve(uint64_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void guest_release(void *memory, uint64_t bytes)
{
    if (memory)
        munmap(memory, bytes);
}

static uint32_t list_head(const struct guest *guest, enum page_list list)
{
    return guest->config.memory_pages + list;
}

static uint32_t dirty_head(const struct guest *guest, uint32_t dirty_list)
{
    return guest->config.memory_pages + dirty_list;
}

void guest_page_init(struct guest *guest)
{
    for (uint32_t i = 0; i < PAGE_LISTS; i++) {
        struct page *head = &guest->page[list_head(guest, i)];
        head->prev = head->next = list_head(guest, i);
    }
    for (uint32_t i = 0; i < DIRTY_LISTS; i++) {
        struct dirty_link *head = &guest->dirty[dirty_head(guest, i)];
        head->prev = head->next = dirty_head(guest, i);
    }
    for (uint32_t ppn = 0; ppn < guest->kernel_pages; ppn++)
        guest->page[ppn].list = PAGE_KERNEL;
    guest->list_pages[PAGE_KERNEL] = guest->kernel_pages;
    guest->fresh = guest->kernel_pages;
    guest->list_pages[PAGE_FRESH] = guest->config.memory_pages - guest->kernel_pages;
}

static void link_after(struct guest *guest, uint32_t ppn, uint32_t at)
{
    struct page *page = guest->page;
    page[ppn].prev = at;
    page[ppn].next = page[at].next;
    page[page[at].next].prev = ppn;
    page[at].next = ppn;
}

void guest_page_put(struct guest *guest, uint32_t ppn, enum page_list list)
{
    link_after(guest, ppn, list_head(guest, list));
    guest->page[ppn].list = list & (PAGE_LISTS - 1);
    guest->list_pages[list]++;
}

void guest_page_put_last(struct guest *guest, uint32_t ppn, enum page_list list)
{
    link_after(guest, ppn, guest->page[list_head(guest, list)].prev);
    guest->page[ppn].list = list & (PAGE_LISTS - 1);
    guest->list_pages[list]++;
}

void guest_page_remove(struct guest *guest, uint32_t ppn)
{
    struct page *page = guest->page;
    page[page[ppn].prev].next = page[ppn].next;
    page[page[ppn].next].prev = page[ppn].prev;
    guest->list_pages[page[ppn].list]--;
}

uint32_t guest_page_last(const struct guest *guest, enum page_list list)
{
    uint32_t ppn = guest->page[list_head(guest, list)].prev;
    return ppn == list_head(guest, list) ? NONE : ppn;
}

uint32_t guest_page_free_count(const struct guest *guest)
{
    return guest->list_pages[PAGE_FREE] + guest->list_pages[PAGE_ZEROED] +
           guest->list_pages[PAGE_FRESH];
}

static uint32_t take_from(struct guest *guest, enum page_list list)
{
    uint32_t ppn = guest->page[list_head(guest, list)].next;
    guest_page_remove(guest, ppn);
    return ppn;
}

uint32_t guest_page_take_unzeroed(struct guest *guest)
{
    if (guest->list_pages[PAGE_FREE] > 0)
        return take_from(guest, PAGE_FREE);
    if (guest->list_pages[PAGE_FRESH] == 0)
        return NONE;
    guest->list_pages[PAGE_FRESH]--;
    return guest->fresh++;
}

uint32_t guest_page_take(struct guest *guest, bool *zeroed)
{
    bool prefer_zeroed = *zeroed && guest->list_pages[PAGE_ZEROED] > 0;
    *zeroed = false;
    if (guest->list_pages[PAGE_FREE] > 0 && !prefer_zeroed)
        return take_from(guest, PAGE_FREE);
    if (guest->list_pages[PAGE_ZEROED] > 0) {
        *zeroed = true;
        return take_from(guest, PAGE_ZEROED);
    }
    return guest_page_take_unzeroed(guest);
}

void guest_page_release(struct guest *guest, uint32_t ppn)
{
    assert(!guest->page[ppn].dirty && !guest->page[ppn].busy);
    guest_page_put(guest, ppn, PAGE_FREE);
    if (guest->memory_waiters.head != NONE &&
        guest_page_free_count(guest) > guest->watermarks.least)
        guest_queue_wake(guest, &guest->memory_waiters);
}

void guest_page_dirty(struct guest *guest, uint32_t ppn)
{
    struct dirty_link *link = guest->dirty;
    if (guest->page[ppn].dirty)
        return;
    uint32_t head = dirty_head(guest, guest->dirty_list);
    guest->page[ppn].dirty = 1;
    link[ppn].prev = head;
    link[ppn].next = link[head].next;
    link[link[head].next].prev = ppn;
    link[head].next = ppn;
    guest->dirty_pages++;
}

void guest_page_clean(struct guest *guest, uint32_t ppn)
{
    struct dirty_link *link = guest->dirty;
    assert(guest->page[ppn].dirty);
    link[link[ppn].prev].next = link[ppn].next;
    link[link[ppn].next].prev = link[ppn].prev;
    guest->page[ppn].dirty = 0;
    guest->dirty_pages--;
    if (guest->throttled.head != NONE && !guest_flush_throttles(guest))
        guest_queue_wake(guest, &guest->throttled);
}

uint32_t guest_page_oldest_dirty(const struct guest *guest, uint32_t dirty_list)
{
    uint32_t head = dirty_head(guest, dirty_list);
    uint32_t ppn = guest->dirty[head].prev;
    return ppn == head ? NONE : ppn;
}

void guest_page_next_dirty_list(struct guest *guest)
{
    struct dirty_link *link = guest->dirty;
    guest->dirty_list = (guest->dirty_list + 1) % DIRTY_LISTS;
    uint32_t from = dirty_head(guest, guest->dirty_list);
    uint32_t to = dirty_head(guest, (guest->dirty_list + 1) % DIRTY_LISTS);
    if (link[from].next == from)
        return;
    /* They are older than all that lie in `to`: they go behind its oldest. */
    uint32_t first = link[from].next, last = link[from].prev, oldest;
    oldest = link[to].prev;
    link[oldest].next = first;
    link[first].prev = oldest;
    link[last].next = to;
    link[to].prev = last;
    link[from].next = link[from].prev = from;
}

void guest_place_fill(struct guest *guest, uint32_t place, uint32_t ppn, uint32_t flags)
{
    guest->place[place] = ppn | flags;
    guest->page[ppn].owner = place & OWNER_MASK;
    guest->page[ppn].dirty = 0;
    guest_page_put(guest, ppn, PAGE_INACTIVE);
    if (place >= PLACE_FILES) {
        guest->process_pages++;
        return;
    }
    guest->cache_pages++;
    guest_kernel_adjust(guest);
}

void guest_place_empty(struct guest *guest, uint32_t place)
{
    uint32_t ppn = guest->place[place] & PLACE_NUMBER;
    struct page *page = &guest->page[ppn];
    assert(guest->place[place] & (PLACE_PRESENT | PLACE_READING));
    guest->place[place] = 0;
    if (page->dirty)
        guest_page_clean(guest, ppn);
    guest_page_remove(guest, ppn);
    if (page->busy) {
        page->list = PAGE_DROPPED;
        guest->list_pages[PAGE_DROPPED]++;
    } else {
        guest_page_release(guest, ppn);
    }
    if (place >= PLACE_FILES) {
        guest->process_pages--;
        return;
    }
    guest->cache_pages--;
    guest_kernel_adjust(guest);
}
