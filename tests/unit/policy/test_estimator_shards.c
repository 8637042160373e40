/* Every test is of curve_sizes.h: what an estimator by a miss-ratio curve must answer. */
#include "tests/unit/policy/curve_sizes.h"

static void shards__a_cycle_is_as_large_as_it_is(void)
{
    curve_of_a_cycle("shards");
}

static void shards__a_sample_of_all_pages_is_exact(void)
{
    curve_of_all_pages("shards");
}

static void shards__uniform_access_misses_by_what_is_left_out(void)
{
    curve_of_uniform_access("shards");
}

static void shards__the_balloon_takes_pages_of_the_sample(void)
{
    curve_balloon("shards");
}

static void shards__all_pages_at_once(void)
{
    curve_of_all_at_once("shards");
}

static void shards__another_vm_ends_no_step(void)
{
    curve_of_two_vms("shards");
}

static void shards__costs_what_the_sample_costs(void)
{
    curve_cost("shards");
}

TEST_SUITE(policy_estimator_shards, TEST(shards__a_cycle_is_as_large_as_it_is),
           TEST(shards__a_sample_of_all_pages_is_exact),
           TEST(shards__uniform_access_misses_by_what_is_left_out),
           TEST(shards__the_balloon_takes_pages_of_the_sample), TEST(shards__all_pages_at_once),
           TEST(shards__another_vm_ends_no_step), TEST(shards__costs_what_the_sample_costs))
