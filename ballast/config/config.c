/*
 * Resolves an experiment: lays the layers over each other, makes values of texts, and checks what
 * no single key can tell.
 */
#include "ballast/config/config.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "ballast/config/layers.h"
#include "models/policy/mp_scanner.h"

/* Where a key was given, or `fallback`. */
static const char *origin_of(const struct sim_section *section, const struct sim_values *values,
                             const char *key, const char *fallback)
{
    const struct sim_value *value = &values->at[sim_row_find(section, key)];
    return value->text != NULL ? value->origin : fallback;
}

/* ---- VMs --------------------------------------------------------------------------------- */

/* Where a key of the workload was given; else where the VM begins. */
static const char *work_origin(const struct config_vm_layer *layer, const char *key)
{
    return origin_of(&layer->row->keys, &layer->work, key, layer->origin);
}

static int workload_check(const struct config_vm *vm, const struct config_vm_layer *layer,
                          struct sim_error *error)
{
    const struct wl_row *row = vm->workload.row;
    struct wl_vm offered = {.memory_pages = config_pages(vm->memory_mb),
                            .is_bare = vm->guest.os == GUEST_BARE};
    struct wl_problem problem = {0};
    if (row->needs == WL_NEEDS_OS && offered.is_bare)
        return sim_error_set(error, SIM_USAGE, "%s: %s: expected a guest OS, found bare",
                             layer->origin, row->keys.name);
    if (row->needs == WL_NEEDS_BARE && !offered.is_bare)
        return sim_error_set(error, SIM_USAGE, "%s: %s: expected the guest bare, found %s",
                             layer->origin, row->keys.name, guest_os_name(vm->guest.os));
    if (row->check == NULL || row->check(vm->workload.config, &offered, &problem))
        return SIM_OK;
    return sim_error_set(error, SIM_USAGE, "%s: %s: %s", work_origin(layer, problem.key),
                         problem.key, problem.text);
}

static int vm_check(const struct config_vm *vm, const struct config_vm_layer *layer,
                    struct sim_error *error)
{
    const char *min = origin_of(&config_vm_section, &layer->vm, "min_mb", layer->origin);
    const char *off = origin_of(&config_vm_section, &layer->vm, "power_off_s", layer->origin);

    if (strchr(vm->name, '.') != NULL)
        return sim_error_set(error, SIM_USAGE, "%s: name: expected no dot, found '%s'",
                             origin_of(&config_vm_section, &layer->vm, "name", layer->origin),
                             vm->name);
    if (vm->min_mb > vm->memory_mb)
        return sim_error_set(error, SIM_USAGE,
                             "%s: min_mb: expected at most memory_mb (%.10g), found %.10g", min,
                             vm->memory_mb, vm->min_mb);
    if (vm->min_mb > vm->limit_mb)
        return sim_error_set(error, SIM_USAGE,
                             "%s: min_mb: expected at most limit_mb (%.10g), found %.10g", min,
                             vm->limit_mb, vm->min_mb);
    if (vm->power_off_s <= vm->power_on_s)
        return sim_error_set(error, SIM_USAGE,
                             "%s: power_off_s: expected more than power_on_s (%.10g), found %.10g",
                             off, vm->power_on_s, vm->power_off_s);
    if (vm->boot.zero_mb_s > 0 && config_pages(vm->boot.zero_mb_s) == 0)
        return sim_error_set(
            error, SIM_USAGE,
            "%s: zero_mb_s: expected 0, or a page (0.00390625 MB) or more, found "
            "%.10g",
            origin_of(&config_boot_section, &layer->boot, "zero_mb_s", layer->origin),
            vm->boot.zero_mb_s);
    double boot_most_mb = (double)GUEST_PROCESS_PAGES_MOST * MP_PAGE_SIZE / (1024 * 1024);
    bool is_small = vm->memory_mb <= boot_most_mb;
    if (is_small)
        boot_most_mb = vm->memory_mb;
    if (vm->boot.early_mb + vm->boot.services_mb > boot_most_mb)
        return sim_error_set(error, SIM_USAGE,
                             "%s: boot: expected early_mb and services_mb within %s (%.10g), found "
                             "%.10g and %.10g",
                             layer->origin, is_small ? "memory_mb" : "what one process can hold",
                             boot_most_mb, vm->boot.early_mb, vm->boot.services_mb);
    return SIM_OK;
}

/* Keys of guests that keep lists of files and of processes apart mean nothing to the others, whose
 * configuration is written with the presets. */
static int lists_check(const struct config_vm *vm, const struct config_vm_layer *layer,
                       struct sim_error *error)
{
    static const char *const keys[] = {"swappiness", "refault_distance", "huge_share"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        int row = sim_row_find(&config_guest_section, keys[i]);
        const struct sim_value *value = &layer->guest.at[row];
        bool is_preset =
            value->text == NULL || strcmp(value->text, config_guest_section.rows[row].preset) == 0;
        if (!is_preset && !guest_os_splits_lists(vm->guest.os))
            return sim_error_set(error, SIM_USAGE, "%s: %s: expected the guest linux-6, found %s",
                                 value->origin, keys[i], guest_os_name(vm->guest.os));
    }
    return SIM_OK;
}

/* What the guest itself refuses, such as a kernel that does not fit into the VM's memory. */
static int guest_fits(const struct experiment_config *config, const struct config_vm *vm,
                      const struct config_vm_layer *layer, struct sim_error *error)
{
    struct guest_config guest = config_guest_of(config, vm);
    struct sim_error wrong = {0};
    int status = guest_check(&guest, &wrong);
    return status == SIM_OK ? status
                            : sim_error_set(error, status, "%s: %s", layer->origin, wrong.text);
}

/* Files are named from the configuration's folder. */
static int workload_files_check(const struct config_file *layers, const struct config_vm *vm,
                                const struct config_vm_layer *layer, struct sim_error *error)
{
    const struct sim_section *section = &layer->row->keys;
    for (uint32_t i = 0; i < section->count; i++) {
        const struct sim_row *row = &section->rows[i];
        if (row->type != SIM_ROW_FILE)
            continue;
        const char *name =
            *(const char *const *)(const void *)((const char *)vm->workload.config + row->offset);
        struct sim_memory scratch = {0};
        const char *path =
            name[0] == '/' ? name : sim_memory_text(&scratch, "%s/%s", layers->base_dir, name);
        bool readable = name[0] == '\0' || access(path, R_OK) == 0;
        sim_memory_free(&scratch);
        if (!readable)
            return sim_error_set(error, SIM_USAGE,
                                 "%s: expected a readable file (%s), found none: %s",
                                 work_origin(layer, row->key), row->help, name);
    }
    return SIM_OK;
}

static int vm_resolve(const struct config_file *layers, const struct config_vm_layer *layer,
                      struct experiment_config *config, struct config_vm *vm,
                      struct sim_error *error)
{
    struct sim_memory *memory = &config->memory;
    vm->entry = layer->number;
    vm->workload.row = layer->row;
    vm->workload.config = sim_memory_get(memory, layer->row->bytes);
    vm->workload.start_s = NAN;
    const struct {
        const struct sim_section *section;
        const struct sim_values *values;
        void *base;
    } parts[] = {
        {&config_vm_section, &layer->vm, vm},
        {&config_guest_section, &layer->guest, &vm->guest},
        {&config_boot_section, &layer->boot, &vm->boot},
        {&layer->row->keys, &layer->work, vm->workload.config},
        {&config_workload_section, &layer->workload, &vm->workload},
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        int status = sim_section_parse(parts[i].section, parts[i].values, layer->origin,
                                       parts[i].base, memory, error);
        if (status != SIM_OK)
            return status;
    }

    int shares = sim_row_find(&config_vm_section, "shares");
    if (layer->vm.at[shares].text == NULL)
        vm->shares = (uint32_t)(vm->memory_mb * CONFIG_SHARES_PER_MB);
    if (isnan(vm->workload.start_s))
        vm->workload.start_s = vm->power_on_s;

    int status = vm_check(vm, layer, error);
    if (status == SIM_OK)
        status = lists_check(vm, layer, error);
    if (status == SIM_OK)
        status = guest_fits(config, vm, layer, error);
    if (status == SIM_OK)
        status = workload_check(vm, layer, error);
    return status != SIM_OK ? status : workload_files_check(layers, vm, layer, error);
}

static int vms_resolve(struct config_file *layers, struct experiment_config *config,
                       struct sim_error *error)
{
    const char *origin = layers->path;
    if (layers->vm_count < 1 || layers->vm_count > CONFIG_VMS_MOST)
        return sim_error_set(error, SIM_USAGE, "%s: vms: expected 1 to %u VMs, found %u", origin,
                             CONFIG_VMS_MOST, layers->vm_count);
    config->vm_count = layers->vm_count;
    config->vms = sim_memory_get(&config->memory, config->vm_count * sizeof *config->vms);
    for (uint32_t i = 0; i < config->vm_count; i++) {
        struct config_vm_layer *layer = &layers->vms[i];
        int status = config_preset_guest(layers, layer, error);
        if (status == SIM_OK)
            status = vm_resolve(layers, layer, config, &config->vms[i], error);
        if (status != SIM_OK)
            return status;
        for (uint32_t j = 0; j < i; j++)
            if (strcmp(config->vms[i].name, config->vms[j].name) == 0)
                return sim_error_set(
                    error, SIM_USAGE, "%s: name: expected a name of its own, found '%s' twice",
                    origin_of(&config_vm_section, &layer->vm, "name", layer->origin),
                    config->vms[i].name);
    }
    return SIM_OK;
}

/* ---- Policy and schedule ----------------------------------------------------------------- */

static int tunables_check(const struct mp_tunables *tunables, const char *origin,
                          struct sim_error *error)
{
    const char *wrong = mp_tunables_check(tunables);
    if (wrong == NULL)
        return SIM_OK;
    return sim_error_set(error, SIM_USAGE, "%s: policy: %s", origin, wrong);
}

static int policy_resolve(const struct config_file *layers, struct mp_tunables *tunables,
                          struct sim_memory *memory, struct sim_error *error)
{
    const struct sim_section *section = config_policy_section();
    const char *origin = layers->path;

    mp_tunables_preset(tunables);
    for (uint32_t i = 0; i < section->count; i++)
        if (layers->parts[CONFIG_POLICY].at[i].text != NULL)
            origin = layers->parts[CONFIG_POLICY].at[i].origin;
    int status =
        sim_section_parse(section, &layers->parts[CONFIG_POLICY], origin, tunables, memory, error);
    return status != SIM_OK ? status : tunables_check(tunables, origin, error);
}

/* Memory is set aside for these when a run begins (mp_init(), host_new()). */
static bool is_fixed(const char *key)
{
    return strcmp(key, "share_enabled") == 0 || strcmp(key, "page_colours") == 0 ||
           strcmp(key, "compress_cache_bp") == 0;
}

static int change_resolve(const struct config_change_layer *layer, struct config_change *change,
                          struct sim_memory *memory, struct sim_error *error)
{
    const struct sim_section *section = config_policy_section();
    struct sim_values values = {0};
    int status;

    if (layer->key.text == NULL || layer->value.text == NULL)
        return sim_error_set(error, SIM_USAGE,
                             "%s: schedule: expected the keys 'set' and 'value', or "
                             "'power_on', or 'power_off', or 'reboot', or 'write_shared'",
                             layer->origin);
    int row = strncmp(layer->key.text, "policy.", 7) == 0
                  ? sim_row_find(section, layer->key.text + 7)
                  : -1;
    if (row < 0 || is_fixed(section->rows[row].key))
        return sim_error_set(error, SIM_USAGE,
                             "%s: set: expected a policy key that can change in a run, found '%s'",
                             layer->key.origin, layer->key.text);
    values.at[row] = layer->value;
    change->key = sim_memory_text(memory, "%s", layer->key.text);
    change->value = sim_memory_text(memory, "%s", layer->value.text);
    status = sim_section_parse(section, &values, layer->origin, &change->tunables, memory, error);
    return status != SIM_OK ? status
                            : tunables_check(&change->tunables, layer->value.origin, error);
}

/* The entries are in order of time, whatever they change. */
static int entry_time(const struct config_change_layer *layer, double *last_s, double *at_s,
                      struct sim_memory *memory, struct sim_error *error)
{
    static const struct sim_row times[] = {
        {"at_s", SIM_ROW_REAL, 0, 0, WL_SECONDS_MOST, NULL, true, "s", "when"}};
    static const struct sim_section section = SIM_SECTION("schedule", times);
    const struct sim_values values = {.at = {layer->at_s}};
    int status = sim_section_parse(&section, &values, layer->origin, at_s, memory, error);
    if (status == SIM_OK && *at_s < *last_s)
        return sim_error_set(error, SIM_USAGE,
                             "%s: at_s: expected times in order, found %.10g after %.10g",
                             layer->at_s.origin, *at_s, *last_s);
    *last_s = *at_s;
    return status;
}

static int schedule_resolve(struct config_file *layers, struct experiment_config *config,
                            struct sim_error *error)
{
    struct sim_memory *memory = &config->memory;
    double *at_s = sim_memory_get(&layers->memory, layers->change_count * sizeof *at_s + 1);
    double last_s = 0;
    int status = SIM_OK;
    config->changes = sim_memory_get(memory, layers->change_count * sizeof *config->changes + 1);
    for (uint32_t i = 0; i < layers->change_count && status == SIM_OK; i++) {
        const struct config_change_layer *layer = &layers->changes[i];
        status = entry_time(layer, &last_s, &at_s[i], memory, error);
        if (status != SIM_OK || config_is_power(layer))
            continue;
        struct config_change *change = &config->changes[config->change_count];
        *change = (struct config_change){.at_s = at_s[i], .tunables = config->tunables};
        if (config->change_count++ > 0)
            change->tunables = change[-1].tunables;
        status = change_resolve(layer, change, memory, error);
    }
    return status == SIM_OK ? config_power_resolve(layers, at_s, config, error) : status;
}

/* ---- The whole --------------------------------------------------------------------------- */

static int machine_check(const struct config_file *layers, const struct experiment_config *config,
                         struct sim_error *error)
{
    const struct config_machine *machine = &config->machine;
    if (machine->hypervisor_mb >= machine->memory_mb)
        return sim_error_set(error, SIM_USAGE,
                             "%s: hypervisor_mb: expected less than memory_mb (%.10g), found %.10g",
                             origin_of(config_machine_section(), &layers->parts[CONFIG_MACHINE],
                                       "hypervisor_mb", layers->path),
                             machine->memory_mb, machine->hypervisor_mb);
    if (cost_device_of(machine->disk_device)->is_compressed)
        return sim_error_set(error, SIM_USAGE,
                             "%s: disk_device: expected a device that can hold files, found %s",
                             origin_of(config_machine_section(), &layers->parts[CONFIG_MACHINE],
                                       "disk_device", layers->path),
                             cost_device_of(machine->disk_device)->name);
    return SIM_OK;
}

static int costs_check(const struct config_file *layers, const struct experiment_config *config,
                       struct sim_error *error)
{
    const struct sim_section *section = config_parts[CONFIG_COST].section();
    const char *wrong = cost_table_check(&config->costs), *origin = layers->path;
    if (wrong == NULL)
        return SIM_OK;
    for (uint32_t i = 0; i < section->count; i++)
        if (layers->parts[CONFIG_COST].at[i].text != NULL)
            origin = layers->parts[CONFIG_COST].at[i].origin;
    return sim_error_set(error, SIM_USAGE, "%s: cost: %s", origin, wrong);
}

/* A scan that hashes more pages than the CPUs can would take time that nobody has. `origin` is
 * where the tunables come from; NULL: the section `policy`. */
static int scan_check(const struct config_file *layers, const struct experiment_config *config,
                      const struct mp_tunables *tunables, const char *origin,
                      struct sim_error *error)
{
    const struct mp_scanner *scanner = config->members.scanner;
    double of_vms = (double)tunables->share_scan_vm_pages_s * config->vm_count;
    bool is_total = tunables->share_scan_total_pages_s <= of_vms;
    double found = is_total ? tunables->share_scan_total_pages_s : of_vms;
    const char *key = is_total ? "share_scan_total_pages_s" : "share_scan_vm_pages_s";
    if (scanner && scanner->pages_s) /* what a governor orders later is in its own hands */
        found = scanner->pages_s(config->members.scanner_values);
    struct cost_cpu cpu;
    cost_cpu_init(&cpu, config->machine.cpu_mhz, &config->costs);
    double most = floor(config->machine.cpus * 1e9 / (double)cpu.hash_ns);
    if (!tunables->share_enabled || found <= most)
        return SIM_OK;
    if (scanner && scanner->pages_s)
        return sim_error_set(error, SIM_USAGE,
                             "%s: scanner %s: expected at most the %.0f pages/s that the CPUs can "
                             "hash, found %.0f",
                             layers->path, scanner->name, most, found);
    if (origin == NULL)
        origin = origin_of(config_parts[CONFIG_POLICY].section(), &layers->parts[CONFIG_POLICY],
                           key, layers->path);
    return sim_error_set(error, SIM_USAGE,
                         "%s: %s: expected at most the %.0f pages/s that %u CPU%s of %u MHz "
                         "can hash, found %.0f for all VMs",
                         origin, key, most, config->machine.cpus,
                         config->machine.cpus == 1 ? "" : "s", config->machine.cpu_mhz, found);
}

static int scans_check(const struct config_file *layers, const struct experiment_config *config,
                       struct sim_error *error)
{
    int status = scan_check(layers, config, &config->tunables, NULL, error);
    for (uint32_t i = 0, k = 0; i < layers->change_count && status == SIM_OK; i++)
        if (!config_is_power(&layers->changes[i]))
            status = scan_check(layers, config, &config->changes[k++].tunables,
                                layers->changes[i].value.origin, error);
    return status;
}

/* Each page of the model stands for many, so it must not be the whole of something. */
static int scale_apply(const struct config_file *layers, struct experiment_config *config,
                       struct sim_error *error)
{
    uint32_t scale = config->machine.scale;
    const char *origin =
        origin_of(config_machine_section(), &layers->parts[CONFIG_MACHINE], "scale", layers->path);
    for (uint32_t i = 0; scale > 1 && i < config->vm_count; i++) {
        const struct config_vm *vm = &config->vms[i];
        uint32_t most = config_pages(vm->memory_mb) / CONFIG_SCALED_PAGES_LEAST;
        if (!vm->workload.row->scales)
            return sim_error_set(error, SIM_USAGE,
                                 "%s: scale: expected 1 for the workload %s of VM %s, found %u",
                                 origin, vm->workload.row->keys.name, vm->name, scale);
        if (scale > most)
            return sim_error_set(error, SIM_USAGE,
                                 "%s: scale: expected at most %u, which leaves VM %s %u pages, "
                                 "found %u",
                                 origin, most > 0 ? most : 1, vm->name, CONFIG_SCALED_PAGES_LEAST,
                                 scale);
    }
    config->own_costs = config->costs;
    if (!cost_table_scale(&config->own_costs, scale))
        return sim_error_set(error, SIM_USAGE,
                             "%s: scale: expected one at which each cost of a page is at most %u, "
                             "found %u",
                             origin, UINT32_MAX, scale);
    return SIM_OK;
}

static int layers_resolve(struct config_file *layers, struct experiment_config *config,
                          struct sim_error *error)
{
    struct sim_memory *memory = &config->memory;
    int status = config_preset_machine(layers, error);
    if (status == SIM_OK)
        status = config_preset_policy(layers, error);
    if (status == SIM_OK)
        status = sim_section_parse(&config_top_section, &layers->top, layers->path, config, memory,
                                   error);
    for (uint32_t i = 0; i < CONFIG_PARTS && status == SIM_OK; i++)
        if (i != CONFIG_POLICY)
            status = sim_section_parse(config_parts[i].section(), &layers->parts[i], layers->path,
                                       (char *)config + config_parts[i].offset, memory, error);
    if (status == SIM_OK)
        status = policy_resolve(layers, &config->tunables, memory, error);
    if (status == SIM_OK)
        status = config_members_resolve(layers, config, error);
    if (status == SIM_OK)
        status = vms_resolve(layers, config, error);
    if (status == SIM_OK)
        status = config_reports_check(layers, config, error);
    if (status == SIM_OK)
        status = machine_check(layers, config, error);
    if (status == SIM_OK)
        status = costs_check(layers, config, error);
    if (status == SIM_OK)
        status = scale_apply(layers, config, error);
    if (status == SIM_OK)
        status = schedule_resolve(layers, config, error);
    if (status == SIM_OK)
        status = scans_check(layers, config, error);
    if (status == SIM_OK)
        status = config_faults_resolve(layers, config, error);
    if (status == SIM_OK && layers->is_alone)
        config_alone_resolve(config);
    return status == SIM_OK ? config_overhead_check(layers, config, error) : status;
}

int config_resolve(const struct config_file *file, uint32_t variant, const char *const *sets,
                   uint32_t set_count, struct experiment_config *config, struct sim_error *error)
{
    struct config_file layers = *file;
    memset(config, 0, sizeof *config);
    layers.memory = (struct sim_memory){0};
    layers.vms = sim_memory_get(&layers.memory, file->vm_count * sizeof *layers.vms + 1);
    memcpy(layers.vms, file->vms, file->vm_count * sizeof *layers.vms);
    layers.faults = sim_memory_get(&layers.memory, file->fault_count * sizeof *layers.faults + 1);
    memcpy(layers.faults, file->faults, file->fault_count * sizeof *layers.faults);

    const struct config_variant_layer *chosen =
        file->variant_count > 0 ? &file->variants[variant] : NULL;
    const char *name;
    int status = config_sets_apply(&layers, chosen, sets, set_count, &name, error);
    config->variant = sim_memory_text(&config->memory, "%s", name);
    if (status == SIM_OK)
        status = layers_resolve(&layers, config, error);
    config->base_dir = sim_memory_text(&config->memory, "%s", file->base_dir);
    sim_memory_free(&layers.memory);
    if (status != SIM_OK)
        config_fini(config);
    return status;
}

struct guest_config config_guest_of(const struct experiment_config *config,
                                    const struct config_vm *vm)
{
    const struct config_boot *boot = &vm->boot;
    return (struct guest_config){
        .os = vm->guest.os,
        .page_scale = config->machine.scale,
        .memory_pages = config_own_pages(config, vm->memory_mb),
        .swap_pages = config_own_pages(config, vm->guest.swap_mb),
        .swap_device = vm->guest.swap_device,
        .boot = {.early_ns = config_ns(boot->early_s),
                 .early_pages = config_own_pages(config, boot->early_mb),
                 .zero_pages_s = config_pages(boot->zero_mb_s),
                 .services_ns = config_ns(boot->services_s),
                 .services_pages = config_own_pages(config, boot->services_mb),
                 .balloon_ns = config_ns(boot->balloon_s),
                 .image = boot->image},
        .background_pages = config_own_pages(config, vm->guest.background_mb),
        .balloon_pages_s = vm->guest.balloon_pages_s,
        .balloon_deflate_pages_s = vm->guest.balloon_deflate_pages_s,
        .balloon_most_pages = config_own_pages(config, vm->guest.balloon_most_mb),
        .balloon_deflates_on_oom = vm->guest.balloon_deflate_on_oom,
        .reports_free_pages = vm->guest.free_page_reporting,
        .swappiness = vm->guest.swappiness,
        .ignores_refaults = !vm->guest.refault_distance,
        .huge_share_bp = vm->guest.huge_share_bp,
        .cpu_mhz = config->machine.cpu_mhz,
        .costs = &config->own_costs,
        .name = vm->name};
}

void config_fini(struct experiment_config *config)
{
    sim_memory_free(&config->memory);
    memset(config, 0, sizeof *config);
}
