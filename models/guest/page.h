/*
 * What each physical page is used for: one record for each PPN, linked into lists by number.
 *
 * This is bookkeeping only. It touches no memory and wakes nobody: who frees or cleans a page for
 * good calls shortage.h, which also wakes the processes that wait for it.
 */
#ifndef GUEST_PAGE_H
#define GUEST_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/guest/none.h"

/* A *place* is where a page's data belongs: a block of the disk's file area, or a page of the
 * memory of some process. Places are numbers; place 0 is none. */
#define PLACE_FILES (UINT32_C(1) << 22) /* file blocks 1 .. PLACE_FILES - 1: 16 GB */
#define PLACE_COUNT (UINT32_C(1) << 27) /* the rest is the memory of processes */

enum page_list {
    PAGE_FRESH, /* never used since power-on; not linked */
    PAGE_FREE,
    PAGE_ZEROED, /* free, and known to hold zeroes (Windows) */
    PAGE_INACTIVE,
    PAGE_ACTIVE,
    PAGE_KERNEL, /* wired; those of the boot, the lowest PPNs, are not linked */
    PAGE_BALLOON,
    PAGE_DROPPED, /* lost its place while a device still reads or writes it; not linked */
    PAGE_LISTS,
    /* Where the OS keeps pages of processes apart from those of files: their two lists. A page's
     * record says PAGE_INACTIVE or PAGE_ACTIVE for both kinds, and its owner says which kind. */
    PAGE_INACTIVE_ANON = PAGE_LISTS,
    PAGE_ACTIVE_ANON,
    PAGE_HEADS,
};

/* Marks of a page that lies on an active or inactive list, where lists are kept apart (lru.h). */
#define PAGE_REFERENCED 1u /* used once since it became inactive */
#define PAGE_WORKINGSET 2u /* it was active */

/* Dirty pages lie in lists by the interval of the flush daemon in which they became dirty. */
#define DIRTY_LISTS 8

struct page { /* 12 bytes for each PPN */
    uint32_t prev, next;
    uint32_t owner : 27; /* the place, for pages on the inactive and active lists */
    uint32_t list : 3;   /* enum page_list */
    uint32_t dirty : 1;  /* newer than its block on the disk */
    uint32_t busy : 1;   /* a device reads or writes it */
};

/* Links of a dirty page. They have an array of their own, so that a page that is never dirty needs
 * no memory here. */
struct dirty_link {
    uint32_t prev, next;
};

#define BLOCK_PAGES 512u /* Linux on x86: pageblock_order 9, 2 MiB */

/* Aligned blocks of which every page is on the list PAGE_FREE, for free page reporting. */
struct blocks {
    uint32_t size_pages;  /* 0: nobody asks, and there are no arrays */
    uint16_t *free_pages; /* of each block */
    uint64_t *is_new;     /* a bit for each block that became whole and was not told of */
    uint32_t new_count;
};

struct pages {
    struct page *page;        /* memory_pages records, then one head for each list */
    struct dirty_link *dirty; /* memory_pages links, then one head for each dirty list */
    uint8_t *mark;            /* of each page; empty unless is_split */
    bool is_split;            /* pages of processes have lists of their own */
    uint32_t memory_pages;
    uint32_t count[PAGE_HEADS]; /* pages of each list */
    uint32_t fresh;             /* the first PPN that was never used */
    uint32_t kernel_pages;      /* taken at boot: PPNs 0 .. kernel_pages - 1 */
    uint32_t dirty_pages;
    uint32_t dirty_list; /* the dirty list that is being filled */
    struct blocks blocks;
};

/* The list that the page is on. */
static inline enum page_list guest_page_list(const struct pages *pages, uint32_t ppn)
{
    const struct page *page = &pages->page[ppn];
    bool is_placed = page->list == PAGE_INACTIVE || page->list == PAGE_ACTIVE;
    bool is_apart = pages->is_split && is_placed && page->owner >= PLACE_FILES;
    return page->list + (is_apart ? PAGE_INACTIVE_ANON - PAGE_INACTIVE : 0u);
}

/* `page` and `dirty` are zeroed arrays of the lengths above; is_split is set. */
void guest_page_init(struct pages *pages, uint32_t memory_pages, uint32_t kernel_pages);

void guest_page_put(struct pages *pages, uint32_t ppn, enum page_list list);      /* at the head */
void guest_page_put_last(struct pages *pages, uint32_t ppn, enum page_list list); /* at the tail */
void guest_page_remove(struct pages *pages, uint32_t ppn);
uint32_t guest_page_last(const struct pages *pages, enum page_list list); /* NONE: it is empty */
/* Turns the list until `ppn` is its last page: the pages behind it go to the head, the last one
 * first. */
void guest_page_turn(struct pages *pages, enum page_list list, uint32_t ppn);

/* Pages that nobody uses: free, zeroed and fresh ones. */
uint32_t guest_page_free_count(const struct pages *pages);
/* Takes a free page off its list: the one that was freed last, pages never used last of all. NONE:
 * there is none. `*zeroed` on entry: is a page that holds zeroes preferred? On return: does it hold
 * zeroes? */
uint32_t guest_page_take(struct pages *pages, bool *zeroed);
/* The same, but no page that is known to hold zeroes. */
uint32_t guest_page_take_unzeroed(struct pages *pages);
/* A page that is on no list, neither dirty nor busy, becomes free. */
void guest_page_release(struct pages *pages, uint32_t ppn);

/* The first whole block from `from` on that nobody was told of; it counts as told. NONE: no more.
 */
uint32_t guest_page_new_block(struct pages *pages, uint32_t from);

void guest_page_dirty(struct pages *pages, uint32_t ppn); /* a page that is dirty keeps its age */
void guest_page_clean(struct pages *pages, uint32_t ppn);
/* NONE: that dirty list is empty. */
uint32_t guest_page_oldest_dirty(const struct pages *pages, uint32_t dirty_list);
/* Time goes on to the next dirty list. Pages that are still in it join the oldest list. */
void guest_page_next_dirty_list(struct pages *pages);

#endif
