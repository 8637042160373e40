/* Layers laid over each other, and what no single key can tell. */
#include <stdlib.h>

#include "tests/check.h"
#include "tests/unit/config/config_text.h"

static struct experiment_config config;
static struct sim_error error;

static bool resolve(uint32_t variant, const char *const *sets, uint32_t count)
{
    error.text[0] = '\0';
    return CHECK_EQ(config_text_resolve(config_text_valid, variant, sets, count, &config, &error),
                    SIM_OK);
}

static void config__values_of_the_file(void)
{
    if (!resolve(0, NULL, 0))
        return;
    CHECK_TEXT(config.name, "small");
    CHECK_TEXT(config.title, "A small one");
    CHECK_NEAR(config.duration_s, 60, 0);
    CHECK_NEAR(config.sample_every_s, 5, 0);
    CHECK_EQ(config.seeds, 2);
    CHECK_NEAR(config.machine.memory_mb, 128, 0);
    CHECK_EQ(config.tunables.idle_tax_bp, 5000);
    CHECK_EQ(config.vm_count, 2);
    CHECK_TEXT(config.vms[0].name, "a");
    CHECK_EQ(config.vms[1].shares, 77);
    CHECK_NEAR(config.vms[1].power_on_s, 5, 0);
    CHECK(isinf(config.vms[1].power_off_s));
    config_fini(&config);
}

static void config__presets_fill_what_the_file_leaves_open(void)
{
    if (!resolve(0, NULL, 0))
        return;
    CHECK_EQ(config.vms[0].guest.os, GUEST_LINUX_2_4);
    CHECK_EQ(config.vms[0].guest.balloon_pages_s, 1000);
    CHECK_NEAR(config.vms[0].boot.early_mb, 8, 0);   /* the file's own */
    CHECK_NEAR(config.vms[0].boot.early_s, 30, 0);   /* the preset's */
    CHECK_NEAR(config.vms[0].boot.balloon_s, 60, 0); /* the preset's */
    CHECK(isinf(config.vms[1].boot.balloon_s));      /* bare: no driver */
    CHECK_EQ(config.tunables.sample_period_ms, 30000);
    config_fini(&config);
}

static void config__shares_and_start_follow_other_keys(void)
{
    if (!resolve(0, NULL, 0))
        return;
    CHECK_EQ(config.vms[0].shares, 640);
    CHECK_NEAR(config.vms[1].workload.start_s, 5, 0);
    config_fini(&config);
}

/* 10 shares per MB, whatever the size; ten thousand MB were the most once. */
static void config__default_shares_are_exact_for_any_size(void)
{
    static const struct {
        const char *memory_mb;
        uint32_t shares;
    } sizes[] = {
        {"16384", 163840}, {"65536", 655360}, {"1000000", 10000000}, {"1.9", 19}, {"233.83", 2338}};
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char set[60];
        const char *sets[] = {set, "vm.b.min_mb=0", "vms=b*"};
        snprintf(set, sizeof set, "vm.b.memory_mb=%s", sizes[i].memory_mb);
        char *text = config_text_with(config_text_valid, "    shares: 77\n", "");
        if (!CHECK_EQ(config_text_resolve(text, 0, sets, 3, &config, &error), SIM_OK)) {
            printf("\n    %s", error.text);
        } else {
            CHECK_EQ(config.vms[0].shares, sizes[i].shares);
            config_fini(&config);
        }
        free(text);
    }
    CHECK_TEXT(config_text_error("shares: 77", "shares: 4294967295"), "");
    CHECK_CONTAINS(config_text_error("shares: 77", "shares: 4294967296"), "exp.yaml:27: shares: ");
}

static void config__variant_over_file_and_set_over_variant(void)
{
    const char *const sets[] = {"duration_s=45", "vm.a.shares=9"};
    if (resolve(0, NULL, 0)) {
        CHECK_EQ(config.tunables.sample_pages, 50);
        CHECK_TEXT(config.variant, "policy.sample_pages=50");
        config_fini(&config);
    }
    if (resolve(1, NULL, 0)) {
        CHECK_EQ(config.vm_count, 1);
        CHECK_NEAR(config.duration_s, 30, 0);
        CHECK_TEXT(config.variant, "one");
        config_fini(&config);
    }
    if (resolve(1, sets, 2)) {
        CHECK_NEAR(config.duration_s, 45, 0);
        CHECK_EQ(config.vms[0].shares, 9);
        CHECK_TEXT(config.variant, "one,duration_s=45,vm.a.shares=9");
        config_fini(&config);
    }
}

static void config__schedule_adds_up(void)
{
    if (!resolve(0, NULL, 0))
        return;
    CHECK_EQ(config.change_count, 1);
    CHECK_NEAR(config.changes[0].at_s, 30, 0);
    CHECK_EQ(config.changes[0].tunables.idle_tax_bp, 7500);
    CHECK_EQ(config.changes[0].tunables.sample_pages, 50); /* the variant's stays */
    CHECK_TEXT(config.changes[0].key, "policy.idle_tax");
    config_fini(&config);
}

static void config__impossible_values_are_refused_with_their_line(void)
{
    CHECK_TEXT(config_text_error("min_mb: 32", "min_mb: 65"),
               "exp.yaml:17: min_mb: expected at most memory_mb (64), found 65");
    CHECK_TEXT(config_text_error("min_mb: 32", "min_mb: 32\n    limit_mb: 31"),
               "exp.yaml:17: min_mb: expected at most limit_mb (31), found 32");
    CHECK_CONTAINS(config_text_error("hypervisor_mb: 8", "hypervisor_mb: 128"),
                   "exp.yaml:8: hypervisor_mb: expected less than memory_mb (128), found 128");
    CHECK_CONTAINS(
        config_text_error("policy: {idle_tax: 0.5}",
                          "policy: {share_scan_vm_pages_s: 90000, share_scan_total_pages_s: 1e7}"),
        "exp.yaml:12: share_scan_vm_pages_s: expected at most the ");
    CHECK_CONTAINS(
        config_text_error("policy: {idle_tax: 0.5}",
                          "policy: {share_scan_vm_pages_s: 1e6, share_scan_total_pages_s: 1e6}"),
        " MHz can hash, found 1000000 for all VMs");
    CHECK_CONTAINS(config_text_error("    set: policy.idle_tax\n    value: 0.75\n",
                                     "    set: policy.share_scan_vm_pages_s\n    value: 90000\n"
                                     "  - at_s: 40\n"
                                     "    set: policy.share_scan_total_pages_s\n    value: 1e7\n"),
                   "exp.yaml:37: share_scan_vm_pages_s: expected at most the ");
    CHECK_CONTAINS(config_text_error("cpus: 2", "cpus: 0"), "exp.yaml:10: cpus: expected a whole");
    CHECK_CONTAINS(config_text_error("shares: 77", "cpu_shares: 0"),
                   "exp.yaml:27: cpu_shares: expected a whole number from 1");
    CHECK_CONTAINS(config_text_error("name: b", "name: a"), "exp.yaml:23: name: expected a name");
    CHECK_CONTAINS(config_text_error("name: b", "name: b.c"), "exp.yaml:23: name: expected no dot");
    CHECK_CONTAINS(config_text_error("power_on_s: 5", "power_off_s: 0"),
                   "exp.yaml:28: power_off_s: expected more than power_on_s");
    CHECK_CONTAINS(config_text_error("early_mb: 8", "early_mb: 60"),
                   "exp.yaml:14: boot: expected early_mb and services_mb within memory_mb");
    CHECK_TEXT(config_text_error("memory_mb: 64\n    min_mb: 32\n    boot:\n      early_mb: 8\n"
                                 "      services_mb: 8",
                                 "memory_mb: 900000\n    min_mb: 32\n    boot:\n"
                                 "      early_mb: 8\n      services_mb: 253952"),
               "exp.yaml:14: boot: expected early_mb and services_mb within what one process can "
               "hold (253952), found 8 and 253952");
    CHECK_TEXT(
        config_text_error("early_mb: 8", "early_mb: 8\n      zero_mb_s: 0.001"),
        "exp.yaml:20: zero_mb_s: expected 0, or a page (0.00390625 MB) or more, found 0.001");
    CHECK_CONTAINS(config_text_error("idle_tax: 0.5", "idle_tax: 1"),
                   "exp.yaml:12: idle_tax: expected a number from 0 to 0.99, found '1'");
    CHECK_CONTAINS(config_text_error("at_s: 30", "at_s: -1"), "exp.yaml:32: at_s: expected");
    CHECK_CONTAINS(config_text_error("set: policy.idle_tax", "set: policy.share_enabled"),
                   "exp.yaml:33: set: expected a policy key that can change in a run");
    CHECK_CONTAINS(config_text_error("set: policy.idle_tax", "set: policy.page_colours"),
                   "exp.yaml:33: set: expected a policy key that can change in a run");
    CHECK_CONTAINS(config_text_error("value: 0.75", "value: 75"), "exp.yaml:34: idle_tax:");
}

static void config__a_scale_leaves_each_vm_its_pages(void)
{
    CHECK_TEXT(config_text_set_error("machine.scale=16"), "");
    CHECK_CONTAINS(config_text_set_error("machine.scale=17"),
                   "scale: expected at most 16, which leaves VM b 512 pages, found 17");
    CHECK_CONTAINS(config_text_set_error("machine.scale=0"), "found '0'");
    const char *costly[] = {"machine.scale=16", "cost.zero=900000000"};
    CHECK_EQ(config_text_resolve(config_text_valid, 0, costly, 2, &config, &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, "each cost of a page is at most 4294967295, found 16");
}

static void config__a_scale_divides_sizes_and_raises_costs(void)
{
    const char *sets[] = {"machine.scale=4"};
    if (!resolve(0, sets, 1))
        return;
    struct guest_config guest = config_guest_of(&config, &config.vms[0]);
    CHECK_NEAR(config.vms[0].memory_mb, 64, 0); /* as it was given */
    CHECK_EQ(guest.memory_pages, 64 * 256 / 4);
    CHECK_EQ(guest.page_scale, 4);
    CHECK_EQ(config.own_costs.zero, 4 * config.costs.zero);
    config_fini(&config);
}

/* The range of a key is all that is taken: nothing smaller is refused later. */
static void config__sizes_up_to_the_end_of_their_ranges_are_taken(void)
{
    const char *const sets[] = {"vm.a.memory_mb=1048576", "vm.a.guest_swap_mb=1048576",
                                "vm.a.boot.early_mb=0", "vm.a.boot.services_mb=253952"};
    if (CHECK_EQ(config_text_resolve(config_text_valid, 0, sets, 4, &config, &error), SIM_OK))
        config_fini(&config);
    CHECK_CONTAINS(config_text_set_error("vm.a.memory_mb=1048577"),
                   "memory_mb: expected a number from 1 to 1048576, found '1048577'");
    CHECK_CONTAINS(config_text_set_error("vm.a.guest_swap_mb=1048577"),
                   "guest_swap_mb: expected a number from 0 to 1048576, found '1048577'");
    CHECK_CONTAINS(config_text_set_error("vm.a.boot.services_mb=253953"),
                   "services_mb: expected a number from 0 to 253952, found '253953'");
}

static void config__tunables_that_do_not_fit_together_are_refused(void)
{
    CHECK_CONTAINS(config_text_error("idle_tax: 0.5", "free_soft_bp: 900"), "exp.yaml:12: policy:");
}

static void config__missing_files_are_refused(void)
{
    CHECK_CONTAINS(
        config_text_error("    guest: bare\n    memory_mb: 32\n    min_mb: 16\n    shares: 77\n"
                          "    power_on_s: 5\n    workload:\n      idle: {}\n",
                          "    guest: bare\n    memory_mb: 32\n    min_mb: 16\n    workload:\n"
                          "      trace: {file: none.btr}\n"),
        "exp.yaml:28: expected a readable file (the recording, in native format), found none: "
        "none.btr");
    CHECK_TEXT(config_text_error("guest: linux-2.4", "guest: linux-2.4\n    swappiness: 10"),
               "exp.yaml:16: swappiness: expected the guest linux-6, found linux-2.4");
    CHECK_CONTAINS(config_text_error("guest: bare", "guest: bare\n    huge_share: 0.5"),
                   "huge_share: expected the guest linux-6, found bare");
    CHECK_CONTAINS(config_text_error("guest: bare", "guest: beos"),
                   "exp.yaml:24: expected the name of a file in experiments/presets/guest, found "
                   "'beos'");
}

static void config__workload_and_guest_must_fit(void)
{
    CHECK_CONTAINS(
        config_text_error(
            "memory_mb: 64\n    min_mb: 32\n    boot:\n      early_mb: 8\n"
            "      services_mb: 8",
            "memory_mb: 1\n    min_mb: 1\n    boot:\n      early_mb: 0\n      services_mb: 0"),
        "exp.yaml:14: guest a: expected more than the ");
    CHECK_CONTAINS(config_text_error("shares: 77\n    power_on_s: 5\n    workload:\n      idle: {}",
                                     "workload:\n      dbench: {clients: 1}"),
                   "exp.yaml:23: dbench: expected a guest OS, found bare");
    CHECK_CONTAINS(config_text_error("workload:\n      idle: {}",
                                     "workload:\n      device_io: {buffer_pages: 9, ios_s: 1}"),
                   "exp.yaml:14: device_io: expected the guest bare, found linux-2.4");
    CHECK_CONTAINS(config_text_error("shares: 77\n    power_on_s: 5\n    workload:\n      idle: {}",
                                     "workload:\n      device_io: {buffer_pages: 8193, ios_s: 1}"),
                   "buffer_pages: expected at most memory_mb (8192 pages), found 8193");
    CHECK_TEXT(config_text_error("workload:\n      idle: {}",
                                 "workload:\n      application: {name: iis, memory_mb: 65,\n"
                                 "        table: /dev/null}"),
               "exp.yaml:22: memory_mb: expected at most memory_mb of the VM (64), found 65");
    CHECK_CONTAINS(
        config_text_error("workload:\n      idle: {}", "workload:\n      fill: {pages: 9}"),
        "exp.yaml:14: fill: expected the guest bare, found linux-2.4");
    CHECK_CONTAINS(config_text_error("shares: 77\n    power_on_s: 5\n    workload:\n      idle: {}",
                                     "workload:\n      fill: {pages: 8193}"),
                   "pages: expected at most memory_mb (8192 pages), found 8193");
}

TEST_SUITE(config_config, TEST(config__values_of_the_file),
           TEST(config__presets_fill_what_the_file_leaves_open),
           TEST(config__shares_and_start_follow_other_keys),
           TEST(config__default_shares_are_exact_for_any_size),
           TEST(config__variant_over_file_and_set_over_variant), TEST(config__schedule_adds_up),
           TEST(config__impossible_values_are_refused_with_their_line),
           TEST(config__sizes_up_to_the_end_of_their_ranges_are_taken),
           TEST(config__tunables_that_do_not_fit_together_are_refused),
           TEST(config__missing_files_are_refused), TEST(config__a_scale_leaves_each_vm_its_pages),
           TEST(config__a_scale_divides_sizes_and_raises_costs),
           TEST(config__workload_and_guest_must_fit))
