/*
 * Series of numbers over time.
 */
#include "workloads/series.h"

#include <math.h>
#include <stdlib.h>

#include "sim/csv.h"
#include "workloads/wl.h"

static int rows_take(struct wl_series *series, const struct sim_csv *csv, uint32_t column,
                     double least, double most, struct sim_error *error)
{
    uint32_t time;
    double t_s, before_s = -INFINITY;
    int status = sim_csv_column(csv, "t_s", &time, error);
    for (uint32_t row = 0; status == SIM_OK && row < csv->rows; row++) {
        bool is_empty = sim_csv_field(csv, row, column)[0] == '\0';
        status = sim_csv_number(csv, row, time, -INFINITY, INFINITY, &t_s, error);
        if (status == SIM_OK && t_s <= before_s)
            status = sim_csv_refuse(csv, row, time, "a later time than in the row before", error);
        if (status == SIM_OK && t_s > WL_SECONDS_MOST)
            status =
                sim_csv_refuse(csv, row, time, "seconds since the start, not since 1970", error);
        before_s = t_s;
        if (status != SIM_OK || (is_empty && (row + 1 < csv->rows || series->count > 0)))
            continue;
        series->t_s[series->count] = t_s;
        status =
            sim_csv_number(csv, row, column, least, most, &series->value[series->count++], error);
    }
    return status;
}

int wl_series_read(struct wl_series *series, const char *path, const char *column, double least,
                   double most, struct sim_error *error)
{
    struct sim_csv csv;
    uint32_t value;

    *series = (struct wl_series){0};
    int status = sim_csv_read(&csv, path, error);
    if (status != SIM_OK)
        return status;
    series->t_s = malloc(csv.rows * sizeof *series->t_s);
    series->value = malloc(csv.rows * sizeof *series->value);
    if (!series->t_s || !series->value)
        status = sim_error_set(error, SIM_SYSTEM, "%s: no memory for the series", path);
    if (status == SIM_OK)
        status = sim_csv_column(&csv, column, &value, error);
    if (status == SIM_OK)
        status = rows_take(series, &csv, value, least, most, error);
    sim_csv_fini(&csv);
    if (status != SIM_OK)
        wl_series_fini(series);
    return status;
}

void wl_series_fini(struct wl_series *series)
{
    free(series->t_s);
    free(series->value);
    *series = (struct wl_series){0};
}

/* The number of rows that are not after t_s. */
static uint32_t rows_until(const struct wl_series *series, double t_s)
{
    uint32_t low = 0, high = series->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (series->t_s[middle] <= t_s)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

double wl_series_at(const struct wl_series *series, double t_s)
{
    uint32_t after = rows_until(series, t_s);

    if (after == 0 || after == series->count)
        return wl_series_step_at(series, t_s);
    uint32_t row = after - 1;
    double part = (t_s - series->t_s[row]) / (series->t_s[after] - series->t_s[row]);
    return series->value[row] + part * (series->value[after] - series->value[row]);
}

double wl_series_step_at(const struct wl_series *series, double t_s)
{
    uint32_t after = rows_until(series, t_s);

    return series->value[after > 0 ? after - 1 : 0];
}

double wl_series_next_s(const struct wl_series *series, double t_s)
{
    uint32_t after = rows_until(series, t_s);

    return after < series->count ? series->t_s[after] : INFINITY;
}
