/*
 * Pages to the swap device and back (3.3): random victims are written in clusters, without waiting
 * for them; a swapped page comes back when it is touched. When, and of which VM: pager.c.
 *
 * The hazard: a page can be touched, ballooned, or lose its VM while a device works on it. It then
 * keeps its MPN and slot until the device is done, and only an end of I/O that still fits its pmap
 * record changes that record.
 */
#include "mp_internal.h"

/* ---- Slots ------------------------------------------------------------------------------- */

/* A slot in use may take machine memory. */
static void memory_changed(struct mp *mp)
{
    if (mp->machine.slot_bytes == 0)
        return;
    if (mp->stalled_pages > 0)
        mp->due |= MP_DUE_RESUME;
    mp_free_changed(mp);
}

void mp_slot_put(struct mp *mp, uint32_t slot)
{
    mp_pageset_add(&mp->free_slots, slot);
    mp->swap_full = false;
    memory_changed(mp);
}

uint32_t mp_free_slots(const struct mp *mp)
{
    return mp->free_slots.count + mp->machine.swap_pages - mp->fresh_slot;
}

/* The next free slot, so that clusters lie in one piece; from the start again for a new cluster. */
static uint32_t slot_take(struct mp *mp, bool is_first)
{
    uint32_t slot = mp_pageset_next(&mp->free_slots, mp->next_slot);
    bool is_fresh = slot == MP_NO_PAGE && mp->fresh_slot < mp->machine.swap_pages;

    if (is_fresh)
        slot = mp->fresh_slot++;
    else if (slot == MP_NO_PAGE && is_first)
        slot = mp_pageset_next(&mp->free_slots, 0);
    if (slot == MP_NO_PAGE)
        return slot;
    if (!is_fresh)
        mp_pageset_remove(&mp->free_slots, slot);
    mp->next_slot = slot + 1;
    memory_changed(mp);
    return slot;
}

/* ---- Out --------------------------------------------------------------------------------- */

static void begin_page_out(struct mp *mp, struct mp_vm *vm, const struct mp_page_io *page)
{
    mp->ops.unmap(mp->context, vm->number, page->ppn, page->mpn);
    mp_hint_forget(mp, page->mpn);
    mp_page_set(mp, vm, page->ppn, MP_PAGING_OUT, page->mpn);
    mp_tally_add(&mp->io_slots, page->slot);
    mp->outstanding_pages++;
    mp->leaving_pages++;
    vm->leaving_pages++;
}

void mp_page_stays(struct mp *mp, struct mp_vm *vm, struct mp_pmap_entry *entry)
{
    if (entry->flags & MP_PAGE_WANTED)
        return;
    entry->flags |= MP_PAGE_WANTED;
    mp->leaving_pages--;
    vm->leaving_pages--;
    mp_wanted_changed(mp, vm);
}

static void return_page(struct mp *mp, struct mp_vm *vm, const struct mp_page_io *page)
{
    enum mp_backing backing = mp_is_shared(mp, page->mpn) ? MP_SHARED : MP_PRIVATE;

    mp_page_stays(mp, vm, &vm->pmap[page->ppn]);
    mp_page_set(mp, vm, page->ppn, backing, page->mpn);
    mp_slot_put(mp, page->slot);
}

static void end_page_out(struct mp *mp, const struct mp_page_io *page)
{
    mp_tally_remove(&mp->io_slots, page->slot);
    mp->outstanding_pages--;
}

/* The victim keeps its contents and its place in the VM, but its machine page is free: it has given
 * what was asked of it, so the total and its target grow by one until both are computed anew. */
static bool share_instead(struct mp *mp, struct mp_vm *vm, uint32_t ppn)
{
    if (!mp_share_victim(mp, vm, ppn))
        return false;
    vm->shared_before_swap_pages++;
    mp->due |= MP_DUE_BLOCK;
    if (vm->target_pages < vm->config.limit_pages) {
        vm->target_pages++;
        vm->swap_order_pages -= vm->swap_order_pages > 0;
        mp_wanted_changed(mp, vm);
        mp->target_total_pages++;
    }
    return true;
}

/* The next page that is to be written, or MP_NO_PAGE; `spared` counts the victims that were shared
 * or compressed instead. They and what is to be written are together at most `most`. */
static uint32_t next_to_write(struct mp *mp, struct mp_vm *vm, uint32_t *spared, uint32_t most)
{
    uint32_t leaver = MP_NO_PAGE;

    for (; *spared < most && leaver == MP_NO_PAGE; ++*spared) {
        uint32_t ppn = mp_victim_draw(mp, vm);

        if (ppn == MP_NO_PAGE)
            return mp_compress_leaver(mp, vm);
        if (vm->pmap[ppn].flags & MP_PAGE_LARGE)
            mp_large_break(mp, vm, ppn);
        if (!share_instead(mp, vm, ppn) && !mp_compress_victim(mp, vm, ppn, &leaver))
            return ppn;
    }
    return leaver;
}

uint32_t mp_page_out_cluster(struct mp *mp, struct mp_vm *vm, uint32_t wanted)
{
    uint32_t count = 0, shared = 0, accepted = 0;

    while (count + shared < wanted) {
        uint32_t ppn = next_to_write(mp, vm, &shared, wanted - count);

        if (ppn == MP_NO_PAGE)
            break;

        uint32_t slot = slot_take(mp, count == 0);

        if (slot == MP_NO_PAGE)
            break;
        mp->cluster[count] = (struct mp_page_io){vm->number, ppn, vm->pmap[ppn].where, slot};
        begin_page_out(mp, vm, &mp->cluster[count++]);
    }
    mp->pager_credit_pages -= mp_min32(mp->pager_credit_pages, count + shared);
    if (count > 0)
        accepted = mp->ops.page_out(mp->context, mp->cluster, count);
    for (uint32_t i = accepted; i < count; i++) {
        end_page_out(mp, &mp->cluster[i]);
        return_page(mp, vm, &mp->cluster[i]);
        mp->pager_busy = true;
    }
    if (mp_free_slots(mp) == 0 && count + shared < wanted && !mp->swap_full) {
        mp->swap_full = true;
        mp_event(mp, vm->number, MP_EVENT_SWAP_FULL, wanted - count - shared, 0);
    }
    return accepted + shared;
}

/* ---- The ends of page I/O ---------------------------------------------------------------- */

/* The VM whose page this I/O is still about, or NULL. An MPN under I/O is not used again before its
 * end, so a VM that came later under the same number cannot be taken for the former one; a shared
 * MPN can be, but then both slots get the same contents. */
static struct mp_vm *owner_of(struct mp *mp, const struct mp_page_io *page, enum mp_backing backing)
{
    if (page->vm >= mp->vm_limit)
        return NULL;

    struct mp_vm *vm = &mp->vms[page->vm];

    if (!vm->on || page->ppn >= vm->config.max_pages)
        return NULL;

    const struct mp_pmap_entry *entry = &vm->pmap[page->ppn];

    return entry->backing == backing && entry->where == page->mpn ? vm : NULL;
}

static void end_orphan(struct mp *mp, const struct mp_page_io *page)
{
    mp_slot_put(mp, page->slot);
    if (mp_is_shared(mp, page->mpn)) {
        mp_tally_remove(&mp->orphan_references, page->mpn);
        mp_share_release(mp, page->mpn);
    } else {
        mp_tally_remove(&mp->orphans, page->mpn);
        mp_mpn_put(mp, page->mpn);
    }
}

static void page_left(struct mp *mp, struct mp_vm *vm, const struct mp_page_io *page)
{
    mp->leaving_pages--;
    vm->leaving_pages--;
    vm->swap_out_pages++;
    mp_page_set(mp, vm, page->ppn, MP_SWAPPED, page->slot);
    if (mp_is_shared(mp, page->mpn))
        mp_share_release(mp, page->mpn);
    else
        mp_mpn_put(mp, page->mpn);
}

void mp_page_out_done(struct mp *mp, const struct mp_page_io *page, bool ok, uint64_t now_ns)
{
    struct mp_vm *vm = owner_of(mp, page, MP_PAGING_OUT);

    mp_enter(mp, now_ns);
    end_page_out(mp, page);
    if (!vm) {
        end_orphan(mp, page);
    } else {
        bool is_wanted = vm->pmap[page->ppn].flags & MP_PAGE_WANTED;

        if (ok && !is_wanted)
            page_left(mp, vm, page);
        else
            return_page(mp, vm, page);
        if (!ok)
            mp_event(mp, page->vm, MP_EVENT_IO_FAILED, page->ppn, 0);
        if (is_wanted)
            mp->ops.retry(mp->context, page->vm, page->ppn);
    }
    mp->pager_busy = false;
    mp->due |= MP_DUE_PAGER | MP_DUE_RESUME;
    mp_settle(mp);
}

/* ---- In ---------------------------------------------------------------------------------- */

bool mp_page_in_begin(struct mp *mp, struct mp_vm *vm, uint32_t ppn)
{
    uint32_t due = mp->due;
    struct mp_page_io page = {vm->number, ppn, mp_mpn_take(mp, ppn), vm->pmap[ppn].where};

    if (page.mpn == MP_NO_PAGE) {
        mp_stall(mp, vm, ppn);
        return false;
    }
    if (!mp->ops.page_in(mp->context, &page)) {
        mp_mpn_put(mp, page.mpn);
        mp->due = due; /* nothing was freed: whoever waits for memory need not try again */
        mp_stall(mp, vm, ppn);
        return false;
    }
    mp_tally_add(&mp->io_slots, page.slot);
    mp_page_set(mp, vm, ppn, MP_PAGING_IN, page.mpn);
    return true;
}

void mp_page_in_done(struct mp *mp, const struct mp_page_io *page, bool ok, uint64_t now_ns)
{
    struct mp_vm *vm = owner_of(mp, page, MP_PAGING_IN);

    mp_enter(mp, now_ns);
    mp_tally_remove(&mp->io_slots, page->slot);
    if (!vm) {
        end_orphan(mp, page);
    } else if (ok) {
        vm->swap_in_pages++;
        mp_slot_put(mp, page->slot);
        mp_page_set(mp, vm, page->ppn, MP_PRIVATE, page->mpn);
        mp->ops.retry(mp->context, page->vm, page->ppn);
    } else {
        mp_page_set(mp, vm, page->ppn, MP_SWAPPED, page->slot);
        mp_mpn_put(mp, page->mpn);
        mp_event(mp, page->vm, MP_EVENT_IO_FAILED, page->ppn, 1);
        mp->ops.retry(mp->context, page->vm, page->ppn);
    }
    mp->due |= MP_DUE_RESUME;
    mp_settle(mp);
}
