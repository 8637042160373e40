/*
 * Reading: what the library knows, for the embedder's displays and records.
 */
#include "mp_estimator.h"
#include "mp_internal.h"

const char *mp_reason_name(enum mp_reason reason)
{
    switch (reason) {
    case MP_REASON_PERIODIC:
        return "periodic";
    case MP_REASON_PARAMETERS:
        return "parameters";
    case MP_REASON_VM_ON:
        return "vm_on";
    case MP_REASON_VM_OFF:
        return "vm_off";
    case MP_REASON_THRESHOLD:
        return "threshold";
    }
    return "unknown";
}

const char *mp_state_name(enum mp_state state)
{
    switch (state) {
    case MP_STATE_HIGH:
        return "high";
    case MP_STATE_SOFT:
        return "soft";
    case MP_STATE_HARD:
        return "hard";
    case MP_STATE_LOW:
        return "low";
    }
    return "unknown";
}

static const struct mp_vm *vm_of(const struct mp *mp, uint16_t number)
{
    mp_check(mp, number < mp->vm_limit && mp->vms[number].on, "a call names a VM that is off");
    return &mp->vms[number];
}

const struct mp_pmap_entry *mp_pmap(const struct mp *mp, uint16_t number)
{
    return vm_of(mp, number)->pmap;
}

void mp_vm_status(const struct mp *mp, uint16_t number, struct mp_vm_status *status)
{
    if (number >= mp->vm_limit || !mp->vms[number].on) {
        *status = (struct mp_vm_status){.on = false};
        return;
    }

    const struct mp_vm *vm = &mp->vms[number];
    struct mp_estimate active = mp_watch_estimate(mp, vm, mp->believed);

    *status = (struct mp_vm_status){
        .on = true,
        .balloon_driver = vm->driver,
        .blocked = vm->blocked,
        .config = vm->config,
        .alloc_pages = mp_vm_alloc_pages(vm),
        .ballooned_pages = vm->pages[MP_BALLOONED],
        .compressed_pages = vm->pages[MP_COMPRESSED],
        .compressed_memory_pages = vm->compressed_memory_pages,
        .swapped_pages = vm->pages[MP_SWAPPED],
        .untouched_pages = vm->pages[MP_UNTOUCHED],
        .cow_pages = vm->pages[MP_SHARED],
        .target_pages = vm->target_pages,
        .balloon_target_pages = vm->balloon_target_pages,
        .swap_target_pages = mp_swap_target_pages(mp, vm),
        .active_pages = active.pages,
        .active_slow_pages = active.slow_pages,
        .active_fast_pages = active.fast_pages,
        .overhead_pages = vm->overhead_pages,
        .pages_scanned = vm->pages_scanned,
        .cow_breaks = vm->cow_breaks,
        .swap_in_pages = vm->swap_in_pages,
        .swap_out_pages = vm->swap_out_pages,
        .large_pages = mp_large_pages(mp, vm),
        .large_breaks = vm->large_breaks,
        .compress_in_pages = vm->compress_in_pages,
        .compress_out_pages = vm->compress_out_pages,
        .sampled_touches = vm->sampled_touches,
        .shared_before_swap_pages = vm->shared_before_swap_pages,
        .balloon_pops = vm->balloon_pops,
        .balloon_refused_pages = vm->balloon_refused_pages,
        .io_copies = vm->io_copies,
        .io_remaps = vm->io_remaps,
        .io_returns = vm->io_returns,
        .stalled_ns = vm->stalled_ns,
        .refault_pages = vm->swap_in_pages + vm->compress_in_pages + vm->caught_pages,
        .has_report = vm->has_report,
        .report_ns = vm->report_ns,
        .report = vm->report,
    };
}

void mp_status(const struct mp *mp, struct mp_status *status)
{
    uint32_t overhead_pages = mp_min32(mp->overhead_pages, mp->free_mpns.count);
    uint32_t lost_pages = mp_min32(mp->lost_pages, mp->free_mpns.count - overhead_pages);
    uint32_t swap_memory_pages =
        mp_min32(mp_swap_memory_pages(mp), mp->free_mpns.count - overhead_pages - lost_pages);
    uint32_t left_pages = mp->free_mpns.count - overhead_pages - lost_pages - swap_memory_pages;

    *status = (struct mp_status){
        .state = mp->state,
        .free_pages = mp_free_pages(mp),
        .overhead_pages = overhead_pages,
        .lost_pages = lost_pages,
        .swap_memory_pages = swap_memory_pages,
        .compressed_memory_pages = mp_min32(mp->compressed_memory_pages, left_pages),
        .free_low_pages = mp->pools[MP_LOW].free_pages,
        .in_use_pages =
            mp->machine.machine_pages - mp->machine.hypervisor_pages - mp->free_mpns.count,
        .target_total_pages = mp->target_total_pages,
        .shared_pages = mp->shared_pages,
        .shared_mpns = mp->shared_mpns,
        .saved_pages = mp->shared_pages - mp->shared_mpns,
        .zero_saved_pages = mp->zero_saved_pages,
        .hint_frames = mp->hint_frames,
        .hints_found = mp->hints_found,
        .hints_stale = mp->hints_stale,
        .false_matches = mp->false_matches,
        .pages_scanned = mp->pages_scanned,
        .cow_breaks = mp->cow_breaks,
        .colour_requests = mp->colour_requests,
        .colour_matches = mp->colour_matches,
        .metadata_bytes = mp->frames ? mp_share_footprint(&mp->machine) : 0,
    };
}

void mp_sharing_split(const struct mp *mp, uint16_t number, uint8_t *seen,
                      struct mp_sharing_split *split)
{
    const struct mp_vm *vm = vm_of(mp, number);

    *split = (struct mp_sharing_split){.shared_pages = 0};
    for (uint32_t ppn = 0; ppn < vm->config.max_pages; ppn++) {
        uint32_t mpn = vm->pmap[ppn].where;
        uint8_t bit = (uint8_t)(1u << (mpn % 8));

        if (vm->pmap[ppn].backing != MP_SHARED || mp_share_references(mp, mpn) < 2)
            continue;
        split->shared_pages++;
        split->self_saved_pages += (seen[mpn / 8] & bit) != 0;
        split->zero_pages += mp->frames[mpn].kind == MP_FRAME_ZERO;
        seen[mpn / 8] |= bit;
    }
    for (uint32_t ppn = 0; ppn < vm->config.max_pages; ppn++) {
        if (vm->pmap[ppn].backing == MP_SHARED)
            seen[vm->pmap[ppn].where / 8] = 0;
    }
}
