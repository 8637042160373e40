/* Who decides: members by name and their parameters. Shared objects: tests/cli/governor.sh. */
#include <stdlib.h>

#include "models/policy/mp_estimator.h"
#include "models/policy/mp_governor.h"
#include "models/policy/mp_scanner.h"
#include "tests/check.h"
#include "tests/unit/config/config_text.h"

static struct experiment_config config;

static bool with(const char *const *sets, uint32_t count)
{
    struct sim_error error = {0};
    bool ok =
        CHECK_EQ(config_text_resolve(config_text_valid, 0, sets, count, &config, &error), SIM_OK);
    if (!ok)
        printf("\n    %s", error.text);
    return ok;
}

static void members__the_first_of_each_seam_unless_named(void)
{
    if (!with(NULL, 0))
        return;
    CHECK(config.members.governor == mp_governor_at(0));
    CHECK_EQ(config.members.estimator_count, 1);
    CHECK(config.members.estimators[0] == mp_estimator_at(0));
    CHECK(config.members.scanner == mp_scanner_at(0));
    CHECK_EQ(config.chosen_count, 3);
    CHECK_TEXT(config.chosen[0].name, mp_governor_at(0)->name);
    config_fini(&config);
}

static void members__by_name(void)
{
    const char *const sets[] = {"policy.governor=static", "policy.estimators=resident,esx",
                                "policy.scanner=sequential"};
    if (!with(sets, 3))
        return;
    CHECK(config.members.governor == mp_governor_find("static"));
    CHECK_EQ(config.members.estimator_count, 2);
    CHECK(config.members.estimators[0] == mp_estimator_find("resident"));
    CHECK_EQ(config.members.believed, 1); /* esx, in the order of the list */
    CHECK(config.members.scanner == mp_scanner_find("sequential"));
    config_fini(&config);
}

/* A run that is repeated from the YAML in the database has the same members. */
static void members__stand_in_the_yaml(void)
{
    const char *const sets[] = {"policy.governor=static"};
    struct experiment_config again;
    struct sim_error error = {0};
    if (!with(sets, 1))
        return;
    char *yaml = config_yaml(&config);
    CHECK_CONTAINS(yaml, "governor: \"static\"");
    if (CHECK_EQ(config_text_resolve(yaml, 0, NULL, 0, &again, &error), SIM_OK)) {
        CHECK(again.members.governor == config.members.governor);
        config_fini(&again);
    }
    free(yaml);
    config_fini(&config);
}

static void members__wrong_ones_are_refused(void)
{
    CHECK_CONTAINS(config_text_set_error("policy.governor=statik"),
                   "--set policy.governor: expected the name of a governor (esx, static, ");
    CHECK_CONTAINS(config_text_set_error("policy.governor=statik"),
                   "), found 'statik' (did you mean 'static'?)");
    CHECK_CONTAINS(config_text_set_error("policy.estimator=none"), "the name of an estimator");
    CHECK_CONTAINS(config_text_set_error("policy.scanner=none"), "the name of a scanner");
    CHECK_CONTAINS(config_text_set_error("policy.estimators=esx,esx"), "found 'esx' twice");
    CHECK_CONTAINS(config_text_set_error("policy.estimators=esx,resident,idle,damon,shards,aet,psi,"
                                         "guest-unused,guest-available"),
                   "expected at most 8 estimators, as each VM keeps so many states, found more");
    CHECK_CONTAINS(config_text_set_error("policy.estimators=resident"),
                   "expected one of estimators (resident), found 'esx'");
    CHECK_CONTAINS(config_text_set_error("policy.governor=./none.so"),
                   "expected a shared object that can be read");
    CHECK_CONTAINS(config_text_set_error("governor.statik.key=1"), "the name of a governor");
    CHECK_CONTAINS(config_text_set_error("governor.static.key=1"),
                   "expected a parameter of static, found 'key'");
}

/* A guest reports by its balloon driver. The text has two VMs, which have none. */
static void reports__a_governor_that_needs_them_is_refused(void)
{
    CHECK_CONTAINS(config_text_set_error("policy.governor=proxmox"),
                   "expected a guest with a balloon driver (boot.balloon_s), since the governor "
                   "proxmox decides by what guests report, found ");
    CHECK_TEXT(config_text_set_error("policy.governor=squeezed"), "");
}

static void estimators__what_they_need_must_be_there(void)
{
    CHECK_CONTAINS(config_text_set_error("policy.estimators=esx,guest-unused"),
                   "since the estimator guest-unused answers by what guests report, found ");
    CHECK_CONTAINS(config_text_set_error("policy.estimator=truth"),
                   "expected record.touched: true, since the estimator truth answers what is "
                   "really touched, found false");
    CHECK_CONTAINS(config_text_set_error("policy.estimator=guest-comitted"),
                   "(did you mean 'guest-committed'?)");
}

TEST_SUITE(config_members, TEST(members__the_first_of_each_seam_unless_named),
           TEST(members__by_name), TEST(members__stand_in_the_yaml),
           TEST(members__wrong_ones_are_refused),
           TEST(reports__a_governor_that_needs_them_is_refused),
           TEST(estimators__what_they_need_must_be_there))
