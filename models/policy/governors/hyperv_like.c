/*
 * A stated assumption of how Hyper-V's Dynamic Memory may share out memory. What the guest's driver
 * reports is published, and so is that a VM is to have its demand and a buffer; the balancer is
 * not.
 *
 * Ours: each second every VM should have its demand and 20%, within min and max. If that is more
 * than there is, all stand at the same place between their min and what they want. A VM gets more
 * at once. What it has too much is taken at once where others need it, and otherwise by half each
 * 30 s.
 *
 * README.md says what this was written from, and what else is assumed.
 */
#include "host_swap.h"
#include "rules.h"

enum { BUFFER_PCT, REPORT_S, REMOVE_S, PARAMETERS };

static const struct mp_parameter parameters[PARAMETERS] = {
    [BUFFER_PCT] = {"buffer_pct", "%", "Hyper-V: demand and 20%, settable from 5 to 2000%", 20, 5,
                    2000},
    [REPORT_S] = {"report_s", "s", "Hyper-V: the guest reports each second", 1, 1, 3600},
    [REMOVE_S] = {"remove_s", "s", "our choice: a case study shows a second removal after 30 s", 30,
                  1, 3600},
};

struct claim {
    uint64_t has_pages, wanted_pages, target_pages;
};

struct hyperv {
    struct mp_rounds rounds, removals;
    struct claim claims[]; /* as the view has its VMs */
};

uint32_t mp_hyperv_floor_mb(uint32_t max_mb)
{
    if (max_mb < 128)
        return 8 + max_mb / 2;
    if (max_mb < 512)
        return 40 + max_mb / 4;
    if (max_mb < 2048)
        return 104 + max_mb / 8;
    if (max_mb < 8192)
        return 232 + max_mb / 16;
    return 488 + max_mb / 32;
}

static void init(void *state, const uint32_t *values, uint16_t max_vms, uint64_t now_ns)
{
    struct hyperv *hyperv = state;

    (void)max_vms;
    mp_rounds_init(&hyperv->rounds, now_ns, values[REPORT_S]);
    mp_rounds_init(&hyperv->removals, now_ns, values[REMOVE_S]);
}

static bool has_part(const struct mp_vm_view *vm)
{
    return vm->has_driver && vm->has_report;
}

static struct claim claim_of(const struct mp_vm_view *vm, uint32_t buffer_pct)
{
    uint64_t floor_mb = mp_hyperv_floor_mb(vm->max_pages / MP_PAGES_PER_MB);
    uint64_t demand_pages = vm->report.committed_pages + floor_mb * MP_PAGES_PER_MB;
    uint64_t wanted_pages = demand_pages + demand_pages * buffer_pct / 100;
    uint64_t has_pages = mp_vm_has(vm);

    return (struct claim){
        .has_pages = has_pages,
        .wanted_pages = mp_clamp(wanted_pages, vm->min_pages, vm->limit_pages),
        .target_pages = has_pages,
    };
}

/* What all VMs that have a part can have together. Memory that a VM may still touch counts as its
 * own, as on a host that gives a VM all of its memory at once. */
static uint64_t there_is_pages(const struct hyperv *hyperv, const struct mp_view *view)
{
    int64_t pages = (int64_t)view->free_pages - view->reserve_pages;

    for (uint32_t i = 0; i < view->vm_count; i++) {
        const struct mp_vm_view *vm = &view->vms[i];

        pages -= (int64_t)vm->untouched_pages + vm->swapped_pages;
        if (has_part(vm))
            pages += (int64_t)hyperv->claims[i].has_pages;
    }
    return pages > 0 ? (uint64_t)pages : 0;
}

static void balance(struct hyperv *hyperv, const struct mp_view *view, bool removes)
{
    uint64_t mins = 0, wanted = 0, there_is = there_is_pages(hyperv, view);

    for (uint32_t i = 0; i < view->vm_count; i++) {
        if (!has_part(&view->vms[i]))
            continue;
        mins += view->vms[i].min_pages;
        wanted += hyperv->claims[i].wanted_pages - view->vms[i].min_pages;
    }

    uint64_t above = mp_clamp(mp_less(there_is, mins), 0, wanted);

    for (uint32_t i = 0; i < view->vm_count; i++) {
        struct claim *claim = &hyperv->claims[i];
        uint32_t min_pages = view->vms[i].min_pages;
        uint64_t to = min_pages + mp_fraction(claim->wanted_pages - min_pages, above, wanted);

        if (!has_part(&view->vms[i]))
            continue;
        if (to >= claim->has_pages || above < wanted)
            claim->target_pages = to;
        else if (removes)
            claim->target_pages = claim->has_pages - (claim->has_pages - to + 1) / 2;
    }
}

static void tick(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    struct hyperv *hyperv = state;
    const uint32_t *values = view->parameters;
    struct mp_host_swap swap = mp_host_swap_begin(&hyperv->rounds, view);
    bool is_round = mp_round_begins(&hyperv->rounds, view->now_ns, values[REPORT_S]);

    for (uint32_t i = 0; i < view->vm_count; i++)
        hyperv->claims[i] = claim_of(&view->vms[i], values[BUFFER_PCT]);
    if (is_round)
        balance(hyperv, view, mp_round_begins(&hyperv->removals, view->now_ns, values[REMOVE_S]));
    for (uint32_t i = 0; i < view->vm_count; i++) {
        const struct mp_vm_view *vm = &view->vms[i];
        const struct claim *claim = &hyperv->claims[i];
        uint64_t balloon_pages = vm->balloon_target_pages;

        if (claim->target_pages != claim->has_pages)
            balloon_pages = vm->max_pages - claim->target_pages;
        mp_order_balloon(vm, balloon_pages, mp_host_swap_part(&swap, vm), &orders->vms[i]);
    }
}

static uint32_t explain(const void *state, const struct mp_view *view, uint32_t index,
                        struct mp_input *inputs, uint32_t room)
{
    const struct hyperv *hyperv = state;
    const struct mp_vm_view *vm = &view->vms[index];
    uint64_t pressure_pct =
        hyperv->claims[index].wanted_pages * 100 / (mp_vm_has(vm) ? mp_vm_has(vm) : 1);
    const struct mp_input read[] = {
        MP_HOST_SWAP_READ(view, vm),
        {"ballooned_pages", vm->ballooned_pages},
        {"swapped_pages", vm->swapped_pages},
        {"untouched_pages", vm->untouched_pages},
        {"has_driver", vm->has_driver},
        {"has_report", vm->has_report},
        {"report_committed_pages", vm->report.committed_pages},
        {"pressure_pct", (int64_t)pressure_pct},
    };

    return mp_told(read, sizeof read / sizeof read[0], inputs, room);
}

const struct mp_governor mp_governor_hyperv_like = {
    .abi = MP_GOVERNOR_ABI,
    .name = "hyperv-like",
    .summary = "each guest's demand and 20%: an assumption, not Hyper-V's unpublished balancer",
    .parameters = parameters,
    .parameter_count = PARAMETERS,
    .needs_reports = true,
    .state_bytes = sizeof(struct hyperv),
    .state_vm_bytes = sizeof(struct claim),
    .init = init,
    .tick = tick,
    .next_deadline = mp_rounds_next,
    .explain = explain,
};
