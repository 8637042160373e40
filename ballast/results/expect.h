/*
 * Expectations in one's own experiments: the rows of expect.csv.
 *
 * Each row speaks of one statistic of one metric of one VM, and says what it should be: a value, an
 * interval, how it goes as a key is varied, or in which of two variants it is greater. This file
 * reads the rows and judges numbers; ballast/report collects the numbers from the runs.
 */
#ifndef RESULTS_EXPECT_H
#define RESULTS_EXPECT_H

#include "ballast/results/compare.h"
#include "ballast/results/metrics.h"
#include "sim/error.h"
#include "sim/memory.h"

/* What a run's samples become. */
enum expect_statistic {
    EXPECT_MEAN,
    EXPECT_LEAST,
    EXPECT_PEAK,
    EXPECT_LAST,
    EXPECT_RESULT, /* no samples: the value that is known at the end */
    EXPECT_STATISTICS
};
const char *expect_statistic_name(enum expect_statistic statistic);

enum expect_form {
    EXPECT_VALUE, /* "24 +-5%", "95..108", ">=30" */
    EXPECT_ALONG, /* "increasing along KEY", "decreasing along KEY" */
    EXPECT_ORDER, /* "A < B", "A > B": variants */
};

struct expect {
    const char *name; /* as the user gave it, or made from the other columns */
    const struct metric *metric;
    const char *vm; /* "" for the whole host */
    enum expect_statistic statistic;
    const char *variant;        /* "": every variant of the file */
    const char *text;           /* what is expected, as in the file */
    const char *tolerance_text; /* the same without the value before "+-" */
    const char *reason;
    enum expect_form form;
    double value; /* VALUE: what "+-" is about; NAN: none */
    struct compare_tolerance tolerance;
    const char *key;         /* ALONG */
    bool falls;              /* ALONG: decreasing */
    const char *less, *more; /* ORDER: the variants in which it is less, and greater */
    unsigned line;           /* of the file */
};

/*
 * Reads expect.csv. Its columns may stand in any order; `metric` and `expect` must be there. The
 * array and its texts belong to `memory`. SIM_BAD_DATA, with FILE:LINE and the nearest right name
 * where one exists, for a column, metric, statistic or expectation that there is not.
 */
int expect_read(const char *path, struct sim_memory *memory, struct expect **expects,
                uint32_t *count, struct sim_error *error);

/* ---- Judging ----------------------------------------------------------------------------- */

/* The value of one run. Runs of two variants with the same pair (seed, replicate) drew the same
 * random numbers, so they are compared with each other. */
struct expect_run {
    double seed, replicate;
    double value;
};
struct expect_runs {
    const struct expect_run *at;
    uint32_t count;
};

/* The mean of `more` less `less` over the pairs of runs that both have. */
struct compare_mean expect_difference(const struct expect_runs *less,
                                      const struct expect_runs *more);

/* Whether a mean is above zero, and for several runs its whole 95% interval is. */
bool expect_is_above_zero(const struct compare_mean *mean);

/*
 * ALONG, for `count` values of the key in rising order. It rises where the last value is above the
 * first, and no step falls by more than its interval; for `falls` the other way round. `*whole` is
 * the last value less the first. `*step` is the number of the first step that goes the wrong way, 0
 * for the one from the first value to the second; -1: none does.
 */
bool expect_is_monotone(const struct expect_runs *runs, uint32_t count, bool falls,
                        struct compare_mean *whole, int *step);

#endif
