/*
 * The report: one page of HTML about the runs of experiments, with their figures, the comparison
 * with the paper, parameters, decisions and where it all comes from. The page needs no network and
 * no other file.
 */
#ifndef PAGE_PAGE_H
#define PAGE_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"

struct page_options {
    const char *db_path;
    const char *target; /* the file that is written; it stays as it was if an error occurs */
    char *const *names; /* experiments or files; none: all experiments that have finished runs */
    uint32_t count;
    bool quiet;
};

/*
 * Writes the page. SIM_USAGE: an experiment that is not known or has no finished run. SIM_SYSTEM:
 * the file cannot be written, or there is no gnuplot. A figure that cannot be drawn from these runs
 * is no error: the page says why.
 */
int page_make(const struct page_options *options, struct sim_error *error);

#endif
