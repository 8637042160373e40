/*
 * Loads paper_series.csv into a temporary table.
 */
#include "ballast/results/paper_series.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/csv.h"

#define COLUMNS_MOST 32u
#define SQL_BYTES    4096u

/* Headings become names of columns, so they must be such. */
static int headings_check(const struct sim_csv *csv, struct sim_error *error)
{
    if (csv->columns > COLUMNS_MOST)
        return sim_error_set(error, SIM_BAD_DATA, "%s:%u: expected at most %u columns, found %u",
                             csv->path, csv->lines[0], COLUMNS_MOST, csv->columns);
    for (uint32_t i = 0; i < csv->columns; i++) {
        const char *name = csv->fields[i];
        size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
        if (name[length] != '\0' || !islower((unsigned char)name[0]) || length >= 60)
            return sim_error_set(error, SIM_BAD_DATA,
                                 "%s:%u: expected a heading of lower-case letters, digits and '_', "
                                 "found '%s'",
                                 csv->path, csv->lines[0], name);
    }
    return SIM_OK;
}

static int table_make(struct results *db, const struct sim_csv *csv, char *insert,
                      struct sim_error *error)
{
    char create[SQL_BYTES];
    int at = snprintf(create, sizeof create, "CREATE TEMP TABLE paper_series(");
    int in = snprintf(insert, SQL_BYTES, "INSERT INTO temp.paper_series VALUES(");
    for (uint32_t i = 0; i < csv->columns; i++) {
        const char *end = i + 1 < csv->columns ? ", " : ")";
        at +=
            snprintf(create + at, sizeof create - (size_t)at, "\"%s\" REAL%s", csv->fields[i], end);
        in += snprintf(insert + in, SQL_BYTES - (size_t)in, "NULLIF(?%u, '')%s", i + 1, end);
    }
    return results_query(db, create, NULL, 0, NULL, NULL, error);
}

int paper_series_load(struct results *db, const char *path, struct sim_error *error)
{
    struct sim_csv csv;
    char insert[SQL_BYTES];
    int status =
        results_query(db, "DROP TABLE IF EXISTS temp.paper_series", NULL, 0, NULL, NULL, error);
    if (status != SIM_OK || access(path, F_OK) != 0)
        return status;
    status = sim_csv_read(&csv, path, error);
    if (status != SIM_OK)
        return status;
    status = headings_check(&csv, error);
    if (status == SIM_OK)
        status = table_make(db, &csv, insert, error);
    for (uint32_t row = 0; row < csv.rows && status == SIM_OK; row++) {
        const char *binds[COLUMNS_MOST];
        for (uint32_t i = 0; i < csv.columns; i++)
            binds[i] = sim_csv_field(&csv, row, i);
        status = results_query(db, insert, binds, csv.columns, NULL, NULL, error);
    }
    sim_csv_fini(&csv);
    return status;
}
