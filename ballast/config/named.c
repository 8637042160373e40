/*
 * VMs by their names, as faults and the schedule give them. A name is checked while every VM of the
 * file is still there: one that takes no part in a variant is no mistake.
 */
#include <string.h>

#include "ballast/config/layers.h"
#include "sim/nearest.h"

int config_vm_named(const struct config_file *layers, const char *what,
                    const struct sim_value *name, struct sim_error *error)
{
    int row = sim_row_find(&config_vm_section, "name");
    struct sim_nearest nearest;
    char hint[SIM_HINT_BYTES];
    sim_nearest_begin(&nearest, name->text);
    for (uint32_t i = 0; i < layers->vm_count; i++) {
        const char *of_vm = layers->vms[i].vm.at[row].text;
        if (of_vm == NULL)
            continue;
        if (strcmp(of_vm, name->text) == 0)
            return SIM_OK;
        sim_nearest_offer(&nearest, of_vm);
    }
    return sim_error_set(error, SIM_USAGE, "%s: %s: expected the name of a VM, found '%s'%s",
                         name->origin, what, name->text, sim_nearest_hint(hint, nearest.best));
}

uint32_t config_vm_number(const struct experiment_config *config, const char *name)
{
    uint32_t vm = 0;
    while (vm < config->vm_count && strcmp(config->vms[vm].name, name) != 0)
        vm++;
    return vm;
}
