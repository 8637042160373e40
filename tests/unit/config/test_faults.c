/* What breaks. */
#include <stdlib.h>

#include "tests/check.h"
#include "tests/unit/config/config_text.h"

static struct experiment_config config;

/* The small experiment, whose VM "a" has a balloon driver, and "b" has none. */
static char *with_faults(const char *entries)
{
    char to[600];
    snprintf(to, sizeof to, "faults:\n%sschedule:\n", entries);
    char *text = config_text_with(config_text_valid, "schedule:\n", to);
    char *driven =
        config_text_with(text, "      early_mb: 8\n", "      early_mb: 8\n      balloon_s: 4\n");
    free(text);
    return driven;
}

static const char *const entries = "  - {at_s: 9, kind: swap-slow, factor: 2.5}\n"
                                   "  - {at_s: 5, kind: kill, vm: b, for_s: 3}\n"
                                   "  - {at_s: 7, kind: swap-writes-fail, share: 25%, for_s: 2}\n"
                                   "  - {at_s: 1, kind: balloon-stuck, vm: a}\n";

/* "" where the entries and the set are accepted. */
static const char *error_of(const char *of_entries, const char *set)
{
    static struct sim_error error;
    char *text = with_faults(of_entries);
    error.text[0] = '\0';
    if (config_text_resolve(text, 0, &set, set != NULL, &config, &error) == SIM_OK)
        config_fini(&config);
    free(text);
    const char *name = strstr(error.text, "exp.yaml");
    return name != NULL ? name : error.text;
}

static void resolve__values_and_defaults(void)
{
    struct sim_error error = {0};
    char *text = with_faults(entries);
    if (CHECK_EQ(config_text_resolve(text, 0, NULL, 0, &config, &error), SIM_OK)) {
        CHECK_EQ(config.fault_count, 4);
        CHECK_EQ(config.faults[0].kind, CONFIG_FAULT_SWAP_SLOW);
        CHECK_NEAR(config.faults[0].factor, 2.5, 0);
        CHECK(isinf(config.faults[0].for_s));
        CHECK_EQ(config.faults[1].vm, 1);
        CHECK_NEAR(config.faults[1].for_s, 3, 0);
        CHECK_EQ(config.faults[2].share_bp, 2500);
        CHECK_EQ(config.faults[3].vm, 0);
        config_fini(&config);
    }
    CHECK_TEXT(error.text, "");
    free(text);
}

static void resolve__yaml_gives_the_same_again(void)
{
    struct experiment_config again;
    struct sim_error error = {0};
    char *text = with_faults(entries);
    if (CHECK_EQ(config_text_resolve(text, 0, NULL, 0, &config, &error), SIM_OK)) {
        char *yaml = config_yaml(&config);
        if (CHECK_EQ(config_text_resolve(yaml, 0, NULL, 0, &again, &error), SIM_OK)) {
            char *second = config_yaml(&again);
            CHECK_TEXT(second, yaml);
            CHECK_EQ(again.fault_count, 4);
            CHECK_EQ(again.faults[2].share_bp, 2500);
            free(second);
            config_fini(&again);
        }
        free(yaml);
        config_fini(&config);
    }
    CHECK_TEXT(error.text, "");
    free(text);
}

static void resolve__refuses_what_cannot_be(void)
{
    CHECK_CONTAINS(error_of("  - {at_s: 5, kind: swp-slow}\n", NULL),
                   "found 'swp-slow' (did you mean 'swap-slow'?)");
    CHECK_TEXT(error_of("  - {at_s: 5, kind: swap-slow, share: 1}\n", NULL),
               "exp.yaml:33: swap-slow: expected one of the keys at_s, kind, for_s, factor, found "
               "share");
    CHECK_TEXT(error_of("  - {at_s: 5, kind: reboot, vm: a, for_s: 1}\n", NULL),
               "exp.yaml:33: reboot: expected one of the keys at_s, kind, vm, found for_s");
    CHECK_TEXT(error_of("  - {at_s: 5, kind: kill}\n", NULL),
               "exp.yaml:33: kill: expected the key 'vm' (the VM that it happens to), found none");
    CHECK_TEXT(error_of("  - {at_s: 5, kind: memory-lost}\n", NULL),
               "exp.yaml:33: memory-lost: expected the key 'lost_mb' (how much machine memory "
               "goes), found none");
    CHECK_TEXT(error_of("  - {at_s: 5, kind: kill, vm: aa}\n", NULL),
               "exp.yaml:33: vm: expected the name of a VM, found 'aa' (did you mean 'a'?)");
    CHECK_TEXT(error_of("  - {at_s: 5, kind: balloon-gone, vm: b}\n", NULL),
               "exp.yaml:33: balloon-gone: expected a VM with a balloon driver (boot.balloon_s), "
               "found b");
    CHECK_TEXT(error_of("  - {at_s: 5, kind: guest-oom, vm: b}\n", NULL),
               "exp.yaml:33: guest-oom: expected a VM whose guest is an operating system, found b");
    CHECK_TEXT(error_of("  - {kind: kill, vm: a}\n", NULL),
               "exp.yaml:33: expected the key 'at_s' (when the fault begins), found none");
}

static void set__changes_one_of_them(void)
{
    const char *sets[] = {"fault.1.factor=7", "fault.4.vm=a", "fault.2.at_s=6"};
    struct sim_error error = {0};
    char *text = with_faults(entries);
    if (CHECK_EQ(config_text_resolve(text, 0, sets, 3, &config, &error), SIM_OK)) {
        CHECK_NEAR(config.faults[0].factor, 7, 0);
        CHECK_NEAR(config.faults[1].at_s, 6, 0);
        CHECK_TEXT(strstr(config.variant, "fault"), "fault.1.factor=7,fault.2.at_s=6,fault.4.vm=a");
        config_fini(&config);
    }
    /* Each resolution begins with what the file says. */
    CHECK_TEXT(error_of(entries, NULL), "");
    free(text);
    CHECK_CONTAINS(error_of(entries, "fault.1.fator=7"), "did you mean 'factor'?");
    CHECK_TEXT(error_of(entries, "fault.5.at_s=7"),
               "--set fault.5.at_s: expected fault.N.KEY, N the number of one of 4 faults");
    CHECK_TEXT(error_of(entries, "fault.4.vm=c"),
               "--set fault.4.vm: vm: expected the name of a VM, found 'c'");
    CHECK_TEXT(error_of(entries, "faults=no"),
               "--set faults: expected none, or a key such as fault.1.at_s, found 'no'");
}

static void set__leaves_some_of_them_out(void)
{
    const char *one = "vms=1", *none = "faults=none";
    struct sim_error error = {0};
    char *text = with_faults(entries);
    if (CHECK_EQ(config_text_resolve(text, 0, &one, 1, &config, &error), SIM_OK)) {
        CHECK_EQ(config.fault_count, 3); /* the VM of the second takes no part */
        CHECK_EQ(config.faults[1].number, 3);
        config_fini(&config);
    }
    if (CHECK_EQ(config_text_resolve(text, 0, &none, 1, &config, &error), SIM_OK)) {
        CHECK_EQ(config.fault_count, 0);
        config_fini(&config);
    }
    free(text);
}

TEST_SUITE(config_faults, TEST(resolve__values_and_defaults),
           TEST(resolve__yaml_gives_the_same_again), TEST(resolve__refuses_what_cannot_be),
           TEST(set__changes_one_of_them), TEST(set__leaves_some_of_them_out))
