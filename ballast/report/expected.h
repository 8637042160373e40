/*
 * The runs of a database against expect.csv: collects the numbers of each expectation, and judges
 * them.
 */
#ifndef REPORT_EXPECTED_H
#define REPORT_EXPECTED_H

#include "ballast/config/config.h"
#include "ballast/report/verdicts.h"
#include "ballast/results/results.h"

/*
 * Adds the rows of the expectations in the file `path` to `verify`: one for each variant or each
 * group of variants that an expectation speaks of. Only finished runs of the experiment `file` that
 * were made with `sets` are used. `*runs` grows by the number of runs that had a value; where the
 * experiment has no finished run at all, no rows are added. SIM_BAD_DATA, with FILE:LINE and the
 * nearest right name, for a VM, variant or key that the experiment does not have.
 */
int expected_judge(struct verify *verify, struct results *db, const struct config_file *file,
                   const struct config_sets *sets, const char *path, uint32_t *runs,
                   struct sim_error *error);

#endif
