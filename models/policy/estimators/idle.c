/*
 * Every page's accessed bit: all pages are armed at once, those that are touched within a period
 * are counted, as Linux's idle page tracking and Google's kstaled do. It is exact, and it is what
 * sampling was made to avoid: each page in use costs a fault in every period.
 *
 * The answer is the last complete period, or the present one where that has more already: so a VM
 * that wakes up is believed at once. The period is of the clock, not of the VM's own time: an idle
 * VM's pages are idle.
 *
 * The hazard is a page that the balloon gives back: nobody waits for its touch before the next
 * period. It is missing from the present one.
 */
#include "../mp_estimator.h"

#define MS_NS UINT64_C(1000000)

struct state {
    uint32_t now_pages, last_pages; /* touched in the present period, and in the one before */
    uint64_t end_ns;                /* of the present period */
};

static size_t state_bytes(const uint32_t *parameters, uint32_t max_pages)
{
    (void)parameters, (void)max_pages;
    return sizeof(struct state);
}

static uint64_t begin(void *memory, const struct mp_watch *watch)
{
    struct state *state = memory;

    for (uint32_t ppn = 0; ppn < watch->max_pages; ppn++) {
        if (!mp_watch_is_armed(watch, ppn) && mp_watch_backing(watch, ppn) != MP_BALLOONED)
            mp_watch_arm(watch, ppn);
    }
    state->end_ns = watch->now_ns + watch->tunables->sample_period_ms * MS_NS;
    return state->end_ns;
}

static uint64_t tick(void *memory, const struct mp_watch *watch)
{
    struct state *state = memory;

    if (watch->now_ns < state->end_ns)
        return state->end_ns;
    state->last_pages = state->now_pages;
    state->now_pages = 0;
    return begin(state, watch);
}

static void touched(void *memory, const struct mp_watch *watch, uint32_t ppn)
{
    struct state *state = memory;

    (void)watch, (void)ppn;
    state->now_pages++;
}

static void estimate(const void *memory, const struct mp_watch *watch, struct mp_estimate *answer)
{
    const struct state *state = memory;

    (void)watch;
    answer->slow_pages = state->last_pages;
    answer->fast_pages = state->now_pages;
    answer->pages =
        answer->slow_pages > answer->fast_pages ? answer->slow_pages : answer->fast_pages;
}

const struct mp_estimator mp_estimator_idle = {
    .abi = MP_ESTIMATOR_ABI,
    .name = "idle",
    .summary = "every page, in each period: exact and costly, as idle page tracking",
    .arms = true,
    .state_bytes = state_bytes,
    .begin = begin,
    .tick = tick,
    .touched = touched,
    .estimate = estimate,
};
