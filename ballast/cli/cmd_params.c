/*
 * `ballast params`: every tunable of the policy and every cost of the modelled hardware with its
 * source, or every parameter that a run of an experiment would have. With --metrics: every metric.
 */
#include <stdio.h>
#include <stdlib.h>

#include "ballast/cli/command.h"
#include "ballast/cli/metrics_list.h"
#include "ballast/config/home.h"
#include "ballast/config/rows.h"
#include "models/cost/cost.h"
#include "sim/json.h"
#include "sim/table.h"

/* ---- Tunables and costs ------------------------------------------------------------------ */

static void tables_print(void)
{
    const struct sim_section *policy = config_policy_section();
    struct mp_tunables preset;
    struct sim_table table;

    mp_tunables_preset(&preset);
    sim_table_init(&table, "lrlrl");
    for (const char *const *head = (const char *const[]){"parameter", CONFIG_POLICY_PRESET, "unit",
                                                         "range", "source", NULL};
         *head != NULL; head++)
        sim_table_cell(&table, "%s", *head);
    for (uint32_t i = 0; i < policy->count; i++) {
        const struct sim_row *row = &policy->rows[i];
        char value[SIM_ROW_TEXT_BYTES];
        sim_row_print(row, &preset, value);
        sim_table_cell(&table, "policy.%s", row->key);
        sim_table_cell(&table, "%s", value);
        sim_table_cell(&table, "%s", row->unit);
        sim_table_cell(&table, "%.10g..%.10g", row->least, row->most);
        sim_table_cell(&table, "%s", row->help);
    }
    for (uint32_t i = 0; i < cost_row_count; i++) {
        sim_table_cell(&table, "cost.%s", cost_rows[i].name);
        sim_table_cell(&table, "%.10g", cost_rows[i].value);
        sim_table_cell(&table, "%s", cost_rows[i].unit);
        sim_table_cell(&table, "%s", "");
        sim_table_cell(&table, "%s", cost_rows[i].source);
    }
    sim_table_print(&table, stdout);
    sim_table_fini(&table);
}

static void tables_json(void)
{
    const struct sim_section *policy = config_policy_section();
    struct mp_tunables preset;
    struct sim_json json;

    mp_tunables_preset(&preset);
    sim_json_begin(&json, stdout);
    sim_json_open_list(&json, NULL);
    for (uint32_t i = 0; i < policy->count; i++) {
        const struct sim_row *row = &policy->rows[i];
        char key[80], value[SIM_ROW_TEXT_BYTES];
        snprintf(key, sizeof key, "policy.%s", row->key);
        sim_row_print(row, &preset, value);
        sim_json_open_object(&json, NULL);
        sim_json_text(&json, "key", key);
        sim_json_number(&json, "value", strtod(value, NULL));
        sim_json_text(&json, "unit", row->unit);
        sim_json_number(&json, "least", row->least);
        sim_json_number(&json, "most", row->most);
        sim_json_text(&json, "source", row->help);
        sim_json_close_object(&json);
    }
    for (uint32_t i = 0; i < cost_row_count; i++) {
        char key[80];
        snprintf(key, sizeof key, "cost.%s", cost_rows[i].name);
        sim_json_open_object(&json, NULL);
        sim_json_text(&json, "key", key);
        sim_json_number(&json, "value", cost_rows[i].value);
        sim_json_text(&json, "unit", cost_rows[i].unit);
        sim_json_text(&json, "source", cost_rows[i].source);
        sim_json_close_object(&json);
    }
    sim_json_close_list(&json);
    sim_json_end(&json);
}

/* ---- One experiment ---------------------------------------------------------------------- */

static void param_print(void *context, const char *key, const char *value)
{
    (void)context;
    printf("%s=%s\n", key, value);
}

static void param_json(void *context, const char *key, const char *value)
{
    sim_json_text(context, key, value);
}

static int experiment_print(const char *name, const struct config_sets *sets, bool as_json,
                            struct sim_error *error)
{
    struct experiment_config config;
    struct config_file *file;
    int status = home_config_load(name, &file, error);
    if (status != SIM_OK)
        return status;
    status = config_resolve(file, 0, sets->at, sets->count, &config, error);
    config_file_free(file);
    if (status != SIM_OK)
        return status;
    if (as_json) {
        struct sim_json json;
        sim_json_begin(&json, stdout);
        sim_json_open_object(&json, NULL);
        config_each_param(&config, param_json, &json);
        sim_json_close_object(&json);
        sim_json_end(&json);
    } else {
        config_each_param(&config, param_print, NULL);
    }
    config_fini(&config);
    return SIM_OK;
}

struct options {
    bool json, metrics, markdown;
    struct config_sets sets;
};

static int params(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    if (options->markdown && (!options->metrics || options->json))
        return sim_error_set(error, SIM_USAGE,
                             "params: expected --markdown with --metrics alone, found otherwise");
    if (options->metrics && (line->count > 0 || options->sets.count > 0))
        return sim_error_set(error, SIM_USAGE, "params: expected --metrics alone, found %s",
                             options->sets.count > 0 ? "--set" : line->operands[0]);
    if (options->metrics) {
        metrics_list_print(options->json       ? METRICS_LIST_JSON
                           : options->markdown ? METRICS_LIST_MARKDOWN
                                               : METRICS_LIST_TEXT);
        return SIM_OK;
    }
    if (line->count == 1)
        return experiment_print(line->operands[0], &options->sets, options->json, error);
    if (options->sets.count > 0)
        return sim_error_set(error, SIM_USAGE,
                             "params: expected an experiment for --set, found none");
    (options->json ? tables_json : tables_print)();
    return SIM_OK;
}

static const struct option_row rows[] = {
    COMMAND_ROW_SET(options, "show the parameters of a run with the same --set"),
    {.name = "json", .type = OPTION_FLAG, OPTION_IN(options, json), .help = "print JSON"},
    {.name = "metrics",
     .type = OPTION_FLAG,
     OPTION_IN(options, metrics),
     .help = "every metric: unit, kind, when it is recorded, meaning"},
    {.name = "markdown",
     .type = OPTION_FLAG,
     OPTION_IN(options, markdown),
     .help = "with --metrics: the page ballast/results/METRICS.md"},
};

const struct command command_params = {
    .name = "params",
    .operands = "[EXPERIMENT|FILE.yaml]",
    .most = 1,
    .expected = "one experiment or FILE.yaml, or none",
    .summary = "Shows the parameters, with units and sources",
    .text =
        "Without an argument: every tunable of the policy and every cost of the modelled "
        "hardware.\n"
        "With an experiment: the value of each parameter in a run of it. With --metrics: every\n"
        "metric of the results.\n",
    .examples = "  ballast params\n"
                "  ballast params fig7_idle_tax --set policy.idle_tax=0.5\n"
                "  ballast params --metrics\n",
    .groups = COMMAND_OPTIONS(rows),
    .bytes = sizeof(struct options),
    .run = params,
};
