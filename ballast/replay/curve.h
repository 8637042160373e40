/*
 * The miss ratio of LRU against the size of memory, by one or several estimators, in one pass.
 */
#ifndef REPLAY_CURVE_H
#define REPLAY_CURVE_H

#include "ballast/replay/estimator.h"
#include "ballast/replay/memory.h"
#include "ballast/replay/trace.h"
#include "sim/progress.h"

#define REPLAY_POINTS_MOST     1000u
#define REPLAY_ESTIMATORS_MOST 8u

struct replay_curve {
    uint32_t count; /* of estimators */
    const struct replay_estimator *estimators[REPLAY_ESTIMATORS_MOST];
    struct replay_sampling sampling; /* `pages` is set by the run */
    struct replay_memories memories; /* the sizes to tell; none: `points` of them, */
    uint32_t points;                 /* from a thousandth of the pages to all */
    /* What came out. */
    struct replay_facts facts;
    uint32_t sizes; /* rising */
    uint32_t memory_pages[REPLAY_POINTS_MOST];
    double miss_ratio[REPLAY_ESTIMATORS_MOST][REPLAY_POINTS_MOST];
};

/* Reads "exact,aet". SIM_USAGE with the nearest right name. */
int replay_estimators_read(const char *text, struct replay_curve *curve, struct sim_error *error);

/* Reads all of the trace. SIM_USAGE for a size that does not fit the trace. */
int replay_curve(struct replay_curve *curve, struct replay_trace *trace,
                 struct sim_progress *progress, struct sim_error *error);

#endif
