/*
 * JUnit has no standard of its own; this is the part of it that Jenkins, GitLab and GitHub's
 * readers share. Names come from users' files, so every one is escaped.
 */
#include "ballast/report/ci.h"

#include <math.h>
#include <string.h>

#include "sim/xml.h"

enum outcome { PASSED, FAILED, SKIPPED };

static enum outcome outcome_of(const struct verify_row *row)
{
    switch (row->verdict) {
    case COMPARE_MISS:
    case COMPARE_NO_DATA:
        return FAILED;
    case COMPARE_KNOWN_MISS:
    case COMPARE_SHOWN:
        return SKIPPED;
    default:
        return PASSED;
    }
}

#define MESSAGE_BYTES 1000u

/* "MISS: expected 86 +-5% MB, found 70.1 +- 2 MB of 3 runs: ...". */
static void describe(const struct verify_row *row, char text[MESSAGE_BYTES])
{
    const struct compare_point *point = &row->point;
    const char *expected = row->expected[0] != '\0' ? row->expected : point->tolerance_text;
    const char *why = row->note[0] != '\0' ? row->note : point->known_miss;
    size_t used =
        (size_t)snprintf(text, MESSAGE_BYTES, "%s: expected ", compare_verdict_name(row->verdict));
    if (row->expected[0] == '\0' && !isnan(point->paper))
        used += (size_t)snprintf(text + used, MESSAGE_BYTES - used, "%.6g ", point->paper);
    used += (size_t)snprintf(text + used, MESSAGE_BYTES - used, "%s, found ", expected);
    if (row->ours.count == 0)
        used += (size_t)snprintf(text + used, MESSAGE_BYTES - used, "none");
    else if (row->ours.count == 1)
        used += (size_t)snprintf(text + used, MESSAGE_BYTES - used, "%.6g %s of one run",
                                 row->ours.mean, point->unit);
    else
        used += (size_t)snprintf(text + used, MESSAGE_BYTES - used, "%.6g +- %.2g %s of %u runs",
                                 row->ours.mean, row->ours.half, point->unit, row->ours.count);
    if (why[0] != '\0')
        snprintf(text + used, MESSAGE_BYTES - used, ": %s", why);
}

/* ---- JUnit ------------------------------------------------------------------------------- */

static void put_attribute(FILE *out, const char *name, const char *value)
{
    fprintf(out, " %s=\"", name);
    sim_xml_text(out, value);
    fputc('"', out);
}

static void put_counts(FILE *out, uint32_t tests, const uint32_t counts[3])
{
    fprintf(out, " tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"%u\">\n", tests,
            counts[FAILED], counts[SKIPPED]);
}

static void put_case(FILE *out, const struct verify_row *row)
{
    char message[MESSAGE_BYTES];
    enum outcome outcome = outcome_of(row);
    fputs("    <testcase", out);
    put_attribute(out, "classname", row->figure);
    put_attribute(out, "name", row->point.point);
    if (outcome == PASSED) {
        fputs("/>\n", out);
        return;
    }
    describe(row, message);
    fprintf(out, ">\n      <%s", outcome == FAILED ? "failure" : "skipped");
    put_attribute(out, "message", message);
    fputs("/>\n    </testcase>\n", out);
}

static void count_rows(const struct verify *verify, uint32_t first, uint32_t end,
                       uint32_t counts[3])
{
    for (uint32_t i = first; i < end; i++)
        counts[outcome_of(&verify->rows[i])]++;
}

void ci_junit(const struct verify *verify, FILE *out)
{
    uint32_t counts[3] = {[SKIPPED] = verify->left_count};
    count_rows(verify, 0, verify->count, counts);
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ballast verify\"", out);
    put_counts(out, verify->count + verify->left_count, counts);
    for (uint32_t first = 0, end; first < verify->count; first = end) {
        uint32_t own[3] = {0};
        const char *figure = verify->rows[first].figure;
        for (end = first; end < verify->count && strcmp(verify->rows[end].figure, figure) == 0;)
            end++;
        count_rows(verify, first, end, own);
        fputs("  <testsuite", out);
        put_attribute(out, "name", figure);
        put_counts(out, end - first, own);
        for (uint32_t i = first; i < end; i++)
            put_case(out, &verify->rows[i]);
        fputs("  </testsuite>\n", out);
    }
    for (uint32_t i = 0; i < verify->left_count; i++) {
        fputs("  <testsuite", out);
        put_attribute(out, "name", verify->left[i]);
        put_counts(out, 1, (const uint32_t[]){[SKIPPED] = 1});
        fputs("    <testcase", out);
        put_attribute(out, "classname", verify->left[i]);
        fputs(" name=\"all\">\n      <skipped message=\"not judged within the budget\"/>\n"
              "    </testcase>\n  </testsuite>\n",
              out);
    }
    fputs("</testsuites>\n", out);
}

/* ---- TAP --------------------------------------------------------------------------------- */

/* One line, in which a `#` begins no directive. */
static void put_line(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '#' || *text == '\\')
            fputc('\\', out);
        fputc((unsigned char)*text < 0x20 ? ' ' : *text, out);
    }
}

static void put_test(FILE *out, uint32_t number, const struct verify_row *row)
{
    char message[MESSAGE_BYTES];
    enum outcome outcome = outcome_of(row);
    describe(row, message);
    fprintf(out, "%s %u - ", outcome == FAILED ? "not ok" : "ok", number);
    put_line(out, row->figure);
    fputs(": ", out);
    put_line(out, row->point.point);
    if (outcome == SKIPPED) {
        fputs(" # SKIP ", out);
        put_line(out, message);
    }
    fputc('\n', out);
    if (outcome == FAILED) {
        fputs("# ", out);
        put_line(out, message);
        fputc('\n', out);
    }
}

void ci_tap(const struct verify *verify, FILE *out)
{
    uint32_t number = 0;
    fprintf(out, "TAP version 13\n1..%u\n", verify->count + verify->left_count);
    for (uint32_t i = 0; i < verify->count; i++)
        put_test(out, ++number, &verify->rows[i]);
    for (uint32_t i = 0; i < verify->left_count; i++) {
        fprintf(out, "ok %u - ", ++number);
        put_line(out, verify->left[i]);
        fputs(" # SKIP not judged within the budget\n", out);
    }
}
