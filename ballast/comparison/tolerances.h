/*
 * How far a metric may differ: "5%" of the first value, or "0.5" in the metric's own unit; for all
 * metrics or for one ("alloc_mb=5%").
 */
#ifndef COMPARISON_TOLERANCES_H
#define COMPARISON_TOLERANCES_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"

#define TOLERANCE_NAME_BYTES 80u

struct tolerance {
    char metric[TOLERANCE_NAME_BYTES]; /* "": all that have none of their own */
    double amount;
    bool is_relative; /* `amount` is a fraction of the first value */
};

#define TOLERANCES_MOST 100u
struct tolerances {
    struct tolerance at[TOLERANCES_MOST];
    uint32_t count;
};

/* "5%", "0.5", "METRIC=5%". A later one of the same metric replaces the earlier one. */
int tolerances_add(struct tolerances *tolerances, const char *text, struct sim_error *error);
/* A CSV with the columns metric and tolerance; the metric "*" stands for all others. */
int tolerances_read(struct tolerances *tolerances, const char *path, struct sim_error *error);
/* NULL: none holds for this metric. */
const struct tolerance *tolerances_find(const struct tolerances *tolerances, const char *metric);
/* May `b` stand for `a`? */
bool tolerance_allows(const struct tolerance *tolerance, double a, double b);
/* "5%", "0.5": into `text`, and returned. */
const char *tolerance_text(const struct tolerance *tolerance, char text[40]);

#endif
