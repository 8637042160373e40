/* Every test is of curve_sizes.h: what an estimator by a miss-ratio curve must answer. */
#include "tests/unit/policy/curve_sizes.h"

static void aet__a_cycle_is_as_large_as_it_is(void)
{
    curve_of_a_cycle("aet");
}

static void aet__a_sample_of_all_pages_is_exact(void)
{
    curve_of_all_pages("aet");
}

static void aet__uniform_access_misses_by_what_is_left_out(void)
{
    curve_of_uniform_access("aet");
}

static void aet__the_balloon_takes_pages_of_the_sample(void)
{
    curve_balloon("aet");
}

static void aet__all_pages_at_once(void)
{
    curve_of_all_at_once("aet");
}

static void aet__another_vm_ends_no_step(void)
{
    curve_of_two_vms("aet");
}

static void aet__costs_what_the_sample_costs(void)
{
    curve_cost("aet");
}

TEST_SUITE(policy_estimator_aet, TEST(aet__a_cycle_is_as_large_as_it_is),
           TEST(aet__a_sample_of_all_pages_is_exact),
           TEST(aet__uniform_access_misses_by_what_is_left_out),
           TEST(aet__the_balloon_takes_pages_of_the_sample), TEST(aet__all_pages_at_once),
           TEST(aet__another_vm_ends_no_step), TEST(aet__costs_what_the_sample_costs))
