/* A resolved experiment as parameters and as a file. */
#include <stdlib.h>

#include "tests/check.h"
#include "tests/unit/config/config_text.h"

struct found {
    const char *key;
    char value[100];
    uint32_t count, times;
};

static void look(void *context, const char *key, const char *value)
{
    struct found *found = context;
    found->count++;
    if (strcmp(key, found->key) == 0) {
        found->times++;
        snprintf(found->value, sizeof found->value, "%s", value);
    }
}

static void config_write__every_part_is_a_parameter(void)
{
    static const char *const expected[][2] = {
        {"duration_s", "60"},       {"machine.memory_mb", "128"},
        {"policy.idle_tax", "0.5"}, {"policy.sample_pages", "50"},
        {"vm.a.shares", "640"},     {"vm.a.boot.early_mb", "8"},
        {"vm.b.os", "bare"},        {"vm.b.workload", "idle"},
        {"record.optimum", "no"},   {"schedule.1.policy.idle_tax", "30 s: 0.75"}};
    struct experiment_config config;
    struct sim_error error;
    if (!CHECK_EQ(config_text_resolve(config_text_valid, 0, NULL, 0, &config, &error), SIM_OK))
        return;
    for (unsigned i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        struct found found = {.key = expected[i][0]};
        config_each_param(&config, look, &found);
        CHECK_EQ(found.times, 1);
        CHECK_TEXT(found.value, expected[i][1]);
    }
    config_fini(&config);
}

/* The text of the resolved experiment resolves to the same text. */
static void config_write__yaml_can_be_run_again(void)
{
    struct experiment_config config, again;
    struct sim_error error = {0};
    char *changed = config_text_with(config_text_valid, "\"A small one\"",
                                     "\"A \\\"small\\\" one: \\\\ # %d\"");
    if (CHECK_EQ(config_text_resolve(changed, 0, NULL, 0, &config, &error), SIM_OK)) {
        char *yaml = config_yaml(&config);
        if (CHECK_EQ(config_text_resolve(yaml, 0, NULL, 0, &again, &error), SIM_OK)) {
            char *second = config_yaml(&again);
            CHECK_TEXT(again.title, "A \"small\" one: \\ # %d");
            CHECK_TEXT(second, yaml);
            CHECK_EQ(config_hash(&again), config_hash(&config));
            free(second);
            config_fini(&again);
        } else {
            printf("\n    %s", error.text);
        }
        free(yaml);
        config_fini(&config);
    }
    free(changed);
}

TEST_SUITE(config_write, TEST(config_write__every_part_is_a_parameter),
           TEST(config_write__yaml_can_be_run_again))
