/*
 * The keys of an experiment's file: one row each, from which the parser, the range
 * checks, `--set`, the parameters in the database and `ballast params` are made.
 */
#ifndef CONFIG_ROWS_H
#define CONFIG_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ballast/config/config.h"
#include "sim/error.h"
#include "sim/memory.h"

enum config_type {
    CONFIG_REAL,         /* double */
    CONFIG_REAL_OR_NONE, /* double; "none" is INFINITY */
    CONFIG_COUNT,        /* uint32_t */
    CONFIG_FRACTION,     /* uint32_t in basis points, written as a plain fraction */
    CONFIG_SECONDS,      /* uint64_t in nanoseconds, written in seconds */
    CONFIG_BOOL,         /* bool: yes, no, true, false */
    CONFIG_OS,           /* enum guest_os */
    CONFIG_TEXT,         /* const char * */
    CONFIG_FILE,         /* the same: a file that must be there, unless the text is empty */
    CONFIG_NAME,         /* const char *: lower-case letters, digits, '_', '-' */
};

struct config_row {
    const char *key;
    enum config_type type;
    size_t offset; /* of the value in the section's struct */
    double least, most;
    const char *preset; /* as it would be written; NULL: none */
    bool required;
    const char *unit, *help;
};

struct config_section {
    const char *name;
    const struct config_row *rows;
    uint32_t count;
};

#define CONFIG_TEXT_BYTES 512u
#define CONFIG_ROWS_MOST  32u /* in one section */

extern const struct config_section config_top_section;         /* of struct experiment_config */
extern const struct config_section config_machine_section;     /* of struct config_machine */
extern const struct config_section config_vm_section;          /* of struct config_vm */
extern const struct config_section config_guest_section;       /* of struct config_guest */
extern const struct config_section config_boot_section;        /* of struct config_boot */
extern const struct config_section config_record_section;      /* of struct config_record */
extern const struct config_section config_workload_sections[]; /* of struct config_workload */
#define CONFIG_WORKLOADS 8u

/* The policy's tunables, by the names that people use. Of struct mp_tunables. */
const struct config_section *config_policy_section(void);

/* A value as it was written, and where: "FILE:LINE" or "--set KEY". */
struct config_value {
    const char *text; /* NULL: not given */
    const char *origin;
};

struct config_values {
    struct config_value at[CONFIG_ROWS_MOST];
};

/* Index of the row, or -1. */
int config_row_find(const struct config_section *section, const char *key);

/* Fills the struct at `base`: what was given, else the row's preset, else what is there already. An
 * error about a key that is missing says `origin`. Strings are kept in `memory`. */
int config_section_parse(const struct config_section *section, const struct config_values *values,
                         const char *origin, void *base, struct sim_memory *memory,
                         struct sim_error *error);

/* The value as it would be written. False where there is none: an empty text. */
bool config_row_print(const struct config_row *row, const void *base, char *text, size_t bytes);

#endif
