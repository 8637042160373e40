/* key=value over a file. */
#include "tests/check.h"
#include "tests/unit/config/config_text.h"

static struct experiment_config config;

static bool with(const char *set)
{
    struct sim_error error = {0};
    bool ok = CHECK_EQ(config_text_resolve(config_text_valid, 0, &set, 1, &config, &error), SIM_OK);
    if (!ok)
        printf("\n    %s", error.text);
    return ok;
}

static void config_set__every_part_can_be_reached(void)
{
    if (with("duration_s=7")) {
        CHECK_NEAR(config.duration_s, 7, 0);
        config_fini(&config);
    }
    if (with("machine.swap_mb=99")) {
        CHECK_NEAR(config.machine.swap_mb, 99, 0);
        config_fini(&config);
    }
    if (with("policy.idle_tax=0.9")) {
        CHECK_EQ(config.tunables.idle_tax_bp, 9000);
        config_fini(&config);
    }
    if (with("record.optimum=yes")) {
        CHECK(config.record.optimum);
        config_fini(&config);
    }
    if (with("vm.b.shares=2000")) {
        CHECK_EQ(config.vms[1].shares, 2000);
        CHECK_EQ(config.vms[0].shares, 640);
        config_fini(&config);
    }
    if (with("vm.a.background_mb=3")) {
        CHECK_NEAR(config.vms[0].guest.background_mb, 3, 0);
        config_fini(&config);
    }
    if (with("vm.a.boot.balloon_s=none")) {
        CHECK(isinf(config.vms[0].boot.balloon_s));
        config_fini(&config);
    }
    if (with("vms=1")) {
        CHECK_EQ(config.vm_count, 1);
        config_fini(&config);
    }
    if (with("vms=b*")) {
        CHECK_EQ(config.vm_count, 1);
        CHECK_TEXT(config.vms[0].name, "b");
        config_fini(&config);
    }
}

static void config_set__wrong_keys_are_refused(void)
{
    CHECK_CONTAINS(config_text_set_error("duration=7"),
                   "--set duration: expected a key of the experiment (name, title,");
    CHECK_CONTAINS(config_text_set_error("vm.c.shares=1"),
                   "--set vm.c.shares: expected the name of a VM, found 'c'");
    CHECK_CONTAINS(config_text_set_error("vm.a.sharez=1"),
                   "--set vm.a.sharez: expected a key of vm");
    CHECK_CONTAINS(config_text_set_error("vm.a.dbench.clients=1"),
                   "--set vm.a.dbench.clients: expected boot or idle, found 'dbench'");
    CHECK_CONTAINS(config_text_set_error("policy.tax=1"), "found 'tax'");
    CHECK_CONTAINS(config_text_set_error("duration_s"), "--set: expected key=value");
    CHECK_CONTAINS(config_text_set_error("=3"), "--set: expected key=value");
    CHECK_CONTAINS(config_text_set_error("vms=3"), "--set vms: expected how many VMs take part");
    CHECK_CONTAINS(config_text_set_error("vms=x*"),
                   "--set vms: expected a pattern that matches the name of a VM, found 'x*'");
    CHECK_CONTAINS(config_text_set_error("vms=0"), "--set vms: expected how many VMs take part");
}

static void config_set__wrong_values_name_the_key(void)
{
    CHECK_CONTAINS(config_text_set_error("vm.b.min_mb=33"),
                   "--set vm.b.min_mb: min_mb: expected at most memory_mb (32), found 33");
    CHECK_CONTAINS(config_text_set_error("vm.b.memory_mb=-5"), "--set vm.b.memory_mb: memory_mb: ");
    CHECK_CONTAINS(config_text_set_error("policy.idle_tax=1"), "--set policy.idle_tax: idle_tax: ");
}

TEST_SUITE(config_set, TEST(config_set__every_part_can_be_reached),
           TEST(config_set__wrong_keys_are_refused), TEST(config_set__wrong_values_name_the_key))
