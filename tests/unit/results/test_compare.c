/* Tolerances, means, verdicts, and the reading of paper.csv. */
#include <stdlib.h>
#include <unistd.h>

#include "ballast/results/compare.h"
#include "tests/check.h"

static bool holds(const char *text, double paper, double ours)
{
    struct compare_tolerance tolerance;
    return compare_tolerance_parse(text, &tolerance) && compare_holds(&tolerance, paper, ours);
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
    CHECK(holds(">=30", 0, 30) && !holds(">=30", 0, 29.9));
    CHECK(holds("", 5, 1e9));
}

static void compare__other_texts_are_no_tolerance(void)
{
    static const char *const wrong[] = {"3",    "+-",   "+-x", "+-3x", "+--3", "9..", "..9",
                                        "9..x", "9..8", "<",   ">30",  ">=x",  "<5%", "5%"};
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
    struct compare_mean one = compare_mean(values, 1);
    CHECK_NEAR(one.mean, 1, 0);
    CHECK(isnan(one.half));
    CHECK(isnan(compare_mean(values, 0).mean));
}

static void compare__verdicts(void)
{
    struct compare_point point = {.paper = 10, .tolerance_text = "+-1"};
    struct compare_mean near = {5, 10.5, 1}, far = {5, 12, 1}, none = {0, NAN, NAN};
    compare_tolerance_parse(point.tolerance_text, &point.tolerance);
    CHECK_EQ(compare_judge(&point, &near), COMPARE_PASS);
    CHECK_EQ(compare_judge(&point, &far), COMPARE_MISS);
    CHECK_EQ(compare_judge(&point, &none), COMPARE_NO_DATA);
    strcpy(point.known_miss, "Why");
    CHECK_EQ(compare_judge(&point, &far), COMPARE_KNOWN_MISS);
    CHECK_EQ(compare_judge(&point, &near), COMPARE_KNOWN_MISS_PASSES); /* judged anew */
    CHECK_EQ(compare_judge(&point, &none), COMPARE_NO_DATA);
    point.tolerance.kind = COMPARE_NONE;
    CHECK_EQ(compare_judge(&point, &near), COMPARE_SHOWN);
}

/* ---- paper.csv --------------------------------------------------------------------------- */

#define HEAD "point,metric,unit,paper,tolerance,kind,known_miss,source\n"

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
    if (!CHECK_EQ(read_text(HEAD "\"a, b\",m,MB,1.5,+-3,predicted,,\"says \"\"so\"\", p. 4\"\n"
                                 "c,m,%,,,calibrated,Why,\n"),
                  SIM_OK))
        return;
    CHECK_EQ(count, 2);
    CHECK_TEXT(points[0].point, "a, b");
    CHECK_TEXT(points[0].source, "says \"so\", p. 4");
    CHECK_NEAR(points[0].paper, 1.5, 0);
    CHECK_TEXT(points[0].known_miss, "");
    CHECK(isnan(points[1].paper));
    CHECK_TEXT(points[1].known_miss, "Why");
    free(points);
}

static void compare__refuses_wrong_rows(void)
{
    CHECK_EQ(read_text(HEAD "a,m,MB,x,+-3,predicted,,s\n"), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, ":2: paper: expected a number, found 'x'");
    CHECK_EQ(read_text(HEAD "a,m,MB,1,3,predicted,,s\n"), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, ":2: tolerance: expected");
    CHECK_EQ(read_text(HEAD "a,m,MB,1,+-3,guessed,,s\n"), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, ":2: kind: expected");
    CHECK_EQ(read_text(HEAD "a,m,MB,1,+-3,predicted,,s\nb,m\n"), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, ":3: expected 8 columns, found 2");
    CHECK_EQ(read_text("point,metric\n"), SIM_BAD_DATA);
    CHECK_EQ(read_text("a,metric,unit,paper,tolerance,kind,known_miss,source\n1,,,,,,,\n"),
             SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, ":1: expected the column point, found 'a'");
    CHECK_EQ(read_text(HEAD), SIM_BAD_DATA);
    CHECK_EQ(compare_points_read("/nonexistent/paper.csv", &points, &count, &error), SIM_BAD_DATA);
}

TEST_SUITE(results_compare, TEST(compare__each_kind_of_tolerance_at_its_edge),
           TEST(compare__other_texts_are_no_tolerance), TEST(compare__mean_and_students_interval),
           TEST(compare__verdicts), TEST(compare__reads_quoted_fields),
           TEST(compare__refuses_wrong_rows))
