#include "ballast/results/outcomes.h"

#include "tests/check.h"

static struct results *db;

/* A run with two VMs; `with_db` is whether the VM db was on. */
static void run_add(const char *variant, uint64_t seed, double value, bool with_db)
{
    int64_t id;
    struct results_run run = {
        .experiment = "two", .variant = variant, .governor = "esx", .seed = seed, .config = ""};
    CHECK_EQ(results_run_begin(db, &run, &id, NULL), SIM_OK);
    for (int i = 0; i < 3; i++) {
        results_series(db, id, i, "web", "alloc_mb", value + i, NULL);
        results_series(db, id, i, "web", "run_throughput", i == 0 ? NAN : value, NULL);
        if (with_db)
            results_series(db, id, i, "db", "alloc_mb", 100, NULL);
        results_series(db, id, i, "", "of_tomorrow", i, NULL);
    }
    results_result(db, id, "web", "throughput", 10 * value, "ops/s", NULL);
    results_result(db, id, "web", "stalled_s", value, "s", NULL);
    CHECK_EQ(results_run_end(db, id, true, 60, 1, NULL), SIM_OK);
}

static void read_all(struct outcomes *outcomes)
{
    struct sim_error error = {0};
    CHECK_EQ(results_query(db, "DROP TABLE IF EXISTS temp.chosen", NULL, 0, NULL, NULL, NULL), 0);
    CHECK_EQ(results_query(db,
                           "CREATE TEMP TABLE chosen AS SELECT run_id, variant FROM run"
                           " WHERE experiment = 'two'",
                           NULL, 0, NULL, NULL, NULL),
             SIM_OK);
    CHECK_EQ(outcomes_read(db, outcomes, &error), SIM_OK);
    CHECK_TEXT(error.text, "");
}

static void outcomes__have_one_number_for_each_run(void)
{
    struct outcomes outcomes;
    CHECK_EQ(results_open("memory", RESULTS_MEMORY, &db, NULL), SIM_OK);
    run_add("a", 1, 5, true);
    run_add("a", UINT64_MAX, 7, false);
    read_all(&outcomes);
    CHECK_EQ(outcomes.run_count, 2);
    CHECK_TEXT(outcomes.runs[1].seed, "18446744073709551615");
    CHECK_TEXT(outcomes.runs[1].governor, "esx");
    CHECK_NEAR(outcomes.runs[0].sim_s, 60, 0);
    CHECK_EQ(outcomes.vm_count, 2); /* in the order in which they came, not of the alphabet */
    CHECK_TEXT(outcomes.vms[0], "web");
    CHECK_TEXT(outcomes.at[0].vm, "web");
    CHECK_TEXT(outcomes.at[outcomes.count - 1].name, "of_tomorrow");

    const struct outcome *web = outcomes_find(&outcomes, "web", "alloc_mb");
    CHECK_NEAR(web->values[OUTCOME_MEAN][0], 6, 0);
    CHECK_NEAR(web->values[OUTCOME_MEAN][1], 8, 0);
    CHECK_NEAR(web->values[OUTCOME_LEAST][0], 5, 0);
    CHECK_NEAR(web->values[OUTCOME_PEAK][1], 9, 0);
    CHECK_NEAR(web->values[OUTCOME_LAST][1], 9, 0);
    CHECK(web->values[OUTCOME_TOTAL] == NULL);
    const struct outcome *other = outcomes_find(&outcomes, "db", "alloc_mb");
    CHECK_NEAR(other->values[OUTCOME_MEAN][0], 100, 0);
    CHECK(isnan(other->values[OUTCOME_MEAN][1]));
    CHECK(outcomes_find(&outcomes, "db", "throughput") == NULL);
    outcomes_fini(&outcomes);
    results_close(db, NULL);
}

static void outcomes__are_told_by_their_metric(void)
{
    struct outcomes outcomes;
    enum outcome_of of;
    CHECK_EQ(results_open("memory", RESULTS_MEMORY, &db, NULL), SIM_OK);
    run_add("", 1, 5, true);
    read_all(&outcomes);
    const struct outcome *outcome = outcomes_find(&outcomes, "web", "throughput");
    CHECK_TEXT(outcome->unit, "ops/s");
    CHECK_NEAR(outcome_main(outcome, &of)[0], 50, 0);
    CHECK_EQ(of, OUTCOME_TOTAL);
    outcome = outcomes_find(&outcomes, "web", "run_throughput"); /* samples have no unit */
    CHECK_TEXT(outcome->unit, "ops/s");
    CHECK_NEAR(outcome_main(outcome, &of)[0], 5, 0);
    CHECK_EQ(of, OUTCOME_MEAN);
    outcome = outcomes_find(&outcomes, "", "of_tomorrow");
    CHECK(outcome->metric == NULL);
    CHECK_TEXT(outcome->unit, "");
    CHECK_EQ(outcome_statistic(outcome), METRIC_LEVEL);
    CHECK_NEAR(outcome_main(outcome, &of)[0], 1, 0);
    outcomes_fini(&outcomes);
    results_close(db, NULL);
}

static void outcomes__of_no_run_are_none(void)
{
    struct outcomes outcomes;
    CHECK_EQ(results_open("memory", RESULTS_MEMORY, &db, NULL), SIM_OK);
    read_all(&outcomes);
    CHECK_EQ(outcomes.run_count, 0);
    CHECK_EQ(outcomes.count, 0);
    outcomes_fini(&outcomes);
    results_close(db, NULL);
}

TEST_SUITE(results_outcomes, TEST(outcomes__have_one_number_for_each_run),
           TEST(outcomes__are_told_by_their_metric), TEST(outcomes__of_no_run_are_none))
