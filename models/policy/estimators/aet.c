/*
 * A miss-ratio curve by AET (Hu et al., USENIX ATC 2016), and from it a size: the times between
 * touches of the same page, in touches. P(t) is the share of touches whose page was not touched
 * within t before. A page that is not touched moves down the stack of LRU at the speed P(t), so it
 * leaves a memory of c pages at the age A where the integral of P from 0 to A is c; the miss ratio
 * is P(A). No stack is kept, so a touch costs the same with any sample.
 *
 * Pages, times and sizes are those of a sample (sample.h). The answer is the smallest size with
 * which LRU misses at most 1% more of the touches than with all memory, in the last complete window
 * of the VM's own time.
 *
 * Times are kept in intervals whose length is 1/64 of the time; P falls in a straight line in each.
 */
#include "sample.h"

static const struct mp_parameter parameters[MP_SAMPLE_PARAMETERS] = {MP_SAMPLE_ROWS};

enum { STEPS_BITS = 6, STEPS = 1 << STEPS_BITS, INTERVALS = (32 - STEPS_BITS + 1) * STEPS };

struct state {
    struct mp_sample sample; /* first: the functions of the table that all share */
    uint32_t now;            /* touches so far */
    uint32_t touches;        /* of this window */
    uint32_t first_touches;  /* of these, of pages that were never touched before */
    uint64_t size_n, size_d; /* by the last window, in pages of the sample: a fraction */
    uint32_t times[INTERVALS];
    uint32_t *last; /* by place: the touch number of its last touch; 0: none */
};

static size_t state_bytes(const uint32_t *values, uint32_t max_pages)
{
    (void)max_pages;
    return sizeof(struct state) + mp_sample_bytes(values) +
           mp_sample_most(values) * sizeof(uint32_t);
}

static uint64_t begin(void *memory, const struct mp_watch *watch)
{
    struct state *state = memory;

    state->size_d = 1;
    state->last = (uint32_t *)((char *)(state + 1) + mp_sample_bytes(watch->parameters));
    return mp_sample_begin(&state->sample, watch, state + 1);
}

/* Small times have an interval each, */
static uint32_t interval_of(uint32_t time)
{
    uint32_t octave;

    if (time < STEPS)
        return time;
    octave = 31 - (uint32_t)__builtin_clz(time) - STEPS_BITS;
    return (octave + 1) * STEPS + (time >> octave) - STEPS;
}

/* and an interval has its times from here on. */
static uint64_t first_of(uint32_t interval)
{
    if (interval < STEPS)
        return interval;
    return (uint64_t)(STEPS + interval % STEPS) << (interval / STEPS - 1);
}

/* The integral of P up to the age at which at most so many touches more miss than in all memory.
 * Twice the sum, so that the mean of two counts is whole. */
static void take_size(struct state *state, uint32_t within_bp)
{
    uint64_t most = state->first_touches + (uint64_t)state->touches * within_bp / 10000;
    uint64_t above = state->touches, sum = 0;

    for (uint32_t interval = 0; interval + 1 < INTERVALS && above > most; interval++) {
        uint64_t length = first_of(interval + 1) - first_of(interval);
        uint64_t after = above - state->times[interval];

        /* P(t) leaves out the time t itself: where an interval is one time, P is constant in it. */
        sum += length * (length == 1 ? 2 * after : above + after);
        above = after;
    }
    state->size_n = sum;
    state->size_d = state->touches > 0 ? 2 * (uint64_t)state->touches : 1;
}

static void touch(struct state *state, uint32_t place)
{
    uint32_t *last = &state->last[place];

    state->now++;
    state->touches++;
    if (*last > 0)
        state->times[interval_of(state->now - *last)]++;
    else
        state->first_touches++;
    *last = state->now;
}

static uint64_t tick(void *memory, const struct mp_watch *watch)
{
    struct state *state = memory;

    if (!mp_sample_step(&state->sample, watch))
        return state->sample.due_ns;
    for (uint32_t i = 0; i < state->sample.touches; i++)
        touch(state, mp_sample_touched(&state->sample, i));
    if (mp_sample_window(&state->sample, watch)) {
        take_size(state, watch->parameters[MP_SAMPLE_WITHIN_BP]);
        state->touches = state->first_touches = 0;
        for (uint32_t interval = 0; interval < INTERVALS; interval++)
            state->times[interval] = 0;
    }
    return state->sample.due_ns;
}

static void estimate(const void *memory, const struct mp_watch *watch, struct mp_estimate *answer)
{
    const struct state *state = memory;

    answer->pages = answer->slow_pages = answer->fast_pages =
        mp_sample_scaled(&state->sample, watch, state->size_n, state->size_d);
}

const struct mp_estimator mp_estimator_aet = {
    .abi = MP_ESTIMATOR_ABI,
    .name = "aet",
    .summary = "from the miss-ratio curve of a sample of the pages, by times between touches (AET)",
    .parameters = parameters,
    .parameter_count = MP_SAMPLE_PARAMETERS,
    .looks = true,
    .state_bytes = state_bytes,
    .begin = begin,
    .tick = tick,
    .estimate = estimate,
    .counter_count = 1,
    .counters = &mp_sample_counter,
    .count = mp_sample_count,
};
