/*
 * The figure of a run's decisions: prices, targets and orders over time (plots/explain.gp).
 */
#ifndef EXPLAIN_FIGURE_H
#define EXPLAIN_FIGURE_H

#include "ballast/explain/run.h"

/* Draws it into `target`, whose name ends in .svg, .png or .pdf. The table `chosen` has this run
 * alone from then on. */
int explain_figure_draw(struct results *db, const struct explain_run *run, const char *target,
                        struct sim_error *error);

#endif
