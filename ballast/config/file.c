/*
 * Reads an experiment's file and the presets that it names, and remembers where every value stands.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ballast/config/layers.h"
#include "ballast/config/yaml.h"
#include "sim/file.h"
#include "sim/memory.h"
#include "sim/nearest.h"

/* ---- Reading a document ------------------------------------------------------------------ */

struct document {
    const char *path;
    const struct config_node *root;
    struct sim_memory nodes;   /* what ends with the document */
    struct sim_memory *memory; /* what outlives it */
    struct sim_error *error;
};

static int document_load(struct document *document, const char *path, struct sim_memory *memory,
                         struct sim_error *error)
{
    char *text = NULL;
    *document = (struct document){.path = path, .memory = memory, .error = error};
    int status = sim_file_text(path, &text, error);
    if (status == SIM_OK)
        status = config_yaml_parse(text, path, &document->nodes, &document->root, error);
    free(text);
    return status;
}

static void document_free(struct document *document)
{
    sim_memory_free(&document->nodes);
}

static const char *origin_of(const struct document *document, const struct config_node *node)
{
    return sim_memory_text(document->memory, "%s:%u", document->path, node->line);
}

/* "memory_mb: " where the node has a key. */
static int refuse_value(const struct document *document, const struct config_node *node,
                        const char *expected)
{
    char found[CONFIG_FOUND_BYTES];
    return sim_error_set(document->error, SIM_USAGE, "%s:%u: %s%sexpected %s, found %s",
                         document->path, node->line, node->key != NULL ? node->key : "",
                         node->key != NULL ? ": " : "", expected, config_node_found(node, found));
}

static int text_of(const struct document *document, const struct config_node *node,
                   struct sim_value *value)
{
    if (node->kind != CONFIG_NODE_TEXT)
        return refuse_value(document, node, "a text");
    *value = (struct sim_value){sim_memory_text(document->memory, "%s", node->text),
                                origin_of(document, node)};
    return SIM_OK;
}

/* ---- Mappings ---------------------------------------------------------------------------- */

/* Where the value of a key goes. */
struct slot {
    const struct sim_section *section; /* NULL: one text, by this key: */
    const char *key;
    struct sim_value *value; /* for a section, the first of many; NULL: left to the caller */
};

static struct slot section_slot(const struct sim_section *section, struct sim_values *values)
{
    return (struct slot){.section = section, .value = values->at};
}

static int refuse_key(const struct document *document, const struct config_node *node,
                      const struct slot *slots, uint32_t count)
{
    char known[700] = "", hint[SIM_HINT_BYTES];
    size_t length = 0;
    struct sim_nearest nearest;
    sim_nearest_begin(&nearest, node->key);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t keys = slots[i].section != NULL ? slots[i].section->count : 1;
        for (uint32_t k = 0; k < keys; k++) {
            const char *key =
                slots[i].section != NULL ? slots[i].section->rows[k].key : slots[i].key;
            sim_nearest_offer(&nearest, key);
            if (length < sizeof known)
                length += (size_t)snprintf(known + length, sizeof known - length, "%s%s",
                                           length > 0 ? ", " : "", key);
        }
    }
    return sim_error_set(document->error, SIM_USAGE, "%s:%u: expected %s%s, found '%.80s'%s",
                         document->path, node->line, length > 0 ? "one of the keys " : "no keys",
                         known, node->key, sim_nearest_hint(hint, nearest.best));
}

static int key_take(const struct document *document, const struct config_node *node,
                    const struct slot *slots, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        int row = 0;
        if (slots[i].section != NULL)
            row = sim_row_find(slots[i].section, node->key);
        else if (strcmp(slots[i].key, node->key) != 0)
            row = -1;
        if (row >= 0)
            return slots[i].value != NULL ? text_of(document, node, &slots[i].value[row]) : SIM_OK;
    }
    return refuse_key(document, node, slots, count);
}

static int mapping_of(const struct document *document, const struct config_node *node,
                      const struct slot *slots, uint32_t count)
{
    if (node->kind != CONFIG_NODE_MAPPING)
        return refuse_value(document, node, "a mapping");
    int status = SIM_OK;
    for (const struct config_node *child = node->child; child != NULL && status == SIM_OK;
         child = child->next)
        status = key_take(document, child, slots, count);
    return status;
}

/* The mapping at `key`, if there is one, with the keys of a section and, where `preset` is not
 * NULL, the name of a preset. */
static int section_of(const struct document *document, const struct config_node *parent,
                      const char *key, const struct sim_section *section, struct sim_values *values,
                      struct sim_value *preset)
{
    const struct slot slots[] = {section_slot(section, values), {.key = "preset", .value = preset}};
    const struct config_node *node = config_node_find(parent, key);
    return node == NULL ? SIM_OK : mapping_of(document, node, slots, preset != NULL ? 2 : 1);
}

/* ---- The policy -------------------------------------------------------------------------- */

static int policy_of(const struct document *document, struct config_file *file)
{
    const struct slot slots[] = {section_slot(config_policy_section(), &file->parts[CONFIG_POLICY]),
                                 section_slot(config_names_section(), &file->names),
                                 {.key = "preset", .value = &file->presets[CONFIG_POLICY]}};
    const struct config_node *node = config_node_find(document->root, "policy");
    return node == NULL ? SIM_OK : mapping_of(document, node, slots, 3);
}

/* The mapping of a seam: for each member a mapping of its parameters. */
static int parameters_of(const struct document *document, struct config_file *file,
                         enum config_seam_number seam)
{
    const struct config_node *node = config_node_find(document->root, config_seams[seam].name);
    if (node == NULL)
        return SIM_OK;
    if (node->kind != CONFIG_NODE_MAPPING)
        return refuse_value(document, node, "a mapping");
    for (const struct config_node *member = node->child; member != NULL; member = member->next) {
        if (member->kind != CONFIG_NODE_MAPPING)
            return refuse_value(document, member, "a mapping");
        for (const struct config_node *key = member->child; key != NULL; key = key->next) {
            struct sim_value value;
            int status = text_of(document, key, &value);
            if (status != SIM_OK)
                return status;
            config_parameter_add(file, seam,
                                 sim_memory_text(document->memory, "%s.%s", member->key, key->key),
                                 value);
        }
    }
    return SIM_OK;
}

/* The list at `key`; *first is NULL where there is none, and so is that of an empty list. */
static int list_of(const struct document *document, const char *key, uint32_t most,
                   const struct config_node **first, uint32_t *count)
{
    const struct config_node *node = config_node_find(document->root, key);
    *first = NULL;
    *count = 0;
    if (node == NULL)
        return SIM_OK;
    if (node->kind != CONFIG_NODE_LIST)
        return refuse_value(document, node, "a list");
    if (node->count > most)
        return sim_error_set(document->error, SIM_USAGE,
                             "%s:%u: %s: expected at most %u entries, found %u", document->path,
                             node->line, key, most, node->count);
    *first = node->child;
    *count = node->count;
    return SIM_OK;
}

/* ---- The parts of an experiment ---------------------------------------------------------- */

/* Every workload is a slot for the caller, by its name. */
static uint32_t workload_slots(struct slot slots[WL_ROWS_MOST])
{
    for (uint32_t i = 0; i < wl_row_count; i++)
        slots[i] = (struct slot){.key = wl_rows[i]->keys.name};
    return wl_row_count;
}

/* At most one workload. A VM that names none has the first row of all workloads: it is idle. */
static int workload_of(const struct document *document, const struct config_node *vm_node,
                       struct config_vm_layer *vm)
{
    const struct config_node *node = config_node_find(vm_node, "workload");
    struct slot slots[WL_ROWS_MOST];
    vm->row = wl_rows[0];
    if (node == NULL)
        return SIM_OK;
    int status = mapping_of(document, node, slots, workload_slots(slots));
    if (status != SIM_OK || node->count == 0)
        return status;
    if (node->count > 1)
        return sim_error_set(document->error, SIM_USAGE,
                             "%s:%u: workload: expected at most one, found %u: %s and %s",
                             document->path, node->child->next->line, node->count, node->child->key,
                             node->child->next->key);
    vm->row = wl_row_find(node->child->key, strlen(node->child->key));
    const struct slot keys[] = {section_slot(&vm->row->keys, &vm->work),
                                section_slot(&config_workload_section, &vm->workload)};
    return mapping_of(document, node->child, keys, vm->row->start != NULL ? 2 : 1);
}

static int vm_of(const struct document *document, const struct config_node *node,
                 struct config_vm_layer *vm)
{
    const struct slot slots[] = {section_slot(&config_vm_section, &vm->vm),
                                 section_slot(&config_entry_section, &vm->entry),
                                 section_slot(&config_guest_section, &vm->guest),
                                 {.key = "boot"},
                                 {.key = "workload"}};
    vm->origin = origin_of(document, node);
    int status = mapping_of(document, node, slots, 5);
    if (status == SIM_OK)
        status = section_of(document, node, "boot", &config_boot_section, &vm->boot, NULL);
    return status == SIM_OK ? workload_of(document, node, vm) : status;
}

static int vms_of(const struct document *document, struct config_file *file)
{
    const struct config_node *node;
    int status = list_of(document, "vms", CONFIG_VMS_MOST, &node, &file->vm_count);
    file->vms = sim_memory_get(document->memory, file->vm_count * sizeof *file->vms + 1);
    for (uint32_t i = 0; node != NULL && status == SIM_OK; node = node->next, i++) {
        file->vms[i].number = i;
        status = vm_of(document, node, &file->vms[i]);
    }
    return status;
}

static int change_of(const struct document *document, const struct config_node *node,
                     struct config_change_layer *change)
{
    const struct slot slots[] = {
        {.key = "at_s", .value = &change->at_s},
        {.key = "set", .value = &change->key},
        {.key = "value", .value = &change->value},
        {.key = "power_off", .value = &change->power[CONFIG_POWER_OFF]},
        {.key = "power_on", .value = &change->power[CONFIG_POWER_ON]},
        {.key = "reboot", .value = &change->power[CONFIG_REBOOT]},
        {.key = "write_shared", .value = &change->power[CONFIG_WRITE_SHARED]}};
    change->origin = origin_of(document, node);
    return mapping_of(document, node, slots, sizeof slots / sizeof slots[0]);
}

static int schedule_of(const struct document *document, struct config_file *file)
{
    const struct config_node *node;
    int status = list_of(document, "schedule", CONFIG_CHANGES_MOST, &node, &file->change_count);
    file->changes =
        sim_memory_get(document->memory, file->change_count * sizeof *file->changes + 1);
    for (uint32_t i = 0; node != NULL && status == SIM_OK; node = node->next, i++)
        status = change_of(document, node, &file->changes[i]);
    return status;
}

static int faults_of(const struct document *document, struct config_file *file)
{
    const struct config_node *node;
    int status = list_of(document, "faults", CONFIG_FAULTS_MOST, &node, &file->fault_count);
    file->faults = sim_memory_get(document->memory, file->fault_count * sizeof *file->faults + 1);
    for (uint32_t i = 0; node != NULL && status == SIM_OK; node = node->next, i++) {
        const struct slot slot = section_slot(&config_fault_section, &file->faults[i].values);
        file->faults[i].origin = origin_of(document, node);
        status = mapping_of(document, node, &slot, 1);
    }
    return status;
}

/* ---- Variants ---------------------------------------------------------------------------- */

static int sets_of(const struct document *document, const struct config_node *node,
                   struct config_variant_layer *variant)
{
    if (node->kind != CONFIG_NODE_LIST)
        return refuse_value(document, node, "a list");
    variant->set_count = node->count;
    variant->sets = sim_memory_get(document->memory, node->count * sizeof *variant->sets + 1);
    int status = SIM_OK;
    const struct config_node *set = node->child;
    for (uint32_t i = 0; set != NULL && status == SIM_OK; set = set->next, i++)
        status = text_of(document, set, &variant->sets[i]);
    return status;
}

static int variant_of(const struct document *document, const struct config_node *node,
                      struct config_variant_layer *variant)
{
    struct sim_value name = {0};
    const struct slot slots[] = {{.key = "name", .value = &name}, {.key = "set"}};
    int status = mapping_of(document, node, slots, 2);
    const struct config_node *sets = status == SIM_OK ? config_node_find(node, "set") : NULL;
    if (sets != NULL)
        status = sets_of(document, sets, variant);
    variant->name = name.text != NULL ? name.text : "";
    for (uint32_t i = 0; i < variant->set_count && name.text == NULL && status == SIM_OK; i++)
        variant->name = config_joined(document->memory, variant->name, variant->sets[i].text);
    return status;
}

/* Runs of two variants with one name would take each other's place in the database. */
static int variant_check(const struct document *document, const struct config_node *node,
                         const struct config_file *file, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++)
        if (strcmp(file->variants[i].name, file->variants[index].name) == 0)
            return sim_error_set(
                document->error, SIM_USAGE,
                "%s:%u: expected a variant with a name of its own, found '%s' twice",
                document->path, node->line, file->variants[i].name);
    return SIM_OK;
}

static int variants_of(const struct document *document, struct config_file *file)
{
    const struct config_node *node;
    int status = list_of(document, "variants", CONFIG_VARIANTS_MOST, &node, &file->variant_count);
    file->variants =
        sim_memory_get(document->memory, file->variant_count * sizeof *file->variants + 1);
    for (uint32_t i = 0; node != NULL && status == SIM_OK; node = node->next, i++) {
        status = variant_of(document, node, &file->variants[i]);
        if (status == SIM_OK)
            status = variant_check(document, node, file, i);
    }
    return status;
}

static int parts_of(const struct document *document, struct config_file *file)
{
    int status = policy_of(document, file);
    for (uint32_t i = 0; i < CONFIG_PARTS && status == SIM_OK; i++)
        if (i != CONFIG_POLICY)
            status = section_of(document, document->root, config_parts[i].name,
                                config_parts[i].section(), &file->parts[i],
                                config_parts[i].has_preset ? &file->presets[i] : NULL);
    for (uint32_t i = 0; i < CONFIG_SEAMS && status == SIM_OK; i++)
        status = parameters_of(document, file, (enum config_seam_number)i);
    return status;
}

static int file_of(const struct document *document, struct config_file *file)
{
    struct slot slots[5 + CONFIG_PARTS + CONFIG_SEAMS] = {
        section_slot(&config_top_section, &file->top),
        {.key = "vms"},
        {.key = "schedule"},
        {.key = "faults"},
        {.key = "variants"}};
    for (uint32_t i = 0; i < CONFIG_PARTS; i++)
        slots[5 + i].key = config_parts[i].name;
    for (uint32_t i = 0; i < CONFIG_SEAMS; i++)
        slots[5 + CONFIG_PARTS + i].key = config_seams[i].name;
    int status = mapping_of(document, document->root, slots, sizeof slots / sizeof slots[0]);
    if (status == SIM_OK)
        status = parts_of(document, file);
    if (status == SIM_OK)
        status = vms_of(document, file);
    if (status == SIM_OK)
        status = schedule_of(document, file);
    if (status == SIM_OK)
        status = faults_of(document, file);
    return status == SIM_OK ? variants_of(document, file) : status;
}

/* ---- Presets ----------------------------------------------------------------------------- */

static int preset_find(struct config_file *file, const char *kind, const struct sim_value *name,
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
static void values_inherit(struct sim_values *values, const struct sim_values *preset)
{
    for (uint32_t i = 0; i < SIM_ROWS_MOST; i++)
        if (values->at[i].text == NULL)
            values->at[i] = preset->at[i];
}

/* `more`: what such a preset has besides the keys of its part; NULL: nothing. */
static int preset_of(struct config_file *file, uint32_t part, const struct slot *more,
                     struct sim_error *error)
{
    struct document document;
    struct sim_values preset = {0};
    struct slot slots[2] = {section_slot(config_parts[part].section(), &preset)};
    const char *path;
    if (file->presets[part].text == NULL)
        return SIM_OK;
    int status = preset_find(file, config_parts[part].name, &file->presets[part], &path, error);
    if (status != SIM_OK)
        return status;
    if (more != NULL)
        slots[1] = *more;
    status = document_load(&document, path, &file->memory, error);
    if (status == SIM_OK)
        status = mapping_of(&document, document.root, slots, more != NULL ? 2 : 1);
    if (status == SIM_OK)
        values_inherit(&file->parts[part], &preset);
    document_free(&document);
    return status;
}

int config_preset_machine(struct config_file *file, struct sim_error *error)
{
    struct sim_value costs = {0}; /* the preset of costs that the machine's names */
    const struct slot cost = {.key = "cost", .value = &costs};
    int status = preset_of(file, CONFIG_MACHINE, &cost, error);
    if (status == SIM_OK && file->presets[CONFIG_COST].text == NULL)
        file->presets[CONFIG_COST] = costs;
    return status == SIM_OK ? preset_of(file, CONFIG_COST, NULL, error) : status;
}

/* The defaults of the tunables are the preset esx-2002: it has no file. */
int config_preset_policy(struct config_file *file, struct sim_error *error)
{
    const char *name = file->presets[CONFIG_POLICY].text;
    struct sim_values names = {0};
    const struct slot members = section_slot(config_names_section(), &names);
    if (name != NULL && strcmp(name, CONFIG_POLICY_PRESET) == 0)
        return SIM_OK;
    int status = preset_of(file, CONFIG_POLICY, &members, error);
    if (status == SIM_OK)
        values_inherit(&file->names, &names);
    return status;
}

/* The preset says what the OS is like: no name, size or work of a VM. */
int config_preset_guest(struct config_file *file, struct config_vm_layer *vm,
                        struct sim_error *error)
{
    struct document document;
    struct sim_values guest = {0}, boot = {0};
    const struct slot slots[] = {section_slot(&config_guest_section, &guest), {.key = "boot"}};
    const struct sim_value *name = &vm->vm.at[sim_row_find(&config_vm_section, "guest")];
    const char *path;
    if (name->text == NULL)
        return SIM_OK;
    int status = preset_find(file, "guest", name, &path, error);
    if (status != SIM_OK)
        return status;
    status = document_load(&document, path, &file->memory, error);
    if (status == SIM_OK)
        status = mapping_of(&document, document.root, slots, 2);
    if (status == SIM_OK)
        status = section_of(&document, document.root, "boot", &config_boot_section, &boot, NULL);
    if (status == SIM_OK) {
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
    struct config_file *file = sim_memory_need(calloc(1, sizeof *file));
    const char *slash = strrchr(path, '/');
    file->path = sim_memory_text(&file->memory, "%s", path);
    file->base_dir =
        slash == NULL ? "." : sim_memory_text(&file->memory, "%.*s", (int)(slash - path), path);
    file->presets_dir = sim_memory_text(&file->memory, "%s", presets_dir);

    struct document document;
    int status = document_load(&document, file->path, &file->memory, error);
    if (status == SIM_OK)
        status = file_of(&document, file);
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
