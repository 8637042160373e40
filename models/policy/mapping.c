/*
 * The mappings that accesses go through, and why a page has lost its mapping.
 *
 * Sampling (5.3) and some choices of victims (3.3) must know whether a page is touched. A touch
 * shows only when it faults. So they take the page's mapping away, and wait for the fault. Such a
 * page is "awaited": its record says who waits.
 *
 * The hazard is a mechanism that maps an awaited page for a reason of its own, such as sharing,
 * which makes pages read-only. The next read then does not fault, nobody hears of it, and a hot
 * page passes for a cold one. So all mappings are made here, and an awaited page gets none before
 * its touch.
 */
#include "mp_internal.h"

static bool is_awaited(const struct mp_pmap_entry *entry)
{
    return entry->armed || (entry->flags & MP_PAGE_DROPPED);
}

void mp_mapping_await(struct mp *mp, const struct mp_vm *vm, uint32_t ppn)
{
    const struct mp_pmap_entry *entry = &vm->pmap[ppn];

    if (entry->backing == MP_PRIVATE || entry->backing == MP_SHARED)
        mp->ops.drop(mp->context, vm->number, ppn);
}

void mp_mapping_allow(struct mp *mp, const struct mp_vm *vm, uint32_t ppn, bool writable)
{
    const struct mp_pmap_entry *entry = &vm->pmap[ppn];

    mp_check(mp, !is_awaited(entry), "a page is mapped before its touch was counted");
    mp->ops.map(mp->context, vm->number, ppn, entry->where, writable);
}

void mp_mapping_protect(struct mp *mp, const struct mp_vm *vm, uint32_t ppn)
{
    if (!is_awaited(&vm->pmap[ppn]))
        mp->ops.map(mp->context, vm->number, ppn, vm->pmap[ppn].where, false);
}

void mp_mapping_follow(struct mp *mp, const struct mp_vm *vm, uint32_t ppn, uint32_t old_mpn,
                       bool writable)
{
    const struct mp_pmap_entry *entry = &vm->pmap[ppn];

    if (is_awaited(entry))
        mp->ops.unmap(mp->context, vm->number, ppn, old_mpn);
    else
        mp->ops.map(mp->context, vm->number, ppn, entry->where, writable);
}

bool mp_page_awaited(const struct mp *mp, uint16_t number, uint32_t ppn)
{
    return is_awaited(&mp->vms[number].pmap[ppn]);
}
