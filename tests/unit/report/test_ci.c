/* Verdicts as JUnit XML and as TAP. */
#include "ballast/report/ci.h"

#include <stdlib.h>

#include "tests/check.h"

static char *text;

static const char *written(const struct verify *verify,
                           void (*write)(const struct verify *, FILE *))
{
    size_t bytes = 0;
    free(text);
    text = NULL;
    FILE *out = open_memstream(&text, &bytes);
    write(verify, out);
    fclose(out);
    return text;
}

static struct verify_row *add(struct verify *verify, const char *figure, const char *point,
                              enum compare_verdict verdict)
{
    struct verify_row *row = verify_row_add(verify, figure);
    row->verdict = verdict;
    row->ours = (struct compare_mean){2, 12.5, 0.25, 1};
    row->point.paper = 10;
    strcpy(row->point.point, point);
    strcpy(row->point.unit, "MB");
    strcpy(row->point.tolerance_text, "+-5%");
    return row;
}

static void ci_junit__counts_and_escapes(void)
{
    struct verify verify = {0};
    const char *left[] = {"fig\"8"};
    add(&verify, "a<b", "<script>alert(1)</script>", COMPARE_PASS);
    add(&verify, "a<b", "late & low", COMPARE_MISS);
    strcpy(add(&verify, "c", "known", COMPARE_KNOWN_MISS)->point.known_miss, "Why");
    struct verify_row *own = add(&verify, "c", "own", COMPARE_NO_DATA);
    own->expected = "x < y";
    own->ours = (struct compare_mean){0, NAN, NAN, NAN};
    verify.left = left;
    verify.left_count = 1;
    CHECK_TEXT(written(&verify, ci_junit),
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<testsuites name=\"ballast verify\" tests=\"5\" failures=\"2\" errors=\"0\" "
               "skipped=\"2\">\n"
               "  <testsuite name=\"a&lt;b\" tests=\"2\" failures=\"1\" errors=\"0\" "
               "skipped=\"0\">\n"
               "    <testcase classname=\"a&lt;b\" "
               "name=\"&lt;script&gt;alert(1)&lt;/script&gt;\"/>\n"
               "    <testcase classname=\"a&lt;b\" name=\"late &amp; low\">\n"
               "      <failure message=\"MISS: expected 10 +-5%, found 12.5 +- 0.25 MB of 2 "
               "runs\"/>\n"
               "    </testcase>\n"
               "  </testsuite>\n"
               "  <testsuite name=\"c\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\">\n"
               "    <testcase classname=\"c\" name=\"known\">\n"
               "      <skipped message=\"known miss: expected 10 +-5%, found 12.5 +- 0.25 MB of 2 "
               "runs: Why\"/>\n"
               "    </testcase>\n"
               "    <testcase classname=\"c\" name=\"own\">\n"
               "      <failure message=\"NO DATA: expected x &lt; y, found none\"/>\n"
               "    </testcase>\n"
               "  </testsuite>\n"
               "  <testsuite name=\"fig&quot;8\" tests=\"1\" failures=\"0\" errors=\"0\" "
               "skipped=\"1\">\n"
               "    <testcase classname=\"fig&quot;8\" name=\"all\">\n"
               "      <skipped message=\"not judged within the budget\"/>\n"
               "    </testcase>\n"
               "  </testsuite>\n"
               "</testsuites>\n");
    free(verify.rows);
}

static void ci_tap__one_line_a_test(void)
{
    struct verify verify = {0};
    const char *left[] = {"fig8"};
    add(&verify, "a", "first # SKIP\nok 9", COMPARE_PASS);
    struct verify_row *row = add(&verify, "a", "second", COMPARE_MISS);
    row->note = "falls";
    row->ours = (struct compare_mean){1, 12.5, NAN, NAN};
    add(&verify, "a", "third", COMPARE_SHOWN);
    verify.left = left;
    verify.left_count = 1;
    CHECK_TEXT(written(&verify, ci_tap), "TAP version 13\n"
                                         "1..4\n"
                                         "ok 1 - a: first \\# SKIP ok 9\n"
                                         "not ok 2 - a: second\n"
                                         "# MISS: expected 10 +-5%, found 12.5 MB of one run: "
                                         "falls\n"
                                         "ok 3 - a: third # SKIP shown: expected 10 +-5%, found "
                                         "12.5 +- 0.25 MB of 2 runs\n"
                                         "ok 4 - fig8 # SKIP not judged within the budget\n");
    free(verify.rows);
    free(text);
    text = NULL;
}

TEST_SUITE(report_ci, TEST(ci_junit__counts_and_escapes), TEST(ci_tap__one_line_a_test))
