/*
 * What a fit prints. The conditions are numbered, so that a table of them is narrow.
 */
#include "ballast/report/fitted.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/json.h"
#include "sim/paragraph.h"
#include "sim/quantity.h"
#include "sim/table.h"

static const char *const verdicts[] = {
    [CONDITION_FAILS] = "fails", [CONDITION_OPEN] = "undecided", [CONDITION_HOLDS] = "holds"};

static const char *value_of(const struct fit_request *request, uint32_t index)
{
    return request->axis->values[index];
}

static const char *figure(char text[SIM_QUANTITY_BYTES], const struct condition *condition,
                          const struct condition_estimate *estimate)
{
    const char *unit = condition_unit(condition);
    if (estimate->half == 0) /* all runs agree */
        return sim_quantity(text, estimate->mean, unit);
    return sim_quantity_interval(text, estimate->mean, estimate->half, unit);
}

void fitted_print_point(const struct fit_request *request, const struct fit_point *point, FILE *out)
{
    fprintf(out, "%s=%s: %s after %u runs\n", request->axis->key, value_of(request, point->index),
            verdicts[point->verdict], point->runs);
    fflush(out);
}

/* ---- Tables -------------------------------------------------------------------------------- */

static void print_points(const struct fitted *fitted, FILE *out)
{
    const struct fit_request *request = fitted->request;
    char alignment[FIT_CONDITIONS_MOST + 4] = "rr", text[SIM_QUANTITY_BYTES];
    struct sim_table table;
    uint32_t shown = request->condition_count;
    if (shown > SIM_TABLE_COLUMNS_MOST - 3)
        shown = SIM_TABLE_COLUMNS_MOST - 3;
    for (uint32_t i = 0; i < shown; i++)
        strcat(alignment, "r");
    strcat(alignment, "l");
    for (uint32_t i = 0; i < request->condition_count; i++)
        fprintf(out, "  (%u) %s\n", i + 1, request->conditions[i].text);
    fputc('\n', out);
    sim_table_init(&table, alignment);
    sim_table_cell(&table, "%s", request->axis->key);
    sim_table_cell(&table, "runs");
    for (uint32_t i = 0; i < shown; i++)
        sim_table_cell(&table, "(%u)", i + 1);
    sim_table_cell(&table, "verdict");
    for (uint32_t k = 0; k < fitted->answer->count; k++) {
        const struct fit_point *point = &fitted->answer->points[k];
        if (point->runs == 0)
            continue;
        sim_table_cell(&table, "%s", value_of(request, k));
        sim_table_cell(&table, "%u", point->runs);
        for (uint32_t i = 0; i < shown; i++)
            sim_table_cell(&table, "%s",
                           figure(text, &request->conditions[i], &point->estimates[i]));
        sim_table_cell(&table, "%s", verdicts[point->verdict]);
    }
    sim_table_print(&table, out);
    sim_table_fini(&table);
}

static const char *answer_text(const struct fitted *fitted, const struct fit_input *input,
                               uint32_t end)
{
    return input->none[end] ? "none" : value_of(fitted->request, input->best[end]);
}

static void print_tornado(const struct fitted *fitted, FILE *out)
{
    struct sim_table table;
    if (fitted->input_count == 0)
        return;
    fprintf(out, "\nWhat moves the answer; each input alone, at both ends of its range:\n\n");
    sim_table_init(&table, "lrrrr");
    static const char *const headings[] = {"input", "low", "high", "answer at low",
                                           "answer at high"};
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
        sim_table_cell(&table, "%s", headings[i]);
    for (uint32_t i = 0; i < fitted->input_count; i++) {
        const struct fit_input *input = &fitted->inputs[i];
        sim_table_cell(&table, "%s", input->key);
        sim_table_cell(&table, "%s", input->value[0]);
        sim_table_cell(&table, "%s", input->value[1]);
        sim_table_cell(&table, "%s", answer_text(fitted, input, 0));
        sim_table_cell(&table, "%s", answer_text(fitted, input, 1));
    }
    sim_table_print(&table, out);
    sim_table_fini(&table);
}

/* ---- Words --------------------------------------------------------------------------------- */

static void say(FILE *out, const char *text)
{
    sim_paragraph(out, sim_paragraph_columns(out), 0, text);
}

static void say_answer(const struct fitted *fitted, FILE *out)
{
    const struct fit_request *request = fitted->request;
    const struct fit_answer *answer = fitted->answer;
    const char *key = request->axis->key;
    char text[700];
    if (answer->none)
        snprintf(text, sizeof text, "No value of %s from %s to %s meets the conditions.", key,
                 value_of(request, 0), value_of(request, answer->count - 1));
    else if (answer->all)
        snprintf(text, sizeof text,
                 "Every value of %s from %s to %s meets the conditions; a longer range may say "
                 "where they end.",
                 key, value_of(request, 0), value_of(request, answer->count - 1));
    else if (answer->sure == answer->perhaps)
        snprintf(text, sizeof text, "%s: %s %s (%.4g%% sure).", key,
                 answer->is_reversed ? "at least" : "at most", value_of(request, answer->best),
                 100 * request->confidence);
    else
        snprintf(text, sizeof text,
                 "%s: %s %s by the means; between %s and %s at %.4g%% confidence after %u seeds "
                 "each. More seeds (--most) narrow it.",
                 key, answer->is_reversed ? "at least" : "at most", value_of(request, answer->best),
                 value_of(request, answer->sure), value_of(request, answer->perhaps),
                 100 * request->confidence, request->seeds_most);
    say(out, text);
}

static void say_binding(const struct fitted *fitted, FILE *out)
{
    const struct fit_request *request = fitted->request;
    char text[500], number[SIM_QUANTITY_BYTES];
    uint32_t index = 0;
    if (fitted->answer->none)
        index = fitted->answer->best;
    else if (!fit_next(fitted->answer, &index))
        return;
    const struct fit_point *point = &fitted->answer->points[index];
    if (point->runs == 0)
        return;
    uint32_t binding = fit_binding(request, point);
    const struct condition *condition = &request->conditions[binding];
    snprintf(text, sizeof text, "What binds at %s: expected %s, found %s.",
             value_of(request, index), condition->text,
             figure(number, condition, &point->estimates[binding]));
    say(out, text);
}

static void say_more(const struct fitted *fitted, FILE *out)
{
    const struct fit_more *more = &fitted->more;
    char text[300];
    uint32_t index;
    if (more->key == NULL || !fit_next(fitted->answer, &index))
        return;
    const char *next = value_of(fitted->request, index);
    if (more->is_found)
        snprintf(text, sizeof text, "For %s: %s %.10g instead of %.10g (%+.10g; to within %.10g).",
                 next, more->key, more->needed, more->now, more->needed - more->now, more->step);
    else
        snprintf(text, sizeof text, "For %s: not even twice as much of %s does (%.10g now).", next,
                 more->key, more->now);
    say(out, text);
}

static void say_odd(const struct fitted *fitted, FILE *out)
{
    const struct fit_answer *answer = fitted->answer;
    char text[300];
    if (!answer->is_odd)
        return;
    snprintf(text, sizeof text,
             "Beware: the conditions fail at %s and hold at %s, beyond it. There is more than one "
             "edge, and the answer is one of them; `ballast sweep` shows all.",
             value_of(fitted->request, answer->odd_fails),
             value_of(fitted->request, answer->odd_holds));
    say(out, text);
}

void fitted_print(const struct fitted *fitted, FILE *out)
{
    print_points(fitted, out);
    fputc('\n', out);
    say_answer(fitted, out);
    say_binding(fitted, out);
    say_more(fitted, out);
    say_odd(fitted, out);
    print_tornado(fitted, out);
    fprintf(out, "\n%u runs made, %u were there already.\n", fitted->answer->runs_made,
            fitted->answer->runs_found);
}

/* ---- JSON ---------------------------------------------------------------------------------- */

static void json_value(struct sim_json *json, const char *key, const struct fitted *fitted,
                       uint32_t index)
{
    bool none = fitted->answer->none;
    sim_json_text(json, key, none ? NULL : value_of(fitted->request, index));
}

static void json_points(struct sim_json *json, const struct fitted *fitted)
{
    const struct fit_request *request = fitted->request;
    sim_json_open_list(json, "points");
    for (uint32_t k = 0; k < fitted->answer->count; k++) {
        const struct fit_point *point = &fitted->answer->points[k];
        if (point->runs == 0)
            continue;
        sim_json_open_object(json, NULL);
        sim_json_text(json, "value", value_of(request, k));
        sim_json_number(json, "runs", point->runs);
        sim_json_text(json, "verdict", verdicts[point->verdict]);
        sim_json_open_list(json, "conditions");
        for (uint32_t i = 0; i < request->condition_count; i++) {
            sim_json_open_object(json, NULL);
            sim_json_text(json, "condition", request->conditions[i].text);
            sim_json_text(json, "unit", condition_unit(&request->conditions[i]));
            sim_json_number(json, "mean", point->estimates[i].mean);
            sim_json_number(json, "interval", point->estimates[i].half);
            sim_json_text(json, "verdict", verdicts[point->estimates[i].verdict]);
            sim_json_close_object(json);
        }
        sim_json_close_list(json);
        sim_json_close_object(json);
    }
    sim_json_close_list(json);
}

static void json_changes(struct sim_json *json, const struct fitted *fitted)
{
    if (fitted->more.key != NULL) {
        sim_json_open_object(json, "one_more");
        sim_json_text(json, "key", fitted->more.key);
        sim_json_number(json, "now", fitted->more.now);
        sim_json_number(json, "needed", fitted->more.is_found ? fitted->more.needed : NAN);
        sim_json_close_object(json);
    }
    sim_json_open_list(json, "inputs");
    for (uint32_t i = 0; i < fitted->input_count; i++) {
        const struct fit_input *input = &fitted->inputs[i];
        sim_json_open_object(json, NULL);
        sim_json_text(json, "key", input->key);
        sim_json_text(json, "low", input->value[0]);
        sim_json_text(json, "high", input->value[1]);
        sim_json_text(json, "answer_at_low", input->none[0] ? NULL : answer_text(fitted, input, 0));
        sim_json_text(json, "answer_at_high",
                      input->none[1] ? NULL : answer_text(fitted, input, 1));
        sim_json_close_object(json);
    }
    sim_json_close_list(json);
}

void fitted_print_json(const struct fitted *fitted, FILE *out)
{
    const struct fit_answer *answer = fitted->answer;
    struct sim_json json;
    uint32_t index;
    sim_json_begin(&json, out);
    sim_json_open_object(&json, NULL);
    sim_json_text(&json, "key", fitted->request->axis->key);
    sim_json_text(&json, "bound",
                  answer->none || answer->all ? NULL
                  : answer->is_reversed       ? "at least"
                                              : "at most");
    json_value(&json, "answer", fitted, answer->best);
    json_value(&json, "surely", fitted, answer->sure);
    json_value(&json, "perhaps", fitted, answer->perhaps);
    sim_json_number(&json, "confidence", fitted->request->confidence);
    sim_json_bool(&json, "monotone", !answer->is_odd);
    if (fit_next(answer, &index) && answer->points[index].runs > 0)
        sim_json_text(
            &json, "binds",
            fitted->request->conditions[fit_binding(fitted->request, &answer->points[index])].text);
    json_points(&json, fitted);
    json_changes(&json, fitted);
    sim_json_close_object(&json);
    sim_json_end(&json);
}
