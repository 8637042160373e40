/*
 * Reads an experiment's file and the presets that it names, and remembers where every value stands.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ballast/config/layers.h"
#include "ballast/config/outline.h"
#include "ballast/config/schema.h"
#include "ballast/config/yaml.h"
#include "sim/file.h"

/* ---- Reading a document ------------------------------------------------------------------ */

struct document {
    const char *path;
    char *text;
    void *raw; /* as libcyaml filled it */
    struct config_outline outline;
    const struct cyaml_schema_value *schema;
    struct sim_memory *memory; /* for what outlives the document */
};

static int document_load(struct document *document, struct sim_error *error)
{
    int status = sim_file_text(document->path, &document->text, error);
    if (status != SIM_OK)
        return status;
    status =
        config_yaml_parse(document->text, document->path, document->schema, &document->raw, error);
    if (status != SIM_OK)
        return status;
    return config_outline_init(&document->outline, document->text, document->path, error);
}

static void document_free(struct document *document)
{
    config_yaml_free(document->schema, document->raw);
    config_outline_fini(&document->outline);
    free(document->text);
}

/* ---- From libcyaml's shape to ours ------------------------------------------------------- */

static const char *origin_of(const struct document *document, const char *path)
{
    return sim_memory_text(document->memory, "%s:%u", document->path,
                           config_outline_nearest(&document->outline, path)->line);
}

static struct config_value value_of(const struct document *document, const char *text,
                                    const char *path)
{
    if (text == NULL)
        return (struct config_value){0};
    return (struct config_value){sim_memory_text(document->memory, "%s", text),
                                 origin_of(document, path)};
}

/* `prefix` is "" or ends with a dot. */
static void values_of(const struct document *document, const struct config_section *section,
                      const struct raw_section *raw, const char *prefix,
                      struct config_values *values)
{
    for (uint32_t i = 0; raw != NULL && i < section->count; i++) {
        char path[200];
        snprintf(path, sizeof path, "%s%s", prefix, section->rows[i].key);
        values->at[i] = value_of(document, raw->text[i], path);
    }
}

static struct config_value preset_of(const struct document *document, const struct raw_section *raw,
                                     const char *path)
{
    return raw == NULL ? (struct config_value){0}
                       : value_of(document, raw->text[CONFIG_ROWS_MOST], path);
}

static int vm_of(const struct document *document, const struct raw_vm *raw, uint32_t index,
                 struct config_vm_layer *vm, struct sim_error *error)
{
    char entry[40], prefix[80];
    uint32_t kinds = 0;

    snprintf(entry, sizeof entry, "vms.%u", index);
    snprintf(prefix, sizeof prefix, "%s.", entry);
    vm->origin = origin_of(document, entry);
    values_of(document, &config_vm_section, &raw->keys, prefix, &vm->vm);
    values_of(document, &config_guest_section, &raw->guest, prefix, &vm->guest);
    snprintf(prefix, sizeof prefix, "%s.boot.", entry);
    values_of(document, &config_boot_section, raw->boot, prefix, &vm->boot);

    vm->kind = CONFIG_IDLE;
    for (uint32_t kind = 0; raw->workload != NULL && kind < CONFIG_WORKLOADS; kind++) {
        const struct config_section *section = &config_workload_sections[kind];
        if (raw->workload->kinds[kind] == NULL)
            continue;
        kinds++;
        vm->kind = (enum config_workload_kind)kind;
        snprintf(prefix, sizeof prefix, "%s.workload.%s.", entry, section->name);
        values_of(document, section, raw->workload->kinds[kind], prefix, &vm->workload);
    }
    if (kinds == 1)
        return SIM_OK;
    snprintf(prefix, sizeof prefix, "%s.workload", entry);
    return sim_error_set(error, SIM_USAGE,
                         "%s: expected exactly one workload of idle, dbench, trace, application, "
                         "device_io, toucher, fill, pages, found %u",
                         origin_of(document, prefix), kinds);
}

static void change_of(const struct document *document, const struct raw_change *raw, uint32_t index,
                      struct config_change_layer *change)
{
    char path[60];
    snprintf(path, sizeof path, "schedule.%u", index);
    change->origin = origin_of(document, path);
    snprintf(path, sizeof path, "schedule.%u.at_s", index);
    change->at_s = value_of(document, raw->at_s, path);
    snprintf(path, sizeof path, "schedule.%u.set", index);
    change->key = value_of(document, raw->set, path);
    snprintf(path, sizeof path, "schedule.%u.value", index);
    change->value = value_of(document, raw->value, path);
}

static void variant_of(const struct document *document, const struct raw_variant *raw,
                       uint32_t index, struct config_variant_layer *variant)
{
    char path[60];
    variant->name = raw->name != NULL ? sim_memory_text(document->memory, "%s", raw->name) : "";
    variant->set_count = raw->set_count;
    variant->sets = sim_memory_get(document->memory, raw->set_count * sizeof *variant->sets + 1);
    for (uint32_t i = 0; i < raw->set_count; i++) {
        snprintf(path, sizeof path, "variants.%u.set.%u", index, i);
        variant->sets[i] = value_of(document, raw->set[i], path);
        if (raw->name == NULL)
            variant->name = config_joined(document->memory, variant->name, raw->set[i]);
    }
}

/* Runs of two variants with one name would take each other's place in the database. */
static int variant_check(const struct document *document, const struct config_file *file,
                         uint32_t index, struct sim_error *error)
{
    for (uint32_t i = 0; i < index; i++) {
        char path[60];
        if (strcmp(file->variants[i].name, file->variants[index].name) != 0)
            continue;
        snprintf(path, sizeof path, "variants.%u", index);
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected a variant with a name of its own, found '%s' twice",
                             origin_of(document, path), file->variants[i].name);
    }
    return SIM_OK;
}

static int file_of(const struct document *document, const struct raw_file *raw,
                   struct config_file *file, struct sim_error *error)
{
    struct sim_memory *memory = &file->memory;
    values_of(document, &config_top_section, &raw->keys, "", &file->top);
    values_of(document, &config_machine_section, raw->machine, "machine.", &file->machine);
    values_of(document, config_policy_section(), raw->policy, "policy.", &file->policy);
    values_of(document, &config_record_section, raw->record, "record.", &file->record);
    file->machine_preset = preset_of(document, raw->machine, "machine.preset");
    file->policy_preset = preset_of(document, raw->policy, "policy.preset");

    file->vm_count = raw->vm_count;
    file->vms = sim_memory_get(memory, raw->vm_count * sizeof *file->vms + 1);
    for (uint32_t i = 0; i < raw->vm_count; i++) {
        int status = vm_of(document, &raw->vms[i], i, &file->vms[i], error);
        if (status != SIM_OK)
            return status;
    }
    file->change_count = raw->change_count;
    file->changes = sim_memory_get(memory, raw->change_count * sizeof *file->changes + 1);
    for (uint32_t i = 0; i < raw->change_count; i++)
        change_of(document, &raw->schedule[i], i, &file->changes[i]);

    file->variant_count = raw->variant_count;
    file->variants = sim_memory_get(memory, raw->variant_count * sizeof *file->variants + 1);
    for (uint32_t i = 0; i < raw->variant_count; i++) {
        variant_of(document, &raw->variants[i], i, &file->variants[i]);
        int status = variant_check(document, file, i, error);
        if (status != SIM_OK)
            return status;
    }
    return SIM_OK;
}

/* ---- Presets ----------------------------------------------------------------------------- */

static int preset_find(struct config_file *file, const char *kind, const struct config_value *name,
                       const char **path, struct sim_error *error)
{
    const char *folders[] = {sim_memory_text(&file->memory, "%s/presets", file->base_dir),
                             file->presets_dir};
    bool plain = strchr(name->text, '/') == NULL;
    for (uint32_t i = 0; plain && i < 2; i++) {
        *path = sim_memory_text(&file->memory, "%s/%s/%s.yaml", folders[i], kind, name->text);
        if (access(*path, R_OK) == 0)
            return SIM_OK;
    }
    return sim_error_set(error, SIM_USAGE, "%s: expected the name of a file in %s/%s, found '%s'",
                         name->origin, file->presets_dir, kind, name->text);
}

/* What is given already stays. */
static void values_inherit(struct config_values *values, const struct config_values *preset)
{
    for (uint32_t i = 0; i < CONFIG_ROWS_MOST; i++)
        if (values->at[i].text == NULL)
            values->at[i] = preset->at[i];
}

int config_preset_machine(struct config_file *file, struct sim_error *error)
{
    struct document document = {.schema = config_schema_machine(), .memory = &file->memory};
    if (file->machine_preset.text == NULL)
        return SIM_OK;
    int status = preset_find(file, "machine", &file->machine_preset, &document.path, error);
    if (status != SIM_OK)
        return status;
    status = document_load(&document, error);
    if (status == SIM_OK) {
        struct config_values preset = {0};
        values_of(&document, &config_machine_section, document.raw, "", &preset);
        values_inherit(&file->machine, &preset);
    }
    document_free(&document);
    return status;
}

int config_preset_guest(struct config_file *file, struct config_vm_layer *vm,
                        struct sim_error *error)
{
    struct document document = {.schema = config_schema_guest(), .memory = &file->memory};
    const struct config_value *name = &vm->vm.at[config_row_find(&config_vm_section, "guest")];
    if (name->text == NULL)
        return SIM_OK;
    int status = preset_find(file, "guest", name, &document.path, error);
    if (status != SIM_OK)
        return status;
    status = document_load(&document, error);
    if (status == SIM_OK) {
        const struct raw_vm *raw = document.raw;
        struct config_values guest = {0}, boot = {0};
        values_of(&document, &config_guest_section, &raw->guest, "", &guest);
        values_of(&document, &config_boot_section, raw->boot, "boot.", &boot);
        values_inherit(&vm->guest, &guest);
        values_inherit(&vm->boot, &boot);
    }
    document_free(&document);
    return status;
}

/* ---- Files ------------------------------------------------------------------------------- */

int config_file_load(const char *path, const char *presets_dir, struct config_file **out,
                     struct sim_error *error)
{
    struct config_file *file = calloc(1, sizeof *file);
    assert(file != NULL);
    const char *slash = strrchr(path, '/');
    file->path = sim_memory_text(&file->memory, "%s", path);
    file->base_dir =
        slash == NULL ? "." : sim_memory_text(&file->memory, "%.*s", (int)(slash - path), path);
    file->presets_dir = sim_memory_text(&file->memory, "%s", presets_dir);

    struct document document = {
        .path = file->path, .schema = config_schema_file(), .memory = &file->memory};
    int status = document_load(&document, error);
    if (status == SIM_OK)
        status = file_of(&document, document.raw, file, error);
    document_free(&document);
    if (status != SIM_OK) {
        config_file_free(file);
        file = NULL;
    }
    *out = file;
    return status;
}

void config_file_free(struct config_file *file)
{
    if (file == NULL)
        return;
    sim_memory_free(&file->memory);
    free(file);
}

uint32_t config_file_variant_count(const struct config_file *file)
{
    return file->variant_count > 0 ? file->variant_count : 1;
}

const char *config_file_variant_name(const struct config_file *file, uint32_t variant)
{
    return file->variant_count > 0 ? file->variants[variant].name : "";
}

const char *config_joined(struct sim_memory *memory, const char *list, const char *text)
{
    return sim_memory_text(memory, "%s%s%s", list, *list != '\0' ? "," : "", text);
}
