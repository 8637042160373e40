/*
 * What breaks during a run: the list `faults` of an experiment's file. fault_kinds.def has the
 * kinds.
 *
 * The hazard is a fault that does nothing, because its key is of another kind or its VM has no
 * balloon driver: it is refused.
 */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/config/layers.h"

const struct config_fault_kind_row config_fault_kinds[CONFIG_FAULTS] = {
#define CONFIG_FAULT(id, name, target, keys, needed, help)                                         \
    {name, CONFIG_FAULT_OF_##target, keys, needed, help},
#include "ballast/config/fault_kinds.def"
#undef CONFIG_FAULT
};

/* "|one|other" */
static const char kind_names[] =
#define CONFIG_FAULT(id, name, target, keys, needed, help) "|" name
#include "ballast/config/fault_kinds.def"
#undef CONFIG_FAULT
    ;

#define AT(field) offsetof(struct config_fault, field)
static const struct sim_row fault_rows[] = {
    {"at_s", SIM_ROW_REAL, AT(at_s), 0, WL_SECONDS_MOST, NULL, true, "s", "when the fault begins"},
    {"kind", SIM_ROW_CHOICE, AT(kind), 0, 0, NULL, true, kind_names + 1, "what breaks"},
    {"vm", SIM_ROW_TEXT, AT(vm_name), 0, 0, NULL, false, "", "the VM that it happens to"},
    {"for_s", SIM_ROW_REAL_OR_NONE, AT(for_s), 0.001, WL_SECONDS_MOST, "none", false, "s",
     "how long it lasts; none: to the end of the run"},
    {"share", SIM_ROW_FRACTION, AT(share_bp), 0, 1, "1", false, "fraction",
     "how many of the pages fail, each by chance"},
    {"factor", SIM_ROW_REAL, AT(factor), 1, 1000, "10", false, "",
     "how many times as long it takes"},
    {"capacity_mb", SIM_ROW_REAL, AT(capacity_mb), 0, WL_MB_MOST, "0", false, "MB",
     "what the device still holds"},
    {"lost_mb", SIM_ROW_REAL, AT(lost_mb), 0, WL_MB_MOST, "0", false, "MB",
     "how much machine memory goes"},
    {"pages_s", SIM_ROW_REAL, AT(pages_s), 1, 1000000, "1000", false, "pages/s",
     "how many pages it reports, or takes"},
};
#undef AT

const struct sim_section config_fault_section = SIM_SECTION("fault", fault_rows);

static const struct sim_value *value_of(const struct config_fault_layer *layer, const char *key)
{
    return &layer->values.at[sim_row_find(&config_fault_section, key)];
}

bool config_fault_has(enum config_fault_kind kind, const char *key)
{
    const struct config_fault_kind_row *row = &config_fault_kinds[kind];
    size_t length = strlen(key);
    if (strcmp(key, "at_s") == 0 || strcmp(key, "kind") == 0)
        return true;
    if (strcmp(key, "vm") == 0)
        return row->target != CONFIG_FAULT_OF_HOST;
    for (const char *word = row->keys; *word != '\0'; word += strspn(word, ", ")) {
        size_t word_length = strcspn(word, ",");
        if (word_length == length && strncmp(word, key, length) == 0)
            return true;
        word += word_length;
    }
    return false;
}

/* ---- Checks ------------------------------------------------------------------------------- */

static int keys_check(const struct config_fault_layer *layer, enum config_fault_kind kind,
                      struct sim_error *error)
{
    const struct config_fault_kind_row *row = &config_fault_kinds[kind];
    for (uint32_t i = 0; i < config_fault_section.count; i++) {
        const char *key = config_fault_section.rows[i].key;
        if (layer->values.at[i].text != NULL && !config_fault_has(kind, key))
            return sim_error_set(error, SIM_USAGE,
                                 "%s: %s: expected one of the keys at_s, kind%s%s%s, found %s",
                                 layer->values.at[i].origin, row->name,
                                 row->target != CONFIG_FAULT_OF_HOST ? ", vm" : "",
                                 row->keys[0] != '\0' ? ", " : "", row->keys, key);
    }
    if (row->target != CONFIG_FAULT_OF_HOST && value_of(layer, "vm")->text == NULL)
        return sim_error_set(error, SIM_USAGE,
                             "%s: %s: expected the key 'vm' (the VM that it happens to), found "
                             "none",
                             layer->origin, row->name);
    if (row->needed[0] != '\0' && value_of(layer, row->needed)->text == NULL)
        return sim_error_set(
            error, SIM_USAGE, "%s: %s: expected the key '%s' (%s), found none", layer->origin,
            row->name, row->needed,
            config_fault_section.rows[sim_row_find(&config_fault_section, row->needed)].help);
    return SIM_OK;
}

int config_fault_names(const struct config_file *layers, struct sim_error *error)
{
    int status = SIM_OK;
    for (uint32_t i = 0; i < layers->fault_count && status == SIM_OK; i++) {
        const struct sim_value *vm = value_of(&layers->faults[i], "vm");
        if (vm->text != NULL)
            status = config_vm_named(layers, "vm", vm, error);
    }
    return status;
}

static int target_check(const struct config_fault_layer *layer, const struct config_vm *vm,
                        enum config_fault_kind kind, struct sim_error *error)
{
    enum config_fault_target target = config_fault_kinds[kind].target;
    bool has_os = vm->guest.os != GUEST_BARE;
    const char *expected = NULL;
    if (target == CONFIG_FAULT_OF_DRIVER && (!has_os || isinf(vm->boot.balloon_s)))
        expected = "a VM with a balloon driver (boot.balloon_s)";
    if (target == CONFIG_FAULT_OF_GUEST && !has_os)
        expected = "a VM whose guest is an operating system";
    if (expected == NULL)
        return SIM_OK;
    return sim_error_set(error, SIM_USAGE, "%s: %s: expected %s, found %s",
                         value_of(layer, "vm")->origin, config_fault_kinds[kind].name, expected,
                         vm->name);
}

/* ---- From layers to faults ---------------------------------------------------------------- */

int config_fault_set(struct config_file *layers, const char *key, const struct sim_value *value,
                     struct sim_values **values, const char **inner, struct sim_error *error)
{
    char *end;
    unsigned long number = strtoul(key, &end, 10);
    if (end == key || *end != '.' || number < 1 || number > layers->fault_count)
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected fault.N.KEY, N the number of one of %u faults",
                             value->origin, layers->fault_count);
    *values = &layers->faults[number - 1].values;
    *inner = end + 1;
    return SIM_OK;
}

int config_faults_resolve(const struct config_file *layers, struct experiment_config *config,
                          struct sim_error *error)
{
    config->faults =
        sim_memory_get(&config->memory, layers->fault_count * sizeof *config->faults + 1);
    for (uint32_t i = 0; i < layers->fault_count; i++) {
        const struct config_fault_layer *layer = &layers->faults[i];
        struct config_fault fault = {.number = i + 1};
        int status = sim_section_parse(&config_fault_section, &layer->values, layer->origin, &fault,
                                       &config->memory, error);
        if (status == SIM_OK)
            status = keys_check(layer, fault.kind, error);
        if (status != SIM_OK)
            return status;
        if (fault.vm_name != NULL)
            fault.vm = config_vm_number(config, fault.vm_name);
        if (fault.vm == config->vm_count)
            continue; /* it takes no part */
        if (fault.vm_name != NULL)
            status = target_check(layer, &config->vms[fault.vm], fault.kind, error);
        if (status != SIM_OK)
            return status;
        config->faults[config->fault_count++] = fault;
    }
    return SIM_OK;
}
