/*
 * The scanner of ESX Server (4.3): random candidates of each VM, at a capped rate for each VM and
 * for all together, the VMs in turn.
 */
#include "../mp_scanner.h"

#define TRIES 8u /* our choice */

/* Uniform either way: where most pages are candidates, trying is quicker than counting. */
static uint32_t draw(const struct mp_scan_vm *vm)
{
    const struct mp_pageset *set = vm->candidates;

    for (uint32_t tried = 0; set->count > set->size / 2 && tried < TRIES; tried++) {
        uint32_t ppn = mp_scan_random_below(vm, set->size);

        if (mp_pageset_has(set, ppn))
            return ppn;
    }
    return mp_pageset_select(set, mp_scan_random_below(vm, set->count));
}

static uint32_t pick(const struct mp_scan_vm *vm, uint32_t *ppns, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        ppns[i] = draw(vm);
        mp_scan_soon(vm, ppns[i]);
    }
    return count;
}

static uint64_t tick(const struct mp_scan *scan)
{
    return mp_scan_at_rates(scan, pick);
}

const struct mp_scanner mp_scanner_esx = {
    .abi = MP_SCANNER_ABI,
    .name = "esx",
    .summary = "random pages of each VM in turn, at the rates, as ESX Server did",
    .tick = tick,
};
