/*
 * Every page's accessed bit: those that are set are counted and cleared in each period, as Linux's
 * idle page tracking and Google's kstaled do. It is exact, and each page in use costs an
 * invalidated mapping in every period, which is what sampling was made to avoid.
 *
 * The answer is the last complete period, or the present one where that has more already: so a VM
 * that wakes up is believed at once. The period is of the clock, not of the VM's own time: an idle
 * VM's pages are idle.
 */
#include "../mp_estimator.h"

#define MS_NS UINT64_C(1000000)

struct state {
    uint32_t last_pages; /* accessed in the last complete period */
    uint64_t end_ns;     /* of the present period */
};

static size_t state_bytes(const uint32_t *parameters, uint32_t max_pages)
{
    (void)parameters, (void)max_pages;
    return sizeof(struct state);
}

static uint64_t begin(void *memory, const struct mp_watch *watch)
{
    struct state *state = memory;

    state->last_pages = mp_watch_recount(watch);
    mp_watch_cleared(watch, state->last_pages);
    state->end_ns = watch->now_ns + watch->tunables->sample_period_ms * MS_NS;
    return state->end_ns;
}

static uint64_t tick(void *memory, const struct mp_watch *watch)
{
    struct state *state = memory;

    return watch->now_ns < state->end_ns ? state->end_ns : begin(state, watch);
}

static void estimate(const void *memory, const struct mp_watch *watch, struct mp_estimate *answer)
{
    const struct state *state = memory;

    answer->slow_pages = state->last_pages;
    answer->fast_pages = watch->accessed->pages;
    answer->pages =
        answer->slow_pages > answer->fast_pages ? answer->slow_pages : answer->fast_pages;
}

const struct mp_estimator mp_estimator_idle = {
    .abi = MP_ESTIMATOR_ABI,
    .name = "idle",
    .summary = "every page, in each period: exact and costly, as idle page tracking",
    .looks = true,
    .state_bytes = state_bytes,
    .begin = begin,
    .tick = tick,
    .estimate = estimate,
};
