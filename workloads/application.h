/*
 * An application: memory made of parts, and a hot set that follows a series (application.c).
 */
#ifndef WORKLOADS_APPLICATION_H
#define WORKLOADS_APPLICATION_H

#include "workloads/wl.h"

struct wl_application_config {
    const char *name;  /* in the table */
    const char *table; /* CSV, see parts.h */
    double memory_mb;  /* filled evenly over load_ns from the start on; more where activity goes
                          beyond it */
    uint64_t load_ns;
    double active_mb; /* size of the hot set, what the OS itself touches included, where there is */
    const char *activity; /* no CSV with `t_s` of simulated time and a column of MB; "" = none */
    const char *column;   /* "" = the VM's name */
    double untouched_mb;  /* asked for at the start and never touched: committed only */
    double files_mb;      /* of files that are read once, at the start */
    uint64_t cold_ns;     /* in which what is not hot is touched once; not 0 */
    bool busy;            /* computes without a pause; progress is then in CPU seconds */
    double busy_above_mb; /* computes without a pause while its activity is above this; 0: never */
};

extern const struct wl_row wl_application;

#endif
