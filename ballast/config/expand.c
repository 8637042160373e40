/*
 * An entry of the list of VMs that stands for several equal VMs.
 *
 * The hazard is a number that no machine could hold: the whole list is counted before any of it is
 * made.
 */
#include <stdio.h>
#include <string.h>

#include "ballast/config/layers.h"

/* 0: the entry is one VM with the name that it gives. */
static int entry_count(const struct config_vm_layer *entry, uint32_t *count,
                       struct sim_memory *memory, struct sim_error *error)
{
    struct config_entry parsed = {0};
    int status = sim_section_parse(&config_entry_section, &entry->entry, entry->origin, &parsed,
                                   memory, error);
    *count = parsed.count;
    return status;
}

static int entries_count(struct config_file *layers, uint32_t *total, struct sim_error *error)
{
    *total = 0;
    for (uint32_t i = 0; i < layers->vm_count; i++) {
        uint32_t count;
        int status = entry_count(&layers->vms[i], &count, &layers->memory, error);
        if (status != SIM_OK)
            return status;
        *total += count > 0 ? count : 1;
        if (*total > CONFIG_VMS_MOST)
            return sim_error_set(error, SIM_USAGE, "%s: vms: expected at most %u VMs, found more",
                                 layers->vms[i].origin, CONFIG_VMS_MOST);
    }
    return SIM_OK;
}

static void vm_number(struct config_vm_layer *vm, uint32_t number, struct sim_memory *memory)
{
    struct sim_value *name = &vm->vm.at[sim_row_find(&config_vm_section, "name")];
    if (name->text != NULL)
        name->text = sim_memory_text(memory, "%s%u", name->text, number);
}

int config_entries_expand(struct config_file *layers, struct sim_error *error)
{
    uint32_t total, made = 0;
    int status = entries_count(layers, &total, error);
    if (status != SIM_OK)
        return status;
    struct config_vm_layer *vms = sim_memory_get(&layers->memory, total * sizeof *vms + 1);
    for (uint32_t i = 0; i < layers->vm_count; i++) {
        uint32_t count = 0;
        entry_count(&layers->vms[i], &count, &layers->memory, error);
        if (count == 0)
            vms[made++] = layers->vms[i];
        for (uint32_t k = 1; k <= count; k++) {
            vms[made] = layers->vms[i];
            vm_number(&vms[made++], k, &layers->memory);
        }
    }
    layers->vms = vms;
    layers->vm_count = total;
    return SIM_OK;
}
