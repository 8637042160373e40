/*
 * Paging. The hazard is double paging (paper, section 3.1): a page that the hypervisor has swapped
 * out is read back only to be written to this device. The model does nothing for it: writing a page
 * touches it, and so it happens by itself.
 *
 * Compressed memory (zram) is no device: a page is compressed or decompressed at once, by the CPU
 * of whoever asked, and takes memory of the kernel.
 */
#include "models/guest/swap.h"

#include <assert.h>

#include "models/guest/io.h"
#include "models/guest/kernel.h"
#include "models/guest/log.h"
#include "models/guest/place.h"
#include "models/guest/shortage.h"
#include "models/guest/state.h"

bool guest_swap_out(struct guest *guest, uint32_t ppn)
{
    struct page_out_batch *batch = &guest->batch;
    if (guest->slots.used + batch->count >= guest->slots.total) {
        if (guest->slots.total > 0)
            guest_log_swap_full(guest);
        return false;
    }
    guest_log_swap_room(guest);
    if (batch->count == guest->io_pages)
        guest_swap_submit(guest);
    if (batch->count == guest->io_pages)
        return false;
    guest->pages.page[ppn].busy = 1;
    batch->ppn[batch->count++] = ppn;
    return true;
}

static void out_done(struct guest *guest, uint32_t ppn, uint32_t slot)
{
    struct page *page = &guest->pages.page[ppn];
    uint32_t place = page->owner;
    if (page->list == PAGE_DROPPED) {
        guest->pages.count[PAGE_DROPPED]--;
        guest_slot_free(&guest->slots, slot);
        guest_shortage_release(guest, ppn);
    } else if (guest->place[place] & PLACE_USED) { /* touched while it was being written */
        guest_slot_free(&guest->slots, slot);
    } else {
        if (guest->hw->contents_matter)
            guest->slots.content[slot] = guest->hw->content(guest->hw->context, ppn);
        if (guest->pages.is_split)
            guest->slots.shadow[slot] = guest_workingset_evict(guest, ppn);
        guest_place_empty(guest, place);
        guest->place[place] = slot | PLACE_SWAPPED;
    }
}

static void in_done(struct guest *guest, uint32_t ppn, uint32_t slot)
{
    struct page *page = &guest->pages.page[ppn];
    guest_slot_free(&guest->slots, slot);
    if (page->list == PAGE_DROPPED) {
        guest->pages.count[PAGE_DROPPED]--;
        guest_shortage_release(guest, ppn);
    } else {
        guest->place[page->owner] = ppn | PLACE_PRESENT;
    }
}

/* Compressed pages lie in memory of the kernel, which grows once the pages are free. */
static void compress_batch(struct guest *guest)
{
    struct page_out_batch *batch = &guest->batch;
    for (uint32_t i = 0; i < batch->count; i++) {
        uint32_t ppn = batch->ppn[i];
        uint32_t slot = guest_slot_take(&guest->slots, guest->pages.page[ppn].owner);
        guest_touch(guest, ppn, false, 0);
        guest->used_ns += guest->cost.zram_compress_ns;
        guest->count.swap_out_pages++;
        guest->pages.page[ppn].busy = 0;
        out_done(guest, ppn, slot);
    }
    batch->count = 0;
    guest_kernel_adjust(guest);
}

void guest_swap_decompress(struct guest *guest, uint32_t place, uint32_t ppn)
{
    uint32_t slot = guest->place[place] & PLACE_NUMBER;
    guest_place_fill(guest, place, ppn, PLACE_PRESENT | PLACE_USED);
    guest_touch(guest, ppn, true, guest->slots.content[slot]);
    guest->used_ns += guest->cost.zram_decompress_ns;
    guest->count.swap_in_pages++;
    guest_slot_free(&guest->slots, slot);
    guest_kernel_adjust(guest);
}

void guest_swap_submit(struct guest *guest)
{
    struct page_out_batch *batch = &guest->batch;
    uint32_t tag = NONE, expected = NONE, i = 0;
    if (guest->config.swap_device == GUEST_SWAP_ZRAM) {
        compress_batch(guest);
        return;
    }
    for (; i < batch->count; i++) {
        uint32_t ppn = batch->ppn[i];
        if (!guest_request_possible(&guest->requests, true) && tag == NONE)
            break;
        uint32_t slot = guest_slot_take(&guest->slots, guest->pages.page[ppn].owner);
        if (tag != NONE && slot != expected) {
            guest_io_submit(guest, tag);
            tag = guest_request_begin(&guest->requests, IO_SWAP_OUT, slot);
            if (tag == NONE) {
                guest_slot_free(&guest->slots, slot);
                break;
            }
        } else if (tag == NONE) {
            tag = guest_request_begin(&guest->requests, IO_SWAP_OUT, slot);
        }
        expected = slot + 1;
        guest->count.swap_out_pages++;
        guest->leaving_pages++;
        guest_io_add(guest, tag, ppn, false, 0);
    }
    if (tag != NONE)
        guest_io_submit(guest, tag);
    for (; i < batch->count; i++)
        guest->pages.page[batch->ppn[i]].busy = 0;
    batch->count = 0;
}

uint32_t guest_swap_in(struct guest *guest, uint32_t place, uint32_t wanted_ppn)
{
    uint32_t wanted = guest->place[place] & PLACE_NUMBER;
    uint32_t slots = guest_scaled_pages(&guest->config, guest->os->swap_cluster_slots);
    uint32_t first = wanted - wanted % slots, end = first + slots;
    if (end > guest->slots.total)
        end = guest->slots.total;
    bool zeroed = false;
    uint32_t tag = guest_request_begin(&guest->requests, IO_SWAP_IN, first);
    assert(tag != NONE);
    for (uint32_t slot = first; slot < end; slot++) {
        uint32_t owner = guest->slots.owner[slot];
        uint32_t ppn = slot == wanted ? wanted_ppn : NONE;
        bool swapped = owner && guest->place[owner] == (slot | PLACE_SWAPPED);
        if (swapped && slot != wanted &&
            guest_page_free_count(&guest->pages) > guest->watermarks.low)
            ppn = guest_page_take(&guest->pages, &zeroed);
        if (ppn != NONE) {
            guest_place_fill(guest, owner, ppn, PLACE_READING);
            guest->count.swap_in_pages++;
        }
        guest_io_add(guest, tag, ppn, true, guest->slots.content[slot]);
        if (guest->hw->stalled && slot >= wanted)
            break;
    }
    guest_io_submit(guest, tag);
    return tag;
}

void guest_swap_done(struct guest *guest, const struct request *request)
{
    for (uint32_t i = 0; i < request->count; i++) {
        uint32_t ppn = request->ppn[i];
        if (ppn == NONE)
            continue;
        guest->pages.page[ppn].busy = 0;
        if (request->kind == IO_SWAP_OUT) {
            guest->leaving_pages--;
            out_done(guest, ppn, request->first + i);
        } else {
            in_done(guest, ppn, request->first + i);
        }
    }
}
