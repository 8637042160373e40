/*
 * `ballast sweep`: a grid of runs, a few at a time; what is there already is not run again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ballast/cli/command.h"
#include "ballast/config/home.h"
#include "ballast/run/sweep_until.h"
#include "sim/quantity_read.h"

struct options {
    struct config_sets sets, varied;
    uint32_t replicates, jobs; /* jobs 0: not given */
    struct shard {
        uint32_t number, of; /* number: 1 .. of */
    } shard;
    struct sweep_limits limits;
    struct sweep_until until;
    const char *db;
    bool alone, isolate, again, keep, quiet;
};

/* "I/N" */
static int take_shard(const char *text, void *field, struct sim_error *error)
{
    struct shard *shard = field;
    int end = 0;
    if (sscanf(text, "%u/%u%n", &shard->number, &shard->of, &end) != 2 || text[end] != '\0' ||
        shard->number < 1 || shard->number > shard->of)
        return sim_error_set(error, SIM_USAGE, "--shard: expected I/N, I from 1 to N, found '%s'",
                             text);
    return SIM_OK;
}

/* "throughput=2%" */
static int take_until(const char *text, void *field, struct sim_error *error)
{
    struct sweep_until *until = field;
    if (until->count == SWEEP_UNTIL_MOST)
        return sim_error_set(error, SIM_USAGE, "--until: expected at most %u of them, found more",
                             SWEEP_UNTIL_MOST);
    return sweep_target_parse(text, &until->targets[until->count++], error);
}

/* "4GB" */
static int take_memory(const char *text, void *field, struct sim_error *error)
{
    double *memory_mb = field;
    if (sim_quantity_read(text, "MB", memory_mb) != SIM_QUANTITY_OK || !(*memory_mb >= 1) ||
        *memory_mb > 1e9)
        return sim_error_set(error, SIM_USAGE,
                             "--memory-limit: expected at least 1 MB, such as 512MB or 4GB, found "
                             "'%s'",
                             text);
    return SIM_OK;
}

static void print_outcome(const struct sweep_grid *grid, const struct sweep_outcome *outcome)
{
    const char *name = grid->runs[0].config->name;
    printf("%s: %u runs", name, outcome->done);
    if (outcome->failed > 0)
        printf(" and %u failed", outcome->failed);
    if (outcome->skipped > 0)
        printf(" (%u were there already)", outcome->skipped);
    printf(" in %.1f s", outcome->wall_s);
    if (outcome->done > 0)
        printf(", %.0f simulated s per s", outcome->sim_s / outcome->wall_s);
    printf("\n");
}

/* Runs at once, unless the user says how many. */
static uint32_t cpus(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (uint32_t)count : 1;
}

static int sweep(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    const struct sweep_options how = {.db = options->db,
                                      .jobs = options->jobs > 0 ? options->jobs : cpus(),
                                      .shard = options->shard.number - 1,
                                      .shards = options->shard.of,
                                      .again = options->again,
                                      .isolate = options->isolate,
                                      .keep = options->keep,
                                      .quiet = options->quiet,
                                      .limits = options->limits};
    struct config_file *file;
    struct sweep_grid grid;
    struct sweep_outcome outcome;
    if (options->again && options->keep)
        return sim_error_set(error, SIM_USAGE, "sweep: expected --again or --keep, found both");
    if (options->until.count > 0 && options->shard.of > 1)
        return sim_error_set(
            error, SIM_USAGE,
            "sweep: expected --until or --shard, found both: a shard does not know "
            "the runs of the others");
    int status = home_config_load(line->operands[0], &file, error);
    if (status != SIM_OK)
        return status;
    const struct sweep_request request = {.file = file,
                                          .sets = &options->sets,
                                          .varied = &options->varied,
                                          .replicates = options->replicates,
                                          .alone = options->alone};
    status = sweep_grid_make(&request, &grid, error);
    config_file_free(file);
    if (status != SIM_OK)
        return status;
    if (options->until.count > 0)
        status =
            sweep_until_narrow(&grid, options->replicates, &how, &options->until, &outcome, error);
    else
        status = sweep_run_all(&grid, &how, &outcome, error);
    if ((status == SIM_OK || status == SIM_FAILED || outcome.failed > 0) && !options->quiet)
        print_outcome(&grid, &outcome);
    sweep_grid_fini(&grid);
    return status;
}

static const struct option_row rows[] = {
    {.name = "vary",
     .type = OPTION_SETS,
     .argument = "key=v1,v2,...|a:b:step",
     OPTION_IN(options, varied),
     .most = CONFIG_SETS_MOST / 2,
     .help = "run with each of these values; any key that --set takes. A range has both ends. The "
             "runs' variants are called so"},
    COMMAND_ROW_SET(options, "change what the file says, for all runs"),
    {.name = "replicates",
     .type = OPTION_NUMBER,
     .argument = "R",
     OPTION_IN(options, replicates),
     .least = 1,
     .most = 100000,
     .fallback = "1",
     .help = "R runs with each seed, with random numbers of their own"},
    {.name = "until",
     .type = OPTION_OTHER,
     .argument = "METRIC=WIDTH",
     OPTION_IN(options, until),
     .take = take_until,
     .help = "add seeds until half of the 95% interval of the metric's mean is at most so wide for "
             "each VM, in percent of the mean or in its unit, such as throughput=2%; may be given "
             "several times"},
    {.name = "most",
     .type = OPTION_NUMBER,
     .argument = "N",
     OPTION_IN(options, until.most),
     .least = 3,
     .most = 10000,
     .fallback = "30",
     .help = "with --until, seeds of one variant at most; where they do not do, the exit status is "
             "1"},
    COMMAND_ROW_ALONE(options),
    {.name = "jobs",
     .type = OPTION_NUMBER,
     .argument = "N",
     OPTION_IN(options, jobs),
     .least = 1,
     .most = 1000,
     .help = "runs at once; as many as there are CPUs unless given"},
    {.name = "shard",
     .type = OPTION_OTHER,
     .argument = "I/N",
     OPTION_IN(options, shard),
     .take = take_shard,
     .fallback = "1/1",
     .help = "only every Nth run, from the Ith on: see `ballast help merge`"},
    {.name = "time-limit",
     .type = OPTION_SECONDS,
     .argument = "TIME",
     OPTION_IN(options, limits.time_s),
     .least_s = 0.001,
     .most_s = 1e8,
     .help = "a run that takes longer by the clock fails, such as 10min"},
    {.name = "memory-limit",
     .type = OPTION_OTHER,
     .argument = "SIZE",
     OPTION_IN(options, limits.memory_mb),
     .take = take_memory,
     .help = "a run that wants more address space fails, such as 4GB; implies --isolate"},
    {.name = "isolate",
     .type = OPTION_FLAG,
     OPTION_IN(options, isolate),
     .help =
         "a process for each run; otherwise a process does run after run, except with a governor "
         "of a shared object"},
    COMMAND_ROW_DB(options),
    {.name = "again",
     .type = OPTION_FLAG,
     OPTION_IN(options, again),
     .help = "make all runs anew, also those that are there already"},
    {.name = "keep",
     .type = OPTION_FLAG,
     OPTION_IN(options, keep),
     .help = "trust what is there already, also if another build of the program made it, or if its "
             "configuration or a file that it names has changed"},
    COMMAND_ROW_QUIET(options),
};

const struct command command_sweep = {
    .name = "sweep",
    .operands = "EXPERIMENT|FILE.yaml",
    .least = 1,
    .most = 1,
    .expected = "one experiment or FILE.yaml",
    .summary = "Runs a grid of runs, a few at a time",
    .text =
        "Runs all variants and seeds of the experiment, and with --vary each of them with every\n"
        "value; several --vary make a grid. The database is the same for any --jobs. A sweep that\n"
        "was interrupted continues where it stopped. A run that crashes, reaches a limit or is\n"
        "ended by a wrong order of its governor fails alone: the others go on, and the exit "
        "status\n"
        "is 4, or 1 where wrong orders are all that happened.\n",
    .examples =
        "  ballast sweep fig7_idle_tax --vary policy.idle_tax=0:0.9:0.15\n"
        "  ballast sweep my.yaml --vary machine.memory_mb=512MB,1GB --vary vms=2,4,8 --jobs 8\n",
    .groups = COMMAND_OPTIONS(rows),
    .bytes = sizeof(struct options),
    .run = sweep,
};
