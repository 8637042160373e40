/*
 * Checks every list, count and cross-reference of a guest from scratch, for tests and for the
 * host's own verification. The hazard is a page that two owners believe to have.
 *
 * Records of pages and slots that were never used are not read: a guest of a terabyte that uses
 * little must not take gigabytes to be checked.
 */
#include "models/guest/guest.h"
#include "models/guest/place.h"
#include "models/guest/state.h"

static const char *check_lists(const struct guest *guest)
{
    static const enum page_list linked[] = {PAGE_FREE,          PAGE_ZEROED,     PAGE_INACTIVE,
                                            PAGE_ACTIVE,        PAGE_BALLOON,    PAGE_KERNEL,
                                            PAGE_INACTIVE_ANON, PAGE_ACTIVE_ANON};
    uint32_t pages = guest->config.memory_pages;
    for (unsigned i = 0; i < sizeof linked / sizeof linked[0]; i++) {
        uint32_t head = pages + linked[i], count = 0, at;
        for (uint32_t before = head; (at = guest->pages.page[before].next) != head; before = at) {
            if (at >= pages || ++count > pages)
                return "guest: a list of pages runs astray";
            if (at >= guest->pages.fresh)
                return "guest: a page that counts as never used lies in a list";
            if (guest->pages.page[at].prev != before)
                return "guest: a list of pages is torn";
            if (guest_page_list(&guest->pages, at) != linked[i])
                return "guest: a page lies in a list that it does not name";
        }
        if (linked[i] == PAGE_KERNEL)
            count += guest->pages.kernel_pages;
        if (count != guest->pages.count[linked[i]])
            return "guest: a list of pages is not as long as its count";
    }
    return NULL;
}

static const char *check_page(const struct guest *guest, uint32_t ppn)
{
    const struct page *page = &guest->pages.page[ppn];
    bool placed = page->list == PAGE_INACTIVE || page->list == PAGE_ACTIVE;
    if (page->list == PAGE_FRESH)
        return "guest: a page never used lies below the first such page";
    if (page->dirty && (!placed || page->owner >= PLACE_FILES))
        return "guest: a dirty page is no file's";
    if (page->busy && !placed && page->list != PAGE_DROPPED)
        return "guest: a device works on a page that is free";
    if (!placed)
        return NULL;
    uint32_t entry = guest->place[page->owner];
    if (!(entry & (PLACE_PRESENT | PLACE_READING)) || (entry & PLACE_NUMBER) != ppn)
        return "guest: a page's place does not hold it";
    if ((entry & PLACE_READING) && !page->busy)
        return "guest: a page is being read, but by no device";
    return NULL;
}

static const char *check_pages(const struct guest *guest)
{
    uint32_t lists[PAGE_HEADS] = {0}, cached = 0, owned = 0, dirty = 0;
    for (uint32_t ppn = 0; ppn < guest->pages.fresh; ppn++) {
        const struct page *page = &guest->pages.page[ppn];
        const char *wrong = check_page(guest, ppn);
        if (wrong)
            return wrong;
        lists[guest_page_list(&guest->pages, ppn)]++;
        dirty += page->dirty;
        if (page->list == PAGE_INACTIVE || page->list == PAGE_ACTIVE)
            page->owner < PLACE_FILES ? cached++ : owned++;
    }
    lists[PAGE_FRESH] = guest->config.memory_pages - guest->pages.fresh;
    for (int i = 0; i < PAGE_HEADS; i++) {
        if (lists[i] != guest->pages.count[i])
            return "guest: a count of pages differs from the pages";
    }
    if (cached != guest->cache_pages || owned != guest->process_pages)
        return "guest: pages of files or of processes differ from their count";
    return dirty == guest->pages.dirty_pages ? NULL : "guest: dirty pages differ from their count";
}

static const char *check_dirty_lists(const struct guest *guest)
{
    uint32_t pages = guest->config.memory_pages, count = 0;
    for (uint32_t i = 0; i < DIRTY_LISTS; i++) {
        uint32_t head = pages + i, at;
        for (uint32_t before = head; (at = guest->pages.dirty[before].next) != head; before = at) {
            if (at >= pages || ++count > pages || !guest->pages.page[at].dirty)
                return "guest: a list of dirty pages runs astray";
            if (guest->pages.dirty[at].prev != before)
                return "guest: a list of dirty pages is torn";
        }
    }
    return count == guest->pages.dirty_pages ? NULL : "guest: dirty lists miss pages";
}

/* Every busy page belongs to one request that is under way, and to no other. */
static const char *check_requests(const struct guest *guest)
{
    uint32_t under_way[2] = {0, 0}, at_work = 0, busy = 0, leaving = 0;
    for (uint32_t tag = 0; tag < guest->requests.slots; tag++) {
        const struct request *request = &guest->requests.request[tag];
        if (request->kind == IO_FREE)
            continue;
        under_way[request->kind == IO_WRITE || request->kind == IO_SWAP_OUT]++;
        for (uint32_t i = 0; i < request->count; i++) {
            if (request->ppn[i] == NONE)
                continue;
            at_work++;
            leaving += request->kind == IO_SWAP_OUT;
            if (request->ppn[i] >= guest->pages.fresh)
                return "guest: a request names a page beyond memory, or one never used";
            if (!guest->pages.page[request->ppn[i]].busy ||
                guest_request_of_page(&guest->requests, request->ppn[i]) != tag)
                return "guest: two requests, or none, hold a page";
        }
    }
    for (uint32_t ppn = 0; ppn < guest->pages.fresh; ppn++)
        busy += guest->pages.page[ppn].busy;
    if (busy != at_work)
        return "guest: a busy page is in no request";
    if (leaving != guest->leaving_pages)
        return "guest: pages on their way out differ from their count";
    if (under_way[0] != guest->requests.under_way[0] ||
        under_way[1] != guest->requests.under_way[1])
        return "guest: requests differ from their count";
    return NULL;
}

static const char *check_swap(const struct guest *guest)
{
    uint32_t used = 0, swapped = 0;
    for (uint32_t slot = 0; slot < guest->slots.end; slot++)
        used += guest->slots.owner[slot] != 0;
    if (used != guest->slots.used)
        return "guest: slots in use differ from their count";
    for (uint32_t number = 0; number < guest->processes.count; number++) {
        const struct process *process = &guest->processes.process[number];
        uint32_t end = process->first_place + process->touched_end;
        for (uint32_t place = process->first_place; place < end; place++) {
            uint32_t entry = guest->place[place];
            if (!(entry & PLACE_SWAPPED))
                continue;
            swapped++;
            if (guest->slots.owner[entry & PLACE_NUMBER] != place)
                return "guest: a slot belongs to another page than the one that names it";
        }
    }
    return swapped <= used ? NULL : "guest: more pages are swapped than slots are used";
}

static const char *check_settled(const struct guest *guest)
{
    const struct settled *settled = &guest->settled;
    uint32_t end = guest->processes.next_place;
    for (int write = 0; write < 2; write++) {
        for (uint32_t place = PLACE_FILES; place < end; place++) {
            uint64_t word = settled->bits[write][(place - PLACE_FILES) / 64];
            if (word == 0) {
                place |= 63; /* of which nothing is read: it may cost memory */
                continue;
            }
            uint32_t entry = guest->place[place], used = PLACE_PRESENT | PLACE_USED;
            if (guest_settled_run(settled, write, place, place + 1) &&
                ((entry & used) != used ||
                 !guest_hw_allows(guest->hw, entry & PLACE_NUMBER, write)))
                return "guest: a page counts as settled, but its next touch changes something";
        }
    }
    return NULL;
}

static const char *check_queue(const struct guest *guest, const struct queue *queue,
                               enum process_state state, uint32_t *count)
{
    for (uint32_t at = queue->head; at != NONE; at = guest->processes.process[at].next) {
        if (at >= guest->processes.count || ++*count > guest->processes.count)
            return "guest: a queue of processes runs astray";
        if (guest->processes.process[at].state != state)
            return "guest: a process is queued for something else than it waits for";
    }
    return NULL;
}

static const char *check_processes(const struct guest *guest)
{
    uint32_t ready = 0, waiting = 0, promised = 0, stalled = 0, in_state[PROCESS_ENDED + 1] = {0};
    const struct queue *queues[] = {&guest->memory_waiters, &guest->request_waiters,
                                    &guest->throttled, &guest->kswapd.idle};
    int queue_count = guest->pages.is_split ? 4 : 3;
    const char *wrong = check_queue(guest, &guest->processes.ready, PROCESS_READY, &ready);
    for (int i = 0; i < queue_count && !wrong; i++)
        wrong = check_queue(guest, queues[i], PROCESS_WAITING, &waiting);
    for (uint32_t tag = 0; tag < guest->requests.slots && !wrong; tag++) {
        if (guest->requests.request[tag].kind != IO_FREE)
            wrong = check_queue(guest, &guest->requests.request[tag].waiters, PROCESS_WAITING,
                                &waiting);
    }
    if (wrong)
        return wrong;
    for (uint32_t number = 0; number < guest->processes.count; number++) {
        const struct process *process = &guest->processes.process[number];
        in_state[process->state]++;
        stalled += process->stalled;
        promised += process->state != PROCESS_ENDED ? process->promised_pages : 0;
    }
    if (stalled != guest->stall.waiting)
        return "guest: processes that wait for memory differ from their count";
    if (promised != guest->promised_pages)
        return "guest: promised pages differ from their count";
    if (in_state[PROCESS_WAITING] != waiting)
        return "guest: a process waits in no queue";
    if (in_state[PROCESS_READY] != ready + (guest->processes.current != NONE))
        return "guest: a ready process is in no queue";
    return NULL;
}

const char *guest_verify(const struct guest *guest)
{
    if (!guest->os->manages_memory)
        return check_processes(guest);
    const char *wrong = check_lists(guest);
    if (!wrong)
        wrong = check_pages(guest);
    if (!wrong)
        wrong = check_dirty_lists(guest);
    if (!wrong)
        wrong = check_requests(guest);
    if (!wrong)
        wrong = check_swap(guest);
    if (!wrong)
        wrong = check_settled(guest);
    return wrong ? wrong : check_processes(guest);
}
