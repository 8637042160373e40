/*
 * Between the governor and the mechanisms: makes the view that it reads, checks the orders that it
 * gives, carries them out.
 *
 * The hazard is a governor that is wrong. It may come from outside, so nothing that it orders is
 * trusted: what cannot be is reported with its name, and the nearest order that can be is taken.
 * And it is asked at the end of a public call only, when the books are in order (core.c).
 */
#include "mp_estimator.h"
#include "mp_governor.h"
#include "mp_internal.h"

static const struct mp_governor *governor_of(const struct mp_members *members)
{
    const struct mp_governor *governor = members ? members->governor : NULL;

    return governor ? governor : mp_governor_at(0);
}

/* ---- Its life ---------------------------------------------------------------------------- */

static size_t values_bytes(const struct mp_governor *governor)
{
    return mp_aligned(governor->parameter_count * sizeof(uint32_t));
}

static size_t state_bytes(const struct mp_governor *governor, const struct mp_machine *machine)
{
    return mp_aligned(governor->state_bytes + machine->max_vms * governor->state_vm_bytes);
}

size_t mp_govern_footprint(const struct mp_machine *machine, const struct mp_members *members)
{
    const struct mp_governor *governor = governor_of(members);

    return values_bytes(governor) + state_bytes(governor, machine) +
           mp_aligned(machine->max_vms * sizeof(struct mp_vm_view)) +
           mp_aligned(machine->max_vms * sizeof(struct mp_vm_order));
}

void mp_govern_init(struct mp *mp, const struct mp_members *members, void *buffer)
{
    const struct mp_governor *governor = governor_of(members);
    char *next = buffer;

    mp_check(mp, governor->abi == MP_GOVERNOR_ABI, "a governor of another version");
    mp_check(mp, mp_governor_check(governor) == NULL, "a governor's table is not in order");
    mp->governor = governor;
    mp->governor_values = (void *)next;
    next += values_bytes(governor);
    mp->governor_state = next;
    next += state_bytes(governor, &mp->machine);
    mp->views = (void *)next;
    next += mp_aligned(mp->machine.max_vms * sizeof(struct mp_vm_view));
    mp->orders = (void *)next;
    mp_parameters_copy(mp, mp->governor_values, governor->parameters, governor->parameter_count,
                       members ? members->governor_values : NULL);
    if (governor->init)
        governor->init(mp->governor_state, mp->governor_values, mp->machine.max_vms, mp->now_ns);
    mp_govern_schedule(mp);
}

void mp_govern_fini(struct mp *mp)
{
    if (mp->governor->fini)
        mp->governor->fini(mp->governor_state);
}

/* ---- When it is asked -------------------------------------------------------------------- */

void mp_govern_schedule(struct mp *mp)
{
    const struct mp_governor *governor = mp->governor;

    if (!governor->next_deadline) {
        mp->rebalance_ns = mp->now_ns + mp->tunables.rebalance_ms * MP_MS_NS;
        return;
    }

    uint64_t next_ns = governor->next_deadline(mp->governor_state, mp->now_ns);

    /* A governor that names the present would be asked for ever. */
    mp->rebalance_ns = next_ns > mp->now_ns + MP_POLL_NS ? next_ns : mp->now_ns + MP_POLL_NS;
}

void mp_govern_tick(struct mp *mp)
{
    if (mp->now_ns < mp->rebalance_ns)
        return;
    if (!mp->governor->next_deadline) {
        uint64_t period_ns = mp->tunables.rebalance_ms * MP_MS_NS;

        mp->rebalance_ns += (mp->now_ns - mp->rebalance_ns) / period_ns * period_ns + period_ns;
    }
    mp_rebalance_later(mp, MP_REASON_PERIODIC);
}

/* ---- The view ---------------------------------------------------------------------------- */

/* Free memory must end not at but above the high threshold by more than the margin (6.3), or the
 * state would never rise; a second margin is for what moves while the targets are pursued. */
static uint32_t reserve_pages(const struct mp *mp)
{
    uint32_t reserve_bp = mp->tunables.free_high_bp;

    if (mp->state != MP_STATE_HIGH)
        reserve_bp += 2 * mp->tunables.free_margin_bp;
    return mp_threshold_pages(mp, reserve_bp);
}

/* All pages of a view are of 4 KiB, whatever those of the machine are: so are the parameters of
 * governors. */
static struct mp_guest_report small_report(const struct mp *mp,
                                           const struct mp_guest_report *report)
{
    return (struct mp_guest_report){
        .free_pages = mp_small_pages(mp, report->free_pages),
        .available_pages = mp_small_pages(mp, report->available_pages),
        .cache_pages = mp_small_pages(mp, report->cache_pages),
        .committed_pages = mp_small_pages(mp, report->committed_pages),
        .swapped_pages = mp_small_pages(mp, report->swapped_pages),
    };
}

static void view_host(const struct mp *mp, struct mp_view *view)
{
    *view = (struct mp_view){
        .now_ns = mp->now_ns,
        .reason = mp->reason,
        .state = mp->state,
        .machine_pages = mp_small_pages(mp, mp->machine.machine_pages - mp->lost_pages),
        .hypervisor_pages = mp_small_pages(mp, mp->machine.hypervisor_pages),
        .overhead_pages = mp_small_pages(mp, mp->overhead_pages + mp_swap_memory_pages(mp)),
        .free_pages = mp_small_pages(mp, mp_free_pages(mp)),
        .saved_pages = mp_small_pages(mp, mp->shared_pages - mp->shared_mpns),
        .reserve_pages = mp_small_pages(mp, reserve_pages(mp)),
        .swap_pages = mp_small_pages(mp, mp->machine.swap_pages),
        .swap_free_pages = mp_small_pages(mp, mp_free_slots(mp)),
        .idle_tax_bp = mp->tunables.idle_tax_bp,
        .scan_vm_pages_s = mp->scan_vm_pages_s,
        .scan_total_pages_s = mp->scan_total_pages_s,
        .estimator_count = mp->estimator_count,
        .believed = mp->believed,
        .parameters = mp->governor_values,
        .vms = mp->views,
    };

    for (uint32_t place = 0; place < mp->estimator_count; place++)
        view->estimator_names[place] = mp->estimators[place].estimator->name;

    int64_t total_pages = (int64_t)view->machine_pages - view->hypervisor_pages -
                          view->overhead_pages - view->reserve_pages + view->saved_pages;

    view->total_pages = total_pages > 0 ? (uint32_t)total_pages : 0;
}

static void view_vm(const struct mp *mp, const struct mp_vm *vm, struct mp_vm_view *view)
{
    const uint32_t scale = mp->machine.page_scale;

    *view = (struct mp_vm_view){
        .vm = vm->number,
        .has_driver = vm->driver,
        .is_blocked = vm->blocked,
        .on_ns = vm->on_ns,
        .own_ns = vm->own_ns,
        .stall_ns = vm->stalled_ns,
        .shares = vm->config.shares,
        .min_pages = mp_small_pages(mp, vm->config.min_pages),
        .max_pages = mp_small_pages(mp, vm->config.max_pages),
        .limit_pages = mp_small_pages(mp, vm->config.limit_pages),
        .alloc_pages = mp_small_pages(mp, mp_vm_alloc_pages(vm)),
        .ballooned_pages = mp_small_pages(mp, vm->pages[MP_BALLOONED]),
        .compressed_pages = mp_small_pages(mp, vm->pages[MP_COMPRESSED]),
        .swapped_pages = mp_small_pages(mp, vm->pages[MP_SWAPPED]),
        .untouched_pages = mp_small_pages(mp, vm->pages[MP_UNTOUCHED]),
        .shared_pages = mp_small_pages(mp, vm->pages[MP_SHARED]),
        .zero_pages = mp_small_pages(mp, vm->zero_pages),
        .overhead_pages = mp_small_pages(mp, vm->overhead_pages),
        .balloon_cap_pages = vm->driver ? mp_small_pages(mp, mp_balloon_cap_pages(mp, vm)) : 0,
        .target_pages = mp_small_pages(mp, vm->target_pages),
        .balloon_target_pages = mp_small_pages(mp, vm->balloon_target_pages),
        .swap_in_pages = vm->swap_in_pages * scale,
        .swap_out_pages = vm->swap_out_pages * scale,
        .refault_pages = (vm->swap_in_pages + vm->compress_in_pages + vm->caught_pages) * scale,
        .has_report = vm->has_report,
        .report_age_ns = vm->has_report ? mp->now_ns - vm->report_ns : 0,
        .report = small_report(mp, &vm->report),
    };
    for (uint32_t place = 0; place < mp->estimator_count; place++)
        view->estimate_pages[place] = mp_small_pages(mp, mp_watch_estimate(mp, vm, place).pages);
    view->active_pages = mp_min32(view->estimate_pages[mp->believed], view->alloc_pages);
}

static void make_view(const struct mp *mp, struct mp_view *view)
{
    view_host(mp, view);
    for (struct mp_vm *vm = mp_vm_from(mp, 0); vm; vm = mp_vm_after(mp, vm))
        view_vm(mp, vm, &mp->views[view->vm_count++]);
}

/* ---- The orders -------------------------------------------------------------------------- */

/* The order itself, or the nearest that can be: pages of 4 KiB, or a rate. */
static uint32_t checked(struct mp *mp, uint16_t vm, const char *what, uint32_t ordered,
                        uint32_t least, uint32_t most)
{
    const struct mp_bad_order bad = {.at_ns = mp->now_ns,
                                     .governor = mp->governor->name,
                                     .vm = vm,
                                     .what = what,
                                     .ordered = ordered,
                                     .least = least,
                                     .most = most};

    if (least <= ordered && ordered <= most)
        return ordered;
    mp_check(mp, mp->ops.bad_order != NULL, "the governor gave an order that cannot be");
    mp->ops.bad_order(mp->context, &bad);
    return ordered < least ? least : most;
}

static uint32_t unless_unchanged(uint32_t ordered)
{
    return ordered == MP_UNCHANGED ? 0 : ordered;
}

/* Both orders are taken together, so that what rounding takes from one is in the other. */
static void take_direct_order(struct mp *mp, struct mp_vm *vm, const struct mp_vm_order *order)
{
    const struct mp_vm_config *config = &vm->config;
    uint32_t cap_pages = vm->driver ? mp_small_pages(mp, mp_balloon_cap_pages(mp, vm)) : 0;
    uint32_t room_pages = mp_small_pages(mp, config->max_pages - config->min_pages);
    uint32_t above_pages = mp_small_pages(mp, config->max_pages - config->limit_pages);
    uint32_t balloon_pages =
        checked(mp, vm->number, "balloon_target_pages",
                unless_unchanged(order->balloon_target_pages), 0, mp_min32(cap_pages, room_pages));
    uint32_t swap_pages =
        checked(mp, vm->number, "swap_target_pages", unless_unchanged(order->swap_target_pages),
                above_pages - mp_min32(above_pages, balloon_pages), room_pages - balloon_pages);
    uint32_t left_pages = mp_small_pages(mp, config->max_pages) - balloon_pages - swap_pages;

    vm->is_direct = true;
    vm->balloon_order_pages = mp_own_pages(mp, balloon_pages);
    vm->swap_order_pages = mp_own_pages(mp, balloon_pages + swap_pages) - vm->balloon_order_pages;
    vm->target_pages = config->max_pages - vm->balloon_order_pages - vm->swap_order_pages;
    if (order->target_pages != MP_UNCHANGED)
        checked(mp, vm->number, "target_pages", order->target_pages, left_pages, left_pages);
}

static void take_order(struct mp *mp, struct mp_vm *vm, const struct mp_vm_order *order)
{
    const struct mp_vm_config *config = &vm->config;

    if (order->balloon_target_pages != MP_UNCHANGED || order->swap_target_pages != MP_UNCHANGED) {
        take_direct_order(mp, vm, order);
    } else if (order->target_pages != MP_UNCHANGED) {
        vm->is_direct = false;
        vm->target_pages =
            mp_own_pages(mp, checked(mp, vm->number, "target_pages", order->target_pages,
                                     mp_small_pages(mp, config->min_pages),
                                     mp_small_pages(mp, config->limit_pages)));
    } else if (vm->target_pages < config->min_pages) { /* min was raised since */
        vm->is_direct = false;
        vm->target_pages = config->min_pages;
    }
    mp_balloon_retarget(mp, vm);
    mp_wanted_changed(mp, vm);
}

/* The scanner may look for pages only at a tick, when no access is under way: so it is asked then.
 */
static void take_rates(struct mp *mp, const struct mp_orders *orders)
{
    if (orders->scan_vm_pages_s == MP_UNCHANGED && orders->scan_total_pages_s == MP_UNCHANGED)
        return;
    if (mp->frames)
        mp->scan_due_ns = mp->now_ns;
    if (orders->scan_vm_pages_s != MP_UNCHANGED)
        mp->scan_vm_pages_s = checked(mp, MP_NO_VM, "scan_vm_pages_s", orders->scan_vm_pages_s, 0,
                                      MP_MAX_SCAN_VM_PAGES_S);
    if (orders->scan_total_pages_s != MP_UNCHANGED)
        mp->scan_total_pages_s = checked(mp, MP_NO_VM, "scan_total_pages_s",
                                         orders->scan_total_pages_s, 0, MP_MAX_SCAN_TOTAL_PAGES_S);
}

static void take_large(struct mp *mp, const struct mp_orders *orders)
{
    if (orders->large_pages == MP_UNCHANGED)
        return;
    mp->large_order = checked(mp, MP_NO_VM, "large_pages", orders->large_pages, 0, 1);
    mp_large_update(mp);
}

enum {
#define MP_VIEW_HOST(name, field, what) WHOLE_##name,
#define MP_VIEW_VM                      MP_VIEW_HOST
#include "mp_view.def"
#undef MP_VIEW_HOST
#undef MP_VIEW_VM
    WHOLE_VIEW
};
_Static_assert(WHOLE_VIEW <= MP_MOST_INPUTS, "a view has more numbers than can be told");

/* Of a governor that does not say what it reads. The host's numbers are told once, with the first
 * VM. */
static uint32_t whole_view(const struct mp_view *view, uint32_t index, struct mp_input *inputs)
{
    const struct mp_vm_view *vm = &view->vms[index];
    uint32_t count = 0;

#define MP_VIEW_HOST(name, field, what)                                                            \
    if (index == 0)                                                                                \
        inputs[count++] = (struct mp_input){#name, (int64_t)view->field};
#define MP_VIEW_VM(name, field, what)                                                              \
    inputs[count++] = (struct mp_input){#name, (int64_t)vm->field};
#include "mp_view.def"
#undef MP_VIEW_HOST
#undef MP_VIEW_VM
    return count;
}

static void tell_inputs(struct mp *mp, const struct mp_view *view, uint32_t index)
{
    struct mp_input inputs[MP_MOST_INPUTS];
    const struct mp_governor *governor = mp->governor;

    if (!mp->ops.decision_input)
        return;

    uint32_t count = governor->explain ? governor->explain(mp->governor_state, view, index, inputs,
                                                           MP_MOST_INPUTS)
                                       : whole_view(view, index, inputs);

    mp->ops.decision_input(mp->context, view->now_ns, view->vms[index].vm, inputs,
                           mp_min32(count, MP_MOST_INPUTS));
}

/* The target as it was ordered, of which large pages may have taken the rest. */
static uint32_t told_target(const struct mp *mp, const struct mp_vm *vm, uint32_t ordered)
{
    bool is_taken = ordered != MP_UNCHANGED && mp_own_pages(mp, ordered) == vm->target_pages;

    return is_taken ? ordered : mp_small_pages(mp, vm->target_pages);
}

static void tell_decision(struct mp *mp, const struct mp_view *view, uint32_t index)
{
    const struct mp_vm_view *read = &view->vms[index];
    const struct mp_vm *vm = &mp->vms[read->vm];
    struct mp_decision decision = {
        .at_ns = view->now_ns,
        .vm = read->vm,
        .reason = view->reason,
        .state = view->state,
        .active_pages = read->active_pages,
        .alloc_pages = read->alloc_pages,
        .target_pages = told_target(mp, vm, mp->orders[index].target_pages),
        .balloon_target_pages = mp_small_pages(mp, vm->balloon_target_pages),
        .swap_target_pages = mp_small_pages(mp, mp_swap_target_pages(mp, vm)),
        .price_milli = mp->orders[index].price_milli,
    };

    if (mp->ops.decision)
        mp->ops.decision(mp->context, &decision);
    tell_inputs(mp, view, index);
}

static const struct mp_vm_order no_order = {.target_pages = MP_UNCHANGED,
                                            .balloon_target_pages = MP_UNCHANGED,
                                            .swap_target_pages = MP_UNCHANGED,
                                            .price_milli = MP_NO_PRICE};

void mp_rebalance(struct mp *mp)
{
    struct mp_orders orders = {mp->orders, MP_UNCHANGED, MP_UNCHANGED, MP_UNCHANGED};
    struct mp_view view;

    mp->due &= ~(uint32_t)MP_DUE_REBALANCE;
    mp->due |= MP_DUE_PAGER | MP_DUE_BLOCK;
    make_view(mp, &view);
    mp->target_total_pages = mp_own_pages(mp, view.total_pages);
    if (view.vm_count > 0) {
        for (uint32_t i = 0; i < view.vm_count; i++)
            mp->orders[i] = no_order;
        mp->governor->tick(mp->governor_state, &view, &orders);
        take_rates(mp, &orders);
        take_large(mp, &orders);
    }
    for (uint32_t i = 0; i < view.vm_count; i++) {
        take_order(mp, &mp->vms[view.vms[i].vm], &mp->orders[i]);
        tell_decision(mp, &view, i);
    }
    if (mp->governor->next_deadline)
        mp_govern_schedule(mp);
}
