/* What moves an answer: how it is asked. test_fit.c asks around a fit. */
#include "ballast/run/fit_change.h"

#include "tests/check.h"

static struct sim_error error;

static void fit_input__the_two_ends(void)
{
    struct fit_input input;
    CHECK_EQ(fit_input_parse("policy.idle_tax=50%,x2", &input, &error), SIM_OK);
    CHECK_TEXT(input.key, "policy.idle_tax");
    CHECK_TEXT(input.value[0], "50%");
    CHECK_TEXT(input.value[1], "x2");
}

static void fit_input__wrong_ones_are_refused(void)
{
    struct fit_input input;
    static const char *const wrong[] = {"", "a", "a=", "a=1", "a=1,", "a=,1", "=1,2", "a=1,2,3"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK_EQ(fit_input_parse(wrong[i], &input, &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, "--input: expected KEY=LOW,HIGH");
}

static void fit_input__how_far_apart(void)
{
    const struct fit_answer up = {.count = 10}, down = {.count = 10, .is_reversed = true};
    struct fit_input input = {.best = {2, 5}};
    CHECK_EQ(fit_input_span(&input, &up), 3);
    CHECK_EQ(fit_input_span(&input, &down), 3);
    input.none[0] = true;
    CHECK_EQ(fit_input_span(&input, &up), 6);
}

TEST_SUITE(run_fit_change, TEST(fit_input__the_two_ends), TEST(fit_input__wrong_ones_are_refused),
           TEST(fit_input__how_far_apart));
