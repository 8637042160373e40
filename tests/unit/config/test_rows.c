/* Single values: text to value and back. */
#include "ballast/config/rows.h"
#include "tests/check.h"

struct sample {
    double real, limit;
    uint32_t count, fraction;
    uint64_t time_ns;
    bool flag;
    enum guest_os os;
    const char *text, *name;
};

#define AT(field) offsetof(struct sample, field)
static const struct config_row rows[] = {
    {"real", CONFIG_REAL, AT(real), -1, 10, NULL, false, "", ""},
    {"limit", CONFIG_REAL_OR_NONE, AT(limit), 0, 10, NULL, false, "", ""},
    {"count", CONFIG_COUNT, AT(count), 1, 10, NULL, false, "", ""},
    {"fraction", CONFIG_FRACTION, AT(fraction), 0, 0.99, NULL, false, "", ""},
    {"time", CONFIG_SECONDS, AT(time_ns), 0, 10, NULL, false, "", ""},
    {"flag", CONFIG_BOOL, AT(flag), 0, 0, NULL, false, "", ""},
    {"os", CONFIG_OS, AT(os), 0, 0, NULL, false, "", ""},
    {"text", CONFIG_TEXT, AT(text), 0, 0, "preset", true, "", ""},
    {"name", CONFIG_NAME, AT(name), 0, 0, "", false, "", ""},
};
static const struct config_section section = {"sample", rows, sizeof rows / sizeof rows[0]};

/* The value as it is printed after it was parsed; NULL where it was refused. */
static const char *round_trip(const char *key, const char *text)
{
    static char printed[CONFIG_TEXT_BYTES];
    struct sim_memory memory = {0};
    struct config_values values = {0};
    struct sample sample = {0};
    struct sim_error error;
    int row = config_row_find(&section, key);
    values.at[row] = (struct config_value){text, "here"};
    int status = config_section_parse(&section, &values, "here", &sample, &memory, &error);
    if (status == SIM_OK)
        config_row_print(&rows[row], &sample, printed, sizeof printed);
    sim_memory_free(&memory);
    return status == SIM_OK ? printed : NULL;
}

static void rows__values_survive_a_round_trip(void)
{
    CHECK_TEXT(round_trip("real", "0.1"), "0.1");
    CHECK_TEXT(round_trip("real", "-1e-3"), "-0.001");
    CHECK_TEXT(round_trip("limit", "none"), "none");
    CHECK_TEXT(round_trip("limit", "2.5"), "2.5");
    CHECK_TEXT(round_trip("count", "10"), "10");
    CHECK_TEXT(round_trip("fraction", "0.75"), "0.75");
    CHECK_TEXT(round_trip("time", "1.5"), "1.5");
    CHECK_TEXT(round_trip("flag", "true"), "yes");
    CHECK_TEXT(round_trip("flag", "no"), "no");
    CHECK_TEXT(round_trip("os", "windows-2000"), "windows-2000");
    CHECK_TEXT(round_trip("text", "any \"text\""), "any \"text\"");
    CHECK_TEXT(round_trip("name", "linux-2.4_x"), "linux-2.4_x");
}

static void rows__what_is_no_value_is_refused(void)
{
    static const char *const wrong[][2] = {
        {"real", "inf"},   {"real", "nan"},   {"real", "0x10"},  {"real", "1 "},
        {"real", ""},      {"real", "1e999"}, {"real", "10.5"},  {"real", "-1.5"},
        {"real", "none"},  {"count", "2.5"},  {"count", "0"},    {"count", "11"},
        {"count", "-1"},   {"count", "two"},  {"fraction", "1"}, {"fraction", "-0.1"},
        {"flag", "maybe"}, {"flag", "1"},     {"os", "beos"},    {"name", "Upper"},
        {"name", "../x"},  {"text", ""},      {"limit", "-1"},   {"limit", "never"},
        {"name", "a/b"},   {"real", "1,5"},   {"real", "+-3"},   {"real", "--3"},
    };
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (round_trip(wrong[i][0], wrong[i][1]) != NULL)
            printf("\n    %s: '%s' was accepted", wrong[i][0], wrong[i][1]);
        CHECK(round_trip(wrong[i][0], wrong[i][1]) == NULL);
    }
}

static void rows__error_names_place_key_range_and_value(void)
{
    struct sim_memory memory = {0};
    struct config_values values = {0};
    struct sample sample = {0};
    struct sim_error error;
    values.at[config_row_find(&section, "count")] = (struct config_value){"11", "f.yaml:3"};
    CHECK_EQ(config_section_parse(&section, &values, "f.yaml:1", &sample, &memory, &error),
             SIM_USAGE);
    CHECK_TEXT(error.text, "f.yaml:3: count: expected a whole number from 1 to 10, found '11'");
    sim_memory_free(&memory);
}

static void rows__policy_has_every_tunable_by_a_plain_name(void)
{
    const struct config_section *policy = config_policy_section();
    CHECK_EQ(policy->count, mp_tunable_row_count);
    CHECK(config_row_find(policy, "idle_tax") >= 0);
    CHECK(config_row_find(policy, "idle_tax_bp") < 0);
    CHECK(config_row_find(policy, "sample_pages") >= 0);
    CHECK_NEAR(policy->rows[config_row_find(policy, "idle_tax")].most, 0.99, 1e-12);
}

TEST_SUITE(config_rows, TEST(rows__values_survive_a_round_trip),
           TEST(rows__what_is_no_value_is_refused),
           TEST(rows__error_names_place_key_range_and_value),
           TEST(rows__policy_has_every_tunable_by_a_plain_name))
