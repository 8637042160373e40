/*
 * `ballast run`: runs an experiment, every variant with every seed unless told otherwise, and
 * writes the database.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ballast/cli/command.h"
#include "ballast/config/home.h"
#include "ballast/report/show.h"
#include "ballast/results/results.h"
#include "ballast/run/interrupt.h"
#include "ballast/run/run.h"
#include "sim/nearest.h"
#include "sim/paragraph.h"
#include "sim/progress.h"

struct options {
    uint64_t seed;
    bool one_seed; /* `seed` is given */
    struct config_sets sets;
    const char *variant; /* NULL: all */
    const char *db;
    bool alone, watch, quiet;
};

/* The seeds of one variant, in turn. */
static int variant_run(const struct options *options, const struct experiment_config *config,
                       struct results *db, struct sim_error *error)
{
    uint32_t seeds = options->one_seed ? 1 : config->seeds;
    for (uint32_t i = 0; i < seeds; i++) {
        struct run_options run = {.seed = options->one_seed ? options->seed : i + 1,
                                  .quiet = options->quiet,
                                  .watch = options->watch,
                                  .spare_checks = true};
        double began_s = sim_progress_wall_s();
        int status = run_experiment(config, &run, db, error);
        if (status != SIM_OK)
            return status;
        double wall_s = sim_progress_wall_s() - began_s;
        if (!options->quiet)
            printf("%s%s%s seed %llu: %.10g s in %.2f s, %.0f simulated s per s\n", config->name,
                   config->variant[0] != '\0' ? " " : "", config->variant,
                   (unsigned long long)run.seed, config->duration_s, wall_s,
                   config->duration_s / wall_s);
        fflush(stdout);
    }
    return SIM_OK;
}

/* On a terminal, what came out: of one variant in full, of several a line each. */
static int results_show(const struct options *options, const struct config_list *configs,
                        struct results *db, struct sim_error *error)
{
    uint32_t variants = 0;
    for (uint32_t i = 0; i < configs->count; i++)
        variants += config_alone_vm(configs->at[i].variant) == NULL;
    const struct show_request request = {.experiment = configs->at[0].name,
                                         .part = {variants == 1 ? configs->at[0].variant : NULL,
                                                  options->one_seed ? &options->seed : NULL},
                                         .at_s = NAN};
    struct show show;
    if (options->quiet || !isatty(STDOUT_FILENO))
        return SIM_OK;
    printf("\n");
    int status = show_make(db, options->db, &request, &show, error);
    if (status == SIM_OK)
        show_print(&show, sim_paragraph_columns(stdout), stdout);
    show_fini(&show);
    return status;
}

static int configs_run(const struct options *options, const struct config_list *configs,
                       struct sim_error *error)
{
    struct results *db;
    struct sim_error ignored;
    interrupt_catch();
    int status = results_open(options->db, RESULTS_WRITE, &db, error);
    if (status != SIM_OK)
        return status;
    for (uint32_t i = 0; i < configs->count && status == SIM_OK; i++)
        status = variant_run(options, &configs->at[i], db, error);
    if (status == SIM_OK)
        status = results_show(options, configs, db, error);
    int closed = results_close(db, status == SIM_OK ? error : &ignored);
    return status != SIM_OK ? status : closed;
}

/* --variant names none of the file's variants. */
static int refuse_variant(const struct config_file *file, const char *experiment,
                          const char *variant, struct sim_error *error)
{
    char hint[SIM_HINT_BYTES], known[500] = "";
    struct sim_nearest nearest;
    size_t used = 0;
    sim_nearest_begin(&nearest, variant);
    for (uint32_t i = 0; i < config_file_variant_count(file); i++) {
        const char *name = config_file_variant_name(file, i);
        sim_nearest_offer(&nearest, name);
        if (used < sizeof known)
            used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i > 0 ? ", " : "",
                                     name);
    }
    if (known[0] == '\0') /* the only variant has no name */
        return sim_error_set(error, SIM_USAGE,
                             "--variant: expected none, as %s has no variants, found '%s'",
                             experiment, variant);
    return sim_error_set(error, SIM_USAGE, "--variant: expected one of %s (%s), found '%s'%s",
                         experiment, known, variant, sim_nearest_hint(hint, nearest.best));
}

/* All runs are checked before the first one starts. */
static int file_run(const struct options *options, const struct config_file *file,
                    const char *experiment, struct sim_error *error)
{
    struct config_list configs = {0};
    int status = SIM_OK;

    for (uint32_t i = 0; i < config_file_variant_count(file) && status == SIM_OK; i++)
        if (options->variant == NULL ||
            strcmp(options->variant, config_file_variant_name(file, i)) == 0)
            status = config_list_add(&configs, file, i, &options->sets, options->alone, error);
    if (status == SIM_OK && configs.count == 0)
        status = refuse_variant(file, experiment, options->variant, error);
    if (status == SIM_OK)
        status = configs_run(options, &configs, error);
    config_list_fini(&configs);
    return status;
}

static int run(void *values, const struct command_line *line, struct sim_error *error)
{
    struct config_file *file;
    int status = home_config_load(line->operands[0], &file, error);
    if (status != SIM_OK)
        return status;
    status = file_run(values, file, line->operands[0], error);
    config_file_free(file);
    return status;
}

static const struct option_row rows[] = {
    COMMAND_ROW_SEED(options, "one run with this seed; without it, all seeds of the experiment"),
    COMMAND_ROW_SET(options, "change what the file says: duration_s, policy.idle_tax, "
                             "machine.memory_mb, vm.NAME.shares, vm.NAME.dbench.clients; vms=N "
                             "keeps only the first N VMs. `ballast params EXPERIMENT` shows all"),
    COMMAND_ROW_VARIANT(options, "only this one of the experiment's variants"),
    COMMAND_ROW_ALONE(options),
    COMMAND_ROW_DB(options),
    {.name = "watch",
     .type = OPTION_FLAG,
     OPTION_IN(options, watch),
     .help = "show the VMs while it runs"},
    COMMAND_ROW_QUIET(options),
};

const struct command command_run = {
    .name = "run",
    .operands = "EXPERIMENT|FILE.yaml",
    .least = 1,
    .most = 1,
    .expected = "one experiment or FILE.yaml",
    .summary = "Runs an experiment and writes the database",
    .examples = "  ballast run fig7_idle_tax --seed 1\n"
                "  ballast run fig7_idle_tax --set policy.sample_pages=200 --set duration_s=7200\n"
                "  ballast run my/own.yaml --alone --db my/own.db\n",
    .groups = COMMAND_OPTIONS(rows),
    .bytes = sizeof(struct options),
    .run = run,
};
