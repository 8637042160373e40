/*
 * Which runs of a database a figure or a comparison is about: the finished ones of an experiment as
 * its file has it, or with the same `--set` as they were run with.
 */
#ifndef RUN_CHOSEN_H
#define RUN_CHOSEN_H

#include "ballast/config/config.h"
#include "ballast/results/results.h"

/* Makes the temporary table chosen(run_id, variant, seed), for queries to join with; `variant` is
 * the file's own name of it. `*count` is the number of its rows. */
int chosen_make(struct results *db, const struct config_file *file, const struct config_sets *sets,
                uint32_t *count, struct sim_error *error);

/* Takes the next statement off `*sql` (statements end with a semicolon at the end of a line; lines
 * that begin with "--" are comments). Returns it as a text of its own, to be freed, or NULL. */
char *sql_next(const char **sql);

#endif
