/*
 * What runs came to: for each VM and metric, one number for each run.
 *
 * The numbers come from the tables `summary` and `result`, never from `series`, so that this takes
 * no longer for a long run than for a short one.
 */
#ifndef RESULTS_OUTCOMES_H
#define RESULTS_OUTCOMES_H

#include "ballast/results/metrics.h"
#include "ballast/results/results.h"
#include "sim/memory.h"

struct outcome_run {
    int64_t run_id;
    const char *variant; /* as `chosen` has it */
    const char *seed;    /* its digits */
    uint32_t replicate;
    double sim_s;
    const char *governor;
    const char *checksum; /* the checksum of all its rows but its parameters */
};

enum outcome_of {
    OUTCOME_MEAN, /* of the samples */
    OUTCOME_LEAST,
    OUTCOME_PEAK,
    OUTCOME_LAST,
    OUTCOME_TOTAL, /* of `result` */
    OUTCOMES_OF
};

/* One metric of one VM, or of the host ("") . */
struct outcome {
    const char *vm, *name, *unit;
    const struct metric *metric; /* NULL: another release of the program recorded it */
    double *values[OUTCOMES_OF]; /* one for each run, NAN where it has none; NULL: no run has one */
};

struct outcomes {
    struct outcome_run *runs; /* in the order of run_id */
    uint32_t run_count;
    const char **vms; /* in the order in which the runs have them; the host is not one of them */
    uint32_t vm_count;
    struct outcome *at; /* VM by VM in that order, the host last; by metric in alphabetical order */
    uint32_t count;
    struct sim_memory memory; /* private */
};

/* Of the runs in the temporary table chosen(run_id, variant). The caller ends `outcomes` with
 * outcomes_fini(), whatever the status is. */
int outcomes_read(struct results *db, struct outcomes *outcomes, struct sim_error *error);
void outcomes_fini(struct outcomes *outcomes);

/* The statistic by which the outcome is told. */
enum metric_statistic outcome_statistic(const struct outcome *outcome);
/* The one number of each run that a comparison is about: of a level the mean of its samples, else
 * what the run came to. `*of` is which one; NULL: there is none. */
const double *outcome_main(const struct outcome *outcome, enum outcome_of *of);
/* "mean", "least", "peak", "last", "total". */
const char *outcome_of_name(enum outcome_of of);

/* NULL: none of this VM and metric. */
const struct outcome *outcomes_find(const struct outcomes *outcomes, const char *vm,
                                    const char *name);

#endif
