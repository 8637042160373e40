/* SHARDS against answers that are known exactly. */
#include "tests/unit/replay/estimates.h"

/* A cyclic scan over N pages misses always below N and never from N on, but for the first round.
 * With the rate R the step is at N, to sqrt(N / R): the number of pages in the sample has that
 * standard error. */
static void shards__a_cyclic_scan_steps_near_its_pages(void)
{
    enum { PAGES = 100000, ERROR = 3162 };
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct replay_sampling sampling = {.pages = 2 * PAGES, .rate = 0.01, .seed = seed};
        void *state = estimate_of(&replay_shards, sampling, ESTIMATE_CYCLIC, PAGES, 10);
        /* What the sample has too few touches counts as hits. */
        CHECK_NEAR(replay_shards.miss_ratio(state, PAGES - 3 * ERROR), 1, 0.1);
        CHECK_NEAR(replay_shards.miss_ratio(state, PAGES + 3 * ERROR), 0.1, 0.01);
        replay_shards.end(state);
    }
}

/* Touched evenly: 1 - c/N, and the first touches. 10 rounds. */
static void shards__even_touches_miss_by_what_is_left_out(void)
{
    enum { PAGES = 50000 };
    const struct replay_sampling ways[] = {{.pages = PAGES, .rate = 0.1, .seed = 1},
                                           {.pages = PAGES, .sample_pages = 4096, .seed = 1}};
    for (uint32_t i = 0; i < 2; i++) {
        void *state = estimate_of(&replay_shards, ways[i], ESTIMATE_UNIFORM, PAGES, 10);
        for (uint32_t c = PAGES / 10; c < PAGES; c += PAGES / 10)
            CHECK_NEAR(replay_shards.miss_ratio(state, c), 1 - 0.9 * c / PAGES, 0.1);
        replay_shards.end(state);
    }
}

/* A sample of all pages is exact, by either way. */
static void shards__all_pages_are_exact(void)
{
    enum { PAGES = 3000 };
    const struct replay_sampling ways[] = {{.pages = PAGES, .rate = 1},
                                           {.pages = PAGES, .sample_pages = PAGES}};
    for (uint32_t i = 0; i < 2; i++) {
        void *exact = estimate_of(&replay_exact, ways[i], ESTIMATE_UNIFORM, PAGES, 10);
        void *state = estimate_of(&replay_shards, ways[i], ESTIMATE_UNIFORM, PAGES, 10);
        for (uint32_t c = 1; c <= PAGES; c += 37)
            CHECK_NEAR(replay_shards.miss_ratio(state, c), replay_exact.miss_ratio(exact, c), 1e-9);
        replay_shards.end(state);
        replay_exact.end(exact);
    }
}

TEST_SUITE(replay_shards, TEST(shards__a_cyclic_scan_steps_near_its_pages),
           TEST(shards__even_touches_miss_by_what_is_left_out), TEST(shards__all_pages_are_exact))
