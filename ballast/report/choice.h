/*
 * Which figure of an experiment is to be drawn, and over which runs.
 */
#ifndef REPORT_CHOICE_H
#define REPORT_CHOICE_H

#include "ballast/report/figure.h"
#include "ballast/run/chosen.h"

/* What a user asks for. */
struct figure_wish {
    enum figure_kind kind;
    const struct config_sets *sets; /* of the runs */
    const char *variant;            /* NULL: of a run the first one, otherwise all */
    const uint64_t *seed;           /* NULL: of a run the smallest one, otherwise all */
    bool all_seeds;                 /* of a run: all seeds, as their mean and range */
    const char *metric;             /* of a sweep; NULL: the one that its script prefers */
    const char *vm;                 /* NULL: all */
    bool optional;                  /* no script of its own or no runs: nothing is drawn */
    struct chosen_stale *stale;     /* of chosen_make() */
};

/*
 * Decides which figure of the experiment `operand` (EXPERIMENT or FILE.yaml) is drawn, and leaves
 * what its query reads in temporary tables: the runs in `chosen` (ballast/run/chosen.h), and one
 * row in `asked(metric, vm)`, NULL where nothing is asked for. `*found` is false where nothing is
 * to be drawn. SIM_USAGE: there is no such script, run, variant, seed, metric or VM.
 */
int figure_choose(struct figure *figure, struct results *db, const char *db_path,
                  const char *operand, const struct figure_wish *wish, bool *found,
                  struct sim_error *error);

/* The script NAME.gp in plots/ and its query, for a figure of runs that the caller has chosen. */
int figure_shared(struct figure *figure, const char *name, struct sim_error *error);

#endif
