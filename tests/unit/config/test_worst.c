/* Worst cases as layers over a file. */
#include <math.h>

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

static void config_worst__all_shared_pages_are_written(void)
{
    if (!with("worst=share-storm"))
        return;
    CHECK_EQ(config.power_count, 2);
    for (uint32_t i = 0; i < config.power_count; i++) {
        CHECK_NEAR(config.powers[i].at_s, 30, 0);
        CHECK_EQ(config.powers[i].kind, CONFIG_WRITE_SHARED);
        CHECK_EQ(config.powers[i].vm, i);
    }
    CHECK_EQ(config.change_count, 1); /* the file's own schedule goes on */
    CHECK_TEXT(config.variant, "policy.sample_pages=50,worst=share-storm");
    config_fini(&config);
}

static void config_worst__all_boot_at_once(void)
{
    if (!with("worst=boot-storm"))
        return;
    CHECK_NEAR(config.vms[0].power_on_s, 0, 0);
    CHECK_NEAR(config.vms[1].power_on_s, 0, 0);
    config_fini(&config);
}

static void config_worst__one_balloon_is_stuck(void)
{
    if (!with("worst=balloon-stuck"))
        return;
    CHECK_EQ(config.vms[0].guest.balloon_pages_s, 0); /* 64 MB */
    CHECK(config.vms[1].guest.balloon_pages_s > 0);   /* 32 MB */
    config_fini(&config);
}

static void config_worst__the_vms_of_a_lost_host_start_anew(void)
{
    if (with("worst=host-lost:2")) {
        CHECK_EQ(config.vm_count, 4);
        CHECK_TEXT(config.vms[2].name, "a-moved");
        CHECK_TEXT(config.vms[3].name, "b-moved");
        CHECK_NEAR(config.vms[3].power_on_s, 30, 0);
        CHECK_NEAR(config.vms[3].workload.start_s, 30, 0);
        CHECK_EQ(config.vms[3].entry, 1);
        config_fini(&config);
    }
    if (with("worst=host-lost")) { /* 2 of 4 hosts' VMs for 3: one more here */
        CHECK_EQ(config.vm_count, 3);
        config_fini(&config);
    }
}

static void config_worst__other_names_are_refused(void)
{
    CHECK_TEXT(config_text_set_error("worst=shar-storm"),
               "--set worst: expected share-storm, boot-storm, balloon-stuck or host-lost, found "
               "'shar-storm' (did you mean 'share-storm'?)");
    CHECK_CONTAINS(config_text_set_error("worst=host-lost:1"),
                   "expected a host of 2 to 1000 that is lost, found 1");
    CHECK_CONTAINS(config_text_set_error("worst=host-lost:"), "found 'host-lost:'");
    CHECK_CONTAINS(config_text_set_error("worst=host-lost:3x"), "found 'host-lost:3x'");
    CHECK_CONTAINS(config_text_set_error("worst=boot-storm:2"), "found 'boot-storm:2'");
}

static void config_worst__a_vm_alone_has_none(void)
{
    const char *sets[] = {"worst=host-lost:2", "alone=a"};
    struct sim_error error;
    if (CHECK_EQ(config_text_resolve(config_text_valid, 0, sets, 2, &config, &error), SIM_OK)) {
        CHECK_EQ(config.vm_count, 1);
        config_fini(&config);
    }
}

TEST_SUITE(config_worst, TEST(config_worst__all_shared_pages_are_written),
           TEST(config_worst__all_boot_at_once), TEST(config_worst__one_balloon_is_stuck),
           TEST(config_worst__the_vms_of_a_lost_host_start_anew),
           TEST(config_worst__other_names_are_refused), TEST(config_worst__a_vm_alone_has_none));
