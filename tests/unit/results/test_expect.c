/* Rows of expect.csv, and the judging of orders and slopes. */
#include "ballast/results/expect.h"

#include <stdlib.h>
#include <unistd.h>

#include "tests/check.h"

#define HEAD "name,metric,vm,statistic,variant,expect,reason\n"

static struct sim_memory memory;
static struct sim_error error;
static struct expect *expects;
static uint32_t count;

static int read_text(const char *text)
{
    char path[] = "/tmp/ballast-expect-XXXXXX";
    FILE *out = fdopen(mkstemp(path), "w");
    CHECK(out != NULL);
    fputs(text, out);
    fclose(out);
    error = (struct sim_error){0};
    int status = expect_read(path, &memory, &expects, &count, &error);
    unlink(path);
    return status;
}

static void expect_read__values_slopes_and_orders(void)
{
    CHECK_EQ(read_text(HEAD "a,alloc_mb,web,peak,x,24 +-5%,why\n"
                            ",alloc_mb,web,,,95..108,\n"
                            ",time_in_low_pct,,,,<=1,\n"
                            ",swap_in_mb,web,result,,>0.5,\n"
                            ",free_mb,,least,,increasing along policy.idle_tax,\n"
                            ",free_mb,,,,decreasing along machine.memory_mb,\n"
                            ",free_mb,,,,a < b=1,\n"
                            ",free_mb,,,,a > b=1,\n"),
             SIM_OK);
    if (CHECK_EQ(count, 8)) {
        CHECK_TEXT(expects[0].name, "a");
        CHECK_EQ(expects[0].statistic, EXPECT_PEAK);
        CHECK_TEXT(expects[0].variant, "x");
        CHECK_TEXT(expects[0].text, "24 +-5%");
        CHECK_TEXT(expects[0].reason, "why");
        CHECK_NEAR(expects[0].value, 24, 0);
        CHECK_EQ(expects[0].tolerance.bound, COMPARE_PERCENT);
        CHECK_EQ(expects[0].line, 2);
        CHECK_TEXT(expects[1].name, "mean alloc_mb of web");
        CHECK(isnan(expects[1].value) && expects[1].tolerance.bound == COMPARE_RANGE);
        CHECK_TEXT(expects[2].name, "time_in_low_pct");
        CHECK_EQ(expects[2].statistic, EXPECT_RESULT);
        CHECK_EQ(expects[2].tolerance.bound, COMPARE_ATMOST);
        CHECK_EQ(expects[3].tolerance.bound, COMPARE_ABOVE);
        CHECK(expects[4].form == EXPECT_ALONG && !expects[4].falls);
        CHECK_TEXT(expects[4].key, "policy.idle_tax");
        CHECK(expects[5].form == EXPECT_ALONG && expects[5].falls);
        CHECK_EQ(expects[6].form, EXPECT_ORDER);
        CHECK_TEXT(expects[6].less, "a");
        CHECK_TEXT(expects[6].more, "b=1");
        CHECK_TEXT(expects[7].less, "b=1");
        CHECK_TEXT(expects[7].more, "a");
    }
    sim_memory_free(&memory);
}

static void expect_read__columns_in_any_order_and_left_out(void)
{
    CHECK_EQ(read_text("# mine\nexpect,metric\n>=30,free_mb\n"), SIM_OK);
    if (CHECK_EQ(count, 1)) {
        CHECK_TEXT(expects[0].name, "mean free_mb");
        CHECK_TEXT(expects[0].variant, "");
        CHECK_EQ(expects[0].line, 3);
    }
    sim_memory_free(&memory);
}

static void expect_read__what_is_wrong_has_a_line(void)
{
    static const struct {
        const char *text, *message;
    } wrong[] = {
        {"metric,expected\nfree_mb,1\n", ":1: expected the columns name, metric, vm, statistic, "
                                         "variant, expect and reason, found 'expected' (did you "
                                         "mean 'expect'?)"},
        {"metric,metric,expect\nfree_mb,free_mb,<1\n", ":1: expected "},
        {"metric\nfree_mb\n", "expect"},
        {HEAD ",aloc_mb,web,,,<1,\n",
         ":2: metric: expected a metric of `ballast params --metrics`, "
         "found 'aloc_mb' (did you mean 'alloc_mb'?)"},
        {HEAD ",alloc_mb,web,mena,,<1,\n", "found 'mena' (did you mean 'mean'?)"},
        {HEAD ",alloc_mb,web,result,,<1,\n", ":2: statistic: expected mean, least, peak or last"},
        {HEAD ",time_in_low_pct,,mean,,<1,\n", ":2: statistic: expected result"},
        {HEAD ",alloc_mb,,,,<1,\n", ":2: vm: expected the name of a VM for this metric, found ''"},
        {HEAD ",free_mb,web,,,<1,\n", ":2: vm: expected nothing"},
        {HEAD "\n,free_mb,,,,about 5,\n", ":3: expect: expected 24 +-3,"},
        {HEAD ",free_mb,,,,+-5%,\n", ":2: expect: expected"},
        {HEAD ",free_mb,,,,,\n", ":2: expect: expected"},
        {HEAD ",free_mb,,,,increasing along ,\n", ":2: expect: expected"},
        {HEAD ",free_mb,,,,a < ,\n", ":2: expect: expected"},
        {HEAD ",free_mb,,,x,a < b,\n", ":2: variant: expected nothing beside an order"},
        {HEAD, "rows"},
    };
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_EQ(read_text(wrong[i].text), SIM_BAD_DATA);
        CHECK_CONTAINS(error.text, wrong[i].message);
        sim_memory_free(&memory);
    }
    char longest[400] = HEAD;
    memset(longest + strlen(longest), 'n', 200);
    strcat(longest, ",free_mb,,,,<1,\n");
    CHECK_EQ(read_text(longest), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, ":2: name: expected fewer than 200 bytes");
    sim_memory_free(&memory);
}

/* ---- Judging ----------------------------------------------------------------------------- */

static void expect_difference__is_paired_by_seed_and_replicate(void)
{
    const struct expect_run few[] = {{1, 0, 10}, {2, 0, 20}, {2, 1, 50}};
    const struct expect_run many[] = {{2, 0, 23}, {1, 0, 11}, {3, 0, 99}};
    struct expect_runs less = {few, 3}, more = {many, 3};
    struct compare_mean mean = expect_difference(&less, &more);
    CHECK_EQ(mean.count, 2);
    CHECK_NEAR(mean.mean, 2, 1e-12); /* 3 and 1 */
    CHECK_NEAR(mean.half, 12.7062, 1e-3);
    CHECK(!expect_is_above_zero(&mean));
    less.count = 0;
    CHECK_EQ(expect_difference(&less, &more).count, 0);
}

static void expect_is_above_zero__takes_the_whole_interval(void)
{
    struct compare_mean shown = {3, 2, 1.9, 1}, noise = {3, 2, 2, 1}, one = {1, 2, NAN, NAN};
    struct compare_mean equal = {1, 0, NAN, NAN}, none = {0, NAN, NAN, NAN};
    CHECK(expect_is_above_zero(&shown) && expect_is_above_zero(&one));
    CHECK(!expect_is_above_zero(&noise) && !expect_is_above_zero(&equal));
    CHECK(!expect_is_above_zero(&none));
}

/* Runs with the seeds 1 and 2 at each value of a key. */
static bool rises(const double (*values)[2], uint32_t keys, bool falls, int *step)
{
    struct expect_run runs[10][2];
    struct expect_runs at[10];
    struct compare_mean whole;
    for (uint32_t i = 0; i < keys; i++) {
        for (int seed = 0; seed < 2; seed++)
            runs[i][seed] = (struct expect_run){seed + 1, 0, values[i][seed]};
        at[i] = (struct expect_runs){runs[i], 2};
    }
    return expect_is_monotone(at, keys, falls, &whole, step);
}

static void expect_is_monotone__no_step_may_go_back(void)
{
    int step;
    CHECK(rises((const double[][2]){{1, 2}, {3, 4}, {5, 6.1}}, 3, false, &step));
    CHECK_EQ(step, -1);
    CHECK(!rises((const double[][2]){{1, 2}, {5, 6}, {4, 5}, {9, 10}}, 4, false, &step));
    CHECK_EQ(step, 1);
    CHECK(rises((const double[][2]){{9, 9}, {4, 4}}, 2, true, &step));
    CHECK(!rises((const double[][2]){{9, 9}, {4, 4}}, 2, false, &step));
    CHECK_EQ(step, 0);
    /* A step back within its interval is noise; a rise within its interval is none. */
    CHECK(rises((const double[][2]){{1, 2}, {5, 9}, {4, 9}, {9, 10}}, 4, false, &step));
    CHECK(!rises((const double[][2]){{1, 2}, {2, 2}}, 2, false, &step));
    CHECK_EQ(step, -1);
    CHECK(!rises((const double[][2]){{1, 2}}, 1, false, &step));
}

TEST_SUITE(results_expect, TEST(expect_read__values_slopes_and_orders),
           TEST(expect_read__columns_in_any_order_and_left_out),
           TEST(expect_read__what_is_wrong_has_a_line),
           TEST(expect_difference__is_paired_by_seed_and_replicate),
           TEST(expect_is_above_zero__takes_the_whole_interval),
           TEST(expect_is_monotone__no_step_may_go_back))
