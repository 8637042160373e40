/*
 * A size from a miss-ratio curve. The oracles: a cyclic access of N pages hits with N pages and
 * misses with fewer, so the size is N, to the error of a sample at rate R = 0.01: N +- sqrt(100 N),
 * one standard error. Uniform access of N pages misses 1 - c / N of the touches with c pages, so
 * with 1% of misses the size is 0.99 N.
 */
#include <math.h>

#include "tests/unit/policy/curve_sizes.h"

static void aet__a_cycle_is_as_large_as_it_is(void)
{
    static const uint32_t rate[] = {12500, 10, 100};
    const uint32_t pages = 1000000;
    struct fake fake;
    curve_start(&fake, "aet", rate, 1250000);
    curve_cycle(&fake, pages, 3);
    CHECK_NEAR(curve_size(&fake), pages, 3 * sqrt(100.0 * pages));
    fake_fini(&fake);
}

/* All pages are in the sample: no error but that of the steps, a hundredth of a lap. */
static void aet__a_sample_of_all_pages_is_exact(void)
{
    static const uint32_t all[] = {20000, 10, 0};
    struct fake fake;
    curve_start(&fake, "aet", all, 10000);
    curve_cycle(&fake, 5000, 5);
    CHECK_NEAR(curve_size(&fake), 5000, 80);
    curve_cycle(&fake, 1000, 5); /* the first lap's distances are those of before */
    curve_size(&fake);
    curve_cycle(&fake, 1000, 5);
    CHECK_NEAR(curve_size(&fake), 1000, 16);
    CHECK_EQ(curve_size(&fake), 0); /* a window without touches */
    fake_fini(&fake);
}

/* Each step lets all pages be touched anew, so each of these touches is heard. */
static void aet__uniform_access_misses_by_what_is_left_out(void)
{
    static const uint32_t tenth[] = {2000, 10, 1000}; /* 10% of misses */
    struct fake fake;
    uint64_t random = 5;
    curve_start(&fake, "aet", tenth, 2000);
    for (uint32_t round = 0; round < 2; round++) { /* first touches are in a window of their own */
        curve_size(&fake);
        for (uint32_t i = 0; i < 30000; i++) {
            curve_touch(&fake, (uint32_t)(fake_random(&random) % 1000));
            if (i % 20 == 0)
                curve_step(&fake);
        }
    }
    CHECK_NEAR(curve_size(&fake), 900, 30);
    fake_fini(&fake);
}

static void aet__the_balloon_takes_pages_of_the_sample(void)
{
    curve_balloon("aet");
}

static void aet__costs_what_the_sample_costs(void)
{
    curve_cost("aet");
}

TEST_SUITE(policy_estimator_aet, TEST(aet__a_cycle_is_as_large_as_it_is),
           TEST(aet__a_sample_of_all_pages_is_exact),
           TEST(aet__uniform_access_misses_by_what_is_left_out),
           TEST(aet__the_balloon_takes_pages_of_the_sample), TEST(aet__costs_what_the_sample_costs))
