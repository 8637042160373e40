/*
 * Ballooning (3.2): a driver inside the guest pins pages, and the memory behind them is free.
 *
 * The hazard is the guest: its driver can be absent, slow, gone after a reboot, or report nonsense.
 * What it reports counts only where it fits and leaves the VM its min, and a touch of a ballooned
 * page shows that the guest has forgotten its balloon, which is then popped as a whole.
 */
#include "mp_internal.h"

#define BP 10000u

uint32_t mp_balloon_cap_pages(const struct mp *mp, const struct mp_vm *vm)
{
    return (uint32_t)((uint64_t)vm->config.max_pages * mp->tunables.balloon_cap_bp / BP);
}

/* The balloon is to grow only by what the VM has above its target, and to shrink only where it
 * keeps the VM from its target. Otherwise it is left as it is: a VM that was given memory back and
 * does not touch it has nothing that a balloon could free. */
static uint32_t ordered_pages(const struct mp_vm *vm)
{
    uint32_t has_pages = mp_vm_held_pages(vm), held_pages = vm->pages[MP_BALLOONED];

    if (vm->is_direct)
        return vm->balloon_order_pages;
    if (has_pages > vm->target_pages)
        return held_pages + (has_pages - vm->target_pages);
    return mp_min32(held_pages, vm->config.max_pages - vm->target_pages);
}

static uint32_t wanted_pages(const struct mp *mp, const struct mp_vm *vm)
{
    uint32_t above_min_pages = vm->config.max_pages - vm->config.min_pages;
    uint32_t most_pages = above_min_pages - mp_min32(above_min_pages, mp_vm_paged_pages(vm));

    most_pages = mp_min32(most_pages, mp_balloon_cap_pages(mp, vm));
    return vm->driver ? mp_min32(most_pages, ordered_pages(vm)) : 0;
}

/* Paging has to do the rest where there is no driver or the balloon is at its cap. */
void mp_balloon_retarget(struct mp *mp, struct mp_vm *vm)
{
    uint32_t pages = wanted_pages(mp, vm);

    if (pages == vm->balloon_target_pages)
        return;
    if (vm->balloon_target_pages <= vm->pages[MP_BALLOONED])
        vm->balloon_moved_ns = mp->now_ns;
    vm->balloon_target_pages = pages;
    mp_wanted_changed(mp, vm);
    if (vm->driver)
        mp->ops.balloon_target(mp->context, vm->number, pages);
}

uint64_t mp_balloon_stuck_ns(const struct mp_vm *vm)
{
    return vm->balloon_moved_ns + MP_BALLOON_STUCK_NS;
}

/* The hypervisor cannot see why a driver takes nothing. While memory is not short it waits: the
 * targets of the state high are no matter of urgency. */
uint32_t mp_balloon_awaited_pages(const struct mp *mp, const struct mp_vm *vm)
{
    uint32_t held_pages = vm->pages[MP_BALLOONED];
    uint32_t most_pages =
        mp_min32(mp_balloon_cap_pages(mp, vm), vm->config.max_pages - vm->target_pages);
    bool is_stuck = vm->balloon_target_pages > held_pages && mp->now_ns >= mp_balloon_stuck_ns(vm);

    if (!vm->driver || most_pages <= held_pages || (is_stuck && mp->state != MP_STATE_HIGH))
        return 0;
    return most_pages - held_pages;
}

static void empty_balloon(struct mp *mp, struct mp_vm *vm)
{
    for (uint32_t ppn = 0; vm->pages[MP_BALLOONED] > 0; ppn++) {
        if (vm->pmap[ppn].backing == MP_BALLOONED)
            mp_page_set(mp, vm, ppn, MP_UNTOUCHED, 0);
    }
}

void mp_balloon_driver(struct mp *mp, uint16_t number, bool present, uint64_t now_ns)
{
    struct mp_vm *vm = mp_vm_of(mp, number);

    mp_enter(mp, now_ns);
    empty_balloon(mp, vm);
    vm->driver = present;
    vm->balloon_target_pages = 0; /* a new driver knows of none */
    mp_balloon_retarget(mp, vm);
    mp_wanted_changed(mp, vm);
    mp->due |= MP_DUE_PAGER;
    mp_settle(mp);
}

uint32_t mp_balloon_poll(struct mp *mp, uint16_t number, uint64_t now_ns)
{
    struct mp_vm *vm = mp_vm_of(mp, number);

    mp_enter(mp, now_ns);
    mp_balloon_retarget(mp, vm);
    mp_settle(mp);
    return vm->balloon_target_pages;
}

void mp_balloon_pop(struct mp *mp, struct mp_vm *vm, uint32_t ppn)
{
    vm->balloon_pops++;
    mp_event(mp, vm->number, MP_EVENT_BALLOON_POP, ppn, 0);
    empty_balloon(mp, vm);
}

/* A driver knows what it should hold as of its last poll, and pages may have been paged out since.
 * A page that is paged out already takes nothing more from the VM. */
static bool may_take(const struct mp_vm *vm, uint32_t ppn)
{
    if (ppn >= vm->config.max_pages)
        return false;

    const struct mp_pmap_entry *entry = &vm->pmap[ppn];

    switch ((enum mp_backing)entry->backing) {
    case MP_BALLOONED:
        return false;
    case MP_SWAPPED:
    case MP_PAGING_IN:
        return true;
    case MP_PAGING_OUT:
        return !(entry->flags & MP_PAGE_WANTED) || mp_vm_takeable_pages(vm) > 0;
    case MP_UNTOUCHED:
    case MP_PRIVATE:
    case MP_SHARED:
    case MP_COMPRESSED:
        break;
    }
    return mp_vm_takeable_pages(vm) > 0;
}

bool mp_balloon_taken(struct mp *mp, uint16_t number, uint32_t ppn, uint64_t now_ns)
{
    struct mp_vm *vm = mp_vm_of(mp, number);
    bool is_taken = may_take(vm, ppn);

    mp_enter(mp, now_ns);
    if (is_taken) {
        struct mp_pmap_entry *entry = &vm->pmap[ppn];
        bool is_awaited = entry->backing == MP_PAGING_IN || (entry->flags & MP_PAGE_WANTED);

        mp_watch_lost(mp, vm, ppn);
        mp_page_take_away(mp, vm, ppn, MP_BALLOONED);
        vm->balloon_moved_ns = mp->now_ns;
        if (is_awaited)
            mp->ops.retry(mp->context, vm->number, ppn);
    } else {
        vm->balloon_refused_pages++;
    }
    mp_settle(mp);
    return is_taken;
}

void mp_balloon_returned(struct mp *mp, uint16_t number, uint32_t ppn, uint64_t now_ns)
{
    struct mp_vm *vm = mp_vm_of(mp, number);

    mp_enter(mp, now_ns);
    if (ppn < vm->config.max_pages && vm->pmap[ppn].backing == MP_BALLOONED)
        mp_page_set(mp, vm, ppn, MP_UNTOUCHED, 0);
    else
        vm->balloon_refused_pages++;
    mp_settle(mp);
}

void mp_page_unneeded(struct mp *mp, uint16_t number, uint32_t ppn, uint64_t now_ns)
{
    struct mp_vm *vm = mp_vm_of(mp, number);

    if (ppn >= vm->config.max_pages || vm->pmap[ppn].backing == MP_UNTOUCHED ||
        vm->pmap[ppn].backing == MP_BALLOONED)
        return;

    bool is_awaited =
        vm->pmap[ppn].backing == MP_PAGING_IN || (vm->pmap[ppn].flags & MP_PAGE_WANTED);

    mp_enter(mp, now_ns);
    mp_watch_lost(mp, vm, ppn);
    mp_page_take_away(mp, vm, ppn, MP_UNTOUCHED);
    if (is_awaited)
        mp->ops.retry(mp->context, vm->number, ppn);
    mp_settle(mp);
}
