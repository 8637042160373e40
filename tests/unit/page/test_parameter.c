/* Units and sources of keys. */
#include "ballast/page/parameter.h"

#include "tests/check.h"

static void parameter_find__knows_every_part_of_a_configuration(void)
{
    static const struct {
        const char *key, *unit;
    } keys[] = {
        {"duration_s", "s"},          {"machine.memory_mb", "MB"}, {"policy.sample_pages", "pages"},
        {"cost.seek_least_ns", "ns"}, {"vm.a.memory_mb", "MB"},    {"vm.a.boot.early_s", "s"},
        {"vm.a.dbench.clients", ""}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct parameter parameter = {0};
        CHECK(parameter_find(keys[i].key, &parameter));
        if (CHECK(parameter.unit != NULL))
            CHECK_TEXT(parameter.unit, keys[i].unit);
        CHECK(parameter.source != NULL && parameter.source[0] != '\0');
    }
    struct parameter parameter;
    CHECK(parameter_find("policy.governor", &parameter));
    CHECK(parameter_find("vm.a.dbench.start_s", &parameter)); /* of every workload */
}

static void parameter_find__says_where_it_knows_nothing(void)
{
    struct parameter parameter;
    CHECK(!parameter_find("schedule.1.policy.idle_tax", &parameter));
    CHECK(!parameter_find("vm.a", &parameter));
    CHECK(!parameter_find("vm.a.nothing", &parameter));
    CHECK(!parameter_find("policy", &parameter));
    CHECK(!parameter_find("governor.none.key", &parameter));
    CHECK(!parameter_find("", &parameter));
}

TEST_SUITE(page_parameter, TEST(parameter_find__knows_every_part_of_a_configuration),
           TEST(parameter_find__says_where_it_knows_nothing))
