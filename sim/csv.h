/*
 * Tables in text files (CSV): a row of headings, then rows of fields separated by commas. A field
 * may stand in double quotes; a quote inside it is doubled. Blank lines and lines that begin with
 * `#` are comments.
 *
 * A table is read into memory whole, so it has at most 64 MB. Errors name the file and the line.
 */
#ifndef SIM_CSV_H
#define SIM_CSV_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"

struct sim_csv {
    char *path;
    char *text;             /* private: the fields point into it */
    const char **fields;    /* private: the headings, then row by row */
    uint32_t *lines;        /* the line of the headings, then of each row */
    uint32_t columns, rows; /* the headings are not one of the rows */
};

/* Reads the file. SIM_BAD_DATA if it cannot be read, is too large, has no rows, or has rows of
 * unequal length; SIM_SYSTEM if memory is short. After success the caller calls sim_csv_fini(). */
int sim_csv_read(struct sim_csv *csv, const char *path, struct sim_error *error);
void sim_csv_fini(struct sim_csv *csv); /* accepts a zeroed one */

/* The number of the column of this name, from 0; -1: there is none. */
int sim_csv_find(const struct sim_csv *csv, const char *name);
/* The same into *column; SIM_BAD_DATA if there is no such column. */
int sim_csv_column(const struct sim_csv *csv, const char *name, uint32_t *column,
                   struct sim_error *error);
/* Rows and columns count from 0. */
const char *sim_csv_field(const struct sim_csv *csv, uint32_t row, uint32_t column);
/* The field as a number from `least` to `most` (which may be infinite); SIM_BAD_DATA if not. */
int sim_csv_number(const struct sim_csv *csv, uint32_t row, uint32_t column, double least,
                   double most, double *number, struct sim_error *error);
/* Sets the error "PATH:LINE: COLUMN: expected EXPECTED, found 'FIELD'"; returns SIM_BAD_DATA. */
int sim_csv_refuse(const struct sim_csv *csv, uint32_t row, uint32_t column, const char *expected,
                   struct sim_error *error);

#endif
