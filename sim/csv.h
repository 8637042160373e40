/*
 * Tables in text files: one heading row, then rows of comma-separated fields. A field may stand in
 * double quotes (doubled inside); blank lines and lines that begin with `#` are comments.
 *
 * For small tables that people write: the whole file is in memory. Every complaint names file and
 * line.
 */
#ifndef SIM_CSV_H
#define SIM_CSV_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"

struct sim_csv {
    char *path;
    char *text;             /* private: what the fields point into */
    const char **fields;    /* headings first, then row by row */
    uint32_t *lines;        /* of each row, headings included */
    uint32_t columns, rows; /* rows without the headings */
};

/* Reads the file. SIM_BAD_DATA if it cannot be read, has no rows, or rows of unequal length. On
 * success the caller ends it with sim_csv_fini(). */
int sim_csv_read(struct sim_csv *csv, const char *path, struct sim_error *error);
void sim_csv_fini(struct sim_csv *csv); /* accepts one that is all zero */

/* The column of this name, or -1. */
int sim_csv_find(const struct sim_csv *csv, const char *name);
/* The same; SIM_BAD_DATA if there is none. */
int sim_csv_column(const struct sim_csv *csv, const char *name, uint32_t *column,
                   struct sim_error *error);
const char *sim_csv_field(const struct sim_csv *csv, uint32_t row, uint32_t column);
/* The field as a number from `least` to `most` (which may be infinite); SIM_BAD_DATA if not. */
int sim_csv_number(const struct sim_csv *csv, uint32_t row, uint32_t column, double least,
                   double most, double *number, struct sim_error *error);
/* SIM_BAD_DATA, "PATH:LINE: COLUMN: expected EXPECTED, found 'FIELD'". */
int sim_csv_refuse(const struct sim_csv *csv, uint32_t row, uint32_t column, const char *expected,
                   struct sim_error *error);

#endif
