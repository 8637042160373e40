/*
 * The memory of processes. A page is given at the first touch and zeroed before, since no process
 * may see another's data; reclaim takes it away; the paging device brings it back.
 *
 * The hazard is speed: touching resident memory is the hot path of every workload that is not about
 * files. So pages for which nothing can happen are touched together (settled.h), and the loop over
 * the others does nothing else.
 */
#include "models/guest/memory.h"

#include <assert.h>

#include "models/guest/huge.h"
#include "models/guest/io.h"
#include "models/guest/kernel.h"
#include "models/guest/place.h"
#include "models/guest/reclaim.h"
#include "models/guest/state.h"
#include "models/guest/swap.h"

static enum step fault_in(struct guest *guest, struct process *process, uint32_t place)
{
    bool zeroed = true;
    if (guest_huge_fault(guest, process, place))
        return STEP_MORE;
    uint32_t ppn = guest_reclaim_page(guest, &zeroed);
    if (ppn == NONE)
        return guest_reclaim_wait(guest, process);
    guest->used_ns += guest->cost.guest_fault_ns;
    if (!zeroed) {
        guest_touch(guest, ppn, true, GUEST_CONTENT_ZERO);
        guest->used_ns += guest->cost.zero_ns;
    }
    guest_process_touched(process, place);
    guest_place_fill(guest, place, ppn, PLACE_PRESENT | PLACE_USED);
    return STEP_MORE;
}

static enum step read_back(struct guest *guest, struct process *process, uint32_t place)
{
    bool is_memory = guest->config.swap_device == GUEST_SWAP_ZRAM;
    if (!is_memory && !guest_request_possible(&guest->requests, false)) {
        guest_process_wait(&guest->processes, process, &guest->request_waiters);
        return STEP_BLOCKED;
    }
    guest->used_ns += guest->cost.guest_fault_ns;
    bool zeroed = false;
    uint32_t ppn = guest_reclaim_page(guest, &zeroed);
    if (ppn == NONE)
        return guest_reclaim_wait(guest, process);
    if (is_memory) {
        guest_stall_enter(guest);
        guest_swap_decompress(guest, place, ppn);
        guest_stall_leave(guest);
        return STEP_MORE;
    }
    uint32_t tag = guest_swap_in(guest, place, ppn);
    guest_stall_wait(guest, process);
    guest_process_wait(&guest->processes, process, &guest->requests.request[tag].waiters);
    return STEP_BLOCKED;
}

/* How many touches, one at least and `most` at most, fit into the time: the last one may end later.
 */
static uint32_t touches_within(uint64_t room_ns, uint64_t each_ns, uint32_t most)
{
    if (each_ns == 0)
        return most;
    uint64_t fit = (room_ns - 1) / each_ns + 1;
    return fit < most ? (uint32_t)fit : most;
}

enum step guest_memory_step(struct guest *guest, struct process *process, uint64_t limit_ns)
{
    const struct guest_op *op = &process->op;
    assert(op->first <= process->pages && op->pages <= process->pages - op->first);
    struct guest_hw *hw = guest->hw;
    uint32_t *place = guest->place;
    uint32_t at = process->first_place + op->first + (uint32_t)process->done;
    uint32_t end = process->first_place + op->first + op->pages;
    uint64_t used_ns = guest->used_ns, content = op->content, work_ns = op->ns;
    bool write = op->write;

    while (at < end && used_ns < limit_ns) {
        uint32_t run = guest_settled_run(&guest->settled, write, at, end);
        if (run > 0) {
            uint64_t each_ns = work_ns + hw->touch_ns;
            run = touches_within(limit_ns - used_ns, each_ns, run);
            used_ns += run * each_ns;
            if (hw->accessed)
                hw->accessed(hw->context, &place[at], run);
            at += run;
            continue;
        }
        uint32_t entry = place[at];
        if (!(entry & PLACE_PRESENT))
            break;
        guest->used_ns = used_ns += work_ns; /* the hypervisor may ask what time it is */
        used_ns += guest_hw_touch(hw, entry & PLACE_NUMBER, write, content);
        place[at] = entry | PLACE_USED;
        if (guest_hw_allows(hw, entry & PLACE_NUMBER, write))
            guest_settled_set(&guest->settled, write, at);
        at++;
        if (hw->stalled)
            break;
    }
    process->done = at - process->first_place - op->first;
    guest->used_ns = used_ns;
    if (at == end)
        return STEP_DONE;
    if (hw->stalled || used_ns >= limit_ns || (place[at] & PLACE_PRESENT))
        return STEP_MORE;
    if (place[at] == 0)
        return fault_in(guest, process, at);
    if (place[at] & PLACE_SWAPPED)
        return read_back(guest, process, at);
    guest_stall_wait(guest, process);
    uint32_t tag = guest_request_of_page(&guest->requests, place[at] & PLACE_NUMBER);
    guest_process_wait(&guest->processes, process, &guest->requests.request[tag].waiters);
    return STEP_BLOCKED;
}

static void free_place(struct guest *guest, uint32_t place)
{
    uint32_t entry = guest->place[place];
    if (entry & PLACE_SWAPPED) {
        guest_slot_free(&guest->slots, entry & PLACE_NUMBER);
        guest->place[place] = 0;
        if (guest->config.swap_device == GUEST_SWAP_ZRAM)
            guest_kernel_adjust(guest);
    } else if (entry) {
        guest_place_empty(guest, place);
    }
}

enum step guest_memory_free_step(struct guest *guest, struct process *process, uint64_t limit_ns)
{
    const struct guest_op *op = &process->op;
    assert(op->first <= process->pages && op->pages <= process->pages - op->first);
    uint32_t first = process->first_place + op->first;
    while (process->done < op->pages && guest->used_ns < limit_ns) {
        free_place(guest, first + (uint32_t)process->done++);
        guest->used_ns += guest->cost.page_scan_ns;
    }
    return process->done == op->pages ? STEP_DONE : STEP_MORE;
}

void guest_memory_free(struct guest *guest, struct process *process)
{
    for (uint32_t page = 0; page < process->touched_end; page++)
        free_place(guest, process->first_place + page);
}

bool guest_memory_zero_one(struct guest *guest)
{
    uint32_t ppn = guest_page_take_unzeroed(&guest->pages);
    if (ppn == NONE)
        return false;
    guest_touch(guest, ppn, true, GUEST_CONTENT_ZERO);
    guest->used_ns += guest->cost.zero_ns;
    guest->count.zeroed_pages++;
    guest_page_put(&guest->pages, ppn, PAGE_ZEROED);
    return true;
}

enum step guest_memory_zero_step(struct guest *guest, struct process *process)
{
    if (process->done == process->op.pages || !guest_memory_zero_one(guest))
        return STEP_DONE;
    process->done++;
    return STEP_MORE;
}
