/* When VMs are on. */
#include <stdlib.h>

#include "tests/check.h"
#include "tests/unit/config/config_text.h"

static struct experiment_config config;

static char *with_entries(const char *entries)
{
    char to[400];
    snprintf(to, sizeof to, "schedule:\n%s", entries);
    return config_text_with(config_text_valid, "schedule:\n", to);
}

static bool resolve(const char *entries)
{
    struct sim_error error = {0};
    char *text = with_entries(entries);
    bool ok = CHECK_EQ(config_text_resolve(text, 0, NULL, 0, &config, &error), SIM_OK);
    if (!ok)
        printf("\n    %s", error.text);
    free(text);
    return ok;
}

static void config_power__off_and_on_again(void)
{
    if (!resolve("  - {at_s: 10, power_off: a}\n  - {at_s: 12, power_off: b}\n"
                 "  - {at_s: 20, power_on: a}\n"))
        return;
    CHECK_EQ(config.power_count, 3);
    CHECK_NEAR(config.powers[1].at_s, 12, 0);
    CHECK_EQ(config.powers[1].vm, 1);
    CHECK_EQ(config.powers[1].kind, CONFIG_POWER_OFF);
    CHECK_EQ(config.powers[2].vm, 0);
    CHECK_EQ(config.powers[2].kind, CONFIG_POWER_ON);
    CHECK_EQ(config.change_count, 1);
    config_fini(&config);
}

static void config_power__yaml_gives_the_same_again(void)
{
    struct experiment_config again;
    struct sim_error error = {0};
    if (!resolve("  - {at_s: 10, power_off: a}\n  - {at_s: 20, power_on: a}\n"
                 "  - {at_s: 25, reboot: a}\n"))
        return;
    char *yaml = config_yaml(&config);
    if (CHECK_EQ(config_text_resolve(yaml, 0, NULL, 0, &again, &error), SIM_OK)) {
        char *second = config_yaml(&again);
        CHECK_TEXT(second, yaml);
        CHECK_EQ(again.power_count, 3);
        CHECK_EQ(again.powers[2].kind, CONFIG_REBOOT);
        free(second);
        config_fini(&again);
    }
    free(yaml);
    config_fini(&config);
}

/* A VM that the variant leaves out is left out of the schedule too. */
static void config_power__of_vms_that_take_part(void)
{
    static const char *const set = "vms=1";
    struct sim_error error = {0};
    char *text = with_entries("  - {at_s: 10, power_off: b}\n");
    if (CHECK_EQ(config_text_resolve(text, 0, &set, 1, &config, &error), SIM_OK)) {
        CHECK_EQ(config.power_count, 0);
        config_fini(&config);
    }
    free(text);
}

static void config_power__what_makes_no_sense_is_refused(void)
{
    CHECK_TEXT(config_text_error("schedule:\n", "schedule:\n  - {at_s: 10, power_on: a}\n"),
               "exp.yaml:32: expected VM a to be powered on and off in turn, found it powered on "
               "at 10 s where it is on");
    CHECK_TEXT(config_text_error("schedule:\n", "schedule:\n  - {at_s: 1, power_off: b}\n"),
               "exp.yaml:32: expected VM b to be powered on and off in turn, found it powered off "
               "at 1 s where it is off");
    CHECK_CONTAINS(config_text_error("schedule:\n", "schedule:\n  - {at_s: 5, power_off: b}\n"),
                   "at 5 s where it is changed at the same time");
    CHECK_TEXT(config_text_error("schedule:\n", "schedule:\n  - {at_s: 5, power_off: bb}\n"),
               "exp.yaml:32: power_off: expected the name of a VM, found 'bb' (did you mean 'b'?)");
    CHECK_CONTAINS(
        config_text_error("schedule:\n",
                          "schedule:\n  - {at_s: 5, power_off: b, set: policy.idle_tax}\n"),
        "exp.yaml:32: schedule: expected one of set, power_on, power_off, reboot and write_shared, "
        "found two");
    CHECK_CONTAINS(config_text_error("schedule:\n", "schedule:\n  - {at_s: 1, reboot: b}\n"),
                   "found it rebooted at 1 s where it is off");
    CHECK_CONTAINS(config_text_error("schedule:\n", "schedule:\n  - {at_s: 5, reboot: b}\n"),
                   "found it rebooted at 5 s where it is changed at the same time");
    CHECK_TEXT(config_text_error("schedule:\n", "schedule:\n  - {at_s: 5, reboot: bb}\n"),
               "exp.yaml:32: reboot: expected the name of a VM, found 'bb' (did you mean 'b'?)");
    CHECK_CONTAINS(
        config_text_error("schedule:\n", "schedule:\n  - {at_s: 9, reboot: a, power_off: a}\n"),
        "exp.yaml:32: schedule: expected one of set, power_on, power_off, reboot and write_shared, "
        "found two");
    CHECK_CONTAINS(config_text_error("schedule:\n", "schedule:\n  - {power_off: a}\n"),
                   "exp.yaml:32: expected the key 'at_s'");
    CHECK_CONTAINS(config_text_error("schedule:\n", "schedule:\n  - {at_s: 31, power_off: a}\n"),
                   "exp.yaml:33: at_s: expected times in order, found 30 after 31");
}

TEST_SUITE(config_power, TEST(config_power__off_and_on_again),
           TEST(config_power__yaml_gives_the_same_again), TEST(config_power__of_vms_that_take_part),
           TEST(config_power__what_makes_no_sense_is_refused))
