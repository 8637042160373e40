/*
 * The options of commands: one row each.
 *
 * The parser, the usage line, `ballast help COMMAND` and the manual page are made from the rows, so
 * that they always agree. Each command has a struct for the values of its options; a row says in
 * which field its value goes. Options that several commands share are a table of rows with a struct
 * of its own, which each of these commands has as a member: an option_group says at which offset.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

enum option_type {
    OPTION_FLAG,    /* bool: becomes true; takes no value */
    OPTION_CHOICE,  /* int: becomes row->choice; takes no value */
    OPTION_TEXT,    /* const char *: any text */
    OPTION_FILE,    /* const char *: the name of a file */
    OPTION_FOLDER,  /* const char *: the name of a folder */
    OPTION_WORD,    /* const char *: one of row->words */
    OPTION_NUMBER,  /* uint32_t or uint64_t: a whole number from row->least to row->most */
    OPTION_HEX,     /* uint64_t: hexadecimal digits, at least row->least */
    OPTION_SECONDS, /* double: from row->least_s to row->most_s */
    OPTION_TIMES,   /* struct option_times: one time or several, with commas between */
    OPTION_SETS,    /* struct config_sets: key=value; the option may be given several times */
    OPTION_OTHER,   /* any struct: row->take reads the value */
};

struct option_row {
    const char *name; /* the long name, without "--" */
    char letter;      /* the short name; 0: none */
    enum option_type type;
    const char *argument; /* what stands for the value in the help; NULL for FLAG, CHOICE, WORD */
    const char *help;     /* one line, in lower case, without a full stop */
    size_t offset;        /* of the field, in the struct that the group belongs to */
    size_t bytes;         /* size of the field */
    size_t given;         /* 1 + offset of a bool that becomes true if the user gives it; 0: none */
    const char *fallback; /* the default, as a user would write it; NULL: the field stays zero */
    uint64_t least, most; /* of NUMBER; of SETS, `most` is how often it may be given */
    double least_s, most_s;
    const char *const *words; /* of WORD; ends with NULL */
    int choice;
    /* Of OTHER: reads `text` into the field. */
    int (*take)(const char *text, void *field, struct sim_error *error);
};

/* In a row: the field of `struct owner` that takes the value. */
#define OPTION_IN(owner, field)                                                                    \
    .offset = offsetof(struct owner, field), .bytes = sizeof((struct owner *)NULL)->field
#define OPTION_GIVEN(owner, field) .given = 1 + offsetof(struct owner, field)

struct option_group {
    const char *title;             /* heading in the help; "Options" for a command's own */
    const char *short_title;       /* in the usage line, "[reading options]"; NULL: each option */
    const struct option_row *rows; /* NULL: the end of a list of groups */
    uint32_t count;
    size_t offset; /* of the struct with the values, in the command's struct */
};

/* Rising times in seconds. */
#define OPTION_TIMES_MOST 1000u
struct option_times {
    double at_s[OPTION_TIMES_MOST];
    uint32_t count; /* 0: the option was not given */
};

/* What stands on a command line beside the options. */
struct command_line {
    char **operands;
    uint32_t count;
    bool has_dashes; /* "--" stood among the words; what followed it are operands */
};

/*
 * Fills `values`, which is all zeroes, from the defaults and then from the words behind argv[0].
 * Options may stand before and behind the operands; argv is reordered. `command` is the name for
 * messages. Where an option is not known, the message has the nearest right name.
 */
int options_take(const char *command, const struct option_group *groups, int argc, char **argv,
                 void *values, struct command_line *line, struct sim_error *error);

/* Whole text: a whole number in a range. `option` is the name for the message. */
int options_number(const char *option, const char *text, uint64_t least, uint64_t most,
                   uint64_t *number, struct sim_error *error);

#endif
