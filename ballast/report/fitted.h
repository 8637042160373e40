/*
 * The answer of a fit, for people and as JSON.
 */
#ifndef REPORT_FITTED_H
#define REPORT_FITTED_H

#include <stdio.h>

#include "ballast/run/fit_change.h"

struct fitted {
    const struct fit_request *request;
    const struct fit_answer *answer;
    struct fit_more more;
    const struct fit_input *inputs; /* those that were tried, the one that moves most first */
    uint32_t input_count;
};

/* One value of the varied key, while the fit goes on: a line. */
void fitted_print_point(const struct fit_request *request, const struct fit_point *point,
                        FILE *out);
void fitted_print(const struct fitted *fitted, FILE *out);
void fitted_print_json(const struct fitted *fitted, FILE *out);

#endif
