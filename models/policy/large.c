/*
 * Large pages: runs of 2 MiB of a VM's memory that are mapped as one, and that the scanner passes
 * over. They are broken into small pages where memory becomes short, so that sharing saves memory
 * then and not before.
 *
 * A run is large from the moment at which all of its pages are private, while large pages are
 * allowed (our assumption: ESX Server backs a run with 2 MiB at its first touch). A run that was
 * broken stays so until one of its pages has got memory anew.
 *
 * The hazard is a run whose pages are no longer alike. So mp_page_set() breaks a run before it
 * changes what backs a page of it: a page that is shared, ballooned, moved, compressed or paged out
 * cannot be part of one.
 */
#include "mp_internal.h"

#define LARGE_BYTES (UINT32_C(2) << 20)

/* Pages of a run; one where a page is as large. */
static uint32_t run_pages(const struct mp *mp)
{
    uint32_t pages = LARGE_BYTES / MP_PAGE_SIZE / mp->machine.page_scale;

    return pages > 0 ? pages : 1;
}

/* Whole runs: what is left at the end of a VM is never large. */
static uint32_t run_count(const struct mp *mp, uint32_t max_pages)
{
    return mp->tunables.large_pages ? max_pages / run_pages(mp) : 0;
}

size_t mp_large_vm_footprint(const struct mp *mp, uint32_t max_pages)
{
    return mp_aligned(run_count(mp, max_pages) * sizeof(uint16_t));
}

void mp_large_place(const struct mp *mp, struct mp_vm *vm, void *buffer)
{
    vm->private_in_run = buffer;
    vm->runs = run_count(mp, vm->config.max_pages);
}

static bool is_allowed(const struct mp *mp)
{
    return mp->large_order == MP_UNCHANGED ? mp->state == MP_STATE_HIGH : mp->large_order != 0;
}

/* What the scanner left of a page when it was small must not lead others to it. */
static void make(struct mp *mp, struct mp_vm *vm, uint32_t run)
{
    uint32_t first = run * run_pages(mp), end = first + run_pages(mp);

    for (uint32_t ppn = first; ppn < end; ppn++) {
        struct mp_pmap_entry *entry = &vm->pmap[ppn];

        if (mp->frames && !(entry->flags & MP_PAGE_INELIGIBLE))
            mp_pageset_remove(&vm->candidates, ppn);
        mp_hint_forget(mp, entry->where);
        entry->flags |= MP_PAGE_LARGE;
    }
    vm->large_runs++;
    mp->large_runs++;
}

void mp_large_break(struct mp *mp, struct mp_vm *vm, uint32_t ppn)
{
    uint32_t first = ppn - ppn % run_pages(mp), end = first + run_pages(mp);

    for (ppn = first; ppn < end; ppn++) {
        struct mp_pmap_entry *entry = &vm->pmap[ppn];

        entry->flags &= (uint8_t)~MP_PAGE_LARGE;
        if (mp->frames && !(entry->flags & MP_PAGE_INELIGIBLE))
            mp_pageset_add(&vm->candidates, ppn);
    }
    vm->large_runs--;
    mp->large_runs--;
    vm->large_breaks++;
    if (mp->ops.large_broken)
        mp->ops.large_broken(mp->context, vm->number, first);
}

void mp_large_counted(struct mp *mp, struct mp_vm *vm, uint32_t ppn, bool is_private)
{
    uint32_t run = ppn / run_pages(mp);

    if (run >= vm->runs)
        return;
    vm->private_in_run[run] = (uint16_t)(vm->private_in_run[run] + (is_private ? 1 : -1));
    if (vm->private_in_run[run] == run_pages(mp) && is_allowed(mp))
        make(mp, vm, run);
}

/* All of them: how many ESX Server breaks at a time is not published. */
void mp_large_update(struct mp *mp)
{
    if (mp->large_runs == 0 || is_allowed(mp))
        return;
    for (struct mp_vm *vm = mp_vm_from(mp, 0); vm; vm = mp_vm_after(mp, vm)) {
        for (uint32_t run = 0; run < vm->runs && vm->large_runs > 0; run++) {
            if (vm->private_in_run[run] == run_pages(mp) &&
                (vm->pmap[run * run_pages(mp)].flags & MP_PAGE_LARGE))
                mp_large_break(mp, vm, run * run_pages(mp));
        }
    }
}

uint32_t mp_large_pages(const struct mp *mp, const struct mp_vm *vm)
{
    return vm->large_runs * run_pages(mp);
}

/* ---- Proof ------------------------------------------------------------------------------- */

const char *mp_large_verify(const struct mp *mp, const struct mp_vm *vm)
{
    uint32_t large_runs = 0;

    for (uint32_t run = 0; run < vm->runs; run++) {
        uint32_t first = run * run_pages(mp), private = 0, large = 0;

        for (uint32_t ppn = first; ppn < first + run_pages(mp) && mp_pmap_is_used(vm, first);
             ppn++) {
            private += vm->pmap[ppn].backing == MP_PRIVATE;
            large += (vm->pmap[ppn].flags & MP_PAGE_LARGE) != 0;
        }
        if (private != vm->private_in_run[run])
            return "the private pages of a run are counted wrongly";
        if (large != 0 && (large != run_pages(mp) || private != run_pages(mp)))
            return "a large page has a part that is not";
        large_runs += large != 0;
    }
    return large_runs == vm->large_runs ? NULL : "the large pages are counted wrongly";
}
