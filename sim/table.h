/*
 * A table for people to read: each column is as wide as its widest cell.
 */
#ifndef SIM_TABLE_H
#define SIM_TABLE_H

#include <stdint.h>
#include <stdio.h>

#include "sim/memory.h"

#define SIM_TABLE_COLUMNS_MOST 12u

struct sim_table {
    struct sim_memory memory;
    uint32_t columns, count; /* count: of cells */
    size_t room;             /* of cells */
    const char *alignment;   /* one letter for each column: 'l' or 'r' */
    const char **cells;
};

/* `alignment` must outlive the table; its length is the number of columns. */
void sim_table_init(struct sim_table *table, const char *alignment);
/* Adds the next cell; cells come row by row. A control character becomes a question mark. */
void sim_table_cell(struct sim_table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Prints the table with two spaces between columns. The first row is the heading; it is underlined.
 */
void sim_table_print(const struct sim_table *table, FILE *out);
/* The same in lines of at most `width` characters, where that can be: texts of columns with the
 * alignment 'l' are cut to what is left, the longest first, and end in ".." then. No column gets
 * narrower than 6. */
void sim_table_print_within(const struct sim_table *table, uint32_t width, FILE *out);
/* Prints the table in Markdown. */
void sim_table_print_markdown(const struct sim_table *table, FILE *out);
void sim_table_fini(struct sim_table *table);

#endif
