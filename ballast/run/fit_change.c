/*
 * Fits around a fit.
 */
#include "ballast/run/fit_change.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS 64 /* our choice: 1.6% of the present value */

/* ---- The present value of a key ------------------------------------------------------------ */

struct wanted {
    const char *key;
    double value; /* NAN: there is no such number */
};

static void take_param(void *context, const char *key, const char *value)
{
    struct wanted *wanted = context;
    char *end;
    if (strcmp(key, wanted->key) != 0)
        return;
    double number = strtod(value, &end);
    if (end != value && *end == '\0')
        wanted->value = number;
}

static int present_value(const struct fit_request *request, const char *option, const char *key,
                         double *value, struct sim_error *error)
{
    struct config_list list = {0};
    struct wanted wanted = {key, NAN};
    int status =
        config_list_add(&list, request->file, request->variant, request->sets, false, error);
    if (status == SIM_OK)
        config_each_param(&list.at[0], take_param, &wanted);
    config_list_fini(&list);
    *value = wanted.value;
    if (status == SIM_OK && !(wanted.value > 0))
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected a key of `ballast params` whose value is a number above "
                             "0, found '%s'",
                             option, key);
    return status;
}

/* ---- One more ------------------------------------------------------------------------------ */

static int more_search(const struct fit_request *request, struct fit_more *more,
                       struct sim_error *error)
{
    struct fit_answer answer;
    struct fit_request around = *request;
    struct sweep_axis axis;
    char text[200];
    snprintf(text, sizeof text, "%.100s=%.10g:%.10g:%.10g", more->key, more->now, 2 * more->now,
             more->step);
    int status = sweep_axis_make("--more", text, &axis, error);
    around.axis = &axis;
    if (status == SIM_OK)
        status = fit_find(&around, &answer, error);
    if (status == SIM_OK) {
        more->is_found = !answer.none;
        more->needed = strtod(axis.values[answer.is_reversed ? answer.best : 0], NULL);
        fit_answer_fini(&answer);
    }
    sweep_axis_fini(&axis);
    return status;
}

int fit_more_find(const struct fit_request *request, const struct fit_answer *answer,
                  const char *key, struct fit_more *more, struct sim_error *error)
{
    struct fit_request around = *request;
    struct config_sets sets = *request->sets;
    char next[200];
    uint32_t index = 0;
    fit_next(answer, &index);
    snprintf(next, sizeof next, "%.100s=%.60s", request->axis->key, request->axis->values[index]);
    sets.at[sets.count++] = next;
    around.sets = &sets;
    *more = (struct fit_more){.key = key};
    int status = present_value(&around, "--more", key, &more->now, error);
    more->step = fmax(1, round(more->now / STEPS));
    return status == SIM_OK ? more_search(&around, more, error) : status;
}

/* ---- Inputs -------------------------------------------------------------------------------- */

int fit_input_parse(const char *text, struct fit_input *input, struct sim_error *error)
{
    const char *equals = strchr(text, '='), *comma = equals != NULL ? strchr(equals, ',') : NULL;
    *input = (struct fit_input){0};
    if (comma == NULL || equals == text || comma == equals + 1 || comma[1] == '\0' ||
        strchr(comma + 1, ',') != NULL)
        return sim_error_set(error, SIM_USAGE,
                             "--input: expected KEY=LOW,HIGH, such as policy.idle_tax=50%%,90%%, "
                             "found '%s'",
                             text);
    snprintf(input->key, sizeof input->key, "%.*s", (int)(equals - text), text);
    snprintf(input->value[0], FIT_VALUE_BYTES, "%.*s", (int)(comma - equals - 1), equals + 1);
    snprintf(input->value[1], FIT_VALUE_BYTES, "%s", comma + 1);
    return SIM_OK;
}

/* "x0.5" becomes half of the present value, whole where that is. */
static int value_resolve(const struct fit_request *request, const char *key,
                         char value[FIT_VALUE_BYTES], struct sim_error *error)
{
    char *end;
    double factor = strtod(value + 1, &end), now;
    if (value[0] != 'x' || end == value + 1 || *end != '\0' || !(factor > 0))
        return SIM_OK;
    int status = present_value(request, "--input", key, &now, error);
    if (status == SIM_OK)
        snprintf(value, FIT_VALUE_BYTES, "%.10g",
                 now == floor(now) && now >= 10 ? round(now * factor) : now * factor);
    return status;
}

int fit_input_find(const struct fit_request *request, const struct fit_answer *answer,
                   struct fit_input *input, struct sim_error *error)
{
    struct fit_request around = *request;
    struct config_sets sets = *request->sets;
    around.sets = &sets;
    around.near = answer->all || answer->none ? NULL : answer;
    around.seeds_most = around.seeds_least;
    around.tell = NULL;
    for (uint32_t end = 0; end < 2; end++) {
        char set[200];
        struct fit_answer other;
        int status = value_resolve(request, input->key, input->value[end], error);
        if (status != SIM_OK)
            return status;
        snprintf(set, sizeof set, "%.119s=%s", input->key, input->value[end]);
        sets.at[request->sets->count] = set;
        sets.count = request->sets->count + 1;
        status = fit_find(&around, &other, error);
        if (status != SIM_OK)
            return status;
        input->best[end] = other.best;
        input->none[end] = other.none;
        fit_answer_fini(&other);
    }
    return SIM_OK;
}

/* Of those that fit, counted from where conditions hold. */
static uint32_t place_of(const struct fit_input *input, uint32_t end,
                         const struct fit_answer *answer)
{
    if (input->none[end])
        return 0;
    return 1 + (answer->is_reversed ? answer->count - 1 - input->best[end] : input->best[end]);
}

uint32_t fit_input_span(const struct fit_input *input, const struct fit_answer *answer)
{
    uint32_t low = place_of(input, 0, answer), high = place_of(input, 1, answer);
    return low < high ? high - low : low - high;
}
