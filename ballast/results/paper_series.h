/*
 * The paper's own curves as a table that points.sql can compare with. Only comparisons and figures
 * see it: a run never does.
 */
#ifndef RESULTS_PAPER_SERIES_H
#define RESULTS_PAPER_SERIES_H

#include "ballast/results/results.h"

/* Makes the temporary table paper_series from the CSV at `path`: a REAL column for each heading,
 * NULL where a field is empty. Replaces the table of the experiment before; without the file there
 * is none. */
int paper_series_load(struct results *db, const char *path, struct sim_error *error);

#endif
