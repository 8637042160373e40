/*
 * DAMON_RECLAIM: pages that nobody has touched for two minutes are paged out, within a quota for
 * each second. It works only while the host's free memory is between two watermarks: above them
 * there is no need, below them the kernel's own reclaim does better. Once off it starts below a
 * third one.
 *
 * README.md says what this was written from, and what is assumed.
 */
#include "cold.h"
#include "host_swap.h"

enum { COLD_S, QUOTA_MB, CHECK_S, HIGH_PCT, MID_PCT, LOW_PCT, PARAMETERS };

static const struct mp_parameter parameters[PARAMETERS] = {
    [COLD_S] = {"cold_s", "s", "DAMON_RECLAIM: not accessed for 120 s", 120, 10, 600},
    [QUOTA_MB] = {"quota_mb", "MB", "DAMON_RECLAIM: at most 128 MiB a second", 128, 1, 1048576},
    [CHECK_S] = {"check_s", "s", "DAMON_RECLAIM: watermarks are checked each 5 s", 5, 1, 3600},
    [HIGH_PCT] = {"high_pct", "%", "DAMON_RECLAIM: off with more than 50% free", 50, 0, 100},
    [MID_PCT] = {"mid_pct", "%", "DAMON_RECLAIM: starts with less than 40% free", 40, 0, 100},
    [LOW_PCT] = {"low_pct", "%", "DAMON_RECLAIM: off with less than 20% free", 20, 0, 100},
};

#define ROUND_S 1u  /* DAMON_RECLAIM: the quota's interval */
#define SLOT_S  10u /* our choice: how finely the time of cold_s is kept */

struct damon {
    struct mp_rounds rounds, checks;
    bool is_on;
    struct mp_cold colds[]; /* by VM number */
};

static void init(void *state, const uint32_t *values, uint16_t max_vms, uint64_t now_ns)
{
    struct damon *damon = state;

    (void)max_vms;
    mp_rounds_init(&damon->rounds, now_ns, ROUND_S);
    mp_rounds_init(&damon->checks, now_ns, values[CHECK_S]);
}

static void check_watermarks(struct damon *damon, const struct mp_view *view)
{
    const uint32_t *values = view->parameters;
    uint64_t free = (uint64_t)view->free_pages * 100, total = view->machine_pages;

    if (free > total * values[HIGH_PCT] || free < total * values[LOW_PCT])
        damon->is_on = false;
    else if (free < total * values[MID_PCT])
        damon->is_on = true;
}

static void tick(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    struct damon *damon = state;
    const uint32_t *values = view->parameters;
    struct mp_host_swap swap = mp_host_swap_begin(&damon->rounds, view);
    uint32_t slots = (values[COLD_S] + SLOT_S - 1) / SLOT_S;
    uint64_t quota_pages = (uint64_t)values[QUOTA_MB] * MP_PAGES_PER_MB, cold_pages = 0;

    mp_round_begins(&damon->rounds, view->now_ns, ROUND_S);
    if (mp_round_begins(&damon->checks, view->now_ns, values[CHECK_S]))
        check_watermarks(damon, view);
    for (uint32_t i = 0; i < view->vm_count; i++) {
        struct mp_cold *cold = &damon->colds[view->vms[i].vm];

        mp_cold_note(cold, &view->vms[i], view->now_ns, SLOT_S);
        cold_pages += mp_cold_pages(cold, &view->vms[i], slots);
    }
    for (uint32_t i = 0; i < view->vm_count; i++) {
        const struct mp_vm_view *vm = &view->vms[i];
        uint64_t host_pages = mp_host_swap_part(&swap, vm);
        uint64_t pages = mp_cold_pages(&damon->colds[vm->vm], vm, slots);

        if (cold_pages > quota_pages)
            pages = mp_fraction(pages, quota_pages, cold_pages);
        if (!damon->is_on || pages < host_pages)
            pages = host_pages;
        mp_order_balloon(vm, 0, pages, &orders->vms[i]);
    }
}

static uint32_t explain(const void *state, const struct mp_view *view, uint32_t index,
                        struct mp_input *inputs, uint32_t room)
{
    const struct mp_vm_view *vm = &view->vms[index];
    const struct mp_input read[] = {
        MP_HOST_SWAP_READ(view, vm),
        {"machine_pages", view->machine_pages},
        {"on_ns", (int64_t)vm->on_ns},
    };

    (void)state;
    return mp_told(read, sizeof read / sizeof read[0], inputs, room);
}

const struct mp_governor mp_governor_damon_reclaim = {
    .abi = MP_GOVERNOR_ABI,
    .name = "damon-reclaim",
    .summary = "pages out what was cold for two minutes, between watermarks, as DAMON_RECLAIM",
    .parameters = parameters,
    .parameter_count = PARAMETERS,
    .state_bytes = sizeof(struct damon),
    .state_vm_bytes = sizeof(struct mp_cold),
    .init = init,
    .tick = tick,
    .next_deadline = mp_rounds_next,
    .explain = explain,
};
