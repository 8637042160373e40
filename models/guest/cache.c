/*
 * Reads, writes, syncs and truncations of files through the page cache. The larger the cache, the
 * more disk traffic it absorbs (paper, Figure 2).
 *
 * The hazard is data that need never reach the disk: a file that is truncated or deleted drops its
 * pages at once, dirty ones unwritten.
 */
#include "models/guest/cache.h"

#include <assert.h>

#include "models/guest/flush.h"
#include "models/guest/io.h"
#include "models/guest/lru.h"
#include "models/guest/place.h"
#include "models/guest/reclaim.h"
#include "models/guest/shortage.h"
#include "models/guest/state.h"

#define READ_AHEAD_LEAST 4u /* 2.4 blkdev.h: MIN_READAHEAD 3 pages beside the one asked for */

static uint32_t pages_of(const struct guest *guest, uint64_t bytes)
{
    return (uint32_t)((bytes + guest->page_bytes - 1) / guest->page_bytes);
}

/* How many bytes of the operation lie in the page that it has come to. */
static uint32_t bytes_here(const struct guest *guest, const struct process *process, uint64_t end)
{
    uint64_t at = process->op.offset + process->done;
    uint32_t in_page = guest->page_bytes - (uint32_t)(at % guest->page_bytes);
    return end - at < in_page ? (uint32_t)(end - at) : in_page;
}

static uint64_t content_of(const struct guest *guest, const struct file *file, uint32_t page)
{
    if (file->written)
        return GUEST_CONTENT_PRIVATE;
    uint64_t number = (uint64_t)(file - guest->files.file) << 32 | page;
    return guest_content_plain(sim_mix64(guest->config.boot.image, number));
}

/* How many pages to read at once from `page` on, where the operation asks for `wanted`. */
static uint32_t read_ahead(const struct guest *guest, struct file *file, uint32_t page,
                           uint32_t wanted)
{
    uint32_t least = guest_scaled_pages(&guest->config, READ_AHEAD_LEAST);
    bool sequential = page == 0 || page == file->read_next;
    uint32_t window = sequential ? 2 * file->read_window : 1;
    if (sequential && window < least)
        window = least;
    if (window > guest->io_pages)
        window = guest->io_pages;
    file->read_window = window;
    uint32_t count = wanted > window ? wanted : window;
    uint32_t left = pages_of(guest, file->bytes) - page;
    if (count > left)
        count = left;
    return count > guest->io_pages ? guest->io_pages : count;
}

/* The process is about to wait for this page. One of the working set that must be read again is a
 * stall for memory. */
static void note_thrashing(struct guest *guest, struct process *process, uint32_t place)
{
    uint32_t entry = guest->place[place];
    if (guest->pages.is_split && (entry & PLACE_READING) &&
        (guest->pages.mark[entry & PLACE_NUMBER] & PAGE_WORKINGSET))
        guest_stall_wait(guest, process);
}

/* Starts to read up to `count` pages of the file, as long as they lie together on the disk and are
 * not in memory. The process waits for them. */
static enum step read_cluster(struct guest *guest, struct process *process, struct file *file,
                              uint32_t page, uint32_t count)
{
    if (!guest_request_possible(&guest->requests, false)) {
        guest_process_wait(&guest->processes, process, &guest->request_waiters);
        return STEP_BLOCKED;
    }
    bool zeroed = false;
    uint32_t ppn = guest_reclaim_page(guest, &zeroed);
    if (ppn == NONE)
        return guest_reclaim_wait(guest, process);
    uint32_t first = guest_file_place(file, page);
    uint32_t tag = guest_request_begin(&guest->requests, IO_READ, first);
    for (uint32_t i = 0; ppn != NONE;) {
        guest_place_fill(guest, first + i, ppn, PLACE_READING);
        guest_io_add(guest, tag, ppn, true, content_of(guest, file, page + i));
        i++;
        ppn = NONE;
        if (i < count && !guest->hw->stalled && guest_file_place(file, page + i) == first + i &&
            guest_place_is_vacant(guest->place[first + i]))
            ppn = guest_reclaim_page(guest, &zeroed);
    }
    guest_io_submit(guest, tag);
    note_thrashing(guest, process, first);
    guest_process_wait(&guest->processes, process, &guest->requests.request[tag].waiters);
    process->waited = true;
    return STEP_BLOCKED;
}

static enum step wait_for_page(struct guest *guest, struct process *process, uint32_t ppn)
{
    note_thrashing(guest, process, guest->pages.page[ppn].owner);
    guest_process_wait(
        &guest->processes, process,
        &guest->requests.request[guest_request_of_page(&guest->requests, ppn)].waiters);
    process->waited = true;
    return STEP_BLOCKED;
}

static void copy_user(struct guest *guest, struct process *process, uint32_t bytes)
{
    guest->used_ns += guest->cost.user_copy_ns * bytes / guest->page_bytes;
    process->done += bytes;
    if (process->waited)
        guest->count.cache_misses++;
    else
        guest->count.cache_hits++;
    process->waited = false;
}

/* The page counts as used. Where lists are kept apart, several reads in a row of one page are one
 * use, and writes are none (Linux filemap.c since 2.6.31; since 4.7). */
static void note_read(struct guest *guest, const struct process *process, const struct file *file,
                      uint32_t page, uint32_t place)
{
    if (!guest->pages.is_split) {
        if (!process->waited)
            guest->place[place] |= PLACE_USED;
    } else if (file->read_next != page + 1) {
        guest_lru_read(guest, place);
    }
}

enum step guest_cache_read_step(struct guest *guest, struct process *process)
{
    assert(process->op.file < guest->files.count);
    struct file *file = &guest->files.file[process->op.file];
    uint64_t at = process->op.offset + process->done;
    uint64_t end = process->op.offset + process->op.bytes;
    if (end > file->bytes)
        end = file->bytes;
    if (at >= end)
        return STEP_DONE;

    uint32_t page = (uint32_t)(at / guest->page_bytes);
    uint32_t bytes = bytes_here(guest, process, end);
    uint32_t place = guest_file_place(file, page);
    if (place) {
        uint32_t entry = guest->place[place];
        if (guest_place_is_vacant(entry)) {
            uint32_t count = read_ahead(guest, file, page, pages_of(guest, end) - page);
            return read_cluster(guest, process, file, page, count);
        }
        if (entry & PLACE_READING)
            return wait_for_page(guest, process, entry & PLACE_NUMBER);
        guest_touch(guest, entry & PLACE_NUMBER, false, 0);
        note_read(guest, process, file, page, place);
    }
    copy_user(guest, process, bytes); /* a hole reads as zeroes and touches no page */
    guest->count.file_read_bytes += bytes;
    file->read_next = page + 1;
    return at + bytes == end ? STEP_DONE : STEP_MORE;
}

/* Makes the page at `place` ready to be written to. */
static enum step prepare_write(struct guest *guest, struct process *process, struct file *file,
                               uint32_t page, uint32_t bytes, uint32_t place)
{
    uint32_t entry = guest->place[place];
    if (entry & PLACE_READING)
        return wait_for_page(guest, process, entry & PLACE_NUMBER);
    uint64_t start = (uint64_t)page * guest->page_bytes;
    uint64_t old_bytes = file->bytes > start ? file->bytes - start : 0;
    if (old_bytes > bytes && bytes < guest->page_bytes)
        return read_cluster(guest, process, file, page, 1);
    bool zeroed = false;
    uint32_t ppn = guest_reclaim_page(guest, &zeroed);
    if (ppn == NONE)
        return guest_reclaim_wait(guest, process);
    guest_place_fill(guest, place, ppn, PLACE_PRESENT);
    return STEP_MORE;
}

enum step guest_cache_write_step(struct guest *guest, struct process *process)
{
    assert(process->op.file < guest->files.count);
    struct file *file = &guest->files.file[process->op.file];
    uint64_t at = process->op.offset + process->done;
    uint64_t end = process->op.offset + process->op.bytes;
    if (at >= end)
        return STEP_DONE;
    if (guest_shortage_throttles(guest)) {
        guest_process_wait(&guest->processes, process, &guest->throttled);
        return STEP_BLOCKED;
    }
    uint32_t page = (uint32_t)(at / guest->page_bytes);
    uint32_t bytes = bytes_here(guest, process, end);
    if (!guest_file_grow(&guest->files, file, page))
        return STEP_DONE; /* the disk is full: a short write */
    uint32_t place = guest_file_place(file, page);
    bool present = guest->place[place] & PLACE_PRESENT;
    if (!present) {
        enum step step = prepare_write(guest, process, file, page, bytes, place);
        if (!(guest->place[place] & PLACE_PRESENT))
            return step; /* blocked, killed, or to be tried again */
    }
    uint32_t ppn = guest->place[place] & PLACE_NUMBER;
    guest_touch(guest, ppn, true, GUEST_CONTENT_PRIVATE);
    if (present && !process->waited && !guest->pages.is_split)
        guest->place[place] |= PLACE_USED;
    guest_page_dirty(&guest->pages, ppn);
    copy_user(guest, process, bytes);
    guest->count.file_written_bytes += bytes;
    file->written = true;
    if (at + bytes > file->bytes)
        file->bytes = at + bytes;
    if (file->dirty_end == 0 || page < file->dirty_first)
        file->dirty_first = page;
    if (page >= file->dirty_end)
        file->dirty_end = page + 1;
    return at + bytes == end ? STEP_DONE : STEP_MORE;
}

/* The first pass sends all dirty pages to the disk; the second waits for each that is still under
 * way. `done` says which pass it is. */
enum step guest_cache_sync_step(struct guest *guest, struct process *process)
{
    assert(process->op.file < guest->files.count);
    struct file *file = &guest->files.file[process->op.file];
    if (process->cursor < file->dirty_first)
        process->cursor = file->dirty_first;
    for (; process->cursor < file->dirty_end; process->cursor++) {
        uint32_t place = guest_file_place(file, process->cursor);
        uint32_t entry = place ? guest->place[place] : 0;
        if (!(entry & PLACE_PRESENT))
            continue;
        uint32_t ppn = entry & PLACE_NUMBER;
        const struct page *here = &guest->pages.page[ppn];
        bool writing = process->done == 0;
        if (here->busy && (here->dirty || !writing))
            return wait_for_page(guest, process,
                                 ppn); /* the write under way may be of older data */
        if (!writing || !here->dirty)
            continue;
        if (!guest_flush_write(guest, ppn)) {
            guest_process_wait(&guest->processes, process, &guest->request_waiters);
            return STEP_BLOCKED;
        }
        if (guest->hw->stalled)
            return STEP_MORE;
    }
    process->cursor = 0;
    if (process->done)
        return STEP_DONE;
    process->done = 1;
    return STEP_MORE;
}

void guest_cache_truncate(struct guest *guest, struct file *file, uint64_t bytes)
{
    uint32_t keep = pages_of(guest, bytes), pages = pages_of(guest, file->bytes);
    for (uint32_t page = keep; page < pages; page++) {
        uint32_t place = guest_file_place(file, page);
        if (place && guest_place_is_vacant(guest->place[place]))
            guest->place[place] = 0; /* there may be a shadow */
        else if (place)
            guest_place_empty(guest, place);
    }
    guest_file_shrink(&guest->files, file, keep);
    file->bytes = bytes;
    if (file->dirty_end > keep)
        file->dirty_end = keep;
    if (keep == 0)
        *file = (struct file){.written = true};
}
