/*
 * Huge pages. The hazard is a guest that spends its last memory on pages that nobody asked for:
 * where the low watermark would be reached, and where some of the block is there already, small
 * pages are given.
 */
#include "models/guest/huge.h"

#include "models/guest/place.h"
#include "models/guest/state.h"
#include "sim/random.h"

#define SHARE_WHOLE 10000u

/* Which blocks are huge is drawn once, for each process and block. */
static bool is_huge(const struct guest *guest, const struct process *process, uint32_t block)
{
    uint64_t stream = sim_mix64(guest->config.seed, guest->config.replicate);
    uint64_t number = (uint64_t)(process - guest->processes.process) << 32 | block;
    return sim_mix64(stream, number) % SHARE_WHOLE < guest->config.huge_share_bp;
}

static bool is_untouched(const struct guest *guest, uint32_t first, uint32_t pages)
{
    for (uint32_t place = first; place < first + pages; place++) {
        if (guest->place[place] != 0)
            return false;
    }
    return true;
}

bool guest_huge_fault(struct guest *guest, struct process *process, uint32_t place)
{
    if (guest->config.huge_share_bp == 0 || process->is_system)
        return false;
    uint32_t pages = guest_scaled_pages(&guest->config, BLOCK_PAGES);
    uint32_t block = (place - process->first_place) / pages;
    uint32_t first = process->first_place + block * pages;
    if (block >= process->pages / pages || !is_huge(guest, process, block) ||
        guest_page_free_count(&guest->pages) < guest->watermarks.low + pages ||
        !is_untouched(guest, first, pages))
        return false;
    guest->used_ns += guest->cost.guest_fault_ns;
    for (uint32_t i = 0; i < pages && !guest->hw->stalled; i++) {
        bool zeroed = true;
        uint32_t ppn = guest_page_take(&guest->pages, &zeroed);
        if (!zeroed) {
            guest_touch(guest, ppn, true, GUEST_CONTENT_ZERO);
            guest->used_ns += guest->cost.zero_ns;
        }
        guest_place_fill(guest, first + i, ppn, PLACE_PRESENT | PLACE_USED);
    }
    guest_process_touched(process, first + pages - 1);
    guest->count.huge_pages++;
    return true;
}
