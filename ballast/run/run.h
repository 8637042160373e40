/*
 * One run of an experiment: from resolved values to rows in the database.
 */
#ifndef BALLAST_RUN_H
#define BALLAST_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "ballast/config/config.h"
#include "ballast/run/program.h"
#include "sim/error.h"

struct results;

struct run_options {
    uint64_t seed;
    uint32_t replicate;
    bool quiet; /* no progress on stderr */
    bool watch; /* the VMs' main figures, renewed on the terminal while it runs */
    /* The books are checked at the end, and at eight points on the way; or only at as many as cost
     * 2% of the run, unless the environment variable BALLAST_CHECKS is "all". */
    bool spare_checks;
};

/*
 * Runs `config` once and writes a run with its params, series, results, events and decisions to
 * `db`. The run is marked 'running' first and 'done' last, so one that was cut short is never
 * taken for a whole one. What can be refused is refused before anything is written. Returns a
 * status of sim/error.h, or that of interrupt.h: then the run is marked 'failed'.
 */
int run_experiment(const struct experiment_config *config, const struct run_options *options,
                   struct results *db, struct sim_error *error);

#endif
