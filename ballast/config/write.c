/*
 * A resolved experiment as text: as parameters, and as a file that could be run again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/config/rows.h"
#include "sim/memory.h"

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

static void members_params(const struct param_sink *sink, const struct experiment_config *config)
{
    for (uint32_t i = 0; i < config->chosen_count; i++) {
        const struct config_member *member = &config->chosen[i];
        for (uint32_t k = 0; k < member->count; k++) {
            char key[160], value[24];
            snprintf(key, sizeof key, "%s.%.60s.%.60s", config_seams[member->seam].name,
                     member->name, member->rows[k].name);
            snprintf(value, sizeof value, "%u", member->values[k]);
            sink->take(sink->context, key, value);
        }
    }
}

static const void *part_of(const struct experiment_config *config, uint32_t part)
{
    return (const char *)config + config_parts[part].offset;
}

/* Changes and power changes as one list in order of time. */
static void schedule_each(const struct experiment_config *config,
                          void (*change)(void *context, uint32_t number,
                                         const struct config_change *entry),
                          void (*power)(void *context, uint32_t number, const char *vm,
                                        const struct config_power *entry),
                          void *context)
{
    uint32_t changes = 0, powers = 0;
    while (changes < config->change_count || powers < config->power_count) {
        bool is_power = changes == config->change_count ||
                        (powers < config->power_count &&
                         config->powers[powers].at_s < config->changes[changes].at_s);
        uint32_t number = changes + powers + 1;
        if (is_power)
            power(context, number, config->vms[config->powers[powers].vm].name,
                  &config->powers[powers]);
        else
            change(context, number, &config->changes[changes]);
        powers += is_power;
        changes += !is_power;
    }
}

static void change_param(void *context, uint32_t number, const struct config_change *entry)
{
    const struct param_sink *sink = context;
    char key[80], value[80];
    snprintf(key, sizeof key, "schedule.%u.%s", number, entry->key);
    snprintf(value, sizeof value, "%.15g s: %s", entry->at_s, entry->value);
    sink->take(sink->context, key, value);
}

static void power_param(void *context, uint32_t number, const char *vm,
                        const struct config_power *entry)
{
    const struct param_sink *sink = context;
    char key[80], value[80];
    snprintf(key, sizeof key, "schedule.%u.%s", number, config_power_words[entry->kind]);
    snprintf(value, sizeof value, "%.15g s: %s", entry->at_s, vm);
    sink->take(sink->context, key, value);
}

static void fault_params(const struct param_sink *sink, const struct config_fault *fault)
{
    for (uint32_t i = 0; i < config_fault_section.count; i++) {
        const struct sim_row *row = &config_fault_section.rows[i];
        char key[80], value[SIM_ROW_TEXT_BYTES];
        snprintf(key, sizeof key, "fault.%u.%s", fault->number, row->key);
        if (config_fault_has(fault->kind, row->key) && sim_row_print(row, fault, value))
            sink->take(sink->context, key, value);
    }
}

void config_each_param(const struct experiment_config *config,
                       void (*take)(void *context, const char *key, const char *value),
                       void *context)
{
    struct param_sink sink = {take, context};
    section_params(&sink, "", &config_top_section, config);
    for (uint32_t i = 0; i < CONFIG_PARTS; i++) {
        char prefix[80];
        snprintf(prefix, sizeof prefix, "%s.", config_parts[i].name);
        section_params(&sink, prefix, config_parts[i].section(), part_of(config, i));
        if (i == CONFIG_POLICY)
            section_params(&sink, prefix, config_names_section(), &config->names);
    }
    members_params(&sink, config);
    for (uint32_t i = 0; i < config->vm_count; i++)
        vm_params(&sink, &config->vms[i]);
    schedule_each(config, change_param, power_param, &sink);
    for (uint32_t i = 0; i < config->fault_count; i++)
        fault_params(&sink, &config->faults[i]);
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
        bool is_text = section->rows[i].type == SIM_ROW_TEXT ||
                       section->rows[i].type == SIM_ROW_FILE ||
                       section->rows[i].type == SIM_ROW_NAME;
        if (is_text)
            yaml_text(out, value);
        else
            fputs(value, out);
        fputc('\n', out);
        first = indent;
    }
}

/* Those members of a seam that run and have parameters. */
static void yaml_members(FILE *out, const struct experiment_config *config,
                         enum config_seam_number seam)
{
    bool headed = false;
    for (uint32_t i = 0; i < config->chosen_count; i++) {
        const struct config_member *member = &config->chosen[i];
        if (member->seam != seam || member->count == 0)
            continue;
        if (!headed)
            fprintf(out, "%s:\n", config_seams[seam].name);
        headed = true;
        fprintf(out, "  %s:\n", member->name);
        for (uint32_t k = 0; k < member->count; k++)
            fprintf(out, "    %s: %u\n", member->rows[k].name, member->values[k]);
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

static void change_yaml(void *context, uint32_t number, const struct config_change *entry)
{
    (void)number;
    fprintf(context, "  - at_s: %.17g\n    set: %s\n    value: %s\n", entry->at_s, entry->key,
            entry->value);
}

static void power_yaml(void *context, uint32_t number, const char *vm,
                       const struct config_power *entry)
{
    (void)number;
    fprintf(context, "  - at_s: %.17g\n    %s: ", entry->at_s, config_power_words[entry->kind]);
    yaml_text(context, vm);
    fputc('\n', context);
}

static void fault_yaml(FILE *out, const struct config_fault *fault)
{
    const char *first = "  - ";
    for (uint32_t i = 0; i < config_fault_section.count; i++) {
        const struct sim_section row = {"", &config_fault_section.rows[i], 1};
        if (!config_fault_has(fault->kind, row.rows->key))
            continue;
        yaml_section(out, first, "", &row, fault);
        first = "    ";
    }
}

char *config_yaml(const struct experiment_config *config)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = sim_memory_stream(&text, &bytes);

    yaml_section(out, "", "", &config_top_section, config);
    for (uint32_t i = 0; i < CONFIG_PARTS; i++) {
        fprintf(out, "%s:\n", config_parts[i].name);
        if (i == CONFIG_POLICY)
            fprintf(out, "  preset: %s\n", CONFIG_POLICY_PRESET);
        yaml_section(out, "  ", "  ", config_parts[i].section(), part_of(config, i));
        if (i == CONFIG_POLICY)
            yaml_section(out, "  ", "  ", config_names_section(), &config->names);
    }
    for (uint32_t i = 0; i < CONFIG_SEAMS; i++)
        yaml_members(out, config, (enum config_seam_number)i);
    fprintf(out, "vms:\n");
    for (uint32_t i = 0; i < config->vm_count; i++)
        yaml_vm(out, &config->vms[i]);
    if (config->change_count + config->power_count > 0)
        fprintf(out, "schedule:\n");
    schedule_each(config, change_yaml, power_yaml, out);
    if (config->fault_count > 0)
        fprintf(out, "faults:\n");
    for (uint32_t i = 0; i < config->fault_count; i++)
        fault_yaml(out, &config->faults[i]);
    fclose(out);
    return text;
}
