/*
 * Tolerances, intervals and the rows of paper.csv.
 */
#include "ballast/results/compare.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/csv.h"
#include "sim/stats.h"

struct compare_mean compare_mean(const double *values, uint32_t count)
{
    struct compare_mean result = {.count = count, .mean = NAN, .half = NAN};
    if (count == 0)
        return result;
    struct sim_estimate estimate = sim_estimate_mean(values, count);
    result.mean = estimate.mean;
    if (count > 1)
        result.half = estimate.half_width;
    return result;
}

/* ---- Tolerances -------------------------------------------------------------------------- */

bool compare_tolerance_parse(const char *text, struct compare_tolerance *tolerance)
{
    double low, high;
    int used = 0;

    *tolerance = (struct compare_tolerance){0};
    if (*text == '\0')
        return true;
    if (sscanf(text, "+-%lf%n", &high, &used) == 1 && high >= 0) {
        bool percent = strcmp(text + used, "%") == 0;
        *tolerance =
            (struct compare_tolerance){percent ? COMPARE_PERCENT : COMPARE_WITHIN, 0, high};
        return percent || text[used] == '\0';
    }
    if (sscanf(text, "<%lf%n", &high, &used) == 1) {
        *tolerance = (struct compare_tolerance){COMPARE_BELOW, 0, high};
        return text[used] == '\0';
    }
    if (sscanf(text, ">=%lf%n", &low, &used) == 1) {
        *tolerance = (struct compare_tolerance){COMPARE_ATLEAST, low, 0};
        return text[used] == '\0';
    }
    const char *dots = strstr(text, "..");
    char *end_low, *end_high;
    low = strtod(text, &end_low); /* may take the first dot: "95." */
    if (dots == NULL || end_low == text || (end_low != dots && end_low != dots + 1))
        return false;
    high = strtod(dots + 2, &end_high);
    *tolerance = (struct compare_tolerance){COMPARE_RANGE, low, high};
    return end_high != dots + 2 && *end_high == '\0' && low <= high;
}

bool compare_holds(const struct compare_tolerance *tolerance, double paper, double ours)
{
    switch (tolerance->kind) {
    case COMPARE_WITHIN:
        return fabs(ours - paper) <= tolerance->high;
    case COMPARE_PERCENT:
        return fabs(ours - paper) <= fabs(paper) * tolerance->high / 100;
    case COMPARE_RANGE:
        return ours >= tolerance->low && ours <= tolerance->high;
    case COMPARE_BELOW:
        return ours < tolerance->high;
    case COMPARE_ATLEAST:
        return ours >= tolerance->low;
    case COMPARE_NONE:
        break;
    }
    return true;
}

/* ---- paper.csv --------------------------------------------------------------------------- */

enum { PAPER = 3, TOLERANCE, KIND, COLUMNS = 8 };

static const char *const headings[COLUMNS] = {"point",     "metric", "unit",       "paper",
                                              "tolerance", "kind",   "known_miss", "source"};

static int point_of(const struct sim_csv *csv, uint32_t row, struct compare_point *point,
                    struct sim_error *error)
{
    static const char *const kinds[] = {"calibrated", "interpolated", "construction", "predicted"};
    char *const texts[COLUMNS] = {
        point->point,          point->metric, point->unit,       NULL,
        point->tolerance_text, point->kind,   point->known_miss, point->source};
    bool known_kind = false;

    for (uint32_t i = 0; i < COLUMNS; i++) {
        if (strlen(sim_csv_field(csv, row, i)) >= COMPARE_TEXT_BYTES)
            return sim_csv_refuse(csv, row, i, "fewer than 200 bytes", error);
        if (texts[i] != NULL)
            snprintf(texts[i], COMPARE_TEXT_BYTES, "%s", sim_csv_field(csv, row, i));
    }
    point->paper = NAN;
    if (sim_csv_field(csv, row, PAPER)[0] != '\0') {
        int status = sim_csv_number(csv, row, PAPER, -INFINITY, INFINITY, &point->paper, error);
        if (status != SIM_OK)
            return status;
    }
    if (!compare_tolerance_parse(point->tolerance_text, &point->tolerance))
        return sim_csv_refuse(csv, row, TOLERANCE, "+-3, +-5%, 95..108, <116, >=30 or nothing",
                              error);
    for (uint32_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        known_kind |= strcmp(point->kind, kinds[i]) == 0;
    if (!known_kind)
        return sim_csv_refuse(csv, row, KIND, "calibrated, interpolated, construction or predicted",
                              error);
    return SIM_OK;
}

static int headings_check(const struct sim_csv *csv, struct sim_error *error)
{
    for (uint32_t i = 0; i < COLUMNS; i++) {
        const char *found = i < csv->columns ? csv->fields[i] : "none";
        if (strcmp(found, headings[i]) != 0)
            return sim_error_set(error, SIM_BAD_DATA, "%s:%u: expected the column %s, found '%s'",
                                 csv->path, csv->lines[0], headings[i], found);
    }
    if (csv->columns > COLUMNS)
        return sim_error_set(error, SIM_BAD_DATA, "%s:%u: expected %u columns, found %u", csv->path,
                             csv->lines[0], COLUMNS, csv->columns);
    return SIM_OK;
}

int compare_points_read(const char *path, struct compare_point **points, uint32_t *count,
                        struct sim_error *error)
{
    struct sim_csv csv;

    *points = NULL;
    *count = 0;
    int status = sim_csv_read(&csv, path, error);
    if (status != SIM_OK)
        return status;
    status = headings_check(&csv, error);
    if (status == SIM_OK) {
        *points = calloc(csv.rows, sizeof **points);
        assert(*points != NULL);
    }
    for (; status == SIM_OK && *count < csv.rows; ++*count)
        status = point_of(&csv, *count, &(*points)[*count], error);
    sim_csv_fini(&csv);
    if (status != SIM_OK) {
        free(*points);
        *points = NULL;
    }
    return status;
}

/* ---- Verdicts ---------------------------------------------------------------------------- */

enum compare_verdict compare_judge(const struct compare_point *point,
                                   const struct compare_mean *ours)
{
    if (ours->count == 0 || isnan(ours->mean))
        return COMPARE_NO_DATA;
    if (point->tolerance.kind == COMPARE_NONE)
        return COMPARE_SHOWN;
    bool holds = compare_holds(&point->tolerance, point->paper, ours->mean);
    if (point->known_miss[0] != '\0')
        return holds ? COMPARE_KNOWN_MISS_PASSES : COMPARE_KNOWN_MISS;
    return holds ? COMPARE_PASS : COMPARE_MISS;
}

const char *compare_verdict_name(enum compare_verdict verdict)
{
    static const char *const names[COMPARE_VERDICTS] = {
        [COMPARE_PASS] = "pass",
        [COMPARE_MISS] = "MISS",
        [COMPARE_KNOWN_MISS] = "known miss",
        [COMPARE_KNOWN_MISS_PASSES] = "known miss PASSES",
        [COMPARE_NO_DATA] = "NO DATA",
        [COMPARE_SHOWN] = "shown",
    };
    return names[verdict];
}
