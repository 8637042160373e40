/*
 * Reads tolerances from the command line and from files.
 */
#include "ballast/comparison/tolerances.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/csv.h"

static bool amount_parse(const char *text, struct tolerance *tolerance)
{
    char *end;
    tolerance->amount = strtod(text, &end);
    if (end == text)
        return false;
    tolerance->is_relative = *end == '%';
    if (tolerance->is_relative)
        tolerance->amount /= 100;
    end += tolerance->is_relative;
    return *end == '\0' && isfinite(tolerance->amount) && tolerance->amount >= 0;
}

static bool put(struct tolerances *tolerances, const struct tolerance *tolerance)
{
    uint32_t i = 0;
    while (i < tolerances->count && strcmp(tolerances->at[i].metric, tolerance->metric) != 0)
        i++;
    if (i == TOLERANCES_MOST)
        return false;
    tolerances->at[i] = *tolerance;
    tolerances->count += i == tolerances->count;
    return true;
}

int tolerances_add(struct tolerances *tolerances, const char *text, struct sim_error *error)
{
    struct tolerance tolerance = {0};
    const char *equals = strchr(text, '=');
    size_t length = equals != NULL ? (size_t)(equals - text) : 0;
    bool has_name = equals == NULL || (length > 0 && length < TOLERANCE_NAME_BYTES);
    if (has_name)
        memcpy(tolerance.metric, text, length);
    if (!has_name || !amount_parse(equals != NULL ? equals + 1 : text, &tolerance))
        return sim_error_set(error, SIM_USAGE,
                             "--tolerance: expected 5%%, 0.5 or METRIC=5%%, found '%s'", text);
    if (!put(tolerances, &tolerance))
        return sim_error_set(error, SIM_USAGE,
                             "--tolerance: expected at most %u of them, found more",
                             TOLERANCES_MOST);
    return SIM_OK;
}

static int row_take(struct tolerances *tolerances, const struct sim_csv *csv, uint32_t row,
                    uint32_t metric, uint32_t amount, struct sim_error *error)
{
    struct tolerance tolerance = {0};
    const char *name = sim_csv_field(csv, row, metric);
    if (name[0] == '\0' || strlen(name) >= TOLERANCE_NAME_BYTES)
        return sim_csv_refuse(csv, row, metric, "the name of a metric, or *", error);
    if (strcmp(name, "*") != 0)
        strcpy(tolerance.metric, name);
    if (!amount_parse(sim_csv_field(csv, row, amount), &tolerance))
        return sim_csv_refuse(csv, row, amount, "5% or 0.5", error);
    if (!put(tolerances, &tolerance))
        return sim_csv_refuse(csv, row, metric, "at most 100 metrics", error);
    return SIM_OK;
}

int tolerances_read(struct tolerances *tolerances, const char *path, struct sim_error *error)
{
    struct sim_csv csv;
    uint32_t metric = 0, amount = 0;
    int status = sim_csv_read(&csv, path, error);
    if (status != SIM_OK)
        return status;
    status = sim_csv_column(&csv, "metric", &metric, error);
    if (status == SIM_OK)
        status = sim_csv_column(&csv, "tolerance", &amount, error);
    for (uint32_t row = 0; row < csv.rows && status == SIM_OK; row++)
        status = row_take(tolerances, &csv, row, metric, amount, error);
    sim_csv_fini(&csv);
    return status;
}

const struct tolerance *tolerances_find(const struct tolerances *tolerances, const char *metric)
{
    const struct tolerance *of_all = NULL;
    for (uint32_t i = 0; i < tolerances->count; i++) {
        if (strcmp(tolerances->at[i].metric, metric) == 0)
            return &tolerances->at[i];
        if (tolerances->at[i].metric[0] == '\0')
            of_all = &tolerances->at[i];
    }
    return of_all;
}

bool tolerance_allows(const struct tolerance *tolerance, double a, double b)
{
    double most = tolerance->is_relative ? tolerance->amount * fabs(a) : tolerance->amount;
    return fabs(b - a) <= most;
}

const char *tolerance_text(const struct tolerance *tolerance, char text[40])
{
    snprintf(text, 40, tolerance->is_relative ? "%.6g%%" : "%.6g",
             tolerance->is_relative ? 100 * tolerance->amount : tolerance->amount);
    return text;
}
