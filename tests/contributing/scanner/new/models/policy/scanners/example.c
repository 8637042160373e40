/*
 * An example of a scanner: always the candidate with the lowest address.
 */
#include "../mp_scanner.h"

static uint32_t pick(const struct mp_scan_vm *vm, uint32_t *ppns, uint32_t count)
{
    (void)count;
    ppns[0] = mp_pageset_next(vm->candidates, 0);
    return 1;
}

static uint64_t tick(const struct mp_scan *scan)
{
    return mp_scan_at_rates(scan, pick);
}

const struct mp_scanner mp_scanner_example = {
    .abi = MP_SCANNER_ABI,
    .name = "example",
    .summary = "always the candidate with the lowest address",
    .tick = tick,
};
