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
 * `variant` is the name that the file gives it. Its runs are those of the configuration and the
 * input files of now. Where a variant has none, the last ones that were made with others stand in,
 * and `stale` is 1 for these; with `is_left_out` they do not. `*count` is the number of rows.
 * `stale` counts on over several calls; NULL: nobody wants to know.
 */
struct chosen_stale {
    bool is_left_out;     /* given: what is judged must be of now */
    uint32_t runs, stale; /* of experiments of which some are stale */
    uint32_t experiments;
    char names[400]; /* "a, b, c", or as many as there is room for, and "..." */
};
int chosen_make(struct results *db, const struct config_file *file, const struct config_sets *sets,
                uint32_t *count, struct chosen_stale *stale, struct sim_error *error);

/* A line on standard error says how many runs are stale, and how to make them anew, where any is.
 */
void chosen_note_stale(const struct chosen_stale *stale);

/*
 * The same with the finished runs of an experiment of this name that the database holds, those of
 * sweeps too, whatever file they were made from. Of several configurations of a variant the last
 * one that ran is taken (CHOSEN_LAST). `variant` is that of the run, `stale` is 0. Runs of a VM
 * alone (CHOSEN_IS_ALONE) are left out.
 */
int chosen_all(struct results *db, const char *experiment, uint32_t *count,
               struct sim_error *error);

/*
 * The name of the experiment that a user means by `operand`: one of the database's runs, or of a
 * FILE.yaml. SIM_USAGE where it is neither, with the nearest name.
 */
int chosen_experiment(struct results *db, const char *operand, char name[CONFIG_NAME_BYTES],
                      struct sim_error *error);

/* In SQL, over the table `run`: a finished run of the experiment ?1, of the configuration that its
 * variant ran with last. Runs of an experiment that was changed, or of another one under its name,
 * lie beside these. */
#define CHOSEN_LAST                                                                                \
    "experiment = ?1 AND status = 'done' AND (variant, config_hash) IN"                            \
    " (SELECT variant, config_hash FROM (SELECT variant, config_hash, max(run_id) FROM run"        \
    "  WHERE experiment = ?1 AND status = 'done' GROUP BY variant))"

/* In SQL, over a table with a column `variant`: a run of one VM of a variant alone. */
#define CHOSEN_ALONE_KEY CONFIG_ALONE_KEY "="
#define CHOSEN_IS_ALONE  "(instr(',' || variant, '," CHOSEN_ALONE_KEY "') > 0)"

/* What `--variant` and `--seed` ask for. */
struct chosen_part {
    const char *variant;  /* NULL: all */
    const uint64_t *seed; /* NULL: all */
};

/*
 * Leaves in `chosen` only the runs of `part`. `*count` is how many are left. SIM_USAGE for a
 * variant that none of the chosen runs has, with the nearest name, and for a seed that none has of
 * that variant. `experiment` is its name for messages.
 */
int chosen_narrow(struct results *db, const char *experiment, const struct chosen_part *part,
                  uint32_t *count, struct sim_error *error);

/* SIM_USAGE: the database has no finished run of the experiment. */
int chosen_refuse_none(const char *db_path, const char *experiment, const struct config_sets *sets,
                       struct sim_error *error);

#endif
