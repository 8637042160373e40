/* Numbers for people. */
#include "sim/quantity.h"
#include "tests/check.h"

static const char *told(double value, const char *unit)
{
    static char text[SIM_QUANTITY_BYTES];
    return sim_quantity(text, value, unit);
}

static const char *interval(double value, double half, const char *unit)
{
    static char text[SIM_QUANTITY_BYTES];
    return sim_quantity_interval(text, value, half, unit);
}

static void quantity__memory_climbs_by_1024(void)
{
    CHECK_TEXT(told(0, "MB"), "0 MB");
    CHECK_TEXT(told(0.5, "MB"), "512 KB");
    CHECK_TEXT(told(1, "MB"), "1 MB");
    CHECK_TEXT(told(39.148, "MB"), "39.1 MB");
    CHECK_TEXT(told(1023.4, "MB"), "1023 MB");
    CHECK_TEXT(told(1024, "MB"), "1 GB");
    CHECK_TEXT(told(-1239, "MB"), "-1.21 GB");
    CHECK_TEXT(told(3.0 * 1024 * 1024, "MB"), "3 TB");
    CHECK_TEXT(told(2048, "GB"), "2 TB");
    CHECK_TEXT(told(1, "pages"), "4 KB");
    CHECK_TEXT(told(100000, "pages"), "391 MB");
    CHECK_TEXT(told(0, "pages"), "0 MB");
}

static void quantity__times_stay_in_seconds_up_to_two_minutes(void)
{
    CHECK_TEXT(told(0.000012, "s"), "12 us");
    CHECK_TEXT(told(0.25, "s"), "250 ms");
    CHECK_TEXT(told(0.99999, "s"), "1 s");
    CHECK_TEXT(told(90, "s"), "90 s");
    CHECK_TEXT(told(120, "s"), "2 min");
    CHECK_TEXT(told(5400, "s"), "90 min");
    CHECK_TEXT(told(9000, "s"), "2.5 h");
    CHECK_TEXT(told(200000, "s"), "2.31 d");
}

static void quantity__counts_have_a_mark(void)
{
    CHECK_TEXT(told(0, "faults"), "0 faults");
    CHECK_TEXT(told(7, "faults"), "7 faults");
    CHECK_TEXT(told(1234, "requests"), "1234 requests");
    CHECK_TEXT(told(12345, "requests"), "12345 requests");
    CHECK_TEXT(told(123456, "requests"), "123k requests");
    CHECK_TEXT(told(1234567, "requests"), "1.23M requests");
    CHECK_TEXT(told(5e9, "touches/s"), "5G touches/s");
    CHECK_TEXT(told(12.345, "MB/s"), "12.3 MB/s");
    CHECK_TEXT(told(3, ""), "3");
}

static void quantity__percentages_and_codes_stay(void)
{
    CHECK_TEXT(told(75, "%"), "75%");
    CHECK_TEXT(told(0.1234, "%"), "0.123%");
    CHECK_TEXT(told(12345, "%"), "12345%");
    CHECK_TEXT(told(1.5, "0..3"), "1.5");
}

static void quantity__odd_numbers_are_told(void)
{
    CHECK_TEXT(told(NAN, "MB"), "-");
    CHECK_TEXT(told(INFINITY, "s"), "infinite");
    CHECK_TEXT(told(-0.0, "%"), "0%");
    CHECK_TEXT(told(-0.00001, "requests"), "-0.00001 requests");
    CHECK_TEXT(told(1e-9, "requests"), "1e-09 requests");
    CHECK_TEXT(told(1e300, "MB"), "9.54e+293 TB");
}

static void quantity__neighbours_share_a_unit(void)
{
    char text[SIM_QUANTITY_BYTES];
    struct sim_unit unit = sim_unit_for(-2048, "MB");
    CHECK_TEXT(unit.name, "GB");
    CHECK_TEXT(sim_quantity_number(text, 2048, unit), "2");
    CHECK_TEXT(sim_quantity_number(text, 256, unit), "0.25");
    CHECK_TEXT(sim_quantity_number(text, 2, unit), "0.00195");
    unit = sim_unit_for(450000, "requests");
    CHECK_TEXT(sim_quantity_number(text, 500, unit), "0.5k");
}

static void quantity_interval__decimals_follow_the_half(void)
{
    CHECK_TEXT(interval(132.4567, 0.0123, "MB"), "132.46 +- 0.01 MB");
    CHECK_TEXT(interval(132.4567, 12, "MB"), "132 +- 12 MB");
    CHECK_TEXT(interval(132.4567, 1.26, "MB"), "132.5 +- 1.3 MB");
    CHECK_TEXT(interval(132.4567, 1e-9, "MB"), "132.46 +- 0.00 MB");
    CHECK_TEXT(interval(0, 0.5, "%"), "0.00% +- 0.50%");
    CHECK_TEXT(interval(8, 0, "MB"), "8 +- 0 MB");
    CHECK_TEXT(interval(-0.004, 1.2, "%"), "0.0% +- 1.2%");
    CHECK_TEXT(interval(8, NAN, "MB"), "8 MB");
    CHECK_TEXT(interval(8, INFINITY, "MB"), "8 MB");
    CHECK_TEXT(interval(NAN, 1, "MB"), "-");
    CHECK_TEXT(interval(1.5e6, 2.5e4, "requests"), "1.500M +- 0.025M requests");
}

TEST_SUITE(sim_quantity, TEST(quantity__memory_climbs_by_1024),
           TEST(quantity__times_stay_in_seconds_up_to_two_minutes),
           TEST(quantity__counts_have_a_mark), TEST(quantity__percentages_and_codes_stay),
           TEST(quantity__odd_numbers_are_told), TEST(quantity__neighbours_share_a_unit),
           TEST(quantity_interval__decimals_follow_the_half))
