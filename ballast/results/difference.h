/*
 * How far two sets of runs are apart in one number: the difference of means with its 95% interval
 * by Student's t, and how large it is.
 */
#ifndef RESULTS_DIFFERENCE_H
#define RESULTS_DIFFERENCE_H

#include <stdbool.h>
#include <stdint.h>

enum difference_verdict {
    DIFFERENCE_EQUAL,    /* every value of the one set is that of the other, or all are one value */
    DIFFERENCE_APART,    /* the interval does not include zero */
    DIFFERENCE_TOGETHER, /* it does: the sets are not told apart */
    DIFFERENCE_SINGLE,   /* there are too few runs for an interval */
    DIFFERENCE_NONE,     /* a set has no value */
};

struct difference {
    uint32_t count_a, count_b; /* values; of pairs the number of pairs */
    double mean_a, mean_b;     /* NAN: none */
    double difference;         /* b - a */
    double half;     /* half of the interval of the difference; NAN where there are too few runs */
    double freedom;  /* degrees of freedom; NAN likewise */
    double relative; /* difference / |mean_a|; NAN where mean_a is 0 */
    double effect;   /* difference in standard deviations of one run, sqrt((sd_a^2 + sd_b^2) / 2);
                      * NAN where a set has fewer than two runs or no run differs from another */
    double largest;  /* of pairs: the largest |b - a|; NAN else */
    enum difference_verdict verdict;
};

/* a[i] and b[i] belong together, such as two runs with the same seed. A pair with a NAN is left
 * out. */
struct difference difference_paired(const double *a, const double *b, uint32_t count);
/* The sets are independent and may vary differently (Welch). A NAN is left out. */
struct difference difference_welch(const double *a, uint32_t count_a, const double *b,
                                   uint32_t count_b);

/* "equal", "apart", "not told apart", "one run", "no value". */
const char *difference_verdict_name(enum difference_verdict verdict);

#endif
