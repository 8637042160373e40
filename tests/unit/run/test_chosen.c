/* Statements out of SQL files, and the choice of runs. */
#include <stdlib.h>
#include <unistd.h>

#include "ballast/run/chosen.h"
#include "tests/check.h"

static void chosen__statements_one_by_one(void)
{
    const char *sql = "-- about\n-- it\n\nSELECT ';' AS a;\n\n-- next\nSELECT 2\nFROM t;\nSELECT 3";
    static const char *const expected[] = {"SELECT ';' AS a", "SELECT 2\nFROM t", "SELECT 3"};
    for (unsigned i = 0; i < 3; i++) {
        char *found = sql_next(&sql);
        CHECK_TEXT(found, expected[i]);
        free(found);
    }
    CHECK(sql_next(&sql) == NULL);
}

static void chosen__nothing_but_comments(void)
{
    const char *sql = "\n -- a comment\n  \n";
    CHECK(sql_next(&sql) == NULL);
}

static struct results *db;
static struct sim_error error;

static void add_run(const char *experiment, const char *variant, uint64_t seed, bool done)
{
    int64_t run_id;
    struct results_run run = {.experiment = experiment,
                              .variant = variant,
                              .version = "test",
                              .seed = seed,
                              .config = ""};
    CHECK_EQ(results_run_begin(db, &run, &run_id, &error), SIM_OK);
    CHECK_EQ(results_run_end(db, run_id, done, 1, 1, &error), SIM_OK);
}

static bool take_row(void *context, const struct results_value *values, uint32_t count)
{
    char *text = context;
    CHECK_EQ(count, 2);
    snprintf(text + strlen(text), 200 - strlen(text), "[%s %s]", values[0].text, values[1].text);
    return true;
}

/* "variant seed" of the chosen runs. */
static void choose(const char *set, char *text)
{
    struct config_file *file = NULL;
    struct config_sets sets = {{set}, set != NULL};
    uint32_t count = 99;
    text[0] = '\0';
    CHECK_EQ(config_file_load("tests/unit/config/two_variants.yaml", "experiments/presets", &file,
                              &error),
             SIM_OK);
    CHECK_EQ(chosen_make(db, file, &sets, &count, &error), SIM_OK);
    CHECK_EQ(results_query(db, "SELECT variant, seed FROM chosen ORDER BY run_id", NULL, 0,
                           take_row, text, &error),
             SIM_OK);
    config_file_free(file);
}

static void chosen__finished_runs_as_the_file_or_the_sets_have_it(void)
{
    char path[] = "/tmp/ballast-chosen-XXXXXX", text[200];
    close(mkstemp(path));
    unlink(path);
    if (!CHECK_EQ(results_open(path, RESULTS_WRITE, &db, &error), SIM_OK))
        return;
    add_run("two", "first", 1, true);
    add_run("two", "policy.sample_pages=50", 1, true);
    add_run("two", "first", 2, false);             /* failed */
    add_run("two", "first,duration_s=9", 1, true); /* with --set */
    add_run("two", "third", 1, true);              /* of an older file */
    add_run("other", "first", 1, true);
    choose(NULL, text);
    CHECK_TEXT(text, "[first 1][policy.sample_pages=50 1]");
    choose("duration_s=9", text);
    CHECK_TEXT(text, "[first 1]");
    CHECK_EQ(results_close(db, &error), SIM_OK);
    unlink(path);
}

TEST_SUITE(run_chosen, TEST(chosen__statements_one_by_one),
           TEST(chosen__nothing_but_comments),
           TEST(chosen__finished_runs_as_the_file_or_the_sets_have_it))
