/*
 * Capacity: for which values of one key do the runs meet conditions?
 *
 * The values are searched by bisection, so one thing is assumed: that the conditions hold up to a
 * value and no longer beyond it, or the other way round. Both ends are run first, which tells which
 * way it is. Points that contradict the assumption are told.
 *
 * At each value runs are added, seed by seed, until each condition is decided: the interval of its
 * mean over seeds lies on one side of the limit. Runs that the database has already are not made
 * again.
 */
#ifndef RUN_FIT_H
#define RUN_FIT_H

#include "ballast/run/condition.h"
#include "ballast/run/sweep.h"
#include "ballast/run/sweep_axis.h"

#define FIT_CONDITIONS_MOST 16u

struct fit_point {
    uint32_t index; /* of the value */
    uint32_t runs;  /* 0: not run */
    struct condition_estimate estimates[FIT_CONDITIONS_MOST];
    enum condition_verdict verdict; /* of all conditions together */
    bool mean_holds;                /* of all */
};

struct fit_request {
    const struct config_file *file;
    uint32_t variant;
    const struct config_sets *sets;
    const char *worst; /* a worst case by name (config.h); NULL: none */
    const struct sweep_axis *axis;
    const struct condition *conditions;
    uint32_t condition_count;
    double confidence;
    uint32_t seeds_least, seeds_most; /* of each value; least is at least 2 */
    const struct sweep_options *how;
    /* Called for each value when its runs are there; NULL: never. */
    void (*tell)(void *context, const struct fit_point *point);
    void *context;
    const struct fit_answer *near; /* an answer that is perhaps not far; the search begins there and
                                      the ends are left out. NULL: none */
};

struct fit_answer {
    struct fit_point *points; /* one for each value of the axis */
    uint32_t count;
    bool is_reversed; /* the conditions hold from a value on, not up to it */
    bool all, none;   /* they hold, or fail, at both ends */
    /* Unless `none`, indexes of values. The last one whose means meet the conditions; the last one
     * that meets them for sure; and the last one that does not fail for sure. "Last" is the first
     * where is_reversed. */
    uint32_t best, sure, perhaps;
    bool is_odd; /* the points contradict each other */
    uint32_t odd_fails, odd_holds;
    uint32_t runs_made, runs_found;
};

int fit_find(const struct fit_request *request, struct fit_answer *answer, struct sim_error *error);
void fit_answer_fini(struct fit_answer *answer);

/* The value behind `best`, where one more would not fit. False: there is none. */
bool fit_next(const struct fit_answer *answer, uint32_t *index);
/* The condition that fails most clearly at this point. */
uint32_t fit_binding(const struct fit_request *request, const struct fit_point *point);

#endif
