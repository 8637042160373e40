/*
 * Self-ballooning of Xen's guests: every 5 s each guest moves its own balloon towards what it has
 * promised its programs (Committed_AS) and a reserve: up at once, down by an eighth of the way.
 * Nobody looks at the host.
 *
 * It never goes below a floor that grows with the guest's size. The older script, xenballoond, has
 * another floor and looks every second.
 *
 * README.md says what this was written from, and what is assumed.
 */
#include "host_swap.h"

enum { INTERVAL_S, RESERVE_MB, DOWN_PARTS, UP_PARTS, FLOOR, PARAMETERS };

static const struct mp_parameter parameters[PARAMETERS] = {
    [INTERVAL_S] = {"interval_s", "s", "selfballoon: every 5 s; xenballoond: every second", 5, 1,
                    3600},
    [RESERVE_MB] = {"reserve_mb", "MB", "our choice: that of the description's worked example", 40,
                    0, 1048576},
    [DOWN_PARTS] = {"down_parts", "parts", "selfballoon: an eighth of the way down", 8, 1, 1000},
    [UP_PARTS] = {"up_parts", "parts", "selfballoon: all of the way up", 1, 1, 1000},
    [FLOOR] = {"floor", "0/1/2", "0 that of selfballoon, 1 that of xenballoond, 2 none but min", 0,
               0, 2},
};

#define NO_FLOOR 2u /* a value of `floor` */

/* A line of a floor, for sizes of at least `least_mb`: base_mb + (size - from_mb) / parts. */
struct piece {
    uint32_t least_mb, base_mb, from_mb, parts;
};

/* Of the size without the reserve, and to be added to it. */
static const struct piece kernel_floor[] = {{512, 99, 99, 32}, {64, 40, 40, 8}, {0, 16, 16, 2}};
static const struct piece script_floor[] = {
    {2048, 296, 0, 32}, {512, 104, 0, 8}, {128, 40, 0, 4}, {0, 8, 0, 2}};
#define KERNEL_LEAST_MB 16u /* selfballoon: a smaller guest has no balloon */

static uint64_t floor_pages(const struct mp_vm_view *vm, const uint32_t *values)
{
    uint32_t max_mb = vm->max_pages / MP_PAGES_PER_MB;
    uint32_t reserve_mb = values[FLOOR] ? 0 : values[RESERVE_MB];
    uint32_t mb = (uint32_t)mp_less(max_mb, reserve_mb);
    const struct piece *piece = values[FLOOR] ? script_floor : kernel_floor;

    if (values[FLOOR] == NO_FLOOR)
        return 0;
    if (!values[FLOOR] && mb < KERNEL_LEAST_MB)
        return vm->max_pages;
    while (mb < piece->least_mb)
        piece++;
    return (reserve_mb + piece->base_mb + (mb - piece->from_mb) / piece->parts) *
           (uint64_t)MP_PAGES_PER_MB;
}

static uint64_t next_pages(const struct mp_vm_view *vm, const uint32_t *values)
{
    uint64_t has = mp_vm_has(vm), floor = floor_pages(vm, values);
    uint64_t goal = vm->report.committed_pages + (uint64_t)values[RESERVE_MB] * MP_PAGES_PER_MB;
    uint64_t to = has > goal ? has - (has - goal) / values[DOWN_PARTS]
                             : has + (goal - has) / values[UP_PARTS];

    to = to > floor ? to : floor;
    return mp_clamp(to, vm->min_pages, vm->limit_pages);
}

static void init(void *state, const uint32_t *values, uint16_t max_vms, uint64_t now_ns)
{
    (void)max_vms;
    mp_rounds_init(state, now_ns, values[INTERVAL_S]);
}

static void tick(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    struct mp_rounds *rounds = state;
    struct mp_host_swap swap = mp_host_swap_begin(rounds, view);
    bool is_round = mp_round_begins(rounds, view->now_ns, view->parameters[INTERVAL_S]);

    for (uint32_t i = 0; i < view->vm_count; i++) {
        const struct mp_vm_view *vm = &view->vms[i];
        uint64_t balloon_pages = vm->balloon_target_pages;

        if (is_round && vm->has_driver && vm->has_report)
            balloon_pages = vm->max_pages - next_pages(vm, view->parameters);
        mp_order_balloon(vm, balloon_pages, mp_host_swap_part(&swap, vm), &orders->vms[i]);
    }
}

static uint32_t explain(const void *state, const struct mp_view *view, uint32_t index,
                        struct mp_input *inputs, uint32_t room)
{
    const struct mp_vm_view *vm = &view->vms[index];
    const struct mp_input read[] = {
        MP_HOST_SWAP_READ(view, vm),
        {"ballooned_pages", vm->ballooned_pages},
        {"has_driver", vm->has_driver},
        {"has_report", vm->has_report},
        {"report_committed_pages", vm->report.committed_pages},
    };

    (void)state;
    return mp_told(read, sizeof read / sizeof read[0], inputs, room);
}

const struct mp_governor mp_governor_selfballoon = {
    .abi = MP_GOVERNOR_ABI,
    .name = "selfballoon",
    .summary = "each guest balloons to what its programs were promised, as Xen's guests did",
    .parameters = parameters,
    .parameter_count = PARAMETERS,
    .needs_reports = true,
    .state_bytes = sizeof(struct mp_rounds),
    .init = init,
    .tick = tick,
    .next_deadline = mp_rounds_next,
    .explain = explain,
};
