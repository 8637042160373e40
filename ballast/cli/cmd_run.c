/*
 * `ballast run`: runs an experiment, every variant with every seed unless told otherwise, and
 * writes the database.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/cli/command.h"
#include "ballast/results/results.h"
#include "ballast/run/run.h"
#include "sim/progress.h"

struct order {
    const char *experiment, *db, *variant; /* variant: NULL = all */
    struct config_sets sets;
    struct run_options options;
    bool one_seed;
};

static int order_take(int argc, char **argv, struct order *order, struct sim_error *error)
{
    enum { SEED = 1, SET, DB, VARIANT, WATCH, QUIET };
    static const struct option options[] = {{"seed", required_argument, NULL, SEED},
                                            {"set", required_argument, NULL, SET},
                                            {"db", required_argument, NULL, DB},
                                            {"variant", required_argument, NULL, VARIANT},
                                            {"watch", no_argument, NULL, WATCH},
                                            {"quiet", no_argument, NULL, QUIET},
                                            {0}};

    *order = (struct order){.db = COMMAND_DEFAULT_DB};
    for (int option; (option = command_option(argc, argv, options, error)) != -1;) {
        switch (option) {
        case SEED:
            order->one_seed = true;
            if (command_number("--seed", optarg, 0, UINT64_MAX, &order->options.seed, error))
                return SIM_USAGE;
            break;
        case SET:
            if (config_sets_add(&order->sets, optarg, error))
                return SIM_USAGE;
            break;
        case DB:
            order->db = optarg;
            break;
        case VARIANT:
            order->variant = optarg;
            break;
        case WATCH:
            order->options.watch = true;
            break;
        case QUIET:
            order->options.quiet = true;
            break;
        default:
            return SIM_USAGE;
        }
    }
    if (argc - optind != 1)
        return sim_error_set(error, SIM_USAGE,
                             "run: expected one experiment or file.yaml, found %d", argc - optind);
    order->experiment = argv[optind];
    return SIM_OK;
}

/* The seeds of one variant, in turn. */
static int variant_run(const struct order *order, const struct experiment_config *config,
                       struct results *db, struct sim_error *error)
{
    uint32_t seeds = order->one_seed ? 1 : config->seeds;
    for (uint32_t i = 0; i < seeds; i++) {
        struct run_options options = order->options;
        if (!order->one_seed)
            options.seed = i + 1;
        double began_s = sim_progress_wall_s();
        int status = run_experiment(config, &options, db, error);
        if (status != SIM_OK)
            return status;
        double wall_s = sim_progress_wall_s() - began_s;
        if (!options.quiet)
            printf("%s%s%s seed %llu: %.10g s in %.2f s, %.0f simulated s per s\n", config->name,
                   config->variant[0] != '\0' ? " " : "", config->variant,
                   (unsigned long long)options.seed, config->duration_s, wall_s,
                   config->duration_s / wall_s);
        fflush(stdout);
    }
    return SIM_OK;
}

static int configs_run(const struct order *order, const struct experiment_config *configs,
                       uint32_t count, struct sim_error *error)
{
    struct results *db;
    struct sim_error ignored;
    int status = results_open(order->db, RESULTS_WRITE, &db, error);
    if (status != SIM_OK)
        return status;
    for (uint32_t i = 0; i < count && status == SIM_OK; i++)
        status = variant_run(order, &configs[i], db, error);
    int closed = results_close(db, status == SIM_OK ? error : &ignored);
    return status != SIM_OK ? status : closed;
}

/* All variants are checked before the first one runs. */
static int order_run(const struct order *order, const struct config_file *file,
                     struct sim_error *error)
{
    uint32_t variants = config_file_variant_count(file), count = 0;
    struct experiment_config *configs = calloc(variants, sizeof *configs);
    int status = configs == NULL ? sim_error_set(error, SIM_SYSTEM, "no memory") : SIM_OK;

    for (uint32_t i = 0; i < variants && status == SIM_OK; i++) {
        if (order->variant != NULL &&
            strcmp(order->variant, config_file_variant_name(file, i)) != 0)
            continue;
        status = config_resolve(file, i, order->sets.at, order->sets.count, &configs[count], error);
        count += status == SIM_OK;
    }
    if (status == SIM_OK && count == 0)
        status = sim_error_set(error, SIM_USAGE, "--variant: expected one of %s, found '%s'",
                               order->experiment, order->variant);
    if (status == SIM_OK)
        status = configs_run(order, configs, count, error);
    for (uint32_t i = 0; i < count; i++)
        config_fini(&configs[i]);
    free(configs);
    return status;
}

static int run(int argc, char **argv, struct sim_error *error)
{
    struct order order;
    struct config_file *file;
    int status = order_take(argc, argv, &order, error);
    if (status == SIM_OK)
        status = home_config_load(order.experiment, &file, error);
    if (status != SIM_OK)
        return status;
    status = order_run(&order, file, error);
    config_file_free(file);
    return status;
}

const struct command command_run = {
    .name = "run",
    .usage = "EXPERIMENT|FILE.yaml [--seed N] [--set key=value]... [--variant NAME]\n"
             "                   [--db FILE] [--watch] [--quiet]",
    .summary = "Runs an experiment and writes the database",
    .details =
        "  --seed N         one run with this seed; without it all seeds of the experiment\n"
        "  --set key=value  over what the file says: duration_s, policy.idle_tax,\n"
        "                   machine.memory_mb, vm.NAME.shares, vm.NAME.dbench.clients, and\n"
        "                   vms=N: only the first N VMs. `ballast params EXPERIMENT` shows all\n"
        "  --variant NAME   only this one of the experiment's variants\n"
        "  --db FILE        the database, " COMMAND_DEFAULT_DB
        " unless told; made if it is not there\n"
        "  --watch          show the VMs while it runs\n"
        "  --quiet          say nothing but errors\n\n"
        "  ballast run fig7_idle_tax --seed 1\n"
        "  ballast run fig7_idle_tax --set policy.sample_pages=200 --set duration_s=7200\n"
        "  ballast run my/own.yaml --db my/own.db\n",
    .run = run,
};
