/*
 * What replays came to, as runs of the database of results, and as a figure.
 *
 * Each policy, or estimator of a curve, with each size of memory is a run of the experiment
 * `replay`. Its variant is "trace=T1.btr,policy=lru,memory_pages=3252", so that `ballast show` and
 * `ballast plot` read it as they read a sweep. Its results are of the whole host.
 */
#ifndef REPLAY_STORE_H
#define REPLAY_STORE_H

#include "ballast/replay/curve.h"
#include "ballast/replay/run.h"
#include "ballast/results/results.h"

#define REPLAY_EXPERIMENT "replay"

int replay_store(struct results *db, const struct replay_run *run, const struct replay_trace *trace,
                 struct sim_error *error);
int replay_curve_store(struct results *db, const struct replay_curve *curve,
                       const struct replay_trace *trace, struct sim_error *error);

/* Draws the miss ratio against memory, of the runs that this process has stored in `db`. `target`
 * ends in .svg, .png or .pdf. */
int replay_figure_draw(struct results *db, const struct replay_trace *trace, const char *target,
                       struct sim_error *error);

#endif
