/*
 * The same rows for people and for programs: as a table, as a table in Markdown, as a JSON list of
 * objects, or as CSV.
 *
 * The columns are described once. Each row then gives its cells in the order of the columns. A
 * column may be in the tables only, or in JSON and CSV only, where the two say a thing in different
 * ways (minutes for people, seconds for programs): its cell is dropped in the other form.
 *
 *     static const struct sim_column columns[] = {{"VM", "vm", 'l'}, {"MB", "memory_mb", 'r'}};
 *     sim_listing_begin(&listing, form, columns, 2, stdout);
 *     sim_listing_text(&listing, "web");
 *     sim_listing_number(&listing, 48.5, 4);
 *     sim_listing_end(&listing);
 */
#ifndef SIM_LISTING_H
#define SIM_LISTING_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/json.h"
#include "sim/table.h"

enum sim_listing_form {
    SIM_LISTING_TABLE,
    SIM_LISTING_MARKDOWN,
    SIM_LISTING_JSON,
    SIM_LISTING_CSV
};

struct sim_column {
    const char *heading; /* in tables; NULL: the column is not in tables */
    const char *key;     /* in JSON and CSV; NULL: the column is in neither */
    char alignment;      /* in tables: 'l' or 'r' */
};

#define SIM_LISTING_COLUMNS_MOST 20u

/* Private. */
struct sim_listing {
    enum sim_listing_form form;
    const struct sim_column *columns;
    uint32_t count, next; /* columns; the one that the next cell is for */
    FILE *out;
    struct sim_table table;
    char alignment[SIM_LISTING_COLUMNS_MOST + 1];
    struct sim_json json;
    bool begun; /* CSV: the present line has a cell */
};

/* `columns` must outlive the listing. */
void sim_listing_begin(struct sim_listing *listing, enum sim_listing_form form,
                       const struct sim_column *columns, uint32_t count, FILE *out);
/* The next cell, row by row. NULL is an empty cell in a table and in CSV, null in JSON. */
void sim_listing_text(struct sim_listing *listing, const char *text);
void sim_listing_format(struct sim_listing *listing, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Tables show so many significant digits, but every digit before the point. A number that is not
 * finite is an empty cell in a table and in CSV, null in JSON. */
void sim_listing_number(struct sim_listing *listing, double value, int digits);
void sim_listing_count(struct sim_listing *listing, uint64_t value); /* below 2^53 for JSON */
void sim_listing_bool(struct sim_listing *listing, bool value);      /* yes or no; true or false */
/* Prints it. The last row must be whole. JSON and CSV are written while the cells come. */
void sim_listing_end(struct sim_listing *listing);

#endif
