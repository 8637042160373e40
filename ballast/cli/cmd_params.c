/*
 * `ballast params`: every tunable of the policy and every cost of the modelled hardware with its
 * source, or every parameter that a run of an experiment would have. With --metrics: every metric.
 */
#include <stdio.h>
#include <stdlib.h>

#include "ballast/cli/command.h"
#include "ballast/cli/metrics_list.h"
#include "ballast/config/rows.h"
#include "models/cost/cost.h"
#include "sim/json.h"
#include "sim/table.h"

/* ---- Tunables and costs ------------------------------------------------------------------ */

static void tables_print(void)
{
    const struct config_section *policy = config_policy_section();
    struct mp_tunables preset;
    struct sim_table table;

    mp_tunables_preset(&preset);
    sim_table_init(&table, "lrlrl");
    for (const char *const *head = (const char *const[]){"parameter", CONFIG_POLICY_PRESET, "unit",
                                                         "range", "source", NULL};
         *head != NULL; head++)
        sim_table_cell(&table, "%s", *head);
    for (uint32_t i = 0; i < policy->count; i++) {
        const struct config_row *row = &policy->rows[i];
        char value[CONFIG_TEXT_BYTES];
        config_row_print(row, &preset, value, sizeof value);
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
    const struct config_section *policy = config_policy_section();
    struct mp_tunables preset;
    struct sim_json json;

    mp_tunables_preset(&preset);
    sim_json_begin(&json, stdout);
    sim_json_open_list(&json, NULL);
    for (uint32_t i = 0; i < policy->count; i++) {
        const struct config_row *row = &policy->rows[i];
        char key[80], value[CONFIG_TEXT_BYTES];
        snprintf(key, sizeof key, "policy.%s", row->key);
        config_row_print(row, &preset, value, sizeof value);
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

static int params(int argc, char **argv, struct sim_error *error)
{
    enum { JSON = 1, SET, METRICS, MARKDOWN };
    static const struct option options[] = {{"json", no_argument, NULL, JSON},
                                            {"set", required_argument, NULL, SET},
                                            {"metrics", no_argument, NULL, METRICS},
                                            {"markdown", no_argument, NULL, MARKDOWN},
                                            {0}};
    struct config_sets sets = {0};
    bool as_json = false, of_metrics = false, as_markdown = false;

    for (int option; (option = command_option(argc, argv, options, error)) != -1;) {
        if (option == '?')
            return SIM_USAGE;
        if (option == JSON)
            as_json = true;
        else if (option == METRICS)
            of_metrics = true;
        else if (option == MARKDOWN)
            as_markdown = true;
        else if (config_sets_add(&sets, optarg, error) != SIM_OK)
            return SIM_USAGE;
    }
    if (as_markdown && (!of_metrics || as_json))
        return sim_error_set(error, SIM_USAGE,
                             "params: expected --markdown with --metrics alone, found otherwise");
    if (of_metrics && (optind < argc || sets.count > 0))
        return sim_error_set(error, SIM_USAGE, "params: expected --metrics alone, found %s",
                             sets.count > 0 ? "--set" : argv[optind]);
    if (of_metrics) {
        metrics_list_print(as_json       ? METRICS_LIST_JSON
                           : as_markdown ? METRICS_LIST_MARKDOWN
                                         : METRICS_LIST_TEXT);
        return SIM_OK;
    }
    if (argc - optind > 1 || (sets.count > 0 && optind == argc))
        return sim_error_set(error, SIM_USAGE, "params: expected one experiment, found %d",
                             argc - optind);
    if (optind < argc)
        return experiment_print(argv[optind], &sets, as_json, error);
    (as_json ? tables_json : tables_print)();
    return SIM_OK;
}

const struct command command_params = {
    .name = "params",
    .usage = "[EXPERIMENT|FILE.yaml [--set key=value]...|--metrics [--markdown]] [--json]",
    .summary = "Shows the parameters, with units and sources",
    .details =
        "Without an argument: every tunable of the policy and every cost of the modelled\n"
        "hardware. With an experiment: every value that a run of it would have.\n\n"
        "  --metrics   every metric of the results: unit, kind, when it is recorded, meaning\n"
        "  --json      for programs\n"
        "  --markdown  as the page ballast/results/METRICS.md has it\n\n"
        "  ballast params\n"
        "  ballast params fig7_idle_tax --set policy.idle_tax=0.5\n"
        "  ballast params --metrics\n",
    .run = params,
};
