/* What a replay came to, for people and for programs. */
#ifndef REPLAY_PRINT_H
#define REPLAY_PRINT_H

#include <stdio.h>

#include "ballast/replay/curve.h"
#include "ballast/replay/run.h"
#include "sim/listing.h"

void replay_print(const struct replay_run *run, const struct replay_trace *trace,
                  enum sim_listing_form form, FILE *out);
void replay_curve_print(const struct replay_curve *curve, const struct replay_trace *trace,
                        enum sim_listing_form form, FILE *out);

#endif
