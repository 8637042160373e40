/*
 * Seeds that are added until intervals are narrow.
 *
 * The hazard is an interval that is narrow by luck, from two runs that happen to agree. So each
 * cell has at least three, and not more than twice as many are added at once.
 */
#include "ballast/run/sweep_until.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/results/compare.h"
#include "sim/array.h"
#include "sim/quantity.h"
#include "sim/quantity_read.h"

#define SEEDS_LEAST 3u

int sweep_target_parse(const char *text, struct sweep_target *target, struct sim_error *error)
{
    char name[100];
    const char *equals = strchr(text, '=');
    *target = (struct sweep_target){0};
    snprintf(target->text, sizeof target->text, "%s", text);
    snprintf(name, sizeof name, "%.*s", equals != NULL ? (int)(equals - text) : 0, text);
    if (equals == NULL || name[0] == '\0')
        return sim_error_set(error, SIM_USAGE,
                             "--until: expected METRIC=WIDTH, such as throughput=2%%, found '%s'",
                             text);
    int status = measure_parse("--until", name, &target->measure, error);
    if (status != SIM_OK)
        return status;
    if (target->measure.is_loss)
        return sim_error_set(error, SIM_USAGE,
                             "--until: expected a metric and not a loss, found "
                             "'%s'",
                             text);
    target->is_relative =
        sim_quantity_read(equals + 1, "fraction", &target->half) == SIM_QUANTITY_OK &&
        text[strlen(text) - 1] == '%';
    if ((!target->is_relative && sim_quantity_read(equals + 1, measure_unit(&target->measure),
                                                   &target->half) != SIM_QUANTITY_OK) ||
        !(target->half > 0))
        return sim_error_set(error, SIM_USAGE,
                             "--until: expected a width above 0, in percent of the mean or in %s, "
                             "found '%s'",
                             measure_unit(&target->measure), text);
    return SIM_OK;
}

/* ---- How wide it is ------------------------------------------------------------------------ */

struct vm_values {
    char name[MEASURE_VMS_BYTES];
    double *values;
    size_t room;
    uint32_t count;
};

struct gathering {
    struct vm_values *vms;
    size_t room;
    uint32_t count;
    bool is_short;
};

static void take(void *context, double seed, double replicate, const char *vm, double value)
{
    struct gathering *gathering = context;
    uint32_t i = 0;
    (void)seed;
    (void)replicate;
    while (i < gathering->count && strcmp(gathering->vms[i].name, vm) != 0)
        i++;
    if (!sim_array_reserve(gathering->vms, gathering->room, i + 1)) {
        gathering->is_short = true;
        return;
    }
    struct vm_values *of = &gathering->vms[i];
    if (i == gathering->count) {
        gathering->count++;
        snprintf(of->name, sizeof of->name, "%s", vm);
    }
    if (!sim_array_reserve(of->values, of->room, of->count + 1))
        gathering->is_short = true;
    else
        of->values[of->count++] = value;
}

struct width {
    double times; /* the widest interval over the one that is wanted; 0: there is none */
    double half;
    const struct sweep_target *target;
    const struct experiment_config *config;
    uint32_t seeds;
};

static void widen(struct width *width, const struct sweep_target *target,
                  const struct experiment_config *config, const struct compare_mean *mean)
{
    double half = target->is_relative ? mean->half / fabs(mean->mean) : mean->half;
    double times = half / target->half;
    if (mean->half == 0 || !(times > width->times)) /* 0 / 0: nothing ever happened */
        return;
    width->times = times;
    width->half = half;
    width->target = target;
    width->config = config;
}

static int cell_width(struct results *db, const struct experiment_config *config,
                      const struct sweep_until *until, struct width *width, struct sim_error *error)
{
    const struct measure_runs runs = {config->name, config->variant, config_hash(config)};
    int status = SIM_OK;
    for (uint32_t i = 0; i < until->count && status == SIM_OK; i++) {
        struct gathering gathering = {0};
        status = measure_each(db, &runs, &until->targets[i].measure, MEASURE_WHOLE, take,
                              &gathering, error);
        for (uint32_t k = 0; k < gathering.count; k++) {
            struct compare_mean mean =
                compare_mean(gathering.vms[k].values, gathering.vms[k].count);
            if (mean.count >= 2)
                widen(width, &until->targets[i], config, &mean);
            free(gathering.vms[k].values);
        }
        free(gathering.vms);
        if (status == SIM_OK && gathering.is_short)
            status =
                sim_error_set(error, SIM_SYSTEM, "no memory for the values of %s", config->variant);
    }
    return status;
}

/* ---- More seeds ---------------------------------------------------------------------------- */

/* An interval narrows with the root of the number of runs. */
static uint32_t more_seeds(uint32_t seeds, double times, uint32_t most)
{
    double wanted = fmin(ceil(seeds * times * times), 2.0 * seeds);
    uint32_t more = (uint32_t)fmax(wanted, seeds + 1);
    return more < most ? more : most;
}

/* Adds seeds where a target is not met. *is_done: nowhere, or there are `most` of them. */
static int seeds_add(struct results *db, const struct sweep_grid *grid,
                     const struct sweep_until *until, uint32_t *seeds, bool *is_done,
                     struct width *widest, struct sim_error *error)
{
    uint32_t all = 0; /* the cell of all VMs, which those of VMs alone follow */
    int status = SIM_OK;
    *is_done = true;
    for (uint32_t i = 0; i < grid->configs.count && status == SIM_OK; i++) {
        struct width width = {.seeds = seeds[i]};
        if (config_alone_vm(grid->configs.at[i].variant) != NULL) {
            seeds[i] = seeds[all];
            continue;
        }
        all = i;
        status = cell_width(db, &grid->configs.at[i], until, &width, error);
        if (width.times <= 1)
            continue;
        if (seeds[i] < until->most) {
            seeds[i] = more_seeds(seeds[i], width.times, until->most);
            *is_done = false;
        } else if (width.times > widest->times) {
            *widest = width;
        }
    }
    return status;
}

static int too_wide(const struct width *widest, struct sim_error *error)
{
    char found[SIM_QUANTITY_BYTES];
    const struct sweep_target *target = widest->target;
    const struct experiment_config *config = widest->config;
    if (target->is_relative)
        sim_quantity(found, 100 * widest->half, "%");
    else
        sim_quantity(found, widest->half, measure_unit(&target->measure));
    return sim_error_set(
        error, SIM_FAILED,
        "sweep: expected %s, found %s after %u seeds of %s%s%s; --most allows more", target->text,
        found, widest->seeds, config->name, config->variant[0] != '\0' ? " " : "", config->variant);
}

static void outcome_add(struct sweep_outcome *sum, const struct sweep_outcome *one, bool is_first)
{
    sum->done += one->done;
    sum->failed += one->failed;
    sum->wall_s += one->wall_s;
    sum->sim_s += one->sim_s;
    if (!is_first)
        return;
    sum->skipped = one->skipped;
    sum->other_build = one->other_build;
    sum->other_inputs = one->other_inputs;
}

/* Runs what is missing, and counts it. */
static int round_run(struct sweep_grid *grid, uint32_t replicates, const uint32_t *seeds,
                     const struct sweep_options *options, bool is_first,
                     struct sweep_outcome *outcome, struct sim_error *error)
{
    struct sweep_outcome one = {0};
    struct sweep_options how = *options;
    how.again = options->again && is_first;
    int status = sweep_grid_seeds(grid, seeds, replicates, error);
    if (status == SIM_OK)
        status = sweep_run_all(grid, &how, &one, error);
    outcome_add(outcome, &one, is_first);
    return status;
}

static int widths_read(const struct sweep_grid *grid, const struct sweep_options *options,
                       const struct sweep_until *until, uint32_t *seeds, bool *is_done,
                       struct width *widest, struct sim_error *error)
{
    struct results *db;
    struct sim_error ignored;
    int status = results_open(options->db, RESULTS_READ, &db, error);
    if (status != SIM_OK)
        return status;
    status = seeds_add(db, grid, until, seeds, is_done, widest, error);
    int closed = results_close(db, status == SIM_OK ? error : &ignored);
    return status != SIM_OK ? status : closed;
}

int sweep_until_narrow(struct sweep_grid *grid, uint32_t replicates,
                       const struct sweep_options *options, const struct sweep_until *until,
                       struct sweep_outcome *outcome, struct sim_error *error)
{
    uint32_t *seeds = calloc(grid->configs.count + 1, sizeof *seeds);
    struct width widest = {0};
    bool is_done = false;
    int status = seeds == NULL ? sim_error_set(error, SIM_SYSTEM, "no memory") : SIM_OK;
    *outcome = (struct sweep_outcome){0};
    for (uint32_t i = 0; i < grid->configs.count && status == SIM_OK; i++) {
        uint32_t own = grid->configs.at[i].seeds;
        seeds[i] = own < SEEDS_LEAST ? SEEDS_LEAST : own;
    }
    for (bool is_first = true; status == SIM_OK && !is_done; is_first = false) {
        status = round_run(grid, replicates, seeds, options, is_first, outcome, error);
        if (status == SIM_OK)
            status = widths_read(grid, options, until, seeds, &is_done, &widest, error);
    }
    free(seeds);
    if (status == SIM_OK && widest.times > 1)
        status = too_wide(&widest, error);
    return status;
}
