/*
 * A condition on runs, as `ballast fit --until` takes it:
 *
 *     stalled < 1%
 *     throughput.loss < 5% at p95
 *     host.free > 6%
 *
 * The figure is one of results/measure.h. A limit has a unit of the figure's kind, or is in
 * percent: of the run's time for a metric in seconds, and of the configured memory (of the machine
 * for the host) for one in MB.
 *
 * A condition must hold for every VM of a run. A metric that is not among the results of a run has
 * many samples, and it must hold for each of them. "at p95" says for 95% of them.
 */
#ifndef RUN_CONDITION_H
#define RUN_CONDITION_H

#include "ballast/config/config.h"
#include "ballast/results/measure.h"

#define CONDITION_TEXT_BYTES 220u

struct condition {
    char text[CONDITION_TEXT_BYTES]; /* in one spelling */
    struct measure measure;
    bool is_below, or_equal; /* < and <=, else > and >= */
    double limit;
    bool is_share;   /* the limit is in percent of the time or of the memory */
    double of_share; /* of VMs or samples for which it must hold: 0 to 1 */
    bool is_refusal; /* the one that every fit has: no VM is refused */
};

int condition_parse(const char *text, struct condition *condition, struct sim_error *error);
/* No VM of a run is refused: what does not run does not fit. */
struct condition condition_of_admission(void);
/* The unit in which the condition's values and its limit are. */
const char *condition_unit(const struct condition *condition);

/* What a loss is measured against: for each VM of `config`, its entry's VM in a run alone. */
struct condition_alone {
    const struct experiment_config *configs; /* of single VMs, one for each entry of the file */
    uint32_t count;
};

/*
 * The value of each finished run of `config`, in order of seeds, into `values` of `room`. The value
 * of a run is that of its VM or sample at the share, so the condition holds for the run where it
 * holds for this value. SIM_USAGE where no VM has a value.
 */
int condition_values(struct results *db, const struct condition *condition,
                     const struct experiment_config *config, const struct condition_alone *alone,
                     double *values, uint32_t room, uint32_t *count, struct sim_error *error);

enum condition_verdict { CONDITION_FAILS, CONDITION_OPEN, CONDITION_HOLDS };

struct condition_estimate {
    double mean, half; /* half of the interval; INFINITY for a single run */
    uint32_t runs;
    enum condition_verdict verdict; /* OPEN: the limit lies within the interval */
    bool mean_holds;
};
struct condition_estimate condition_judge(const struct condition *condition, const double *values,
                                          uint32_t count, double confidence);

#endif
