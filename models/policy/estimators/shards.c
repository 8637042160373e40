/*
 * A miss-ratio curve by SHARDS (Waldspurger et al., FAST 2015), and from it a size: stack distances
 * of a sample of the pages. The distance of a touch is how many pages of the sample were touched
 * since the page's last touch. LRU with memory for as many has the page; one page of the sample
 * stands for as many pages as the VM has for each one in the sample.
 *
 * The answer is the smallest size with which LRU misses at most 1% more of the touches than with
 * all memory. The curve is that of the last complete window of the VM's own time.
 *
 * All pages of a VM are known, so the rate is fixed and no page leaves the sample. The stack is a
 * list with the last touched page in front: with a thousand pages nothing is faster.
 */
#include "sample.h"

static const struct mp_parameter parameters[MP_SAMPLE_PARAMETERS] = {MP_SAMPLE_ROWS};

struct state {
    struct mp_sample sample; /* first: the functions of the table that all share */
    uint32_t stacked;        /* places that were ever touched */
    uint32_t touches, size;  /* of this window; of the last one's curve, in pages of the sample */
    uint32_t *stack;         /* places, the last touched in front */
    uint32_t *touches_at;    /* by distance, from 1 on */
    uint8_t *is_stacked;     /* by place */
};

static size_t state_bytes(const uint32_t *values, uint32_t max_pages)
{
    size_t most = mp_sample_most(values);

    (void)max_pages;
    return sizeof(struct state) + mp_sample_bytes(values) + (2 * most + 1) * sizeof(uint32_t) +
           most;
}

static uint64_t begin(void *memory, const struct mp_watch *watch)
{
    struct state *state = memory;
    uint32_t most = mp_sample_most(watch->parameters);
    uint32_t *next = (uint32_t *)(state + 1);

    state->stack = next + mp_sample_bytes(watch->parameters) / sizeof *next;
    state->touches_at = state->stack + most;
    state->is_stacked = (uint8_t *)(state->touches_at + most + 1);
    return mp_sample_begin(&state->sample, watch, next);
}

/* The smallest size that lacks at most so many of the touches that all memory would have. */
static uint32_t size_of(const struct state *state, uint32_t within_bp)
{
    uint64_t most = (uint64_t)state->touches * within_bp / 10000, beyond = 0;
    uint32_t size = state->sample.count;

    while (size > 0 && beyond + state->touches_at[size] <= most)
        beyond += state->touches_at[size--];
    return size;
}

static uint64_t tick(void *memory, const struct mp_watch *watch)
{
    struct state *state = memory;

    if (mp_sample_tick(&state->sample, watch)) {
        state->size = size_of(state, watch->parameters[MP_SAMPLE_WITHIN_BP]);
        state->touches = 0;
        for (uint32_t distance = 0; distance <= state->sample.count; distance++)
            state->touches_at[distance] = 0;
    }
    return state->sample.due_ns;
}

static void touched(void *memory, const struct mp_watch *watch, uint32_t ppn)
{
    struct state *state = memory;
    uint32_t place = mp_sample_heard(&state->sample, ppn), above = 0;

    (void)watch;
    state->touches++;
    if (state->is_stacked[place]) {
        while (state->stack[above] != place)
            above++;
        state->touches_at[above + 1]++;
    } else {
        state->is_stacked[place] = 1;
        above = state->stacked++;
    }
    for (; above > 0; above--)
        state->stack[above] = state->stack[above - 1];
    state->stack[0] = place;
}

static void estimate(const void *memory, const struct mp_watch *watch, struct mp_estimate *answer)
{
    const struct state *state = memory;

    answer->pages = answer->slow_pages = answer->fast_pages =
        mp_sample_scaled(&state->sample, watch, state->size, 1);
}

const struct mp_estimator mp_estimator_shards = {
    .abi = MP_ESTIMATOR_ABI,
    .name = "shards",
    .summary = "from the miss-ratio curve of a sample of the pages, by stack distances (SHARDS)",
    .parameters = parameters,
    .parameter_count = MP_SAMPLE_PARAMETERS,
    .counter_count = 1,
    .counters = &mp_sample_counter,
    .count = mp_sample_count,
    .arms = true,
    .state_bytes = state_bytes,
    .begin = begin,
    .tick = tick,
    .touched = touched,
    .lost = mp_sample_lost,
    .estimate = estimate,
};
