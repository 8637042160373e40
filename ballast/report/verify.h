/*
 * The runs of a database against what their experiments say. Beside a configuration, paper.csv
 * holds points of the paper and points.sql the query that gives our value of each point for each
 * run; expect.csv holds what a user expects of an own experiment, without a query.
 */
#ifndef REPORT_VERIFY_H
#define REPORT_VERIFY_H

#include "ballast/config/config.h"
#include "ballast/report/verdicts.h"
#include "sim/error.h"

struct verify_options {
    const char *db_path;
    const struct config_sets *sets;
    double budget_s; /* judges no longer than this, by the clock; 0: as long as it takes */
};

/*
 * Judges the experiments or files `names`, each of which must have something to compare with and a
 * finished run (SIM_USAGE); or, where `count` is 0, all experiments that have both. Only runs that
 * were made with the same sets are used. The database may be read-only; where it can be written,
 * its table `reference` keeps the points. No row at all is SIM_USAGE. Whatever the status is, the
 * caller ends `verify` with verify_fini().
 */
int verify_make(struct verify *verify, const struct verify_options *options, char *const *names,
                uint32_t count, struct sim_error *error);

#endif
