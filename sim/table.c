/*
 * Collects the cells, measures the columns, prints.
 */
#include "sim/table.h"

#include <assert.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sim/array.h"

void sim_table_init(struct sim_table *table, const char *alignment)
{
    *table = (struct sim_table){.columns = (uint32_t)strlen(alignment), .alignment = alignment};
    assert(table->columns >= 1 && table->columns <= SIM_TABLE_COLUMNS_MOST);
}

void sim_table_cell(struct sim_table *table, const char *format, ...)
{
    char text[400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (char *at = text; *at != '\0'; at++) /* a name may have line ends; a row is one line */
        if ((unsigned char)*at < ' ' || *at == '\x7f')
            *at = '?';
    sim_array_need(table->cells, table->room, table->count + 1);
    table->cells[table->count++] = sim_memory_text(&table->memory, "%s", text);
}

#define CUT_LEAST 6

/* In characters, not bytes: the bytes of UTF-8 after the first one take no place of their own. */
static int width(const char *text)
{
    int characters = 0;
    for (; *text != '\0'; text++)
        characters += ((unsigned char)*text & 0xc0) != 0x80;
    return characters;
}

/* The bytes of the first `characters` of a text. */
static int bytes_of(const char *text, int characters)
{
    const char *at = text;
    for (; *at != '\0'; at++)
        if (((unsigned char)*at & 0xc0) != 0x80 && characters-- == 0)
            break;
    return (int)(at - text);
}

static void cell_print(const char *cell, int most, FILE *out)
{
    if (width(cell) <= most)
        fputs(cell, out);
    else
        fprintf(out, "%.*s..", bytes_of(cell, most - 2), cell);
}

static void row_print(const struct sim_table *table, const char *const *cells, const int *widths,
                      FILE *out)
{
    int owed = 0; /* blanks are printed only before a text, never at the end of a line */
    for (uint32_t column = 0; column < table->columns; column++) {
        int own = width(cells[column]);
        int fill = own < widths[column] ? widths[column] - own : 0;
        bool right = table->alignment[column] == 'r';
        if (*cells[column] != '\0') {
            fprintf(out, "%*s", owed + (right ? fill : 0), "");
            cell_print(cells[column], widths[column], out);
        }
        owed = 2 + (*cells[column] != '\0' ? (right ? 0 : fill) : owed + widths[column]);
    }
    fputc('\n', out);
}

/* Takes `surplus` characters from the columns of texts, one by one from the widest. */
static void widths_cut(const struct sim_table *table, int *widths, int surplus)
{
    for (; surplus > 0; surplus--) {
        int *widest = NULL;
        for (uint32_t column = 0; column < table->columns; column++)
            if (table->alignment[column] == 'l' && widths[column] > CUT_LEAST &&
                (widest == NULL || widths[column] > *widest))
                widest = &widths[column];
        if (widest == NULL)
            return;
        --*widest;
    }
}

static void print_within(const struct sim_table *table, int most, FILE *out)
{
    int widths[SIM_TABLE_COLUMNS_MOST] = {0}, line = -2;
    for (uint32_t i = 0; i < table->count; i++) {
        int *widest = &widths[i % table->columns];
        int own = width(table->cells[i]);
        *widest = own > *widest ? own : *widest;
    }
    for (uint32_t column = 0; column < table->columns; column++)
        line += 2 + widths[column];
    widths_cut(table, widths, line - most);
    for (uint32_t i = 0; i + table->columns <= table->count; i += table->columns) {
        row_print(table, table->cells + i, widths, out);
        for (uint32_t column = 0; i == 0 && column < table->columns; column++)
            for (int dash = -2 * (column > 0); widths[column] > 0 && dash < widths[column]; dash++)
                fputc(dash < 0 ? ' ' : '-', out);
        if (i == 0)
            fputc('\n', out);
    }
}

void sim_table_print(const struct sim_table *table, FILE *out)
{
    print_within(table, INT_MAX, out);
}

void sim_table_print_within(const struct sim_table *table, uint32_t most, FILE *out)
{
    print_within(table, (int)most, out);
}

void sim_table_print_markdown(const struct sim_table *table, FILE *out)
{
    for (uint32_t i = 0; i + table->columns <= table->count; i += table->columns) {
        for (uint32_t column = 0; column < table->columns; column++) {
            fputs("| ", out);
            for (const char *text = table->cells[i + column]; *text != '\0'; text++)
                fprintf(out, *text == '|' || *text == '<' ? "\\%c" : "%c", *text);
            fputc(' ', out);
        }
        fputs("|\n", out);
        for (uint32_t column = 0; i == 0 && column < table->columns; column++)
            fputs(table->alignment[column] == 'r' ? "|--:" : "|---", out);
        if (i == 0)
            fputs("|\n", out);
    }
}

void sim_table_fini(struct sim_table *table)
{
    free(table->cells);
    sim_memory_free(&table->memory);
    *table = (struct sim_table){0};
}
