/* Names of commands and of their parts; every command's constant is whole. */
#include "ballast/cli/command.h"

#include "tests/check.h"

static struct sim_error error;
static uint32_t used;

static const struct command *find(const char *first, const char *second)
{
    char *words[] = {(char *)first, (char *)second};
    error.text[0] = '\0';
    return command_find(words, second != NULL ? 2 : 1, &used, &error);
}

static void command__finds_commands_and_parts(void)
{
    CHECK(find("run", NULL) == &command_run);
    CHECK_EQ(used, 1);
    CHECK(find("run", "fig7_idle_tax") == &command_run);
    CHECK_EQ(used, 1);
    CHECK(find("trace", NULL) == &command_trace);
    const struct command *convert = find("trace", "convert");
    CHECK(convert != NULL);
    CHECK_EQ(used, 2);
    CHECK_TEXT(convert ? convert->name : "", "trace convert");
}

static void command__wrong_names_get_the_nearest(void)
{
    CHECK(find("rum", NULL) == NULL);
    CHECK_TEXT(error.text,
               "expected a command, found 'rum' (did you mean 'run'?); `ballast help` lists them");
    CHECK_EQ(error.status, SIM_USAGE);
    CHECK(find("xyzzy", NULL) == NULL);
    CHECK_TEXT(error.text, "expected a command, found 'xyzzy'; `ballast help` lists them");
    CHECK(find("trace", "cnvert") == NULL);
    CHECK_TEXT(error.text, "trace: expected info, convert, cat, record or series, found 'cnvert' "
                           "(did you mean 'convert'?)");
    CHECK_EQ(error.status, SIM_USAGE);
}

static int dispatch(const char *first, const char *second, const char *third)
{
    char *words[] = {(char *)first, (char *)second, (char *)third, NULL};
    int count = third != NULL ? 3 : second != NULL ? 2 : first != NULL ? 1 : 0;
    error.text[0] = '\0';
    return command_dispatch(count, words, &error);
}

static void command__refuses_other_numbers_of_operands(void)
{
    CHECK_EQ(dispatch(NULL, NULL, NULL), SIM_USAGE);
    CHECK_CONTAINS(error.text, "expected a command, found none");
    CHECK_EQ(dispatch("run", NULL, NULL), SIM_USAGE);
    CHECK_TEXT(error.text, "run: expected one experiment or FILE.yaml, found none");
    CHECK_EQ(dispatch("run", "a", "b"), SIM_USAGE);
    CHECK_TEXT(error.text, "run: expected one experiment or FILE.yaml, found 2 arguments");
    CHECK_EQ(dispatch("list", "x", NULL), SIM_USAGE);
    CHECK_TEXT(error.text, "list: expected no argument, found 'x'");
    CHECK_EQ(dispatch("trace", NULL, NULL), SIM_USAGE);
    CHECK_TEXT(error.text, "trace: expected info, convert, cat, record or series, found none");
    CHECK_EQ(dispatch("trace", "cat", NULL), SIM_USAGE);
    CHECK_TEXT(error.text, "trace cat: expected a file, found none");
}

static void check_rows(const struct command *command, const struct option_group *group)
{
    for (uint32_t i = 0; i < group->count; i++) {
        const struct option_row *row = &group->rows[i];
        bool takes_value = row->type != OPTION_FLAG && row->type != OPTION_CHOICE;
        bool named = row->type == OPTION_WORD ? row->words != NULL : row->argument != NULL;
        bool inside = row->bytes > 0 && group->offset + row->offset + row->bytes <= command->bytes;
        bool whole = row->help != NULL && row->help[0] != '\0' && takes_value == named && inside &&
                     (row->type != OPTION_OTHER || row->take != NULL);
        if (!CHECK(whole))
            printf("\n    %s --%s", command->name, row->name);
        for (uint32_t j = 0; j < i; j++)
            CHECK(strcmp(group->rows[j].name, row->name) != 0);
    }
}

/* Rows without a help, fields outside of the struct: what the compiler does not see. Options are
 * parsed once, so that each default is known to be a right value. */
static void check_command(const struct command *command)
{
    char *words[] = {"x", NULL}, values[65536] = {0};
    struct command_line line;
    CHECK(command->summary != NULL && command->operands != NULL);
    CHECK((command->run != NULL) != (command->parts != NULL));
    CHECK(command->least == 0 || command->expected != NULL);
    CHECK(command->bytes <= sizeof values);
    for (const struct option_group *group = command->groups; group && group->rows; group++)
        check_rows(command, group);
    CHECK_EQ(options_take(command->name, command->groups, 1, words, values, &line, &error), SIM_OK);
    for (const struct command *const *part = command->parts; part && *part; part++)
        check_command(*part);
}

static void command__each_is_whole(void)
{
    for (const struct command *const *command = commands; *command; command++)
        check_command(*command);
}

TEST_SUITE(cli_command, TEST(command__finds_commands_and_parts),
           TEST(command__wrong_names_get_the_nearest),
           TEST(command__refuses_other_numbers_of_operands), TEST(command__each_is_whole))
