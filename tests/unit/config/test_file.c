/* Reading files: their shape. */
#include <stdlib.h>

#include "tests/check.h"
#include "tests/unit/config/config_text.h"

static void config_file__unknown_keys_are_refused(void)
{
    CHECK_CONTAINS(config_text_error("duration_s: 60", "duration_s: 60\nduration: 1"),
                   "exp.yaml:5: ");
    CHECK_CONTAINS(config_text_error("duration_s: 60", "duration_s: 60\nduration: 1"), "duration");
    CHECK_CONTAINS(config_text_error("min_mb: 32", "mim_mb: 32"), "mim_mb");
    CHECK_CONTAINS(config_text_error("early_mb: 8", "ealry_mb: 8"), "ealry_mb");
    CHECK_CONTAINS(config_text_error("idle_tax: 0.5", "idle_tax_bp: 5000"), "idle_tax_bp");
}

/* A key may be longer than any buffer, and hold or end in what stands between keys and values. */
static void config_file__odd_keys_are_refused_with_their_line(void)
{
    char colons[500], changed[520];
    CHECK_CONTAINS(config_text_error("duration_s: 60", "duration_s: 60\n\"oops:\": 1"),
                   "exp.yaml:5: expected one of the keys name, title,");
    CHECK_CONTAINS(config_text_error("duration_s: 60", "duration_s: 60\n\"oops:\": 1"),
                   "found 'oops:'");
    CHECK_CONTAINS(config_text_error("duration_s: 60", "duration_s: 60\nmachine.cpus: 1"),
                   "exp.yaml:5: expected one of the keys name,");
    memset(colons, ':', sizeof colons);
    for (unsigned length = 1; length < sizeof colons; length += 20) {
        snprintf(changed, sizeof changed, "duration_s: 60\nx%.*s: 1", (int)length, colons);
        CHECK_CONTAINS(config_text_error("duration_s: 60", changed),
                       "exp.yaml:5: expected one of the keys name,");
    }
    snprintf(changed, sizeof changed, "duration_s: 60\n%.420s: 1", colons);
    CHECK_CONTAINS(config_text_error("duration_s: 60", changed),
                   "exp.yaml:5: expected one of the keys name,");
}

static void config_file__the_nearest_right_key_is_told(void)
{
    CHECK_CONTAINS(config_text_error("min_mb: 32", "mim_mb: 32"),
                   "found 'mim_mb' (did you mean 'min_mb'?)");
    CHECK_CONTAINS(config_text_error("early_mb: 8", "erly_mb: 8"), "(did you mean 'early_mb'?)");
    CHECK_CONTAINS(config_text_error("idle: {}", "idel: {}"), "(did you mean 'idle'?)");
}

static void config_file__missing_keys_are_refused(void)
{
    CHECK_CONTAINS(config_text_error("duration_s: 60\n", ""),
                   "exp.yaml: expected the key 'duration_s' (the simulated time), found none");
    CHECK_CONTAINS(config_text_error("    min_mb: 16\n", ""),
                   "exp.yaml:23: expected the key 'min_mb'");
}

static void config_file__wrong_types_are_refused(void)
{
    CHECK_CONTAINS(config_text_error("min_mb: 16", "min_mb: [16]"), "exp.yaml:26: ");
    CHECK_CONTAINS(config_text_error("min_mb: 16", "min_mb: many"),
                   "exp.yaml:26: min_mb: expected a number from 0 to 1048576, found 'many'");
    CHECK_CONTAINS(config_text_error("policy: {idle_tax: 0.5}", "policy: high"), "exp.yaml:12: ");
    CHECK_CONTAINS(config_text_error("shares: 77", "shares: 7.5"),
                   "exp.yaml:27: shares: expected a whole number");
}

static void config_file__at_most_one_workload(void)
{
    CHECK_TEXT(config_text_error("idle: {}\n  - name: b",
                                 "idle: {}\n      dbench: {clients: 3}\n  - name: b"),
               "exp.yaml:23: workload: expected at most one, found 2: idle and dbench");
    CHECK_CONTAINS(config_text_error("idle: {}\n  - name: b", "{start_s: 4}\n  - name: b"),
                   "exp.yaml:22: expected one of the keys idle, dbench, trace, application, "
                   "device_io, toucher, fill, pages, found 'start_s'");
    CHECK_CONTAINS(config_text_error("idle: {}\n  - name: b", "idle: {start_s: 4}\n  - name: b"),
                   "exp.yaml:22: expected no keys, found 'start_s'");
}

/* A VM without a workload is idle, and so is one whose workload has no key. */
static void config_file__no_workload_is_idle(void)
{
    static const char *const none[] = {"", "    workload: {}\n"};
    for (unsigned i = 0; i < 2; i++) {
        struct experiment_config config;
        struct sim_error error = {0};
        char *text =
            config_text_with(config_text_valid, "    workload:\n      idle: {}\n", none[i]);
        if (CHECK_EQ(config_text_resolve(text, 0, NULL, 0, &config, &error), SIM_OK)) {
            CHECK_TEXT(config.vms[0].workload.row->keys.name, "idle");
            CHECK(config.vms[0].workload.row->start == NULL);
            config_fini(&config);
        }
        free(text);
    }
}

static void config_file__no_vms_or_nothing_at_all(void)
{
    struct experiment_config config;
    struct sim_error error;
    CHECK_EQ(config_text_resolve("name: x\nduration_s: 1\nmachine: {preset: precision-420}\n", 0,
                                 NULL, 0, &config, &error),
             SIM_USAGE);
    CHECK_CONTAINS(error.text, "vms: expected 1 to 1000 VMs, found 0");
    CHECK_EQ(config_text_resolve("", 0, NULL, 0, &config, &error), SIM_USAGE);
    CHECK_EQ(config_text_resolve("- 1\n", 0, NULL, 0, &config, &error), SIM_USAGE);
    CHECK_EQ(config_text_resolve("a: b: c\n", 0, NULL, 0, &config, &error), SIM_USAGE);
}

static void config_file__missing_file(void)
{
    struct config_file *file;
    struct sim_error error;
    CHECK_EQ(config_file_load("/nonexistent/x.yaml", "experiments/presets", &file, &error),
             SIM_USAGE);
    CHECK_CONTAINS(error.text, "/nonexistent/x.yaml");
    CHECK(file == NULL);
}

static void config_file__machine_preset(void)
{
    struct experiment_config config;
    struct sim_error error = {0};
    char *text =
        config_text_with(config_text_valid, "  memory_mb: 128\n  hypervisor_mb: 8\n  swap_mb: 64\n",
                         "  preset: precision-420\n  swap_mb: 64\n");
    if (CHECK_EQ(config_text_resolve(text, 0, NULL, 0, &config, &error), SIM_OK)) {
        CHECK_NEAR(config.machine.memory_mb, 512, 0);
        CHECK_NEAR(config.machine.swap_mb, 64, 0); /* the file's own */
        config_fini(&config);
    }
    free(text);
}

/* A server's costs are not those of 2001; the file's own go over them. */
static void config_file__machine_preset_brings_its_costs(void)
{
    static const char from[] = "  memory_mb: 128\n  hypervisor_mb: 8\n  swap_mb: 64\n";
    struct experiment_config config;
    struct sim_error error = {0};
    struct cost_table preset;
    cost_table_preset(&preset);
    char *text = config_text_with(config_text_valid, from, "  preset: server-64gb\n");
    const char *sets[] = {"cost.copy=7"};
    if (CHECK_EQ(config_text_resolve(text, 0, sets, 1, &config, &error), SIM_OK)) {
        CHECK_EQ(config.machine.swap_device, COST_DEVICE_NVME);
        CHECK_EQ(config.costs.zero, 400);
        CHECK_EQ(config.costs.copy, 7);
        CHECK_EQ(config.costs.rotation_ns, preset.rotation_ns);
        config_fini(&config);
    }
    free(text);
    text = config_text_with(config_text_valid, from, "  preset: precision-420\n");
    if (CHECK_EQ(config_text_resolve(text, 0, NULL, 0, &config, &error), SIM_OK)) {
        CHECK_EQ(config.machine.swap_device, COST_DEVICE_DISK);
        CHECK_EQ(config.machine.disk_device, COST_DEVICE_DISK);
        CHECK_EQ(memcmp(&config.costs, &preset, sizeof preset), 0);
        config_fini(&config);
    }
    free(text);
}

/* Governor and tunables, on a command line too; what is given goes over them. */
static void config_file__policy_preset(void)
{
    static const char *const sets[] = {"policy.preset=esx-6", "policy.share_salting=1"};
    struct experiment_config config;
    struct sim_error error = {0};
    if (CHECK_EQ(config_text_resolve(config_text_valid, 0, sets, 2, &config, &error), SIM_OK)) {
        CHECK_TEXT(config.names.governor, "esx-6");
        CHECK_EQ(config.tunables.sample_period_ms, 60000);
        CHECK_EQ(config.tunables.share_salting, 1);
        config_fini(&config);
    }
    static const char *const second[] = {"policy.preset=esx-2x"};
    if (CHECK_EQ(config_text_resolve(config_text_valid, 0, second, 1, &config, &error), SIM_OK)) {
        CHECK_TEXT(config.names.governor, "esx");
        CHECK_EQ(config.tunables.overhead_more_pages_gb, 8192);
        CHECK_EQ(config.tunables.compress_cache_bp, 0);
        config_fini(&config);
    }
    static const char *const first[] = {"policy.preset=esx-2002"};
    if (CHECK_EQ(config_text_resolve(config_text_valid, 0, first, 1, &config, &error), SIM_OK)) {
        CHECK_TEXT(config.names.governor, "esx");
        CHECK_EQ(config.tunables.share_salting, 0);
        config_fini(&config);
    }
    static const char *const wrong[] = {"policy.preset=esx-7"};
    CHECK_EQ(config_text_resolve(config_text_valid, 0, wrong, 1, &config, &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, "expected the name of a file in experiments/presets/policy, found "
                               "'esx-7'");
}

static void config_file__cost_preset(void)
{
    CHECK_TEXT(config_text_error("duration_s:", "cost: {preset: nonesuch}\nduration_s:"),
               "exp.yaml:4: expected the name of a file in experiments/presets/cost, found "
               "'nonesuch'");
    CHECK_TEXT(config_text_error("duration_s:", "cost: {preset: server}\nduration_s:"), "");
}

static void config_file__variants(void)
{
    CHECK_TEXT(config_text_error("name: one", "name: policy.sample_pages=50"),
               "exp.yaml:37: expected a variant with a name of its own, found "
               "'policy.sample_pages=50' twice");
    struct config_file *file = NULL;
    struct sim_error error = {0};
    if (!CHECK_EQ(config_file_load("experiments/fig7_idle_tax/config.yaml", "experiments/presets",
                                   &file, &error),
                  SIM_OK))
        return;
    CHECK_EQ(config_file_variant_count(file), 1);
    CHECK_TEXT(config_file_variant_name(file, 0), "");
    config_file_free(file);
}

TEST_SUITE(config_file, TEST(config_file__unknown_keys_are_refused),
           TEST(config_file__odd_keys_are_refused_with_their_line),
           TEST(config_file__the_nearest_right_key_is_told),
           TEST(config_file__missing_keys_are_refused), TEST(config_file__wrong_types_are_refused),
           TEST(config_file__at_most_one_workload), TEST(config_file__no_workload_is_idle),
           TEST(config_file__no_vms_or_nothing_at_all), TEST(config_file__missing_file),
           TEST(config_file__machine_preset), TEST(config_file__machine_preset_brings_its_costs),
           TEST(config_file__policy_preset), TEST(config_file__cost_preset),
           TEST(config_file__variants))
