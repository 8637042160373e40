/*
 * A number that changes with time, from a column of a CSV file whose column `t_s` rises: straight
 * between the rows or in steps, and the first or the last value outside them.
 * A row whose cell is empty says nothing about this column and is left out.
 */
#ifndef WL_SERIES_H
#define WL_SERIES_H

#include <stdint.h>

#include "sim/error.h"

struct wl_series {
    uint32_t count;
    double *t_s, *value;
};

/* SIM_BAD_DATA, with file and line, if there is no such column or a number is out of range. */
int wl_series_read(struct wl_series *series, const char *path, const char *column, double least,
                   double most, struct sim_error *error);
void wl_series_fini(struct wl_series *series); /* accepts one that is all zero */
double wl_series_at(const struct wl_series *series, double t_s);
/* The same in steps: a row's value holds until the next row. */
double wl_series_step_at(const struct wl_series *series, double t_s);
/* The first row's time after t_s; INFINITY if there is none. */
double wl_series_next_s(const struct wl_series *series, double t_s);

#endif
