/* VMs by their names. */
#include <stdlib.h>

#include "tests/check.h"
#include "tests/unit/config/config_text.h"

static void named__says_which_key_and_what_is_nearest(void)
{
    static const char *const entries[][2] = {
        {"schedule:\n", "schedule:\n  - {at_s: 9, power_off: aa}\n"},
        {"schedule:\n", "faults:\n  - {at_s: 9, kind: kill, vm: aa}\nschedule:\n"},
    };
    static const char *const expected[] = {"power_off: expected the name of a VM, found 'aa' (did",
                                           "vm: expected the name of a VM, found 'aa' (did"};
    for (int i = 0; i < 2; i++) {
        struct experiment_config config;
        struct sim_error error = {0};
        char *text = config_text_with(config_text_valid, entries[i][0], entries[i][1]);
        CHECK_EQ(config_text_resolve(text, 0, NULL, 0, &config, &error), SIM_USAGE);
        CHECK_CONTAINS(error.text, expected[i]);
        free(text);
    }
}

TEST_SUITE(config_named, TEST(named__says_which_key_and_what_is_nearest))
