/*
 * What a figure says about the runs that it shows.
 */
#ifndef REPORT_CAPTION_H
#define REPORT_CAPTION_H

#include "ballast/config/config.h"
#include "ballast/results/results.h"
#include "sim/error.h"

#define CAPTION_BYTES 400

struct caption {
    /* "5 runs of each of 10 variants, seeds 1 to 5". Where that is not what the experiment's file
     * asks for, more follows: which variants there are, if they are few; how many runs there should
     * be; `sets`; how many runs were made with another configuration. Cut with "..." where it is
     * too long. */
    char runs[CAPTION_BYTES];
    char seed[24];     /* the smallest one */
    uint32_t variants; /* how many the runs have */
};

/* From the temporary table `chosen` (ballast/run/chosen.h), which has at least one row. */
int caption_make(struct results *db, const struct config_file *file, const struct config_sets *sets,
                 struct caption *caption, struct sim_error *error);

#endif
