/*
 * When pages go to the swap device, and of which VM (3.3): those above their targets have a cluster
 * each in turn, at the rate at which the hypervisor can look at pages.
 *
 * The hazard: more pages must not leave than the target asks for, so pages that are on their way
 * out are counted off first.
 */
#include "mp_internal.h"

#define SECOND_NS (1000 * MP_MS_NS)

uint32_t mp_swap_target_pages(const struct mp *mp, const struct mp_vm *vm)
{
    uint32_t held_pages = mp_vm_held_pages(vm);

    if (held_pages <= vm->target_pages)
        return 0;

    uint32_t excess_pages = held_pages - vm->target_pages;

    if (mp->state >= MP_STATE_HARD) /* memory is too short to wait for the balloon (6.3) */
        return excess_pages;
    if (vm->is_direct) {
        uint32_t swapped_pages =
            mp_min32(vm->swap_order_pages, vm->pages[MP_SWAPPED] + mp_vm_squeezed_pages(vm));

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

/* At least one page: clusters of more than fit are as small as pages are large. */
static uint32_t most_in_cluster(const struct mp *mp)
{
    uint32_t pages = mp_own_pages(mp, mp->tunables.swap_cluster_pages);

    return pages > 0 ? pages : 1;
}

static uint32_t most_outstanding(const struct mp *mp)
{
    uint32_t pages = mp_own_pages(mp, mp->tunables.swap_outstanding_pages);

    return pages > 0 ? pages : 1;
}

uint32_t mp_whole_cluster_pages(const struct mp *mp)
{
    return mp_min32(most_in_cluster(mp), most_outstanding(mp));
}

static void keep(struct mp_pageset *set, uint32_t number, bool is_in)
{
    if (is_in == mp_pageset_has(set, number))
        return;
    if (is_in)
        mp_pageset_add(set, number);
    else
        mp_pageset_remove(set, number);
}

/* With thousands of VMs above their targets, the pager must not ask each of them after each page.
 * So they are in sets, by whether their next cluster is a whole one. */
void mp_wanted_changed(struct mp *mp, struct mp_vm *vm)
{
    bool is_above = mp_vm_held_pages(vm) > vm->target_pages;
    uint32_t pages = is_above ? mp_wanted_pages(mp, vm) : 0;
    bool is_whole = pages > 0 && pages >= mp_whole_cluster_pages(mp);

    keep(&mp->above, vm->number, is_above);
    keep(&mp->wanting_whole, vm->number, is_whole);
    keep(&mp->wanting_part, vm->number, pages > 0 && !is_whole);
    if (is_above && vm->driver && mp_balloon_stuck_ns(vm) > mp->now_ns &&
        mp_balloon_stuck_ns(vm) < mp->wanted_until_ns)
        mp->wanted_until_ns = mp_balloon_stuck_ns(vm);
}

void mp_wanted_forget(struct mp *mp, const struct mp_vm *vm)
{
    keep(&mp->above, vm->number, false);
    keep(&mp->wanting_whole, vm->number, false);
    keep(&mp->wanting_part, vm->number, false);
}

void mp_wanted_unknown(struct mp *mp)
{
    mp->wanted_until_ns = 0;
}

/* Outside of the state high, a balloon that is stuck makes its VM one that must page out, by
 * nothing but the passing of time. */
bool mp_wanted_is_known(const struct mp *mp)
{
    return mp->now_ns < mp->wanted_until_ns;
}

/* A balloon that is told to grow from now on is not stuck before MP_BALLOON_STUCK_NS. */
static void refresh_wanted(struct mp *mp)
{
    if (mp_wanted_is_known(mp))
        return;
    mp->wanted_until_ns = mp->now_ns + MP_BALLOON_STUCK_NS;
    for (uint32_t number = mp_pageset_next(&mp->above, 0); number != MP_NO_PAGE;
         number = mp_pageset_next(&mp->above, number + 1))
        mp_wanted_changed(mp, &mp->vms[number]);
}

/* ---- Clusters in turn -------------------------------------------------------------------- */

/* Looking at pages takes time: the pager takes up so many in a second, and what it may take up at
 * once is a tenth of that, or a cluster. */
static void add_credit(struct mp *mp)
{
    uint64_t rate = mp->tunables.swap_pages_s;
    uint64_t page_ns = SECOND_NS * mp->machine.page_scale;                  /* times the rate */
    uint64_t most_ns = rate < mp->machine.page_scale ? page_ns : SECOND_NS; /* a page or more */
    uint32_t most = mp_own_pages(mp, (uint32_t)(rate / 10));

    if (most < most_in_cluster(mp))
        most = most_in_cluster(mp);
    if (mp->now_ns - mp->pager_ns >= most_ns)
        mp->pager_ns = mp->now_ns - most_ns;

    uint64_t pages = (mp->now_ns - mp->pager_ns) * rate / page_ns;

    mp->pager_ns += pages * page_ns / rate;
    pages += mp->pager_credit_pages;
    mp->pager_credit_pages = pages < most ? (uint32_t)pages : most;
}

/* A cluster of at most so many pages may begin now. */
static uint32_t room_pages(const struct mp *mp)
{
    uint32_t most = most_outstanding(mp);

    if (mp->pager_busy || mp->outstanding_pages >= most)
        return 0;
    return mp_min32(mp->pager_credit_pages, most - mp->outstanding_pages);
}

/* Pages of the next cluster: none until there is room for all of it, or writes would fall apart. */
static uint32_t cluster_pages(const struct mp *mp, uint32_t wanted)
{
    uint32_t pages = mp_min32(wanted, mp_whole_cluster_pages(mp));

    return pages <= room_pages(mp) ? pages : 0;
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
        uint32_t staying_pages = mp_vm_held_pages(vm) - vm->leaving_pages;
        uint32_t above_pages =
            staying_pages > vm->config.min_pages ? staying_pages - vm->config.min_pages : 0;

        above_pages = mp_min32(above_pages, mp_vm_takeable_pages(vm));
        if (above_pages > most_pages) {
            most_pages = above_pages;
            richest = vm;
        }
    }

    uint32_t pages = cluster_pages(mp, most_pages);

    if (pages > 0) {
        mp_page_out_cluster(mp, richest, pages);
        mp_wanted_changed(mp, richest);
    }
}

/* The place in the round of the next VM whose cluster may have room, from this place on; vm_limit:
 * there is none. */
static uint32_t next_with_room(const struct mp *mp, uint32_t first, uint32_t place)
{
    uint32_t room = room_pages(mp), next = mp->vm_limit;

    if (room > 0)
        next = mp_round_next(mp, &mp->wanting_part, first, place);
    if (room >= mp_whole_cluster_pages(mp))
        next = mp_min32(next, mp_round_next(mp, &mp->wanting_whole, first, place));
    return next;
}

/* One cluster of each VM in turn. The turn is over when it was used: a run of the pager that finds
 * no room must not pass a VM by. */
static bool page_out_round(struct mp *mp)
{
    uint32_t limit = mp->vm_limit, first = mp->pager_vm % limit;
    bool is_progress = false;

    for (uint32_t i = next_with_room(mp, first, 0); i < limit;
         i = next_with_room(mp, first, i + 1)) {
        struct mp_vm *vm = &mp->vms[(first + i) % limit];
        uint32_t pages = cluster_pages(mp, mp_wanted_pages(mp, vm));

        if (pages > 0 && mp_page_out_cluster(mp, vm, pages) > 0) {
            is_progress = true;
            mp->pager_vm = (vm->number + 1u) % limit;
        }
        mp_wanted_changed(mp, vm);
    }
    return is_progress;
}

void mp_pager_run(struct mp *mp)
{
    mp->due &= ~(uint32_t)MP_DUE_PAGER;
    if (mp->vm_limit == 0)
        return;
    add_credit(mp);
    refresh_wanted(mp);
    while (page_out_round(mp))
        ;
    if (mp->stalled_pages > 0 && mp_free_pages(mp) == 0 && mp->leaving_pages == 0)
        page_out_for_stalled(mp);
    if (mp->poll_ns == MP_NEVER &&
        (mp->stalled_pages > 0 || mp->wanting_part.count + mp->wanting_whole.count > 0))
        mp->poll_ns = mp->now_ns + MP_POLL_NS;
}
