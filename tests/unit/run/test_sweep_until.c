/* Widths of intervals: how they are asked for, and seeds until they are met. */
#include "ballast/run/sweep_until.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/check.h"

static struct sweep_target target;
static struct sim_error error;

static const char *refused(const char *text)
{
    CHECK_EQ(sweep_target_parse(text, &target, &error), SIM_USAGE);
    return error.text;
}

static void sweep_target__in_percent_or_in_the_unit(void)
{
    CHECK_EQ(sweep_target_parse("throughput=2%", &target, &error), SIM_OK);
    CHECK(target.is_relative);
    CHECK_NEAR(target.half, 0.02, 0);
    CHECK_EQ(sweep_target_parse("stalled=1min", &target, &error), SIM_OK);
    CHECK(!target.is_relative);
    CHECK_NEAR(target.half, 60, 0);
    CHECK_EQ(sweep_target_parse("host.time_in_low=2", &target, &error), SIM_OK);
    CHECK_NEAR(target.half, 2, 0);
}

static void sweep_target__wrong_ones_are_refused(void)
{
    CHECK_CONTAINS(refused("throughput"), "--until: expected METRIC=WIDTH, such as throughput=2%");
    CHECK_CONTAINS(refused("=2%"), "expected METRIC=WIDTH");
    CHECK_CONTAINS(refused("stalled=0"),
                   "expected a width above 0, in percent of the mean or in s");
    CHECK_CONTAINS(refused("stalled=-1%"), "expected a width above 0");
    CHECK_CONTAINS(refused("stalled=1MB"), "expected a width above 0");
    CHECK_CONTAINS(refused("stalled="), "expected a width above 0");
    CHECK_CONTAINS(refused("throughput.loss=2%"), "expected a metric and not a loss");
    CHECK_CONTAINS(refused("staled=1s"), "did you mean 'stalled'?");
}

/* Runs the small experiment until `text`; the number of runs that were made. */
static uint32_t runs_until(const char *text, uint32_t most, int expected)
{
    char db[] = "/tmp/ballast-until-XXXXXX";
    struct config_file *file = NULL;
    struct config_sets sets = {0}, varied = {0};
    struct sweep_grid grid;
    struct sweep_outcome outcome = {0};
    struct sweep_until until = {.count = 1, .most = most};
    const struct sweep_options how = {.db = db, .jobs = 2, .shards = 1, .quiet = true};
    close(mkstemp(db));
    config_sets_add(&sets, "duration_s=60", NULL);
    CHECK_EQ(config_file_load("tests/cli/small.yaml", "experiments/presets", &file, &error),
             SIM_OK);
    const struct sweep_request request = {
        .file = file, .sets = &sets, .varied = &varied, .replicates = 1};
    CHECK_EQ(sweep_target_parse(text, &until.targets[0], &error), SIM_OK);
    CHECK_EQ(sweep_grid_make(&request, &grid, &error), SIM_OK);
    CHECK_EQ(sweep_until_narrow(&grid, 1, &how, &until, &outcome, &error), expected);
    sweep_grid_fini(&grid);
    config_file_free(file);
    unlink(db);
    return outcome.done;
}

static void sweep_until__seeds_are_added_until_it_is_met(void)
{
    CHECK_EQ(runs_until("throughput=500%", 10, SIM_OK), 3);
    uint32_t runs = runs_until("throughput=0.9%", 40, SIM_OK);
    CHECK(runs > 3);
    CHECK(runs < 40);
}

static void sweep_until__it_ends_at_the_most(void)
{
    CHECK_EQ(runs_until("throughput=0.01%", 5, SIM_FAILED), 5);
    CHECK_CONTAINS(error.text, "sweep: expected throughput=0.01%, found ");
    CHECK_CONTAINS(error.text, "after 5 seeds of small duration_s=60; --most allows more");
}

TEST_SUITE(run_sweep_until, TEST(sweep_target__in_percent_or_in_the_unit),
           TEST(sweep_target__wrong_ones_are_refused),
           TEST(sweep_until__seeds_are_added_until_it_is_met),
           TEST(sweep_until__it_ends_at_the_most));
