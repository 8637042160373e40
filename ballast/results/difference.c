/*
 * Differences of means. GSL has the moments and the quantiles of Student's t, also for degrees of
 * freedom that are no whole number.
 */
#include "ballast/results/difference.h"
#include "sim/memory.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

#define CONFIDENCE_TAIL 0.975 /* the 95% interval leaves 2.5% on either side */

/* Mean and variance of one run's value; the variance is NAN for fewer than two. */
struct moments {
    uint32_t count;
    double mean, variance;
};

static struct moments moments_of(const double *values, uint32_t count)
{
    struct moments moments = {count, NAN, NAN};
    if (count > 0)
        moments.mean = gsl_stats_mean(values, 1, count);
    if (count > 1)
        moments.variance = gsl_stats_variance_m(values, 1, count, moments.mean);
    return moments;
}

static double *room_for(uint32_t count)
{
    return sim_memory_need(calloc(count + 1u, sizeof(double)));
}

static struct difference between(const struct moments *a, const struct moments *b)
{
    struct difference difference = {.count_a = a->count,
                                    .count_b = b->count,
                                    .mean_a = a->mean,
                                    .mean_b = b->mean,
                                    .difference = b->mean - a->mean,
                                    .half = NAN,
                                    .freedom = NAN,
                                    .relative = NAN,
                                    .effect = NAN,
                                    .largest = NAN};
    double deviation = sqrt((a->variance + b->variance) / 2);
    if (a->mean != 0)
        difference.relative = difference.difference / fabs(a->mean);
    if (deviation > 0)
        difference.effect = difference.difference / deviation;
    return difference;
}

/* `error` is the standard error of the difference. */
static void interval(struct difference *difference, double error, double freedom)
{
    difference->freedom = freedom;
    difference->half = error > 0 ? gsl_cdf_tdist_Pinv(CONFIDENCE_TAIL, freedom) * error : 0;
}

static enum difference_verdict judge(const struct difference *difference)
{
    if (difference->count_a == 0 || difference->count_b == 0)
        return DIFFERENCE_NONE;
    bool has_spread = isnan(difference->half) || difference->half > 0;
    if (difference->difference == 0 && (difference->largest == 0 || !has_spread))
        return DIFFERENCE_EQUAL;
    if (isnan(difference->half))
        return difference->difference == 0 ? DIFFERENCE_EQUAL : DIFFERENCE_SINGLE;
    return fabs(difference->difference) > difference->half ? DIFFERENCE_APART : DIFFERENCE_TOGETHER;
}

struct difference difference_paired(const double *a, const double *b, uint32_t count)
{
    double *first = room_for(count), *second = room_for(count), *apart = room_for(count);
    double largest = 0;
    uint32_t pairs = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (isnan(a[i]) || isnan(b[i]))
            continue;
        first[pairs] = a[i];
        second[pairs] = b[i];
        apart[pairs] = b[i] - a[i];
        largest = fmax(largest, fabs(apart[pairs++]));
    }
    struct moments of_a = moments_of(first, pairs), of_b = moments_of(second, pairs);
    struct moments of_pairs = moments_of(apart, pairs);
    struct difference difference = between(&of_a, &of_b);
    difference.largest = largest;
    difference.difference = of_pairs.mean;
    if (pairs > 1)
        interval(&difference, sqrt(of_pairs.variance / pairs), pairs - 1);
    difference.verdict = judge(&difference);
    free(first);
    free(second);
    free(apart);
    return difference;
}

static uint32_t present(const double *values, uint32_t count, double *kept)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            kept[found++] = values[i];
    return found;
}

/* Welch and Satterthwaite: the degrees of freedom of the sum of two variances of means. */
static double welch_freedom(double a, uint32_t count_a, double b, uint32_t count_b)
{
    return (a + b) * (a + b) / (a * a / (count_a - 1) + b * b / (count_b - 1));
}

struct difference difference_welch(const double *a, uint32_t count_a, const double *b,
                                   uint32_t count_b)
{
    double *first = room_for(count_a), *second = room_for(count_b);
    struct moments of_a = moments_of(first, present(a, count_a, first));
    struct moments of_b = moments_of(second, present(b, count_b, second));
    struct difference difference = between(&of_a, &of_b);
    if (of_a.count > 1 && of_b.count > 1) {
        double va = of_a.variance / of_a.count, vb = of_b.variance / of_b.count;
        double freedom = va + vb > 0 ? welch_freedom(va, of_a.count, vb, of_b.count)
                                     : of_a.count + of_b.count - 2;
        interval(&difference, sqrt(va + vb), freedom);
    }
    difference.verdict = judge(&difference);
    free(first);
    free(second);
    return difference;
}

const char *difference_verdict_name(enum difference_verdict verdict)
{
    static const char *const names[] = {[DIFFERENCE_EQUAL] = "equal",
                                        [DIFFERENCE_APART] = "apart",
                                        [DIFFERENCE_TOGETHER] = "not told apart",
                                        [DIFFERENCE_SINGLE] = "one run",
                                        [DIFFERENCE_NONE] = "no value"};
    return names[verdict];
}
