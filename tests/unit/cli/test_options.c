/* Options of the command line. */
#include "ballast/cli/command.h"
#include "tests/check.h"

static const struct option options[] = {{"db", required_argument, NULL, 1},
                                        {"json", no_argument, NULL, 2},
                                        {"out", required_argument, NULL, 'o'},
                                        {0}};
static struct sim_error error;

static int first(int argc, const char *const *argv)
{
    optind = 0; /* getopt begins anew */
    error.text[0] = '\0';
    return command_option(argc, (char **)argv, options, &error);
}

static void options__known_ones(void)
{
    CHECK_EQ(first(3, (const char *const[]){"plot", "--db", "x.db", NULL}), 1);
    CHECK_TEXT(optarg, "x.db");
    CHECK_EQ(first(3, (const char *const[]){"plot", "-o", "dir", NULL}), 'o');
    CHECK_TEXT(optarg, "dir");
    CHECK_EQ(first(2, (const char *const[]){"plot", "--json", NULL}), 2);
    CHECK_EQ((unsigned)first(1, (const char *const[]){"plot", NULL}), (unsigned)-1);
    CHECK_TEXT(error.text, "");
}

static void options__unknown_ones_and_missing_values(void)
{
    CHECK_EQ(first(2, (const char *const[]){"plot", "--bogus", NULL}), '?');
    CHECK_TEXT(error.text,
               "plot: expected a known option, found '--bogus'; see `ballast help plot`");
    CHECK_EQ(first(2, (const char *const[]){"plot", "-x", NULL}), '?');
    CHECK_TEXT(error.text, "plot: expected a known option, found '-x'; see `ballast help plot`");
    CHECK_EQ(first(2, (const char *const[]){"plot", "--db", NULL}), '?');
    CHECK_TEXT(error.text, "plot: --db: expected a value, found none");
    CHECK_EQ(first(2, (const char *const[]){"plot", "-o", NULL}), '?');
    CHECK_TEXT(error.text, "plot: -o: expected a value, found none");
    CHECK_EQ(first(2, (const char *const[]){"plot", "--json=3", NULL}), '?');
    CHECK_CONTAINS(error.text, "--json=3");
}

static void options__numbers(void)
{
    uint64_t number = 0;
    CHECK_EQ(command_number("--seed", "18446744073709551615", 0, UINT64_MAX, &number, &error),
             SIM_OK);
    CHECK_EQ(number, UINT64_MAX);
    CHECK_EQ(command_number("--seed", "18446744073709551616", 0, UINT64_MAX, &number, &error),
             SIM_USAGE);
    CHECK_EQ(command_number("--seed", "-1", 0, UINT64_MAX, &number, &error), SIM_USAGE);
    CHECK_EQ(command_number("--seed", "", 0, UINT64_MAX, &number, &error), SIM_USAGE);
    CHECK_EQ(command_number("--seed", "1x", 0, UINT64_MAX, &number, &error), SIM_USAGE);
    CHECK_EQ(command_number("--jobs", "9", 1, 8, &number, &error), SIM_USAGE);
    CHECK_TEXT(error.text, "--jobs: expected a whole number from 1 to 8, found '9'");
}

static void options__too_many_sets(void)
{
    struct config_sets sets = {0};
    for (unsigned i = 0; i < CONFIG_SETS_MOST; i++)
        CHECK_EQ(config_sets_add(&sets, "a=b", &error), SIM_OK);
    CHECK_EQ(config_sets_add(&sets, "a=b", &error), SIM_USAGE);
}

TEST_SUITE(cli_options, TEST(options__known_ones),
           TEST(options__unknown_ones_and_missing_values), TEST(options__numbers),
           TEST(options__too_many_sets))
