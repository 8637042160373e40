/*
 * Which runs of a database a figure or a comparison is about: the finished runs of an experiment as
 * its file describes it, or as they were run with the same `--set`.
 */
#ifndef RUN_CHOSEN_H
#define RUN_CHOSEN_H

#include "ballast/config/config.h"
#include "ballast/results/results.h"

/*
 * Makes the temporary table chosen(run_id, variant, seed, stale), for queries to join with.
 * `variant` is the name that the file gives it. `stale` is 1 for a run that was made with another
 * configuration or with other input files than those of now, else 0. `*count` is the number of its
 * rows. Where runs were made with another configuration or with other input files than those of
 * now, a line on standard error says how many.
 */
int chosen_make(struct results *db, const struct config_file *file, const struct config_sets *sets,
                uint32_t *count, struct sim_error *error);

/* SIM_USAGE: the database has no finished run of the experiment. */
int chosen_refuse_none(const char *db_path, const char *experiment, const struct config_sets *sets,
                       struct sim_error *error);

#endif
