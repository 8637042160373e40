/*
 * Pressure: the share of time in which the VM waits for memory, as the kernel's PSI `some` counts
 * it. It knows no size. It says that what the VM has is too little, or that it was enough so far.
 *
 * So the estimate is the limit that Senpai would set next for a VM that uses what it has: while
 * there is no pressure 1% less than that, to be tried; with pressure more than that, the more the
 * harder it is. Whoever takes the 1% hears soon whether it was needed.
 *
 * The hazard is a VM that is never short: it seems to use nearly all that it has, and nothing says
 * how far that is from the truth.
 */
#include "../mp_estimator.h"

#define SECOND_NS UINT64_C(1000000000)

enum { PRESSURE_US, INTERVAL, MAX_PROBE_BP, COEFF_BACKOFF, COEFF_PROBE, PARAMETERS };

static const struct mp_parameter parameters[PARAMETERS] = {
    [PRESSURE_US] = {"pressure_us", "us", "senpai: 10 ms of stall are aimed at", 10000, 1, 60000},
    [INTERVAL] = {"interval", "ticks", "senpai: six ticks of 1 s", 6, 1, 3600},
    [MAX_PROBE_BP] = {"max_probe_bp", "bp", "senpai: at most 1% less", 100, 0, 10000},
    [COEFF_BACKOFF] = {"coeff_backoff", "", "senpai: 20", 20, 1, 1000},
    [COEFF_PROBE] = {"coeff_probe", "", "senpai: 10", 10, 1, 1000},
};

struct state {
    uint64_t due_ns, stalled_ns;
    uint64_t integral_us; /* stall time since the last verdict */
    uint32_t wait_ticks;
    bool has_verdict, is_pressed;
    uint64_t verdict_us; /* the stall time that it was based on */
};

static size_t state_bytes(const uint32_t *values, uint32_t max_pages)
{
    (void)values, (void)max_pages;
    return sizeof(struct state);
}

static uint64_t begin(void *memory, const struct mp_watch *watch)
{
    struct state *state = memory;

    state->due_ns = watch->now_ns + SECOND_NS;
    state->stalled_ns = watch->stalled_ns;
    state->wait_ticks = watch->parameters[INTERVAL];
    return state->due_ns;
}

static void settle(struct state *state, const struct mp_watch *watch, bool is_pressed)
{
    state->has_verdict = true;
    state->is_pressed = is_pressed;
    state->verdict_us = state->integral_us;
    state->integral_us = 0;
    state->wait_ticks = watch->parameters[INTERVAL] - 1;
}

static uint64_t tick(void *memory, const struct mp_watch *watch)
{
    struct state *state = memory;

    if (watch->now_ns < state->due_ns)
        return state->due_ns;
    state->due_ns += (watch->now_ns - state->due_ns) / SECOND_NS * SECOND_NS + SECOND_NS;
    if (watch->stalled_ns > state->stalled_ns)
        state->integral_us += (watch->stalled_ns - state->stalled_ns) / 1000;
    state->stalled_ns = watch->stalled_ns;
    if (state->integral_us > watch->parameters[PRESSURE_US])
        settle(state, watch, true);
    else if (state->wait_ticks > 0)
        state->wait_ticks--;
    else
        settle(state, watch, false);
    return state->due_ns;
}

/* `most` times (n / d)^2, at most `most`, rounded down. No product overflows: n is below 2^31 here
 * where it is below d, and `most` below 2^46, so one factor n comes after a division by d. */
static uint64_t by_square(uint64_t most, uint64_t n, uint64_t d)
{
    if (n >= d)
        return most;

    uint64_t once = most / d * n + most % d * n / d; /* most * n / d */

    /* What that rounding leaves out could carry into the second division. */
    uint64_t rest = most % d * n % d;

    return once / d * n + (once % d * n + rest * n / d) / d;
}

static void estimate(const void *memory, const struct mp_watch *watch, struct mp_estimate *answer)
{
    const struct state *state = memory;
    const uint32_t *values = watch->parameters;
    uint64_t pages = watch->alloc_pages;

    if (state->has_verdict && state->is_pressed) {
        pages += by_square(pages, state->verdict_us,
                           (uint64_t)values[PRESSURE_US] * values[COEFF_BACKOFF]);
    } else if (state->has_verdict) {
        uint64_t integral_us = state->verdict_us > 0 ? state->verdict_us : 1;
        uint64_t most = pages * values[MAX_PROBE_BP]; /* of 1 / 10,000 pages */

        pages -= (by_square(most, values[PRESSURE_US], integral_us * values[COEFF_PROBE]) + 9999) /
                 10000;
    }
    answer->pages = answer->slow_pages = answer->fast_pages =
        pages < watch->max_pages ? (uint32_t)pages : watch->max_pages;
}

const struct mp_estimator mp_estimator_psi = {
    .abi = MP_ESTIMATOR_ABI,
    .name = "psi",
    .summary = "what the VM has, more under pressure and 1% less without, as Senpai's next limit",
    .parameters = parameters,
    .parameter_count = PARAMETERS,
    .state_bytes = state_bytes,
    .begin = begin,
    .tick = tick,
    .estimate = estimate,
};
