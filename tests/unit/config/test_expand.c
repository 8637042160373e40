/* One entry for several VMs. */
#include <stdlib.h>

#include "tests/check.h"
#include "tests/unit/config/config_text.h"

static struct experiment_config config;

static bool resolve(const char *to, const char *set)
{
    struct sim_error error = {0};
    char *text = config_text_with(config_text_valid, "  - name: b\n", to);
    bool ok = CHECK_EQ(config_text_resolve(text, 0, &set, set != NULL, &config, &error), SIM_OK);
    if (!ok)
        printf("\n    %s", error.text);
    free(text);
    return ok;
}

static void config_count__makes_numbered_vms(void)
{
    if (!resolve("  - name: web\n    count: 3\n", NULL))
        return;
    CHECK_EQ(config.vm_count, 4);
    CHECK_TEXT(config.vms[0].name, "a");
    CHECK_TEXT(config.vms[1].name, "web1");
    CHECK_TEXT(config.vms[3].name, "web3");
    CHECK_EQ(config.vms[3].shares, 77);
    config_fini(&config);
    if (resolve("  - name: web\n    count: 1\n", NULL)) {
        CHECK_TEXT(config.vms[1].name, "web1");
        config_fini(&config);
    }
}

static void config_count__each_vm_has_keys_of_its_own(void)
{
    if (resolve("  - name: web\n    count: 3\n", "vm.web2.shares=5")) {
        CHECK_EQ(config.vms[1].shares, 77);
        CHECK_EQ(config.vms[2].shares, 5);
        config_fini(&config);
    }
    if (resolve("  - name: web\n    count: 3\n", "vm.web*.shares=5")) {
        CHECK_EQ(config.vms[0].shares, 640);
        CHECK_EQ(config.vms[1].shares, 5);
        CHECK_EQ(config.vms[3].shares, 5);
        config_fini(&config);
    }
}

static void config_count__can_be_set(void)
{
    if (resolve("  - name: web\n    count: 3\n", "vm.web.count=20")) {
        CHECK_EQ(config.vm_count, 21);
        CHECK_TEXT(config.vms[20].name, "web20");
        CHECK_TEXT(config.variant, "policy.sample_pages=50,vm.web.count=20");
        config_fini(&config);
    }
    if (resolve("  - name: web\n", "vm.web.count=2")) {
        CHECK_EQ(config.vm_count, 3);
        config_fini(&config);
    }
}

static void config_count__impossible_numbers_are_refused(void)
{
    CHECK_TEXT(config_text_error("name: b", "name: b\n    count: 0"),
               "exp.yaml:24: count: expected a whole number from 1 to 1000, found '0'");
    CHECK_TEXT(config_text_error("name: b", "name: b\n    count: 1000"),
               "exp.yaml:23: vms: expected at most 1000 VMs, found more");
    CHECK_CONTAINS(config_text_error("name: b", "name: b\n    count: 4000000000"),
                   "exp.yaml:24: count: expected");
    CHECK_TEXT(config_text_set_error("vm.b.count=x"),
               "--set vm.b.count: count: expected a whole number from 1 to 1000, found 'x'");
}

static void config_count__names_stay_unique(void)
{
    struct sim_error error = {0};
    char *first = config_text_with(config_text_valid, "name: a\n", "name: b2\n");
    char *text = config_text_with(first, "name: b\n", "name: b\n    count: 2\n");
    CHECK_EQ(config_text_resolve(text, 0, NULL, 0, &config, &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, "exp.yaml:23: name: expected a name of its own, found 'b2' twice");
    free(text);
    free(first);
}

TEST_SUITE(config_expand, TEST(config_count__makes_numbered_vms),
           TEST(config_count__each_vm_has_keys_of_its_own), TEST(config_count__can_be_set),
           TEST(config_count__impossible_numbers_are_refused),
           TEST(config_count__names_stay_unique))
