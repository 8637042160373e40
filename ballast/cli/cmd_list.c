/*
 * `ballast list`: the experiments that there are.
 */
#include <stdio.h>
#include <stdlib.h>

#include "ballast/cli/command.h"
#include "ballast/config/home.h"
#include "sim/listing.h"

/* One experiment. Variants may differ in VMs and duration: the most of each is shown. */
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

static void print(const struct listed *listed, uint32_t count, enum sim_listing_form form)
{
    static const struct sim_column columns[] = {
        {"experiment", "experiment", 'l'},
        {"figure", "figure", 'l'},
        {"VMs", "vms", 'r'},
        {"runs", NULL, 'r'},
        {NULL, "variants", 'r'},
        {NULL, "seeds", 'r'},
        {"minutes", NULL, 'r'},
        {NULL, "duration_s", 'r'},
        {"title", "title", 'l'},
    };
    struct sim_listing listing;
    sim_listing_begin(&listing, form, columns, sizeof columns / sizeof *columns, stdout);
    for (uint32_t i = 0; i < count; i++) {
        const struct experiment_config *config = &listed[i].config;
        sim_listing_text(&listing, config->name);
        sim_listing_text(&listing, config->figure);
        sim_listing_count(&listing, listed[i].vms_most);
        sim_listing_count(&listing, listed[i].variants * config->seeds);
        sim_listing_count(&listing, listed[i].variants);
        sim_listing_count(&listing, config->seeds);
        sim_listing_number(&listing, listed[i].longest_s / 60, 4);
        sim_listing_number(&listing, listed[i].longest_s, 4);
        sim_listing_text(&listing, config->title);
    }
    sim_listing_end(&listing);
}

struct options {
    int form; /* enum sim_listing_form */
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
        print(listed, count, (enum sim_listing_form)options->form);
    for (uint32_t i = 0; i < count; i++)
        config_fini(&listed[i].config);
    free(listed);
    home_names_fini(&names);
    return status;
}

static const struct option_row rows[] = {
    COMMAND_ROW_JSON(options),
    COMMAND_ROW_MARKDOWN(options),
};

const struct command command_list = {
    .name = "list",
    .operands = "",
    .summary = "Lists the experiments",
    .groups = COMMAND_OPTIONS(rows),
    .bytes = sizeof(struct options),
    .run = list,
};
