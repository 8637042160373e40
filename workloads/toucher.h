/*
 * The toucher of the paper's Figure 6: one process that touches the first so many MB of its memory
 * again and again, without a pause, and gives back what it no longer uses (toucher.c).
 */
#ifndef WORKLOADS_TOUCHER_H
#define WORKLOADS_TOUCHER_H

#include "workloads/wl.h"

struct wl_toucher_config {
    const char *schedule; /* CSV with `t_s`, from the workload's start on, and `mb`, in steps */
    double page_us;       /* CPU time at each page, not negative */
};

extern const struct wl_row wl_toucher;

#endif
