/*
 * `ballast params`: every tunable of the policy and every cost of the modelled hardware with its
 * source, and every other key of an experiment's file with its range; or every parameter that a run
 * of an experiment would have. With --metrics: every metric.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "ballast/cli/command.h"
#include "ballast/cli/metrics_list.h"
#include "ballast/config/home.h"
#include "ballast/config/rows.h"
#include "models/cost/cost.h"
#include "sim/listing.h"

/* ---- Tunables and costs ------------------------------------------------------------------ */

/* A member of a seam, then its parameters. */
static void member_list(struct sim_listing *listing, const struct config_seam *seam,
                        const struct config_member *member)
{
    sim_listing_format(listing, "policy.%s=%s", seam->name, member->name);
    for (uint32_t i = 0; i < 6; i++)
        sim_listing_text(listing, NULL);
    sim_listing_text(listing, member->summary);
    for (uint32_t i = 0; i < member->count; i++) {
        const struct mp_parameter *row = &member->rows[i];
        sim_listing_format(listing, "%s.%s.%s", seam->name, member->name, row->name);
        sim_listing_format(listing, "%u", row->preset);
        sim_listing_number(listing, row->preset, 10);
        sim_listing_text(listing, row->unit);
        sim_listing_format(listing, "%u..%u", row->least, row->most);
        sim_listing_number(listing, row->least, 10);
        sim_listing_number(listing, row->most, 10);
        sim_listing_text(listing, row->source);
    }
}

static void members_list(struct sim_listing *listing)
{
    for (uint32_t seam = 0; seam < CONFIG_SEAMS; seam++) {
        struct config_member member;
        for (uint32_t i = 0; config_seams[seam].at(i, &member); i++)
            member_list(listing, &config_seams[seam], &member);
    }
}

static bool is_number(const struct sim_row *row)
{
    return row->type == SIM_ROW_REAL || row->type == SIM_ROW_REAL_OR_NONE ||
           row->type == SIM_ROW_COUNT || row->type == SIM_ROW_FRACTION ||
           row->type == SIM_ROW_SECONDS;
}

/* A key of an experiment's file. */
static void row_list(struct sim_listing *listing, const char *prefix, const struct sim_row *row)
{
    char *end = NULL;
    double preset = row->preset != NULL ? strtod(row->preset, &end) : NAN;
    sim_listing_format(listing, "%s%s", prefix, row->key);
    sim_listing_text(listing, row->required ? "required" : row->preset);
    sim_listing_number(listing, end == row->preset ? NAN : preset, 10);
    sim_listing_text(listing, row->unit);
    if (is_number(row))
        sim_listing_format(listing, "%.10g..%.10g", row->least, row->most);
    else
        sim_listing_text(listing, NULL);
    sim_listing_number(listing, is_number(row) ? row->least : NAN, 10);
    sim_listing_number(listing, is_number(row) ? row->most : NAN, 10);
    sim_listing_text(listing, row->help);
}

static void section_list(struct sim_listing *listing, const char *prefix,
                         const struct sim_section *section)
{
    for (uint32_t i = 0; i < section->count; i++)
        row_list(listing, prefix, &section->rows[i]);
}

/* The names that this key takes have rows of their own. */
static void faults_list(struct sim_listing *listing)
{
    for (uint32_t i = 0; i < config_fault_section.count; i++) {
        struct sim_row row = config_fault_section.rows[i];
        if (row.type == SIM_ROW_CHOICE)
            row.unit = "";
        row_list(listing, "fault.N.", &row);
    }
    for (uint32_t i = 0; i < CONFIG_FAULTS; i++) {
        sim_listing_format(listing, "fault.N.kind=%s", config_fault_kinds[i].name);
        for (uint32_t k = 0; k < 6; k++)
            sim_listing_text(listing, NULL);
        sim_listing_text(listing, config_fault_kinds[i].help);
    }
}

static void sections_list(struct sim_listing *listing)
{
    section_list(listing, "", &config_top_section);
    section_list(listing, "machine.", config_machine_section());
    section_list(listing, "vm.NAME.", &config_vm_section);
    section_list(listing, "vm.NAME.", &config_entry_section);
    section_list(listing, "vm.NAME.", &config_guest_section);
    section_list(listing, "vm.NAME.boot.", &config_boot_section);
    section_list(listing, "vm.NAME.WORKLOAD.", &config_workload_section);
    for (uint32_t i = 0; i < wl_row_count; i++) {
        char prefix[80];
        snprintf(prefix, sizeof prefix, "vm.NAME.%s.", wl_rows[i]->keys.name);
        section_list(listing, prefix, &wl_rows[i]->keys);
    }
    section_list(listing, "record.", config_record_section());
    faults_list(listing);
}

static void tables_print(enum sim_listing_form form)
{
    static const struct sim_column columns[] = {
        {"parameter", "key", 'l'}, {CONFIG_POLICY_PRESET, NULL, 'r'},
        {NULL, "value", 'r'},      {"unit", "unit", 'l'},
        {"range", NULL, 'r'},      {NULL, "least", 'r'},
        {NULL, "most", 'r'},       {"source", "source", 'l'},
    };
    const struct sim_section *policy = config_policy_section();
    struct mp_tunables preset;
    struct sim_listing listing;

    mp_tunables_preset(&preset);
    sim_listing_begin(&listing, form, columns, sizeof columns / sizeof *columns, stdout);
    for (uint32_t i = 0; i < policy->count; i++) {
        const struct sim_row *row = &policy->rows[i];
        char value[SIM_ROW_TEXT_BYTES];
        sim_row_print(row, &preset, value);
        sim_listing_format(&listing, "policy.%s", row->key);
        sim_listing_text(&listing, value);
        sim_listing_number(&listing, strtod(value, NULL), 10);
        sim_listing_text(&listing, row->unit);
        sim_listing_format(&listing, "%.10g..%.10g", row->least, row->most);
        sim_listing_number(&listing, row->least, 10);
        sim_listing_number(&listing, row->most, 10);
        sim_listing_text(&listing, row->help);
    }
    members_list(&listing);
    for (uint32_t i = 0; i < cost_row_count; i++) {
        sim_listing_format(&listing, "cost.%s", cost_rows[i].name);
        sim_listing_format(&listing, "%.10g", cost_rows[i].value);
        sim_listing_number(&listing, cost_rows[i].value, 10);
        sim_listing_text(&listing, cost_rows[i].unit);
        sim_listing_format(&listing, "%.10g..%.10g", cost_rows[i].least, cost_rows[i].most);
        sim_listing_number(&listing, cost_rows[i].least, 10);
        sim_listing_number(&listing, cost_rows[i].most, 10);
        sim_listing_text(&listing, cost_rows[i].source);
    }
    sections_list(&listing);
    sim_listing_end(&listing);
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

static void param_row(void *context, const char *key, const char *value)
{
    sim_listing_text(context, key);
    sim_listing_text(context, value);
}

/* As `--set` takes them; in JSON one object, for programs that know the key. */
static void config_print(const struct experiment_config *config, enum sim_listing_form form)
{
    static const struct sim_column columns[] = {{"parameter", "key", 'l'}, {"value", "value", 'l'}};
    struct sim_listing listing;
    struct sim_json json;
    switch (form) {
    case SIM_LISTING_TABLE:
        config_each_param(config, param_print, NULL);
        break;
    case SIM_LISTING_JSON:
        sim_json_begin(&json, stdout);
        sim_json_open_object(&json, NULL);
        config_each_param(config, param_json, &json);
        sim_json_close_object(&json);
        sim_json_end(&json);
        break;
    case SIM_LISTING_MARKDOWN:
    case SIM_LISTING_CSV:
        sim_listing_begin(&listing, form, columns, 2, stdout);
        config_each_param(config, param_row, &listing);
        sim_listing_end(&listing);
        break;
    }
}

static int experiment_print(const char *name, const struct config_sets *sets,
                            enum sim_listing_form form, struct sim_error *error)
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
    config_print(&config, form);
    config_fini(&config);
    return SIM_OK;
}

struct options {
    bool metrics;
    int form; /* enum sim_listing_form */
    struct config_sets sets;
};

static int params(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    enum sim_listing_form form = (enum sim_listing_form)options->form;
    if (options->metrics && (line->count > 0 || options->sets.count > 0))
        return sim_error_set(error, SIM_USAGE, "params: expected --metrics alone, found %s",
                             options->sets.count > 0 ? "--set" : line->operands[0]);
    if (options->sets.count > 0 && line->count == 0)
        return sim_error_set(error, SIM_USAGE,
                             "params: expected an experiment for --set, found none");
    if (line->count == 1)
        return experiment_print(line->operands[0], &options->sets, form, error);
    (options->metrics ? metrics_list_print : tables_print)(form);
    return SIM_OK;
}

static const struct option_row rows[] = {
    COMMAND_ROW_SET(options, "show the parameters of a run with the same --set"),
    {.name = "metrics",
     .type = OPTION_FLAG,
     OPTION_IN(options, metrics),
     .help = "every metric: unit, kind, when it is recorded, meaning"},
    COMMAND_ROW_JSON(options),
    COMMAND_ROW_MARKDOWN(options),
};

const struct command command_params = {
    .name = "params",
    .operands = "[EXPERIMENT|FILE.yaml]",
    .most = 1,
    .expected = "one experiment or FILE.yaml, or none",
    .summary = "Shows the parameters, with units and sources",
    .text =
        "Without an argument: every tunable of the policy, every cost of the modelled hardware,\n"
        "and every other key of an experiment's file with its range.\n"
        "With an experiment: the value of each parameter in a run of it. With --metrics: every\n"
        "metric of the results.\n",
    .examples = "  ballast params\n"
                "  ballast params fig7_idle_tax --set policy.idle_tax=0.5\n"
                "  ballast params --metrics\n",
    .groups = COMMAND_OPTIONS(rows),
    .bytes = sizeof(struct options),
    .run = params,
};
