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

#include "../mp_governor.h"

#define MP_SECOND_NS       UINT64_C(1000000000)
#define MP_PAGES_PER_MB    ((1u << 20) / MP_PAGE_SIZE)
#define MP_HOST_SWAP_AT_NS MP_SECOND_NS /* our choice: between two looks while memory is short */

/* a * n / d, rounded down, for n <= d < 2^63: no product that overflows, no division of 128 bits.
 */
static inline uint64_t mp_fraction(uint64_t a, uint64_t n, uint64_t d)
{
    uint64_t quotient = 0, rest = 0;

    if (n == 0 || d == 0)
        return 0;
    if (a <= UINT64_MAX / n)
        return a * n / d;
    for (int bit = 63; bit >= 0; bit--) {
        quotient <<= 1;
        rest <<= 1;
        if (rest >= d) {
            rest -= d;
            quotient++;
        }
        if (!(a >> bit & 1))
            continue;
        rest += n;
        if (rest >= d) {
            rest -= d;
            quotient++;
        }
    }
    return quotient;
}

static inline uint64_t mp_clamp(uint64_t value, uint64_t least, uint64_t most)
{
    return value < least ? least : value > most ? most : value;
}

struct mp_host_swap {
    uint64_t wanted_pages; /* to be paged out now, by all VMs; 0: memory is not short */
    uint64_t idle_pages;   /* that all VMs have above their min */
    uint64_t above_pages;  /* all that they have above their min */
};

static inline uint64_t mp_host_swap_above(const struct mp_vm_view *vm)
{
    return vm->alloc_pages > vm->min_pages ? vm->alloc_pages - vm->min_pages : 0;
}

static inline uint64_t mp_host_swap_idle(const struct mp_vm_view *vm)
{
    uint64_t idle_pages =
        vm->alloc_pages > vm->active_pages ? vm->alloc_pages - vm->active_pages : 0;

    return mp_clamp(idle_pages, 0, mp_host_swap_above(vm));
}

static inline struct mp_host_swap mp_host_swap_of(const struct mp_view *view)
{
    struct mp_host_swap swap = {0};
    uint64_t free_after_pages = view->reserve_pages / 2;

    if (view->state >= MP_STATE_HARD && free_after_pages > view->free_pages)
        swap.wanted_pages = free_after_pages - view->free_pages;
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

/* Orders the VM a balloon of about so many pages, within what can be, and to page out so many more
 * pages than it has paged out. */
static inline void mp_order_balloon(const struct mp_vm_view *vm, uint64_t balloon_pages,
                                    uint64_t page_out_pages, struct mp_vm_order *order)
{
    uint64_t room = vm->max_pages - vm->min_pages, limited = vm->max_pages - vm->limit_pages;
    uint64_t balloon = mp_clamp(balloon_pages, 0, room);
    uint64_t left = vm->alloc_pages > page_out_pages ? vm->alloc_pages - page_out_pages : 0;
    uint64_t swap = 0;

    balloon = mp_clamp(balloon, 0, vm->balloon_cap_pages);
    if (page_out_pages > 0 && vm->max_pages - left > balloon)
        swap = vm->max_pages - left - balloon;
    if (swap + balloon < limited)
        swap = limited - balloon;
    order->balloon_target_pages = (uint32_t)balloon;
    order->swap_target_pages = (uint32_t)mp_clamp(swap, 0, room - balloon);
}

/* What a guest has of its memory: all that its balloon does not hold. */
static inline uint32_t mp_vm_has(const struct mp_vm_view *vm)
{
    return vm->max_pages - vm->ballooned_pages;
}

/* For `explain`. */
static inline uint32_t mp_told(const struct mp_input *read, uint32_t read_count,
                               struct mp_input *inputs, uint32_t room)
{
    uint32_t count = 0;

    for (; count < read_count && count < room; count++)
        inputs[count] = read[count];
    return count;
}

/* What mp_host_swap_of() and mp_order_balloon() read, for `explain`: a part of its list. */
#define MP_HOST_SWAP_READ(view, vm)                                                                \
    {"state", (view)->state}, {"free_pages", (view)->free_pages},                                  \
        {"reserve_pages", (view)->reserve_pages}, {"min_pages", (vm)->min_pages},                  \
        {"max_pages", (vm)->max_pages}, {"limit_pages", (vm)->limit_pages},                        \
        {"balloon_cap_pages", (vm)->balloon_cap_pages},                                            \
    {                                                                                              \
        "former_balloon_target_pages", (vm)->balloon_target_pages                                  \
    }

#endif
