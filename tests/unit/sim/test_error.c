#include "sim/error.h"
#include "tests/check.h"

static void error_set__returns_its_status_and_formats(void)
{
    struct sim_error error = {0};
    CHECK_EQ(sim_error_set(&error, SIM_USAGE, "%s:%d: expected %s", "a.yaml", 3, "x"), SIM_USAGE);
    CHECK_EQ(error.status, SIM_USAGE);
    CHECK_TEXT(error.text, "a.yaml:3: expected x");
}

static void error_set__accepts_no_error(void)
{
    CHECK_EQ(sim_error_set(NULL, SIM_SYSTEM, "%s", "x"), SIM_SYSTEM);
}

static void error_set__keeps_to_one_line(void)
{
    struct sim_error error = {0};
    sim_error_set(&error, SIM_BAD_DATA, "found '%s'", "a\nb\r\nc");
    CHECK_TEXT(error.text, "found 'a b  c'");
}

static void error_set__cuts_what_is_too_long(void)
{
    char longer[2000];
    struct sim_error error = {0};
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    sim_error_set(&error, SIM_USAGE, "%s", longer);
    CHECK_EQ(strlen(error.text), sizeof error.text - 1);
}

TEST_SUITE(sim_error, TEST(error_set__returns_its_status_and_formats),
           TEST(error_set__accepts_no_error), TEST(error_set__keeps_to_one_line),
           TEST(error_set__cuts_what_is_too_long))
