/*
 * "key=value" of a variant and of a command line, put over the layers of a file.
 *
 * Keys: duration_s; machine.swap_mb; policy.idle_tax; policy.governor; governor.NAME.PARAMETER;
 * record.optimum; vm.NAME.shares; vm.NAME.boot.early_s; vm.NAME.dbench.clients; fault.1.share;
 * faults; vms; worst; and alone. count.NAME is vm.NAME.count. NAME may end in '*' and then stands
 * for every VM whose name begins so. The value of vms is a number, and only the first so many VMs
 * take part, or the start of a name and '*', and only those VMs take part. The value of alone is
 * the name of the one VM that takes part (alone.c).
 *
 * The hazard is a meaning that depends on the order on the command line. Each key counts once, by
 * its last value; how many VMs an entry makes is settled first; keys with '*' come before those
 * with a whole name; and which VMs take part is settled last. The name of the variant lists keys in
 * alphabetical order, each value spelled in one way.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/config/layers.h"
#include "sim/nearest.h"

struct set {
    const char *key;
    struct sim_value value;
    const char *canonical; /* the value, spelled in the one way of its row */
};

struct sets {
    struct set *at;
    uint32_t count;
};

/* In this order. */
enum phase { PHASE_COUNT, PHASE_SOME_VMS, PHASE_KEYS, PHASE_VMS, PHASE_WORST, PHASE_ALONE, PHASES };

#define FAULTS "faults"
#define COUNT  "count" /* the key of an entry that stands for several VMs */

/* What follows `name` and a dot in `key`, or NULL. */
static const char *inside(const char *key, const char *name)
{
    size_t length = strlen(name);
    return strncmp(key, name, length) == 0 && key[length] == '.' ? key + length + 1 : NULL;
}

/* ---- Reading ------------------------------------------------------------------------------ */

static int set_read(struct sets *sets, const char *origin, const char *between, const char *text,
                    struct sim_memory *memory, struct sim_error *error)
{
    size_t length = strcspn(text, "=");
    if (text[length] == '\0' || length == 0)
        return sim_error_set(error, SIM_USAGE, "%s: expected key=value, found '%s'", origin, text);
    const char *written = sim_memory_text(memory, "%.*s", (int)length, text);
    const char *entry = inside(written, COUNT), *key = written;
    if (entry != NULL && strchr(entry, '.') == NULL)
        key = sim_memory_text(memory, "vm.%s." COUNT, entry);
    struct set *set = sets->at;
    while (set < sets->at + sets->count && strcmp(set->key, key) != 0)
        set++;
    sets->count += set == sets->at + sets->count;
    *set = (struct set){.key = key,
                        .value = {sim_memory_text(memory, "%s", text + length + 1),
                                  sim_memory_text(memory, "%s%s%s", origin, between, written)}};
    set->canonical = set->value.text;
    return SIM_OK;
}

static bool is_alone(const struct set *set)
{
    return strcmp(set->key, CONFIG_ALONE_KEY) == 0;
}

/* In alphabetical order; the key of a VM alone comes last. */
static int by_key(const void *a, const void *b)
{
    const struct set *first = a, *second = b;
    int order = is_alone(first) - is_alone(second);
    return order != 0 ? order : strcmp(first->key, second->key);
}

static void sets_begin(struct sets *sets, uint32_t most, struct sim_memory *memory)
{
    *sets = (struct sets){.at = sim_memory_get(memory, most * sizeof *sets->at + 1)};
}

static enum phase phase_of(const struct set *set)
{
    const char *vm_key = inside(set->key, "vm");
    const char *last = strrchr(set->key, '.');
    if (strcmp(set->key, "vms") == 0 || strcmp(set->key, FAULTS) == 0)
        return PHASE_VMS;
    if (strcmp(set->key, CONFIG_WORST_KEY) == 0)
        return PHASE_WORST;
    if (is_alone(set))
        return PHASE_ALONE;
    if (vm_key == NULL)
        return PHASE_KEYS;
    if (sim_row_find(&config_entry_section, last + 1) >= 0 && last == strchr(vm_key, '.'))
        return PHASE_COUNT;
    return strcspn(vm_key, "*") < strcspn(vm_key, ".") ? PHASE_SOME_VMS : PHASE_KEYS;
}

/* ---- Keys of a section -------------------------------------------------------------------- */

static int refuse_key(const struct sim_section *section, const char *key, const char *origin,
                      struct sim_error *error)
{
    char known[700] = "", hint[SIM_HINT_BYTES];
    size_t length = 0;
    struct sim_nearest nearest;
    sim_nearest_begin(&nearest, key);
    for (uint32_t i = 0; i < section->count; i++) {
        sim_nearest_offer(&nearest, section->rows[i].key);
        if (length < sizeof known)
            length += (size_t)snprintf(known + length, sizeof known - length, "%s%s",
                                       i > 0 ? ", " : "", section->rows[i].key);
    }
    return sim_error_set(error, SIM_USAGE, "%s: expected a key of %s (%s), found '%s'%s", origin,
                         section->name, known, key, sim_nearest_hint(hint, nearest.best));
}

static int section_set(const struct sim_section *section, struct sim_values *values,
                       const char *key, struct set *set, struct sim_memory *memory,
                       struct sim_error *error)
{
    char canonical[SIM_ROW_TEXT_BYTES];
    int row = sim_row_find(section, key);
    if (row < 0)
        return refuse_key(section, key, set->value.origin, error);
    values->at[row] = set->value;
    if (sim_row_canonical(&section->rows[row], set->value.text, canonical))
        set->canonical = sim_memory_text(memory, "%s", canonical);
    return SIM_OK;
}

/* ---- Keys of VMs -------------------------------------------------------------------------- */

static const char *vm_name(const struct config_vm_layer *vm)
{
    const char *name = vm->vm.at[sim_row_find(&config_vm_section, "name")].text;
    return name != NULL ? name : "";
}

/* Does the pattern, which may end in '*', stand for this name? */
static bool name_matches(const char *name, const char *pattern, size_t length)
{
    if (length > 0 && pattern[length - 1] == '*')
        return strncmp(name, pattern, length - 1) == 0;
    return strlen(name) == length && strncmp(name, pattern, length) == 0;
}

static int refuse_name(const struct config_file *layers, const char *origin, const char *name,
                       size_t length, struct sim_error *error)
{
    char sought[SIM_NAME_BYTES], hint[SIM_HINT_BYTES];
    struct sim_nearest nearest;
    snprintf(sought, sizeof sought, "%.*s", (int)length, name);
    sim_nearest_begin(&nearest, sought);
    for (uint32_t i = 0; i < layers->vm_count; i++)
        sim_nearest_offer(&nearest, vm_name(&layers->vms[i]));
    return sim_error_set(error, SIM_USAGE, "%s: expected the name of a VM, found '%.*s'%s", origin,
                         (int)length, name, sim_nearest_hint(hint, nearest.best));
}

/* The section that has a VM's key such as "shares", "boot.early_s" or "dbench.clients", its values
 * there, and the key within it. NULL if the first part of the key is neither boot nor the VM's
 * workload. */
static const struct sim_section *vm_section(struct config_vm_layer *vm, const char **key,
                                            struct sim_values **values, enum phase phase)
{
    size_t inner = strcspn(*key, ".");
    if ((*key)[inner] == '\0') {
        bool entry = phase == PHASE_COUNT;
        bool guest = sim_row_find(&config_guest_section, *key) >= 0;
        *values = entry ? &vm->entry : guest ? &vm->guest : &vm->vm;
        return entry ? &config_entry_section : guest ? &config_guest_section : &config_vm_section;
    }
    const char *part = *key;
    *key += inner + 1;
    *values = &vm->boot;
    if (strncmp(part, "boot.", inner + 1) == 0)
        return &config_boot_section;
    if (wl_row_find(part, inner) != vm->row)
        return NULL;
    bool shared = vm->row->start != NULL && sim_row_find(&config_workload_section, *key) >= 0;
    *values = shared ? &vm->workload : &vm->work;
    return shared ? &config_workload_section : &vm->row->keys;
}

/* The schedule and the other keys know a VM by its name, so the name stays. */
static int refuse_new_name(const struct set *set, struct sim_error *error)
{
    return sim_error_set(error, SIM_USAGE,
                         "%s: expected a key other than name, by which the schedule and --set know "
                         "the VM, found name=%s",
                         set->value.origin, set->value.text);
}

static int vm_set(struct config_file *layers, const char *key, struct set *set, enum phase phase,
                  struct sim_error *error)
{
    size_t length = strcspn(key, ".");
    const char *rest = key + length + (key[length] == '.');
    if (strcmp(rest, "name") == 0)
        return refuse_new_name(set, error);
    const struct config_vm_layer *other = NULL;
    uint32_t found = 0;
    for (uint32_t i = 0; i < layers->vm_count; i++) {
        struct config_vm_layer *vm = &layers->vms[i];
        struct sim_values *values;
        const char *inner = rest;
        if (!name_matches(vm_name(vm), key, length))
            continue;
        const struct sim_section *section = vm_section(vm, &inner, &values, phase);
        if (section == NULL) {
            other = vm;
            continue;
        }
        found++;
        int status = section_set(section, values, inner, set, &layers->memory, error);
        if (status != SIM_OK)
            return status;
    }
    if (found > 0)
        return SIM_OK;
    if (other == NULL)
        return refuse_name(layers, set->value.origin, key, length, error);
    return sim_error_set(error, SIM_USAGE, "%s: expected boot or %s, found '%.*s'",
                         set->value.origin, other->row->keys.name, (int)strcspn(rest, "."), rest);
}

/* ---- Which VMs take part ------------------------------------------------------------------ */

static int vms_keep(struct config_file *layers, const struct set *set, struct sim_error *error)
{
    const char *pattern = set->value.text;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < layers->vm_count; i++)
        if (name_matches(vm_name(&layers->vms[i]), pattern, strlen(pattern)))
            layers->vms[kept++] = layers->vms[i];
    if (kept == 0)
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected a pattern that matches the name of a VM, found '%s'",
                             set->value.origin, pattern);
    layers->vm_count = kept;
    return SIM_OK;
}

static int vms_set(struct config_file *layers, struct set *set, struct sim_error *error)
{
    const char *text = set->value.text;
    size_t length = strlen(text);
    char *end;
    if (length > 0 && text[length - 1] == '*')
        return vms_keep(layers, set, error);
    unsigned long count = strtoul(text, &end, 10);
    bool whole = length > 0 && strspn(text, "0123456789") == length;
    if (!whole || count < 1 || count > layers->vm_count)
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected how many VMs take part, 1 to %u, found '%s'",
                             set->value.origin, layers->vm_count, text);
    layers->vm_count = (uint32_t)count;
    set->canonical = sim_memory_text(&layers->memory, "%lu", count);
    return SIM_OK;
}

static int alone_set(struct config_file *layers, const struct set *set, struct sim_error *error)
{
    const char *name = set->value.text;
    for (uint32_t i = 0; i < layers->vm_count; i++) {
        if (strcmp(vm_name(&layers->vms[i]), name) == 0) {
            layers->vms[0] = layers->vms[i];
            layers->vm_count = 1;
            layers->is_alone = true;
            return SIM_OK;
        }
    }
    return refuse_name(layers, set->value.origin, name, strlen(name), error);
}

/* ---- All of them -------------------------------------------------------------------------- */

/* A whole key, such as "machine.memory_mb", that `key` may stand for. */
struct search {
    struct sim_nearest nearest;
    const char *key, *same_end; /* same_end: a whole key that ends in `key` */
    struct sim_memory *memory;
};

static void offer_section(struct search *search, const char *prefix,
                          const struct sim_section *section)
{
    for (uint32_t i = 0; i < section->count; i++) {
        const char *key = section->rows[i].key;
        const char *whole = sim_memory_text(search->memory, "%s%s", prefix, key);
        sim_nearest_offer(&search->nearest, whole);
        if (search->same_end == NULL && strcmp(key, search->key) == 0)
            search->same_end = whole;
    }
}

/* A key that belongs to no part: the nearest of all. */
static int refuse_whole_key(struct config_file *layers, const struct set *set,
                            struct sim_error *error)
{
    struct search search = {.key = set->key, .memory = &layers->memory};
    char hint[SIM_HINT_BYTES];
    sim_nearest_begin(&search.nearest, set->key);
    offer_section(&search, "", &config_top_section);
    for (uint32_t i = 0; i < CONFIG_PARTS; i++)
        offer_section(&search, sim_memory_text(search.memory, "%s.", config_parts[i].name),
                      config_parts[i].section());
    offer_section(&search, "policy.", config_names_section());
    if (layers->fault_count > 0)
        offer_section(&search, "fault.1.", &config_fault_section);
    offer_section(&search, "vm.*.", &config_vm_section);
    offer_section(&search, "vm.*.", &config_guest_section);
    offer_section(&search, "vm.*.boot.", &config_boot_section);
    const char *best = search.same_end != NULL ? search.same_end : search.nearest.best;
    return sim_error_set(error, SIM_USAGE,
                         "%s: expected vms, %s, or a key such as duration_s, machine.memory_mb, "
                         "policy.idle_tax or vm.NAME.shares, found '%s'%s",
                         set->value.origin, CONFIG_ALONE_KEY, set->key,
                         sim_nearest_hint(hint, best));
}

/* A run without them, to compare with. */
static int faults_set(struct config_file *layers, const struct set *set, struct sim_error *error)
{
    if (strcmp(set->value.text, "none") != 0)
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected none, or a key such as fault.1.at_s, "
                             "found '%s'",
                             set->value.origin, set->value.text);
    layers->fault_count = 0;
    return SIM_OK;
}

static int fault_set(struct config_file *layers, const char *key, struct set *set,
                     struct sim_error *error)
{
    struct sim_values *values;
    int status = config_fault_set(layers, key, &set->value, &values, &key, error);
    return status != SIM_OK
               ? status
               : section_set(&config_fault_section, values, key, set, &layers->memory, error);
}

static int set_apply(struct config_file *layers, struct set *set, enum phase phase,
                     struct sim_error *error)
{
    const char *rest;
    if (strcmp(set->key, FAULTS) == 0)
        return faults_set(layers, set, error);
    if (phase == PHASE_VMS)
        return vms_set(layers, set, error);
    if (phase == PHASE_WORST)
        return config_worst_apply(layers, &set->value, error);
    if (phase == PHASE_ALONE)
        return alone_set(layers, set, error);
    if ((rest = inside(set->key, "vm")) != NULL)
        return vm_set(layers, rest, set, phase, error);
    if ((rest = inside(set->key, "fault")) != NULL)
        return fault_set(layers, rest, set, error);
    for (uint32_t i = 0; i < CONFIG_SEAMS; i++) {
        if ((rest = inside(set->key, config_seams[i].name)) != NULL) {
            config_parameter_add(layers, (enum config_seam_number)i, rest, set->value);
            return SIM_OK;
        }
    }
    if ((rest = inside(set->key, "policy")) != NULL &&
        sim_row_find(config_names_section(), rest) >= 0)
        return section_set(config_names_section(), &layers->names, rest, set, &layers->memory,
                           error);
    for (uint32_t i = 0; i < CONFIG_PARTS; i++) {
        if ((rest = inside(set->key, config_parts[i].name)) == NULL)
            continue;
        if (config_parts[i].has_preset && strcmp(rest, "preset") == 0) {
            layers->presets[i] = set->value;
            return SIM_OK;
        }
        return section_set(config_parts[i].section(), &layers->parts[i], rest, set, &layers->memory,
                           error);
    }
    if (sim_row_find(&config_top_section, set->key) < 0)
        return refuse_whole_key(layers, set, error);
    return section_set(&config_top_section, &layers->top, set->key, set, &layers->memory, error);
}

static int phase_apply(struct config_file *layers, const struct sets *sets, enum phase phase,
                       struct sim_error *error)
{
    int status = SIM_OK;
    for (uint32_t i = 0; i < sets->count && status == SIM_OK; i++)
        if (phase_of(&sets->at[i]) == phase)
            status = set_apply(layers, &sets->at[i], phase, error);
    return status;
}

/* What the variant says lies below what the command line says. */
static int apply_all(struct config_file *layers, const struct sets *variant,
                     const struct sets *line, struct sim_error *error)
{
    int status = phase_apply(layers, variant, PHASE_COUNT, error);
    if (status == SIM_OK)
        status = phase_apply(layers, line, PHASE_COUNT, error);
    if (status == SIM_OK)
        status = config_entries_expand(layers, error);
    if (status == SIM_OK)
        status = config_power_names(layers, error);
    for (enum phase phase = PHASE_SOME_VMS; phase <= PHASE_KEYS && status == SIM_OK; phase++)
        status = phase_apply(layers, variant, phase, error);
    for (enum phase phase = PHASE_SOME_VMS; phase < PHASES && status == SIM_OK; phase++) {
        if (phase == PHASE_VMS)
            status = config_fault_names(layers, error);
        if (phase >= PHASE_VMS && status == SIM_OK)
            status = phase_apply(layers, variant, phase, error);
        if (status == SIM_OK)
            status = phase_apply(layers, line, phase, error);
    }
    return status;
}

int config_sets_apply(struct config_file *layers, const struct config_variant_layer *variant,
                      const char *const *sets, uint32_t set_count, const char **name,
                      struct sim_error *error)
{
    struct sim_memory *memory = &layers->memory;
    struct sets own, line;
    int status = SIM_OK;
    sets_begin(&own, variant != NULL ? variant->set_count : 0, memory);
    sets_begin(&line, set_count, memory);
    for (uint32_t i = 0; variant != NULL && i < variant->set_count && status == SIM_OK; i++)
        status =
            set_read(&own, variant->sets[i].origin, ": ", variant->sets[i].text, memory, error);
    for (uint32_t i = 0; i < set_count && status == SIM_OK; i++)
        status = set_read(&line, "--set", " ", sets[i], memory, error);
    if (status == SIM_OK) {
        qsort(line.at, line.count, sizeof *line.at, by_key);
        status = apply_all(layers, &own, &line, error);
    }
    *name = variant != NULL ? variant->name : "";
    for (uint32_t i = 0; i < line.count && status == SIM_OK; i++)
        *name = config_joined(
            memory, *name, sim_memory_text(memory, "%s=%s", line.at[i].key, line.at[i].canonical));
    return status;
}

int config_sets_add(struct config_sets *sets, const char *set, struct sim_error *error)
{
    if (sets->count == CONFIG_SETS_MOST)
        return sim_error_set(error, SIM_USAGE, "--set: expected at most %u of them",
                             CONFIG_SETS_MOST);
    sets->at[sets->count++] = set;
    return SIM_OK;
}
