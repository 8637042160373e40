/* Changes of the policy that give VMs more overhead than there is memory for. The machine has 120
 * MB for VMs; a (min 32 MB) is on from 0 s, b (min 16 MB) from 5 s. */
#include <stdlib.h>

#include "tests/check.h"
#include "tests/unit/config/config_text.h"

static struct sim_error error;

static int resolve(const char *entries, const char *set)
{
    struct experiment_config config;
    char to[400];
    const char *sets[] = {set};
    snprintf(to, sizeof to, "schedule:\n%s", entries);
    char *text = config_text_with(config_text_valid, "schedule:\n", to);
    error = (struct sim_error){0};
    int status = config_text_resolve(text, 0, sets, set != NULL, &config, &error);
    if (status == SIM_OK)
        config_fini(&config);
    free(text);
    return status;
}

#define FULL(at, pages) "  - {at_s: " #at ", set: policy.overhead_full_pages, value: " #pages "}\n"

static void overhead__as_much_as_there_is(void)
{
    CHECK_EQ(resolve(FULL(10, 9216), NULL), SIM_OK); /* 2 x 36 MB and the mins of 48 MB */
    CHECK_EQ(resolve(FULL(10, 9217), NULL), SIM_USAGE);
    CHECK(strstr(error.text, ":32: policy.overhead_full_pages: expected overhead") != NULL);
    CHECK(strstr(error.text, "into 120 MB") != NULL);
    CHECK(strstr(error.text, "found 120.0078125 MB") != NULL);
}

static void overhead__of_the_vms_that_are_on(void)
{
    CHECK_EQ(resolve(FULL(4, 20000), NULL), SIM_OK);
    CHECK_EQ(resolve(FULL(4, 20000) FULL(6, 2048), NULL), SIM_OK); /* b is refused meanwhile */
    CHECK_EQ(resolve(FULL(4, 22529), NULL), SIM_USAGE);
    CHECK_EQ(resolve(FULL(5, 20000), NULL), SIM_USAGE);
    CHECK_EQ(resolve("  - {at_s: 6, power_off: b}\n" FULL(6, 20000), NULL), SIM_OK);
    CHECK_EQ(
        resolve("  - {at_s: 6, power_off: b}\n  - {at_s: 8, power_on: b}\n" FULL(8, 20000), NULL),
        SIM_USAGE);
    CHECK_EQ(resolve("  - {at_s: 6, reboot: b}\n" FULL(6, 20000), NULL), SIM_USAGE);
}

/* Who of them is refused, only the run can tell. */
static void overhead__too_much_from_the_start(void)
{
    CHECK_EQ(resolve(FULL(10, 20000), "policy.overhead_full_pages=10000"), SIM_OK);
}

static void overhead__a_vm_alone_has_memory_for_it(void)
{
    CHECK_EQ(resolve(FULL(10, 40000), "alone=a"), SIM_OK);
}

TEST_SUITE(config_overhead, TEST(overhead__as_much_as_there_is),
           TEST(overhead__of_the_vms_that_are_on), TEST(overhead__too_much_from_the_start),
           TEST(overhead__a_vm_alone_has_memory_for_it))
