/*
 * Comparing with the paper: tolerances, means over seeds, verdicts.
 */
#ifndef RESULTS_COMPARE_H
#define RESULTS_COMPARE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"

/* ---- Samples ----------------------------------------------------------------------------- */

struct compare_mean {
    uint32_t count;   /* of runs */
    double mean;      /* NAN where count is 0 */
    double half;      /* half the 95% interval, by Student's t; NAN where count is below 2 */
    double deviation; /* the standard deviation of one run; NAN where count is below 2 */
};

struct compare_mean compare_mean(const double *values, uint32_t count);

/* ---- Tolerances -------------------------------------------------------------------------- */

enum compare_bound {
    COMPARE_NONE,       /* "": shown, not compared */
    COMPARE_WITHIN,     /* "+-3": of the paper's value */
    COMPARE_PERCENT,    /* "+-5%": of the paper's value */
    COMPARE_DEVIATIONS, /* "+-2sd": of the paper's value, in standard deviations of one of our runs;
                         * with a single run the point is shown, not compared */
    COMPARE_RANGE,      /* "95..108" */
    COMPARE_BELOW,      /* "<116" */
    COMPARE_ATMOST,     /* "<=116" */
    COMPARE_ABOVE,      /* ">30" */
    COMPARE_ATLEAST,    /* ">=30" */
};

struct compare_tolerance {
    enum compare_bound bound;
    double low, high; /* RANGE: both; ABOVE, ATLEAST: low; the others: high */
};

/* False: not a tolerance. */
bool compare_tolerance_parse(const char *text, struct compare_tolerance *tolerance);

/* ---- The paper's points ------------------------------------------------------------------ */

#define COMPARE_TEXT_BYTES 200u

/* What a point is evidence of. */
enum compare_kind {
    COMPARE_PREDICTED,    /* nothing was fitted to it */
    COMPARE_CONDITIONAL,  /* a prediction, but from a constant fitted to the same figure */
    COMPARE_CALIBRATED,   /* a constant was fitted to it */
    COMPARE_INTERPOLATED, /* it lies between calibrated points */
    COMPARE_CONSTRUCTION, /* it follows from how an input was set */
    COMPARE_EXPECTED,     /* none: what a user expects of an own experiment; not in paper.csv */
    COMPARE_KINDS
};
const char *compare_kind_name(enum compare_kind kind);

/* One row of paper.csv. */
struct compare_point {
    char point[COMPARE_TEXT_BYTES], metric[COMPARE_TEXT_BYTES], unit[COMPARE_TEXT_BYTES];
    double paper;         /* NAN: none */
    double reading_error; /* of the paper's value, in the point's unit */
    char tolerance_text[COMPARE_TEXT_BYTES];
    struct compare_tolerance tolerance;
    char reason[COMPARE_TEXT_BYTES]; /* for this tolerance; "" where there is none */
    enum compare_kind kind;
    char known_miss[COMPARE_TEXT_BYTES]; /* section of the README that explains it, or "" */
    char repeats[COMPARE_TEXT_BYTES];    /* the point that this one says nearly again, or "" */
    char source[COMPARE_TEXT_BYTES];
};

/*
 * Reads paper.csv, whose first row must name exactly these columns. `*points` is malloc'ed. A
 * tolerance without a reason is SIM_BAD_DATA, and so is a point that repeats one that the file does
 * not have or that itself repeats another.
 */
int compare_points_read(const char *path, struct compare_point **points, uint32_t *count,
                        struct sim_error *error);

/* ---- Verdicts ---------------------------------------------------------------------------- */

enum compare_verdict {
    COMPARE_PASS,
    COMPARE_MISS,
    COMPARE_KNOWN_MISS,        /* a miss that is listed */
    COMPARE_KNOWN_MISS_PASSES, /* listed as a miss, but within its tolerance: no longer true */
    COMPARE_NO_DATA,           /* no run gave a value */
    COMPARE_SHOWN,             /* nothing to compare with */
    COMPARE_VERDICTS
};

/*
 * A point passes where our 95% interval, widened by the reading error of the paper's value,
 * overlaps the tolerance. A single run has no interval.
 */
enum compare_verdict compare_judge(const struct compare_point *point,
                                   const struct compare_mean *ours);
const char *compare_verdict_name(enum compare_verdict verdict);

#endif
