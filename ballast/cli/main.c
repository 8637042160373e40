/*
 * The program `ballast`: runs its command line, reports the error, and exits with the status.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "ballast/cli/command.h"
#include "ballast/run/program.h"

int main(int argc, char **argv)
{
    struct sim_error error = {0};
    int status = SIM_OK;

    signal(SIGXFSZ, SIG_IGN); /* a file beyond the user's limit is an error like a full disk */
    if (argc > 1 && strcmp(argv[1], "--version") == 0)
        program_print(stdout);
    else
        status = command_dispatch(argc - 1, argv + 1, &error);

    /* Output that could not be written is an error, be it the last line of a table. */
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == SIM_OK)
        status = sim_error_set(&error, SIM_SYSTEM, "standard output: cannot be written");
    if (error.text[0] != '\0')
        fprintf(stderr, "ballast: %s\n", error.text);
    return status;
}
