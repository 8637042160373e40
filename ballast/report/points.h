/*
 * The chosen runs of a database against the points of the paper.
 */
#ifndef REPORT_POINTS_H
#define REPORT_POINTS_H

#include "ballast/report/verdicts.h"
#include "ballast/results/results.h"

/*
 * Adds a row to `verify` for each point in the file `paper`, judged by the values that the query in
 * the file `sql` gives. `name`, of the experiment, must outlive `verify`. SIM_BAD_DATA, with the
 * nearest right name, for a query that names another point.
 */
int points_judge(struct verify *verify, struct results *db, const char *name, const char *paper,
                 const char *sql, struct sim_error *error);

#endif
