/* Tolerances, means, verdicts, and the reading of paper.csv. */
#include <stdlib.h>
#include <unistd.h>

#include "ballast/results/compare.h"
#include "tests/check.h"

/* Whether our mean passes, with half an interval, a reading error and a deviation of one run. */
static bool passes(const char *text, double paper, struct compare_mean ours, double reading_error)
{
    struct compare_point point = {.paper = paper, .reading_error = reading_error};
    return compare_tolerance_parse(text, &point.tolerance) &&
           compare_judge(&point, &ours) == COMPARE_PASS;
}

static bool holds(const char *text, double paper, double ours)
{
    struct compare_mean one = {1, ours, NAN, NAN};
    return passes(text, paper, one, 0);
}

static void compare__each_kind_of_tolerance_at_its_edge(void)
{
    CHECK(holds("+-3", 179, 182) && holds("+-3", 179, 176));
    CHECK(!holds("+-3", 179, 182.1) && !holds("+-3", 179, 175.9));
    CHECK(holds("+-0", 69670, 69670) && !holds("+-0", 69670, 69671));
    CHECK(holds("+-5%", 200, 210) && !holds("+-5%", 200, 211));
    CHECK(holds("+-5%", -200, -210) && !holds("+-5%", -200, -211));
    CHECK(holds("95..108", 0, 95) && holds("95..108", 0, 108));
    CHECK(!holds("95..108", 0, 94.9) && !holds("95..108", 0, 108.1));
    CHECK(holds("0.5..1.5", 0, 1) && !holds("-2..-1", 0, 0));
    CHECK(holds("<116", 0, 115.9) && !holds("<116", 0, 116));
    CHECK(holds("<=116", 0, 116) && !holds("<=116", 0, 116.1));
    CHECK(holds(">=30", 0, 30) && !holds(">=30", 0, 29.9));
    CHECK(holds(">30", 0, 30.1) && !holds(">30", 0, 30));
}

static void compare__an_interval_has_to_overlap_the_tolerance(void)
{
    struct compare_mean high = {5, 12, 1, 9}, low = {5, 8, 1, 9};
    CHECK(passes("+-1", 10, high, 0) && passes("+-1", 10, low, 0)); /* they touch */
    CHECK(!passes("+-0.9", 10, high, 0) && !passes("+-0.9", 10, low, 0));
    CHECK(passes("+-10%", 10, high, 0) && !passes("+-9%", 10, high, 0));
    CHECK(passes("9..11", NAN, high, 0) && passes("9..11", NAN, low, 0));
    CHECK(!passes("9..10.9", NAN, high, 0) && !passes("9.1..11", NAN, low, 0));
    CHECK(passes("<11.1", NAN, high, 0) && !passes("<11", NAN, high, 0));
    CHECK(passes(">=9", NAN, low, 0) && !passes(">=9.1", NAN, low, 0));
}

static void compare__the_reading_error_widens_the_interval(void)
{
    struct compare_mean high = {5, 12, 1, 9}, one = {1, 12, NAN, NAN};
    CHECK(passes("+-0.5", 10, high, 0.5) && !passes("+-0.5", 10, high, 0.4));
    CHECK(passes("+-1", 10, one, 1) && !passes("+-1", 10, one, 0.9));
    CHECK(passes("<11", NAN, one, 1.1) && !passes("<11", NAN, one, 1));
}

static void compare__deviations_of_one_of_our_runs(void)
{
    struct compare_mean ours = {5, 12, 0.25, 1}, wide = {5, 12, 0.25, 0.5};
    CHECK(passes("+-2sd", 10, ours, 0) && !passes("+-1.7sd", 10, ours, 0));
    CHECK(!passes("+-2sd", 10, wide, 0) && passes("+-2sd", 10, wide, 0.75));
}

static void compare__other_texts_are_no_tolerance(void)
{
    static const char *const wrong[] = {"3",   "+-",   "+-x",  "+-3x", "+--3", "9..",
                                        "..9", "9..x", "9..8", "<",    ">",    ">=x",
                                        "<5%", "5%",   "+-2s", "+-sd", "+-nan"};
    struct compare_tolerance tolerance;
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (!CHECK(!compare_tolerance_parse(wrong[i], &tolerance)))
            printf("\n    '%s' was accepted", wrong[i]);
    }
}

static void compare__mean_and_students_interval(void)
{
    double values[] = {1, 2, 3, 4, 5};
    struct compare_mean five = compare_mean(values, 5);
    CHECK_NEAR(five.mean, 3, 1e-12);
    CHECK_NEAR(five.half, 1.963243, 1e-5); /* 2.776445 x sqrt(2.5 / 5) */
    CHECK_NEAR(five.deviation, 1.581139, 1e-5);
    struct compare_mean one = compare_mean(values, 1);
    CHECK_NEAR(one.mean, 1, 0);
    CHECK(isnan(one.half) && isnan(one.deviation));
    CHECK(isnan(compare_mean(values, 0).mean));
}

static void compare__verdicts(void)
{
    struct compare_point point = {.paper = 10, .tolerance_text = "+-1"};
    struct compare_mean near = {5, 10.5, 1, 1}, far = {5, 12.1, 1, 1}, none = {0, NAN, NAN, NAN};
    compare_tolerance_parse(point.tolerance_text, &point.tolerance);
    CHECK_EQ(compare_judge(&point, &near), COMPARE_PASS);
    CHECK_EQ(compare_judge(&point, &far), COMPARE_MISS);
    CHECK_EQ(compare_judge(&point, &none), COMPARE_NO_DATA);
    strcpy(point.known_miss, "Why");
    CHECK_EQ(compare_judge(&point, &far), COMPARE_KNOWN_MISS);
    CHECK_EQ(compare_judge(&point, &near), COMPARE_KNOWN_MISS_PASSES); /* judged anew */
    CHECK_EQ(compare_judge(&point, &none), COMPARE_NO_DATA);
    point.tolerance.bound = COMPARE_NONE;
    CHECK_EQ(compare_judge(&point, &near), COMPARE_SHOWN);
}

static void compare__deviations_need_two_runs(void)
{
    struct compare_point point = {.paper = 10, .tolerance_text = "+-2sd"};
    struct compare_mean one = {1, 13, NAN, NAN}, two = {2, 13, 0.5, 1};
    compare_tolerance_parse(point.tolerance_text, &point.tolerance);
    CHECK_EQ(compare_judge(&point, &one), COMPARE_SHOWN);
    CHECK_EQ(compare_judge(&point, &two), COMPARE_MISS);
}

/* ---- paper.csv --------------------------------------------------------------------------- */

#define HEAD                                                                                       \
    "point,metric,unit,paper,reading_error,tolerance,reason,kind,known_miss,repeats,source\n"

static struct compare_point *points;
static uint32_t count;
static struct sim_error error;

static int read_text(const char *text)
{
    char path[] = "/tmp/ballast-paper-XXXXXX";
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    FILE *out = fdopen(fd, "w");
    fputs(text, out);
    fclose(out);
    error.text[0] = '\0';
    int status = compare_points_read(path, &points, &count, &error);
    unlink(path);
    return status;
}

static void compare__reads_quoted_fields(void)
{
    if (!CHECK_EQ(read_text(HEAD "\"a, b\",m,MB,1.5,0.02,+-3,\"one run, ours\",predicted,,c,"
                                 "\"says \"\"so\"\", p. 4\"\n"
                                 "c,m,%,,,,,conditional,Why,,\n"),
                  SIM_OK))
        return;
    CHECK_EQ(count, 2);
    CHECK_TEXT(points[0].point, "a, b");
    CHECK_TEXT(points[0].source, "says \"so\", p. 4");
    CHECK_NEAR(points[0].paper, 1.5, 0);
    CHECK_NEAR(points[0].reading_error, 0.02, 0);
    CHECK_TEXT(points[0].reason, "one run, ours");
    CHECK_EQ(points[0].kind, COMPARE_PREDICTED);
    CHECK_TEXT(points[0].known_miss, "");
    CHECK_TEXT(points[0].repeats, "c");
    CHECK(isnan(points[1].paper));
    CHECK_NEAR(points[1].reading_error, 0, 0);
    CHECK_EQ(points[1].kind, COMPARE_CONDITIONAL);
    CHECK_TEXT(points[1].known_miss, "Why");
    free(points);
}

/* The rows are refused with this message. */
static void check_refused(const char *rows, const char *message)
{
    char text[1000];
    snprintf(text, sizeof text, "%s%s", HEAD, rows);
    CHECK_EQ(read_text(text), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, message);
}

static void compare__refuses_wrong_rows(void)
{
    check_refused("a,m,MB,x,,+-3,why,predicted,,,s\n", ":2: paper: expected a number, found 'x'");
    check_refused("a,m,MB,1,-1,+-3,why,predicted,,,s\n", ":2: reading_error: expected");
    check_refused("a,m,MB,1,,3,why,predicted,,,s\n", ":2: tolerance: expected");
    check_refused("a,m,MB,1,,+-3,why,guessed,,,s\n",
                  ":2: kind: expected predicted, conditional, calibrated");
    check_refused("a,m,MB,1,,+-3,why,predicted,,,s\nb,m\n", ":3: expected 11 columns, found 2");
    check_refused("", "");
    CHECK_EQ(read_text("point,metric\n"), SIM_BAD_DATA);
    CHECK_EQ(read_text("a,metric,unit,paper,reading_error,tolerance,reason,kind,known_miss,repeats,"
                       "source\n1,,,,,,,,,,\n"),
             SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, ":1: expected the column point, found 'a'");
    CHECK_EQ(compare_points_read("/nonexistent/paper.csv", &points, &count, &error), SIM_BAD_DATA);
}

static void compare__a_tolerance_has_a_reason(void)
{
    check_refused("a,m,MB,1,,,,predicted,,,s\nb,m,MB,1,,+-3,,predicted,,,s\n",
                  ":3: reason: expected why the tolerance is what it is, found ''");
}

static void compare__a_point_repeats_one_that_is_there(void)
{
    static const char expected[] = "repeats: expected another point of this file that repeats none";
    char message[200];
    snprintf(message, sizeof message, ":3: %s, found 'frist' (did you mean 'first'?)", expected);
    check_refused("first,m,MB,1,,,,predicted,,,s\nb,m,MB,1,,,,predicted,,frist,s\n", message);
    snprintf(message, sizeof message, ":2: %s, found 'a'", expected);
    check_refused("a,m,MB,1,,,,predicted,,a,s\n", message); /* itself */
    /* In a circle no point would be the first. */
    check_refused("a,m,MB,1,,,,predicted,,b,s\nb,m,MB,1,,,,predicted,,a,s\n", expected);
}

TEST_SUITE(results_compare, TEST(compare__each_kind_of_tolerance_at_its_edge),
           TEST(compare__an_interval_has_to_overlap_the_tolerance),
           TEST(compare__the_reading_error_widens_the_interval),
           TEST(compare__deviations_of_one_of_our_runs),
           TEST(compare__other_texts_are_no_tolerance), TEST(compare__mean_and_students_interval),
           TEST(compare__verdicts), TEST(compare__deviations_need_two_runs),
           TEST(compare__reads_quoted_fields), TEST(compare__refuses_wrong_rows),
           TEST(compare__a_tolerance_has_a_reason),
           TEST(compare__a_point_repeats_one_that_is_there))
