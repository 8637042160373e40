/*
 * A run on record for the tests of `ballast explain`: two VMs, and decisions that the governor esx
 * made in it, by its own code. No simulation is needed for them.
 */
#ifndef TESTS_REPORT_RECORDED_H
#define TESTS_REPORT_RECORDED_H

#include "ballast/results/results.h"

/* One VM at one moment, in MB; it has 256 MB, min 64 and 2,560 shares. */
struct recorded_vm {
    double active_mb, alloc_mb, target_mb;
};

/* A decision about `idle` and `busy`. An alloc_mb below 0: the VM is off. */
struct recorded_round {
    double t_s;
    const char *reason;
    double total_mb;
    double tax_bp;
    struct recorded_vm vms[2];
};

/* A finished run with these decisions, with samples every 10 s up to 100 s, and the number of the
 * run. The targets are those that the governor orders, unless they are given (above 0). */
int64_t recorded_run(struct results *db, const struct recorded_round *rounds, uint32_t count);

#endif
