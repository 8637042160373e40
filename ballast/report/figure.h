/*
 * A figure: one SQL query and one gnuplot script. Those of an experiment of the project lie in
 * plots/ and have its name; those of another experiment lie beside its file; two in plots/ draw any
 * run and any sweep.
 */
#ifndef REPORT_FIGURE_H
#define REPORT_FIGURE_H

#include <stdio.h>

#include "ballast/config/home.h"
#include "ballast/report/caption.h"
#include "ballast/results/results.h"
#include "sim/error.h"

enum figure_kind {
    FIGURE_ANY,   /* the experiment's own; where it has none, of its runs as they are */
    FIGURE_OWN,   /* by the experiment's own script */
    FIGURE_RUN,   /* one run, or the runs of one variant, over time */
    FIGURE_SWEEP, /* a metric against what was varied */
};

struct figure {
    enum figure_kind kind;
    char name[CONFIG_NAME_BYTES]; /* of the experiment */
    char title[1200];             /* of the experiment, and the variant where one is drawn */
    bool averaged;                /* a run: several are drawn as their mean and range */
    struct caption caption;
    const char *axes; /* a file that takes the places of the axes, see style.gp; NULL: none */
    /* plots/style.gp; the script and its query; the folder of the experiment */
    char style[PATH_BYTES], script[PATH_BYTES], sql[PATH_BYTES], folder[PATH_BYTES];
};

/* The format by the end of a file's name: "svg", "png" or "pdf". NULL: another. */
const char *figure_format(const char *target);

/* Draws the chosen runs into the file `target`. If an error occurs, `target` stays as it was.
 * `format`: svg, png or pdf. */
int figure_draw(const struct figure *figure, struct results *db, const char *target,
                const char *format, struct sim_error *error);

/* Draws them into a stream. `format` as above, or txt: with letters, as wide as the terminal is. */
int figure_print(const struct figure *figure, struct results *db, FILE *out, const char *format,
                 struct sim_error *error);

#endif
