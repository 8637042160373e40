/*
 * Counters and gauges that a model keeps during a run, and estimates over several runs.
 */
#ifndef SIM_STATS_H
#define SIM_STATS_H

#include <stdint.h>

/* ---- During a run -------------------------------------------------------------------------- */

/* A count, and its rate since it was last asked for. */
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
/* The count per second of simulated time since the last call, or since sim_counter_init(). 0 if no
 * time has passed. */
double sim_counter_rate(struct sim_counter *counter, uint64_t now_ns);

/* A value that stays the same until it is set again, such as the length of a queue. */
struct sim_gauge {
    double value; /* that was set last */
    double least, most;
    double area; /* private: the integral of the value over time, in ns */
    uint64_t begun_ns, set_ns;
};

void sim_gauge_init(struct sim_gauge *gauge, uint64_t now_ns, double value);
void sim_gauge_set(struct sim_gauge *gauge, uint64_t now_ns, double value);
/* The mean over the time since sim_gauge_init(), or the value itself if no time has passed. */
double sim_gauge_mean(const struct sim_gauge *gauge, uint64_t now_ns);

/* ---- Over several samples or runs -------------------------------------------------------- */

struct sim_estimate {
    double mean;
    double half_width; /* of the 95% confidence interval; INFINITY for a single value */
};

/* The mean with Student's t interval, for independent values such as one of each replicate. `count`
 * is at least 1. */
struct sim_estimate sim_estimate_mean(const double *values, uint32_t count);
/* The same with an interval of another confidence, such as 0.99. */
struct sim_estimate sim_estimate_mean_at(const double *values, uint32_t count, double confidence);

/* The value below which the fraction `q` of the values lies (0 to 1), interpolated. Sorts `values`.
 * `count` is at least 1. */
double sim_quantile(double *values, uint32_t count, double q);

#endif
