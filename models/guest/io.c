/*
 * Disk requests: a fixed number, contiguous clusters, waiters on each. The virtual disk holds the
 * paging device first and the file area behind it.
 *
 * The hazard is a page that changes hands while a device still works on it: it stays `busy` until
 * the end of its request, which finds it by its PPN even if its file is gone.
 */
#include <assert.h>

#include "models/guest/internal.h"

static bool is_write(enum io_kind kind)
{
    return kind == IO_WRITE || kind == IO_SWAP_OUT;
}

void guest_io_init(struct guest *guest)
{
    for (uint32_t tag = 0; tag < guest->request_slots; tag++)
        guest->request[tag].next_free = tag + 1 < guest->request_slots ? tag + 1 : NONE;
    guest->free_request = 0;
}

bool guest_io_possible(const struct guest *guest, bool write)
{
    return guest->requests_of[write] < guest->request_slots / 2;
}

uint32_t guest_io_begin(struct guest *guest, enum io_kind kind, uint32_t first)
{
    if (!guest_io_possible(guest, is_write(kind)))
        return NONE;
    uint32_t tag = guest->free_request;
    struct request *request = &guest->request[tag];
    guest->free_request = request->next_free;
    guest->requests_of[is_write(kind)]++;
    request->kind = kind;
    request->first = first;
    request->count = 0;
    request->waiters = (struct queue){NONE, NONE};
    return tag;
}

void guest_io_add(struct guest *guest, uint32_t tag, uint32_t ppn, bool filled, uint64_t content)
{
    struct request *request = &guest->request[tag];
    assert(request->count < IO_PAGES);
    request->ppn[request->count++] = ppn;
    if (ppn == NONE)
        return;
    guest->page[ppn].busy = 1;
    guest->hw->to_disk = !filled;
    guest_touch(guest, ppn, filled, content);
    guest->hw->to_disk = false;
}

static void give_back(struct guest *guest, uint32_t tag)
{
    struct request *request = &guest->request[tag];
    guest->requests_of[is_write(request->kind)]--;
    request->kind = IO_FREE;
    request->next_free = guest->free_request;
    guest->free_request = tag;
}

void guest_io_submit(struct guest *guest, uint32_t tag)
{
    struct request *request = &guest->request[tag];
    if (request->count == 0) {
        give_back(guest, tag);
        return;
    }
    bool write = is_write(request->kind);
    bool paging = request->kind == IO_SWAP_IN || request->kind == IO_SWAP_OUT;
    guest->used_ns += guest->cost.io_start_ns;
    if (write) {
        guest->count.disk_writes++;
        guest->count.disk_written_pages += request->count;
    } else {
        guest->count.disk_reads++;
        guest->count.disk_read_pages += request->count;
    }
    struct guest_io io = {.write = write,
                          .block = request->first + (paging ? 0 : guest->config.swap_pages),
                          .count = request->count,
                          .tag = tag};
    guest->hw->disk(guest->hw->context, &io);
}

uint32_t guest_io_of_page(const struct guest *guest, uint32_t ppn)
{
    for (uint32_t tag = 0; tag < guest->request_slots; tag++) {
        const struct request *request = &guest->request[tag];
        if (request->kind == IO_FREE)
            continue;
        for (uint32_t i = 0; i < request->count; i++) {
            if (request->ppn[i] == ppn)
                return tag;
        }
    }
    return NONE;
}

/* The end of a read or a write of file blocks. */
static void file_blocks_done(struct guest *guest, const struct request *request)
{
    for (uint32_t i = 0; i < request->count; i++) {
        uint32_t ppn = request->ppn[i];
        struct page *page = &guest->page[ppn];
        page->busy = 0;
        if (page->list == PAGE_DROPPED) {
            guest->list_pages[PAGE_DROPPED]--;
            guest_page_release(guest, ppn);
        } else if (request->kind == IO_READ) {
            guest->place[page->owner] = ppn | PLACE_PRESENT;
        }
    }
}

void guest_io_done(struct guest *guest, uint32_t tag, uint64_t now_ns)
{
    struct request *request = &guest->request[tag];
    assert(tag < guest->request_slots && request->kind != IO_FREE);
    (void)now_ns;
    if (request->kind == IO_READ || request->kind == IO_WRITE)
        file_blocks_done(guest, request);
    else
        guest_swap_done(guest, request);
    struct queue waiters = request->waiters;
    give_back(guest, tag);
    guest_queue_wake(guest, &waiters);
    guest_queue_wake(guest, &guest->request_waiters);
    guest_queue_wake(guest, &guest->memory_waiters); /* what was written can be reclaimed now */
}

bool guest_page_pinned(const struct guest *guest, uint32_t ppn)
{
    return guest->os->manages_memory && guest->page[ppn].busy;
}
