/*
 * An experiment's file as it was written: every value still text, each with its place.
 */
#ifndef CONFIG_LAYERS_H
#define CONFIG_LAYERS_H

#include "ballast/config/rows.h"

struct config_vm_layer {
    const char *origin; /* where its entry in the list begins */
    uint32_t number;    /* of that entry */
    struct sim_values vm, guest, boot;
    struct sim_values entry;          /* of the list's entry, not of the VM: see rows.h */
    const struct wl_row *row;         /* of the workload */
    struct sim_values work, workload; /* its own keys; those that every workload has */
};

/* Either a tunable takes a value, or a VM is powered on or off, or its guest reboots. */
struct config_change_layer {
    struct sim_value at_s, key, value;
    struct sim_value power[CONFIG_POWERS]; /* the name of a VM, for one of them */
    const char *origin;
};

struct config_fault_layer {
    struct sim_values values;
    const char *origin;
};

struct config_variant_layer {
    const char *name;       /* as given, or what it changes */
    struct sim_value *sets; /* "key=value" */
    uint32_t set_count;
};

/* A parameter of a member: "static.key" of the seam. */
struct config_parameter_layer {
    enum config_seam_number seam;
    const char *key;
    struct sim_value value;
    struct config_parameter_layer *next;
};

struct config_file {
    const char *path, *base_dir, *presets_dir;
    struct sim_values top;
    struct sim_values parts[CONFIG_PARTS]; /* see rows.h */
    struct sim_value presets[CONFIG_PARTS];
    struct sim_values names;                   /* of members */
    struct config_parameter_layer *parameters; /* of members; the latest first */
    struct config_vm_layer *vms;
    uint32_t vm_count;
    bool is_alone; /* the one VM is to have memory enough: alone.c */
    struct config_change_layer *changes;
    uint32_t change_count;
    struct config_fault_layer *faults;
    uint32_t fault_count;
    struct config_variant_layer *variants;
    uint32_t variant_count;
    struct sim_memory memory;
};

/* Presets: what `values` gives already stays. They are looked up by name, in the folder `presets`
 * beside the file first. */
int config_preset_machine(struct config_file *file, struct sim_error *error);
int config_preset_policy(struct config_file *file, struct sim_error *error);
int config_preset_guest(struct config_file *file, struct config_vm_layer *vm,
                        struct sim_error *error);

/* Puts `variant` (which may be NULL) and then the "key=value" of a command line over the layers.
 * Entries of several VMs become several entries. *name becomes the variant's name followed by the
 * command line's keys in alphabetical order, each value in the one spelling of its row, so that
 * equal settings give equal names. */
int config_sets_apply(struct config_file *layers, const struct config_variant_layer *variant,
                      const char *const *sets, uint32_t set_count, const char **name,
                      struct sim_error *error);

/* members.c: who decides, and their parameters. */
void config_parameter_add(struct config_file *layers, enum config_seam_number seam, const char *key,
                          struct sim_value value);
int config_members_resolve(const struct config_file *layers, struct experiment_config *config,
                           struct sim_error *error);
/* Does every VM report to a governor or an estimator that needs it, and is the truth kept where an
 * estimator needs that? Called when the VMs are known. */
int config_reports_check(const struct config_file *layers, struct experiment_config *config,
                         struct sim_error *error);

/* An entry with `count: N` becomes N entries, named NAME1 .. NAMEN. */
int config_entries_expand(struct config_file *layers, struct sim_error *error);

/* alone.c: gives the only VM of `config` memory enough. */
void config_alone_resolve(struct experiment_config *config);

/* worst.c: puts the worst case of this name over the layers. */
int config_worst_apply(struct config_file *layers, const struct sim_value *name,
                       struct sim_error *error);

/* power.c: entries of the schedule that power a VM on or off. Their names are checked while every
 * VM of the file is still there. `change_at_s` has the time of each entry of the schedule. */
bool config_is_power(const struct config_change_layer *layer);
int config_power_names(const struct config_file *layers, struct sim_error *error);
int config_power_resolve(struct config_file *layers, const double *change_at_s,
                         struct experiment_config *config, struct sim_error *error);

/* named.c: refuses a name that no VM of the file has; `what` is the key that names it. */
int config_vm_named(const struct config_file *layers, const char *what,
                    const struct sim_value *name, struct sim_error *error);
/* Its number in the resolved configuration; vm_count: it takes no part. */
uint32_t config_vm_number(const struct experiment_config *config, const char *name);

/* overhead.c: no change of the policy takes more memory for overhead than there is. */
int config_overhead_check(const struct config_file *layers, const struct experiment_config *config,
                          struct sim_error *error);

/* faults.c: what breaks. The names of VMs are checked while every VM of the file is still there. */
int config_fault_names(const struct config_file *layers, struct sim_error *error);
int config_faults_resolve(const struct config_file *layers, struct experiment_config *config,
                          struct sim_error *error);
/* What `--set fault.KEY` sets: the values of a fault, and the key within them. `value` is for the
 * error. */
int config_fault_set(struct config_file *layers, const char *key, const struct sim_value *value,
                     struct sim_values **values, const char **inner, struct sim_error *error);

/* `text` after a comma; alone where `list` is empty. */
const char *config_joined(struct sim_memory *memory, const char *list, const char *text);

#endif
