/*
 * Keys and values as rows of tables. A part of the program describes each of its settings by one
 * row; parsers, range checks, error messages, lists of parameters and documentation are made from
 * the rows.
 *
 * A number may have a unit behind it ("1GB", "75%"): sim/quantity_read.h. Alone it is in the row's
 * own.
 *
 * A value comes as text together with its origin, such as "FILE:LINE" or "--set KEY", so that an
 * error says where the text stands.
 */
#ifndef SIM_ROWS_H
#define SIM_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"
#include "sim/memory.h"

enum sim_row_type {
    SIM_ROW_REAL,         /* double */
    SIM_ROW_REAL_OR_NONE, /* double; "none" is INFINITY */
    SIM_ROW_COUNT,        /* uint32_t */
    SIM_ROW_FRACTION,     /* uint32_t in basis points, written as a plain fraction */
    SIM_ROW_SECONDS,      /* uint64_t in nanoseconds, written in seconds */
    SIM_ROW_BOOL,         /* bool, written as yes, no, true or false */
    SIM_ROW_CHOICE,       /* uint32_t or an enum: the number of one of the names in `unit` */
    SIM_ROW_TEXT,         /* const char * */
    SIM_ROW_FILE,         /* const char *: a file that must exist, unless the text is empty */
    SIM_ROW_NAME,         /* const char *: lower-case letters, digits, '_', '-', '.' */
};

struct sim_row {
    const char *key;
    enum sim_row_type type;
    size_t offset;      /* of the value in the struct that the section fills */
    double least, most; /* of a number; unused for other types */
    const char *preset; /* the value unless given, as it would be written; NULL: none */
    bool required;
    const char *unit; /* "MB"; "": none; of a choice, its names from number 0 on: "red|green" */
    const char *help;
};

/* The rows of one struct. */
struct sim_section {
    const char *name;
    const struct sim_row *rows;
    uint32_t count;
};

/* Makes a section of an array of rows. */
#define SIM_SECTION(section_name, table)                                                           \
    {                                                                                              \
        (section_name), (table), sizeof(table) / sizeof(table)[0]                                  \
    }

#define SIM_ROWS_MOST      64u  /* in one section */
#define SIM_ROW_TEXT_BYTES 512u /* of a value as text, with its NUL */
#define SIM_NAME_BYTES     48u  /* of a SIM_ROW_NAME or the name of a choice, with its NUL */
#define SIM_CHOICES_MOST   16u

struct sim_value {
    const char *text; /* NULL: not given */
    const char *origin;
};

/* The values of a section, in the order of its rows. */
struct sim_values {
    struct sim_value at[SIM_ROWS_MOST];
};

/* The index of the row with this key, or -1. */
int sim_row_find(const struct sim_section *section, const char *key);

/* Fills the struct at `base`. Each value is what was given, else the row's preset, else what is
 * there already. Texts are kept in `memory`. Refuses a wrong value with SIM_USAGE and its origin,
 * and a required key that is missing with `origin`. */
int sim_section_parse(const struct sim_section *section, const struct sim_values *values,
                      const char *origin, void *base, struct sim_memory *memory,
                      struct sim_error *error);

/* Writes the value of a row in the struct at `base` as text. Two equal values give equal texts.
 * False if there is none: an empty text. */
bool sim_row_print(const struct sim_row *row, const void *base, char text[SIM_ROW_TEXT_BYTES]);

/* Writes a value in the one spelling that sim_row_print() gives it: "0.5" for "5e-1". False if the
 * text is no value of the row. */
bool sim_row_canonical(const struct sim_row *row, const char *text,
                       char canonical[SIM_ROW_TEXT_BYTES]);

#endif
