/* Which run is explained. */
#include "ballast/explain/run.h"

#include "tests/check.h"

static struct sim_error error;
static struct results *db;
static const struct config_sets no_sets;

/* A finished run of the experiment `two` in tests/unit/config/two_variants.yaml. */
static int64_t run_add(const char *experiment, const char *variant, uint64_t seed,
                       const char *governor)
{
    int64_t run_id = 0;
    struct results_run run = {.experiment = experiment,
                              .variant = variant,
                              .version = "test",
                              .governor = governor,
                              .seed = seed,
                              .config = ""};
    CHECK_EQ(results_run_begin(db, &run, &run_id, &error), SIM_OK);
    CHECK_EQ(results_run_end(db, run_id, true, 10, 1, &error), SIM_OK);
    return run_id;
}

static void begin(void)
{
    CHECK_EQ(results_open("memory", RESULTS_MEMORY, &db, &error), SIM_OK);
}

static void end(void)
{
    results_close(db, NULL);
}

static void check_found(const struct explain_ask *ask, int64_t expected)
{
    struct explain_run run;
    CHECK_EQ(explain_run_find(&run, db, ask, &error), SIM_OK);
    CHECK_EQ(run.run_id, expected);
    explain_run_fini(&run);
}

static void check_refused(const struct explain_ask *ask, const char *expected)
{
    struct explain_run run;
    CHECK_EQ(explain_run_find(&run, db, ask, &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, expected);
    explain_run_fini(&run);
}

static void explain_run__without_a_name_the_last(void)
{
    const uint64_t one = 1;
    struct explain_ask ask = {.db_path = "a.db", .sets = &no_sets};
    begin();
    check_refused(&ask, "a.db: expected a finished run, found none; `ballast run EXPERIMENT`");
    run_add("other", "", 1, "esx");
    int64_t first = run_add("two", "a", 1, "esx");
    int64_t second = run_add("two", "b", 2, "esx");
    check_found(&ask, second);
    ask.part.seed = &one;
    check_found(&ask, first);
    ask.part = (struct chosen_part){.variant = "c"};
    check_refused(&ask, "--variant: expected one of the runs of two (a, b), found 'c'");
    end();
}

static void explain_run__a_refusal_goes_first(void)
{
    struct explain_ask ask = {.db_path = "a.db", .sets = &no_sets, .refused_vm = "late"};
    begin();
    int64_t refused = run_add("two", "a", 1, "esx");
    run_add("two", "b", 1, "esx");
    results_event(db, refused, 3, "late", "refused", "", &error);
    check_found(&ask, refused);
    end();
}

static void explain_run__of_a_name_the_smallest_seed(void)
{
    const struct explain_ask ask = {
        .db_path = "a.db", .sets = &no_sets, .name = "tests/unit/config/two_variants.yaml"};
    begin();
    check_refused(&ask, "expected a finished run of tests/unit/config/two_variants.yaml");
    run_add("two", "first", 9, "esx");
    int64_t smallest = run_add("two", "policy.sample_pages=50", 3, "esx");
    run_add("two", "first", 10, "esx");
    check_found(&ask, smallest);
    end();
}

static void explain_run__its_governor_and_parameters(void)
{
    const struct explain_ask ask = {.db_path = "a.db", .sets = &no_sets};
    struct explain_run run;
    begin();
    run_add("two", "", 1, "static");
    CHECK_EQ(explain_run_find(&run, db, &ask, &error), SIM_OK);
    CHECK(run.table == mp_governor_find("static"));
    explain_run_fini(&run);
    run_add("two", "", 1, "gone");
    CHECK_EQ(explain_run_find(&run, db, &ask, &error), SIM_OK);
    CHECK(run.table == NULL);
    CHECK_CONTAINS(run.no_table, "the governor gone is no member of this program; name the");
    explain_run_fini(&run);
    end();
}

/* The file's governor is another one than that of the run. */
static void explain_run__a_governor_that_the_file_does_not_name(void)
{
    const struct explain_ask ask = {
        .db_path = "a.db", .sets = &no_sets, .name = "tests/unit/config/two_variants.yaml"};
    struct explain_run run;
    begin();
    run_add("two", "first", 1, "gone");
    CHECK_EQ(explain_run_find(&run, db, &ask, &error), SIM_OK);
    CHECK(run.table == NULL);
    CHECK_CONTAINS(run.no_table,
                   "the governor gone of the run is not that of the experiment's file");
    explain_run_fini(&run);
    end();
}

TEST_SUITE(explain_run, TEST(explain_run__without_a_name_the_last),
           TEST(explain_run__a_refusal_goes_first), TEST(explain_run__of_a_name_the_smallest_seed),
           TEST(explain_run__its_governor_and_parameters),
           TEST(explain_run__a_governor_that_the_file_does_not_name))
