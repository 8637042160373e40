/*
 * Tolerances, intervals and the rows of paper.csv.
 */
#include "experiments/compare.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

#define COLUMNS 8u

static const char *const headings[COLUMNS] = {"point",     "metric", "unit",       "paper",
                                              "tolerance", "kind",   "known_miss", "source"};

/* Splits a row in place; a field may stand in double quotes, doubled inside. Number of fields. */
static uint32_t row_split(char *row, char **fields, uint32_t most)
{
    uint32_t count = 0;
    row[strcspn(row, "\r\n")] = '\0';
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

static int point_of(char *const *fields, struct compare_point *point, const char *path,
                    uint32_t line, struct sim_error *error)
{
    static const char *const kinds[] = {"calibrated", "interpolated", "construction", "predicted"};
    char *const texts[COLUMNS] = {
        point->point,          point->metric, point->unit,       NULL,
        point->tolerance_text, point->kind,   point->known_miss, point->source};
    bool known_kind = false;
    char *end;

    for (uint32_t i = 0; i < COLUMNS; i++) {
        if (strlen(fields[i]) >= COMPARE_TEXT_BYTES)
            return sim_error_set(error, SIM_BAD_DATA, "%s:%u: %s: expected at most %u bytes", path,
                                 line, headings[i], COMPARE_TEXT_BYTES - 1);
        if (texts[i] != NULL)
            snprintf(texts[i], COMPARE_TEXT_BYTES, "%s", fields[i]);
    }
    point->paper = fields[3][0] != '\0' ? strtod(fields[3], &end) : NAN;
    if (fields[3][0] != '\0' && *end != '\0')
        return sim_error_set(error, SIM_BAD_DATA, "%s:%u: paper: expected a number, found '%s'",
                             path, line, fields[3]);
    if (!compare_tolerance_parse(point->tolerance_text, &point->tolerance))
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s:%u: tolerance: expected +-3, +-5%%, 95..108, <116, >=30 or "
                             "nothing, found '%s'",
                             path, line, point->tolerance_text);
    for (uint32_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        known_kind |= strcmp(point->kind, kinds[i]) == 0;
    if (!known_kind)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s:%u: kind: expected calibrated, interpolated, construction or "
                             "predicted, found '%s'",
                             path, line, point->kind);
    return SIM_OK;
}

static int row_take(char *row, const char *path, uint32_t line, struct compare_point *point,
                    struct sim_error *error)
{
    char *fields[COLUMNS];
    uint32_t count = row_split(row, fields, COLUMNS);
    if (count != COLUMNS)
        return sim_error_set(error, SIM_BAD_DATA, "%s:%u: expected %u columns, found %u", path,
                             line, COLUMNS, count);
    for (uint32_t i = 0; line == 1 && i < COLUMNS; i++)
        if (strcmp(fields[i], headings[i]) != 0)
            return sim_error_set(error, SIM_BAD_DATA, "%s:1: expected the column %s, found '%s'",
                                 path, headings[i], fields[i]);
    return line == 1 ? SIM_OK : point_of(fields, point, path, line, error);
}

int compare_points_read(const char *path, struct compare_point **points, uint32_t *count,
                        struct sim_error *error)
{
    char row[COLUMNS * COMPARE_TEXT_BYTES * 2];
    int status = SIM_OK;

    *points = NULL;
    *count = 0;
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return sim_error_set(error, SIM_BAD_DATA, "%s: expected a readable file, found: %s", path,
                             strerror(errno));
    for (uint32_t line = 1; status == SIM_OK && fgets(row, sizeof row, file) != NULL; line++) {
        struct compare_point *grown = realloc(*points, (*count + 1) * sizeof *grown);
        assert(grown != NULL);
        *points = grown;
        status = row_take(row, path, line, &grown[*count], error);
        *count += line > 1;
    }
    fclose(file);
    if (status == SIM_OK && *count == 0)
        status = sim_error_set(error, SIM_BAD_DATA, "%s: expected points, found none", path);
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
    if (point->known_miss[0] != '\0')
        return COMPARE_KNOWN_MISS;
    return compare_holds(&point->tolerance, point->paper, ours->mean) ? COMPARE_PASS : COMPARE_MISS;
}

const char *compare_verdict_name(enum compare_verdict verdict)
{
    static const char *const names[] = {
        [COMPARE_PASS] = "pass",       [COMPARE_MISS] = "MISS",
        [COMPARE_NO_DATA] = "NO DATA", [COMPARE_KNOWN_MISS] = "known miss",
        [COMPARE_SHOWN] = "shown",
    };
    return names[verdict];
}
