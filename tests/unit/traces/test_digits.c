/* Numbers and times in text: exact, and refused where they would overflow. */
#include "traces/digits.h"

#include "tests/check.h"

static void digits__read_a_number_and_stop_behind_it(void)
{
    uint64_t number = 1;
    CHECK_TEXT(tr_digits("0x", &number), "x");
    CHECK_EQ(number, 0);
    CHECK_TEXT(tr_digits("18446744073709551599,", &number), ",");
    CHECK_EQ(number, UINT64_C(18446744073709551599));
    CHECK(tr_digits("184467440737095516160", &number) == NULL);
    CHECK(tr_digits("", &number) == NULL);
    CHECK(tr_digits("-1", &number) == NULL);
}

static void digits_time__is_exact_to_the_nanosecond(void)
{
    uint64_t ns = 0;
    CHECK_TEXT(tr_digits_time("1700000000.123456789", 1000000000, &ns), "");
    CHECK_EQ(ns, UINT64_C(1700000000123456789));
    CHECK_TEXT(tr_digits_time("1234.567890: x", 1000000000, &ns), ": x");
    CHECK_EQ(ns, UINT64_C(1234567890000));
    CHECK_TEXT(tr_digits_time("2.5", 1000, &ns), "");
    CHECK_EQ(ns, 2500);
    CHECK_TEXT(tr_digits_time("2.00019", 1000, &ns), "");
    CHECK_EQ(ns, 2000);
    CHECK_TEXT(tr_digits_time("7.9", 1, &ns), "");
    CHECK_EQ(ns, 7);
}

static void digits_time__refuses_what_no_clock_says(void)
{
    uint64_t ns;
    CHECK(tr_digits_time(".5", 1000000000, &ns) == NULL);
    CHECK(tr_digits_time("18446744074", 1000000000, &ns) == NULL);
    CHECK(tr_digits_time("18446744073.8", 1000000000, &ns) == NULL);
}

static void digits_date__reads_iso_8601(void)
{
    static const struct {
        const char *text;
        uint64_t ns;
    } dates[] = {{"1970-01-01T00:00:00Z", 0},
                 {"2026-07-23T06:04:05", UINT64_C(1784786645000000000)},
                 {"2026-07-23 06:04:05.25Z", UINT64_C(1784786645250000000)},
                 {"2026-07-23T08:04:05.000000001+02:00", UINT64_C(1784786645000000001)},
                 {"2026-07-23t01:34:05-0430", UINT64_C(1784786645000000000)}};
    uint64_t ns = 1;
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        CHECK_TEXT(tr_digits_date(dates[i].text, &ns), "");
        CHECK_EQ(ns, dates[i].ns);
    }
    CHECK_TEXT(tr_digits_date("2026-07-23 06:04:05,7", &ns), ",7");
}

static void digits_date__refuses_what_is_none(void)
{
    static const char *const texts[] = {"",
                                        "1784786645",
                                        "2026-07-23",
                                        "2026-13-23T06:04:05",
                                        "2026-00-23T06:04:05",
                                        "2026-07-00T06:04:05",
                                        "2026-02-29T06:04:05",
                                        "2026-07-23T24:04:05",
                                        "2026-07-23T06:60:05",
                                        "2026-07-23T06:04:62",
                                        "2026-07-23T06:04",
                                        "2026-07-23T06:04:05+2",
                                        "1969-12-31T23:59:59Z",
                                        "1970-01-01T00:00:00+01:00",
                                        "9999-07-23T06:04:05"};
    uint64_t ns;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        CHECK(tr_digits_date(texts[i], &ns) == NULL);
}

TEST_SUITE(traces_digits, TEST(digits__read_a_number_and_stop_behind_it),
           TEST(digits_time__is_exact_to_the_nanosecond),
           TEST(digits_time__refuses_what_no_clock_says), TEST(digits_date__reads_iso_8601),
           TEST(digits_date__refuses_what_is_none))
