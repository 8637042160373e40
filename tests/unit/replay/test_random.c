/* Random replacement: what it comes to on average. */
#include "ballast/replay/policies.h"
#include "tests/unit/replay/naive.h"

/* Whatever page leaves, a memory of c out of N pages that are touched evenly misses in 1 - c/N of
 * all touches. 100,000 touches: four standard errors are 0.0064 at most. */
static void random__even_touches_miss_by_what_is_left_out(void)
{
    uint32_t *pages = naive_touches(NAIVE_UNIFORM);
    uint64_t misses[NAIVE_SIZES];
    naive_run(&replay_random, pages, naive_sizes, NAIVE_SIZES, 1, misses);
    for (uint32_t k = 0; k < NAIVE_SIZES; k++)
        CHECK_NEAR((double)misses[k] / NAIVE_TOUCHES,
                   1 - (double)naive_sizes[k] / NAIVE_PAGES + NAIVE_PAGES / 2.0 / NAIVE_TOUCHES,
                   0.0064);
    free(pages);
}

/* A cyclic scan of N pages, memory of c: a page stays until its next touch with probability
 * h = (1 - 1/c)^m, where m = N (1 - h) misses come in between. */
static void random__a_cyclic_scan_hits_as_the_equation_says(void)
{
    static const uint32_t sizes[] = {50, 90};
    uint32_t *pages = naive_touches(NAIVE_CYCLIC);
    uint64_t misses[2];
    naive_run(&replay_random, pages, sizes, 2, 1, misses);
    for (uint32_t k = 0; k < 2; k++) {
        double h = 0.5;
        for (uint32_t i = 0; i < 1000; i++)
            h = pow(1 - 1.0 / sizes[k], NAIVE_PAGES * (1 - h));
        CHECK_NEAR(1 - (double)misses[k] / NAIVE_TOUCHES, h, 0.01);
    }
    free(pages);
}

static void random__a_seed_gives_its_own_misses(void)
{
    uint32_t *pages = naive_touches(NAIVE_SKEWED);
    uint64_t first[NAIVE_SIZES], again[NAIVE_SIZES], other[NAIVE_SIZES], alone;
    naive_run(&replay_random, pages, naive_sizes, NAIVE_SIZES, 1, first);
    naive_run(&replay_random, pages, naive_sizes, NAIVE_SIZES, 1, again);
    naive_run(&replay_random, pages, naive_sizes, NAIVE_SIZES, 2, other);
    naive_run(&replay_random, pages, &naive_sizes[6], 1, 1, &alone);
    CHECK(memcmp(first, again, sizeof first) == 0);
    CHECK(memcmp(first, other, sizeof first) != 0);
    CHECK_EQ(alone, first[6]); /* other sizes do not disturb it */
    free(pages);
}

TEST_SUITE(replay_random, TEST(random__even_touches_miss_by_what_is_left_out),
           TEST(random__a_cyclic_scan_hits_as_the_equation_says),
           TEST(random__a_seed_gives_its_own_misses))
