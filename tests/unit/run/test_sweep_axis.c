/* The values of a varied key. */
#include "ballast/run/sweep_axis.h"

#include <stdio.h>
#include <string.h>

#include "tests/check.h"

static struct sim_error error;

/* All values with blanks between; the error where it is refused. */
static const char *values_of(const char *text)
{
    static char joined[2000];
    struct sweep_axis axis;
    size_t length = 0;
    joined[0] = '\0';
    error.text[0] = '\0';
    if (sweep_axis_make("--vary", text, &axis, &error) != SIM_OK)
        snprintf(joined, sizeof joined, "%s", error.text);
    else
        for (uint32_t i = 0; i < axis.count && length < sizeof joined; i++)
            length += (size_t)snprintf(joined + length, sizeof joined - length, "%s%s",
                                       i > 0 ? " " : "", axis.values[i]);
    sweep_axis_fini(&axis);
    return joined;
}

static void axis__a_list(void)
{
    CHECK_TEXT(values_of("k=1,2,4"), "1 2 4");
    CHECK_TEXT(values_of("k=esx,static"), "esx static");
    CHECK_TEXT(values_of("k=1GB,512MB"), "1GB 512MB");
    CHECK_TEXT(values_of("k=a=b"), "a=b");
}

static void axis__a_range_has_both_ends_and_no_drift(void)
{
    CHECK_TEXT(values_of("k=0:0.9:0.1"), "0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9");
    CHECK_TEXT(values_of("k=1:4"), "1 2 3 4");
    CHECK_TEXT(values_of("k=0:1:0.4"), "0 0.4 0.8");
    CHECK_TEXT(values_of("k=0.9:0:-0.3"), "0.9 0.6 0.3 0");
    CHECK_TEXT(values_of("k=-1:1:0.5"), "-1 -0.5 0 0.5 1");
    CHECK_TEXT(values_of("k=5:5"), "5");
    CHECK_TEXT(values_of("k=1e2:3e2:1e2"), "100 200 300");
    CHECK_TEXT(values_of("k=.05:.15:.05"), "0.05 0.1 0.15");
}

static void axis__a_range_with_units(void)
{
    CHECK_TEXT(values_of("k=10%:30%:10%"), "10% 20% 30%");
    CHECK_TEXT(values_of("k=0:50:25%"), "0% 25% 50%");
    CHECK_TEXT(values_of("k=512MB:2GB:512MB"), "512MB 1024MB 1536MB 2048MB");
    CHECK_TEXT(values_of("k=1:3GB"), "1GB 2GB 3GB");
    CHECK_TEXT(values_of("k=1min:120s:30s"), "60s 90s 120s");
    CHECK_TEXT(values_of("k=1GB:10min"),
               "--vary k: expected a range with units of one kind, found '1GB'");
}

static void axis__what_is_no_range_is_a_value(void)
{
    CHECK_TEXT(values_of("k=a:b"), "a:b");
    CHECK_TEXT(values_of("k=1:2:3:4"), "1:2:3:4");
    CHECK_TEXT(values_of("k=1:"), "1:");
}

static void axis__wrong_ones_are_refused(void)
{
    CHECK_TEXT(values_of("k"),
               "--vary: expected key=value,value,... or key=first:last:step, found 'k'");
    CHECK_CONTAINS(values_of("=1"), "--vary: expected key=value");
    CHECK_CONTAINS(values_of("k="), "--vary: expected key=value");
    CHECK_CONTAINS(values_of("k=1,,2"), "expected a value before and behind each comma");
    CHECK_CONTAINS(values_of("k=1,"), "expected a value before and behind each comma");
    CHECK_CONTAINS(values_of("k=0:1:0"), "--vary k: expected a step that leads from the first");
    CHECK_CONTAINS(values_of("k=1:0"), "expected a step that leads from the first");
    CHECK_CONTAINS(values_of("k=0:1:-0.1"), "expected a step that leads from the first");
    CHECK_CONTAINS(values_of("k=0:1e7"), "--vary k: expected at most 1000000 values");
    CHECK_CONTAINS(values_of("k=0:1:0.0000001"), "expected at most 1000000 values");
    CHECK_CONTAINS(values_of("k=0:1234567890123456"), "numbers of at most 15 digits");
    CHECK_CONTAINS(values_of("k=0:1e300"), "numbers of at most 15 digits");
    CHECK_CONTAINS(values_of("k=0:999999999999999:0.00000000000001"), "at most 15 digits");
}

TEST_SUITE(run_sweep_axis, TEST(axis__a_list), TEST(axis__a_range_has_both_ends_and_no_drift),
           TEST(axis__a_range_with_units), TEST(axis__what_is_no_range_is_a_value),
           TEST(axis__wrong_ones_are_refused));
