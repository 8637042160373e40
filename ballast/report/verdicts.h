/*
 * Rows of judged points and expectations, and how many have each verdict. points.c and expected.c
 * make them, verify.c asks both.
 */
#ifndef REPORT_VERDICTS_H
#define REPORT_VERDICTS_H

#include "ballast/results/compare.h"
#include "sim/error.h"
#include "sim/memory.h"

/* One point. */
struct verify_row {
    const char *figure; /* the experiment */
    struct compare_point point;
    struct compare_mean ours; /* over the runs that gave a value */
    enum compare_verdict verdict;
    const char *expected; /* of an expectation, as the user wrote it; "" for a point of the paper */
    const char *note; /* why an expectation is missed or has no data; "" where there is no more */
    double *values;   /* private: one for each of these runs */
    uint32_t value_count;
};

struct verify {
    struct verify_row *rows;
    uint32_t count;
    uint32_t verdicts[COMPARE_VERDICTS]; /* how many rows have each */
    /* The same by kind; and of the predictions, those that repeat no other point. */
    uint32_t kinds[COMPARE_KINDS][COMPARE_VERDICTS];
    uint32_t independent[COMPARE_VERDICTS];
    /* The experiments that the budget left out, wholly or in part. Rows are whole. */
    const char **left;
    uint32_t left_count;
    double budget_s;
    uint32_t judged;          /* private: rows whose verdict is set */
    struct sim_memory memory; /* private: texts of the rows */
};

/* A new row, zeroed, until the next one is made. `figure` must outlive `verify`. */
struct verify_row *verify_row_add(struct verify *verify, const char *figure);
/* Counts a row whose verdict is set. */
void verify_row_count(struct verify *verify, const struct verify_row *row);

/* SIM_FAILED where a row misses that is not listed as a known miss, or has no value, and where
 * something was left out. */
int verify_status(const struct verify *verify, struct sim_error *error);

void verify_fini(struct verify *verify);

#endif
