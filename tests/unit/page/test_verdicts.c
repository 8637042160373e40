/* Verdicts as tables of the report. */
#include <math.h>

#include "ballast/page/internal.h"
#include "tests/check.h"
#include "tests/unit/page/written.h"

static struct verify_row rows[] = {
    {.figure = "one",
     .point = {.point = "a <b>", .unit = "MB", .paper = 10, .tolerance_text = "+-5%"},
     .ours = {.count = 2, .mean = 10.123, .half = 0.5},
     .verdict = COMPARE_PASS,
     .expected = "",
     .note = ""},
    {.figure = "one",
     .point = {.point = "b", .paper = NAN, .known_miss = "Why"},
     .ours = {.mean = NAN, .half = NAN},
     .verdict = COMPARE_KNOWN_MISS,
     .expected = "1..2",
     .note = ""},
    {.figure = "two", .verdict = COMPARE_MISS, .expected = "", .note = "no run"},
};

static char text[3000];

static void page_comparison__has_the_points_of_one_experiment(void)
{
    struct verify verify = {.rows = rows, .count = 3};
    WRITTEN(text, sizeof text, page_comparison(out, &verify, "one"));
    CHECK_CONTAINS(text, "<details class=\"fold\"><summary>Comparison: 2 points</summary>");
    CHECK_CONTAINS(text, "<td>a &lt;b&gt;</td><td>MB</td><td class=\"number\">10</td>"
                         "<td class=\"number\">10.12</td><td class=\"number\">0.5</td>"
                         "<td>+-5%</td><td>predicted</td>"
                         "<td><span class=\"verdict pass\">pass</span></td>");
    CHECK_CONTAINS(text, "<td>1..2</td><td class=\"number\"></td><td class=\"number\"></td>");
    CHECK_CONTAINS(text, "<span class=\"verdict known\">known miss</span>: Why</td>");
    WRITTEN(text, sizeof text, page_comparison(out, &verify, "two")); /* open: there is a miss */
    CHECK_CONTAINS(text, "<details class=\"fold\" open><summary>Comparison: 1 point</summary>");
    CHECK_CONTAINS(text, "<span class=\"verdict miss\">MISS</span>: no run</td>");
    WRITTEN(text, sizeof text, page_comparison(out, &verify, "three"));
    CHECK_TEXT(text, "");
}

static void page_verdicts__count_by_kind(void)
{
    struct verify verify = {.rows = rows, .count = 3};
    verify.kinds[COMPARE_PREDICTED][COMPARE_PASS] = 2;
    WRITTEN(text, sizeof text, page_verdicts(out, &verify));
    CHECK_CONTAINS(text, "<tr><td>predicted</td><td class=\"number\">2</td>");
    CHECK(strstr(text, "<td>calibrated</td>") == NULL);
    verify.count = 0;
    WRITTEN(text, sizeof text, page_verdicts(out, &verify));
    CHECK_TEXT(text, "");
}

TEST_SUITE(page_verdicts, TEST(page_comparison__has_the_points_of_one_experiment),
           TEST(page_verdicts__count_by_kind))
