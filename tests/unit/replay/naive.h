/*
 * Touches to test policies with, and slow policies that are obvious: a memory is an array, and each
 * touch walks over all of it.
 */
#ifndef TESTS_NAIVE_H
#define TESTS_NAIVE_H

#include <stdlib.h>

#include "ballast/replay/policy.h"
#include "tests/check.h"

/* More than the log of LRU has entries, so that it is packed. */
enum { NAIVE_TOUCHES = 100000, NAIVE_PAGES = 100 };

static const uint32_t naive_sizes[] = {1, 2, 3, 7, 10, 25, 50, 51, 75, 98, 99, 100};
enum { NAIVE_SIZES = sizeof naive_sizes / sizeof *naive_sizes };

enum naive_kind { NAIVE_CYCLIC, NAIVE_UNIFORM, NAIVE_SKEWED, NAIVE_PHASES, NAIVE_KINDS };

static inline uint64_t naive_next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static inline uint32_t *naive_touches(enum naive_kind kind)
{
    uint32_t *pages = malloc(NAIVE_TOUCHES * sizeof *pages);
    uint64_t state = 5;
    for (uint32_t i = 0; pages != NULL && i < NAIVE_TOUCHES; i++) {
        uint32_t draw = (uint32_t)(naive_next(&state) % NAIVE_PAGES);
        uint32_t other = (uint32_t)(naive_next(&state) % NAIVE_PAGES);
        pages[i] = kind == NAIVE_CYCLIC    ? i % NAIVE_PAGES
                   : kind == NAIVE_UNIFORM ? draw
                   : kind == NAIVE_SKEWED  ? draw * other / NAIVE_PAGES
                                           : (i / 5000 * 13 + draw % 20) % NAIVE_PAGES;
    }
    return pages;
}

/* Misses of one memory, by a slow policy. */
typedef uint64_t naive_policy(const uint32_t *pages, size_t count, uint32_t memory_pages);

/* Runs a policy over touches in batches of odd sizes. */
static inline void naive_run(const struct replay_policy *policy, const uint32_t *pages,
                             const uint32_t *sizes, uint32_t count, uint64_t seed, uint64_t *misses)
{
    struct replay_setup setup = {.count = count,
                                 .memory_pages = sizes,
                                 .pages = NAIVE_PAGES,
                                 .seed = seed,
                                 .touched = policy->needs_future ? pages : NULL,
                                 .touches = policy->needs_future ? NAIVE_TOUCHES : 0};
    void *state = policy->begin(&setup);
    CHECK(state != NULL);
    memset(misses, 0, count * sizeof *misses);
    for (size_t at = 0, step = 1; state != NULL && at < NAIVE_TOUCHES; at += step) {
        step = step * 3 % 4999;
        step = step < NAIVE_TOUCHES - at ? step : NAIVE_TOUCHES - at;
        policy->touch(state, pages + at, step, misses);
    }
    policy->end(state);
}

/* The policy has the misses of the slow one, for all touches and sizes. */
static inline void naive_compare(const struct replay_policy *policy, naive_policy *naive)
{
    for (enum naive_kind kind = 0; kind < NAIVE_KINDS; kind++) {
        uint32_t *pages = naive_touches(kind);
        uint64_t misses[NAIVE_SIZES];
        naive_run(policy, pages, naive_sizes, NAIVE_SIZES, 1, misses);
        for (uint32_t k = 0; k < NAIVE_SIZES; k++)
            CHECK_EQ(misses[k], naive(pages, NAIVE_TOUCHES, naive_sizes[k]));
        free(pages);
    }
}

#endif
