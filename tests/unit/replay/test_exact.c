/* The exact curve is what LRU does at each size. */
#include "ballast/replay/policies.h"
#include "tests/unit/replay/estimates.h"
#include "tests/unit/replay/naive.h"

static void exact__ratios_are_those_of_lru(void)
{
    for (enum naive_kind kind = 0; kind < NAIVE_KINDS; kind++) {
        uint32_t *pages = naive_touches(kind);
        uint64_t misses[NAIVE_SIZES];
        naive_run(&replay_lru, pages, naive_sizes, NAIVE_SIZES, 1, misses);
        struct replay_sampling sampling = {.pages = NAIVE_PAGES};
        void *state = replay_exact.begin(&sampling);
        replay_exact.touch(state, pages, NAIVE_TOUCHES);
        replay_exact.finish(state, NAIVE_TOUCHES);
        for (uint32_t k = 0; k < NAIVE_SIZES; k++)
            CHECK_EQ(round(replay_exact.miss_ratio(state, naive_sizes[k]) * NAIVE_TOUCHES),
                     misses[k]);
        replay_exact.end(state);
        free(pages);
    }
}

static void exact__a_cyclic_scan_is_a_step(void)
{
    struct replay_sampling sampling = {.pages = 5000};
    void *state = estimate_of(&replay_exact, sampling, ESTIMATE_CYCLIC, 5000, 10);
    CHECK_NEAR(replay_exact.miss_ratio(state, 1), 1, 0);
    CHECK_NEAR(replay_exact.miss_ratio(state, 4999), 1, 0);
    CHECK_NEAR(replay_exact.miss_ratio(state, 5000), 0.1, 0);
    replay_exact.end(state);
}

TEST_SUITE(replay_exact, TEST(exact__ratios_are_those_of_lru), TEST(exact__a_cyclic_scan_is_a_step))
