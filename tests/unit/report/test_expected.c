/* Expectations of an own experiment against the runs of a database in memory. */
#include "ballast/report/expected.h"

#include <stdlib.h>
#include <unistd.h>

#include "ballast/config/home.h"
#include "ballast/run/chosen.h"
#include "tests/check.h"

#define HEAD "name,metric,vm,statistic,variant,expect,reason\n"

static struct sim_error error;
static struct results *db;
static struct config_file *file;
static struct chosen_stale *left_out; /* NULL: runs count whatever they were made from */

/* One finished run of `two` whose free_mb goes from `first` to `last` in two samples. */
static void run_add(const char *variant, uint64_t seed, double first, double last)
{
    int64_t id;
    struct results_run run = {
        .experiment = "two", .variant = variant, .version = "test", .seed = seed, .config = ""};
    CHECK_EQ(results_run_begin(db, &run, &id, &error), SIM_OK);
    results_param(db, id, "policy.idle_tax", "0.75", &error);
    results_series(db, id, 1, "", "free_mb", first, &error);
    results_series(db, id, 2, "", "free_mb", last, &error);
    results_series(db, id, 1, "a", "alloc_mb", first, &error);
    results_result(db, id, "", "time_in_low_pct", last, "%", &error);
    CHECK_EQ(results_run_end(db, id, true, 1, 1, &error), SIM_OK);
}

static void begin(void)
{
    CHECK_EQ(results_open("test", RESULTS_MEMORY, &db, &error), SIM_OK);
    CHECK_EQ(home_config_load("tests/unit/config/two_variants.yaml", &file, &error), SIM_OK);
}

static void end(void)
{
    config_file_free(file);
    CHECK_EQ(results_close(db, &error), SIM_OK);
}

static int judge(struct verify *verify, const char *text)
{
    struct config_sets sets = {0};
    char path[] = "/tmp/ballast-expected-XXXXXX";
    FILE *out = fdopen(mkstemp(path), "w");
    uint32_t runs = 0, chosen;
    CHECK(out != NULL);
    CHECK_EQ(chosen_make(db, file, &sets, &chosen, left_out, &error), SIM_OK);
    fputs(text, out);
    fclose(out);
    *verify = (struct verify){0};
    error = (struct sim_error){0};
    int status = expected_judge(verify, db, file, &sets, path, &runs, &error);
    unlink(path);
    return status;
}

static void expected__statistics_of_every_variant_of_the_file(void)
{
    struct verify verify;
    begin();
    run_add("first", 1, 10, 20);
    run_add("policy.sample_pages=50", 1, 40, 30);
    CHECK_EQ(judge(&verify, HEAD "mean,free_mb,,mean,,14..16,\n"
                                 "least,free_mb,,least,first,10 +-0,\n"
                                 "peak,free_mb,,peak,first,20 +-0,\n"
                                 "last,free_mb,,last,policy.sample_pages=50,30 +-0,\n"
                                 "end,time_in_low_pct,,,first,20 +-0,\n"
                                 "vm,alloc_mb,a,,first,10 +-0,why\n"),
             SIM_OK);
    if (CHECK_EQ(verify.count, 7)) {
        CHECK_TEXT(verify.rows[0].point.point, "mean, first");
        CHECK_NEAR(verify.rows[0].ours.mean, 15, 0);
        CHECK_EQ(verify.rows[0].verdict, COMPARE_PASS);
        CHECK_TEXT(verify.rows[1].point.point, "mean, policy.sample_pages=50");
        CHECK_NEAR(verify.rows[1].ours.mean, 35, 0);
        CHECK_EQ(verify.rows[1].verdict, COMPARE_MISS);
        for (uint32_t i = 2; i < 7; i++)
            CHECK_EQ(verify.rows[i].verdict, COMPARE_PASS);
        CHECK_TEXT(verify.rows[6].figure, "two");
        CHECK_TEXT(verify.rows[6].expected, "10 +-0");
        CHECK_TEXT(verify.rows[6].point.reason, "why");
        CHECK_EQ(verify.rows[6].point.kind, COMPARE_EXPECTED);
    }
    CHECK_EQ(verify.kinds[COMPARE_EXPECTED][COMPARE_MISS], 1);
    CHECK_EQ(verify_status(&verify, &error), SIM_FAILED);
    verify_fini(&verify);
    end();
}

static void expected__noise_lets_no_value_pass(void)
{
    struct verify verify;
    begin();
    run_add("first", 1, 10, 10);
    run_add("first", 2, 20, 20);
    CHECK_EQ(judge(&verify, HEAD ",free_mb,,,first,16..17,\n,free_mb,,,first,15..17,\n"), SIM_OK);
    if (CHECK_EQ(verify.count, 2)) {
        CHECK_NEAR(verify.rows[0].ours.half, 63.5, 0.1);
        CHECK_EQ(verify.rows[0].verdict, COMPARE_MISS);
        CHECK_EQ(verify.rows[1].verdict, COMPARE_PASS);
    }
    verify_fini(&verify);
    end();
}

static void expected__order_of_two_variants_and_of_swept_ones(void)
{
    struct verify verify;
    begin();
    run_add("first", 1, 10, 10);
    run_add("policy.sample_pages=50", 1, 12, 12);
    run_add("first,policy.idle_tax=0.5", 1, 8, 8);
    run_add("first,policy.idle_tax=0.25", 2, 8, 8);
    CHECK_EQ(judge(&verify, HEAD ",free_mb,,,,first < policy.sample_pages=50,\n"
                                 ",free_mb,,,,first > policy.sample_pages=50,\n"
                                 ",free_mb,,,,\"first,policy.idle_tax=0.5 < first\",\n"
                                 ",free_mb,,,,\"first,policy.idle_tax=0.25 < first\",\n"
                                 ",free_mb,,,,\"first,policy.idle_tax=0.1 < first\",\n"),
             SIM_OK);
    if (CHECK_EQ(verify.count, 5)) {
        CHECK_EQ(verify.rows[0].verdict, COMPARE_PASS);
        CHECK_NEAR(verify.rows[0].ours.mean, 2, 0);
        CHECK_EQ(verify.rows[1].verdict, COMPARE_MISS);
        CHECK_EQ(verify.rows[2].verdict, COMPARE_PASS);
        CHECK_EQ(verify.rows[3].verdict, COMPARE_NO_DATA);
        CHECK_CONTAINS(verify.rows[3].note, "no seed in common");
        CHECK_EQ(verify.rows[4].verdict, COMPARE_NO_DATA);
    }
    verify_fini(&verify);
    end();
}

static void expected__along_a_key_each_variant_for_itself(void)
{
    struct verify verify;
    begin();
    run_add("first", 1, 10, 10); /* its tax is 0.75 */
    run_add("first,policy.idle_tax=0.5", 1, 8, 8);
    run_add("first,policy.idle_tax=0.25", 1, 9, 9);
    run_add("first,duration_s=5,policy.idle_tax=0.9", 1, 1, 1); /* differs in more */
    run_add("first,alone=a,policy.idle_tax=0.9", 1, 1, 1);
    run_add("policy.sample_pages=50,policy.idle_tax=0.5", 1, 5, 5);
    run_add("policy.idle_tax=0.6,policy.sample_pages=50", 1, 6, 6);
    CHECK_EQ(judge(&verify, HEAD "up,free_mb,,,,increasing along policy.idle_tax,\n"
                                 "one,free_mb,,,first,decreasing along policy.sample_pages,\n"
                                 "all,free_mb,,,,increasing along policy.sample_pages,\n"),
             SIM_OK);
    if (CHECK_EQ(verify.count, 5)) {
        CHECK_TEXT(verify.rows[0].point.point, "up, first");
        CHECK_EQ(verify.rows[0].verdict, COMPARE_MISS);
        CHECK_TEXT(verify.rows[0].note, "falls from policy.idle_tax=0.25 to 0.5");
        CHECK_NEAR(verify.rows[0].ours.mean, 1, 0); /* from 0.25 to 0.75 */
        CHECK_EQ(verify.rows[1].verdict, COMPARE_PASS);
        CHECK_NEAR(verify.rows[1].ours.mean, 1, 0);
        CHECK_EQ(verify.rows[2].verdict, COMPARE_NO_DATA);
        CHECK_CONTAINS(verify.rows[2].note, "`ballast sweep --vary policy.sample_pages=...`");
        CHECK_TEXT(verify.rows[3].point.point, "all, first");
        CHECK_TEXT(verify.rows[4].point.point, "all"); /* the variant is its value of the key */
    }
    verify_fini(&verify);
    end();
}

static void expected__names_must_be_those_of_the_experiment(void)
{
    static const struct {
        const char *text, *message;
    } wrong[] = {
        {HEAD ",alloc_mb,b,,,<1,\n", ":2: expected a VM of the experiment, found 'b'"},
        {HEAD ",free_mb,,,frist,<1,\n", "found 'frist' (did you mean 'first'?)"},
        {HEAD ",free_mb,,,,first < secnd,\n", ":2: expected a variant of the experiment"},
        {HEAD ",free_mb,,,\"first,policy.idle_txa=1\",<1,\n", "did you mean"},
        {HEAD ",free_mb,,,,increasing along policy.idle_txa,\n",
         ":2: expected a key of `ballast params`, found 'policy.idle_txa' (did you mean "
         "'policy.idle_tax'?)"},
        {HEAD ",free_mb,,,,increasing along policy.governor,\n", "a key whose values are numbers"},
    };
    begin();
    run_add("first", 1, 10, 10);
    run_add("first,policy.governor=esx", 1, 10, 10);
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct verify verify;
        CHECK_EQ(judge(&verify, wrong[i].text), SIM_BAD_DATA);
        CHECK_CONTAINS(error.text, wrong[i].message);
        verify_fini(&verify);
    }
    end();
}

static void expected__a_run_of_another_configuration_does_not_count(void)
{
    struct verify verify;
    struct chosen_stale stale = {.is_left_out = true};
    begin();
    run_add("first", 1, 10, 20); /* no run here has the hash of the file */
    run_add("first,policy.idle_tax=0.5", 1, 10,
            20); /* the file does not say what its hash would be */
    left_out = &stale;
    CHECK_EQ(judge(&verify,
                   HEAD "a,free_mb,,,\"first,policy.idle_tax=0.5\",>0,\nb,free_mb,,,first,>0,\n"),
             SIM_OK);
    CHECK_TEXT(error.text, "");
    if (CHECK_EQ(verify.count, 2)) {
        CHECK_EQ(verify.rows[0].verdict, COMPARE_PASS);
        CHECK_EQ(verify.rows[1].verdict, COMPARE_NO_DATA);
    }
    left_out = NULL;
    verify_fini(&verify);
    end();
}

static void expected__no_run_no_row(void)
{
    struct verify verify;
    begin();
    CHECK_EQ(judge(&verify, HEAD ",free_mb,,,,<1,\n"), SIM_OK);
    CHECK_EQ(verify.count, 0);
    verify_fini(&verify);
    end();
}

TEST_SUITE(report_expected, TEST(expected__statistics_of_every_variant_of_the_file),
           TEST(expected__noise_lets_no_value_pass),
           TEST(expected__order_of_two_variants_and_of_swept_ones),
           TEST(expected__along_a_key_each_variant_for_itself),
           TEST(expected__names_must_be_those_of_the_experiment),
           TEST(expected__a_run_of_another_configuration_does_not_count),
           TEST(expected__no_run_no_row))
