/*
 * Our values of each point by the experiment's own query, and the verdicts on their means.
 */
#include "ballast/report/points.h"

#include <stdlib.h>
#include <string.h>

#include "ballast/results/compare.h"
#include "sim/file.h"
#include "sim/memory.h"
#include "sim/nearest.h"

/* The rows of one experiment, while its query runs. */
struct points {
    struct verify_row *rows;
    uint32_t count;
    const char *path;        /* of the query */
    struct sim_error *error; /* filled where the query gives what it should not */
};

static void refuse_point(const struct points *points, const char *name)
{
    char hint[SIM_HINT_BYTES];
    struct sim_nearest nearest;
    sim_nearest_begin(&nearest, name);
    for (uint32_t i = 0; i < points->count; i++)
        sim_nearest_offer(&nearest, points->rows[i].point.point);
    sim_error_set(points->error, SIM_BAD_DATA,
                  "%s: expected the name of a point of paper.csv, found '%s'%s", points->path, name,
                  sim_nearest_hint(hint, nearest.best));
}

/* A row of points.sql: run_id, point, value. A value that is NULL is none. */
static bool take_value(void *context, const struct results_value *values, uint32_t count)
{
    struct points *points = context;
    if (count != 3) {
        sim_error_set(points->error, SIM_BAD_DATA,
                      "%s: expected three columns (run, point, value), found %u", points->path,
                      count);
        return false;
    }
    for (uint32_t i = 0; i < points->count; i++) {
        struct verify_row *row = &points->rows[i];
        if (strcmp(row->point.point, values[1].text) != 0)
            continue;
        if (values[2].is_null)
            return true;
        row->values =
            sim_memory_need(realloc(row->values, (row->value_count + 1) * sizeof *row->values));
        row->values[row->value_count++] = values[2].number;
        return true;
    }
    refuse_point(points, values[1].text);
    return false;
}

static int points_query(struct results *db, struct points *points, struct sim_error *error)
{
    char *text = NULL;
    struct sim_error wrong = {0};
    points->error = &wrong;
    int status = sim_file_text(points->path, &text, error);
    if (status == SIM_OK)
        status = results_script(db, points->path, text, take_value, NULL, points, error);
    free(text);
    if (status == SIM_OK && wrong.status != SIM_OK)
        status = sim_error_set(error, wrong.status, "%s", wrong.text);
    return status;
}

/* Appends the points of paper.csv, without values. */
static int points_append(struct verify *verify, const char *name, const char *paper,
                         struct points *points, struct sim_error *error)
{
    struct compare_point *read;
    int status = compare_points_read(paper, &read, &points->count, error);
    if (status != SIM_OK)
        return status;
    uint32_t first = verify->count;
    for (uint32_t i = 0; i < points->count; i++)
        verify_row_add(verify, name)->point = read[i];
    points->rows = verify->rows + first;
    free(read);
    return SIM_OK;
}

static void row_judge(struct verify *verify, struct verify_row *row)
{
    row->ours = compare_mean(row->values, row->value_count);
    row->verdict = compare_judge(&row->point, &row->ours);
    verify_row_count(verify, row);
}

int points_judge(struct verify *verify, struct results *db, const char *name, const char *paper,
                 const char *sql, struct sim_error *error)
{
    struct points points = {.path = sql};
    int status = points_append(verify, name, paper, &points, error);
    if (status == SIM_OK)
        status = points_query(db, &points, error);
    if (status != SIM_OK)
        return status;
    for (uint32_t i = 0; i < points.count; i++)
        row_judge(verify, &points.rows[i]);
    return SIM_OK;
}
