/* The help of commands: made from their rows, in lines that fit. */
#include <stdlib.h>

#include "ballast/cli/command.h"
#include "tests/check.h"
#include "traces/targets/target.h"

static char *text;

static const char *help_of(const struct command *command)
{
    size_t bytes = 0;
    free(text);
    text = NULL;
    FILE *out = open_memstream(&text, &bytes);
    command_print_help(command, out);
    fclose(out);
    return text;
}

static const struct command *part_of_trace(const char *name)
{
    char *words[] = {"trace", (char *)name};
    struct sim_error error;
    uint32_t used;
    return command_find(words, 2, &used, &error);
}

static void help__tells_usage_values_and_defaults(void)
{
    static const char *const words[] = {"one", "two", NULL};
    static const struct option_row rows[] = {
        {.name = "word", .type = OPTION_WORD, .words = words, .help = "which", .fallback = "one"},
        {.name = "set", .type = OPTION_SETS, .argument = "key=value", .help = "changes"},
        {.name = "out", .letter = 'o', .type = OPTION_FILE, .argument = "FILE", .help = "where"},
    };
    static const struct option_group groups[] = {
        {.title = "Options", .rows = rows, .count = 3},
        {.title = "Shared", .short_title = "[shared options]", .rows = rows + 1, .count = 1},
        {0}};
    static const struct command command = {.name = "try",
                                           .operands = "FILE...",
                                           .tail = "[-- COMMAND]",
                                           .summary = "Tries it",
                                           .text = "More.\n",
                                           .examples = "  ballast try x\n",
                                           .groups = groups};
    CHECK_TEXT(help_of(&command),
               "usage: ballast try FILE... [--word one|two] [--set key=value]... [--out FILE] "
               "[shared options]\n"
               "                   [-- COMMAND]\n\n"
               "Tries it.\n\n"
               "More.\n\n"
               "Options:\n"
               "  --word one|two   which (default: one)\n"
               "  --set key=value  changes\n"
               "  -o, --out FILE   where\n\n"
               "Shared:\n"
               "  --set key=value  changes\n\n"
               "Examples:\n"
               "  ballast try x\n");
}

static void check_width(const struct command *command)
{
    for (const char *line = help_of(command); *line != '\0'; line += strcspn(line, "\n") + 1)
        if (!CHECK(strcspn(line, "\n") <= 100))
            printf("\n    %s: %.*s", command->name, (int)strcspn(line, "\n"), line);
    for (const struct command *const *part = command->parts; part && *part; part++)
        check_width(*part);
}

static void help__every_line_fits(void)
{
    for (const struct command *const *command = commands; *command; command++)
        check_width(*command);
}

/* A user of trace finds the name of every format that is read or written. */
static void help__of_trace_names_parts_and_formats(void)
{
    CHECK_CONTAINS(help_of(&command_trace), "  trace convert  ");
    help_of(part_of_trace("convert"));
    for (const struct tr_source_about *about = tr_source_formats(); about->name; about++)
        CHECK_CONTAINS(text, about->name);
    for (const struct tr_source_about *about = tr_target_formats(); about->name; about++)
        CHECK_CONTAINS(text, about->description);
}

TEST_SUITE(cli_help, TEST(help__tells_usage_values_and_defaults), TEST(help__every_line_fits),
           TEST(help__of_trace_names_parts_and_formats))
