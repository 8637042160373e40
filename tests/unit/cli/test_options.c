/* Options of the command line, by their rows. */
#include "ballast/cli/options.h"

#include "ballast/config/config.h"
#include "tests/check.h"

struct shared {
    const char *clock;
    bool raw;
};

struct values {
    bool json, has_seed;
    int form;
    const char *db, *out, *format;
    uint32_t jobs;
    uint64_t seed;
    double every_s;
    uint64_t hash, key;
    struct option_times at;
    struct config_sets sets, varied;
    int shard;
    struct shared shared;
};

static int take_shard(const char *text, void *field, struct sim_error *error)
{
    *(int *)field = text[0] - '0';
    return strlen(text) == 1 ? SIM_OK : sim_error_set(error, SIM_USAGE, "--shard: too long");
}

static const char *const formats[] = {"svg", "png", "pdf", NULL};
static const struct option_row rows[] = {
    {.name = "json", .type = OPTION_FLAG, OPTION_IN(values, json), .help = ""},
    {.name = "table", .type = OPTION_CHOICE, OPTION_IN(values, form), .choice = 1, .help = ""},
    {.name = "page", .type = OPTION_CHOICE, OPTION_IN(values, form), .choice = 2, .help = ""},
    {.name = "db",
     .type = OPTION_FILE,
     .argument = "FILE",
     OPTION_IN(values, db),
     .fallback = "a.db",
     .help = ""},
    {.name = "out",
     .letter = 'o',
     .type = OPTION_FOLDER,
     .argument = "DIR",
     OPTION_IN(values, out),
     .help = ""},
    {.name = "format",
     .type = OPTION_WORD,
     OPTION_IN(values, format),
     .words = formats,
     .fallback = "svg",
     .help = ""},
    {.name = "jobs",
     .type = OPTION_NUMBER,
     .argument = "N",
     OPTION_IN(values, jobs),
     .least = 1,
     .most = 8,
     .fallback = "2",
     .help = ""},
    {.name = "seed",
     .type = OPTION_NUMBER,
     .argument = "N",
     OPTION_IN(values, seed),
     OPTION_GIVEN(values, has_seed),
     .most = UINT64_MAX,
     .help = ""},
    {.name = "every",
     .type = OPTION_SECONDS,
     .argument = "S",
     OPTION_IN(values, every_s),
     .least_s = 0.01,
     .most_s = 60,
     .help = ""},
    {.name = "hash", .type = OPTION_HEX, .argument = "H", OPTION_IN(values, hash), .help = ""},
    {.name = "nonzero",
     .type = OPTION_HEX,
     .argument = "H",
     OPTION_IN(values, key),
     .least = 1,
     .help = ""},
    {.name = "at", .type = OPTION_TIMES, .argument = "S", OPTION_IN(values, at), .help = ""},
    {.name = "set", .type = OPTION_SETS, .argument = "K", OPTION_IN(values, sets), .help = ""},
    {.name = "vary",
     .type = OPTION_SETS,
     .argument = "K",
     OPTION_IN(values, varied),
     .most = 2,
     .help = ""},
    {.name = "shard",
     .type = OPTION_OTHER,
     .argument = "I",
     OPTION_IN(values, shard),
     .take = take_shard,
     .help = ""},
};
static const struct option_row shared_rows[] = {
    {.name = "clock",
     .type = OPTION_TEXT,
     .argument = "TEXT",
     OPTION_IN(shared, clock),
     .help = ""},
    {.name = "raw", .type = OPTION_FLAG, OPTION_IN(shared, raw), .help = ""},
};
static const struct option_group groups[] = {
    {.title = "Options", .rows = rows, .count = sizeof rows / sizeof *rows},
    {.title = "Shared", .rows = shared_rows, .count = 2, .offset = offsetof(struct values, shared)},
    {0},
};

static struct values values;
static struct command_line line;
static struct sim_error error;

/* Takes the words up to NULL, behind the command's name. */
static int take(const char *const *words)
{
    char *argv[30] = {"plot"};
    int argc = 1;
    while (words[argc - 1] != NULL) {
        argv[argc] = (char *)words[argc - 1];
        argc++;
    }
    memset(&values, 0, sizeof values);
    error.text[0] = '\0';
    return options_take("plot", groups, argc, argv, &values, &line, &error);
}
#define TAKE(...) take((const char *const[]){__VA_ARGS__, NULL})

static void options__defaults_stand_where_nothing_is_given(void)
{
    CHECK_EQ(take((const char *const[]){NULL}), SIM_OK);
    CHECK_TEXT(values.db, "a.db");
    CHECK_TEXT(values.format, "svg");
    CHECK_EQ(values.jobs, 2);
    CHECK(!values.json && !values.has_seed && values.form == 0 && values.out == NULL);
    CHECK_EQ(values.at.count + values.sets.count + line.count, 0);
}

static void options__each_type_stores_its_value(void)
{
    CHECK_EQ(TAKE("--json", "--page", "--db", "x.db", "--format=pdf", "--jobs", "8", "--seed",
                  "18446744073709551615", "--every", "0.5", "--at", "0,1.5,30", "--shard", "7",
                  "--hash", "fFfF"),
             SIM_OK);
    CHECK(values.json && values.has_seed);
    CHECK_EQ(values.form, 2);
    CHECK_TEXT(values.db, "x.db");
    CHECK_TEXT(values.format, "pdf");
    CHECK_EQ(values.jobs, 8);
    CHECK_EQ(values.seed, UINT64_MAX);
    CHECK_NEAR(values.every_s, 0.5, 0);
    CHECK_EQ(values.at.count, 3);
    CHECK_NEAR(values.at.at_s[2], 30, 0);
    CHECK_EQ(values.shard, 7);
    CHECK_EQ(values.hash, 0xffff);
    CHECK_EQ(TAKE("-o", "one"), SIM_OK);
    CHECK_TEXT(values.out, "one");
    CHECK_EQ(TAKE("-otwo"), SIM_OK);
    CHECK_TEXT(values.out, "two");
}

static void options__rows_of_a_shared_group_fill_its_own_struct(void)
{
    CHECK_EQ(TAKE("--clock", "wall", "--raw"), SIM_OK);
    CHECK_TEXT(values.shared.clock, "wall");
    CHECK(values.shared.raw);
}

static void options__sets_add_up_until_there_are_too_many(void)
{
    CHECK_EQ(TAKE("--set", "a=1", "--set", "b=2", "--vary", "c=3", "--set", "d=4"), SIM_OK);
    CHECK_EQ(values.sets.count, 3);
    CHECK_TEXT(values.sets.at[2], "d=4");
    CHECK_EQ(values.varied.count, 1);
    CHECK_EQ(TAKE("--vary", "a=1", "--vary", "b=2", "--vary", "c=3"), SIM_USAGE);
    CHECK_TEXT(error.text, "--vary: expected at most 2 of them, found more");
    struct config_sets sets = {0};
    for (unsigned i = 0; i < CONFIG_SETS_MOST; i++)
        CHECK_EQ(config_sets_add(&sets, "a=b", &error), SIM_OK);
    CHECK_EQ(config_sets_add(&sets, "a=b", &error), SIM_USAGE);
}

static void options__operands_stand_anywhere(void)
{
    CHECK_EQ(TAKE("one", "--json", "two", "--db", "x.db", "three"), SIM_OK);
    CHECK_EQ(line.count, 3);
    CHECK_TEXT(line.operands[0], "one");
    CHECK_TEXT(line.operands[2], "three");
    CHECK(values.json && !line.has_dashes);
}

static void options__behind_two_dashes_all_are_operands(void)
{
    CHECK_EQ(TAKE("out", "--json", "--", "ls", "--raw"), SIM_OK);
    CHECK(line.has_dashes && !values.shared.raw);
    CHECK_EQ(line.count, 3);
    CHECK_TEXT(line.operands[0], "out");
    CHECK_TEXT(line.operands[2], "--raw");
    CHECK_EQ(TAKE("--clock", "--", "out"), SIM_OK); /* a value that looks like them */
    CHECK_TEXT(values.shared.clock, "--");
    CHECK(!line.has_dashes);
}

static void options__a_name_may_be_cut_short_while_it_is_the_only_one(void)
{
    CHECK_EQ(TAKE("--js", "--ev", "1"), SIM_OK);
    CHECK(values.json);
    CHECK_NEAR(values.every_s, 1, 0);
    CHECK_EQ(TAKE("--se", "1"), SIM_USAGE);
    CHECK_TEXT(error.text, "plot: expected the whole name of an option, found '--se', with which "
                           "several begin");
}

static void options__unknown_ones_name_the_nearest(void)
{
    CHECK_EQ(TAKE("--bogus"), SIM_USAGE);
    CHECK_TEXT(error.text,
               "plot: expected a known option, found '--bogus'; see `ballast help plot`");
    CHECK_EQ(TAKE("--fromat", "svg"), SIM_USAGE);
    CHECK_TEXT(error.text, "plot: expected a known option, found '--fromat' (did you mean "
                           "'--format'?); see `ballast help plot`");
    CHECK_EQ(TAKE("--clok=wall"), SIM_USAGE);
    CHECK_CONTAINS(error.text, "found '--clok=wall' (did you mean '--clock'?)");
    CHECK_EQ(TAKE("-x"), SIM_USAGE);
    CHECK_TEXT(error.text, "plot: expected a known option, found '-x'; see `ballast help plot`");
}

static void options__missing_and_surplus_values(void)
{
    CHECK_EQ(TAKE("--db"), SIM_USAGE);
    CHECK_TEXT(error.text, "plot: --db: expected a value, found none");
    CHECK_EQ(TAKE("-o"), SIM_USAGE);
    CHECK_TEXT(error.text, "plot: -o: expected a value, found none");
    CHECK_EQ(TAKE("--json=3"), SIM_USAGE);
    CHECK_TEXT(error.text, "plot: --json: expected no value, found '--json=3'");
}

static void options__wrong_values(void)
{
    static const struct {
        const char *option, *value, *message;
    } wrong[] = {
        {"--format", "pgn",
         "--format: expected svg, png or pdf, found 'pgn' (did you mean 'png'?)"},
        {"--format", "", "--format: expected svg, png or pdf, found ''"},
        {"--jobs", "9", "--jobs: expected a whole number from 1 to 8, found '9'"},
        {"--jobs", "0", "--jobs: expected a whole number from 1 to 8, found '0'"},
        {"--jobs", "1x", "--jobs: expected a whole number from 1 to 8, found '1x'"},
        {"--jobs", "", "--jobs: expected a whole number from 1 to 8, found ''"},
        {"--seed", "-1", "found '-1'"},
        {"--seed", "18446744073709551616", "found '18446744073709551616'"},
        {"--every", "soon", "--every: expected 0.01 to 60 seconds, found 'soon'"},
        {"--every", "0", "--every: expected 0.01 to 60 seconds, found '0'"},
        {"--every", "nan", "--every: expected 0.01 to 60 seconds, found 'nan'"},
        {"--at", "30,20",
         "--at: expected rising times in seconds, such as 30,90,150, found '30,20'"},
        {"--at", "30,,40", "--at: expected rising times"},
        {"--at", "", "--at: expected rising times"},
        {"--hash", "x", "--hash: expected at most 16 hexadecimal digits, found 'x'"},
        {"--hash", "-1", "--hash: expected at most 16 hexadecimal digits, found '-1'"},
        {"--hash", "11112222333344445", "--hash: expected at most 16 hexadecimal digits, found"},
        {"--nonzero", "0",
         "--nonzero: expected at most 16 hexadecimal digits, not all 0, found '0'"},
        {"--shard", "12", "--shard: too long"},
    };
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_EQ(TAKE(wrong[i].option, wrong[i].value), SIM_USAGE);
        CHECK_CONTAINS(error.text, wrong[i].message);
    }
}

static void options__too_many_times(void)
{
    static char text[8 * (OPTION_TIMES_MOST + 1)];
    size_t used = 0;
    for (unsigned i = 0; i <= OPTION_TIMES_MOST; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%u", i > 0 ? "," : "", i);
    CHECK_EQ(TAKE("--at", text), SIM_USAGE);
    CHECK_TEXT(error.text, "--at: expected at most 1000 times, found more");
    *strrchr(text, ',') = '\0';
    CHECK_EQ(TAKE("--at", text), SIM_OK);
}

TEST_SUITE(cli_options, TEST(options__defaults_stand_where_nothing_is_given),
           TEST(options__each_type_stores_its_value),
           TEST(options__rows_of_a_shared_group_fill_its_own_struct),
           TEST(options__sets_add_up_until_there_are_too_many),
           TEST(options__operands_stand_anywhere),
           TEST(options__behind_two_dashes_all_are_operands),
           TEST(options__a_name_may_be_cut_short_while_it_is_the_only_one),
           TEST(options__unknown_ones_name_the_nearest), TEST(options__missing_and_surplus_values),
           TEST(options__wrong_values), TEST(options__too_many_times))
