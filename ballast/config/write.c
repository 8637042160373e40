/*
 * A resolved experiment as text: as parameters, and as a file that could be run again.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "ballast/config/rows.h"

struct param_sink {
    void (*take)(void *context, const char *key, const char *value);
    void *context;
};

static void section_params(const struct param_sink *sink, const char *prefix,
                           const struct sim_section *section, const void *base)
{
    for (uint32_t i = 0; i < section->count; i++) {
        char key[160], value[SIM_ROW_TEXT_BYTES];
        snprintf(key, sizeof key, "%s%s", prefix, section->rows[i].key);
        if (sim_row_print(&section->rows[i], base, value))
            sink->take(sink->context, key, value);
    }
}

static void vm_params(const struct param_sink *sink, const struct config_vm *vm)
{
    const struct wl_row *row = vm->workload.row;
    char prefix[80];

    snprintf(prefix, sizeof prefix, "vm.%s.", vm->name);
    section_params(sink, prefix, &config_vm_section, vm);
    section_params(sink, prefix, &config_guest_section, &vm->guest);
    snprintf(prefix, sizeof prefix, "vm.%s.boot.", vm->name);
    section_params(sink, prefix, &config_boot_section, &vm->boot);
    snprintf(prefix, sizeof prefix, "vm.%s.workload", vm->name);
    sink->take(sink->context, prefix, row->keys.name);
    snprintf(prefix, sizeof prefix, "vm.%s.%s.", vm->name, row->keys.name);
    section_params(sink, prefix, &row->keys, vm->workload.config);
    if (row->start != NULL)
        section_params(sink, prefix, &config_workload_section, &vm->workload);
}

void config_each_param(const struct experiment_config *config,
                       void (*take)(void *context, const char *key, const char *value),
                       void *context)
{
    struct param_sink sink = {take, context};
    section_params(&sink, "", &config_top_section, config);
    section_params(&sink, "machine.", &config_machine_section, &config->machine);
    section_params(&sink, "policy.", config_policy_section(), &config->tunables);
    section_params(&sink, "record.", &config_record_section, &config->record);
    for (uint32_t i = 0; i < config->vm_count; i++)
        vm_params(&sink, &config->vms[i]);
    for (uint32_t i = 0; i < config->change_count; i++) {
        const struct config_change *change = &config->changes[i];
        char key[80], value[80];
        snprintf(key, sizeof key, "schedule.%u.%s", i + 1, change->key);
        snprintf(value, sizeof value, "%.15g s: %s", change->at_s, change->value);
        take(context, key, value);
    }
}

/* ---- As YAML ----------------------------------------------------------------------------- */

static void yaml_text(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        if ((unsigned char)*text < 0x20)
            fprintf(out, "\\x%02x", (unsigned char)*text);
        else
            fputc(*text, out);
    }
    fputc('"', out);
}

/* Each row on a line of its own after `indent`; `first` replaces the first one's indentation. */
static void yaml_section(FILE *out, const char *first, const char *indent,
                         const struct sim_section *section, const void *base)
{
    for (uint32_t i = 0; i < section->count; i++) {
        char value[SIM_ROW_TEXT_BYTES];
        if (!sim_row_print(&section->rows[i], base, value))
            continue;
        fprintf(out, "%s%s: ", first, section->rows[i].key);
        if (section->rows[i].type == SIM_ROW_TEXT || section->rows[i].type == SIM_ROW_FILE)
            yaml_text(out, value);
        else
            fputs(value, out);
        fputc('\n', out);
        first = indent;
    }
}

static void yaml_vm(FILE *out, const struct config_vm *vm)
{
    const struct wl_row *row = vm->workload.row;
    yaml_section(out, "  - ", "    ", &config_vm_section, vm);
    yaml_section(out, "    ", "    ", &config_guest_section, &vm->guest);
    fprintf(out, "    boot:\n");
    yaml_section(out, "      ", "      ", &config_boot_section, &vm->boot);
    fprintf(out, "    workload:\n      %s:%s\n", row->keys.name, row->start == NULL ? " {}" : "");
    yaml_section(out, "        ", "        ", &row->keys, vm->workload.config);
    if (row->start != NULL)
        yaml_section(out, "        ", "        ", &config_workload_section, &vm->workload);
}

char *config_yaml(const struct experiment_config *config)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    assert(out != NULL);

    yaml_section(out, "", "", &config_top_section, config);
    fprintf(out, "machine:\n");
    yaml_section(out, "  ", "  ", &config_machine_section, &config->machine);
    fprintf(out, "policy:\n  preset: %s\n", CONFIG_POLICY_PRESET);
    yaml_section(out, "  ", "  ", config_policy_section(), &config->tunables);
    fprintf(out, "record:\n");
    yaml_section(out, "  ", "  ", &config_record_section, &config->record);
    fprintf(out, "vms:\n");
    for (uint32_t i = 0; i < config->vm_count; i++)
        yaml_vm(out, &config->vms[i]);
    if (config->change_count > 0)
        fprintf(out, "schedule:\n");
    for (uint32_t i = 0; i < config->change_count; i++)
        fprintf(out, "  - at_s: %.15g\n    set: %s\n    value: %s\n", config->changes[i].at_s,
                config->changes[i].key, config->changes[i].value);
    fclose(out);
    return text;
}

uint64_t config_hash(const char *yaml)
{
    return XXH64(yaml, strlen(yaml), 0);
}
