/* What a figure says about its runs. */
#include "ballast/report/caption.h"

#include "tests/check.h"

static struct sim_error error;

/* The caption for these rows of `chosen`: (run_id, variant, seed, stale). The experiment has the
 * variants `first` and `second`, and one seed. */
static struct caption caption_of(const char *rows, const struct config_sets *sets)
{
    char insert[400];
    struct caption caption = {0};
    struct results *db;
    struct config_file *file = NULL;
    CHECK_EQ(results_open("memory", RESULTS_MEMORY, &db, &error), SIM_OK);
    CHECK_EQ(config_file_load("tests/unit/config/two_variants.yaml", "experiments/presets", &file,
                              &error),
             SIM_OK);
    snprintf(insert, sizeof insert, "INSERT INTO chosen VALUES %s", rows);
    CHECK_EQ(results_query(db, "CREATE TEMP TABLE chosen(run_id, variant, seed, stale)", NULL, 0,
                           NULL, NULL, &error),
             SIM_OK);
    CHECK_EQ(results_query(db, insert, NULL, 0, NULL, NULL, &error), SIM_OK);
    CHECK_EQ(caption_make(db, file, sets, &caption, &error), SIM_OK);
    config_file_free(file);
    results_close(db, NULL);
    return caption;
}

static const struct config_sets none;

static void caption__is_short_for_the_experiment_as_shipped(void)
{
    struct caption caption = caption_of("(1, 'a', 1, 0), (2, 'b', 1, 0)", &none);
    CHECK_TEXT(caption.runs, "1 run of each of 2 variants, seed 1");
    CHECK_TEXT(caption.seed, "1");
}

static void caption__says_how_many_runs_there_are_and_should_be(void)
{
    CHECK_TEXT(
        caption_of("(1, 'a', 3, 0), (2, 'a', 2, 0), (3, 'b', 2, 0), (4, 'b', 3, 0)", &none).runs,
        "2 runs of each of 2 variants, seeds 2 to 3 (the experiment has 1)");
    CHECK_TEXT(caption_of("(1, 'a', 2, 0), (2, 'a', 9, 0)", &none).runs,
               "2 runs of 1 of 2 variants (a), 2 seeds from 2 to 9 (the experiment has 1)");
    CHECK_TEXT(caption_of("(1, 'a', 1, 0), (2, 'b', 1, 0), (3, 'b', 2, 0)", &none).runs,
               "1 to 2 runs of each of 2 variants, seeds 1 to 2 (the experiment has 1)");
    CHECK_TEXT(caption_of("(1, 'a', 7, 0), (2, 'a', 2, 0)", &none).seed, "2");
}

static void caption__names_settings_and_stale_runs(void)
{
    const struct config_sets sets = {{"policy.idle_tax=0.5", "duration_s=9"}, 2};
    CHECK_TEXT(caption_of("(1, 'a', 1, 0), (2, 'b', 1, 1)", &sets).runs,
               "1 run of each of 2 variants, seed 1; with policy.idle_tax=0.5, duration_s=9; "
               "1 of them from another configuration");
}

static void caption__is_cut_where_it_is_too_long(void)
{
    static char set[2 * CAPTION_BYTES];
    memset(set, 'x', sizeof set - 1);
    const struct config_sets sets = {{set}, 1};
    struct caption caption = caption_of("(1, 'a', 1, 0)", &sets);
    CHECK_EQ(strlen(caption.runs), CAPTION_BYTES - 1);
    CHECK_TEXT(caption.runs + CAPTION_BYTES - 5, "x...");
}

TEST_SUITE(report_caption, TEST(caption__is_short_for_the_experiment_as_shipped),
           TEST(caption__says_how_many_runs_there_are_and_should_be),
           TEST(caption__names_settings_and_stale_runs), TEST(caption__is_cut_where_it_is_too_long))
