/*
 * Which page of a VM is paged out next (3.3): a random one, as in the paper, or one of two policies
 * that it decided against, to show why: they look for cold pages, and so does the guest.
 *
 * A hypervisor sees an access only when it faults. So both drop mappings, as sampling does (5.3),
 * and a page that has not faulted since is untouched. The clock drops as its hand passes and takes
 * what it finds untouched when it comes again. LRU is approximated by ages: once in a period all of
 * a VM's mappings are dropped, and those that were untouched since the last time grow older.
 *
 * The hazard is a walk that never ends, because every page is pinned or touched: each is bounded by
 * two rounds, and the oldest age that there can be only sinks until the next period.
 */
#include "mp_internal.h"

#define AGE_NS     (5000 * MP_MS_NS) /* our choice: 16 ages tell 80 s apart */
#define AGE_OLDEST 15u

static uint32_t age_of(const struct mp_vm *vm, uint32_t ppn)
{
    return vm->pmap[ppn].flags / MP_PAGE_AGE_ONE;
}

void mp_victim_touched(struct mp_pmap_entry *entry)
{
    entry->flags &= MP_PAGE_AGE_ONE - 1u - MP_PAGE_DROPPED;
}

static void drop(struct mp *mp, struct mp_vm *vm, uint32_t ppn)
{
    vm->pmap[ppn].flags |= MP_PAGE_DROPPED;
    mp_mapping_await(mp, vm, ppn);
}

/* ---- Ages -------------------------------------------------------------------------------- */

static void page_grows_older(struct mp *mp, struct mp_vm *vm, uint32_t ppn)
{
    bool is_untouched = vm->pmap[ppn].flags & MP_PAGE_DROPPED;

    if (is_untouched && age_of(vm, ppn) < AGE_OLDEST)
        vm->pmap[ppn].flags += MP_PAGE_AGE_ONE;
    else if (!is_untouched)
        drop(mp, vm, ppn);
}

static void grow_older(struct mp *mp, struct mp_vm *vm)
{
    const uint64_t *words = vm->evictable.bits;

    for (uint32_t first = 0; first < vm->config.max_pages; first += 64) {
        for (uint64_t left = words[first / 64]; left != 0; left &= left - 1)
            page_grows_older(mp, vm, first + (uint32_t)__builtin_ctzll(left));
    }
    vm->oldest_age = mp_min32(vm->oldest_age + 1, AGE_OLDEST);
}

void mp_victim_tick(struct mp *mp)
{
    if (mp->now_ns < mp_victim_deadline(mp))
        return;
    mp->age_ns = mp->now_ns + AGE_NS;
    for (struct mp_vm *vm = mp_vm_from(mp, 0); vm; vm = mp_vm_after(mp, vm))
        grow_older(mp, vm);
}

uint64_t mp_victim_deadline(const struct mp *mp)
{
    return mp->tunables.swap_victim == MP_VICTIM_LRU ? mp->age_ns : MP_NEVER;
}

/* ---- Draws ------------------------------------------------------------------------------- */

/* A page with other copies frees no memory: it leaves only where nothing else is found. */
static uint32_t draw_random(struct mp *mp, const struct mp_vm *vm)
{
    uint32_t last_resort = MP_NO_PAGE;

    for (uint32_t draw = 0; draw < MP_VICTIM_DRAWS && vm->evictable.count > 0; draw++) {
        uint32_t rank =
            mp->ops.random_below(mp->context, vm->number, MP_STREAM_VICTIM, vm->evictable.count);
        uint32_t ppn = mp_pageset_select(&vm->evictable, rank);

        if (mp->ops.pinned(mp->context, vm->number, ppn))
            continue;
        if (mp_share_references(mp, vm->pmap[ppn].where) < 2)
            return ppn;
        last_resort = ppn;
    }
    return last_resort;
}

/* The next page under the hand; there is one. */
static uint32_t advance(struct mp_vm *vm)
{
    uint32_t ppn = mp_pageset_next(&vm->evictable, vm->hand);

    if (ppn == MP_NO_PAGE)
        ppn = mp_pageset_next(&vm->evictable, 0);
    vm->hand = ppn + 1;
    return ppn;
}

static bool is_cold(struct mp *mp, struct mp_vm *vm, uint32_t ppn, uint32_t *oldest_seen)
{
    if (mp->tunables.swap_victim == MP_VICTIM_LRU) {
        uint32_t age = age_of(vm, ppn);

        if (age < vm->oldest_age && age + 1 > *oldest_seen)
            *oldest_seen = age + 1;
        return age >= vm->oldest_age;
    }
    if (vm->pmap[ppn].flags & MP_PAGE_DROPPED)
        return true;
    drop(mp, vm, ppn);
    return false;
}

/* One round of the hand. */
static uint32_t draw_in_round(struct mp *mp, struct mp_vm *vm, uint32_t *last_resort)
{
    uint32_t oldest_seen = 0; /* 1 + the highest age below vm->oldest_age */

    for (uint32_t left = vm->evictable.count; left > 0; left--) {
        uint32_t ppn = advance(vm);

        if (mp->ops.pinned(mp->context, vm->number, ppn) || !is_cold(mp, vm, ppn, &oldest_seen))
            continue;
        if (mp_share_references(mp, vm->pmap[ppn].where) < 2)
            return ppn;
        *last_resort = ppn;
    }
    vm->oldest_age = oldest_seen > 0 ? oldest_seen - 1 : 0;
    return MP_NO_PAGE;
}

uint32_t mp_victim_draw(struct mp *mp, struct mp_vm *vm)
{
    if (mp->tunables.swap_victim == MP_VICTIM_RANDOM)
        return draw_random(mp, vm);

    uint32_t last_resort = MP_NO_PAGE;
    uint32_t ppn = draw_in_round(mp, vm, &last_resort);

    if (ppn == MP_NO_PAGE)
        ppn = draw_in_round(mp, vm, &last_resort);
    return ppn != MP_NO_PAGE ? ppn : last_resort;
}
