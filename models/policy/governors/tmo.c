/*
 * Transparent Memory Offloading: every few seconds a small share of each VM's memory is paged out,
 * and the less of it the nearer the VM's stall time is to a threshold.
 *
 * The stall time is an average that the kernel keeps of its pressure `some`. The rule is that of
 * the paper; katalyst-core's is the same with other numbers: ratio_ppm 10000, period_s 30,
 * average 1.
 *
 * A reclaim is a request and no limit: the host goes on until so much is out, and then lets the VM
 * grow again. So an order is withdrawn at the next look.
 *
 * README.md says what this was written from, and what is assumed.
 */
#include "host_swap.h"

enum { RATIO_PPM, THRESHOLD_PPM, PERIOD_S, AVERAGE, PARAMETERS };

static const struct mp_parameter parameters[PARAMETERS] = {
    [RATIO_PPM] = {"ratio_ppm", "ppm", "TMO: 0.0005 of the VM's memory; katalyst: 0.01", 500, 0,
                   1000000},
    [THRESHOLD_PPM] = {"threshold_ppm", "ppm", "TMO, katalyst: 0.1% of the time stalled", 1000, 1,
                       1000000},
    [PERIOD_S] = {"period_s", "s", "TMO: every 6 s; katalyst: 30 s", 6, 2, 3600},
    [AVERAGE] = {"average", "0/1", "the average over 0: 10 s, 1: 60 s (katalyst)", 0, 0, 1},
};

/* The kernel's pressure averages: every 2 s, by fixed-point factors exp(-2/10) and exp(-2/60). */
#define LOOK_S  2u
#define FIXED_1 2048u
static const uint32_t kept_parts[] = {1677, 1981};

struct group {
    uint64_t on_ns, stall_ns;
    uint64_t pressure_ppm;
};

struct tmo {
    struct mp_rounds rounds; /* of looking */
    struct mp_rounds reclaims;
    uint64_t looked_ns;
    struct group groups[]; /* by VM number */
};

static void init(void *state, const uint32_t *values, uint16_t max_vms, uint64_t now_ns)
{
    struct tmo *tmo = state;

    (void)max_vms;
    tmo->looked_ns = now_ns;
    mp_rounds_init(&tmo->rounds, now_ns, LOOK_S);
    mp_rounds_init(&tmo->reclaims, now_ns, values[PERIOD_S]);
}

static void look(struct group *group, const struct mp_vm_view *vm, uint64_t elapsed_ns,
                 uint32_t kept)
{
    if (group->on_ns != vm->on_ns)
        *group = (struct group){.on_ns = vm->on_ns};

    uint64_t stalled_ns = mp_less(vm->stall_ns, group->stall_ns);
    uint64_t ppm = 1000000;

    if (stalled_ns < elapsed_ns)
        ppm = mp_fraction(1000000, stalled_ns, elapsed_ns);
    group->stall_ns = vm->stall_ns;

    /* Rounded towards what it moves to, as the kernel does, so that it arrives there. */
    uint64_t scaled = group->pressure_ppm * kept + ppm * (FIXED_1 - kept);

    group->pressure_ppm = (scaled + (ppm >= group->pressure_ppm ? FIXED_1 - 1 : 0)) / FIXED_1;
}

static uint64_t reclaim_pages(const struct group *group, const struct mp_vm_view *vm,
                              const uint32_t *values)
{
    uint64_t threshold = values[THRESHOLD_PPM];

    return mp_fraction((uint64_t)vm->alloc_pages * values[RATIO_PPM],
                       mp_less(threshold, group->pressure_ppm), threshold * 1000000);
}

static void tick(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    struct tmo *tmo = state;
    const uint32_t *values = view->parameters;
    struct mp_host_swap swap = mp_host_swap_begin(&tmo->rounds, view);
    uint64_t elapsed_ns = view->now_ns - tmo->looked_ns;
    bool looks = mp_round_begins(&tmo->rounds, view->now_ns, LOOK_S) && elapsed_ns > 0;
    bool reclaims = mp_round_begins(&tmo->reclaims, view->now_ns, values[PERIOD_S]);

    if (looks)
        tmo->looked_ns = view->now_ns;
    for (uint32_t i = 0; i < view->vm_count; i++) {
        const struct mp_vm_view *vm = &view->vms[i];
        struct group *group = &tmo->groups[vm->vm];
        uint64_t pages = mp_host_swap_part(&swap, vm);

        if (looks)
            look(group, vm, elapsed_ns, kept_parts[values[AVERAGE]]);
        if (reclaims && group->on_ns == vm->on_ns && pages < reclaim_pages(group, vm, values))
            pages = reclaim_pages(group, vm, values);
        mp_order_balloon(vm, 0, pages, &orders->vms[i]);
    }
}

static uint32_t explain(const void *state, const struct mp_view *view, uint32_t index,
                        struct mp_input *inputs, uint32_t room)
{
    const struct tmo *tmo = state;
    const struct mp_vm_view *vm = &view->vms[index];
    const struct mp_input read[] = {
        MP_HOST_SWAP_READ(view, vm),
        {"stall_ns", (int64_t)vm->stall_ns},
        {"on_ns", (int64_t)vm->on_ns},
        {"pressure_ppm", (int64_t)tmo->groups[vm->vm].pressure_ppm},
    };

    return mp_told(read, sizeof read / sizeof read[0], inputs, room);
}

const struct mp_governor mp_governor_tmo = {
    .abi = MP_GOVERNOR_ABI,
    .name = "tmo",
    .summary =
        "pages out a little of each VM until it stalls 0.1% of its time, as in the TMO paper",
    .parameters = parameters,
    .parameter_count = PARAMETERS,
    .state_bytes = sizeof(struct tmo),
    .state_vm_bytes = sizeof(struct group),
    .init = init,
    .tick = tick,
    .next_deadline = mp_rounds_next,
    .explain = explain,
};
