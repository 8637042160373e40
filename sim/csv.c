/*
 * Comma-separated tables are read whole and split in place.
 *
 * The hazard is a missing comma, which shifts the rest of a row to the wrong columns. So every row
 * must have as many fields as the heading.
 */
#include "sim/csv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/file.h"

#define BYTES_MOST (64u << 20) /* our choice: a table that people write, not a trace */

/* Ends the line at `from` with a zero; returns the start of the next. */
static char *line_end(char *from)
{
    char *end = from + strcspn(from, "\n");
    char *next = *end != '\0' ? end + 1 : end;
    *end = '\0';
    if (end > from && end[-1] == '\r')
        end[-1] = '\0';
    return next;
}

static bool is_comment(const char *line)
{
    return line[strspn(line, " \t\r")] == '\0' || line[0] == '#';
}

/* Splits a row in place and stores its first `most` fields. Returns how many fields it has. */
static uint32_t row_split(char *row, const char **fields, uint32_t most)
{
    uint32_t count = 0;
    for (char *from = row;; from++) {
        bool quoted = *from == '"';
        char *to = quoted ? ++from : from;
        if (count < most)
            fields[count] = to;
        count++;
        for (; *from != '\0' && (quoted || *from != ','); from++) {
            if (quoted && *from == '"' && *++from != '"') {
                quoted = false;
                from--;
                continue;
            }
            *to++ = *from;
        }
        bool last = *from == '\0';
        *to = '\0';
        if (last)
            return count;
    }
}

static uint32_t count_of(const char *text, char wanted)
{
    uint32_t count = 1;
    for (; *text != '\0'; text++)
        count += *text == wanted;
    return count;
}

/* The first one of two equal names; NULL: all differ. */
static const char *name_twice(const struct sim_csv *csv)
{
    for (uint32_t i = 0; i < csv->columns; i++) {
        for (uint32_t j = 0; j < i; j++) {
            if (csv->fields[i][0] != '\0' && strcmp(csv->fields[i], csv->fields[j]) == 0)
                return csv->fields[i];
        }
    }
    return NULL;
}

/* The heading is split. */
static int heading_check(const struct sim_csv *csv, uint32_t line, struct sim_error *error)
{
    const char *other = csv->columns == 1 ? strpbrk(csv->fields[0], ";\t") : NULL;
    const char *twice = other == NULL ? name_twice(csv) : NULL;
    if (other != NULL)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s:%u: expected columns with commas between, and decimal points, "
                             "found %s between",
                             csv->path, line, *other == ';' ? "semicolons" : "tabs");
    if (twice != NULL)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s:%u: expected each column once, found '%s' twice", csv->path, line,
                             twice);
    return SIM_OK;
}

static int rows_split(struct sim_csv *csv, struct sim_error *error)
{
    uint32_t line = 0, most_rows = count_of(csv->text, '\n');
    /* A row has one field more than it has commas. */
    size_t most_fields = (size_t)most_rows + count_of(csv->text, ',');
    csv->lines = malloc(most_rows * sizeof *csv->lines);
    csv->fields = malloc(most_fields * sizeof *csv->fields);
    if (csv->lines == NULL || csv->fields == NULL)
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory for %u rows", csv->path, most_rows);
    bool heading = true;
    bool has_mark = strncmp(csv->text, "\xef\xbb\xbf", 3) == 0; /* of UTF-8, as Excel writes it */
    for (char *at = csv->text + (has_mark ? 3 : 0); *at != '\0';) {
        char *row = at;
        at = line_end(at);
        line++;
        if (is_comment(row))
            continue;
        if (heading)
            csv->columns = count_of(row, ',');
        uint32_t index = heading ? 0 : csv->rows + 1;
        uint32_t found = row_split(row, csv->fields + (size_t)index * csv->columns, csv->columns);
        if (found != csv->columns)
            return sim_error_set(error, SIM_BAD_DATA, "%s:%u: expected %u columns, found %u",
                                 csv->path, line, csv->columns, found);
        if (heading && heading_check(csv, line, error) != SIM_OK)
            return SIM_BAD_DATA;
        csv->lines[index] = line;
        csv->rows += !heading;
        heading = false;
    }
    if (csv->rows == 0)
        return sim_error_set(error, SIM_BAD_DATA, "%s: expected a heading and rows, found %s",
                             csv->path, heading ? "neither" : "a heading only");
    return SIM_OK;
}

int sim_csv_read(struct sim_csv *csv, const char *path, struct sim_error *error)
{
    *csv = (struct sim_csv){.path = strdup(path)};
    int status = csv->path == NULL
                     ? sim_error_set(error, SIM_SYSTEM, "%s: no memory", path)
                     : sim_file_text_within(path, BYTES_MOST, SIM_BAD_DATA, &csv->text, error);
    if (status == SIM_OK)
        status = rows_split(csv, error);
    if (status != SIM_OK)
        sim_csv_fini(csv);
    return status;
}

void sim_csv_fini(struct sim_csv *csv)
{
    free(csv->path);
    free(csv->text);
    free(csv->fields);
    free(csv->lines);
    *csv = (struct sim_csv){0};
}

int sim_csv_find(const struct sim_csv *csv, const char *name)
{
    for (uint32_t i = 0; i < csv->columns; i++) {
        if (strcmp(csv->fields[i], name) == 0)
            return (int)i;
    }
    return -1;
}

static int refuse_columns(const struct sim_csv *csv, const char *name, struct sim_error *error)
{
    char found[300] = "";
    size_t length = 0;

    for (uint32_t i = 0; i < csv->columns && length < sizeof found; i++)
        length += (size_t)snprintf(found + length, sizeof found - length, "%s%s", i > 0 ? ", " : "",
                                   csv->fields[i]);
    return sim_error_set(error, SIM_BAD_DATA,
                         "%s:%u: expected the column '%s', found the columns %s", csv->path,
                         csv->lines[0], name, found);
}

int sim_csv_column(const struct sim_csv *csv, const char *name, uint32_t *column,
                   struct sim_error *error)
{
    int found = sim_csv_find(csv, name);
    if (found < 0)
        return refuse_columns(csv, name, error);
    *column = (uint32_t)found;
    return SIM_OK;
}

const char *sim_csv_field(const struct sim_csv *csv, uint32_t row, uint32_t column)
{
    return csv->fields[(size_t)(row + 1) * csv->columns + column];
}

int sim_csv_refuse(const struct sim_csv *csv, uint32_t row, uint32_t column, const char *expected,
                   struct sim_error *error)
{
    return sim_error_set(error, SIM_BAD_DATA, "%s:%u: %s: expected %s, found '%s'", csv->path,
                         csv->lines[row + 1], csv->fields[column], expected,
                         sim_csv_field(csv, row, column));
}

int sim_csv_number(const struct sim_csv *csv, uint32_t row, uint32_t column, double least,
                   double most, double *number, struct sim_error *error)
{
    const char *text = sim_csv_field(csv, row, column);
    char *end, expected[100];

    *number = strtod(text, &end);
    if (end != text && *end == '\0' && *number >= least && *number <= most)
        return SIM_OK;
    snprintf(expected, sizeof expected, "a number");
    if (isfinite(least) && isfinite(most))
        snprintf(expected, sizeof expected, "a number from %.10g to %.10g", least, most);
    return sim_csv_refuse(csv, row, column, expected, error);
}
