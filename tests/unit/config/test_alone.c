/* A VM alone, with enough memory. */
#include <math.h>
#include <stdlib.h>

#include "tests/check.h"
#include "tests/unit/config/config_text.h"

static struct experiment_config config;

static int resolve(const char *text, const char *const *sets, uint32_t count)
{
    struct sim_error error = {0};
    int status = config_text_resolve(text, 0, sets, count, &config, &error);
    if (status != SIM_OK)
        printf("\n    %s", error.text);
    return status;
}

static void config_alone__half_of_memory_stays_free(void)
{
    const char *sets[] = {"alone=a"};
    if (!CHECK_EQ(resolve(config_text_valid, sets, 1), SIM_OK))
        return;
    CHECK_EQ(config.vm_count, 1);
    CHECK_TEXT(config.vms[0].name, "a");
    CHECK_NEAR(config.machine.memory_mb, 2 * (8 + 64 + 32), 0); /* hypervisor, VM, overhead */
    config_fini(&config);
}

static void config_alone__a_large_machine_stays_as_it_is(void)
{
    const char *sets[] = {"alone=a", "machine.memory_mb=2048"};
    if (!CHECK_EQ(resolve(config_text_valid, sets, 2), SIM_OK))
        return;
    CHECK_NEAR(config.machine.memory_mb, 2048, 0);
    config_fini(&config);
}

static void config_alone__the_limit_is_lifted(void)
{
    const char *sets[] = {"alone=a", "vm.a.limit_mb=40"};
    if (!CHECK_EQ(resolve(config_text_valid, sets, 2), SIM_OK))
        return;
    CHECK(isinf(config.vms[0].limit_mb));
    config_fini(&config);
}

static void config_alone__a_later_overhead_counts(void)
{
    char *text = config_text_with(config_text_valid, "set: policy.idle_tax\n    value: 0.75\n",
                                  "set: policy.overhead_full_pages\n    value: 16384\n");
    const char *sets[] = {"alone=a"};
    if (CHECK_EQ(resolve(text, sets, 1), SIM_OK)) {
        CHECK_NEAR(config.machine.memory_mb, 2 * (8 + 64 + 64), 0);
        config_fini(&config);
    }
    free(text);
}

static void config_alone__the_key_ends_the_name(void)
{
    const char *sets[] = {"alone=b", "vm.b.shares=5", "duration_s=3"};
    if (!CHECK_EQ(resolve(config_text_valid, sets, 3), SIM_OK))
        return;
    CHECK_TEXT(config.variant, "policy.sample_pages=50,duration_s=3,vm.b.shares=5,alone=b");
    CHECK_TEXT(config_alone_vm(config.variant), "b");
    config_fini(&config);
}

static void config_alone__other_variants_are_not_alone(void)
{
    CHECK(config_alone_vm("") == NULL);
    CHECK(config_alone_vm("vms=2") == NULL);
    CHECK(config_alone_vm("alone=b,vms=2") == NULL);
    CHECK(config_alone_vm("standalone=b") == NULL);
}

static void config_alone__an_unknown_vm_is_refused(void)
{
    CHECK_CONTAINS(config_text_set_error("alone=c"),
                   "--set alone: expected the name of a VM, found 'c'");
    CHECK_CONTAINS(config_text_set_error("alone="), "--set alone: expected the name of a VM");
}

TEST_SUITE(config_alone, TEST(config_alone__half_of_memory_stays_free),
           TEST(config_alone__a_large_machine_stays_as_it_is),
           TEST(config_alone__the_limit_is_lifted), TEST(config_alone__a_later_overhead_counts),
           TEST(config_alone__the_key_ends_the_name),
           TEST(config_alone__other_variants_are_not_alone),
           TEST(config_alone__an_unknown_vm_is_refused));
