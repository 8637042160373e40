/*
 * `ballast list`: the experiments that there are.
 */
#include <stdio.h>
#include <stdlib.h>

#include "ballast/cli/command.h"
#include "ballast/config/home.h"
#include "sim/json.h"
#include "sim/table.h"

struct listed {
    struct experiment_config config; /* of the last variant */
    uint32_t variants, vms_most;
    double longest_s;
};

static int listed_load(const char *name, struct listed *listed, struct sim_error *error)
{
    struct config_file *file;
    int status = home_config_load(name, &file, error);
    if (status != SIM_OK)
        return status;
    listed->variants = config_file_variant_count(file);
    for (uint32_t i = 0; i < listed->variants && status == SIM_OK; i++) {
        config_fini(&listed->config);
        status = config_resolve(file, i, NULL, 0, &listed->config, error);
        listed->longest_s = fmax(listed->longest_s, listed->config.duration_s);
        if (listed->config.vm_count > listed->vms_most)
            listed->vms_most = listed->config.vm_count;
    }
    config_file_free(file);
    return status;
}

static void print_table(const struct listed *listed, uint32_t count)
{
    struct sim_table table;
    sim_table_init(&table, "llrrrl");
    for (const char *const *head =
             (const char *const[]){"experiment", "figure", "VMs", "runs", "minutes", "title", NULL};
         *head != NULL; head++)
        sim_table_cell(&table, "%s", *head);
    for (uint32_t i = 0; i < count; i++) {
        const struct experiment_config *config = &listed[i].config;
        sim_table_cell(&table, "%s", config->name);
        sim_table_cell(&table, "%s", config->figure);
        sim_table_cell(&table, "%u", listed[i].vms_most);
        sim_table_cell(&table, "%u", listed[i].variants * config->seeds);
        sim_table_cell(&table, "%.4g", listed[i].longest_s / 60);
        sim_table_cell(&table, "%s", config->title);
    }
    sim_table_print(&table, stdout);
    sim_table_fini(&table);
}

static void print_json(const struct listed *listed, uint32_t count)
{
    struct sim_json json;
    sim_json_begin(&json, stdout);
    sim_json_open_list(&json, NULL);
    for (uint32_t i = 0; i < count; i++) {
        const struct experiment_config *config = &listed[i].config;
        sim_json_open_object(&json, NULL);
        sim_json_text(&json, "experiment", config->name);
        sim_json_text(&json, "title", config->title);
        sim_json_text(&json, "figure", config->figure);
        sim_json_number(&json, "vms", listed[i].vms_most);
        sim_json_number(&json, "variants", listed[i].variants);
        sim_json_number(&json, "seeds", config->seeds);
        sim_json_number(&json, "duration_s", listed[i].longest_s);
        sim_json_close_object(&json);
    }
    sim_json_close_list(&json);
    sim_json_end(&json);
}

struct options {
    bool json;
};

static int list(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    struct home_names names;
    (void)line;
    int status = home_experiments(&names, error);
    struct listed *listed = calloc(names.count + 1, sizeof *listed);
    uint32_t count = 0;
    if (listed == NULL)
        status = sim_error_set(error, SIM_SYSTEM, "no memory");
    while (status == SIM_OK && count < names.count) {
        status = listed_load(names.names[count], &listed[count], error);
        count += status == SIM_OK;
    }
    if (status == SIM_OK)
        (options->json ? print_json : print_table)(listed, count);
    for (uint32_t i = 0; i < count; i++)
        config_fini(&listed[i].config);
    free(listed);
    home_names_fini(&names);
    return status;
}

static const struct option_row rows[] = {
    {.name = "json", .type = OPTION_FLAG, OPTION_IN(options, json), .help = "print JSON"},
};

const struct command command_list = {
    .name = "list",
    .operands = "",
    .summary = "Lists the experiments",
    .groups = COMMAND_OPTIONS(rows),
    .bytes = sizeof(struct options),
    .run = list,
};
