/*
 * Counters and gauges that a model keeps while it runs, and what is said about many runs together.
 */
#ifndef SIM_STATS_H
#define SIM_STATS_H

#include <stdint.h>

/* ---- While the model runs ---------------------------------------------------------------- */

/* Counts something, and tells its rate since it was last asked. */
struct sim_counter {
    uint64_t total;
    uint64_t asked_total; /* private */
    uint64_t asked_ns;
};

void sim_counter_init(struct sim_counter *counter, uint64_t now_ns);
static inline void sim_counter_add(struct sim_counter *counter, uint64_t n)
{
    counter->total += n;
}
/* Per second of simulated time since the last call, or since sim_counter_init(). 0 for no time. */
double sim_counter_rate(struct sim_counter *counter, uint64_t now_ns);

/* A value that holds until it is set again, such as the length of a queue. */
struct sim_gauge {
    double value; /* the last one set */
    double least, most;
    double area; /* private: integral over time, in value-nanoseconds */
    uint64_t begun_ns, set_ns;
};

void sim_gauge_init(struct sim_gauge *gauge, uint64_t now_ns, double value);
void sim_gauge_set(struct sim_gauge *gauge, uint64_t now_ns, double value);
/* Mean over the time from sim_gauge_init() to now; the value itself where no time has passed. */
double sim_gauge_mean(const struct sim_gauge *gauge, uint64_t now_ns);

/* ---- Over many samples or runs ----------------------------------------------------------- */

struct sim_estimate {
    double mean;
    double half_width; /* of the 95% interval around it; INFINITY for fewer than two values */
};

/* Student's t interval for independent values, such as one per replicate. `count` > 0. */
struct sim_estimate sim_estimate_mean(const double *values, uint32_t count);

/* The value below which the fraction `q` of the values lies, 0 <= q <= 1, interpolated. Sorts
 * `values`. `count` > 0. */
double sim_quantile(double *values, uint32_t count, double q);

#endif
