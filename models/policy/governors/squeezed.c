/*
 * Xen's squeezed: no guest is asked anything. Every VM stands at the same place between its min and
 * its max, and the place is as high as free memory allows.
 *
 * What must be freed is freed first: while any VM has to shrink, none grows. A VM that gets no
 * nearer to its target for 5 s does not cooperate, and is left out until it moves again.
 *
 * Xen gives a VM all of its memory at once. Here memory that a VM may still touch counts as its own
 * for the same reason, so it is taken off the free memory.
 *
 * README.md says what this was written from, and what is assumed.
 */
#include "host_swap.h"

enum { STEP_S, IDLE_S, STUCK_S, SLACK_MB, PARAMETERS };

static const struct mp_parameter parameters[PARAMETERS] = {
    [STEP_S] = {"step_s", "s", "squeezed: 1 s while balancing", 1, 1, 3600},
    [IDLE_S] = {"idle_s", "s", "squeezed: checks every 10 s", 10, 1, 3600},
    [STUCK_S] = {"stuck_s", "s", "squeezed: a VM without progress for 5 s is left out", 5, 1, 3600},
    [SLACK_MB] = {"slack_mb", "MB", "our choice: the description has no number", 0, 0, 1024},
};

struct domain {
    uint64_t on_ns;
    uint64_t moved_ns; /* it came nearer to its target last */
    uint32_t has_pages, target_pages;
    bool is_known;
};

struct squeezed {
    struct mp_rounds rounds;
    struct domain domains[]; /* by VM number */
};

static void init(void *state, const uint32_t *values, uint16_t max_vms, uint64_t now_ns)
{
    (void)max_vms;
    mp_rounds_init(state, now_ns, values[IDLE_S]);
}

static uint32_t apart(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

/* Notes how far the VM is from its target. */
static void look(struct domain *domain, const struct mp_vm_view *vm, uint64_t now_ns)
{
    uint32_t has_pages = mp_vm_has(vm);

    if (!domain->is_known || domain->on_ns != vm->on_ns)
        *domain = (struct domain){.on_ns = vm->on_ns,
                                  .target_pages = has_pages,
                                  .has_pages = has_pages,
                                  .is_known = true};
    if (apart(has_pages, domain->target_pages) < apart(domain->has_pages, domain->target_pages) ||
        has_pages == domain->target_pages)
        domain->moved_ns = now_ns;
    domain->has_pages = has_pages;
}

static bool is_active(const struct squeezed *squeezed, const struct mp_view *view,
                      const struct mp_vm_view *vm)
{
    uint64_t stuck_ns = view->parameters[STUCK_S] * MP_SECOND_NS;

    return vm->has_driver && view->now_ns < squeezed->domains[vm->vm].moved_ns + stuck_ns;
}

/* One place between min and max for all: surplus / range. */
struct place {
    uint64_t surplus_pages, range_pages;
};

static struct place find_place(const struct squeezed *squeezed, const struct mp_view *view)
{
    uint64_t slack_pages = 2 * (uint64_t)view->parameters[SLACK_MB] * MP_PAGES_PER_MB;
    int64_t freeable_pages = view->free_pages;
    struct place place = {0};

    for (uint32_t i = 0; i < view->vm_count; i++) {
        const struct mp_vm_view *vm = &view->vms[i];

        freeable_pages -= (int64_t)vm->untouched_pages + vm->swapped_pages;
        if (!is_active(squeezed, view, vm))
            continue;
        freeable_pages += (int64_t)mp_less(mp_vm_has(vm), vm->min_pages + slack_pages);
        place.range_pages += vm->limit_pages - vm->min_pages;
    }
    if (freeable_pages > 0)
        place.surplus_pages = mp_less((uint64_t)freeable_pages, view->reserve_pages);
    return place;
}

static uint32_t target_at(const struct mp_vm_view *vm, struct place place)
{
    uint32_t range_pages = vm->limit_pages - vm->min_pages;

    if (place.surplus_pages >= place.range_pages)
        return vm->limit_pages;
    return vm->min_pages +
           (uint32_t)mp_fraction(range_pages, place.surplus_pages, place.range_pages);
}

/* Sets the targets of those that shrink, or of all if none has to; true if any is not there yet. */
static bool balance(struct squeezed *squeezed, const struct mp_view *view)
{
    struct place place = find_place(squeezed, view);
    bool is_shrinking = false, is_moving = false;

    for (uint32_t i = 0; i < view->vm_count; i++) {
        const struct mp_vm_view *vm = &view->vms[i];

        is_shrinking |= is_active(squeezed, view, vm) && target_at(vm, place) < mp_vm_has(vm);
    }
    for (uint32_t i = 0; i < view->vm_count; i++) {
        const struct mp_vm_view *vm = &view->vms[i];
        uint32_t target_pages = target_at(vm, place);

        if (!is_active(squeezed, view, vm))
            continue;
        is_moving |= target_pages != mp_vm_has(vm);
        if (!is_shrinking || target_pages < mp_vm_has(vm))
            squeezed->domains[vm->vm].target_pages = target_pages;
    }
    return is_moving;
}

static void tick(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    struct squeezed *squeezed = state;
    struct mp_host_swap swap = mp_host_swap_begin(&squeezed->rounds, view);
    uint64_t now_ns = view->now_ns;

    for (uint32_t i = 0; i < view->vm_count; i++)
        look(&squeezed->domains[view->vms[i].vm], &view->vms[i], now_ns);
    if (view->reason == MP_REASON_VM_ON || view->reason == MP_REASON_VM_OFF)
        squeezed->rounds.next_ns = now_ns;
    if (mp_round_begins(&squeezed->rounds, now_ns, view->parameters[IDLE_S]) &&
        balance(squeezed, view))
        mp_rounds_init(&squeezed->rounds, now_ns, view->parameters[STEP_S]);
    for (uint32_t i = 0; i < view->vm_count; i++) {
        const struct mp_vm_view *vm = &view->vms[i];

        mp_order_balloon(vm, mp_less(vm->max_pages, squeezed->domains[vm->vm].target_pages),
                         mp_host_swap_part(&swap, vm), &orders->vms[i]);
    }
}

static uint32_t explain(const void *state, const struct mp_view *view, uint32_t index,
                        struct mp_input *inputs, uint32_t room)
{
    const struct mp_vm_view *vm = &view->vms[index];
    const struct mp_input read[] = {
        MP_HOST_SWAP_READ(view, vm),          {"ballooned_pages", vm->ballooned_pages},
        {"swapped_pages", vm->swapped_pages}, {"untouched_pages", vm->untouched_pages},
        {"has_driver", vm->has_driver},       {"on_ns", (int64_t)vm->on_ns},
    };

    (void)state;
    return mp_told(read, sizeof read / sizeof read[0], inputs, room);
}

const struct mp_governor mp_governor_squeezed = {
    .abi = MP_GOVERNOR_ABI,
    .name = "squeezed",
    .summary = "all VMs at one place between min and max, asking no guest, as Xen's squeezed does",
    .parameters = parameters,
    .parameter_count = PARAMETERS,
    .state_bytes = sizeof(struct squeezed),
    .state_vm_bytes = sizeof(struct domain),
    .init = init,
    .tick = tick,
    .next_deadline = mp_rounds_next,
    .explain = explain,
};
