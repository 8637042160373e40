/*
 * When VMs are on: power_on_s and power_off_s of each VM, and the entries of the schedule.
 *
 * The hazard is an order that makes no sense, such as a VM that is powered on twice: on and off
 * must take turns, each later than the one before.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/config/layers.h"
#include "sim/nearest.h"

struct moment {
    struct config_power power;
    const char *origin; /* NULL: power_on_s or power_off_s of the VM */
};

bool config_is_power(const struct config_change_layer *layer)
{
    return layer->power_on.text != NULL || layer->power_off.text != NULL;
}

static const struct sim_value *vm_of(const struct config_change_layer *layer)
{
    return layer->power_on.text != NULL ? &layer->power_on : &layer->power_off;
}

/* ---- Names -------------------------------------------------------------------------------- */

int config_power_names(const struct config_file *layers, struct sim_error *error)
{
    int row = sim_row_find(&config_vm_section, "name");
    for (uint32_t i = 0; i < layers->change_count; i++) {
        const struct config_change_layer *change = &layers->changes[i];
        struct sim_nearest nearest;
        char hint[SIM_HINT_BYTES];
        bool found = false;
        if (!config_is_power(change))
            continue;
        if (change->key.text != NULL || change->value.text != NULL ||
            (change->power_on.text != NULL && change->power_off.text != NULL))
            return sim_error_set(error, SIM_USAGE,
                                 "%s: schedule: expected one of set, power_on and power_off, found "
                                 "two",
                                 change->origin);
        const struct sim_value *vm = vm_of(change);
        sim_nearest_begin(&nearest, vm->text);
        for (uint32_t k = 0; k < layers->vm_count && !found; k++) {
            const char *name = layers->vms[k].vm.at[row].text;
            found = name != NULL && strcmp(name, vm->text) == 0;
            if (name != NULL)
                sim_nearest_offer(&nearest, name);
        }
        if (!found)
            return sim_error_set(error, SIM_USAGE,
                                 "%s: %s: expected the name of a VM, found '%s'%s", vm->origin,
                                 vm == &change->power_on ? "power_on" : "power_off", vm->text,
                                 sim_nearest_hint(hint, nearest.best));
    }
    return SIM_OK;
}

/* ---- Moments ------------------------------------------------------------------------------ */

static int by_time(const void *a, const void *b)
{
    double first = ((const struct moment *)a)->power.at_s;
    double second = ((const struct moment *)b)->power.at_s;
    return (first > second) - (first < second);
}

static int turns_check(const struct config_vm *vm, const char *origin, const struct moment *moments,
                       uint32_t count, struct sim_error *error)
{
    for (uint32_t i = 0; i < count; i++) {
        bool expected = i % 2 == 0;
        const struct moment *moment = &moments[i];
        const struct moment *before = i > 0 ? moment - 1 : NULL;
        bool late = before == NULL || before->power.at_s < moment->power.at_s;
        if (moment->power.on == expected && late)
            continue;
        const char *where = moment->origin;
        if (where == NULL && before != NULL)
            where = before->origin;
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected VM %s to be powered on and off in turn, found it %s at "
                             "%.10g s where it is %s",
                             where != NULL ? where : origin, vm->name,
                             moment->power.on ? "powered on" : "powered off", moment->power.at_s,
                             !late      ? "changed at the same time"
                             : expected ? "off"
                                        : "on");
    }
    return SIM_OK;
}

static int vm_power(const struct config_file *layers, uint32_t index, const double *change_at_s,
                    struct experiment_config *config, struct sim_error *error)
{
    struct config_vm *vm = &config->vms[index];
    struct moment *moments = calloc(layers->change_count + 2, sizeof *moments);
    uint32_t count = 0;
    if (moments == NULL)
        return sim_error_set(error, SIM_SYSTEM, "no memory for the schedule");
    moments[count++].power = (struct config_power){vm->power_on_s, true};
    if (!isinf(vm->power_off_s))
        moments[count++].power = (struct config_power){vm->power_off_s, false};
    for (uint32_t i = 0; i < layers->change_count; i++) {
        const struct config_change_layer *change = &layers->changes[i];
        if (config_is_power(change) && strcmp(vm_of(change)->text, vm->name) == 0)
            moments[count++] = (struct moment){{change_at_s[i], change->power_on.text != NULL},
                                               vm_of(change)->origin};
    }
    qsort(moments, count, sizeof *moments, by_time);
    int status = turns_check(vm, layers->vms[index].origin, moments, count, error);
    vm->power = sim_memory_get(&config->memory, count * sizeof *vm->power);
    vm->power_count = count;
    for (uint32_t i = 0; i < count; i++)
        vm->power[i] = moments[i].power;
    free(moments);
    return status;
}

static bool takes_part(const struct experiment_config *config, const char *name)
{
    for (uint32_t i = 0; i < config->vm_count; i++)
        if (strcmp(config->vms[i].name, name) == 0)
            return true;
    return false;
}

int config_power_resolve(const struct config_file *layers, const double *change_at_s,
                         struct experiment_config *config, struct sim_error *error)
{
    struct sim_memory *memory = &config->memory;
    int status = SIM_OK;
    config->power_changes =
        sim_memory_get(memory, layers->change_count * sizeof *config->power_changes + 1);
    for (uint32_t i = 0; i < layers->change_count; i++) {
        const struct config_change_layer *change = &layers->changes[i];
        if (config_is_power(change) && takes_part(config, vm_of(change)->text))
            config->power_changes[config->power_change_count++] = (struct config_power_change){
                change_at_s[i], sim_memory_text(memory, "%s", vm_of(change)->text),
                change->power_on.text != NULL};
    }
    for (uint32_t i = 0; i < config->vm_count && status == SIM_OK; i++)
        status = vm_power(layers, i, change_at_s, config, error);
    return status;
}
