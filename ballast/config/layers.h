/*
 * An experiment's file as it was written: every value still text, each with its place.
 */
#ifndef CONFIG_LAYERS_H
#define CONFIG_LAYERS_H

#include "ballast/config/rows.h"

struct config_vm_layer {
    const char *origin; /* where its entry in the list begins */
    struct sim_values vm, guest, boot;
    const struct wl_row *row;         /* of the workload */
    struct sim_values work, workload; /* its own keys; those that every workload has */
};

struct config_change_layer {
    struct sim_value at_s, key, value;
    const char *origin;
};

struct config_variant_layer {
    const char *name;       /* as given, or what it changes */
    struct sim_value *sets; /* "key=value" */
    uint32_t set_count;
};

struct config_file {
    const char *path, *base_dir, *presets_dir;
    struct sim_values top, machine, policy, record;
    struct sim_value machine_preset, policy_preset;
    struct config_vm_layer *vms;
    uint32_t vm_count;
    struct config_change_layer *changes;
    uint32_t change_count;
    struct config_variant_layer *variants;
    uint32_t variant_count;
    struct sim_memory memory;
};

/* Presets: what `values` gives already stays. They are looked up by name, in the folder `presets`
 * beside the file first. */
int config_preset_machine(struct config_file *file, struct sim_error *error);
int config_preset_guest(struct config_file *file, struct config_vm_layer *vm,
                        struct sim_error *error);

/* Puts one "key=value" over the layers in `file`. */
int config_set(struct config_file *file, const char *origin, const char *set,
               struct sim_error *error);

/* `text` after a comma; alone where `list` is empty. */
const char *config_joined(struct sim_memory *memory, const char *list, const char *text);

#endif
