/*
 * The grid of a sweep: every variant of the file, with every value of every varied key, with every
 * seed and replicate. All of it is resolved and checked before the first run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/run/sweep.h"

#define RUNS_MOST 1000000u /* our choice: a larger grid is a typing error */

struct axis {
    char *key;     /* up to the '=' */
    char **values; /* into `text` */
    char *text;
    uint32_t count;
};

static void axis_fini(struct axis *axis)
{
    free(axis->key);
    free(axis->values);
    free(axis->text);
}

static int axis_make(const char *varied, struct axis *axis, struct sim_error *error)
{
    size_t length = strcspn(varied, "=");
    if (varied[length] == '\0' || length == 0 || varied[length + 1] == '\0')
        return sim_error_set(error, SIM_USAGE, "--vary: expected key=value,value,..., found '%s'",
                             varied);
    axis->key = strndup(varied, length);
    axis->text = strdup(varied + length + 1);
    axis->count = 1;
    for (const char *c = axis->text; *c != '\0'; c++)
        axis->count += *c == ',';
    axis->values = calloc(axis->count, sizeof *axis->values);
    if (axis->key == NULL || axis->text == NULL || axis->values == NULL)
        return sim_error_set(error, SIM_SYSTEM, "no memory");
    char *rest = axis->text;
    for (uint32_t i = 0; i < axis->count; i++)
        axis->values[i] = strsep(&rest, ",");
    return SIM_OK;
}

/* The user gave --vary, so a message about it does not say --set. */
static int refused(const struct axis *axes, uint32_t axis_count, int status,
                   struct sim_error *error)
{
    for (uint32_t i = 0; i < axis_count; i++) {
        size_t length = strlen(axes[i].key);
        if (strncmp(error->text, "--set ", 6) == 0 &&
            strncmp(error->text + 6, axes[i].key, length) == 0) {
            struct sim_error old = *error;
            return sim_error_set(error, status, "--vary %s", old.text + 6);
        }
    }
    return status;
}

/* One variant of the file with one value of each axis. `index` counts the combinations; the last
 * axis changes fastest. */
static int cell_resolve(const struct config_file *file, uint32_t variant, uint32_t index,
                        const struct axis *axes, uint32_t axis_count,
                        const struct config_sets *sets, struct experiment_config *config,
                        struct sim_error *error)
{
    const char *at[2 * CONFIG_SETS_MOST];
    char *made[CONFIG_SETS_MOST] = {0};
    memcpy(at, sets->at, sets->count * sizeof *at);
    int status = SIM_OK;
    for (uint32_t i = axis_count; i-- > 0 && status == SIM_OK;) {
        if (asprintf(&made[i], "%s=%s", axes[i].key, axes[i].values[index % axes[i].count]) < 0)
            status = sim_error_set(error, SIM_SYSTEM, "no memory");
        at[sets->count + i] = made[i];
        index /= axes[i].count;
    }
    if (status == SIM_OK)
        status = config_resolve(file, variant, at, sets->count + axis_count, config, error);
    for (uint32_t i = 0; i < axis_count; i++)
        free(made[i]);
    return status == SIM_OK ? status : refused(axes, axis_count, status, error);
}

static int configs_make(const struct config_file *file, const struct config_sets *sets,
                        const struct axis *axes, uint32_t axis_count, struct sweep_grid *grid,
                        struct sim_error *error)
{
    uint64_t cells = 1;
    for (uint32_t i = 0; i < axis_count && cells <= RUNS_MOST; i++)
        cells *= axes[i].count;
    uint64_t count = cells * config_file_variant_count(file);
    if (count > RUNS_MOST)
        return sim_error_set(error, SIM_USAGE, "--vary: expected at most %u runs", RUNS_MOST);
    grid->configs = calloc(count, sizeof *grid->configs);
    if (grid->configs == NULL)
        return sim_error_set(error, SIM_SYSTEM, "no memory for %llu configurations",
                             (unsigned long long)count);
    for (uint32_t i = 0; i < count; i++) {
        int status = cell_resolve(file, i / (uint32_t)cells, i % (uint32_t)cells, axes, axis_count,
                                  sets, &grid->configs[i], error);
        if (status != SIM_OK)
            return status;
        grid->config_count++;
    }
    return SIM_OK;
}

static int runs_make(uint32_t replicates, struct sweep_grid *grid, struct sim_error *error)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < grid->config_count; i++)
        count += (uint64_t)grid->configs[i].seeds * replicates;
    if (count > RUNS_MOST)
        return sim_error_set(error, SIM_USAGE, "sweep: expected at most %u runs, found %llu",
                             RUNS_MOST, (unsigned long long)count);
    grid->runs = calloc(count, sizeof *grid->runs);
    if (grid->runs == NULL)
        return sim_error_set(error, SIM_SYSTEM, "no memory for %llu runs",
                             (unsigned long long)count);
    for (uint32_t i = 0; i < grid->config_count; i++) {
        const struct experiment_config *config = &grid->configs[i];
        uint64_t hash = config_hash(config);
        for (uint32_t run = 0; run < config->seeds * replicates; run++)
            grid->runs[grid->run_count++] = (struct sweep_run){.config = config,
                                                               .seed = 1 + run / replicates,
                                                               .config_hash = hash,
                                                               .replicate = run % replicates};
    }
    return SIM_OK;
}

int sweep_grid_make(const struct config_file *file, const struct config_sets *sets,
                    const struct config_sets *varied, uint32_t replicates, struct sweep_grid *grid,
                    struct sim_error *error)
{
    struct axis axes[CONFIG_SETS_MOST] = {0};
    int status = SIM_OK;

    *grid = (struct sweep_grid){0};
    for (uint32_t i = 0; i < varied->count && status == SIM_OK; i++)
        status = axis_make(varied->at[i], &axes[i], error);
    if (status == SIM_OK)
        status = configs_make(file, sets, axes, varied->count, grid, error);
    if (status == SIM_OK)
        status = runs_make(replicates, grid, error);
    for (uint32_t i = 0; i < varied->count; i++)
        axis_fini(&axes[i]);
    if (status != SIM_OK)
        sweep_grid_fini(grid);
    return status;
}

void sweep_grid_fini(struct sweep_grid *grid)
{
    for (uint32_t i = 0; i < grid->config_count; i++)
        config_fini(&grid->configs[i]);
    free(grid->configs);
    free(grid->runs);
    *grid = (struct sweep_grid){0};
}
