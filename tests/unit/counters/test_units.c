/* What is known of counters. */
#include "tests/check.h"
#include "traces/counters/units.h"

static void units__of_counters(void)
{
    static const struct {
        const char *counter;
        enum counters_unit unit;
    } cases[] = {
        {"pages_sharing", UNIT_PAGES},
        {"pages_scanned", UNIT_COUNT},
        {"general_profit", UNIT_BYTES},
        {"sleep_millisecs", UNIT_TIME},
        {"advisor_max_cpu", UNIT_COUNT},
        {"rss", UNIT_KIB},
        {"kbmemused", UNIT_KIB},
        {"%memused", UNIT_PERCENT},
        {"% Active Estimate", UNIT_PERCENT},
        {"Touched MBytes", UNIT_MB},
        {"Swap Read MBytes/sec", UNIT_RATE},
        {"mem.active.average", UNIT_KIB},
        {"mem.usage.average", UNIT_PERCENT},
        {"mem.swapinRate.average", UNIT_RATE},
        {"heap", UNIT_UNKNOWN},
        {"", UNIT_UNKNOWN},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (!CHECK_EQ(counters_unit_of(cases[i].counter), cases[i].unit))
            fprintf(stderr, "  %s\n", cases[i].counter);
    }
}

static void units__by_their_names(void)
{
    CHECK_EQ(counters_unit_named("KB"), UNIT_KIB);
    CHECK_EQ(counters_unit_named("megaBytes"), UNIT_MB);
    CHECK_EQ(counters_unit_named("%"), UNIT_PERCENT);
    CHECK_EQ(counters_unit_named("furlongs"), UNIT_UNKNOWN);
    CHECK_EQ(counters_unit_mb(UNIT_PAGES) * 256, 1);
    CHECK_EQ(counters_unit_mb(UNIT_BYTES) * 1048576, 1);
    for (int unit = UNIT_PERCENT; unit < UNITS; unit++)
        CHECK_EQ(counters_unit_mb((enum counters_unit)unit), 0);
}

TEST_SUITE(counters_units, TEST(units__of_counters), TEST(units__by_their_names))
