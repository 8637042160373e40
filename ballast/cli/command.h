/*
 * The commands of the program, one file each (cmd_NAME.c), and what they share.
 *
 * A command is one constant: its name, its texts, the rows of its options, and the function that
 * runs it. Nothing else says what a command takes: the parser, `ballast help` and the manual page
 * are made from it.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "ballast/cli/options.h"
#include "sim/error.h"
#include "sim/listing.h"

#define COMMAND_DEFAULT_DB   "results/ballast.db"
#define COMMAND_OPERANDS_ANY UINT32_MAX

struct command {
    const char *name;     /* "run"; of a part of another command with that one's: "trace convert" */
    const char *operands; /* as in the usage line: "EXPERIMENT|FILE.yaml"; "" where it takes none */
    const char *tail;     /* of the usage line, behind the options; NULL: nothing */
    /* How many operands it takes, and their names for the message where there are others. */
    uint32_t least, most;
    const char *expected;

    const char *summary;   /* one line, without a full stop */
    const char *text;      /* paragraphs with line ends, before the options; NULL: none */
    void (*lists)(FILE *); /* prints lists that are made from tables of the program; NULL: none */
    const char *examples;  /* command lines with line ends, indented by 2; NULL: none */

    const struct option_group *groups; /* ends with a group without rows; NULL: no options */
    size_t bytes;                      /* of the struct that the groups' rows fill */
    /* `options` is that struct, or NULL for a command without options. Returns a status of
     * sim/error.h, `error` filled. */
    int (*run)(void *options, const struct command_line *line, struct sim_error *error);

    const struct command *const *parts; /* its subcommands, ends with NULL; NULL: it has none */
};

extern const struct command command_run, command_sweep, command_fit, command_show, command_compare,
    command_diff, command_merge, command_plot, command_report, command_verify, command_explain,
    command_trace, command_scan, command_replay, command_list, command_params, command_bench,
    command_help;
extern const struct command *const commands[]; /* ends with NULL */

/* A table of rows as a group of options whose values go into the command's own struct, */
#define COMMAND_GROUP(heading, table)                                                              \
    {                                                                                              \
        .title = (heading), .rows = (table), .count = sizeof(table) / sizeof *(table)              \
    }
/* and as the only group of a command, for `groups`. */
#define COMMAND_OPTIONS(table)                                                                     \
    (const struct option_group[])                                                                  \
    {                                                                                              \
        COMMAND_GROUP("Options", table),                                                           \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }

/*
 * The command that `words` name: one word, or two for a part. `*used` becomes the number of words
 * that were its name. NULL where there is none, `error` filled with the nearest right name.
 */
const struct command *command_find(char *const *words, uint32_t count, uint32_t *used,
                                   struct sim_error *error);

/* Runs the command line that `words` are, or prints its help where they ask for it. */
int command_dispatch(int count, char **words, struct sim_error *error);

/* ---- Rows that several commands have ------------------------------------------------------ */

/* Each takes the type of the command's struct, which has a field of the row's name. */
#define COMMAND_ROW_DB(owner)                                                                      \
    {                                                                                              \
        .name = "db", .type = OPTION_FILE, .argument = "FILE", OPTION_IN(owner, db),               \
        .fallback = COMMAND_DEFAULT_DB, .help = "the database of results"                          \
    }
#define COMMAND_ROW_SET(owner, what)                                                               \
    {                                                                                              \
        .name = "set", .type = OPTION_SETS, .argument = "key=value", OPTION_IN(owner, sets),       \
        .help = what                                                                               \
    }
/* Which runs: the fields `const char *variant`, `uint64_t seed` and `bool one_seed`. */
#define COMMAND_ROW_VARIANT(owner, what)                                                           \
    {                                                                                              \
        .name = "variant", .type = OPTION_TEXT, .argument = "NAME", OPTION_IN(owner, variant),     \
        .help = what                                                                               \
    }
#define COMMAND_ROW_SEED(owner, what)                                                              \
    {                                                                                              \
        .name = "seed", .type = OPTION_NUMBER, .argument = "N", OPTION_IN(owner, seed),            \
        OPTION_GIVEN(owner, one_seed), .most = UINT64_MAX, .help = what                            \
    }
#define COMMAND_ROW_ALONE(owner)                                                                   \
    {                                                                                              \
        .name = "alone", .type = OPTION_FLAG, OPTION_IN(owner, alone),                             \
        .help = "also run each VM alone on the same machine with enough memory; what a VM loses "  \
                "by the others is told from these runs"                                            \
    }
/* The form in which rows are printed: the field `int form`, an enum sim_listing_form. */
#define COMMAND_ROW_JSON(owner)                                                                    \
    {                                                                                              \
        .name = "json", .type = OPTION_CHOICE, OPTION_IN(owner, form), .choice = SIM_LISTING_JSON, \
        .help = "print JSON"                                                                       \
    }
#define COMMAND_ROW_MARKDOWN(owner)                                                                \
    {                                                                                              \
        .name = "markdown", .type = OPTION_CHOICE, OPTION_IN(owner, form),                         \
        .choice = SIM_LISTING_MARKDOWN, .help = "print a table in Markdown"                        \
    }
#define COMMAND_ROW_CSV(owner)                                                                     \
    {                                                                                              \
        .name = "csv", .type = OPTION_CHOICE, OPTION_IN(owner, form), .choice = SIM_LISTING_CSV,   \
        .help = "print CSV with a row of headings"                                                 \
    }
#define COMMAND_ROW_QUIET(owner)                                                                   \
    {                                                                                              \
        .name = "quiet", .type = OPTION_FLAG, OPTION_IN(owner, quiet),                             \
        .help = "print nothing but errors"                                                         \
    }

/* ---- Help (help.c, manual.c, completion.c)
 * ------------------------------------------------------------- */

void command_print_overview(FILE *out);
void command_print_help(const struct command *command, FILE *out);
/* `prefix` and "ballast run EXPERIMENT [--seed N] ...", broken into lines. */
void command_print_usage(const struct command *command, const char *prefix, FILE *out);
/* An option as a user writes it: "--seed N", "--format svg|png|pdf". */
#define COMMAND_OPTION_BYTES 120u
void command_option_text(const struct option_row *row, char text[COMMAND_OPTION_BYTES]);
/* What follows the help of an option: " (default: 60)", or "". */
void command_option_default(const struct option_row *row, char text[COMMAND_OPTION_BYTES]);
/* The manual page, as roff. */
void command_print_manual(FILE *out);
/* A script that completes command lines of one of these shells. */
extern const char *const command_shells[]; /* ends with NULL */
void command_print_completion(const char *shell, FILE *out);

#endif
