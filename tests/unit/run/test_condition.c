/* Conditions on runs: their text, their verdict, and the values that they are judged by. */
#include "ballast/run/condition.h"

#include <math.h>
#include <string.h>

#include "tests/check.h"

static struct condition condition;
static struct sim_error error;

static const char *parsed(const char *text)
{
    error.text[0] = '\0';
    return condition_parse(text, &condition, &error) == SIM_OK ? condition.text : error.text;
}

static void condition_parse__every_part(void)
{
    CHECK_TEXT(parsed("stalled < 1%"), "stalled < 1%");
    CHECK_TEXT(condition.measure.metric->name, "stalled_s");
    CHECK(condition.is_below && !condition.or_equal && condition.is_share);
    CHECK_NEAR(condition.limit, 1, 0);
    CHECK_NEAR(condition.of_share, 1, 0);
    CHECK_TEXT(condition_unit(&condition), "%");
    CHECK_TEXT(parsed("throughput.loss<=5% at p95"), "throughput.loss <= 5% at p95");
    CHECK(condition.measure.is_loss && condition.or_equal && !condition.is_share);
    CHECK_NEAR(condition.of_share, 0.95, 1e-12);
    CHECK_TEXT(parsed("host.free_mb > 1 GB"), "host.free_mb > 1GB");
    CHECK_NEAR(condition.limit, 1024, 0);
    CHECK_TEXT(condition.measure.vms, "");
    CHECK(!condition.is_below);
    CHECK_TEXT(parsed("web*.stalled>=1min"), "web*.stalled >= 1min");
    CHECK_NEAR(condition.limit, 60, 0);
    CHECK_TEXT(condition.measure.vms, "web*");
}

static void condition_parse__wrong_ones_are_refused(void)
{
    CHECK_CONTAINS(parsed(""), "--until: expected METRIC < VALUE");
    CHECK_CONTAINS(parsed("stalled"), "found 'stalled' in 'stalled'");
    CHECK_CONTAINS(parsed("stalled = 1"), "found '=' in 'stalled = 1'");
    CHECK_CONTAINS(parsed("stalled << 1"), "found '<<'");
    CHECK_CONTAINS(
        parsed("stalled < 1MB"),
        "expected a number, alone or with ns, us, ms, s, min, h or d, or %, found '1MB'");
    CHECK_CONTAINS(parsed("stalled < "), "found '' in 'stalled < '");
    CHECK_CONTAINS(parsed("stalled < 1% at 95"), "expected p1 to p100 behind 'at', found '95'");
    CHECK_CONTAINS(parsed("stalled < 1% at p0"), "found 'p0'");
    CHECK_CONTAINS(parsed("stalled < 1% at p101"), "found 'p101'");
    CHECK_CONTAINS(parsed("stalled < 1% at p95 or so"), "found 'or'");
    CHECK_CONTAINS(parsed("staled < 1%"), "found 'staled' (did you mean 'stalled'?)");
    CHECK_CONTAINS(parsed("oom_kills < 1%"), "expected a number of processes, found '1%'");
}

static void condition_judge__by_the_interval(void)
{
    const double same[] = {3, 3, 3}, wide[] = {1, 3, 5};
    parsed("stalled < 4s");
    CHECK_EQ(condition_judge(&condition, same, 3, 0.95).verdict, CONDITION_HOLDS);
    CHECK_EQ(condition_judge(&condition, wide, 3, 0.95).verdict, CONDITION_OPEN);
    CHECK(condition_judge(&condition, wide, 3, 0.95).mean_holds);
    CHECK_EQ(condition_judge(&condition, same, 1, 0.95).verdict, CONDITION_OPEN);
    parsed("stalled < 3s");
    CHECK_EQ(condition_judge(&condition, same, 3, 0.95).verdict, CONDITION_FAILS);
    parsed("stalled <= 3s");
    CHECK_EQ(condition_judge(&condition, same, 3, 0.95).verdict, CONDITION_HOLDS);
    parsed("stalled > 2s");
    CHECK_EQ(condition_judge(&condition, same, 3, 0.95).verdict, CONDITION_HOLDS);
    parsed("stalled > 3s");
    CHECK_EQ(condition_judge(&condition, same, 3, 0.95).verdict, CONDITION_FAILS);
    CHECK_NEAR(condition_judge(&condition, wide, 3, 0.95).half, 4.303 * 2 / sqrt(3), 0.01);
    CHECK(condition_judge(&condition, wide, 3, 0.99).half > 9.9 * 2 / sqrt(3));
}

TEST_SUITE(run_condition, TEST(condition_parse__every_part),
           TEST(condition_parse__wrong_ones_are_refused), TEST(condition_judge__by_the_interval));
