/*
 * `ballast help`: what the commands are, and for each its options and examples.
 */
#include <stdio.h>

#include "ballast/cli/command.h"

struct options {
    bool man;
    const char *completion; /* NULL: none */
};

static int help(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    uint32_t used;
    if (options->man) {
        command_print_manual(stdout);
        return SIM_OK;
    }
    if (options->completion != NULL) {
        command_print_completion(options->completion, stdout);
        return SIM_OK;
    }
    if (line->count == 0) {
        command_print_overview(stdout);
        return SIM_OK;
    }
    const struct command *command = command_find(line->operands, line->count, &used, error);
    if (command == NULL)
        return error->status;
    if (used < line->count)
        return sim_error_set(error, SIM_USAGE, "help: expected one command, found '%s' behind it",
                             line->operands[used]);
    command_print_help(command, stdout);
    return SIM_OK;
}

static const struct option_row rows[] = {
    {.name = "man",
     .type = OPTION_FLAG,
     OPTION_IN(options, man),
     .help = "print the whole manual page, ballast(1), as roff"},
    {.name = "completion",
     .type = OPTION_WORD,
     OPTION_IN(options, completion),
     .words = command_shells,
     .help = "print a script with which the shell completes command lines"},
};

const struct command command_help = {
    .name = "help",
    .operands = "[COMMAND [PART]]",
    .most = 2,
    .expected = "one command",
    .summary = "Explains the commands",
    .groups = COMMAND_OPTIONS(rows),
    .examples = "  ballast help sweep\n"
                "  ballast help trace convert\n"
                "  ballast help --man | man -l -\n"
                "  source <(ballast help --completion bash)\n",
    .bytes = sizeof(struct options),
    .run = help,
};
