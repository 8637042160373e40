/*
 * One figure of runs, as users name it: a metric, of which VMs, and whether the figure itself is
 * meant or what was lost against running alone.
 *
 *     throughput             of every VM
 *     web*.throughput        of the VMs whose names begin so
 *     host.free              of the host; the unit of a metric's name may be left out
 *     throughput.loss        what a VM lost against running alone, in percent
 */
#ifndef RESULTS_MEASURE_H
#define RESULTS_MEASURE_H

#include <stddef.h>

#include "ballast/results/metrics.h"
#include "ballast/results/results.h"

#define MEASURE_VMS_BYTES 64u

struct measure {
    const struct metric *metric;
    char vms[MEASURE_VMS_BYTES]; /* a pattern of names; "" is the host */
    bool is_loss;
};

/* Reads `text`. SIM_USAGE with the nearest right name; `option` is the option's name for it. */
int measure_parse(const char *option, const char *text, struct measure *measure,
                  struct sim_error *error);
/* The unit of its values: that of the metric, or "%" of a loss. */
const char *measure_unit(const struct measure *measure);

/* Finished runs of one variant, made from one configuration. */
struct measure_runs {
    const char *experiment, *variant;
    uint64_t config_hash;
};

enum measure_value {
    MEASURE_WHOLE,   /* of a whole run: from `result`, else the mean over its samples */
    MEASURE_LEAST,   /* the least sample; from `result` where the metric is there */
    MEASURE_PEAK,    /* the highest sample; likewise */
    MEASURE_SAMPLES, /* every sample; likewise */
};

/* Called in order of seed, replicate and VM. A VM without a value is left out. */
typedef void measure_take(void *context, double seed, double replicate, const char *vm,
                          double value);
/* The values of the metric, whether or not a loss is asked for. */
int measure_each(struct results *db, const struct measure_runs *runs, const struct measure *measure,
                 enum measure_value which, measure_take *take, void *context,
                 struct sim_error *error);

#endif
