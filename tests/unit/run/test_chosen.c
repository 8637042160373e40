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
static void choose(const char *set, char *text, char notes[600])
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
    struct chosen_stale stale_runs = {0};
    CHECK_EQ(chosen_make(db, file, &sets, &count, &stale_runs, &error), SIM_OK);
    chosen_note_stale(&stale_runs);
    stale_runs.experiments++;
    strcat(stale_runs.names, ", other");
    chosen_note_stale(&stale_runs);
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
    notes[fread(notes, 1, 599, file_of_notes)] = '\0';
    fclose(file_of_notes);
}

static void chosen__finished_runs_as_the_file_or_the_sets_have_it(void)
{
    char path[] = "/tmp/ballast-chosen-XXXXXX", text[200], notes[600];
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
    CHECK_CONTAINS(notes, "note: 2 of 2 runs of these experiments were made with another");
    CHECK_CONTAINS(notes, "`ballast sweep NAME` makes them anew: two, other\n");
    choose("duration_s=9", text, notes);
    CHECK_TEXT(text, "[first 1]");
    CHECK_EQ(results_close(db, &error), SIM_OK);
    unlink(path);
}

static void open_new(char path[40])
{
    strcpy(path, "/tmp/ballast-chosen-XXXXXX");
    close(mkstemp(path));
    unlink(path);
    CHECK_EQ(results_open(path, RESULTS_WRITE, &db, &error), SIM_OK);
}

static void check_chosen(const char *expected)
{
    char text[200] = "";
    CHECK_EQ(results_query(db, "SELECT variant, seed FROM chosen ORDER BY run_id", NULL, 0,
                           take_row, text, &error),
             SIM_OK);
    CHECK_TEXT(text, expected);
}

static void chosen_all__takes_what_the_database_holds(void)
{
    char path[40];
    uint32_t count = 9;
    open_new(path);
    add_run("it's", "tax=0", 1, true);
    add_run("it's", "alone=web", 1, true);
    add_run("it's", "tax=0,alone=web", 1, true);
    add_run("it's", "standalone=1", 1, true);
    add_run("it's", "tax=0", 2, false);
    add_run("other", "tax=0", 1, true);
    CHECK_EQ(chosen_all(db, "it's", &count, &error), SIM_OK);
    CHECK_EQ(count, 2);
    check_chosen("[tax=0 1][standalone=1 1]");
    CHECK_EQ(chosen_all(db, "none", &count, &error), SIM_OK);
    CHECK_EQ(count, 0);
    CHECK_EQ(results_close(db, &error), SIM_OK);
    unlink(path);
}

/* Three configurations under one name: of the file as it is, and two others. */
static void add_configured(uint64_t hash, uint64_t seed)
{
    int64_t run_id;
    struct results_run run = {.experiment = "two",
                              .variant = "first",
                              .version = "test",
                              .seed = seed,
                              .config = "",
                              .config_hash = hash};
    CHECK_EQ(results_run_begin(db, &run, &run_id, &error), SIM_OK);
    CHECK_EQ(results_run_end(db, run_id, true, 1, 1, &error), SIM_OK);
}

/* What the file's variants choose, and how many are stale; `left_out`: stale ones are. */
static void check_made(const struct config_file *file, bool left_out, const char *expected,
                       uint32_t stale)
{
    static const struct config_sets no_sets;
    struct chosen_stale found = {.is_left_out = left_out};
    uint32_t count;
    CHECK_EQ(chosen_make(db, file, &no_sets, &count, &found, &error), SIM_OK);
    CHECK_EQ(found.stale, stale);
    check_chosen(expected);
}

static void chosen__of_several_configurations_takes_one(void)
{
    static const struct config_sets no_sets;
    struct config_file *file = NULL;
    struct experiment_config config;
    char path[40];
    uint32_t count;
    open_new(path);
    CHECK_EQ(config_file_load("tests/unit/config/two_variants.yaml", "experiments/presets", &file,
                              &error),
             SIM_OK);
    CHECK_EQ(config_resolve(file, 0, no_sets.at, 0, &config, &error), SIM_OK);
    uint64_t hash = config_hash(&config);
    config_fini(&config);
    add_configured(hash + 1, 1);
    add_configured(hash + 2, 2);
    add_configured(hash + 2, 3);
    check_made(file, false, "[first 2][first 3]", 2); /* of the last one that ran */
    check_made(file, true, "", 2);
    add_configured(hash, 4);
    add_configured(hash + 1, 5);
    check_made(file, false, "[first 4]", 0);
    check_made(file, true, "[first 4]", 0);
    CHECK_EQ(chosen_all(db, "two", &count, &error), SIM_OK);
    CHECK_EQ(count, 2);
    check_chosen("[first 1][first 5]");
    config_file_free(file);
    CHECK_EQ(results_close(db, &error), SIM_OK);
    unlink(path);
}

static int narrow(const char *variant, const uint64_t *seed, uint32_t *count)
{
    struct chosen_part part = {variant, seed};
    CHECK_EQ(chosen_all(db, "two", count, &error), SIM_OK);
    return chosen_narrow(db, "two", &part, count, &error);
}

static void chosen_narrow__keeps_one_variant_and_one_seed(void)
{
    static const uint64_t one = 1, greatest = UINT64_MAX, none = 7;
    char path[40];
    uint32_t count;
    open_new(path);
    add_run("two", "first", 1, true);
    add_run("two", "first", UINT64_MAX, true);
    add_run("two", "se'cond", 1, true);
    CHECK_EQ(narrow(NULL, NULL, &count), SIM_OK);
    CHECK_EQ(count, 3);
    CHECK_EQ(narrow("first", NULL, &count), SIM_OK);
    check_chosen("[first 1][first 18446744073709551615]");
    CHECK_EQ(narrow(NULL, &one, &count), SIM_OK);
    check_chosen("[first 1][se'cond 1]");
    CHECK_EQ(narrow("first", &greatest, &count), SIM_OK);
    CHECK_EQ(count, 1);
    check_chosen("[first 18446744073709551615]");
    CHECK_EQ(narrow("frist", NULL, &count), SIM_USAGE);
    CHECK_TEXT(error.text, "--variant: expected one of the runs of two (first, se'cond), found "
                           "'frist' (did you mean 'first'?)");
    CHECK_EQ(narrow("se'cond", &none, &count), SIM_USAGE);
    CHECK_TEXT(error.text, "--seed: expected one of the runs of two (1), found '7'");
    CHECK_EQ(results_close(db, &error), SIM_OK);
    unlink(path);
}

static void chosen_narrow__says_where_there_are_no_variants_or_very_many(void)
{
    char path[40], name[40];
    uint32_t count;
    open_new(path);
    add_run("two", "", 1, true);
    CHECK_EQ(narrow("first", NULL, &count), SIM_USAGE);
    CHECK_TEXT(error.text,
               "--variant: expected none, as the runs of two have no variants, found 'first'");
    for (unsigned i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "a rather long name of number %u", i);
        add_run("two", name, 1, true);
    }
    CHECK_EQ(narrow("a rather long name of numbe 99", NULL, &count), SIM_USAGE);
    CHECK_CONTAINS(error.text, "...), found 'a rather long name of numbe 99' (did you mean 'a ");
    CHECK_EQ(results_close(db, &error), SIM_OK);
    unlink(path);
}

static bool take_plan(void *context, const struct results_value *values, uint32_t count)
{
    char *text = context;
    snprintf(text, 200, "%s", count == 4 ? values[3].text : "");
    return false; /* the outer loop comes first */
}

static void check_plan(void)
{
    char plan[200] = "";
    CHECK_EQ(results_query(db,
                           "EXPLAIN QUERY PLAN SELECT run_id, avg(value) FROM chosen JOIN series"
                           " USING (run_id) WHERE metric = 'alloc_mb' AND vm = 'a' AND t_s > 5"
                           " GROUP BY run_id, vm",
                           NULL, 0, take_plan, plan, &error),
             SIM_OK);
    CHECK_TEXT(plan, "SCAN chosen");
}

/* A query that walks all of `series` for a few runs takes ten times as long. */
static void chosen__queries_walk_the_samples_of_the_chosen_runs_alone(void)
{
    char path[40], text[200], notes[600];
    uint32_t count;
    open_new(path);
    add_run("two", "first", 1, true);
    CHECK_EQ(results_close(db, &error), SIM_OK); /* makes the indexes */
    CHECK_EQ(results_open(path, RESULTS_READ, &db, &error), SIM_OK);
    choose(NULL, text, notes);
    check_plan();
    CHECK_EQ(chosen_all(db, "two", &count, &error), SIM_OK);
    check_plan();
    CHECK_EQ(results_close(db, &error), SIM_OK);
    unlink(path);
}

TEST_SUITE(run_chosen, TEST(chosen_all__takes_what_the_database_holds),
           TEST(chosen__of_several_configurations_takes_one),
           TEST(chosen_narrow__keeps_one_variant_and_one_seed),
           TEST(chosen_narrow__says_where_there_are_no_variants_or_very_many),
           TEST(chosen__finished_runs_as_the_file_or_the_sets_have_it),
           TEST(chosen__queries_walk_the_samples_of_the_chosen_runs_alone))
