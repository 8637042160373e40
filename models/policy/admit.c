/*
 * Admission control (6.2): a VM is powered on only if memory for its min and its full overhead, and
 * swap for the rest of its max, are not yet promised to others. Compressed swap takes memory too.
 * So whatever the guests do, each can get its min, and every page above it has a place to go.
 */
#include "mp_internal.h"

static uint32_t left_pages(uint64_t all_pages, uint64_t reserved_pages)
{
    return all_pages > reserved_pages ? (uint32_t)(all_pages - reserved_pages) : 0;
}

static uint32_t memory_of_vms_pages(const struct mp *mp)
{
    return mp->machine.machine_pages - mp->machine.hypervisor_pages - mp->lost_pages;
}

/* All above the min may have to go to the swap device. */
static uint64_t needed_pages(const struct mp *mp, uint32_t min_pages, uint32_t max_pages,
                             const struct mp_tunables *tunables)
{
    return (uint64_t)min_pages + mp_overhead_most_pages(mp, tunables, max_pages) +
           mp_swap_memory_of(mp, max_pages - min_pages);
}

static uint64_t reserve_of(const struct mp *mp, const struct mp_vm *vm,
                           const struct mp_tunables *tunables)
{
    return needed_pages(mp, vm->config.min_pages, vm->config.max_pages, tunables);
}

/* Reserves for all VMs that are on, but one. */
static void tell_left(const struct mp *mp, const struct mp_vm *but, struct mp_admission *answer)
{
    uint64_t memory_pages = 0, swap_pages = 0;

    for (struct mp_vm *vm = mp_vm_from(mp, 0); vm; vm = mp_vm_after(mp, vm)) {
        if (vm == but)
            continue;
        memory_pages += reserve_of(mp, vm, &mp->tunables);
        swap_pages += vm->config.max_pages - vm->config.min_pages;
    }
    answer->memory_left_pages = left_pages(memory_of_vms_pages(mp), memory_pages);
    answer->swap_left_pages = left_pages(mp->machine.swap_pages, swap_pages);
}

static void judge(const struct mp *mp, uint32_t min_pages, uint32_t max_pages,
                  const struct mp_vm *but, struct mp_admission *answer)
{
    tell_left(mp, but, answer);
    answer->memory_needed_pages = (uint32_t)needed_pages(mp, min_pages, max_pages, &mp->tunables);
    answer->swap_needed_pages = max_pages - min_pages;
    if (answer->memory_needed_pages > answer->memory_left_pages)
        answer->refusal = MP_NO_MEMORY;
    else if (answer->swap_needed_pages > answer->swap_left_pages)
        answer->refusal = MP_NO_SWAP;
    else
        answer->refusal = MP_ADMITTED;
}

void mp_admit(const struct mp *mp, const struct mp_vm_config *config, struct mp_admission *answer)
{
    judge(mp, config->min_pages, config->max_pages, NULL, answer);
}

enum mp_refusal mp_admit_configure(const struct mp *mp, const struct mp_vm *vm, uint32_t min_pages)
{
    struct mp_admission answer;

    judge(mp, min_pages, vm->config.max_pages, vm, &answer);
    return answer.refusal;
}

enum mp_refusal mp_admit_retune(const struct mp *mp, const struct mp_tunables *tunables)
{
    uint64_t old_pages = 0, new_pages = 0;

    for (struct mp_vm *vm = mp_vm_from(mp, 0); vm; vm = mp_vm_after(mp, vm)) {
        old_pages += reserve_of(mp, vm, &mp->tunables);
        new_pages += reserve_of(mp, vm, tunables);
    }
    return new_pages > old_pages && new_pages > memory_of_vms_pages(mp) ? MP_NO_MEMORY
                                                                        : MP_ADMITTED;
}

uint32_t mp_admit_loss(const struct mp *mp, uint32_t pages)
{
    uint64_t reserved_pages = 0;

    for (struct mp_vm *vm = mp_vm_from(mp, 0); vm; vm = mp_vm_after(mp, vm))
        reserved_pages += reserve_of(mp, vm, &mp->tunables);
    return mp_min32(pages, left_pages(memory_of_vms_pages(mp) + mp->lost_pages, reserved_pages));
}
