/*
 * A figure: one SQL query and one gnuplot script in plots/, by the name of its experiment.
 */
#ifndef REPORT_FIGURE_H
#define REPORT_FIGURE_H

#include "ballast/config/home.h"
#include "ballast/report/caption.h"
#include "ballast/results/results.h"
#include "sim/error.h"

struct figure {
    const char *name;
    /* plots/style.gp, plots/NAME.gp, plots/NAME.sql, experiments/NAME */
    char style[PATH_BYTES], script[PATH_BYTES], sql[PATH_BYTES], folder[PATH_BYTES];
};

/* Fills the paths of `figure`. The caller checks whether the script exists. */
int figure_find(struct figure *figure, const char *name, struct sim_error *error);

/* Draws the runs in the temporary table `chosen` (ballast/run/chosen.h) into the file `target`. If
 * an error occurs, `target` stays as it was. `format`: svg, png or pdf. */
int figure_draw(const struct figure *figure, struct results *db, const struct caption *caption,
                const char *target, const char *format, struct sim_error *error);

#endif
