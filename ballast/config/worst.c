/*
 * Worst cases by name: what may happen to a host on a bad day, as a layer over its file.
 *
 * They happen at half of the run's time, after the VMs have settled, but for a storm of boots,
 * which is the beginning.
 *
 * The hazard is a worst case that does nothing, because the file has no VM that it applies to: it
 * is refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/config/layers.h"
#include "sim/nearest.h"
#include "sim/quantity_read.h"

#define HOSTS_UNLESS_GIVEN 4u
#define HOSTS_MOST         1000u

struct worst {
    struct config_file *layers;
    const struct sim_value *name;
    uint32_t number; /* behind a colon; 0: none is given */
    struct sim_error *error;
};

static struct sim_value *value_at(struct sim_values *values, const struct sim_section *section,
                                  const char *key)
{
    return &values->at[sim_row_find(section, key)];
}

static void put(struct worst *worst, struct sim_values *values, const struct sim_section *section,
                const char *key, const char *text)
{
    *value_at(values, section, key) = (struct sim_value){text, worst->name->origin};
}

/* In the unit; 0 where it is not given or is none. What is no number is refused later. */
static double number_of(const struct sim_value *value, const char *unit)
{
    double number = 0;
    if (value->text != NULL && sim_quantity_read(value->text, unit, &number) != SIM_QUANTITY_OK)
        number = 0;
    return number;
}

/* As text, for a value. */
static const char *half_time(struct worst *worst)
{
    struct sim_values *top = &worst->layers->top;
    double duration_s = number_of(value_at(top, &config_top_section, "duration_s"), "s");
    return sim_memory_text(&worst->layers->memory, "%.15g", duration_s / 2);
}

static int boot_storm(struct worst *worst)
{
    for (uint32_t i = 0; i < worst->layers->vm_count; i++)
        put(worst, &worst->layers->vms[i].vm, &config_vm_section, "power_on_s", "0");
    return SIM_OK;
}

/* The largest VM's: its memory is what is missed most. */
static int balloon_stuck(struct worst *worst)
{
    struct config_vm_layer *largest = &worst->layers->vms[0];
    for (uint32_t i = 1; i < worst->layers->vm_count; i++) {
        struct config_vm_layer *vm = &worst->layers->vms[i];
        if (number_of(value_at(&vm->vm, &config_vm_section, "memory_mb"), "MB") >
            number_of(value_at(&largest->vm, &config_vm_section, "memory_mb"), "MB"))
            largest = vm;
    }
    put(worst, &largest->guest, &config_guest_section, "balloon_pages_s", "0");
    return SIM_OK;
}

static int share_storm(struct worst *worst)
{
    struct config_file *layers = worst->layers;
    uint32_t count = layers->change_count, more = layers->vm_count, before = 0;
    struct config_change_layer *changes =
        sim_memory_get(&layers->memory, (count + more) * sizeof *changes);
    const char *at_s = half_time(worst);
    while (before < count && number_of(&layers->changes[before].at_s, "s") <= strtod(at_s, NULL))
        before++;
    memcpy(changes, layers->changes, before * sizeof *changes);
    for (uint32_t i = 0; i < more; i++) {
        struct config_change_layer *change = &changes[before + i];
        *change = (struct config_change_layer){.at_s = {at_s, worst->name->origin},
                                               .origin = worst->name->origin};
        change->power[CONFIG_WRITE_SHARED] =
            *value_at(&layers->vms[i].vm, &config_vm_section, "name");
    }
    if (count > before)
        memcpy(changes + before + more, layers->changes + before,
               (count - before) * sizeof *changes);
    layers->changes = changes;
    layers->change_count += more;
    return SIM_OK;
}

/* Its VMs start anew on the hosts that are left. Each gets the same number, rounded up. */
static int host_lost(struct worst *worst)
{
    struct config_file *layers = worst->layers;
    uint32_t hosts = worst->number > 0 ? worst->number : HOSTS_UNLESS_GIVEN;
    if (hosts < 2 || hosts > HOSTS_MOST)
        return sim_error_set(worst->error, SIM_USAGE,
                             "%s: expected a host of 2 to %u that is lost, found %u",
                             worst->name->origin, HOSTS_MOST, hosts);
    uint32_t count = layers->vm_count, more = (count + hosts - 2) / (hosts - 1);
    if (count + more > CONFIG_VMS_MOST)
        return sim_error_set(worst->error, SIM_USAGE, "%s: expected at most %u VMs, found %u",
                             worst->name->origin, CONFIG_VMS_MOST, count + more);
    struct config_vm_layer *vms = sim_memory_get(&layers->memory, (count + more) * sizeof *vms);
    const char *at_s = half_time(worst);
    memcpy(vms, layers->vms, count * sizeof *vms);
    for (uint32_t i = 0; i < more; i++) {
        struct config_vm_layer *vm = &vms[count + i];
        *vm = vms[(uint64_t)i * count / more]; /* spread over the list */
        struct sim_value *name = value_at(&vm->vm, &config_vm_section, "name");
        name->text = sim_memory_text(&layers->memory, "%s-moved", name->text);
        put(worst, &vm->vm, &config_vm_section, "power_on_s", at_s);
        put(worst, &vm->vm, &config_vm_section, "power_off_s", "none");
        value_at(&vm->workload, &config_workload_section, "start_s")->text = NULL;
    }
    layers->vms = vms;
    layers->vm_count = count + more;
    return SIM_OK;
}

const struct config_worst config_worst_list[] = {
    {"share-storm", "every VM writes all pages that it shares, at half of the time"},
    {"boot-storm", "all VMs are powered on at the start"},
    {"balloon-stuck", "the balloon driver of the largest VM takes no page"},
    {"host-lost", "one of 4 hosts (host-lost:N: of N) fails halfway; the others start its VMs"},
    {NULL, NULL},
};

static int (*const applied[])(struct worst *) = {share_storm, boot_storm, balloon_stuck, host_lost};

static bool is_case(const char *text, const char *name, uint32_t *number)
{
    size_t length = strlen(name);
    int end = 0;
    *number = 0;
    if (strncmp(text, name, length) != 0)
        return false;
    return text[length] == '\0' ||
           (strcmp(name, "host-lost") == 0 && sscanf(text + length, ":%u%n", number, &end) == 1 &&
            *number > 0 && text[length + (size_t)end] == '\0');
}

int config_worst_apply(struct config_file *layers, const struct sim_value *name,
                       struct sim_error *error)
{
    struct worst worst = {.layers = layers, .name = name, .error = error};
    char hint[SIM_HINT_BYTES];
    struct sim_nearest nearest;
    sim_nearest_begin(&nearest, name->text);
    for (uint32_t i = 0; config_worst_list[i].name != NULL; i++) {
        if (is_case(name->text, config_worst_list[i].name, &worst.number) && layers->vm_count > 0)
            return applied[i](&worst);
        sim_nearest_offer(&nearest, config_worst_list[i].name);
    }
    return sim_error_set(error, SIM_USAGE,
                         "%s: expected share-storm, boot-storm, balloon-stuck or host-lost, found "
                         "'%s'%s",
                         name->origin, name->text, sim_nearest_hint(hint, nearest.best));
}
