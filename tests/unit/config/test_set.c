/* key=value over a file. */
#include <stdlib.h>

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
    if (with("cost.fault=12000")) {
        CHECK_EQ(config.costs.fault, 12000);
        CHECK_EQ(config.costs.touch, 120); /* the preset of models/cost/cost.def */
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
    if (with("count.b=3")) {
        CHECK_EQ(config.vm_count, 4);
        CHECK_TEXT(config.vms[3].name, "b3");
        CHECK_TEXT(config.variant, "policy.sample_pages=50,vm.b.count=3");
        config_fini(&config);
    }
    if (with("machine.swap_mb=1GB")) {
        CHECK_NEAR(config.machine.swap_mb, 1024, 0);
        CHECK_TEXT(config.variant, "policy.sample_pages=50,machine.swap_mb=1024");
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
                   "--set duration: expected vms, alone, or a key such as duration_s, "
                   "machine.memory_mb, policy.idle_tax or vm.NAME.shares, found 'duration' (did "
                   "you mean 'duration_s'?)");
    CHECK_CONTAINS(config_text_set_error("memory_mb=64"),
                   "found 'memory_mb' (did you mean 'machine.memory_mb'?)");
    CHECK_CONTAINS(config_text_set_error("machin.swap_mb=64"),
                   "found 'machin.swap_mb' (did you mean 'machine.swap_mb'?)");
    CHECK_CONTAINS(config_text_set_error("cpu_shares=64"), "did you mean 'vm.*.cpu_shares'?");
    CHECK_CONTAINS(config_text_set_error("count.c=2"), "--set count.c: expected the name of a VM");
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
    CHECK_CONTAINS(config_text_set_error("vms= 1"), "--set vms: expected how many VMs take part");
    CHECK_CONTAINS(config_text_set_error("vm.x*.shares=1"),
                   "--set vm.x*.shares: expected the name of a VM, found 'x*'");
    CHECK_CONTAINS(config_text_set_error("vm.*.fill.pages=1"),
                   "--set vm.*.fill.pages: expected boot or idle, found 'fill'");
    CHECK_CONTAINS(config_text_set_error("polcy.idle_tax=1"), "found 'polcy.idle_tax'");
}

/* The schedule names VMs. A VM with a new name would silently lose its entries there. */
static void config_set__a_vm_keeps_its_name(void)
{
    static const char *const keys[] = {"vm.a.name=z", "vm.*.name=z"};
    for (unsigned i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct sim_error error = {0};
        char expected[60];
        snprintf(expected, sizeof expected, "--set vm.%c.name: expected a key other than name",
                 i == 0 ? 'a' : '*');
        CHECK_EQ(config_text_resolve(config_text_valid, 0, &keys[i], 1, &config, &error),
                 SIM_USAGE);
        CHECK_CONTAINS(error.text, expected);
        CHECK_CONTAINS(error.text, "found name=z");
    }
}

static void config_set__wrong_values_name_the_key(void)
{
    CHECK_CONTAINS(config_text_set_error("vm.b.min_mb=33"),
                   "--set vm.b.min_mb: min_mb: expected at most memory_mb (32), found 33");
    CHECK_CONTAINS(config_text_set_error("vm.b.memory_mb=-5"), "--set vm.b.memory_mb: memory_mb: ");
    CHECK_CONTAINS(config_text_set_error("policy.idle_tax=1"), "--set policy.idle_tax: idle_tax: ");
}

static void config_set__the_nearest_right_name_is_told(void)
{
    CHECK_CONTAINS(config_text_set_error("vm.a.sharez=1"), "(did you mean 'shares'?)");
    CHECK_CONTAINS(config_text_set_error("duration=1"), "(did you mean 'duration_s'?)");
    CHECK_CONTAINS(config_text_set_error("policy.idle-tex=1"), "(did you mean 'idle_tax'?)");
}

/* ---- Order and spelling ------------------------------------------------------------------ */

static const char *variant_of(const char *const *sets, uint32_t count, uint64_t *hash)
{
    static char kept[300];
    struct sim_error error = {0};
    kept[0] = '\0';
    if (CHECK_EQ(config_text_resolve(config_text_valid, 0, sets, count, &config, &error), SIM_OK)) {
        snprintf(kept, sizeof kept, "%s", config.variant);
        *hash = config_hash(&config);
        config_fini(&config);
    } else {
        printf("\n    %s", error.text);
    }
    return kept;
}

static void config_set__order_and_spelling_do_not_matter(void)
{
    static const char *const one[] = {"seeds=3", "machine.memory_mb=200", "policy.idle_tax=0.50",
                                      "vm.a.boot.image=07"};
    static const char *const other[] = {"vm.a.boot.image=7", "policy.idle_tax=.5",
                                        "machine.memory_mb=2e2", "seeds=03"};
    uint64_t first, second;
    const char *expected = "policy.sample_pages=50,machine.memory_mb=200,policy.idle_tax=0.5,"
                           "seeds=3,vm.a.boot.image=7";
    CHECK_TEXT(variant_of(one, 4, &first), expected);
    CHECK_TEXT(variant_of(other, 4, &second), expected);
    CHECK_EQ(first, second);
}

static void config_set__the_last_of_equal_keys_counts(void)
{
    static const char *const sets[] = {"seeds=3", "vms=1", "seeds=4"};
    uint64_t hash;
    CHECK_TEXT(variant_of(sets, 3, &hash), "policy.sample_pages=50,seeds=4,vms=1");
}

static void config_set__a_whole_name_goes_over_a_pattern(void)
{
    static const char *const orders[][3] = {{"vm.*.shares=5", "vm.b.shares=6", "vms=2"},
                                            {"vms=2", "vm.b.shares=6", "vm.*.shares=5"}};
    for (unsigned i = 0; i < 2; i++) {
        struct sim_error error = {0};
        if (!CHECK_EQ(config_text_resolve(config_text_valid, 0, orders[i], 3, &config, &error),
                      SIM_OK))
            continue;
        CHECK_EQ(config.vms[0].shares, 5);
        CHECK_EQ(config.vms[1].shares, 6);
        config_fini(&config);
    }
}

/* The command line is over the variant, even where the variant gives the whole name. */
static void config_set__a_pattern_goes_over_the_variant(void)
{
    static const char *const set = "vm.*.shares=5";
    struct sim_error error = {0};
    char *text = config_text_with(config_text_valid, "policy.sample_pages=50", "vm.a.shares=9");
    if (CHECK_EQ(config_text_resolve(text, 0, &set, 1, &config, &error), SIM_OK)) {
        CHECK_EQ(config.vms[0].shares, 5);
        config_fini(&config);
    }
    free(text);
}

TEST_SUITE(config_set, TEST(config_set__every_part_can_be_reached),
           TEST(config_set__wrong_keys_are_refused), TEST(config_set__a_vm_keeps_its_name),
           TEST(config_set__wrong_values_name_the_key),
           TEST(config_set__the_nearest_right_name_is_told),
           TEST(config_set__order_and_spelling_do_not_matter),
           TEST(config_set__the_last_of_equal_keys_counts),
           TEST(config_set__a_whole_name_goes_over_a_pattern),
           TEST(config_set__a_pattern_goes_over_the_variant))
