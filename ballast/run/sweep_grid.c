/*
 * The grid of a sweep: every variant of the file, with every value of every varied key, with every
 * seed and replicate. All of it is resolved and checked before the first run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/run/sweep.h"
#include "ballast/run/sweep_axis.h"

#define RUNS_MOST 1000000u /* our choice: a larger grid is a typing error */

struct grid_making {
    const struct sweep_request *request;
    const struct sweep_axis *axes;
    uint32_t axis_count;
};

/* The user gave --vary, so a message about it does not say --set. */
static int refused(const struct grid_making *making, int status, struct sim_error *error)
{
    for (uint32_t i = 0; i < making->axis_count; i++) {
        const char *key = making->axes[i].key;
        if (strncmp(error->text, "--set ", 6) == 0 &&
            strncmp(error->text + 6, key, strlen(key)) == 0) {
            struct sim_error old = *error;
            return sim_error_set(error, status, "--vary %s", old.text + 6);
        }
    }
    return status;
}

/* What one cell of the grid sets: one value of each axis. `index` counts the combinations; the last
 * axis changes fastest. */
static int cell_sets(const struct grid_making *making, uint32_t index, struct config_sets *sets,
                     struct sim_memory *memory, struct sim_error *error)
{
    *sets = *making->request->sets;
    if (sets->count + making->axis_count >= CONFIG_SETS_MOST)
        return sim_error_set(error, SIM_USAGE,
                             "--vary: expected at most %u keys with those of --set, found more",
                             CONFIG_SETS_MOST - 1);
    for (uint32_t i = making->axis_count; i-- > 0;) {
        const struct sweep_axis *axis = &making->axes[i];
        sets->at[sets->count + i] =
            sim_memory_text(memory, "%s=%s", axis->key, axis->values[index % axis->count]);
        index /= axis->count;
    }
    sets->count += making->axis_count;
    return SIM_OK;
}

static int configs_make(const struct grid_making *making, struct sweep_grid *grid,
                        struct sim_error *error)
{
    uint64_t cells = 1;
    for (uint32_t i = 0; i < making->axis_count && cells <= RUNS_MOST; i++)
        cells *= making->axes[i].count;
    uint64_t count = cells * config_file_variant_count(making->request->file);
    if (count > RUNS_MOST)
        return sim_error_set(error, SIM_USAGE, "--vary: expected at most %u runs", RUNS_MOST);
    int status = SIM_OK;
    for (uint32_t i = 0; i < count && status == SIM_OK; i++) {
        struct sim_memory memory = {0};
        struct config_sets sets;
        status = cell_sets(making, i % (uint32_t)cells, &sets, &memory, error);
        if (status == SIM_OK)
            status = config_list_add(&grid->configs, making->request->file, i / (uint32_t)cells,
                                     &sets, making->request->alone, error);
        if (status == SIM_OK && grid->configs.count > RUNS_MOST)
            status = sim_error_set(error, SIM_USAGE, "sweep: expected at most %u runs", RUNS_MOST);
        sim_memory_free(&memory);
    }
    return status == SIM_OK ? status : refused(making, status, error);
}

int sweep_grid_seeds(struct sweep_grid *grid, const uint32_t *seeds, uint32_t replicates,
                     struct sim_error *error)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < grid->configs.count; i++)
        count += (uint64_t)(seeds != NULL ? seeds[i] : grid->configs.at[i].seeds) * replicates;
    if (count > RUNS_MOST)
        return sim_error_set(error, SIM_USAGE, "sweep: expected at most %u runs, found %llu",
                             RUNS_MOST, (unsigned long long)count);
    free(grid->runs);
    grid->run_count = 0;
    grid->runs = calloc(count + 1, sizeof *grid->runs);
    if (grid->runs == NULL)
        return sim_error_set(error, SIM_SYSTEM, "no memory for %llu runs",
                             (unsigned long long)count);
    for (uint32_t i = 0; i < grid->configs.count; i++) {
        const struct experiment_config *config = &grid->configs.at[i];
        uint64_t hash = config_hash(config);
        for (uint32_t run = 0; run < (seeds != NULL ? seeds[i] : config->seeds) * replicates; run++)
            grid->runs[grid->run_count++] = (struct sweep_run){.config = config,
                                                               .seed = 1 + run / replicates,
                                                               .config_hash = hash,
                                                               .replicate = run % replicates};
    }
    return SIM_OK;
}

int sweep_grid_make(const struct sweep_request *request, struct sweep_grid *grid,
                    struct sim_error *error)
{
    struct sweep_axis axes[CONFIG_SETS_MOST] = {0};
    struct grid_making making = {request, axes, request->varied->count};
    int status = SIM_OK;

    *grid = (struct sweep_grid){0};
    for (uint32_t i = 0; i < making.axis_count && status == SIM_OK; i++)
        status = sweep_axis_make("--vary", request->varied->at[i], &axes[i], error);
    if (status == SIM_OK)
        status = configs_make(&making, grid, error);
    if (status == SIM_OK)
        status = sweep_grid_seeds(grid, NULL, request->replicates, error);
    for (uint32_t i = 0; i < making.axis_count; i++)
        sweep_axis_fini(&axes[i]);
    if (status != SIM_OK)
        sweep_grid_fini(grid);
    return status;
}

void sweep_grid_fini(struct sweep_grid *grid)
{
    config_list_fini(&grid->configs);
    free(grid->runs);
    *grid = (struct sweep_grid){0};
}
