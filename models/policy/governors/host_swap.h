/*
 * What a Linux or Xen host does by itself, beside its governor: when it runs short, it pages out.
 * Governors that order balloons only take this for the rest.
 *
 * The host begins in the state hard, pages out until free memory is halfway to what is to be left
 * free, and looks again each second. A Linux host keeps one list of all VMs' pages by their age, so
 * the coldest pages leave, whoever has them. A governor cannot see a page. So each VM gives in
 * proportion to its idle pages, as the believed estimator counts them, and beyond those in
 * proportion to what it has (our assumption). Which of its pages leave is for `swap_victim` to say.
 */
#ifndef MP_GOVERNORS_HOST_SWAP_H
#define MP_GOVERNORS_HOST_SWAP_H

#include "arithmetic.h"
#include "rounds.h"

struct mp_host_swap {
    uint64_t wanted_pages; /* to be paged out now, by all VMs; 0: memory is not short */
    uint64_t idle_pages;   /* that all VMs have above their min */
    uint64_t above_pages;  /* all that they have above their min */
};

static inline uint64_t mp_host_swap_above(const struct mp_vm_view *vm)
{
    return mp_less(vm->alloc_pages, vm->min_pages);
}

static inline uint64_t mp_host_swap_idle(const struct mp_vm_view *vm)
{
    return mp_clamp(mp_less(vm->alloc_pages, vm->active_pages), 0, mp_host_swap_above(vm));
}

static inline struct mp_host_swap mp_host_swap_begin(struct mp_rounds *rounds,
                                                     const struct mp_view *view)
{
    struct mp_host_swap swap = {0};
    uint64_t free_after_pages = view->reserve_pages / 2;

    if (view->state >= MP_STATE_HARD && free_after_pages > view->free_pages)
        swap.wanted_pages = free_after_pages - view->free_pages;
    rounds->is_short = swap.wanted_pages > 0;
    for (uint32_t i = 0; i < view->vm_count; i++) {
        swap.idle_pages += mp_host_swap_idle(&view->vms[i]);
        swap.above_pages += mp_host_swap_above(&view->vms[i]);
    }
    return swap;
}

/* What this VM is to page out now. */
static inline uint64_t mp_host_swap_part(const struct mp_host_swap *swap,
                                         const struct mp_vm_view *vm)
{
    uint64_t wanted = swap->wanted_pages, idle = mp_host_swap_idle(vm);
    uint64_t above = mp_host_swap_above(vm);

    if (wanted <= swap->idle_pages)
        return mp_fraction(idle, wanted, swap->idle_pages);
    if (wanted >= swap->above_pages)
        return above;
    return idle + mp_fraction(above - idle, wanted - swap->idle_pages,
                              swap->above_pages - swap->idle_pages);
}

/* Orders the VM a balloon of about so many pages, and a limit of about so many on what it has: what
 * the balloon does not do is paged out. Both within what can be. */
static inline void mp_order_limit(const struct mp_vm_view *vm, uint64_t balloon_pages,
                                  uint64_t limit_pages, struct mp_vm_order *order)
{
    uint64_t room = vm->max_pages - vm->min_pages;
    uint64_t balloon = mp_clamp(balloon_pages, 0, vm->balloon_cap_pages);
    uint64_t limit = mp_clamp(limit_pages, vm->min_pages, vm->limit_pages);

    balloon = mp_clamp(balloon, 0, room);
    order->balloon_target_pages = (uint32_t)balloon;
    order->swap_target_pages = (uint32_t)mp_less(vm->max_pages - limit, balloon);
}

/* The same with a limit only where the VM is to page out so many pages now. */
static inline void mp_order_balloon(const struct mp_vm_view *vm, uint64_t balloon_pages,
                                    uint64_t page_out_pages, struct mp_vm_order *order)
{
    uint64_t limit_pages = vm->max_pages;

    if (page_out_pages > 0)
        limit_pages = mp_less(vm->alloc_pages, page_out_pages);
    mp_order_limit(vm, balloon_pages, limit_pages, order);
}

/* What a guest has of its memory: all that its balloon does not hold. */
static inline uint32_t mp_vm_has(const struct mp_vm_view *vm)
{
    return vm->max_pages - vm->ballooned_pages;
}

/* Tells `explain` a list of what was read. */
static inline uint32_t mp_told(const struct mp_input *read, uint32_t read_count,
                               struct mp_input *inputs, uint32_t room)
{
    uint32_t count = 0;

    for (; count < read_count && count < room; count++)
        inputs[count] = read[count];
    return count;
}

/* What mp_host_swap_begin() and mp_order_balloon() read: a part of such a list. */
#define MP_HOST_SWAP_READ(view, vm)                                                                \
    {"state", (view)->state}, {"free_pages", (view)->free_pages},                                  \
        {"reserve_pages", (view)->reserve_pages}, {"min_pages", (vm)->min_pages},                  \
        {"max_pages", (vm)->max_pages}, {"limit_pages", (vm)->limit_pages},                        \
        {"balloon_cap_pages", (vm)->balloon_cap_pages},                                            \
    {                                                                                              \
        "former_balloon_target_pages", (vm)->balloon_target_pages                                  \
    }

#endif
