/*
 * Makes runs by the machinery of sweeps, and reads the conditions' values from the database.
 */
#include "ballast/run/fit_runs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "count.web", "vm.web.count", "vms" */
static bool is_count_key(const char *key)
{
    const char *last = strrchr(key, '.');
    return strcmp(key, "vms") == 0 || strncmp(key, "count.", 6) == 0 ||
           (strncmp(key, "vm.", 3) == 0 && strcmp(last, ".count") == 0);
}

int fit_runs_init(struct fit_runs *runs, const struct fit_request *request, struct sim_error *error)
{
    *runs = (struct fit_runs){.request = request, .is_count = is_count_key(request->axis->key)};
    for (uint32_t i = 0; i < request->condition_count; i++)
        runs->needs_alone |= request->conditions[i].measure.is_loss;
    if (request->sets->count + 3 > CONFIG_SETS_MOST)
        return sim_error_set(error, SIM_USAGE, "--set: expected at most %u of them",
                             CONFIG_SETS_MOST - 3);
    return SIM_OK;
}

void fit_runs_fini(struct fit_runs *runs)
{
    *runs = (struct fit_runs){0};
}

/* A VM alone for each entry of the file, the first of each: VMs of one entry are equal. */
static int alone_add(const struct fit_runs *runs, const char *value, struct config_list *list,
                     struct sim_memory *memory, struct sim_error *error)
{
    const struct fit_request *request = runs->request;
    struct config_sets sets = *request->sets;
    struct config_list all = {0};
    if (!runs->is_count)
        sets.at[sets.count++] = sim_memory_text(memory, "%s=%s", request->axis->key, value);
    int status = config_list_add(&all, request->file, request->variant, &sets, false, error);
    for (uint32_t i = 0; status == SIM_OK && i < all.at[0].vm_count; i++) {
        const struct config_vm *vm = &all.at[0].vms[i];
        if (i > 0 && vm->entry == vm[-1].entry)
            continue;
        sets.at[sets.count++] = sim_memory_text(memory, CONFIG_ALONE_KEY "=%s", vm->name);
        status = config_list_add(list, request->file, request->variant, &sets, false, error);
        sets.count--;
    }
    config_list_fini(&all);
    return status;
}

/* A message about the varied key names the option that gave it. */
static int told_of_vary(const char *key, int status, struct sim_error *error)
{
    struct sim_error old = *error;
    size_t length = strlen(key);
    if (strncmp(old.text, "--set ", 6) == 0 && strncmp(old.text + 6, key, length) == 0)
        sim_error_set(error, status, "--vary %s", old.text + 6);
    return status;
}

/* The value's configuration first, then those of VMs alone. */
static int configs_make(const struct fit_runs *runs, uint32_t index, struct config_list *list,
                        struct sim_error *error)
{
    const struct fit_request *request = runs->request;
    const char *value = request->axis->values[index];
    struct config_sets sets = *request->sets;
    struct sim_memory memory = {0};
    sets.at[sets.count++] = sim_memory_text(&memory, "%s=%s", request->axis->key, value);
    if (request->worst != NULL)
        sets.at[sets.count++] = sim_memory_text(&memory, CONFIG_WORST_KEY "=%s", request->worst);
    int status = config_list_add(list, request->file, request->variant, &sets, false, error);
    if (status == SIM_OK && runs->needs_alone)
        status = alone_add(runs, value, list, &memory, error);
    sim_memory_free(&memory);
    return status == SIM_OK ? status : told_of_vary(request->axis->key, status, error);
}

static int values_judge(const struct fit_runs *runs, const struct config_list *configs,
                        uint32_t seeds, struct condition_estimate *estimates,
                        struct sim_error *error)
{
    const struct fit_request *request = runs->request;
    const struct condition_alone alone = {configs->at + 1, configs->count - 1};
    double *values = calloc(seeds, sizeof *values);
    struct results *db = NULL;
    struct sim_error ignored;
    int status = values == NULL ? sim_error_set(error, SIM_SYSTEM, "no memory")
                                : results_open(request->how->db, RESULTS_READ, &db, error);
    for (uint32_t i = 0; i < request->condition_count && status == SIM_OK; i++) {
        uint32_t count;
        status = condition_values(db, &request->conditions[i], &configs->at[0], &alone, values,
                                  seeds, &count, error);
        if (status == SIM_OK)
            estimates[i] =
                condition_judge(&request->conditions[i], values, count, request->confidence);
    }
    int closed = results_close(db, status == SIM_OK ? error : &ignored);
    free(values);
    return status != SIM_OK ? status : closed;
}

int fit_runs_make(struct fit_runs *runs, uint32_t index, uint32_t seeds,
                  struct condition_estimate *estimates, struct sim_error *error)
{
    const struct fit_request *request = runs->request;
    struct sweep_options how = *request->how;
    struct sweep_grid grid = {0};
    struct sweep_outcome outcome;
    char label[80];
    snprintf(label, sizeof label, "%.40s=%.20s, %u runs", request->axis->key,
             request->axis->values[index], seeds);
    how.label = label;
    int status = configs_make(runs, index, &grid.configs, error);
    uint32_t *each = calloc(grid.configs.count + 1, sizeof *each);
    if (status == SIM_OK && each == NULL)
        status = sim_error_set(error, SIM_SYSTEM, "no memory");
    for (uint32_t i = 0; each != NULL && i < grid.configs.count; i++)
        each[i] = seeds;
    if (status == SIM_OK)
        status = sweep_grid_seeds(&grid, each, 1, error);
    if (status == SIM_OK)
        status = sweep_run_all(&grid, &how, &outcome, error);
    if (status == SIM_OK) {
        runs->made += outcome.done;
        runs->found += outcome.skipped;
        status = values_judge(runs, &grid.configs, seeds, estimates, error);
    }
    free(each);
    sweep_grid_fini(&grid);
    return status;
}
