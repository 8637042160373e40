/*
 * Remapping of hot I/O pages (7): a device that reaches only low memory needs a copy for each page
 * that lies high. Copies are counted by page; a page that was copied more often than a threshold
 * moves to low memory.
 *
 * The paper leaves open what to do when low memory is full. Ours: go on copying, or move another
 * private page up, a random one or one whose own I/O is so rare that both moves pay
 * (`remap_return`).
 *
 * The hazards. A write between the copy and the new mapping would be lost: so the mapping is
 * dropped first. A page under I/O must stay, and a shared one has other PPNs on its MPN that nobody
 * could find (there is no backmap): both are copied, and counted, until they can be moved. And a
 * page that was busy once must not hold low memory for ever: whenever two pages are compared and
 * the high one loses, both counts are halved. Otherwise counts do not decay while a page has
 * memory.
 */
#include "mp_internal.h"

enum { RETURN_NONE, RETURN_RANDOM, RETURN_COST_BENEFIT };

#define EXCHANGE_COPIES 2u /* what it costs to move one page down and another up */

struct place {
    struct mp_vm *vm;
    uint32_t ppn;
};

static struct mp_pmap_entry *entry_of(struct place place)
{
    return &place.vm->pmap[place.ppn];
}

static bool is_pinned(const struct mp *mp, struct place place)
{
    return mp->ops.pinned(mp->context, place.vm->number, place.ppn);
}

/* To an MPN that was taken for it. */
static void move(struct mp *mp, struct place place, uint32_t mpn)
{
    uint16_t vm = place.vm->number;
    uint32_t old_mpn = entry_of(place)->where;

    mp->ops.drop(mp->context, vm, place.ppn);
    mp->ops.copy(mp->context, old_mpn, mpn);
    mp_page_set(mp, place.vm, place.ppn, MP_PRIVATE, mpn);
    mp_mapping_follow(mp, place.vm, place.ppn, old_mpn, true);
    mp_mpn_put(mp, old_mpn);
}

/* ---- Room in low memory ------------------------------------------------------------------ */

/* Any private low page, each as likely; false if there is none. */
static bool draw_low(struct mp *mp, const struct mp_vm *asking, struct place *place)
{
    uint32_t low_pages = 0;

    for (struct mp_vm *vm = mp_vm_from(mp, 0); vm; vm = mp_vm_after(mp, vm))
        low_pages += vm->low.count;
    if (low_pages == 0)
        return false;

    uint32_t rank = mp->ops.random_below(mp->context, asking->number, MP_STREAM_REMAP, low_pages);
    struct mp_vm *vm = mp_vm_from(mp, 0);

    for (; rank >= vm->low.count; vm = mp_vm_after(mp, vm))
        rank -= vm->low.count;
    *place = (struct place){vm, mp_pageset_select(&vm->low, rank)};
    return true;
}

/* The first that may move, or the one with the least I/O of a few. */
static bool choose_low(struct mp *mp, const struct mp_vm *asking, struct place *chosen)
{
    struct place place;

    *chosen = (struct place){NULL, 0};
    for (uint32_t draw = 0; draw < MP_RETURN_DRAWS && draw_low(mp, asking, &place); draw++) {
        if (is_pinned(mp, place))
            continue;
        if (!chosen->vm || entry_of(place)->device_ios < entry_of(*chosen)->device_ios)
            *chosen = place;
        if (mp->tunables.remap_return == RETURN_RANDOM)
            break;
    }
    return chosen->vm != NULL;
}

/* The past is taken for the future: the copies that the hot page will save against those that the
 * cold one will need, twice over so that pages alike do not change places for ever. */
static bool is_worth(const struct mp_pmap_entry *hot, const struct mp_pmap_entry *cold)
{
    return hot->device_ios > 2u * cold->device_ios + EXCHANGE_COPIES;
}

/* Moves a page up; false where that is not wanted or not possible. */
static bool make_room(struct mp *mp, struct place hot)
{
    struct place cold;

    if (mp->tunables.remap_return == RETURN_NONE || mp->pools[MP_HIGH].free_pages == 0 ||
        !choose_low(mp, hot.vm, &cold))
        return false;
    if (mp->tunables.remap_return == RETURN_COST_BENEFIT &&
        !is_worth(entry_of(hot), entry_of(cold))) {
        entry_of(hot)->device_ios /= 2;
        entry_of(cold)->device_ios /= 2;
        return false;
    }
    move(mp, cold, mp_mpn_take_from(mp, &mp->pools[MP_HIGH]));
    entry_of(cold)->device_ios = 0; /* it must earn its way back */
    cold.vm->io_returns++;
    return true;
}

/* ---- The I/O ----------------------------------------------------------------------------- */

static void remap(struct mp *mp, struct place place, struct mp_device_work *work)
{
    struct mp_pool *low = &mp->pools[MP_LOW];
    uint32_t due = mp->due;

    work->returned = low->free_pages == 0 && make_room(mp, place);
    if (low->free_pages > 0) {
        move(mp, place, mp_mpn_take_from(mp, low));
        place.vm->io_remaps++;
        work->remapped = true;
    }
    mp->due = due; /* as much is free as before */
}

void mp_device_io(struct mp *mp, uint16_t number, uint32_t ppn, uint64_t now_ns,
                  struct mp_device_work *work)
{
    struct place place = {mp_vm_of(mp, number), ppn};

    mp_enter(mp, now_ns);
    mp_check(mp, ppn < place.vm->config.max_pages, "device I/O on a page beyond the VM's max");

    struct mp_pmap_entry *entry = entry_of(place);
    struct mp_device_work done = {.copied = !mp_is_low(mp, entry->where)};

    mp_check(mp, entry->backing == MP_PRIVATE || entry->backing == MP_SHARED,
             "device I/O on a page that is not in memory");
    if (entry->device_ios < UINT16_MAX)
        entry->device_ios++;
    place.vm->io_copies += done.copied;
    if (done.copied && mp->tunables.remap_enabled && entry->backing == MP_PRIVATE &&
        entry->device_ios > mp->tunables.remap_threshold && !is_pinned(mp, place))
        remap(mp, place, &done);
    mp_settle_mapped(mp);
    *work = done;
}
