/*
 * Pages in requests, and requests on their way to the disk.
 *
 * The hazard is a page that changes hands while a device still works on it: it stays `busy` until
 * the end of its request, which finds it by its PPN even if its file is gone.
 */
#include "models/guest/io.h"

#include <assert.h>

#include "models/guest/place.h"
#include "models/guest/shortage.h"
#include "models/guest/state.h"

void guest_io_add(struct guest *guest, uint32_t tag, uint32_t ppn, bool filled, uint64_t content)
{
    struct request *request = &guest->requests.request[tag];
    assert(request->count < IO_PAGES);
    request->ppn[request->count++] = ppn;
    if (ppn == NONE)
        return;
    guest->pages.page[ppn].busy = 1;
    guest->hw->to_disk = !filled;
    guest_touch(guest, ppn, filled, content);
    guest->hw->to_disk = false;
}

/* How many requests a guest with pages of 4 KiB makes of this one. */
static uint32_t requests_of(const struct guest *guest, const struct request *request)
{
    uint32_t cluster = request->kind == IO_SWAP_IN ? guest->os->swap_cluster_slots : IO_PAGES;
    uint32_t pages = request->count * guest_page_scale(&guest->config);
    return pages > cluster ? (pages + cluster - 1) / cluster : 1;
}

void guest_io_submit(struct guest *guest, uint32_t tag)
{
    struct request *request = &guest->requests.request[tag];
    if (request->count == 0) {
        guest_request_end(&guest->requests, tag);
        return;
    }
    bool write = io_kind_writes(request->kind);
    bool paging = request->kind == IO_SWAP_IN || request->kind == IO_SWAP_OUT;
    uint32_t requests = requests_of(guest, request);
    guest->used_ns += requests * guest->cost.io_start_ns;
    if (write) {
        guest->count.disk_writes += requests;
        guest->count.disk_written_pages += request->count;
    } else {
        guest->count.disk_reads += requests;
        guest->count.disk_read_pages += request->count;
    }
    struct guest_io io = {.write = write,
                          .block = request->first + (paging ? 0 : guest->config.swap_pages),
                          .count = request->count,
                          .requests = requests,
                          .tag = tag,
                          .at_ns = guest_now(guest)};
    guest->hw->disk(guest->hw->context, &io);
}

void guest_io_file_done(struct guest *guest, const struct request *request)
{
    for (uint32_t i = 0; i < request->count; i++) {
        uint32_t ppn = request->ppn[i];
        struct page *page = &guest->pages.page[ppn];
        page->busy = 0;
        if (page->list == PAGE_DROPPED) {
            guest->pages.count[PAGE_DROPPED]--;
            guest_shortage_release(guest, ppn);
        } else if (request->kind == IO_READ) {
            guest->place[page->owner] = ppn | PLACE_PRESENT;
        }
    }
}
