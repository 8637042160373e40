/*
 * The commands of the program, one file each (cmd_NAME.c), and what they share.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "ballast/config/home.h"
#include "sim/error.h"

#define COMMAND_DEFAULT_DB "results/ballast.db"

struct command {
    const char *name;
    const char *usage;   /* its arguments, one line or more */
    const char *summary; /* one line */
    const char *details; /* options and examples, ends with a newline; "" where there are none */
    /* argv[0] is the command's own name. Returns a status of sim/error.h, `error` filled. */
    int (*run)(int argc, char **argv, struct sim_error *error);
};

extern const struct command command_run, command_sweep, command_merge, command_plot, command_verify,
    command_trace, command_scan, command_list, command_params, command_bench, command_help;
extern const struct command *const commands[];        /* ends with NULL */
const struct command *command_find(const char *name); /* NULL: none */

/* Prints one command's help, or with NULL the overview. */
void command_print_help(const struct command *command);
/* manual.c: the manual page, roff. */
void command_print_manual(FILE *out);

/* ---- Options ----------------------------------------------------------------------------- */

/*
 * getopt_long() with our error line. -1 at the end of the options; '?' after an unknown option or a
 * missing value, `error` filled. `options` ends with a row of zeroes; short options are those of
 * its `val` that are letters.
 */
int command_option(int argc, char **argv, const struct option *options, struct sim_error *error);
/* A whole number in a range, of an option's value. */
int command_number(const char *option, const char *text, uint64_t least, uint64_t most,
                   uint64_t *number, struct sim_error *error);

#endif
