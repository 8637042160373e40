/*
 * The guest's own paging device: slots written in clusters, read back with their neighbours.
 *
 * The hazard is double paging (paper, section 3.1): a page that the hypervisor has swapped out is
 * read back only to be written to this device. It happens here by itself, because writing touches
 * the page.
 */
#include <assert.h>

#include "models/guest/internal.h"

#define CLUSTER_SLOTS                                                                              \
    16u /* 2.4 swap.c, swap_setup(): page_cluster 4 from 32 MB on, 2^4 pages at once */

void guest_swap_free(struct guest *guest, uint32_t slot)
{
    assert(guest->swap.owner[slot]);
    guest->swap.owner[slot] = 0;
    guest->swap.used--;
}

static uint32_t take_slot(struct guest *guest, uint32_t place)
{
    struct swap *swap = &guest->swap;
    while (swap->owner[swap->next])
        swap->next = (swap->next + 1) % guest->config.swap_pages;
    uint32_t slot = swap->next;
    swap->owner[slot] = place;
    swap->used++;
    swap->next = (slot + 1) % guest->config.swap_pages;
    return slot;
}

bool guest_swap_out(struct guest *guest, uint32_t ppn)
{
    struct swap *swap = &guest->swap;
    if (swap->used + swap->batch_count >= guest->config.swap_pages)
        return false;
    if (swap->batch_count == IO_PAGES)
        guest_swap_submit(guest);
    if (swap->batch_count == IO_PAGES)
        return false;
    guest->page[ppn].busy = 1;
    swap->batch[swap->batch_count++] = ppn;
    return true;
}

void guest_swap_submit(struct guest *guest)
{
    struct swap *swap = &guest->swap;
    uint32_t tag = NONE, expected = NONE, i = 0;
    for (; i < swap->batch_count; i++) {
        uint32_t ppn = swap->batch[i];
        if (!guest_io_possible(guest, true) && tag == NONE)
            break;
        uint32_t slot = take_slot(guest, guest->page[ppn].owner);
        if (tag != NONE && slot != expected) {
            guest_io_submit(guest, tag);
            tag = guest_io_begin(guest, IO_SWAP_OUT, slot);
            if (tag == NONE) {
                guest_swap_free(guest, slot);
                break;
            }
        } else if (tag == NONE) {
            tag = guest_io_begin(guest, IO_SWAP_OUT, slot);
        }
        expected = slot + 1;
        guest->count.swap_out_pages++;
        guest_io_add(guest, tag, ppn, false, 0);
    }
    if (tag != NONE)
        guest_io_submit(guest, tag);
    for (; i < swap->batch_count; i++)
        guest->page[swap->batch[i]].busy = 0;
    swap->batch_count = 0;
}

uint32_t guest_swap_in(struct guest *guest, uint32_t place)
{
    uint32_t wanted = guest->place[place] & PLACE_NUMBER;
    uint32_t first = wanted - wanted % CLUSTER_SLOTS, end = first + CLUSTER_SLOTS;
    if (end > guest->config.swap_pages)
        end = guest->config.swap_pages;
    bool zeroed = false;
    uint32_t wanted_ppn = guest_reclaim_page(guest, &zeroed);
    if (wanted_ppn == NONE)
        return NONE;
    uint32_t tag = guest_io_begin(guest, IO_SWAP_IN, first);
    assert(tag != NONE);
    for (uint32_t slot = first; slot < end; slot++) {
        uint32_t owner = guest->swap.owner[slot];
        uint32_t ppn = slot == wanted ? wanted_ppn : NONE;
        bool swapped = owner && guest->place[owner] == (slot | PLACE_SWAPPED);
        if (swapped && slot != wanted && guest_page_free_count(guest) > guest->watermarks.low)
            ppn = guest_page_take(guest, &zeroed);
        if (ppn != NONE) {
            guest_place_fill(guest, owner, ppn, PLACE_READING);
            guest->count.swap_in_pages++;
        }
        guest_io_add(guest, tag, ppn, true, guest->swap.content[slot]);
        if (guest->hw->stalled && slot >= wanted)
            break;
    }
    guest_io_submit(guest, tag);
    return tag;
}

static void out_done(struct guest *guest, uint32_t ppn, uint32_t slot)
{
    struct page *page = &guest->page[ppn];
    uint32_t place = page->owner;
    if (page->list == PAGE_DROPPED) {
        guest->list_pages[PAGE_DROPPED]--;
        guest_swap_free(guest, slot);
        guest_page_release(guest, ppn);
    } else if (guest->place[place] & PLACE_USED) { /* wanted again while it was written */
        guest_swap_free(guest, slot);
    } else {
        if (guest->hw->contents_matter)
            guest->swap.content[slot] = guest->hw->content(guest->hw->context, ppn);
        guest_place_empty(guest, place);
        guest->place[place] = slot | PLACE_SWAPPED;
    }
}

static void in_done(struct guest *guest, uint32_t ppn, uint32_t slot)
{
    struct page *page = &guest->page[ppn];
    guest_swap_free(guest, slot);
    if (page->list == PAGE_DROPPED) {
        guest->list_pages[PAGE_DROPPED]--;
        guest_page_release(guest, ppn);
    } else {
        guest->place[page->owner] = ppn | PLACE_PRESENT;
    }
}

void guest_swap_done(struct guest *guest, const struct request *request)
{
    for (uint32_t i = 0; i < request->count; i++) {
        uint32_t ppn = request->ppn[i];
        if (ppn == NONE)
            continue;
        guest->page[ppn].busy = 0;
        if (request->kind == IO_SWAP_OUT)
            out_done(guest, ppn, request->first + i);
        else
            in_done(guest, ppn, request->first + i);
    }
}
