/* Single values: text to value and back. */
#include "sim/rows.h"

#include "tests/check.h"

struct sample {
    double real, limit, share;
    uint32_t count, fraction, size;
    uint64_t time_ns;
    bool flag;
    uint32_t colour;
    const char *text, *name;
};

#define AT(field) offsetof(struct sample, field)
static const struct sim_row rows[] = {
    {"real", SIM_ROW_REAL, AT(real), -1, 10, NULL, false, "", ""},
    {"limit", SIM_ROW_REAL_OR_NONE, AT(limit), 0, 10, NULL, false, "", ""},
    {"count", SIM_ROW_COUNT, AT(count), 1, 10, NULL, false, "", ""},
    {"fraction", SIM_ROW_FRACTION, AT(fraction), 0, 0.99, NULL, false, "", ""},
    {"time", SIM_ROW_SECONDS, AT(time_ns), 0, 10, NULL, false, "", ""},
    {"size", SIM_ROW_COUNT, AT(size), 0, 1000, NULL, false, "pages", ""},
    {"share", SIM_ROW_REAL, AT(share), 0, 1, NULL, false, "", ""},
    {"flag", SIM_ROW_BOOL, AT(flag), 0, 0, NULL, false, "", ""},
    {"colour", SIM_ROW_CHOICE, AT(colour), 0, 0, NULL, false, "red|green|blue-2", ""},
    {"text", SIM_ROW_TEXT, AT(text), 0, 0, "preset", true, "", ""},
    {"name", SIM_ROW_NAME, AT(name), 0, 0, "", false, "", ""},
};
static const struct sim_section section = {"sample", rows, sizeof rows / sizeof rows[0]};

/* The value as it is printed after it was parsed; NULL where it was refused. */
static const char *round_trip(const char *key, const char *text)
{
    static char printed[SIM_ROW_TEXT_BYTES];
    struct sim_memory memory = {0};
    struct sim_values values = {0};
    struct sample sample = {0};
    struct sim_error error;
    int row = sim_row_find(&section, key);
    values.at[row] = (struct sim_value){text, "here"};
    int status = sim_section_parse(&section, &values, "here", &sample, &memory, &error);
    if (status == SIM_OK)
        sim_row_print(&rows[row], &sample, printed);
    sim_memory_free(&memory);
    return status == SIM_OK ? printed : NULL;
}

static void sim_rows__values_survive_a_round_trip(void)
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
    CHECK_TEXT(round_trip("colour", "red"), "red");
    CHECK_TEXT(round_trip("colour", "blue-2"), "blue-2");
    CHECK_TEXT(round_trip("fraction", "75%"), "0.75");
    CHECK_TEXT(round_trip("time", "250ms"), "0.25");
    CHECK_TEXT(round_trip("size", "8KB"), "2");
    CHECK_TEXT(round_trip("share", "12.5%"), "0.125");
    CHECK_TEXT(round_trip("real", ".50"), "0.5");
    CHECK_TEXT(round_trip("real", "5e-1"), "0.5");
    CHECK_TEXT(round_trip("text", "any \"text\""), "any \"text\"");
    CHECK_TEXT(round_trip("name", "linux-2.4_x"), "linux-2.4_x");
}

static void sim_rows__what_is_no_value_is_refused(void)
{
    static const char *const wrong[][2] = {
        {"real", "inf"},      {"real", "nan"},    {"real", "0x10"},
        {"real", "1 "},       {"real", ""},       {"real", "1e999"},
        {"real", "10.5"},     {"real", "-1.5"},   {"real", "none"},
        {"count", "2.5"},     {"count", "0"},     {"count", "11"},
        {"count", "-1"},      {"count", "two"},   {"fraction", "1"},
        {"fraction", "-0.1"}, {"flag", "maybe"},  {"flag", "1"},
        {"colour", "blue"},   {"colour", ""},     {"colour", "red|green"},
        {"name", "Upper"},    {"name", "../x"},   {"text", ""},
        {"limit", "-1"},      {"limit", "never"}, {"name", "a/b"},
        {"real", "5%"},       {"size", "6KB"},    {"size", "1s"},
        {"share", "101%"},    {"limit", "1MB"},   {"count", "2 "},
        {"real", "1,5"},      {"real", "+-3"},    {"real", "--3"},
    };
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (round_trip(wrong[i][0], wrong[i][1]) != NULL)
            printf("\n    %s: '%s' was accepted", wrong[i][0], wrong[i][1]);
        CHECK(round_trip(wrong[i][0], wrong[i][1]) == NULL);
    }
}

static void sim_rows__a_choice_tells_its_names(void)
{
    struct sim_memory memory = {0};
    struct sim_values values = {0};
    struct sample sample = {0};
    struct sim_error error;
    values.at[sim_row_find(&section, "colour")] = (struct sim_value){"gren", "f.yaml:3"};
    CHECK_EQ(sim_section_parse(&section, &values, "f.yaml:1", &sample, &memory, &error), SIM_USAGE);
    CHECK_TEXT(error.text, "f.yaml:3: colour: expected red, green or blue-2, found 'gren' (did you "
                           "mean 'green'?)");
    sim_memory_free(&memory);
}

static void sim_rows__error_names_place_key_range_and_value(void)
{
    struct sim_memory memory = {0};
    struct sim_values values = {0};
    struct sample sample = {0};
    struct sim_error error;
    values.at[sim_row_find(&section, "count")] = (struct sim_value){"11", "f.yaml:3"};
    CHECK_EQ(sim_section_parse(&section, &values, "f.yaml:1", &sample, &memory, &error), SIM_USAGE);
    CHECK_TEXT(error.text, "f.yaml:3: count: expected a whole number from 1 to 10, found '11'");
    values.at[sim_row_find(&section, "count")].text = "3MB";
    CHECK_EQ(sim_section_parse(&section, &values, "f.yaml:1", &sample, &memory, &error), SIM_USAGE);
    CHECK_TEXT(error.text, "f.yaml:3: count: expected a number alone, found '3MB'");
    values = (struct sim_values){0};
    values.at[sim_row_find(&section, "size")] = (struct sim_value){"3s", "f.yaml:4"};
    CHECK_EQ(sim_section_parse(&section, &values, "f.yaml:1", &sample, &memory, &error), SIM_USAGE);
    CHECK_TEXT(error.text, "f.yaml:4: size: expected a number, alone or with KB, MB, GB, TB or "
                           "pages, found '3s'");
    sim_memory_free(&memory);
}

TEST_SUITE(sim_rows, TEST(sim_rows__values_survive_a_round_trip),
           TEST(sim_rows__what_is_no_value_is_refused), TEST(sim_rows__a_choice_tells_its_names),
           TEST(sim_rows__error_names_place_key_range_and_value))
