/*
 * A scanner that goes through each VM's pages by address, from the lowest to the highest and from
 * the lowest again, at the same rates as that of ESX Server. So every page is tried once before any
 * is tried twice, and a guest that writes in the same order may always be a step ahead.
 */
#include "../mp_scanner.h"

static size_t vm_state_bytes(const uint32_t *parameters, uint32_t max_pages)
{
    (void)parameters, (void)max_pages;
    return sizeof(uint32_t);
}

static uint32_t pick(const struct mp_scan_vm *vm, uint32_t *ppns, uint32_t count)
{
    uint32_t *next = vm->state;
    uint32_t picked = 0;

    for (; picked < count && picked < vm->candidates->count; picked++) {
        uint32_t ppn = mp_pageset_next(vm->candidates, *next);

        if (ppn == MP_NO_PAGE)
            ppn = mp_pageset_next(vm->candidates, 0);
        ppns[picked] = ppn;
        mp_scan_soon(vm, ppn);
        *next = ppn + 1;
    }
    return picked;
}

static uint64_t tick(const struct mp_scan *scan)
{
    return mp_scan_at_rates(scan, pick);
}

const struct mp_scanner mp_scanner_sequential = {
    .abi = MP_SCANNER_ABI,
    .name = "sequential",
    .summary = "the pages of each VM in turn by address, at the rates",
    .vm_state_bytes = vm_state_bytes,
    .tick = tick,
};
