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
 * line of slots in the order of last touches, with a tree of counts over it: the pages above one
 * are counted in as many steps as the number of slots has bits. Slots run out after a while; then
 * the stack moves together.
 */
#include "sample.h"

static const struct mp_parameter parameters[MP_SAMPLE_PARAMETERS] = {MP_SAMPLE_ROWS};

enum { SLOTS = 8 }; /* for each page: a move together after seven touches of each, or more */

struct state {
    struct mp_sample sample; /* first: the functions of the table that all share */
    uint32_t slots, used;    /* of the stack; those up to `used` have been */
    uint32_t stacked;        /* places that were ever touched */
    uint32_t touches, size;  /* of this window; of the last one's curve, in pages of the sample */
    uint32_t *touches_at;    /* by distance, from 1 on */
    uint32_t *slot_of;       /* by place, from 1 on; 0: never touched */
    uint32_t *stack;         /* by slot: the place + 1; 0: none */
    uint32_t *count;         /* by slot i: of places in so many slots up to i as i's lowest bit */
};

static size_t state_bytes(const uint32_t *values, uint32_t max_pages)
{
    size_t most = mp_sample_most(values);

    (void)max_pages;
    return sizeof(struct state) + mp_sample_bytes(values) +
           ((2 + 2 * SLOTS) * most + 4) * sizeof(uint32_t);
}

static uint64_t begin(void *memory, const struct mp_watch *watch)
{
    struct state *state = memory;
    uint32_t most = mp_sample_most(watch->parameters);

    state->slots = SLOTS * most;
    state->touches_at = (uint32_t *)((char *)(state + 1) + mp_sample_bytes(watch->parameters));
    state->slot_of = state->touches_at + most + 1;
    state->stack = state->slot_of + most;
    state->count = state->stack + state->slots + 1;
    return mp_sample_begin(&state->sample, watch, state + 1);
}

/* ---- The stack --------------------------------------------------------------------------- */

static void add(struct state *state, uint32_t slot, uint32_t more)
{
    for (; slot <= state->slots; slot += slot & -slot)
        state->count[slot] += more;
}

static uint32_t count_to(const struct state *state, uint32_t slot)
{
    uint32_t count = 0;

    for (; slot > 0; slot -= slot & -slot)
        count += state->count[slot];
    return count;
}

static void put(struct state *state, uint32_t place)
{
    state->slot_of[place] = ++state->used;
    state->stack[state->used] = place + 1;
    add(state, state->used, 1);
}

static void move_together(struct state *state)
{
    uint32_t used = state->used;

    for (uint32_t slot = 0; slot <= state->slots; slot++)
        state->count[slot] = 0;
    state->used = 0;
    for (uint32_t slot = 1; slot <= used; slot++) {
        uint32_t place = state->stack[slot];

        state->stack[slot] = 0;
        if (place > 0)
            put(state, place - 1);
    }
}

static void touch(struct state *state, uint32_t place)
{
    uint32_t slot;

    if (state->used == state->slots)
        move_together(state);
    slot = state->slot_of[place];
    state->touches++;
    if (slot > 0) {
        state->touches_at[state->stacked - count_to(state, slot) + 1]++;
        state->stack[slot] = 0;
        add(state, slot, -1u);
    } else {
        state->stacked++;
    }
    put(state, place);
}

/* ---- The curve --------------------------------------------------------------------------- */

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

    if (!mp_sample_step(&state->sample, watch))
        return state->sample.due_ns;
    for (uint32_t i = 0; i < state->sample.touches; i++)
        touch(state, mp_sample_touched(&state->sample, i));
    if (mp_sample_window(&state->sample, watch)) {
        state->size = size_of(state, watch->parameters[MP_SAMPLE_WITHIN_BP]);
        state->touches = 0;
        for (uint32_t distance = 0; distance <= state->sample.count; distance++)
            state->touches_at[distance] = 0;
    }
    return state->sample.due_ns;
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
    .looks = true,
    .state_bytes = state_bytes,
    .begin = begin,
    .tick = tick,
    .estimate = estimate,
};
