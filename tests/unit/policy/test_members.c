/* The registry of members: what a table from outside must hold, and finding a member by name. */
#include "models/policy/mp_governor.h"

#include "tests/check.h"
#include "tests/unit/policy/fake.h"

static const struct mp_parameter rows[] = {
    {"headroom", "pages", "a test", 10, 0, 100},
    {"gain", "bp", "a test", 5000, 1, 10000},
};

static void no_orders(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    (void)state, (void)view, (void)orders;
}

static const struct mp_governor plain = {.abi = MP_GOVERNOR_ABI,
                                         .name = "plain",
                                         .summary = "orders nothing",
                                         .parameters = rows,
                                         .parameter_count = 2,
                                         .tick = no_orders};

static void check__names_what_is_wrong(void)
{
    struct mp_parameter row = rows[0], twice[] = {rows[0], rows[0]};
    struct mp_governor table = plain;
    CHECK(mp_governor_check(&plain) == NULL);
    table.name = "Has Spaces";
    CHECK_CONTAINS(mp_governor_check(&table), "a name that is not");
    table.name = "";
    CHECK_CONTAINS(mp_governor_check(&table), "a name that is not");
    table.name = "a-name-of-forty-characters-is-too-long-123";
    CHECK_CONTAINS(mp_governor_check(&table), "a name that is not");
    table.name = NULL;
    CHECK_CONTAINS(mp_governor_check(&table), "a name that is not");
    table = plain;
    table.tick = NULL;
    CHECK_TEXT(mp_governor_check(&table), "no function tick");
    table = plain;
    table.summary = NULL;
    CHECK_TEXT(mp_governor_check(&table), "no summary");
    table = plain;
    table.parameters = NULL;
    CHECK_CONTAINS(mp_governor_check(&table), "without rows");
    table.parameters = &row;
    table.parameter_count = 1;
    CHECK(mp_governor_check(&table) == NULL);
    row.preset = row.most + 1;
    CHECK_CONTAINS(mp_governor_check(&table), "outside of its range");
    row = rows[0];
    row.source = NULL;
    CHECK_CONTAINS(mp_governor_check(&table), "without a unit or a source");
    row.name = "a.dot";
    CHECK_CONTAINS(mp_governor_check(&table), "a parameter whose name");
    table.parameters = twice;
    table.parameter_count = 2;
    CHECK_TEXT(mp_governor_check(&table), "two parameters of one name");
    table.parameter_count = 65;
    CHECK_CONTAINS(mp_governor_check(&table), "more parameters");
}

/* Names of 39 letters and all signs, presets at the ends of their range, 64 parameters. */
static void check__at_the_ends_of_what_can_be(void)
{
    static const char *const good[] = {
        "a", "z", "0", "9", "-", "_", "abcdefghijklmnopqrstuvwxyz-0123456789_a"};
    static const char *const bad[] = {"`", "{",   "/",  ":",
                                      "A", "a b", "a.", "abcdefghijklmnopqrstuvwxyz-0123456789_ab"};
    struct mp_governor table = plain;
    for (uint32_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        table.name = good[i];
        CHECK(mp_governor_check(&table) == NULL);
    }
    for (uint32_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        table.name = bad[i];
        CHECK_CONTAINS(mp_governor_check(&table), "a name that is not");
    }
    static char names[64][3];
    static struct mp_parameter many[64];
    for (uint32_t i = 0; i < 64; i++) {
        snprintf(names[i], sizeof names[i], "%02u", i);
        many[i] = (struct mp_parameter){.name = names[i], .unit = "", .source = "", .preset = 5};
        many[i].least = i % 2 ? 5 : 0;
        many[i].most = i % 2 ? 10 : 5;
    }
    table = plain;
    table.parameters = many;
    table.parameter_count = 64;
    CHECK(mp_governor_check(&table) == NULL);
    table.parameter_count = 65;
    CHECK_TEXT(mp_governor_check(&table), "more parameters than the most");
    table.parameter_count = 64;
    many[63].name = names[0];
    CHECK_TEXT(mp_governor_check(&table), "two parameters of one name");
    many[63].name = "62x"; /* another one, though it begins alike */
    CHECK(mp_governor_check(&table) == NULL);
    many[63].name = names[62]; /* the one before it */
    CHECK_TEXT(mp_governor_check(&table), "two parameters of one name");
    many[63].name = "62x";
    many[63].preset = 4;
    CHECK_CONTAINS(mp_governor_check(&table), "outside of its range");
    many[63].preset = 5;
    many[63].unit = NULL;
    CHECK_CONTAINS(mp_governor_check(&table), "without a unit or a source");
}

static void registry__finds_by_name(void)
{
    CHECK_TEXT(mp_governor_at(0)->name, "esx");
    uint32_t count = 0;
    for (; mp_governor_at(count); count++) {
        const struct mp_governor *governor = mp_governor_at(count);
        CHECK_EQ(governor->abi, MP_GOVERNOR_ABI);
        CHECK(mp_governor_find(governor->name) == governor);
        CHECK_TEXT(mp_governor_check(governor) ? mp_governor_check(governor) : "", "");
    }
    CHECK(count >= 2);
    CHECK(mp_governor_find("es") == NULL);
    CHECK(mp_governor_find("esx2") == NULL);
    CHECK(mp_governor_find("") == NULL);
}

TEST_SUITE(policy_members, TEST(check__names_what_is_wrong),
           TEST(check__at_the_ends_of_what_can_be), TEST(registry__finds_by_name))
