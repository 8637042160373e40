/*
 * The exact curve: the stack distance of every touch.
 */
#include <stdlib.h>

#include "ballast/replay/estimators.h"
#include "ballast/replay/policy.h"
#include "ballast/replay/stack.h"
#include "sim/reserve.h"

struct exact {
    struct stack *stack;
    uint64_t *touches_at; /* by distance; 0: first touches */
    size_t bytes;
    uint64_t touches;
    uint64_t hits; /* with the memory that was asked for last, */
    uint32_t size; /* of so many pages */
};

static void end(void *state)
{
    struct exact *exact = state;
    if (exact == NULL)
        return;
    stack_free(exact->stack);
    sim_release(exact->touches_at, exact->bytes);
    free(exact);
}

static void *begin(const struct replay_sampling *sampling)
{
    struct exact *exact = calloc(1, sizeof *exact);
    if (exact == NULL)
        return NULL;
    exact->bytes = ((size_t)sampling->pages + 1) * sizeof *exact->touches_at;
    exact->touches_at = sim_reserve(exact->bytes);
    exact->stack = stack_new(sampling->pages);
    if (exact->touches_at == NULL || exact->stack == NULL) {
        end(exact);
        return NULL;
    }
    return exact;
}

static void touch(void *state, const uint32_t *pages, size_t count)
{
    struct exact *exact = state;
    for (size_t i = 0; i < count; i++) {
        if (i + REPLAY_AHEAD < count)
            stack_prefetch(exact->stack, pages[i + REPLAY_AHEAD]);
        exact->touches_at[stack_touch(exact->stack, pages[i])]++;
    }
}

static void finish(void *state, uint64_t touches)
{
    ((struct exact *)state)->touches = touches;
}

static double miss_ratio(void *state, uint32_t memory_pages)
{
    struct exact *exact = state;
    while (exact->size < memory_pages)
        exact->hits += exact->touches_at[++exact->size];
    return (double)(exact->touches - exact->hits) / (double)exact->touches;
}

const struct replay_estimator replay_exact = {
    .name = "exact",
    .summary = "the stack distance of every touch",
    .is_exact = true,
    .begin = begin,
    .touch = touch,
    .finish = finish,
    .miss_ratio = miss_ratio,
    .end = end,
};
