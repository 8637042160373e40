/* ballast/run/check.c: how often the books of a run are checked. */
#include <stdlib.h>

#include "ballast/run/internal.h"
#include "tests/check.h"

static const struct run_options all_checks, few_checks = {.spare_checks = true};

static struct run run_of(bool spare_checks, uint64_t fired, uint64_t checked_fired)
{
    return (struct run){.options = spare_checks ? &few_checks : &all_checks,
                        .queue = {.fired = fired},
                        .checked_fired = checked_fired,
                        .end_ns = 100};
}

static void check_is_due__every_time_unless_it_is_to_be_spared(void)
{
    struct run all = run_of(false, 10, 10), spared = run_of(true, 10, 10);
    CHECK(run_check_is_due(&all, 50, 1000));
    CHECK(!run_check_is_due(&spared, 50, 1000));
    setenv("BALLAST_CHECKS", "few", 1);
    CHECK(!run_check_is_due(&spared, 50, 1000));
    setenv("BALLAST_CHECKS", "all", 1);
    CHECK(run_check_is_due(&spared, 50, 1000));
    unsetenv("BALLAST_CHECKS");
}

static void check_is_due__at_the_start_and_at_the_end(void)
{
    struct run run = run_of(true, 10, 10);
    CHECK(run_check_is_due(&run, 0, 0)); /* no VM is on */
    CHECK(!run_check_is_due(&run, 99, 1));
    CHECK(run_check_is_due(&run, 100, UINT32_MAX));
}

static void check_is_due__after_two_events_for_each_page(void)
{
    struct run run = run_of(true, 3000, 1001);
    CHECK(!run_check_is_due(&run, 50, 1000));
    run.queue.fired = 3001;
    CHECK(run_check_is_due(&run, 50, 1000));
    CHECK(!run_check_is_due(&run, 50, UINT64_C(1) << 40));
}

TEST_SUITE(run_check, TEST(check_is_due__every_time_unless_it_is_to_be_spared),
           TEST(check_is_due__at_the_start_and_at_the_end),
           TEST(check_is_due__after_two_events_for_each_page))
