/*
 * "key=value" from a command line, a variant or a schedule, put over the layers of a file.
 *
 * Keys: duration_s; machine.swap_mb; policy.idle_tax; record.optimum; vm.NAME.shares;
 * vm.NAME.boot.early_s; vm.NAME.dbench.clients; and vms: a number, only the first so many VMs, or
 * PREFIX*, only those whose names begin so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/config/layers.h"

static int no_such_key(const struct sim_section *section, const char *key, const char *origin,
                       struct sim_error *error)
{
    char known[500] = "";
    size_t length = 0;
    for (uint32_t i = 0; i < section->count && length < sizeof known; i++)
        length += (size_t)snprintf(known + length, sizeof known - length, "%s%s", i > 0 ? ", " : "",
                                   section->rows[i].key);
    return sim_error_set(error, SIM_USAGE, "%s: expected a key of %s (%s), found '%s'", origin,
                         section->name, known, key);
}

static int section_set(const struct sim_section *section, struct sim_values *values,
                       const char *key, struct sim_value value, struct sim_error *error)
{
    int row = sim_row_find(section, key);
    if (row < 0)
        return no_such_key(section, key, value.origin, error);
    values->at[row] = value;
    return SIM_OK;
}

static struct config_vm_layer *vm_find(struct config_file *file, const char *name, size_t length)
{
    int row = sim_row_find(&config_vm_section, "name");
    for (uint32_t i = 0; i < file->vm_count; i++) {
        const char *text = file->vms[i].vm.at[row].text;
        if (text != NULL && strlen(text) == length && strncmp(text, name, length) == 0)
            return &file->vms[i];
    }
    return NULL;
}

/* `key` is what follows "vm.": "linux.shares", "linux.boot.early_s". */
static int vm_set(struct config_file *file, const char *key, struct sim_value value,
                  struct sim_error *error)
{
    size_t length = strcspn(key, ".");
    struct config_vm_layer *vm = vm_find(file, key, length);
    if (vm == NULL)
        return sim_error_set(error, SIM_USAGE, "%s: expected the name of a VM, found '%.*s'",
                             value.origin, (int)length, key);
    key += length + (key[length] == '.');

    size_t inner = strcspn(key, ".");
    if (key[inner] == '\0') {
        if (sim_row_find(&config_guest_section, key) >= 0)
            return section_set(&config_guest_section, &vm->guest, key, value, error);
        return section_set(&config_vm_section, &vm->vm, key, value, error);
    }
    if (strncmp(key, "boot.", inner + 1) == 0)
        return section_set(&config_boot_section, &vm->boot, key + inner + 1, value, error);
    const struct sim_section *work = &vm->row->keys;
    if (wl_row_find(key, inner) != vm->row)
        return sim_error_set(error, SIM_USAGE, "%s: expected boot or %s, found '%.*s'",
                             value.origin, work->name, (int)inner, key);
    key += inner + 1;
    if (vm->row->start != NULL && sim_row_find(&config_workload_section, key) >= 0)
        return section_set(&config_workload_section, &vm->workload, key, value, error);
    return section_set(work, &vm->work, key, value, error);
}

/* Keeps the VMs whose names begin with the first `length` bytes of `prefix`; their number. */
static uint32_t vms_keep(struct config_file *file, const char *prefix, size_t length)
{
    int row = sim_row_find(&config_vm_section, "name");
    uint32_t kept = 0;
    for (uint32_t i = 0; i < file->vm_count; i++) {
        const char *name = file->vms[i].vm.at[row].text;
        if (name != NULL && strncmp(name, prefix, length) == 0)
            file->vms[kept++] = file->vms[i];
    }
    return kept;
}

static int vms_set(struct config_file *file, struct sim_value value, struct sim_error *error)
{
    char *end;
    size_t length = strlen(value.text);
    if (length > 0 && value.text[length - 1] == '*') {
        uint32_t kept = vms_keep(file, value.text, length - 1);
        if (kept == 0)
            return sim_error_set(error, SIM_USAGE,
                                 "%s: expected a pattern that matches the name of a VM, found '%s'", value.origin,
                                 value.text);
        file->vm_count = kept;
        return SIM_OK;
    }
    unsigned long count = strtoul(value.text, &end, 10);
    if (*end != '\0' || value.text[0] == '-' || count < 1 || count > file->vm_count)
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected how many VMs take part, 1 to %u, found '%s'",
                             value.origin, file->vm_count, value.text);
    file->vm_count = (uint32_t)count;
    return SIM_OK;
}

/* What follows `name` and a dot in `key`, or NULL. */
static const char *inside(const char *key, const char *name)
{
    size_t length = strlen(name);
    return strncmp(key, name, length) == 0 && key[length] == '.' ? key + length + 1 : NULL;
}

int config_set(struct config_file *file, const char *origin, const char *set,
               struct sim_error *error)
{
    size_t length = strcspn(set, "=");
    if (set[length] == '\0' || length == 0)
        return sim_error_set(error, SIM_USAGE, "%s: expected key=value, found '%s'", origin, set);

    struct sim_memory *memory = &file->memory;
    const char *key = sim_memory_text(memory, "%.*s", (int)length, set), *rest;
    struct sim_value value = {sim_memory_text(memory, "%s", set + length + 1),
                              sim_memory_text(memory, "%s %s", origin, key)};
    if (strcmp(key, "vms") == 0)
        return vms_set(file, value, error);
    if ((rest = inside(key, "vm")) != NULL)
        return vm_set(file, rest, value, error);
    if ((rest = inside(key, "policy")) != NULL)
        return section_set(config_policy_section(), &file->policy, rest, value, error);
    if ((rest = inside(key, "machine")) != NULL)
        return section_set(&config_machine_section, &file->machine, rest, value, error);
    if ((rest = inside(key, "record")) != NULL)
        return section_set(&config_record_section, &file->record, rest, value, error);
    return section_set(&config_top_section, &file->top, key, value, error);
}

int config_sets_add(struct config_sets *sets, const char *set, struct sim_error *error)
{
    if (sets->count == CONFIG_SETS_MOST)
        return sim_error_set(error, SIM_USAGE, "--set: expected at most %u of them",
                             CONFIG_SETS_MOST);
    sets->at[sets->count++] = set;
    return SIM_OK;
}
