/*
 * The program `ballast`: finds the command, reports its error, and exits with its status.
 */
#include <stdio.h>
#include <string.h>

#include "ballast/cli/command.h"
#include "ballast/run/run.h"

const struct command *const commands[] = {
    &command_run,  &command_sweep, &command_merge,  &command_plot,  &command_verify, &command_trace,
    &command_scan, &command_list,  &command_params, &command_bench, &command_help,   NULL,
};

const struct command *command_find(const char *name)
{
    for (const struct command *const *command = commands; *command != NULL; command++)
        if (strcmp((*command)->name, name) == 0)
            return *command;
    return NULL;
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static int dispatch(int argc, char **argv, struct sim_error *error)
{
    if (argc < 2)
        return sim_error_set(error, SIM_USAGE,
                             "expected a command, found none; `ballast help` lists them");
    if (strcmp(argv[1], "--version") == 0) {
        printf("ballast %s\n", BALLAST_VERSION);
        return SIM_OK;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        command_print_help(NULL);
        return SIM_OK;
    }
    const struct command *command = command_find(argv[1]);
    if (command == NULL)
        return sim_error_set(error, SIM_USAGE,
                             "expected a command, found '%s'; `ballast help` lists them", argv[1]);
    if (asks_for_help(argc - 1, argv + 1)) {
        command_print_help(command);
        return SIM_OK;
    }
    return command->run(argc - 1, argv + 1, error);
}

int main(int argc, char **argv)
{
    struct sim_error error = {0};
    int status = dispatch(argc, argv, &error);

    /* Output that could not be written is an error, be it the last line of a table. */
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == SIM_OK)
        status = sim_error_set(&error, SIM_SYSTEM, "standard output: cannot be written");
    if (error.text[0] != '\0')
        fprintf(stderr, "ballast: %s\n", error.text);
    return status;
}
