/*
 * The runs behind one value of a fit. Private to fit.c.
 */
#ifndef RUN_FIT_RUNS_H
#define RUN_FIT_RUNS_H

#include "ballast/run/fit.h"

struct fit_runs {
    const struct fit_request *request;
    bool is_count;    /* the key says how many VMs there are: a VM alone does not depend on it */
    bool needs_alone; /* a condition is about losses */
    uint32_t made, found; /* runs that were made, and that were there */
};

int fit_runs_init(struct fit_runs *runs, const struct fit_request *request,
                  struct sim_error *error);
/* Makes the runs of the value `index` with seeds 1 to `seeds`, and the same of VMs alone where a
 * condition needs them. `estimates` gets one for each condition. */
int fit_runs_make(struct fit_runs *runs, uint32_t index, uint32_t seeds,
                  struct condition_estimate *estimates, struct sim_error *error);
void fit_runs_fini(struct fit_runs *runs);

#endif
