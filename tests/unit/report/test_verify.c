/* Points of an experiment against the runs of a database, in a home that the test makes. */
#include "ballast/report/verify.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ballast/config/home.h"
#include "ballast/results/results.h"
#include "tests/check.h"

#define HEAD                                                                                       \
    "point,metric,unit,paper,reading_error,tolerance,reason,kind,known_miss,repeats,source\n"
#define SQL "SELECT run_id, metric, value FROM chosen JOIN result USING (run_id) ORDER BY run_id;\n"

static char home[] = "/tmp/ballast-verify-XXXXXX";
static char db_path[80];
static double budget_s;
static struct sim_error error;

static void write_file(const char *name, const char *text)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", home, name);
    FILE *out = fopen(path, "w");
    if (CHECK(out != NULL)) {
        fputs(text, out);
        fclose(out);
    }
}

/* The configuration hash of the runs, so that they count as made from the present file. */
static uint64_t hash_of_first(void)
{
    struct config_file *file = NULL;
    struct experiment_config config;
    uint64_t hash = 0;
    CHECK_EQ(home_config_load("two", &file, &error), SIM_OK);
    if (CHECK_EQ(config_resolve(file, 0, NULL, 0, &config, &error), SIM_OK)) {
        hash = config_hash(&config);
        config_fini(&config);
    }
    config_file_free(file);
    return hash;
}

static uint64_t changed; /* not 0: the runs are of another configuration */

static void run_add(struct results *db, const char *variant, uint64_t seed, const double value[2])
{
    int64_t run_id;
    struct results_run run = {.experiment = "two",
                              .variant = variant,
                              .version = "test",
                              .seed = seed,
                              .config = "",
                              .config_hash = hash_of_first() + changed};
    CHECK_EQ(results_run_begin(db, &run, &run_id, &error), SIM_OK);
    results_result(db, run_id, "", "a", value[0], "MB", &error);
    results_result(db, run_id, "", "b", value[1], "MB", &error);
    CHECK_EQ(results_run_end(db, run_id, true, 1, 1, &error), SIM_OK);
}

/* An experiment `two` with these points, and a finished run of it for each value of `a` and `b`;
 * NaN: that run has no such value. */
static void home_make(const char *paper, const char *sql, const double (*values)[2], uint32_t runs)
{
    char path[200], presets[PATH_BYTES];
    struct results *db;
    strcpy(home + strlen(home) - 6, "XXXXXX");
    CHECK(mkdtemp(home) != NULL);
    snprintf(path, sizeof path, "%s/experiments", home);
    mkdir(path, 0777);
    snprintf(path, sizeof path, "%s/experiments/two", home);
    mkdir(path, 0777);
    snprintf(path, sizeof path, "%s/experiments/presets", home);
    CHECK_EQ(symlink(realpath("experiments/presets", presets), path), 0);
    snprintf(path, sizeof path, "%s/experiments/two/config.yaml", home);
    CHECK_EQ(symlink(realpath("tests/unit/config/two_variants.yaml", presets), path), 0);
    if (paper != NULL)
        write_file("experiments/two/paper.csv", paper);
    write_file("experiments/two/points.sql", sql);
    setenv("BALLAST_HOME", home, 1);

    snprintf(db_path, sizeof db_path, "%s/a.db", home);
    CHECK_EQ(results_open(db_path, RESULTS_WRITE, &db, &error), SIM_OK);
    run_add(db, "of another file", 1, (const double[]){1, 1}); /* is never used */
    for (uint32_t i = 0; i < runs; i++)
        run_add(db, "first", i + 1, values[i]);
    CHECK_EQ(results_close(db, &error), SIM_OK);
}

static void home_remove(void)
{
    char command[100];
    unsetenv("BALLAST_HOME");
    snprintf(command, sizeof command, "rm -r %s", home);
    CHECK_EQ(system(command), 0);
}

static int judge(struct verify *verify, const char *name)
{
    struct config_sets sets = {0};
    char *names[] = {(char *)name};
    error = (struct sim_error){0};
    struct verify_options options = {.db_path = db_path, .sets = &sets, .budget_s = budget_s};
    return verify_make(verify, &options, names, name != NULL, &error);
}

static void verify__means_over_runs_and_verdicts(void)
{
    struct verify verify;
    home_make(HEAD "a,m,MB,10,,+-1,why,predicted,,,s\nb,m,MB,10,,+-1,why,predicted,,,s\n"
                   "c,m,MB,1,,+-1,why,predicted,,,s\n",
              SQL, (const double[][2]){{10, 12}, {11, NAN}}, 2);
    CHECK_EQ(judge(&verify, "two"), SIM_OK);
    if (CHECK_EQ(verify.count, 3)) {
        CHECK_TEXT(verify.rows[0].figure, "two");
        CHECK_EQ(verify.rows[0].ours.count, 2);
        CHECK_NEAR(verify.rows[0].ours.mean, 10.5, 0);
        CHECK_EQ(verify.rows[0].verdict, COMPARE_PASS);
        CHECK_EQ(verify.rows[1].ours.count, 1); /* NULL is no value */
        CHECK_EQ(verify.rows[1].verdict, COMPARE_MISS);
        CHECK_EQ(verify.rows[2].verdict, COMPARE_NO_DATA);
    }
    CHECK_EQ(verify.verdicts[COMPARE_PASS], 1);
    CHECK_EQ(verify.verdicts[COMPARE_MISS], 1);
    CHECK_EQ(verify_status(&verify, &error), SIM_FAILED);
    CHECK_CONTAINS(error.text, "found 2 of 3");
    verify_fini(&verify);
    CHECK_EQ(judge(&verify, NULL), SIM_OK); /* all experiments: this one */
    CHECK_EQ(verify.count, 3);
    verify_fini(&verify);
    home_remove();
}

static void verify__known_misses_fail_nothing(void)
{
    struct verify verify;
    home_make(HEAD "a,m,MB,10,,+-1,why,predicted,Why,,s\nb,m,MB,10,,+-1,why,predicted,Why,,s\n",
              SQL, (const double[][2]){{10, 12}}, 1);
    CHECK_EQ(judge(&verify, "two"), SIM_OK);
    CHECK_EQ(verify.verdicts[COMPARE_KNOWN_MISS_PASSES], 1);
    CHECK_EQ(verify.verdicts[COMPARE_KNOWN_MISS], 1);
    CHECK_EQ(verify_status(&verify, &error), SIM_OK);
    verify_fini(&verify);
    home_remove();
}

static void verify__counts_each_kind_and_near_duplicates_once(void)
{
    struct verify verify;
    home_make(HEAD "a,m,MB,10,,+-1,why,predicted,,,s\nb,m,MB,10,,+-1,why,predicted,Why,a,s\n"
                   "c,m,MB,10,,+-1,why,predicted,,,s\nd,m,MB,10,,,,predicted,,,s\n"
                   "e,m,MB,10,,+-1,why,conditional,,,s\n",
              "SELECT run_id, metric, value FROM chosen JOIN result USING (run_id);\n"
              "SELECT run_id, column1, 10 FROM chosen, (VALUES ('d'), ('e'));\n",
              (const double[][2]){{10, 12}}, 1);
    CHECK_EQ(judge(&verify, "two"), SIM_OK);
    const uint32_t *predicted = verify.kinds[COMPARE_PREDICTED];
    CHECK_EQ(predicted[COMPARE_PASS], 1);
    CHECK_EQ(predicted[COMPARE_KNOWN_MISS], 1);
    CHECK_EQ(predicted[COMPARE_NO_DATA], 1);
    CHECK_EQ(predicted[COMPARE_SHOWN], 1);
    CHECK_EQ(verify.kinds[COMPARE_CONDITIONAL][COMPARE_PASS], 1);
    CHECK_EQ(verify.independent[COMPARE_PASS], 1);
    CHECK_EQ(verify.independent[COMPARE_KNOWN_MISS], 0); /* b repeats a */
    CHECK_EQ(verify.independent[COMPARE_NO_DATA], 1);
    verify_fini(&verify);
    home_remove();
}

static void verify__a_query_must_give_points(void)
{
    struct verify verify;
    static const struct {
        const char *sql, *message;
    } wrong[] = {
        {"SELECT run_id, 'balloon', 1 FROM chosen;\n",
         "points.sql: expected the name of a point of paper.csv, found 'balloon' (did you mean "
         "'baloon'?)"},
        {"SELECT run_id, 'baloon' FROM chosen;\n",
         "points.sql: expected three columns (run, point, value), found 2"},
    };
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        home_make(HEAD "baloon,m,MB,10,,+-1,why,predicted,,,s\n", wrong[i].sql,
                  (const double[][2]){{1, 1}}, 1);
        CHECK_EQ(judge(&verify, "two"), SIM_BAD_DATA);
        CHECK_CONTAINS(error.text, wrong[i].message);
        verify_fini(&verify);
        home_remove();
    }
}

static void verify__what_is_named_must_be_there(void)
{
    struct verify verify;
    home_make(HEAD "a,m,MB,10,,+-1,why,predicted,,,s\n", SQL, NULL, 0);
    CHECK_EQ(judge(&verify, "two"), SIM_USAGE);
    CHECK_CONTAINS(error.text,
                   "a.db: expected a finished run of two, found none; `ballast run two`");
    verify_fini(&verify);
    CHECK_EQ(judge(&verify, NULL), SIM_USAGE);
    CHECK_CONTAINS(error.text, "expected a finished run of an experiment that has points");
    verify_fini(&verify);
    CHECK_EQ(judge(&verify, "tow"), SIM_USAGE);
    CHECK_CONTAINS(error.text, "found 'tow' (did you mean 'two'?)");
    verify_fini(&verify);
    home_remove();
    home_make(NULL, SQL, (const double[][2]){{1, 1}}, 1);
    CHECK_EQ(judge(&verify, "two"), SIM_USAGE);
    CHECK_CONTAINS(error.text, "expect.csv: expected the expectations to compare two with");
    verify_fini(&verify);
    home_remove();
}

/* Such as those of a copy of the experiment that kept its name. */
static void verify__judges_no_run_of_another_configuration(void)
{
    struct verify verify;
    struct results *db;
    changed = 1;
    home_make(HEAD "a,m,MB,10,,+-1,why,predicted,,,s\nb,m,MB,1,,+-1,why,predicted,,,s\n", SQL,
              (const double[][2]){{10, 12}}, 1);
    changed = 0;
    CHECK_EQ(judge(&verify, "two"), SIM_USAGE);
    CHECK_CONTAINS(error.text, "a.db: expected a finished run of two, found none; `ballast run");
    verify_fini(&verify);
    CHECK_EQ(results_open(db_path, RESULTS_WRITE, &db, &error), SIM_OK);
    run_add(db, "first", 1, (const double[]){20, 1});
    CHECK_EQ(results_close(db, &error), SIM_OK);
    CHECK_EQ(judge(&verify, "two"), SIM_OK);
    CHECK_TEXT(error.text, "");
    CHECK_EQ(verify.rows[0].ours.count, 1);
    CHECK_NEAR(verify.rows[0].ours.mean, 20, 0);
    verify_fini(&verify);
    home_remove();
}

static void verify__names_what_the_budget_leaves(void)
{
    struct verify verify;
    home_make(HEAD "a,m,MB,10,,+-1,why,predicted,,,s\nb,m,MB,12,,+-1,why,predicted,,,s\n", SQL,
              (const double[][2]){{10, 12}}, 1);
    write_file("experiments/two/expect.csv", "metric,expect\ntime_in_low_pct,<1\n");
    budget_s = 1e-9;
    CHECK_EQ(judge(&verify, "two"), SIM_OK);
    CHECK_EQ(verify.count, 0); /* no half of an experiment */
    if (CHECK_EQ(verify.left_count, 1))
        CHECK_TEXT(verify.left[0], "two");
    CHECK_EQ(verify_status(&verify, &error), SIM_FAILED);
    CHECK_CONTAINS(error.text, "found 1 not judged within 1e-09 s, the first of them two");
    verify_fini(&verify);
    budget_s = 1000;
    CHECK_EQ(judge(&verify, "two"), SIM_OK);
    CHECK_EQ(verify.count, 4); /* the points, and the expectation of two variants */
    CHECK_EQ(verify.left_count, 0);
    verify_fini(&verify);
    budget_s = 0;
    home_remove();
}

TEST_SUITE(report_verify, TEST(verify__means_over_runs_and_verdicts),
           TEST(verify__known_misses_fail_nothing),
           TEST(verify__counts_each_kind_and_near_duplicates_once),
           TEST(verify__a_query_must_give_points), TEST(verify__what_is_named_must_be_there),
           TEST(verify__judges_no_run_of_another_configuration),
           TEST(verify__names_what_the_budget_leaves))
