/*
 * Faults that wait for a machine page, or for room in the queue of the swap device.
 *
 * The hazard is a fault that is forgotten: its virtual CPU would stand still forever. A VM has a
 * short list of such pages; when more wait than the list holds, `retry` is called with MP_NO_PAGE,
 * which means all of them.
 */
#include "mp_internal.h"

void mp_stall(struct mp *mp, struct mp_vm *vm, uint32_t ppn)
{
    mp->due |= MP_DUE_PAGER; /* which sees to it that a fault that waits is tried again */
    for (uint32_t i = 0; i < vm->stalled_pages; i++) {
        if (vm->stalled[i] == ppn)
            return;
    }
    if (vm->stalled_pages == 0)
        mp_pageset_add(&mp->stalled, vm->number);
    if (vm->stalled_pages < MP_STALLED_PAGES) {
        vm->stalled[vm->stalled_pages++] = ppn;
        mp->stalled_pages++;
    } else {
        vm->stalled_more = true;
    }
}

void mp_stall_forget(struct mp *mp, struct mp_vm *vm)
{
    mp->stalled_pages -= vm->stalled_pages;
    if (vm->stalled_pages > 0)
        mp_pageset_remove(&mp->stalled, vm->number);
    vm->stalled_pages = 0;
    vm->stalled_more = false;
}

static uint32_t take_first(struct mp *mp, struct mp_vm *vm)
{
    uint32_t ppn = vm->stalled[0];

    mp->stalled_pages--;
    if (--vm->stalled_pages == 0)
        mp_pageset_remove(&mp->stalled, vm->number);
    for (uint32_t i = 0; i < vm->stalled_pages; i++)
        vm->stalled[i] = vm->stalled[i + 1];
    return ppn;
}

/* Each fault is tried once; one that finds nothing again goes to the end of the list. */
static void resume(struct mp *mp, struct mp_vm *vm, uint32_t *budget_pages)
{
    uint32_t waiting = vm->stalled_pages;
    bool more = vm->stalled_more;

    for (; waiting > 0 && *budget_pages > 0; waiting--, --*budget_pages) {
        uint32_t ppn = take_first(mp, vm);

        if (vm->pmap[ppn].backing == MP_SWAPPED)
            mp_page_in_begin(mp, vm, ppn);
        else
            mp->ops.retry(mp->context, vm->number, ppn);
    }
    if (more && waiting == 0) {
        vm->stalled_more = false;
        mp->ops.retry(mp->context, vm->number, MP_NO_PAGE);
    }
}

void mp_stall_resume(struct mp *mp)
{
    uint32_t budget_pages = mp_free_pages(mp);

    mp->due &= ~(uint32_t)MP_DUE_RESUME;
    if (mp->stalled_pages == 0)
        return;

    uint32_t limit = mp->vm_limit, first = mp->resume_vm % limit;

    for (uint32_t i = mp_round_next(mp, &mp->stalled, first, 0); i < limit && budget_pages > 0;
         i = mp_round_next(mp, &mp->stalled, first, i + 1))
        resume(mp, &mp->vms[(first + i) % limit], &budget_pages);
    mp->resume_vm = (mp->resume_vm + 1) % limit;
}
