/*
 * `ballast sweep`: a grid of runs, a few at a time; what is there already is not run again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ballast/cli/command.h"
#include "ballast/run/sweep.h"

struct order {
    const char *experiment;
    struct config_sets sets, varied;
    uint32_t replicates;
    struct sweep_options options;
};

/* "I/N" */
static int shard_take(const char *text, struct sweep_options *options, struct sim_error *error)
{
    int end = 0;
    if (sscanf(text, "%u/%u%n", &options->shard, &options->shards, &end) != 2 ||
        text[end] != '\0' || options->shard < 1 || options->shard > options->shards)
        return sim_error_set(error, SIM_USAGE, "--shard: expected I/N, I from 1 to N, found '%s'",
                             text);
    options->shard--;
    return SIM_OK;
}

static int vary_take(struct config_sets *varied, const char *text, struct sim_error *error)
{
    if (varied->count == CONFIG_SETS_MOST / 2)
        return sim_error_set(error, SIM_USAGE, "--vary: expected at most %u of them",
                             CONFIG_SETS_MOST / 2);
    return config_sets_add(varied, text, error);
}

static int order_take(int argc, char **argv, struct order *order, struct sim_error *error)
{
    enum { SET = 1, VARY, REPLICATES, JOBS, SHARD, DB, AGAIN, QUIET };
    static const struct option options[] = {{"set", required_argument, NULL, SET},
                                            {"vary", required_argument, NULL, VARY},
                                            {"replicates", required_argument, NULL, REPLICATES},
                                            {"jobs", required_argument, NULL, JOBS},
                                            {"shard", required_argument, NULL, SHARD},
                                            {"db", required_argument, NULL, DB},
                                            {"again", no_argument, NULL, AGAIN},
                                            {"quiet", no_argument, NULL, QUIET},
                                            {0}};
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t jobs = cpus > 0 ? (uint64_t)cpus : 1, replicates = 1;

    *order = (struct order){.options = {.db = COMMAND_DEFAULT_DB, .shards = 1}};
    for (int option; (option = command_option(argc, argv, options, error)) != -1;) {
        int status = SIM_OK;
        switch (option) {
        case SET:
            status = config_sets_add(&order->sets, optarg, error);
            break;
        case VARY:
            status = vary_take(&order->varied, optarg, error);
            break;
        case REPLICATES:
            status = command_number("--replicates", optarg, 1, 100000, &replicates, error);
            break;
        case JOBS:
            status = command_number("--jobs", optarg, 1, 1000, &jobs, error);
            break;
        case SHARD:
            status = shard_take(optarg, &order->options, error);
            break;
        case DB:
            order->options.db = optarg;
            break;
        case AGAIN:
            order->options.again = true;
            break;
        case QUIET:
            order->options.quiet = true;
            break;
        default:
            status = SIM_USAGE;
        }
        if (status != SIM_OK)
            return status;
    }
    if (argc - optind != 1)
        return sim_error_set(error, SIM_USAGE,
                             "sweep: expected one experiment or file.yaml, found %d",
                             argc - optind);
    order->experiment = argv[optind];
    order->replicates = (uint32_t)replicates;
    order->options.jobs = (uint32_t)jobs;
    return SIM_OK;
}

static void print_outcome(const struct sweep_grid *grid, const struct sweep_outcome *outcome)
{
    const char *name = grid->runs[0].config->name;
    printf("%s: %u runs", name, outcome->done);
    if (outcome->skipped > 0)
        printf(" (%u were there already)", outcome->skipped);
    printf(" in %.1f s", outcome->wall_s);
    if (outcome->done > 0)
        printf(", %.0f simulated s per s", outcome->sim_s / outcome->wall_s);
    printf("\n");
}

static int run(int argc, char **argv, struct sim_error *error)
{
    struct order order;
    struct config_file *file;
    struct sweep_grid grid;
    struct sweep_outcome outcome;
    int status = order_take(argc, argv, &order, error);
    if (status == SIM_OK)
        status = home_config_load(order.experiment, &file, error);
    if (status != SIM_OK)
        return status;
    status = sweep_grid_make(file, &order.sets, &order.varied, order.replicates, &grid, error);
    config_file_free(file);
    if (status != SIM_OK)
        return status;
    status = sweep_run_all(&grid, &order.options, &outcome, error);
    if (status == SIM_OK && !order.options.quiet)
        print_outcome(&grid, &outcome);
    sweep_grid_fini(&grid);
    return status;
}

const struct command command_sweep = {
    .name = "sweep",
    .usage = "EXPERIMENT|FILE.yaml [--vary key=v1,v2,...]... [--set key=value]...\n"
             "                     [--replicates R] [--jobs N] [--shard I/N] [--db FILE]\n"
             "                     [--again] [--quiet]",
    .summary = "Runs a grid of runs, a few at a time",
    .details =
        "All variants and seeds of the experiment, and with --vary each of them with every\n"
        "value; several --vary make a grid. One process for each run. The database is the same\n"
        "for any --jobs. A sweep that was cut off goes on where it was.\n\n"
        "  --vary key=v1,...  any key that --set takes; the runs' variants are called so\n"
        "  --set key=value    over what the file says, for all runs\n"
        "  --replicates R     R runs with each seed, with random numbers of their own\n"
        "  --jobs N           runs at once; as many as there are CPUs unless told\n"
        "  --shard I/N        only every Nth run, from the Ith on: see `ballast help merge`\n"
        "  --db FILE          the database, " COMMAND_DEFAULT_DB " unless told\n"
        "  --again            also what is there already: after a change of the program, or of\n"
        "                     a file that the configuration names\n"
        "  --quiet            say nothing but errors\n\n"
        "  ballast sweep fig7_idle_tax --vary policy.idle_tax=0,0.25,0.5,0.75,0.9\n"
        "  ballast sweep my.yaml --vary machine.memory_mb=512,768 --vary vms=2,4,8 --jobs 8\n",
    .run = run,
};
