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
    };
    static const char *const wrong[] = {"",           "soon",     "11/23/2026 soon",
                                        "13/13/2026", "0/1/2026", "11/23/2026 25:00",
                                        "-5",         "nan",      "11-23.2026"};
    double at_s;

    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct counters_dates dates = {0};
        if (!CHECK(counters_time(cases[i].text, &dates, &at_s)) ||
            !CHECK_NEAR(at_s, cases[i].at_s, 1e-6))
            fprintf(stderr, "  %s\n", cases[i].text);
    }
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct counters_dates dates = {0};
        if (!CHECK(!counters_time(wrong[i], &dates, &at_s)))
            fprintf(stderr, "  %s\n", wrong[i]);
    }
}

/* A date decides for those behind it, and must not contradict those before it. */
static void text__the_day_may_stand_first(void)
{
    struct counters_dates dates = {0};
    double first_s, at_s;

    CHECK(counters_time("23/11/2026", &dates, &first_s));
    CHECK(counters_time("01/12/2026", &dates, &at_s));
    CHECK_EQ(at_s - first_s, 8 * 86400);
    dates = (struct counters_dates){0};
    CHECK(counters_time("12/01/2026", &dates, &first_s));
    CHECK(!counters_time("23/11/2026", &dates, &at_s));
}

static void text__numbers(void)
{
    CHECK_EQ(counters_number("12.5"), 12.5);
    CHECK_EQ(counters_number("12,5"), 12.5);
    CHECK_EQ(counters_number("-4"), -4);
    static const char *const wrong[] = {"", "much", "1,2,3", "nan", "inf", "5 MB"};
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(isnan(counters_number(wrong[i])));
}

TEST_SUITE(counters_text, TEST(text__times), TEST(text__the_day_may_stand_first),
           TEST(text__numbers))
