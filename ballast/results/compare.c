/*
 * Tolerances, intervals and the rows of paper.csv.
 */
#include "ballast/results/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/csv.h"
#include "sim/memory.h"
#include "sim/nearest.h"
#include "sim/stats.h"

struct compare_mean compare_mean(const double *values, uint32_t count)
{
    struct compare_mean result = {.count = count, .mean = NAN, .half = NAN, .deviation = NAN};
    if (count == 0)
        return result;
    struct sim_estimate estimate = sim_estimate_mean(values, count);
    result.mean = estimate.mean;
    if (count < 2)
        return result;
    double squares = 0;
    for (uint32_t i = 0; i < count; i++)
        squares += (values[i] - result.mean) * (values[i] - result.mean);
    result.half = estimate.half_width;
    result.deviation = sqrt(squares / (count - 1));
    return result;
}

/* ---- Tolerances -------------------------------------------------------------------------- */

/* "+-3", "+-5%", "+-2sd". */
static bool about_parse(const char *text, struct compare_tolerance *tolerance)
{
    static const struct {
        const char *unit;
        enum compare_bound bound;
    } units[] = {{"", COMPARE_WITHIN}, {"%", COMPARE_PERCENT}, {"sd", COMPARE_DEVIATIONS}};
    double high;
    int used = 0;

    if (sscanf(text, "+-%lf%n", &high, &used) != 1 || !(high >= 0))
        return false;
    for (uint32_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(text + used, units[i].unit) != 0)
            continue;
        *tolerance = (struct compare_tolerance){units[i].bound, 0, high};
        return true;
    }
    return false;
}

/* "<116", "<=116", ">30", ">=30". */
static bool bound_parse(const char *text, struct compare_tolerance *tolerance)
{
    bool is_least = text[0] == '>', is_in = text[1] == '=';
    const char *number = text + 1 + is_in;
    char *end;
    double bound = strtod(number, &end);
    *tolerance =
        (struct compare_tolerance){.low = is_least ? bound : 0, .high = is_least ? 0 : bound};
    tolerance->bound = is_least ? is_in ? COMPARE_ATLEAST : COMPARE_ABOVE
                       : is_in  ? COMPARE_ATMOST
                                : COMPARE_BELOW;
    return end != number && *end == '\0' && !isnan(bound);
}

bool compare_tolerance_parse(const char *text, struct compare_tolerance *tolerance)
{
    double low, high;

    *tolerance = (struct compare_tolerance){0};
    if (*text == '\0')
        return true;
    if (strncmp(text, "+-", 2) == 0)
        return about_parse(text, tolerance);
    if (*text == '<' || *text == '>')
        return bound_parse(text, tolerance);
    const char *dots = strstr(text, "..");
    char *end_low, *end_high;
    low = strtod(text, &end_low); /* may take the first dot: "95." */
    if (dots == NULL || end_low == text || (end_low != dots && end_low != dots + 1))
        return false;
    high = strtod(dots + 2, &end_high);
    *tolerance = (struct compare_tolerance){COMPARE_RANGE, low, high};
    return end_high != dots + 2 && *end_high == '\0' && low <= high;
}

/* A number that is not there counts as zero. */
static double or_zero(double value)
{
    return isnan(value) ? 0 : value;
}

/* How far a value may lie from the paper's, for the tolerances that are such a distance. */
static double distance_allowed(const struct compare_point *point, const struct compare_mean *ours)
{
    double high = point->tolerance.high;
    switch (point->tolerance.bound) {
    case COMPARE_PERCENT:
        return fabs(point->paper) * high / 100;
    case COMPARE_DEVIATIONS:
        return or_zero(ours->deviation) * high;
    default:
        return high;
    }
}

/* Whether our interval, widened by the reading error, overlaps the tolerance. */
static bool overlaps(const struct compare_point *point, const struct compare_mean *ours)
{
    double half = or_zero(ours->half) + point->reading_error;
    double least = ours->mean - half, most = ours->mean + half;

    switch (point->tolerance.bound) {
    case COMPARE_WITHIN:
    case COMPARE_PERCENT:
    case COMPARE_DEVIATIONS:
        return fabs(ours->mean - point->paper) <= distance_allowed(point, ours) + half;
    case COMPARE_RANGE:
        return most >= point->tolerance.low && least <= point->tolerance.high;
    case COMPARE_BELOW:
        return least < point->tolerance.high;
    case COMPARE_ATMOST:
        return least <= point->tolerance.high;
    case COMPARE_ABOVE:
        return most > point->tolerance.low;
    case COMPARE_ATLEAST:
        return most >= point->tolerance.low;
    case COMPARE_NONE:
        break;
    }
    return true;
}

/* ---- paper.csv --------------------------------------------------------------------------- */

const char *compare_kind_name(enum compare_kind kind)
{
    static const char *const names[COMPARE_KINDS] = {
        [COMPARE_PREDICTED] = "predicted",       [COMPARE_CONDITIONAL] = "conditional",
        [COMPARE_CALIBRATED] = "calibrated",     [COMPARE_INTERPOLATED] = "interpolated",
        [COMPARE_CONSTRUCTION] = "construction", [COMPARE_EXPECTED] = "expected",
    };
    return names[kind];
}

enum { PAPER = 3, READING_ERROR, TOLERANCE, REASON, KIND, KNOWN_MISS, REPEATS, SOURCE, COLUMNS };

static const char *const headings[COLUMNS] = {"point",         "metric",    "unit",   "paper",
                                              "reading_error", "tolerance", "reason", "kind",
                                              "known_miss",    "repeats",   "source"};

/* The kind's name into `*kind`; false: there is no such kind. */
static bool kind_parse(const char *text, enum compare_kind *kind)
{
    for (uint32_t i = 0; i < COMPARE_EXPECTED; i++) {
        *kind = (enum compare_kind)i;
        if (strcmp(text, compare_kind_name(*kind)) == 0)
            return true;
    }
    return false;
}

/* A number that may be left out: it is `other` then. */
static int number_of(const struct sim_csv *csv, uint32_t row, uint32_t column, double least,
                     double other, double *number, struct sim_error *error)
{
    *number = other;
    if (sim_csv_field(csv, row, column)[0] == '\0')
        return SIM_OK;
    return sim_csv_number(csv, row, column, least, INFINITY, number, error);
}

static int point_of(const struct sim_csv *csv, uint32_t row, struct compare_point *point,
                    struct sim_error *error)
{
    char *const texts[COLUMNS] = {[0] = point->point,         [1] = point->metric,
                                  [2] = point->unit,          [TOLERANCE] = point->tolerance_text,
                                  [REASON] = point->reason,   [KNOWN_MISS] = point->known_miss,
                                  [REPEATS] = point->repeats, [SOURCE] = point->source};

    for (uint32_t i = 0; i < COLUMNS; i++) {
        if (strlen(sim_csv_field(csv, row, i)) >= COMPARE_TEXT_BYTES)
            return sim_csv_refuse(csv, row, i, "fewer than 200 bytes", error);
        if (texts[i] != NULL)
            snprintf(texts[i], COMPARE_TEXT_BYTES, "%s", sim_csv_field(csv, row, i));
    }
    int status = number_of(csv, row, PAPER, -INFINITY, NAN, &point->paper, error);
    if (status == SIM_OK)
        status = number_of(csv, row, READING_ERROR, 0, 0, &point->reading_error, error);
    if (status != SIM_OK)
        return status;
    if (!compare_tolerance_parse(point->tolerance_text, &point->tolerance))
        return sim_csv_refuse(csv, row, TOLERANCE,
                              "+-3, +-5%, +-2sd, 95..108, <116, >=30 or nothing", error);
    if (point->tolerance.bound != COMPARE_NONE && point->reason[0] == '\0')
        return sim_csv_refuse(csv, row, REASON, "why the tolerance is what it is", error);
    if (!kind_parse(sim_csv_field(csv, row, KIND), &point->kind))
        return sim_csv_refuse(csv, row, KIND,
                              "predicted, conditional, calibrated, interpolated or construction",
                              error);
    return SIM_OK;
}

/* Only a point that repeats none can be repeated, so each group of near-duplicates has one first.
 */
static int repeats_check(const struct sim_csv *csv, const struct compare_point *points,
                         uint32_t row, struct sim_error *error)
{
    const char *name = points[row].repeats;
    struct sim_nearest nearest;
    char hint[SIM_HINT_BYTES];

    if (name[0] == '\0')
        return SIM_OK;
    sim_nearest_begin(&nearest, name);
    for (uint32_t i = 0; i < csv->rows; i++) {
        if (i == row || points[i].repeats[0] != '\0')
            continue;
        if (strcmp(points[i].point, name) == 0)
            return SIM_OK;
        sim_nearest_offer(&nearest, points[i].point);
    }
    return sim_error_set(error, SIM_BAD_DATA,
                         "%s:%u: repeats: expected another point of this file that repeats none, "
                         "found '%s'%s",
                         csv->path, csv->lines[row + 1], name,
                         sim_nearest_hint(hint, nearest.best));
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
        *points = sim_memory_need(calloc(csv.rows, sizeof **points));
    }
    for (; status == SIM_OK && *count < csv.rows; ++*count)
        status = point_of(&csv, *count, &(*points)[*count], error);
    for (uint32_t i = 0; status == SIM_OK && i < csv.rows; i++)
        status = repeats_check(&csv, *points, i, error);
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
    if (point->tolerance.bound == COMPARE_NONE)
        return COMPARE_SHOWN;
    /* A single run has no deviation that a tolerance could be a multiple of. */
    if (point->tolerance.bound == COMPARE_DEVIATIONS && ours->count < 2)
        return COMPARE_SHOWN;
    bool holds = overlaps(point, ours);
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
