/*
 * The estimator of ESX Server (5.3): a few random pages of each VM are armed. The share of them
 * that is touched within a period of the VM's own time estimates the share of its memory in use.
 *
 * Three averages: a slow one, a fast one, and the fast one as if the present period ended now. The
 * estimate is the largest. So a VM that wakes up is believed at once, and one that falls asleep
 * only after a while.
 *
 * The hazard is a sampled page that is ballooned later: it cannot be touched any more. It counts as
 * untouched, which is what a page that the guest could spare is.
 */
#include "../mp_estimator.h"

#define BP           10000u
#define ONE          (UINT32_C(1) << 16) /* 1.0 in Q16.16 */
#define MS_NS        UINT64_C(1000000)
#define LEAST_NS     (10 * MS_NS) /* our choice: until a VM that stands still is asked again */
#define DRAWS        64u          /* our choice: at least half of a VM is not ballooned */
#define MOST_SAMPLES 1000u        /* mp_tunables.def: most sample_pages */

struct state {
    uint32_t sample_pages, touched_pages; /* of the present period */
    uint32_t slow, fast;                  /* touched fractions, Q16.16 */
    uint64_t end_own_ns;                  /* of the present period, in the VM's own time */
    uint32_t sample[MOST_SAMPLES];        /* PPNs */
};

static size_t state_bytes(const uint32_t *parameters, uint32_t max_pages)
{
    (void)parameters, (void)max_pages;
    return sizeof(struct state);
}

/* ---- The sample -------------------------------------------------------------------------- */

static bool is_fit(const struct mp_watch *watch, uint32_t ppn)
{
    return mp_watch_backing(watch, ppn) != MP_BALLOONED && !mp_watch_is_armed(watch, ppn);
}

/* There is a fit page. */
static uint32_t draw_page(const struct mp_watch *watch)
{
    uint32_t ppn = 0;

    for (uint32_t draw = 0; draw < DRAWS; draw++) {
        ppn = mp_watch_random_below(watch, watch->max_pages);
        if (is_fit(watch, ppn))
            return ppn;
    }
    while (!is_fit(watch, ppn))
        ppn = ppn + 1 < watch->max_pages ? ppn + 1 : 0;
    return ppn;
}

/* When the period may have ended: a VM that stands still a moment before must not be asked all the
 * time. */
static uint64_t due_ns(const struct state *state, const struct mp_watch *watch)
{
    uint64_t left_ns = state->end_own_ns - watch->own_ns;

    return watch->now_ns + (left_ns > LEAST_NS ? left_ns : LEAST_NS);
}

static uint64_t begin(void *memory, const struct mp_watch *watch)
{
    struct state *state = memory;
    uint64_t period_ns = watch->tunables->sample_period_ms * MS_NS;
    uint32_t fit_pages = watch->max_pages - watch->ballooned_pages;
    uint32_t pages = watch->tunables->sample_pages;

    state->sample_pages = pages < fit_pages ? pages : fit_pages;
    state->touched_pages = 0;
    for (uint32_t i = 0; i < state->sample_pages; i++) {
        state->sample[i] = draw_page(watch);
        mp_watch_arm(watch, state->sample[i]);
    }
    state->end_own_ns += period_ns;
    if (state->end_own_ns <= watch->own_ns)
        state->end_own_ns = watch->own_ns + period_ns;
    return due_ns(state, watch);
}

/* ---- The averages ------------------------------------------------------------------------ */

static uint32_t touched_fraction(const struct state *state)
{
    return state->sample_pages ? state->touched_pages * ONE / state->sample_pages : 0;
}

static uint32_t average(uint32_t old, uint32_t sample, uint32_t gain_bp)
{
    uint64_t sum = (uint64_t)old * (BP - gain_bp) + (uint64_t)sample * gain_bp;

    return (uint32_t)((sum + BP / 2) / BP);
}

static void end_period(struct state *state, const struct mp_watch *watch)
{
    uint32_t fraction = touched_fraction(state);

    state->slow = average(state->slow, fraction, watch->tunables->sample_gain_slow_bp);
    state->fast = average(state->fast, fraction, watch->tunables->sample_gain_fast_bp);
    for (uint32_t i = 0; i < state->sample_pages; i++)
        mp_watch_disarm(watch, state->sample[i]);
}

static uint64_t tick(void *memory, const struct mp_watch *watch)
{
    struct state *state = memory;

    if (watch->own_ns < state->end_own_ns)
        return due_ns(state, watch);
    end_period(state, watch);
    return begin(state, watch);
}

static void touched(void *memory, const struct mp_watch *watch, uint32_t ppn)
{
    struct state *state = memory;

    (void)watch, (void)ppn;
    state->touched_pages++;
}

/* ---- The answer -------------------------------------------------------------------------- */

static uint32_t pages_of(const struct mp_watch *watch, uint32_t fraction)
{
    uint64_t sampled_pages = watch->max_pages - watch->ballooned_pages;

    return (uint32_t)((fraction * sampled_pages + ONE / 2) / ONE);
}

static uint32_t fast_now(const struct state *state, const struct mp_watch *watch)
{
    uint32_t gain_bp = watch->tunables->sample_gain_fast_bp;
    uint32_t grown = average(state->fast, touched_fraction(state), gain_bp);

    return state->fast > grown ? state->fast : grown;
}

static void estimate(const void *memory, const struct mp_watch *watch, struct mp_estimate *answer)
{
    const struct state *state = memory;

    answer->slow_pages = pages_of(watch, state->slow);
    answer->fast_pages = pages_of(watch, fast_now(state, watch));
    answer->pages =
        answer->slow_pages > answer->fast_pages ? answer->slow_pages : answer->fast_pages;
}

const struct mp_estimator mp_estimator_esx = {
    .abi = MP_ESTIMATOR_ABI,
    .name = "esx",
    .summary = "random pages, sampled over periods of the VM's own time, as ESX Server did",
    .arms = true,
    .state_bytes = state_bytes,
    .begin = begin,
    .tick = tick,
    .touched = touched,
    .estimate = estimate,
};
