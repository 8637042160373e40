/*
 * Senpai: each VM has a limit that sinks while the VM does not stall, and rises when it does. What
 * is above the limit is paged out by the host; there is no balloon.
 *
 * Every second the stall time is added up, as the kernel's pressure `some` counts it: for a VM of
 * one virtual CPU, the time in which it waits for memory. Once the sum is above the pressure that
 * is aimed at, the limit rises, the more the further the sum is above it. If it stays below for six
 * seconds, the limit sinks by at most 1%.
 *
 * README.md says what this was written from, and what is assumed.
 */
#include "host_swap.h"

enum {
    PRESSURE_US,
    INTERVAL,
    MAX_BACKOFF_PCT,
    MAX_PROBE_BP,
    COEFF_BACKOFF,
    COEFF_PROBE,
    LEAST_MB,
    MOST_MB,
    PARAMETERS
};

static const struct mp_parameter parameters[PARAMETERS] = {
    [PRESSURE_US] = {"pressure_us", "us", "senpai: 10 ms of stall are aimed at", 10000, 1, 60000},
    [INTERVAL] = {"interval", "ticks", "senpai: six ticks of 1 s", 6, 1, 3600},
    [MAX_BACKOFF_PCT] = {"max_backoff_pct", "%", "senpai: the limit at most doubles", 100, 0, 1000},
    [MAX_PROBE_BP] = {"max_probe_bp", "bp", "senpai: the limit sinks by at most 1%", 100, 0, 10000},
    [COEFF_BACKOFF] = {"coeff_backoff", "", "senpai: 20", 20, 1, 1000},
    [COEFF_PROBE] = {"coeff_probe", "", "senpai: 10", 10, 1, 1000},
    [LEAST_MB] = {"least_mb", "MB", "senpai: a limit of at least 100 MiB", 100, 1, 1048576},
    [MOST_MB] = {"most_mb", "MB", "senpai: a limit of at most 100 GiB", 102400, 1, 1048576},
};

#define TICK_S 1u /* senpai */

struct group {
    uint64_t on_ns, stall_ns;
    uint64_t integral_us;
    uint32_t limit_pages; /* 0: not yet set */
    uint32_t wait_ticks;
};

struct senpai {
    struct mp_rounds rounds;
    struct group groups[]; /* by VM number */
};

static void init(void *state, const uint32_t *values, uint16_t max_vms, uint64_t now_ns)
{
    (void)values, (void)max_vms;
    mp_rounds_init(state, now_ns, TICK_S);
}

/* `pages` times (n / d)^2, at most `pages`. */
static uint64_t by_square(uint64_t pages, uint64_t n, uint64_t d)
{
    return n >= d ? pages : mp_fraction(pages, n * n, d * d);
}

/* The kernel's limits are whole pages, rounded down; so what the limit sinks by is rounded up. */
static uint64_t probed_pages(const struct group *group, const uint32_t *values)
{
    uint64_t integral = group->integral_us > 0 ? group->integral_us : 1;
    uint64_t n = values[PRESSURE_US], d = integral * values[COEFF_PROBE];
    uint64_t most = (uint64_t)group->limit_pages * values[MAX_PROBE_BP]; /* of 1 / 10,000 pages */

    return group->limit_pages - (by_square(most, n, d) + 9999) / 10000;
}

static uint64_t backed_off_pages(const struct group *group, const uint32_t *values)
{
    uint64_t most = (uint64_t)group->limit_pages * values[MAX_BACKOFF_PCT] / 100;
    uint64_t d = (uint64_t)values[PRESSURE_US] * values[COEFF_BACKOFF];

    return group->limit_pages + by_square(most, group->integral_us, d);
}

static void set_limit(struct group *group, uint64_t pages, const uint32_t *values)
{
    group->limit_pages = (uint32_t)mp_clamp(pages, (uint64_t)values[LEAST_MB] * MP_PAGES_PER_MB,
                                            (uint64_t)values[MOST_MB] * MP_PAGES_PER_MB);
    group->integral_us = 0;
    group->wait_ticks = values[INTERVAL] - 1;
}

static void tick_group(struct group *group, const struct mp_vm_view *vm, const uint32_t *values)
{
    if (group->limit_pages == 0 || group->on_ns != vm->on_ns) {
        *group = (struct group){.on_ns = vm->on_ns, .stall_ns = vm->stall_ns};
        set_limit(group, vm->alloc_pages, values);
        group->wait_ticks = values[INTERVAL];
    }
    group->integral_us += mp_less(vm->stall_ns, group->stall_ns) / 1000;
    group->stall_ns = vm->stall_ns;
    if (group->integral_us > values[PRESSURE_US])
        set_limit(group, backed_off_pages(group, values), values);
    else if (group->wait_ticks > 0)
        group->wait_ticks--;
    else
        set_limit(group, probed_pages(group, values), values);
}

static void tick(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    struct senpai *senpai = state;
    struct mp_host_swap swap = mp_host_swap_begin(&senpai->rounds, view);
    bool is_round = mp_round_begins(&senpai->rounds, view->now_ns, TICK_S);

    for (uint32_t i = 0; i < view->vm_count; i++) {
        const struct mp_vm_view *vm = &view->vms[i];
        struct group *group = &senpai->groups[vm->vm];
        uint64_t part_pages = mp_host_swap_part(&swap, vm), limit_pages = vm->max_pages;

        if (is_round)
            tick_group(group, vm, view->parameters);
        if (group->limit_pages > 0 && group->on_ns == vm->on_ns)
            limit_pages = group->limit_pages;
        if (part_pages > 0)
            limit_pages = mp_clamp(limit_pages, 0, mp_less(vm->alloc_pages, part_pages));
        mp_order_limit(vm, 0, limit_pages, &orders->vms[i]);
    }
}

static uint32_t explain(const void *state, const struct mp_view *view, uint32_t index,
                        struct mp_input *inputs, uint32_t room)
{
    const struct mp_vm_view *vm = &view->vms[index];
    const struct mp_input read[] = {
        MP_HOST_SWAP_READ(view, vm),
        {"stall_ns", (int64_t)vm->stall_ns},
        {"on_ns", (int64_t)vm->on_ns},
    };

    (void)state;
    return mp_told(read, sizeof read / sizeof read[0], inputs, room);
}

const struct mp_governor mp_governor_senpai = {
    .abi = MP_GOVERNOR_ABI,
    .name = "senpai",
    .summary = "a limit that sinks until the VM stalls a little, as Facebook's senpai",
    .parameters = parameters,
    .parameter_count = PARAMETERS,
    .state_bytes = sizeof(struct senpai),
    .state_vm_bytes = sizeof(struct group),
    .init = init,
    .tick = tick,
    .next_deadline = mp_rounds_next,
    .explain = explain,
};
