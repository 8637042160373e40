/*
 * The records of physical pages: free lists, lists of used pages, dirty lists.
 *
 * The hazard is memory that the guest touches without need: the hypervisor must back it (paper,
 * section 3). So the page that was freed last is used first, and pages that were never used come
 * last; not even their records are written before that.
 */
#include "models/guest/page.h"

#include <assert.h>

static uint32_t list_head(const struct pages *pages, enum page_list list)
{
    return pages->memory_pages + list;
}

static uint32_t dirty_head(const struct pages *pages, uint32_t dirty_list)
{
    return pages->memory_pages + dirty_list;
}

void guest_page_init(struct pages *pages, uint32_t memory_pages, uint32_t kernel_pages)
{
    pages->memory_pages = memory_pages;
    pages->kernel_pages = kernel_pages;
    for (uint32_t i = 0; i < PAGE_HEADS; i++) {
        struct page *head = &pages->page[list_head(pages, i)];
        head->prev = head->next = list_head(pages, i);
    }
    for (uint32_t i = 0; i < DIRTY_LISTS; i++) {
        struct dirty_link *head = &pages->dirty[dirty_head(pages, i)];
        head->prev = head->next = dirty_head(pages, i);
    }
    for (uint32_t ppn = 0; ppn < pages->kernel_pages; ppn++)
        pages->page[ppn].list = PAGE_KERNEL;
    pages->count[PAGE_KERNEL] = pages->kernel_pages;
    pages->fresh = pages->kernel_pages;
    pages->count[PAGE_FRESH] = pages->memory_pages - pages->kernel_pages;
}

static void link_after(struct pages *pages, uint32_t ppn, uint32_t at)
{
    struct page *page = pages->page;
    page[ppn].prev = at;
    page[ppn].next = page[at].next;
    page[page[at].next].prev = ppn;
    page[at].next = ppn;
}

/* What the page's record says of its list. */
static uint32_t kept(enum page_list list)
{
    return list < PAGE_LISTS ? list : list - (PAGE_INACTIVE_ANON - PAGE_INACTIVE);
}

void guest_page_put(struct pages *pages, uint32_t ppn, enum page_list list)
{
    link_after(pages, ppn, list_head(pages, list));
    pages->page[ppn].list = kept(list) & (PAGE_LISTS - 1);
    pages->count[list]++;
}

void guest_page_put_last(struct pages *pages, uint32_t ppn, enum page_list list)
{
    link_after(pages, ppn, pages->page[list_head(pages, list)].prev);
    pages->page[ppn].list = kept(list) & (PAGE_LISTS - 1);
    pages->count[list]++;
}

void guest_page_remove(struct pages *pages, uint32_t ppn)
{
    struct page *page = pages->page;
    page[page[ppn].prev].next = page[ppn].next;
    page[page[ppn].next].prev = page[ppn].prev;
    pages->count[guest_page_list(pages, ppn)]--;
}

uint32_t guest_page_last(const struct pages *pages, enum page_list list)
{
    uint32_t ppn = pages->page[list_head(pages, list)].prev;
    return ppn == list_head(pages, list) ? NONE : ppn;
}

/* The pages form a ring with the list's head: only the head moves. */
void guest_page_turn(struct pages *pages, enum page_list list, uint32_t ppn)
{
    struct page *page = pages->page, *head = &page[list_head(pages, list)];
    page[head->prev].next = head->next;
    page[head->next].prev = head->prev;
    link_after(pages, list_head(pages, list), ppn);
}

uint32_t guest_page_free_count(const struct pages *pages)
{
    return pages->count[PAGE_FREE] + pages->count[PAGE_ZEROED] + pages->count[PAGE_FRESH];
}

static void block_set_new(struct blocks *blocks, uint32_t block, bool is_new)
{
    uint64_t bit = UINT64_C(1) << block % 64, *word = &blocks->is_new[block / 64];
    if (((*word & bit) != 0) == is_new)
        return;
    *word ^= bit;
    blocks->new_count += is_new ? 1 : UINT32_MAX;
}

static void block_lose(struct blocks *blocks, uint32_t ppn)
{
    uint32_t size = blocks->size_pages;
    if (size > 0 && blocks->free_pages[ppn / size]-- == size)
        block_set_new(blocks, ppn / size, false);
}

static void block_gain(struct blocks *blocks, uint32_t ppn)
{
    uint32_t size = blocks->size_pages;
    if (size > 0 && ++blocks->free_pages[ppn / size] == size)
        block_set_new(blocks, ppn / size, true);
}

uint32_t guest_page_new_block(struct pages *pages, uint32_t from)
{
    struct blocks *blocks = &pages->blocks;
    for (uint32_t block = from; block < pages->memory_pages / blocks->size_pages; block++) {
        if (blocks->is_new[block / 64] >> block % 64 == 0)
            block |= 63;
        else if (blocks->is_new[block / 64] >> block % 64 & 1) {
            block_set_new(blocks, block, false);
            return block;
        }
    }
    return NONE;
}

static uint32_t take_from(struct pages *pages, enum page_list list)
{
    uint32_t ppn = pages->page[list_head(pages, list)].next;
    guest_page_remove(pages, ppn);
    if (list == PAGE_FREE)
        block_lose(&pages->blocks, ppn);
    return ppn;
}

uint32_t guest_page_take_unzeroed(struct pages *pages)
{
    if (pages->count[PAGE_FREE] > 0)
        return take_from(pages, PAGE_FREE);
    if (pages->count[PAGE_FRESH] == 0)
        return NONE;
    pages->count[PAGE_FRESH]--;
    return pages->fresh++;
}

uint32_t guest_page_take(struct pages *pages, bool *zeroed)
{
    bool prefer_zeroed = *zeroed && pages->count[PAGE_ZEROED] > 0;
    *zeroed = false;
    if (pages->count[PAGE_FREE] > 0 && !prefer_zeroed)
        return take_from(pages, PAGE_FREE);
    if (pages->count[PAGE_ZEROED] > 0) {
        *zeroed = true;
        return take_from(pages, PAGE_ZEROED);
    }
    return guest_page_take_unzeroed(pages);
}

void guest_page_release(struct pages *pages, uint32_t ppn)
{
    assert(!pages->page[ppn].dirty && !pages->page[ppn].busy);
    guest_page_put(pages, ppn, PAGE_FREE);
    block_gain(&pages->blocks, ppn);
}

void guest_page_dirty(struct pages *pages, uint32_t ppn)
{
    struct dirty_link *link = pages->dirty;
    if (pages->page[ppn].dirty)
        return;
    uint32_t head = dirty_head(pages, pages->dirty_list);
    pages->page[ppn].dirty = 1;
    link[ppn].prev = head;
    link[ppn].next = link[head].next;
    link[link[head].next].prev = ppn;
    link[head].next = ppn;
    pages->dirty_pages++;
}

void guest_page_clean(struct pages *pages, uint32_t ppn)
{
    struct dirty_link *link = pages->dirty;
    assert(pages->page[ppn].dirty);
    link[link[ppn].prev].next = link[ppn].next;
    link[link[ppn].next].prev = link[ppn].prev;
    pages->page[ppn].dirty = 0;
    pages->dirty_pages--;
}

uint32_t guest_page_oldest_dirty(const struct pages *pages, uint32_t dirty_list)
{
    uint32_t head = dirty_head(pages, dirty_list);
    uint32_t ppn = pages->dirty[head].prev;
    return ppn == head ? NONE : ppn;
}

void guest_page_next_dirty_list(struct pages *pages)
{
    struct dirty_link *link = pages->dirty;
    pages->dirty_list = (pages->dirty_list + 1) % DIRTY_LISTS;
    uint32_t from = dirty_head(pages, pages->dirty_list);
    uint32_t to = dirty_head(pages, (pages->dirty_list + 1) % DIRTY_LISTS);
    if (link[from].next == from)
        return;
    /* These pages are older than all pages in `to`: they go behind its oldest. */
    uint32_t first = link[from].next, last = link[from].prev, oldest;
    oldest = link[to].prev;
    link[oldest].next = first;
    link[first].prev = oldest;
    link[last].next = to;
    link[to].prev = last;
    link[from].next = link[from].prev = from;
}
