/*
 * A table for people: columns as wide as their widest cell.
 */
#ifndef EXPERIMENTS_TABLE_H
#define EXPERIMENTS_TABLE_H

#include <stdint.h>
#include <stdio.h>

#include "experiments/memory.h"

#define TABLE_COLUMNS_MOST 12u

struct table {
    struct config_memory memory;
    uint32_t columns, count, capacity; /* of columns; of cells */
    const char *alignment;             /* one letter for each column: 'l' or 'r' */
    const char **cells;
};

/* `alignment` must outlive the table; its length is the number of columns. */
void table_init(struct table *table, const char *alignment);
/* The next cell, row by row. */
void table_cell(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Two spaces between columns; the first row is the heading and is underlined. */
void table_print(const struct table *table, FILE *out);
/* The same for a page in Markdown. */
void table_print_markdown(const struct table *table, FILE *out);
void table_fini(struct table *table);

#endif
