/* Times and numbers as programs write them. */
#include <math.h>

#include "tests/check.h"
#include "traces/counters/parts.h"

static void text__times(void)
{
    static const struct {
        const char *text;
        double at_s;
    } cases[] = {
        {"1700000000", 1700000000},
        {"1700000000.5", 1700000000.5},
        {"1700000000500", 1700000000.5},
        {"11/23/2026 22:10:05", 1795471805},
        {"11/23/2026 22:10:05.250", 1795471805.25},
        {"11/23/2026 10:10:05 PM", 1795471805},
        {"23.11.2026 22:10:05", 1795471805},
        {"23-11-2026 22:10:05", 1795471805},
        {"2026-11-23T22:10:05Z", 1795471805},
        {"2026-11-23 22:10:05 UTC", 1795471805},
        {"2026-11-23T23:10:05+01:00", 1795471805},
        {"2026/11/23 22:10", 1795471800},
        {"11/23/26", 1795392000},
        {"7/23/2026 12:00:00 AM", 1784764800},
        {"1700000000123456", 1700000000.123456},
        {"1700000000123456789", 1700000000.123456789},
        {"1.7e9", 1700000000},
        {"1.70000006e9", 1700000060},
        {"Mon Nov 23 22:10:05 UTC 2026", 1795471805},
        {"Mon 23 Nov 2026 11:10:05 PM +0100", 1795471805},
        {"Nov 23, 2026, 10:10:05 PM", 1795471805},
        {"11/23/2026, 10:10:05 PM", 1795471805},
        {"23-Nov-2026 22:10:05", 1795471805},
    };
    static const char *const wrong[] = {
        "2026-02-30 06:04:05", "",   "soon", "11/23/2026 soon", "13/13/2026", "0/1/2026",
        "11/23/2026 25:00",    "-5", "nan",  "11-23.2026"};
    double at_s;

    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct counters_style style = {0};
        if (!CHECK(counters_time(cases[i].text, &style, &at_s)) ||
            !CHECK_NEAR(at_s, cases[i].at_s, 1e-6))
            fprintf(stderr, "  %s\n", cases[i].text);
    }
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct counters_style style = {0};
        if (!CHECK(!counters_time(wrong[i], &style, &at_s)))
            fprintf(stderr, "  %s\n", wrong[i]);
    }
}

/* A date decides for the whole file. If one before it was read otherwise, the file is read again.
 */
static void text__the_day_may_stand_first(void)
{
    struct counters_style style = {0};
    double first_s, at_s;

    CHECK(counters_time("23/11/2026", &style, &first_s));
    CHECK(counters_time("01/12/2026", &style, &at_s));
    CHECK_EQ(at_s - first_s, 8 * 86400);
    CHECK(!style.contradicted);
    style = (struct counters_style){0};
    CHECK(counters_time("05/12/2026", &style, &first_s));
    CHECK(style.has_guessed_month);
    CHECK(counters_time("29/12/2026", &style, &at_s));
    CHECK(style.contradicted);
    style = (struct counters_style){0};
    CHECK(counters_time("12/01/2026", &style, &first_s));
    CHECK(counters_time("12/31/2026", &style, &at_s));
    CHECK_EQ(at_s - first_s, 30 * 86400);
    CHECK(!style.contradicted);
}

static void text__times_of_day_pass_midnight(void)
{
    struct counters_day day = {0};
    double first_s, at_s;

    CHECK(counters_clock("11:59:55 PM", &first_s));
    CHECK(counters_clock("00:00:05", &at_s));
    first_s = counters_day_time(&day, first_s);
    CHECK_EQ(counters_day_time(&day, at_s) - first_s, 10);
    CHECK_EQ(counters_day_time(&day, 3), 86403); /* a clock that is set back a little */
    CHECK(!counters_clock("25:00", &at_s));
    CHECK(!counters_clock("22:10 soon", &at_s));
}

static double number(const char *text)
{
    struct counters_style style = {0};

    return counters_number(text, &style);
}

static void text__numbers(void)
{
    CHECK_EQ(number("12.5"), 12.5);
    CHECK_EQ(number("12,5"), 12.5);
    CHECK_EQ(number(" -4 "), -4);
    CHECK_EQ(number("1,048,576"), 1048576);
    CHECK_EQ(number("1,048,576.5"), 1048576.5);
    CHECK_EQ(number("1.048.576,5"), 1048576.5);
    CHECK_EQ(number("1'048'576"), 1048576);
    CHECK_EQ(number("1\xc2\xa0"
                    "048,5"),
             1048.5);
    static const char *const wrong[] = {"",    " ",   "-",    "much",   "1,2,3", "1,2.3",
                                        "nan", "inf", "5 MB", "1,04,8", "5 6"};
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (!CHECK(isnan(number(wrong[i]))))
            fprintf(stderr, "  %s\n", wrong[i]);
}

/* 1,048 is a thousand where the file also has 1,048,576, and one where it has 12,5. */
static void text__a_comma_is_what_the_file_shows(void)
{
    struct counters_style style = {0};

    CHECK_EQ(counters_number("1,048", &style), 1.048);
    CHECK_EQ(counters_number("0,25", &style), 0.25);
    CHECK(!style.contradicted);
    CHECK_EQ(counters_number("1.048", &style), 1048);
    style = (struct counters_style){0};
    CHECK_EQ(counters_number("1,048", &style), 1.048);
    CHECK_EQ(counters_number("1,048,576", &style), 1048576);
    CHECK(style.contradicted);
    CHECK_EQ(counters_number("1,048", &style), 1048);
    style = (struct counters_style){0};
    CHECK_EQ(counters_number("1.048", &style), 1.048);
    CHECK_EQ(counters_number("12,5", &style), 12.5);
    CHECK(style.contradicted);
}

static void text__fields(void)
{
    char line[] = "\"a,b\",c,\"d \"\"e\"\"\",\"\",\"cut", *rest = line;

    CHECK_TEXT(counters_field(&rest, ','), "a,b");
    CHECK_TEXT(counters_field(&rest, ','), "c");
    CHECK_TEXT(counters_field(&rest, ','), "d \"e\"");
    CHECK_TEXT(counters_field(&rest, ','), "");
    CHECK(counters_field(&rest, ',') == NULL);
}

TEST_SUITE(counters_text, TEST(text__times), TEST(text__the_day_may_stand_first),
           TEST(text__times_of_day_pass_midnight), TEST(text__numbers),
           TEST(text__a_comma_is_what_the_file_shows), TEST(text__fields))
