/*
 * `ballast help`: what the commands are, and for each its options and examples.
 */
#include <stdio.h>
#include <string.h>

#include "ballast/cli/command.h"

void command_print_help(const struct command *command)
{
    if (command != NULL) {
        printf("usage: ballast %s %s\n\n%s.\n", command->name, command->usage, command->summary);
        if (command->details[0] != '\0')
            printf("\n%s", command->details);
        return;
    }
    printf("Ballast simulates how a hypervisor manages the memory of many virtual machines.\n\n"
           "usage: ballast COMMAND ...\n\n");
    for (const struct command *const *each = commands; *each != NULL; each++)
        printf("  %-8s %s\n", (*each)->name, (*each)->summary);
    printf(
        "\n`ballast help COMMAND` tells its options, with examples. To begin with:\n\n"
        "  ballast list\n"
        "  ballast run fig7_idle_tax --seed 1\n"
        "  ballast plot fig7_idle_tax\n"
        "  ballast verify fig7_idle_tax\n\n"
        "Exit status: 0 done; 1 a comparison failed; 2 usage or configuration; 3 bad input data;\n"
        "4 the system (disk full, database).\n");
}

static int help(int argc, char **argv, struct sim_error *error)
{
    if (argc == 2 && strcmp(argv[1], "--man") == 0) {
        command_print_manual(stdout);
        return SIM_OK;
    }
    const struct command *command = argc > 1 ? command_find(argv[1]) : NULL;
    if (argc > 2 || (argc > 1 && command == NULL))
        return sim_error_set(error, SIM_USAGE, "help: expected one command, found '%s'",
                             argv[argc - 1]);
    command_print_help(command);
    return SIM_OK;
}

const struct command command_help = {
    .name = "help",
    .usage = "[COMMAND|--man]",
    .summary = "Tells what the commands do",
    .details = "  --man  the whole manual page, ballast(1), as roff\n\n"
               "  ballast help sweep\n"
               "  ballast help --man | man -l -\n",
    .run = help,
};
