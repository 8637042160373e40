/* Quantities as people write them. */
#include "sim/quantity_read.h"

#include "tests/check.h"

static enum sim_quantity_reading reading;

static double read_as(const char *text, const char *unit)
{
    double value = -1;
    reading = sim_quantity_read(text, unit, &value);
    return reading == SIM_QUANTITY_OK ? value : -1;
}

static void sim_quantity_read__a_number_alone_has_the_unit(void)
{
    CHECK_NEAR(read_as("512", "MB"), 512, 0);
    CHECK_NEAR(read_as("0.75", "fraction"), 0.75, 0);
    CHECK_NEAR(read_as("1e3", ""), 1000, 0);
    CHECK_NEAR(read_as(".5", "s"), 0.5, 0);
    CHECK_NEAR(read_as("5.", "s"), 5, 0);
}

static void sim_quantity_read__memory(void)
{
    CHECK_NEAR(read_as("1GB", "MB"), 1024, 0);
    CHECK_NEAR(read_as("1.5 GB", "MB"), 1536, 0);
    CHECK_NEAR(read_as("512KiB", "MB"), 0.5, 0);
    CHECK_NEAR(read_as("1mb", "pages"), 256, 0);
    CHECK_NEAR(read_as("32MB", "pages"), 8192, 0);
    CHECK_NEAR(read_as("1TB", "MB"), 1024 * 1024, 0);
    CHECK_NEAR(read_as("0.1GB", "MB"), 102.4, 0);
    CHECK_NEAR(read_as("1GB/s", "MB/s"), 1024, 0);
    CHECK_NEAR(read_as("1MB/s", "pages/s"), 256, 0);
}

static void sim_quantity_read__time(void)
{
    CHECK_NEAR(read_as("10min", "s"), 600, 0);
    CHECK_NEAR(read_as("1.5h", "s"), 5400, 0);
    CHECK_NEAR(read_as("1d", "s"), 86400, 0);
    CHECK_NEAR(read_as("250ms", "s"), 0.25, 0);
    CHECK_NEAR(read_as("15s", "ms"), 15000, 0);
    CHECK_NEAR(read_as("8ms", "ns"), 8e6, 0);
}

static void sim_quantity_read__shares_and_clocks(void)
{
    CHECK_NEAR(read_as("75%", "fraction"), 0.75, 0);
    CHECK_NEAR(read_as("0.07%", "bp"), 7, 0);
    CHECK_NEAR(read_as("50%", "bp of max"), 5000, 0);
    CHECK_NEAR(read_as("0.5fraction", "%"), 50, 0);
    CHECK_NEAR(read_as("1.4GHz", "MHz"), 1400, 0);
}

static void sim_quantity_read__its_own_unit_of_no_kind(void)
{
    CHECK_NEAR(read_as("5 copies", "copies"), 5, 0);
    CHECK_NEAR(read_as("120cycles", "cycles"), 120, 0);
}

static void sim_quantity_read__other_units_are_refused(void)
{
    static const char *const wrong[][2] = {
        {"10min", "MB"},  {"1GB", "s"},          {"75%", "MB"},      {"1GB", ""},  {"1GB", "MB/s"},
        {"1GB/s", "MB"},  {"5s/s", "s"},         {"1 copies", "MB"}, {"1x", "MB"}, {"1GBB", "MB"},
        {"1G B", "MB"},   {"1  GB", "MB"},       {"1 ", "MB"},       {"1e", "MB"}, {"0x10", "MB"},
        {"1/s", "pages"}, {"1 of", "bp of max"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        read_as(wrong[i][0], wrong[i][1]);
        CHECK_EQ(reading, SIM_QUANTITY_OTHER_UNIT);
    }
}

static void sim_quantity_read__what_is_no_number(void)
{
    static const char *const wrong[] = {"",  "inf", "nan", "MB", "-",
                                        ".", "+-1", "e3",  " 1", "1e999"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        read_as(wrong[i], "MB");
        CHECK_EQ(reading, SIM_QUANTITY_NO_NUMBER);
    }
}

static void sim_quantity_units__for_messages(void)
{
    char text[SIM_QUANTITY_UNITS_BYTES];
    CHECK_TEXT(sim_quantity_units(text, "MB"), "KB, MB, GB, TB or pages");
    CHECK_TEXT(sim_quantity_units(text, "pages/s"), "KB/s, MB/s, GB/s, TB/s or pages/s");
    CHECK_TEXT(sim_quantity_units(text, "s"), "ns, us, ms, s, min, h or d");
    CHECK_TEXT(sim_quantity_units(text, "bp of max"), "% or bp");
    CHECK_TEXT(sim_quantity_units(text, "copies"), "");
    CHECK_TEXT(sim_quantity_units(text, ""), "");
}

TEST_SUITE(sim_quantity_read, TEST(sim_quantity_read__a_number_alone_has_the_unit),
           TEST(sim_quantity_read__memory), TEST(sim_quantity_read__time),
           TEST(sim_quantity_read__shares_and_clocks),
           TEST(sim_quantity_read__its_own_unit_of_no_kind),
           TEST(sim_quantity_read__other_units_are_refused),
           TEST(sim_quantity_read__what_is_no_number), TEST(sim_quantity_units__for_messages));
