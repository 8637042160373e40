/* How far a metric may differ. */
#include "ballast/comparison/tolerances.h"

#include <stdlib.h>
#include <unistd.h>

#include "tests/check.h"

static struct sim_error error;
static struct tolerances tolerances;

static void tolerances_add__reads_parts_and_amounts(void)
{
    char text[40];
    tolerances = (struct tolerances){0};
    CHECK(tolerances_find(&tolerances, "alloc_mb") == NULL);
    CHECK_EQ(tolerances_add(&tolerances, "5%", &error), SIM_OK);
    CHECK_EQ(tolerances_add(&tolerances, "stalled_s=0.5", &error), SIM_OK);
    CHECK_EQ(tolerances_add(&tolerances, "stalled_s=0.25", &error), SIM_OK);
    CHECK_EQ(tolerances.count, 2);
    CHECK_TEXT(tolerance_text(tolerances_find(&tolerances, "alloc_mb"), text), "5%");
    CHECK_TEXT(tolerance_text(tolerances_find(&tolerances, "stalled_s"), text), "0.25");
}

static void tolerance_allows__up_to_the_amount(void)
{
    const struct tolerance part = {"", 0.05, true}, amount = {"", 0.5, false},
                           none = {"", 0, false};
    CHECK(tolerance_allows(&part, 100, 105) && tolerance_allows(&part, -100, -95));
    CHECK(!tolerance_allows(&part, 100, 105.1) && !tolerance_allows(&part, 0, 1e-9));
    CHECK(tolerance_allows(&amount, 0, 0.5) && !tolerance_allows(&amount, 0, -0.6));
    CHECK(tolerance_allows(&none, 3, 3) && !tolerance_allows(&none, 3, 3.0000001));
}

static void tolerances_add__refuses_what_is_none(void)
{
    static const char *const wrong[] = {"",  "%",   "x",        "5%%",  "-1",        "nan",
                                        "=", "=5%", "alloc_mb", "inf%", "alloc_mb=", "a=b=1"};
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_EQ(tolerances_add(&tolerances, wrong[i], &error), SIM_USAGE);
        CHECK_CONTAINS(error.text, "--tolerance: expected 5%, 0.5 or METRIC=5%, found '");
    }
}

static int read_text(const char *text)
{
    char path[] = "/tmp/ballast-tolerances-XXXXXX";
    int file = mkstemp(path);
    CHECK_EQ(write(file, text, strlen(text)), strlen(text));
    close(file);
    tolerances = (struct tolerances){0};
    int status = tolerances_read(&tolerances, path, &error);
    unlink(path);
    return status;
}

static void tolerances_read__takes_a_file_with_reasons(void)
{
    CHECK_EQ(read_text("metric,tolerance,reason\n*,1%,noise\n# none\nstalled_s,0.5,\"a, b\"\n"),
             SIM_OK);
    CHECK_NEAR(tolerances_find(&tolerances, "alloc_mb")->amount, 0.01, 1e-12);
    CHECK_NEAR(tolerances_find(&tolerances, "stalled_s")->amount, 0.5, 0);
    CHECK_EQ(read_text("metric,tolerance\nalloc_mb,5x\n"), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, ":2: tolerance: expected 5% or 0.5, found '5x'");
    CHECK_EQ(read_text("metric,tolerance\n,5%\n"), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, ":2: metric: expected the name of a metric, or *, found ''");
    CHECK_EQ(read_text("name,tolerance\nalloc_mb,5%\n"), SIM_BAD_DATA);
    CHECK_EQ(tolerances_read(&tolerances, "/nonexistent", &error), SIM_BAD_DATA);
}

TEST_SUITE(comparison_tolerances, TEST(tolerances_add__reads_parts_and_amounts),
           TEST(tolerance_allows__up_to_the_amount), TEST(tolerances_add__refuses_what_is_none),
           TEST(tolerances_read__takes_a_file_with_reasons))
