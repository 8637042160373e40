/*
 * When VMs are on: power_on_s and power_off_s of each VM, and the entries of the schedule. While a
 * VM is on, its guest can reboot, or write all pages that it shares.
 *
 * The hazard is an order that makes no sense, such as a VM that is powered on twice: on and off
 * must take turns, each later than the one before, and a reboot must come between them.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/config/layers.h"

const char *const config_power_words[CONFIG_POWERS] = {"power_off", "power_on", "reboot",
                                                       "write_shared"};

struct moment {
    double at_s;
    enum config_power_kind kind;
    const char *origin; /* NULL: power_on_s or power_off_s of the VM */
};

/* CONFIG_POWERS: the entry is of a tunable. */
static enum config_power_kind kind_of(const struct config_change_layer *layer)
{
    unsigned kind = 0;
    while (kind < CONFIG_POWERS && layer->power[kind].text == NULL)
        kind++;
    return (enum config_power_kind)kind;
}

bool config_is_power(const struct config_change_layer *layer)
{
    return kind_of(layer) != CONFIG_POWERS;
}

static const struct sim_value *vm_of(const struct config_change_layer *layer)
{
    return &layer->power[kind_of(layer)];
}

/* Does it say more than one thing? */
static bool is_mixed(const struct config_change_layer *layer)
{
    unsigned said = layer->key.text != NULL || layer->value.text != NULL;
    for (unsigned kind = 0; kind < CONFIG_POWERS; kind++)
        said += layer->power[kind].text != NULL;
    return said > 1;
}

/* ---- Names -------------------------------------------------------------------------------- */

int config_power_names(const struct config_file *layers, struct sim_error *error)
{
    int status = SIM_OK;
    for (uint32_t i = 0; i < layers->change_count && status == SIM_OK; i++) {
        const struct config_change_layer *change = &layers->changes[i];
        if (!config_is_power(change))
            continue;
        if (is_mixed(change))
            return sim_error_set(error, SIM_USAGE,
                                 "%s: schedule: expected one of set, power_on, power_off, "
                                 "reboot and write_shared, found two",
                                 change->origin);
        status = config_vm_named(layers, config_power_words[kind_of(change)], vm_of(change), error);
    }
    return status;
}

/* ---- Moments ------------------------------------------------------------------------------ */

static int by_time(const void *a, const void *b)
{
    double first = ((const struct moment *)a)->at_s;
    double second = ((const struct moment *)b)->at_s;
    return (first > second) - (first < second);
}

static int turns_check(const struct config_vm *vm, const char *origin, const struct moment *moments,
                       uint32_t count, struct sim_error *error)
{
    static const char *const done[CONFIG_POWERS] = {"powered off", "powered on", "rebooted",
                                                    "written"};
    bool is_on = false;
    for (uint32_t i = 0; i < count; i++) {
        const struct moment *moment = &moments[i];
        const struct moment *before = i > 0 ? moment - 1 : NULL;
        bool late = before == NULL || before->at_s < moment->at_s;
        if (is_on == (moment->kind != CONFIG_POWER_ON) && late) {
            is_on = moment->kind != CONFIG_POWER_OFF;
            continue;
        }
        const char *where = moment->origin;
        if (where == NULL && before != NULL)
            where = before->origin;
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected VM %s to be powered on and off in turn, found it %s at "
                             "%.10g s where it is %s",
                             where != NULL ? where : origin, vm->name, done[moment->kind],
                             moment->at_s,
                             !late   ? "changed at the same time"
                             : is_on ? "on"
                                     : "off");
    }
    return SIM_OK;
}

/* Every moment at which one VM is powered on or off. */
static int vm_check(const struct config_file *layers, uint32_t vm,
                    const struct experiment_config *config, const char *const *origins,
                    struct sim_error *error)
{
    const struct config_vm *of = &config->vms[vm];
    struct moment *moments = calloc(config->power_count + 2, sizeof *moments);
    uint32_t count = 0;
    if (moments == NULL)
        return sim_error_set(error, SIM_SYSTEM, "no memory for the schedule");
    moments[count++] = (struct moment){of->power_on_s, CONFIG_POWER_ON, NULL};
    if (!isinf(of->power_off_s))
        moments[count++] = (struct moment){of->power_off_s, CONFIG_POWER_OFF, NULL};
    for (uint32_t i = 0; i < config->power_count; i++) {
        const struct config_power *power = &config->powers[i];
        if (power->vm == vm &&
            power->kind != CONFIG_WRITE_SHARED) /* does nothing while it is off */
            moments[count++] = (struct moment){power->at_s, power->kind, origins[i]};
    }
    qsort(moments, count, sizeof *moments, by_time);
    int status = turns_check(of, layers->vms[vm].origin, moments, count, error);
    free(moments);
    return status;
}

int config_power_resolve(struct config_file *layers, const double *change_at_s,
                         struct experiment_config *config, struct sim_error *error)
{
    const char **origins =
        sim_memory_get(&layers->memory, layers->change_count * sizeof *origins + 1);
    int status = SIM_OK;
    config->powers =
        sim_memory_get(&config->memory, layers->change_count * sizeof *config->powers + 1);
    for (uint32_t i = 0; i < layers->change_count; i++) {
        const struct config_change_layer *change = &layers->changes[i];
        uint32_t vm = config_is_power(change) ? config_vm_number(config, vm_of(change)->text)
                                              : config->vm_count;
        if (vm == config->vm_count) /* a tunable, or a VM that takes no part */
            continue;
        origins[config->power_count] = vm_of(change)->origin;
        config->powers[config->power_count++] =
            (struct config_power){change_at_s[i], vm, kind_of(change)};
    }
    for (uint32_t i = 0; i < config->vm_count && config->power_count > 0 && status == SIM_OK; i++)
        status = vm_check(layers, i, config, origins, error);
    return status;
}
