/*
 * The truth about pages: what is behind each PPN, which machine pages are free.
 *
 * The hazard is a page that is lost or that has two owners. So each MPN leaves the free set here
 * and comes back here, and each change of a PPN's backing goes through mp_page_set(), which keeps
 * the sums (configured = alloc + ballooned + compressed + swapped + untouched) and the sets to draw
 * from.
 */
#include "mp_internal.h"

void mp_free_changed(struct mp *mp)
{
    uint32_t free_pages = mp_free_pages(mp);

    if (free_pages < mp->fall_below_pages || free_pages > mp->rise_above_pages)
        mp->due |= MP_DUE_STATE;
}

static uint32_t lowest_free(const struct mp *mp, struct mp_pool *pool)
{
    pool->lowest_free = mp_pageset_next(&mp->free_mpns, pool->lowest_free);
    return pool->lowest_free;
}

static void take(struct mp *mp, struct mp_pool *pool, uint32_t mpn)
{
    mp_pageset_remove(&mp->free_mpns, mpn);
    pool->free_pages--;
    if (mpn == pool->lowest_free)
        pool->lowest_free = mpn + 1;
    if (mpn >= pool->used_end)
        pool->used_end = mpn + 1;
    mp_free_changed(mp);
}

uint32_t mp_mpn_take_from(struct mp *mp, struct mp_pool *pool)
{
    if (pool->free_pages == 0)
        return MP_NO_PAGE;

    uint32_t mpn = lowest_free(mp, pool);

    take(mp, pool, mpn);
    return mpn;
}

/* The guest has laid out its pages by colour, so that they do not meet in the cache: PPN modulo the
 * colours (3.2, footnote 2). How far one looks has a bound: a match must not cost a walk over all
 * of memory. The next look for this colour goes on where this one ended. */
static uint32_t take_coloured(struct mp *mp, struct mp_pool *pool, uint32_t ppn)
{
    uint32_t colours = mp->tunables.page_colours, colour = ppn % colours;
    uint32_t looks = MP_COLOUR_LOOKS, first = lowest_free(mp, pool);
    uint32_t *from = &pool->colour_from[colour];
    uint32_t mpn = mp_pageset_next(&mp->free_mpns, *from > first ? *from : first);

    for (; mpn < pool->end && mpn % colours != colour && looks > 0; looks--)
        mpn = mp_pageset_next(&mp->free_mpns, mpn + (colour + colours - mpn % colours) % colours);
    *from = mp_min32(mpn, pool->end);
    if (mpn >= pool->end || mpn % colours != colour)
        mpn = first;
    mp->colour_requests++;
    mp->colour_matches += mpn % colours == colour;
    take(mp, pool, mpn);
    return mpn;
}

/* High memory first, our choice: what no device asks for must not use up low memory. */
uint32_t mp_mpn_take(struct mp *mp, uint32_t ppn)
{
    if (mp_free_pages(mp) == 0)
        return MP_NO_PAGE;

    struct mp_pool *pool = &mp->pools[mp->pools[MP_HIGH].free_pages > 0 ? MP_HIGH : MP_LOW];

    return mp->tunables.page_colours > 1 ? take_coloured(mp, pool, ppn)
                                         : mp_mpn_take_from(mp, pool);
}

void mp_mpn_put(struct mp *mp, uint32_t mpn)
{
    struct mp_pool *pool = &mp->pools[mp_is_low(mp, mpn) ? MP_LOW : MP_HIGH];

    mp_hint_forget(mp, mpn);
    mp_pageset_add(&mp->free_mpns, mpn);
    pool->free_pages++;
    pool->lowest_free = mp_min32(pool->lowest_free, mpn);
    if (mp->tunables.page_colours > 1) {
        uint32_t *from = &pool->colour_from[mpn % mp->tunables.page_colours];

        *from = mp_min32(*from, mpn);
    }
    if (mp->stalled_pages > 0)
        mp->due |= MP_DUE_RESUME;
    mp_free_changed(mp);
}

static bool has_mpn(enum mp_backing backing)
{
    return backing != MP_UNTOUCHED && backing != MP_BALLOONED && backing != MP_SWAPPED &&
           backing != MP_COMPRESSED;
}

static bool is_resident(enum mp_backing backing)
{
    return backing == MP_PRIVATE || backing == MP_SHARED;
}

/* The first touch of a page grows the VM's overhead: added up as a division's remainder. */
static void overhead_grow(struct mp *mp, struct mp_vm *vm)
{
    uint32_t touched_pages = vm->config.max_pages - vm->pages[MP_UNTOUCHED];

    if (touched_pages <= vm->touched_peak_pages)
        return;
    vm->touched_peak_pages = touched_pages;

    uint64_t rest = (uint64_t)vm->overhead_rest +
                    mp_overhead_most_pages(mp, &mp->tunables, vm->config.max_pages) -
                    mp_own_pages(mp, mp->tunables.overhead_start_pages);

    while (rest >= vm->config.max_pages) {
        rest -= vm->config.max_pages;
        vm->overhead_pages++;
        mp->overhead_pages++;
    }
    vm->overhead_rest = (uint32_t)rest;
}

static void alloc_changed(struct mp *mp, struct mp_vm *vm)
{
    if (mp->state == MP_STATE_LOW || vm->blocked)
        mp->due |= MP_DUE_BLOCK;
    if (mp->poll_ns == MP_NEVER && mp_vm_held_pages(vm) > vm->target_pages)
        mp->poll_ns = mp->now_ns + MP_POLL_NS;
}

/* What a VM is to page out depends on how many pages of each kind it has; these are of one. */
static enum mp_backing leaves_as(enum mp_backing backing)
{
    return is_resident(backing) || backing == MP_PAGING_OUT ? MP_PRIVATE : backing;
}

static void shared_changed(struct mp *mp, struct mp_vm *vm, uint32_t mpn, bool is_on)
{
    if (mp->frames[mpn].kind == MP_FRAME_ZERO)
        vm->zero_pages += is_on ? 1 : UINT32_MAX;
    if (mp->ops.shared_page)
        mp->ops.shared_page(mp->context, vm->number, mpn, is_on, mp_share_references(mp, mpn) > 1);
}

void mp_page_set(struct mp *mp, struct mp_vm *vm, uint32_t ppn, enum mp_backing backing,
                 uint32_t where)
{
    struct mp_pmap_entry *entry = &vm->pmap[ppn];
    enum mp_backing old = entry->backing;

    if (entry->flags & MP_PAGE_LARGE)
        mp_large_break(mp, vm, ppn);

    bool was_candidate = mp_is_candidate(entry);
    bool was_low = old == MP_PRIVATE && mp_is_low(mp, entry->where);

    if (!has_mpn(backing) || !has_mpn(old) || entry->where != where)
        entry->flags &= (uint8_t)~MP_PAGE_INELIGIBLE;
    entry->flags &= (uint8_t)~MP_PAGE_WANTED;
    if (!has_mpn(backing))
        entry->device_ios = 0;
    if (old == MP_SHARED)
        shared_changed(mp, vm, entry->where, false);
    if (backing == MP_SHARED)
        shared_changed(mp, vm, where, true);
    mp_pmap_use(vm, ppn);
    entry->where = where;
    entry->backing = backing & 0xf;
    vm->pages[old]--;
    vm->pages[backing]++;
    if (is_resident(old) != is_resident(backing)) {
        if (is_resident(backing))
            mp_pageset_add(&vm->evictable, ppn);
        else
            mp_pageset_remove(&vm->evictable, ppn);
    }
    if (mp->frames) {
        bool is_candidate = mp_is_candidate(entry);

        if (is_candidate && !was_candidate)
            mp_pageset_add(&vm->candidates, ppn);
        if (was_candidate && !is_candidate)
            mp_pageset_remove(&vm->candidates, ppn);
    }
    if (mp_is_split(mp)) {
        bool is_low = backing == MP_PRIVATE && mp_is_low(mp, where);

        if (is_low && !was_low)
            mp_pageset_add(&vm->low, ppn);
        if (was_low && !is_low)
            mp_pageset_remove(&vm->low, ppn);
    }
    if (vm->runs > 0 && (old == MP_PRIVATE) != (backing == MP_PRIVATE))
        mp_large_counted(mp, vm, ppn, backing == MP_PRIVATE);
    if (old == MP_COMPRESSED || backing == MP_COMPRESSED)
        mp_compress_resized(mp, vm);
    if (old == MP_UNTOUCHED) {
        overhead_grow(mp, vm);
        mp_free_changed(mp);
    }
    if (has_mpn(old) != has_mpn(backing))
        alloc_changed(mp, vm);
    if (leaves_as(old) != leaves_as(backing))
        mp_wanted_changed(mp, vm);
}

void mp_page_forbid_sharing(struct mp_vm *vm, uint32_t ppn)
{
    vm->pmap[ppn].flags |= MP_PAGE_INELIGIBLE;
    mp_pageset_remove(&vm->candidates, ppn);
}

/* Frees what was behind a page, by its record of before. */
static void release(struct mp *mp, struct mp_vm *vm, uint32_t ppn, struct mp_pmap_entry was)
{
    uint32_t where = was.where;

    switch ((enum mp_backing)was.backing) {
    case MP_PRIVATE:
        mp->ops.unmap(mp->context, vm->number, ppn, where);
        mp_mpn_put(mp, where);
        break;
    case MP_SHARED:
        mp->ops.unmap(mp->context, vm->number, ppn, where);
        mp_share_release(mp, where);
        break;
    case MP_SWAPPED:
        mp_slot_put(mp, where);
        break;
    case MP_COMPRESSED:
        mp_compress_forget(vm, where);
        break;
    case MP_PAGING_OUT:
        mp_page_stays(mp, vm, &was);
        /* fall through */
    case MP_PAGING_IN:
        /* The device still uses the MPN and the slot: both stay taken until it is done. */
        mp_tally_add(mp_is_shared(mp, where) ? &mp->orphan_references : &mp->orphans, where);
        break;
    case MP_UNTOUCHED:
    case MP_BALLOONED:
        break;
    }
}

void mp_page_take_away(struct mp *mp, struct mp_vm *vm, uint32_t ppn, enum mp_backing backing)
{
    struct mp_pmap_entry was = vm->pmap[ppn];

    mp_page_set(mp, vm, ppn, backing, 0);
    release(mp, vm, ppn, was);
}

void mp_pages_abandon(struct mp *mp, struct mp_vm *vm)
{
    for (uint32_t ppn = 0; ppn < vm->config.max_pages; ppn++) {
        if (!mp_pmap_is_used(vm, ppn)) {
            ppn |= MP_PMAP_BLOCK - 1;
            continue;
        }
        if (vm->pmap[ppn].backing == MP_SHARED)
            shared_changed(mp, vm, vm->pmap[ppn].where, false);
        release(mp, vm, ppn, vm->pmap[ppn]);
    }
}

/* ---- Tallies ----------------------------------------------------------------------------- */

/* A mix (Steele, Lea, Flood 2014: SplitMix64) under which different sets have different sums. */
uint64_t mp_tally_of(uint32_t item)
{
    uint64_t mix = (item + UINT64_C(1)) * UINT64_C(0x9e3779b97f4a7c15);

    mix = (mix ^ mix >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mix = (mix ^ mix >> 27) * UINT64_C(0x94d049bb133111eb);
    return mix ^ mix >> 31;
}

void mp_tally_add(struct mp_tally *tally, uint32_t item)
{
    tally->sum += mp_tally_of(item);
    tally->count++;
}

void mp_tally_remove(struct mp_tally *tally, uint32_t item)
{
    tally->sum -= mp_tally_of(item);
    tally->count--;
}
