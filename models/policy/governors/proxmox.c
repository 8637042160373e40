/*
 * Automatic ballooning of Proxmox VE, by its rule: every 10 s the host's memory in use is brought
 * nearer to 80%, by at most 100 MiB of each VM.
 *
 * A VM is rich if it has more than a quarter of its min free, and poor otherwise. Where memory is
 * to be given the poor come first, where it is to be taken the rich; where that moves nothing, all
 * take part. Among those who do, what they have above their mins, and what is left of the goal, is
 * divided by shares. So while memory is given a VM that is above its part can lose some.
 *
 * The hazard is the goal's sign. While memory is taken nobody gains, and what one VM loses while
 * memory is given is there for the others.
 *
 * README.md says what this was written from, and what is assumed.
 */
#include "host_swap.h"

enum { USED_PCT, DEAD_BAND_MB, STEP_MB, RICH_PCT, PERIOD_S, PARAMETERS };

static const struct mp_parameter parameters[PARAMETERS] = {
    [USED_PCT] = {"used_pct", "%", "Proxmox VE: 80% of the host's memory in use", 80, 1, 99},
    [DEAD_BAND_MB] = {"dead_band_mb", "MB", "Proxmox VE: a goal of 10 MiB or less is left alone",
                      10, 0, 1048576},
    [STEP_MB] = {"step_mb", "MB", "Proxmox VE: at most 100 MiB for each VM and round", 100, 1,
                 1048576},
    [RICH_PCT] = {"rich_pct", "% of min", "Proxmox VE: rich with more free than 25% of its min", 25,
                  0, 1000},
    [PERIOD_S] = {"period_s", "s", "Proxmox VE: a round every 10 s", 10, 1, 3600},
};

struct claim {
    bool takes_part, is_rich;
    uint32_t shares;
    int64_t min_pages, max_pages;
    int64_t before_pages, pages; /* before this round; now */
};

struct proxmox {
    struct mp_rounds rounds;
    struct claim claims[]; /* as the view has its VMs */
};

enum who { POOR, RICH, ALL };

static bool is_asked(const struct claim *claim, enum who who)
{
    return claim->takes_part && (who == ALL || claim->is_rich == (who == RICH));
}

static struct claim claim_of(const struct mp_vm_view *vm, uint32_t rich_pct)
{
    uint32_t has_pages = mp_vm_has(vm);
    bool has_free = (uint64_t)vm->report.free_pages * 100 > (uint64_t)vm->min_pages * rich_pct;

    return (struct claim){
        .takes_part = vm->has_driver && vm->has_report && vm->min_pages > 0 && vm->shares > 0,
        .is_rich = has_free && has_pages >= vm->min_pages,
        .shares = vm->shares,
        .min_pages = vm->min_pages,
        .max_pages = vm->limit_pages,
        .before_pages = has_pages,
        .pages = has_pages,
    };
}

/* From where the VM is towards its part, at most a step from where it was. */
static int64_t move_of(const struct claim *claim, int64_t part_pages, int64_t goal_pages,
                       int64_t step_pages)
{
    int64_t to = claim->min_pages + (part_pages > 0 ? part_pages : 0);

    to = to < claim->max_pages ? to : claim->max_pages;
    to = to < claim->before_pages + step_pages ? to : claim->before_pages + step_pages;
    to = to > claim->before_pages - step_pages ? to : claim->before_pages - step_pages;

    int64_t move = to - claim->pages;

    if (goal_pages < 0) {
        move = move < 0 ? move : 0;
        return move > goal_pages ? move : goal_pages;
    }
    return move < goal_pages ? move : goal_pages;
}

/* Moves those who are asked once; true if any of them moved. Takes what was reached off the goal.
 */
static bool move_once(struct claim *claims, uint32_t count, enum who who, int64_t step_pages,
                      int64_t *goal_pages)
{
    int64_t pool_pages = *goal_pages;
    uint64_t shares = 0;
    bool is_moved = false;

    for (uint32_t i = 0; i < count; i++) {
        if (!is_asked(&claims[i], who))
            continue;
        pool_pages += claims[i].pages - claims[i].min_pages;
        shares += claims[i].shares;
    }
    for (uint32_t i = 0; i < count && *goal_pages != 0; i++) {
        uint64_t pool = pool_pages > 0 ? (uint64_t)pool_pages : 0;

        if (!is_asked(&claims[i], who))
            continue;

        int64_t part = (int64_t)mp_fraction(pool, claims[i].shares, shares);
        int64_t move = move_of(&claims[i], part, *goal_pages, step_pages);

        claims[i].pages += move;
        *goal_pages -= move;
        is_moved |= move != 0;
    }
    return is_moved;
}

static bool move_all(struct claim *claims, uint32_t count, enum who who, int64_t step_pages,
                     int64_t goal_pages)
{
    bool is_moved = false;

    while (move_once(claims, count, who, step_pages, &goal_pages))
        is_moved = true;
    return is_moved;
}

static void play_round(struct proxmox *proxmox, const struct mp_view *view)
{
    const uint32_t *values = view->parameters;
    int64_t used_pages = (int64_t)view->machine_pages - view->free_pages;
    int64_t goal_pages = (int64_t)view->machine_pages * values[USED_PCT] / 100 - used_pages;
    int64_t band_pages = (int64_t)values[DEAD_BAND_MB] * MP_PAGES_PER_MB;
    int64_t step_pages = (int64_t)values[STEP_MB] * MP_PAGES_PER_MB;
    enum who first = goal_pages > 0 ? POOR : RICH;

    if (-band_pages <= goal_pages && goal_pages <= band_pages)
        return;
    if (!move_all(proxmox->claims, view->vm_count, first, step_pages, goal_pages))
        move_all(proxmox->claims, view->vm_count, ALL, step_pages, goal_pages);
}

static void init(void *state, const uint32_t *values, uint16_t max_vms, uint64_t now_ns)
{
    (void)max_vms;
    mp_rounds_init(state, now_ns, values[PERIOD_S]);
}

static void tick(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    struct proxmox *proxmox = state;
    struct mp_host_swap swap = mp_host_swap_begin(&proxmox->rounds, view);

    for (uint32_t i = 0; i < view->vm_count; i++)
        proxmox->claims[i] = claim_of(&view->vms[i], view->parameters[RICH_PCT]);
    if (mp_round_begins(&proxmox->rounds, view->now_ns, view->parameters[PERIOD_S]))
        play_round(proxmox, view);
    for (uint32_t i = 0; i < view->vm_count; i++) {
        const struct mp_vm_view *vm = &view->vms[i];
        const struct claim *claim = &proxmox->claims[i];
        uint64_t balloon_pages = vm->balloon_target_pages;

        if (claim->pages != claim->before_pages)
            balloon_pages = vm->max_pages - (uint64_t)claim->pages;
        mp_order_balloon(vm, balloon_pages, mp_host_swap_part(&swap, vm), &orders->vms[i]);
    }
}

static uint32_t explain(const void *state, const struct mp_view *view, uint32_t index,
                        struct mp_input *inputs, uint32_t room)
{
    const struct mp_vm_view *vm = &view->vms[index];
    const struct mp_input read[] = {
        MP_HOST_SWAP_READ(view, vm),
        {"machine_pages", view->machine_pages},
        {"shares", vm->shares},
        {"ballooned_pages", vm->ballooned_pages},
        {"has_driver", vm->has_driver},
        {"has_report", vm->has_report},
        {"report_free_pages", vm->report.free_pages},
    };

    (void)state;
    return mp_told(read, sizeof read / sizeof read[0], inputs, room);
}

const struct mp_governor mp_governor_proxmox = {
    .abi = MP_GOVERNOR_ABI,
    .name = "proxmox",
    .summary =
        "80% of the host's memory in use, by balloons of 100 MiB a round, as Proxmox VE does",
    .parameters = parameters,
    .parameter_count = PARAMETERS,
    .needs_reports = true,
    .state_bytes = sizeof(struct proxmox),
    .state_vm_bytes = sizeof(struct claim),
    .init = init,
    .tick = tick,
    .next_deadline = mp_rounds_next,
    .explain = explain,
};
