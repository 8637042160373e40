/*
 * A sweep that goes on until means are known well enough: seeds are added to each cell of the grid
 * until the 95% interval of a metric is narrow.
 */
#ifndef RUN_SWEEP_UNTIL_H
#define RUN_SWEEP_UNTIL_H

#include "ballast/results/measure.h"
#include "ballast/run/sweep.h"

#define SWEEP_UNTIL_MOST 8u

/* Half of the 95% interval of the metric's mean is to be at most this, for each VM. */
struct sweep_target {
    char text[120]; /* as written */
    struct measure measure;
    double half;
    bool is_relative; /* `half` is a share of the mean: 0.02 */
};
/* "throughput=2%", "stalled=1s" */
int sweep_target_parse(const char *text, struct sweep_target *target, struct sim_error *error);

struct sweep_until {
    struct sweep_target targets[SWEEP_UNTIL_MOST];
    uint32_t count;
    uint32_t most; /* seeds of one cell */
};

/*
 * Runs the grid with the seeds of its file, but at least three, and then with more where a target
 * is not met. SIM_FAILED where `most` seeds do not do: the error names the widest interval, and all
 * runs are kept. Runs of VMs alone get as many seeds as those of all VMs.
 */
int sweep_until_narrow(struct sweep_grid *grid, uint32_t replicates,
                       const struct sweep_options *options, const struct sweep_until *until,
                       struct sweep_outcome *outcome, struct sim_error *error);

#endif
