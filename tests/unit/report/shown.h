/* Runs for the tests of what is shown and compared. */
#ifndef TEST_REPORT_SHOWN_H
#define TEST_REPORT_SHOWN_H

#include "ballast/results/results.h"
#include "tests/check.h"

struct results *shown_open(void); /* in memory */

/* A finished run of the experiment `two`: VM web has the allocations `alloc`, `alloc` + 10 and
 * `alloc` - 10 MB at 0, 5 and 10 s, and the throughput `work`; VM db an allocation of 2048 MB. */
int64_t shown_run(struct results *db, const char *variant, uint64_t seed, double alloc,
                  double work);

#endif
