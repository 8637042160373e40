/*
 * Which run is explained, and by which governor it was made.
 */
#ifndef EXPLAIN_RUN_H
#define EXPLAIN_RUN_H

#include "ballast/config/config.h"
#include "ballast/results/results.h"
#include "ballast/run/chosen.h"
#include "models/policy/mp_governor.h"
#include "sim/memory.h"

/* What the user names. NULL: anything. */
struct explain_ask {
    const char *db_path;
    const char *name;       /* EXPERIMENT or FILE.yaml; NULL: of the run that was made last */
    const char *refused_vm; /* a run in which this VM was refused goes first */
    const struct config_sets *sets;
    struct chosen_part part;
};

struct explain_run {
    int64_t run_id;
    const char *experiment, *variant, *seed, *governor;
    uint32_t runs; /* how many runs there are to choose from */
    /* NULL where it cannot be had; then `no_table` says why. */
    const struct mp_governor *table;
    uint32_t parameters[MP_MOST_PARAMETERS];
    char no_table[400];
    struct sim_memory memory;        /* private */
    struct experiment_config config; /* private: holds a governor of a shared object */
    bool has_config;
};

/* SIM_USAGE where there is no such run, with the nearest right name. The caller ends `run` with
 * explain_run_fini() in any case. */
int explain_run_find(struct explain_run *run, struct results *db, const struct explain_ask *ask,
                     struct sim_error *error);
void explain_run_fini(struct explain_run *run);

#endif
