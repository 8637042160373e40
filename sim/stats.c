/*
 * Statistics over simulated time, and over runs. GSL has the quantiles of Student's t.
 */
#include "sim/stats.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

#define NS_PER_S 1e9

void sim_counter_init(struct sim_counter *counter, uint64_t now_ns)
{
    *counter = (struct sim_counter){.asked_ns = now_ns};
}

double sim_counter_rate(struct sim_counter *counter, uint64_t now_ns)
{
    uint64_t n = counter->total - counter->asked_total;
    uint64_t passed_ns = now_ns - counter->asked_ns;

    assert(now_ns >= counter->asked_ns);
    if (passed_ns == 0)
        return 0;
    counter->asked_total = counter->total;
    counter->asked_ns = now_ns;
    return (double)n / ((double)passed_ns / NS_PER_S);
}

void sim_gauge_init(struct sim_gauge *gauge, uint64_t now_ns, double value)
{
    *gauge = (struct sim_gauge){
        .value = value, .least = value, .most = value, .begun_ns = now_ns, .set_ns = now_ns};
}

static double area_until(const struct sim_gauge *gauge, uint64_t now_ns)
{
    assert(now_ns >= gauge->set_ns);
    return gauge->area + gauge->value * (double)(now_ns - gauge->set_ns);
}

void sim_gauge_set(struct sim_gauge *gauge, uint64_t now_ns, double value)
{
    gauge->area = area_until(gauge, now_ns);
    gauge->set_ns = now_ns;
    gauge->value = value;
    gauge->least = fmin(gauge->least, value);
    gauge->most = fmax(gauge->most, value);
}

double sim_gauge_mean(const struct sim_gauge *gauge, uint64_t now_ns)
{
    double passed_ns = (double)(now_ns - gauge->begun_ns);
    return passed_ns > 0 ? area_until(gauge, now_ns) / passed_ns : gauge->value;
}

struct sim_estimate sim_estimate_mean(const double *values, uint32_t count)
{
    return sim_estimate_mean_at(values, count, 0.95);
}

struct sim_estimate sim_estimate_mean_at(const double *values, uint32_t count, double confidence)
{
    assert(count > 0);
    struct sim_estimate estimate = {gsl_stats_mean(values, 1, count), INFINITY};
    if (count >= 2) {
        double error = gsl_stats_sd_m(values, 1, count, estimate.mean) / sqrt(count);
        estimate.half_width = gsl_cdf_tdist_Pinv(0.5 + confidence / 2, count - 1) * error;
    }
    return estimate;
}

double sim_quantile(double *values, uint32_t count, double q)
{
    assert(count > 0 && q >= 0 && q <= 1);
    gsl_sort(values, 1, count);
    return gsl_stats_quantile_from_sorted_data(values, 1, count, q);
}
