/*
 * A VM alone on the same machine, with enough memory: what "lost against running alone" compares
 * with.
 *
 * The hazard is a machine on which the VM loses memory although it is alone. Governors begin to
 * take memory at different amounts of free memory; none of them does while half of it is free.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/config/layers.h"
#include "sim/array.h"

#define PART_OF_VARIANT CONFIG_ALONE_KEY "="

int config_resolve_alone(const struct config_file *file, uint32_t variant,
                         const struct config_sets *sets, const char *vm,
                         struct experiment_config *config, struct sim_error *error)
{
    const char *at[CONFIG_SETS_MOST + 1];
    char alone[sizeof PART_OF_VARIANT + CONFIG_NAME_BYTES];
    snprintf(alone, sizeof alone, PART_OF_VARIANT "%s", vm);
    memcpy(at, sets->at, sets->count * sizeof *at);
    at[sets->count] = alone;
    return config_resolve(file, variant, at, sets->count + 1, config, error);
}

static int list_take(struct config_list *list, const struct experiment_config *config,
                     struct sim_error *error)
{
    if (!sim_array_reserve(list->at, list->room, list->count + 1))
        return sim_error_set(error, SIM_SYSTEM, "no memory for %u configurations", list->count);
    list->at[list->count++] = *config;
    return SIM_OK;
}

int config_list_add(struct config_list *list, const struct config_file *file, uint32_t variant,
                    const struct config_sets *sets, bool alone, struct sim_error *error)
{
    struct experiment_config config;
    uint32_t first = list->count;
    int status = config_resolve(file, variant, sets->at, sets->count, &config, error);
    if (status == SIM_OK && (status = list_take(list, &config, error)) != SIM_OK)
        config_fini(&config);
    for (uint32_t i = 0; status == SIM_OK && alone && i < list->at[first].vm_count; i++) {
        status =
            config_resolve_alone(file, variant, sets, list->at[first].vms[i].name, &config, error);
        if (status == SIM_OK && (status = list_take(list, &config, error)) != SIM_OK)
            config_fini(&config);
    }
    return status;
}

void config_list_fini(struct config_list *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        config_fini(&list->at[i]);
    free(list->at);
    *list = (struct config_list){0};
}

const char *config_alone_vm(const char *variant)
{
    const char *last = strrchr(variant, ',');
    last = last != NULL ? last + 1 : variant;
    size_t length = strlen(PART_OF_VARIANT);
    return strncmp(last, PART_OF_VARIANT, length) == 0 ? last + length : NULL;
}

/* The most that the hypervisor uses for the VM beside its pages. */
static double overhead_mb(const struct mp_tunables *tunables, const struct config_vm *vm)
{
    double more_pages = tunables->overhead_more_pages_gb * ceil(vm->memory_mb / 1024);
    return (tunables->overhead_full_pages + more_pages) * MP_PAGE_SIZE / (1024 * 1024);
}

static double needed_mb(const struct experiment_config *config)
{
    const struct config_vm *vm = &config->vms[0];
    double most_overhead_mb = overhead_mb(&config->tunables, vm);
    for (uint32_t i = 0; i < config->change_count; i++)
        most_overhead_mb = fmax(most_overhead_mb, overhead_mb(&config->changes[i].tunables, vm));
    return ceil(2 * (config->machine.hypervisor_mb + vm->memory_mb + most_overhead_mb));
}

void config_alone_resolve(struct experiment_config *config)
{
    config->machine.memory_mb =
        fmin(fmax(config->machine.memory_mb, needed_mb(config)), WL_MB_MOST);
    config->vms[0].limit_mb = INFINITY;
}
