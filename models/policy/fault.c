/*
 * Faults: every way in which an access finds no mapping, or one that forbids it.
 *
 * The hazard is memory that is full, or a page that a device still holds: the fault is then
 * answered with MP_FAULT_WAIT and nothing has changed but that it is remembered (stall.c, swap.c).
 */
#include "mp_internal.h"

/* First touch, also of what the balloon gave back: a page of zeroes (3.2, footnote 2). */
static enum mp_fault_result back_untouched(struct mp *mp, struct mp_vm *vm, uint32_t ppn,
                                           struct mp_fault_work *work)
{
    uint32_t mpn = mp_mpn_take(mp, ppn);

    if (mpn == MP_NO_PAGE) {
        mp_stall(mp, vm, ppn);
        return MP_FAULT_WAIT;
    }
    mp->ops.zero(mp->context, mpn);
    work->zeroed = true;
    mp_page_set(mp, vm, ppn, MP_PRIVATE, mpn);
    mp_mapping_allow(mp, vm, ppn, true);
    return MP_FAULT_DONE;
}

static enum mp_fault_result back_compressed(struct mp *mp, struct mp_vm *vm, uint32_t ppn,
                                            struct mp_fault_work *work)
{
    work->decompressed = mp_decompress(mp, vm, ppn);
    if (!work->decompressed) {
        mp_stall(mp, vm, ppn);
        return MP_FAULT_WAIT;
    }
    mp_mapping_allow(mp, vm, ppn, true);
    return MP_FAULT_DONE;
}

/* A write to a page mapped copy-on-write (4.2). */
static enum mp_fault_result break_sharing(struct mp *mp, struct mp_vm *vm, uint32_t ppn,
                                          struct mp_fault_work *work)
{
    uint32_t shared_mpn = vm->pmap[ppn].where, mpn = shared_mpn;
    bool is_last = mp_share_references(mp, shared_mpn) == 1;

    if (!is_last) {
        mpn = mp_mpn_take(mp, ppn);
        if (mpn == MP_NO_PAGE) {
            mp_stall(mp, vm, ppn);
            return MP_FAULT_WAIT;
        }
        mp->ops.copy(mp->context, shared_mpn, mpn);
        work->copied = true;
    }
    vm->cow_breaks++;
    mp->cow_breaks++;
    mp_page_set(mp, vm, ppn, MP_PRIVATE, mpn);
    if (is_last)
        mp_share_reclaim(mp, shared_mpn);
    else
        mp_share_release(mp, shared_mpn);
    mp_mapping_allow(mp, vm, ppn, true);
    return MP_FAULT_DONE;
}

static enum mp_fault_result fault(struct mp *mp, struct mp_vm *vm, uint32_t ppn, bool write,
                                  struct mp_fault_work *work)
{
    struct mp_pmap_entry *entry = &vm->pmap[ppn];

    switch ((enum mp_backing)entry->backing) {
    case MP_PRIVATE:
        mp_mapping_allow(mp, vm, ppn, true);
        return MP_FAULT_DONE;
    case MP_SHARED:
        if (write)
            return break_sharing(mp, vm, ppn, work);
        mp_mapping_allow(mp, vm, ppn, false);
        return MP_FAULT_DONE;
    case MP_BALLOONED:
        work->popped = true;
        mp_balloon_pop(mp, vm, ppn);
        return back_untouched(mp, vm, ppn, work);
    case MP_UNTOUCHED:
        return back_untouched(mp, vm, ppn, work);
    case MP_COMPRESSED:
        return back_compressed(mp, vm, ppn, work);
    case MP_SWAPPED:
        work->paged_in = mp_page_in_begin(mp, vm, ppn);
        return MP_FAULT_WAIT;
    case MP_PAGING_OUT:
        vm->caught_pages += (entry->flags & MP_PAGE_WANTED) == 0;
        mp_page_stays(mp, vm, entry);
        return MP_FAULT_WAIT;
    case MP_PAGING_IN:
        break;
    }
    return MP_FAULT_WAIT;
}

enum mp_fault_result mp_fault(struct mp *mp, uint16_t number, uint32_t ppn, bool write,
                              uint64_t now_ns, struct mp_fault_work *work)
{
    struct mp_vm *vm = mp_vm_of(mp, number);
    struct mp_fault_work done = {.sampled = false};

    mp_enter(mp, now_ns);
    mp_check(mp, ppn < vm->config.max_pages, "a fault names a page beyond the VM's max");
    mp_victim_touched(&vm->pmap[ppn]);
    if (vm->pmap[ppn].armed) {
        done.sampled = true;
        mp_watch_touched(mp, vm, ppn);
    }

    enum mp_fault_result result = fault(mp, vm, ppn, write, &done);

    if (result == MP_FAULT_DONE)
        mp_settle_mapped(mp);
    else
        mp_settle(mp);
    if (work)
        *work = done;
    return result;
}
