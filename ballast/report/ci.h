/*
 * Verdicts in the forms that continuous integration reads: JUnit XML and TAP.
 *
 * A known miss and a point that is only shown are skipped tests; what was not judged within the
 * budget is one too, for each experiment. A point without data is a failed one.
 */
#ifndef REPORT_CI_H
#define REPORT_CI_H

#include <stdio.h>

#include "ballast/report/verdicts.h"

/* One suite for each experiment. */
void ci_junit(const struct verify *verify, FILE *out);
/* The Test Anything Protocol, version 13. */
void ci_tap(const struct verify *verify, FILE *out);

#endif
