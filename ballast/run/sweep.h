/*
 * Many runs of one experiment. The grid has every variant with every value of the varied keys, with
 * every seed and replicate. Each run has a database of its own. The databases are merged in the
 * order of the grid, so the result does not depend on how many ran at once, nor on which process
 * did what.
 */
#ifndef RUN_SWEEP_H
#define RUN_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "ballast/config/config.h"
#include "sim/error.h"

/* One cell of the grid: `config` with one seed and replicate. */
struct sweep_run {
    const struct experiment_config *config;
    uint64_t seed, config_hash;
    uint32_t replicate;
};

struct sweep_grid {
    struct config_list configs;
    struct sweep_run *runs; /* in order */
    uint32_t run_count;
};

/* What is to be run. */
struct sweep_request {
    const struct config_file *file;
    const struct config_sets *sets;   /* hold for all runs */
    const struct config_sets *varied; /* "key=v1,v2,..." or "key=first:last:step" */
    uint32_t replicates;
    bool alone; /* each VM alone, too: see config_resolve_alone() */
};

/*
 * Resolves and checks all runs. They are in the order of the file's variants, then of the values of
 * each varied key (the last key changes fastest), then of seeds, then of replicates. The runs of
 * VMs alone follow those of all of them.
 */
int sweep_grid_make(const struct sweep_request *request, struct sweep_grid *grid,
                    struct sim_error *error);
/* Makes the runs of the configurations anew, with so many seeds of each; NULL: those of its file.
 */
int sweep_grid_seeds(struct sweep_grid *grid, const uint32_t *seeds, uint32_t replicates,
                     struct sim_error *error);
void sweep_grid_fini(struct sweep_grid *grid);

/* What one run may take. 0: no limit. */
struct sweep_limits {
    double time_s;    /* of the clock */
    double memory_mb; /* of address space, which is somewhat more than what is in use */
};

struct sweep_options {
    const char *db;
    uint32_t jobs;
    uint32_t shard, shards; /* runs shard, shard + shards, ...; shard counts from 0 */
    bool again;             /* also what is there already */
    bool isolate;           /* a process for each run */
    bool keep;              /* what is there counts, whatever build and inputs it was made with */
    bool quiet;
    bool no_lines;     /* progress alone, no line for each run */
    const char *label; /* of the progress; NULL: the experiment's name */
    struct sweep_limits limits;
};

struct sweep_outcome {
    uint32_t done, skipped, failed;
    uint32_t other_build, other_inputs; /* why runs that are there were made anew */
    double wall_s, sim_s;
};

/*
 * Runs what is missing, and what is there of another build or of other inputs.
 *
 * A run that crashes, reaches a limit, or is ended by a wrong order of its governor fails alone:
 * its last words go to standard error, and the others go on. In the end the error names those that
 * failed. Its status is SIM_FAILED where wrong orders are all that happened, else SIM_SYSTEM.
 *
 * An input that is refused, and a disk or a database that fails, would fail every run: its error
 * ends the sweep. A signal (SIGINT, SIGTERM) ends the runs under way and gives the status 128 and
 * the signal's number. What is finished is kept in any case.
 */
int sweep_run_all(const struct sweep_grid *grid, const struct sweep_options *options,
                  struct sweep_outcome *outcome, struct sim_error *error);

#endif
