/* The choice of runs. */
#include <stdlib.h>
#include <unistd.h>

#include "ballast/run/chosen.h"
#include "tests/check.h"

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

/* "variant seed" of the chosen runs; `notes` is what goes to standard error. */
static void choose(const char *set, char *text, char notes[300])
{
    FILE *file_of_notes = tmpfile();
    fflush(stderr);
    int before = dup(STDERR_FILENO);
    dup2(fileno(file_of_notes), STDERR_FILENO);
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
    char stale[200] = "";
    CHECK_EQ(results_query(db, "SELECT min(stale), max(stale) FROM chosen", NULL, 0, take_row,
                           stale, &error),
             SIM_OK);
    CHECK_TEXT(stale, "[1 1]"); /* no run here has the hash of the file */
    config_file_free(file);
    fflush(stderr);
    dup2(before, STDERR_FILENO);
    close(before);
    rewind(file_of_notes);
    notes[fread(notes, 1, 299, file_of_notes)] = '\0';
    fclose(file_of_notes);
}

static void chosen__finished_runs_as_the_file_or_the_sets_have_it(void)
{
    char path[] = "/tmp/ballast-chosen-XXXXXX", text[200], notes[300];
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
    choose(NULL, text, notes);
    CHECK_TEXT(text, "[first 1][policy.sample_pages=50 1]");
    CHECK_CONTAINS(notes, "note: 2 of 2 runs of two were made with another configuration or");
    choose("duration_s=9", text, notes);
    CHECK_TEXT(text, "[first 1]");
    CHECK_EQ(results_close(db, &error), SIM_OK);
    unlink(path);
}

TEST_SUITE(run_chosen, TEST(chosen__finished_runs_as_the_file_or_the_sets_have_it))
