/*
 * What moves the answer of a fit: how much more of one thing would make one more fit, and how far
 * inputs that nobody knows exactly move it.
 */
#ifndef RUN_FIT_CHANGE_H
#define RUN_FIT_CHANGE_H

#include "ballast/run/fit.h"

struct fit_more {
    const char *key; /* NULL: not asked */
    double now, needed;
    double step;   /* how fine `needed` is */
    bool is_found; /* false: not even twice as much makes one more fit */
};
/* Searches from the key's present value to twice as much, in steps of 1/64 of it. SIM_USAGE for a
 * key that is no number above 0. The answer must have a next value (fit_next). */
int fit_more_find(const struct fit_request *request, const struct fit_answer *answer,
                  const char *key, struct fit_more *more, struct sim_error *error);

#define FIT_INPUTS_MOST 32u
#define FIT_VALUE_BYTES 64u

struct fit_input {
    char key[120];
    char value[2][FIT_VALUE_BYTES]; /* the low and the high end; "x2" is twice the present value */
    /* With each of them: the best value of the varied key. */
    uint32_t best[2];
    bool none[2]; /* no value fits */
};
/* "KEY=LOW,HIGH" */
int fit_input_parse(const char *text, struct fit_input *input, struct sim_error *error);
/* Searches near `answer`, with the least number of seeds: the means alone decide. */
int fit_input_find(const struct fit_request *request, const struct fit_answer *answer,
                   struct fit_input *input, struct sim_error *error);
/* How many places apart the two ends are. */
uint32_t fit_input_span(const struct fit_input *input, const struct fit_answer *answer);

#endif
