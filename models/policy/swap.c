/*
 * Demand paging (3.3): random victims of each VM above its target are written to swap in clusters,
 * without waiting for them; a swapped page comes back when it is touched.
 *
 * The hazards: a page can be touched, ballooned, or lose its VM while a device works on it. It then
 * keeps its MPN and slot until the device is done, and only an end of I/O that still fits its pmap
 * record changes that record. And more pages must not leave than the target asks for, so pages that
 * are on their way out are counted off first.
 */
#include "mp_internal.h"

#define SECOND_NS (1000 * MP_MS_NS)

uint32_t mp_swap_target_pages(const struct mp *mp, const struct mp_vm *vm)
{
    uint32_t alloc_pages = mp_vm_alloc_pages(vm);

    if (alloc_pages <= vm->target_pages)
        return 0;

    uint32_t excess_pages = alloc_pages - vm->target_pages;

    if (mp->state >= MP_STATE_HARD) /* memory is too short to wait for the balloon (6.3) */
        return excess_pages;
    if (vm->is_direct) {
        uint32_t swapped_pages = mp_min32(vm->swap_order_pages, vm->pages[MP_SWAPPED]);

        return mp_min32(excess_pages, vm->swap_order_pages - swapped_pages);
    }
    /* The balloon goes first. */
    return excess_pages - mp_min32(excess_pages, mp_balloon_awaited_pages(mp, vm));
}

/* ---- Who is to page out ------------------------------------------------------------------ */

/* More than is on its way out. */
uint32_t mp_wanted_pages(const struct mp *mp, const struct mp_vm *vm)
{
    uint32_t target_pages = mp_swap_target_pages(mp, vm);

    if (target_pages <= vm->leaving_pages)
        return 0;
    return mp_min32(target_pages - vm->leaving_pages, mp_vm_takeable_pages(vm));
}

/* With thousands of VMs above their targets, the pager must not ask each of them after each page:
 * so it knows how few pages any of them could begin with. */
void mp_wanted_changed(struct mp *mp, struct mp_vm *vm)
{
    bool is_above = mp_vm_alloc_pages(vm) > vm->target_pages;

    if (is_above != mp_pageset_has(&mp->above, vm->number)) {
        if (is_above)
            mp_pageset_add(&mp->above, vm->number);
        else
            mp_pageset_remove(&mp->above, vm->number);
    }
    if (is_above) {
        uint32_t pages = mp_wanted_pages(mp, vm);

        if (pages > 0)
            mp->least_wanted_pages = mp_min32(mp->least_wanted_pages, pages);
    }
}

void mp_wanted_unknown(struct mp *mp)
{
    mp->least_wanted_pages = 1;
}

/* In the state soft, a balloon that is stuck makes its VM one that must page out, by nothing but
 * the passing of time. */
bool mp_wanted_is_known(const struct mp *mp)
{
    return mp->state != MP_STATE_SOFT;
}

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

/* Frees up to `wanted` pages of a VM or begins to; answers how many. */
static uint32_t page_out_cluster(struct mp *mp, struct mp_vm *vm, uint32_t wanted)
{
    uint32_t count = 0, shared = 0, accepted = 0;

    while (count + shared < wanted) {
        uint32_t ppn = mp_victim_draw(mp, vm);

        if (ppn == MP_NO_PAGE)
            break;
        if (share_instead(mp, vm, ppn)) {
            shared++;
            continue;
        }

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

/* Looking at pages takes time: the pager takes up so many in a second, and what it may take up at
 * once is a tenth of that, or a cluster. */
static void add_credit(struct mp *mp)
{
    uint64_t rate = mp->tunables.swap_pages_s;
    uint32_t most = (uint32_t)(rate / 10);

    if (most < mp->tunables.swap_cluster_pages)
        most = mp->tunables.swap_cluster_pages;
    if (mp->now_ns - mp->pager_ns >= SECOND_NS)
        mp->pager_ns = mp->now_ns - SECOND_NS;

    uint64_t pages = (mp->now_ns - mp->pager_ns) * rate / SECOND_NS;

    mp->pager_ns += pages * SECOND_NS / rate;
    pages += mp->pager_credit_pages;
    mp->pager_credit_pages = pages < most ? (uint32_t)pages : most;
}

/* Pages of the next cluster: none until there is room for all of it, or writes would fall apart. */
static uint32_t cluster_pages(const struct mp *mp, uint32_t wanted)
{
    uint32_t most = mp->tunables.swap_outstanding_pages;
    uint32_t pages = mp_min32(mp_min32(wanted, mp->tunables.swap_cluster_pages), most);
    bool may = !mp->pager_busy && pages <= mp->pager_credit_pages;

    return may && mp->outstanding_pages + pages <= most ? pages : 0;
}

/* Faults wait, nothing is free, and nobody is above its target (targets can be a while old):
 * whoever has most above its min gives a cluster. */
static void page_out_for_stalled(struct mp *mp)
{
    struct mp_vm *richest = NULL;
    uint32_t most_pages = 0;

    if (cluster_pages(mp, 1) == 0)
        return;
    for (struct mp_vm *vm = mp_vm_from(mp, 0); vm; vm = mp_vm_after(mp, vm)) {
        uint32_t staying_pages = mp_vm_alloc_pages(vm) - vm->leaving_pages;
        uint32_t above_pages =
            staying_pages > vm->config.min_pages ? staying_pages - vm->config.min_pages : 0;

        above_pages = mp_min32(above_pages, mp_vm_takeable_pages(vm));
        if (above_pages > most_pages) {
            most_pages = above_pages;
            richest = vm;
        }
    }

    uint32_t pages = cluster_pages(mp, most_pages);

    if (pages > 0)
        page_out_cluster(mp, richest, pages);
}

/* Is there a VM whose next cluster has room? */
static bool may_page_out(const struct mp *mp)
{
    if (!mp_wanted_is_known(mp))
        return true;
    return mp->least_wanted_pages != MP_NO_PAGE && cluster_pages(mp, mp->least_wanted_pages) > 0;
}

/* One cluster of each VM in turn. The turn is over when it was used: a run of the pager that finds
 * no room must not pass a VM by. */
static bool page_out_round(struct mp *mp)
{
    uint32_t limit = mp->vm_limit, first = mp->pager_vm % limit;
    bool is_progress = false;

    if (!may_page_out(mp))
        return false;
    mp->least_wanted_pages = MP_NO_PAGE;
    for (uint32_t i = mp_round_next(mp, &mp->above, first, 0); i < limit;
         i = mp_round_next(mp, &mp->above, first, i + 1)) {
        struct mp_vm *vm = &mp->vms[(first + i) % limit];
        uint32_t pages = cluster_pages(mp, mp_wanted_pages(mp, vm));

        if (pages > 0 && page_out_cluster(mp, vm, pages) > 0) {
            is_progress = true;
            mp->pager_vm = (vm->number + 1u) % limit;
        }
        mp_wanted_changed(mp, vm);
    }
    return is_progress;
}

static bool is_anything_wanted(const struct mp *mp)
{
    if (mp_wanted_is_known(mp) && mp->least_wanted_pages == MP_NO_PAGE)
        return false;
    for (uint32_t number = mp_pageset_next(&mp->above, 0); number != MP_NO_PAGE;
         number = mp_pageset_next(&mp->above, number + 1)) {
        if (mp_wanted_pages(mp, &mp->vms[number]) > 0)
            return true;
    }
    return false;
}

void mp_pager_run(struct mp *mp)
{
    mp->due &= ~(uint32_t)MP_DUE_PAGER;
    if (mp->vm_limit == 0)
        return;
    add_credit(mp);
    while (page_out_round(mp))
        ;
    if (mp->stalled_pages > 0 && mp_free_pages(mp) == 0 && mp->leaving_pages == 0)
        page_out_for_stalled(mp);
    if (mp->poll_ns == MP_NEVER && (mp->stalled_pages > 0 || is_anything_wanted(mp)))
        mp->poll_ns = mp->now_ns + MP_POLL_NS;
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
