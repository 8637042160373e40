/*
 * Who decides: the governor, the estimators and the scanner of an experiment, and their parameters.
 *
 *     policy:     {governor: static, estimators: "esx,resident", estimator: esx, scanner: esx}
 *     governor:   {static: {key: value}}
 *
 * A governor's name with a slash or that ends in ".so" is a file: a shared object that exports a
 * table of functions (models/policy/mp_governor.h). It counts from the folder of the experiment.
 * The object stays loaded until the program ends, as configurations of a sweep share it.
 *
 * Parameters may be given for every member of a seam, so that a sweep over governors can set those
 * of each. Those of a member that does not run are checked, and have no effect.
 */
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ballast/config/layers.h"
#include "models/policy/mp_estimator.h"
#include "models/policy/mp_governor.h"
#include "models/policy/mp_scanner.h"
#include "sim/nearest.h"

/* ---- The seams ---------------------------------------------------------------------------- */

static bool governor_at(uint32_t index, struct config_member *member)
{
    const struct mp_governor *table = mp_governor_at(index);
    if (table != NULL)
        *member = (struct config_member){.name = table->name,
                                         .summary = table->summary,
                                         .rows = table->parameters,
                                         .count = table->parameter_count,
                                         .table = table};
    return table != NULL;
}

static bool estimator_at(uint32_t index, struct config_member *member)
{
    const struct mp_estimator *table = mp_estimator_at(index);
    if (table != NULL)
        *member = (struct config_member){.name = table->name,
                                         .summary = table->summary,
                                         .rows = table->parameters,
                                         .count = table->parameter_count,
                                         .table = table};
    return table != NULL;
}

static bool scanner_at(uint32_t index, struct config_member *member)
{
    const struct mp_scanner *table = mp_scanner_at(index);
    if (table != NULL)
        *member = (struct config_member){.name = table->name,
                                         .summary = table->summary,
                                         .rows = table->parameters,
                                         .count = table->parameter_count,
                                         .table = table};
    return table != NULL;
}

const struct config_seam config_seams[CONFIG_SEAMS] = {
    [CONFIG_GOVERNOR] = {"governor", governor_at},
    [CONFIG_ESTIMATOR] = {"estimator", estimator_at},
    [CONFIG_SCANNER] = {"scanner", scanner_at},
};

static const char *first_name(enum config_seam_number seam)
{
    struct config_member member = {.name = ""};
    config_seams[seam].at(0, &member);
    return member.name;
}

const struct sim_section *config_names_section(void)
{
#define AT(field) offsetof(struct config_names, field)
    static struct sim_row rows[] = {
        {"governor", SIM_ROW_TEXT, AT(governor), 0, 0, NULL, false, "",
         "who gets how much memory: a name, or the file of a shared object"},
        {"estimator", SIM_ROW_TEXT, AT(estimator), 0, 0, NULL, false, "",
         "the estimator of active memory that the governor believes"},
        {"estimators", SIM_ROW_TEXT, AT(estimators), 0, 0, "", false, "",
         "all estimators that run, separated by commas; the believed one alone unless given"},
        {"scanner", SIM_ROW_TEXT, AT(scanner), 0, 0, NULL, false, "",
         "which pages are tried for sharing, and when"},
    };
#undef AT
    static const struct sim_section section = SIM_SECTION("policy", rows);
    rows[0].preset = first_name(CONFIG_GOVERNOR);
    rows[1].preset = first_name(CONFIG_ESTIMATOR);
    rows[3].preset = first_name(CONFIG_SCANNER);
    return &section;
}

/* ---- Shared objects ----------------------------------------------------------------------- */

bool config_is_object(const char *name)
{
    size_t length = strlen(name);
    return strchr(name, '/') != NULL || (length > 3 && strcmp(name + length - 3, ".so") == 0);
}

/* What dlerror() says, without the path that the message names already. */
static const char *why_not_loaded(const char *path)
{
    const char *why = dlerror();
    size_t length = strlen(path);
    if (why == NULL)
        return "no reason";
    return strncmp(why, path, length) == 0 && why[length] == ':' ? why + length + 2 : why;
}

static int governor_load(const struct sim_value *value, const char *name, const char *path,
                         struct config_member *member, struct sim_error *error)
{
    if (access(path, R_OK) != 0)
        return sim_error_set(error, SIM_USAGE,
                             "%s: governor: expected a shared object that can be read, found no "
                             "such file: '%s'",
                             value->origin, path);
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (object == NULL)
        return sim_error_set(error, SIM_USAGE,
                             "%s: governor: %s: expected a shared object, found: %s", value->origin,
                             path, why_not_loaded(path));
    const struct mp_governor *table = dlsym(object, MP_GOVERNOR_SYMBOL);
    if (table == NULL)
        return sim_error_set(error, SIM_USAGE,
                             "%s: governor: %s: expected the symbol " MP_GOVERNOR_SYMBOL
                             ", found none",
                             value->origin, path);
    if (table->abi != MP_GOVERNOR_ABI)
        return sim_error_set(error, SIM_USAGE,
                             "%s: governor: %s: expected a table of ABI %u, found %u; build it "
                             "anew with this version's mp_governor.h",
                             value->origin, path, MP_GOVERNOR_ABI, table->abi);
    const char *wrong = mp_governor_check(table);
    if (wrong != NULL)
        return sim_error_set(error, SIM_USAGE,
                             "%s: governor: %s: expected a table that is in order, found %s",
                             value->origin, path, wrong);
    if (mp_governor_find(table->name) != NULL)
        return sim_error_set(error, SIM_USAGE,
                             "%s: governor: %s: expected a name of its own, found '%s', which a "
                             "governor of the library has",
                             value->origin, path, table->name);
    *member = (struct config_member){.name = table->name,
                                     .summary = table->summary,
                                     .object = name,
                                     .rows = table->parameters,
                                     .count = table->parameter_count,
                                     .table = table};
    return SIM_OK;
}

/* ---- Finding ------------------------------------------------------------------------------ */

static int member_find(enum config_seam_number seam, const struct sim_value *value,
                       const char *name, struct config_member *member, struct sim_error *error)
{
    char known[200] = "", hint[SIM_HINT_BYTES];
    size_t length = 0;
    struct sim_nearest nearest;
    sim_nearest_begin(&nearest, name);
    for (uint32_t i = 0; config_seams[seam].at(i, member); i++) {
        if (strcmp(member->name, name) == 0)
            return SIM_OK;
        sim_nearest_offer(&nearest, member->name);
        if (length < sizeof known)
            length += (size_t)snprintf(known + length, sizeof known - length, "%s%s",
                                       i > 0 ? ", " : "", member->name);
    }
    return sim_error_set(error, SIM_USAGE, "%s: expected the name of a%s %s (%s), found '%s'%s",
                         value->origin, seam == CONFIG_ESTIMATOR ? "n" : "",
                         config_seams[seam].name, known, name,
                         sim_nearest_hint(hint, nearest.best));
}

static struct config_member *member_add(struct experiment_config *config,
                                        enum config_seam_number seam,
                                        const struct config_member *member)
{
    struct config_member *added = &config->chosen[config->chosen_count++];
    *added = *member;
    added->seam = seam;
    added->values = sim_memory_get(&config->memory, (added->count + 1) * sizeof *added->values);
    for (uint32_t i = 0; i < added->count; i++)
        added->values[i] = added->rows[i].preset;
    return added;
}

static int governor_choose(const struct config_file *layers, const struct sim_value *value,
                           struct experiment_config *config, struct sim_error *error)
{
    struct config_member member;
    const char *name = config->names.governor;
    int status = SIM_OK;
    if (config_is_object(name)) {
        const char *path =
            sim_memory_text(&config->memory, "%s%s%s", name[0] == '/' ? "" : layers->base_dir,
                            name[0] == '/' ? "" : "/", name);
        status = governor_load(value, name, path, &member, error);
    } else {
        status = member_find(CONFIG_GOVERNOR, value, name, &member, error);
    }
    if (status != SIM_OK)
        return status;
    config->members.governor_values = member_add(config, CONFIG_GOVERNOR, &member)->values;
    config->members.governor = member.table;
    return SIM_OK;
}

static int estimator_add(const struct sim_value *value, const char *name,
                         struct experiment_config *config, struct sim_error *error)
{
    struct mp_members *members = &config->members;
    struct config_member member;
    int status = member_find(CONFIG_ESTIMATOR, value, name, &member, error);
    if (status != SIM_OK)
        return status;
    for (uint32_t i = 0; i < members->estimator_count; i++)
        if (members->estimators[i] == member.table)
            return sim_error_set(error, SIM_USAGE,
                                 "%s: expected every estimator once, found '%s'"
                                 " twice",
                                 value->origin, name);
    if (members->estimator_count == MP_MOST_ESTIMATORS)
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected at most %u estimators, as each VM keeps so many states,"
                             " found more",
                             value->origin, MP_MOST_ESTIMATORS);
    uint32_t arming = ((const struct mp_estimator *)member.table)->arms;
    for (uint32_t i = 0; i < members->estimator_count; i++)
        arming += members->estimators[i]->arms;
    if (arming > MP_MOST_ARMING)
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected at most %u estimators that arm pages, as a page's record"
                             " has so many bits, found more",
                             value->origin, MP_MOST_ARMING);
    members->estimator_values[members->estimator_count] =
        member_add(config, CONFIG_ESTIMATOR, &member)->values;
    members->estimators[members->estimator_count++] = member.table;
    return SIM_OK;
}

/* The list in its order; the believed one must be in it. */
static int estimators_choose(const struct sim_value *believed, const struct sim_value *list,
                             struct experiment_config *config, struct sim_error *error)
{
    struct mp_members *members = &config->members;
    const char *names = config->names.estimators;
    int status = SIM_OK;
    if (names[0] == '\0')
        return estimator_add(believed, config->names.estimator, config, error);
    while (status == SIM_OK) {
        size_t length = strcspn(names, ",");
        status = estimator_add(list, sim_memory_text(&config->memory, "%.*s", (int)length, names),
                               config, error);
        names += length;
        if (*names++ == '\0')
            break;
    }
    for (uint32_t i = 0; i < members->estimator_count && status == SIM_OK; i++) {
        members->believed = i;
        if (strcmp(members->estimators[i]->name, config->names.estimator) == 0)
            return SIM_OK;
    }
    return status != SIM_OK
               ? status
               : sim_error_set(error, SIM_USAGE,
                               "%s: estimator: expected one of estimators (%s), found "
                               "'%s'",
                               believed->origin, config->names.estimators, config->names.estimator);
}

static int scanner_choose(const struct sim_value *value, struct experiment_config *config,
                          struct sim_error *error)
{
    struct config_member member;
    int status = member_find(CONFIG_SCANNER, value, config->names.scanner, &member, error);
    if (status != SIM_OK)
        return status;
    config->members.scanner_values = member_add(config, CONFIG_SCANNER, &member)->values;
    config->members.scanner = member.table;
    return SIM_OK;
}

/* ---- Parameters --------------------------------------------------------------------------- */

static int parameter_set(const struct config_member *member, const char *key,
                         const struct sim_value *value, uint32_t *values, struct sim_error *error)
{
    char hint[SIM_HINT_BYTES];
    struct sim_nearest nearest;
    sim_nearest_begin(&nearest, key);
    for (uint32_t i = 0; i < member->count; i++) {
        const struct mp_parameter *parameter = &member->rows[i];
        sim_nearest_offer(&nearest, parameter->name);
        if (strcmp(parameter->name, key) != 0)
            continue;
        const struct sim_row row = {.key = parameter->name,
                                    .type = SIM_ROW_COUNT,
                                    .least = parameter->least,
                                    .most = parameter->most,
                                    .unit = parameter->unit,
                                    .help = parameter->source};
        const struct sim_section section = {member->name, &row, 1};
        const struct sim_values given = {.at = {*value}};
        uint32_t number = parameter->preset;
        int status = sim_section_parse(&section, &given, value->origin, &number, NULL, error);
        if (values != NULL)
            values[i] = number;
        return status;
    }
    return sim_error_set(error, SIM_USAGE, "%s: expected a parameter of %s, found '%s'%s",
                         value->origin, member->name, key, sim_nearest_hint(hint, nearest.best));
}

/* "static.key" of the seam: of a member that runs, or of another that the library has. */
static int parameter_resolve(const struct experiment_config *config,
                             const struct config_parameter_layer *layer, struct sim_error *error)
{
    size_t length = strcspn(layer->key, ".");
    const char *key = layer->key + length + (layer->key[length] == '.');
    char name[SIM_NAME_BYTES];
    struct config_member member;
    snprintf(name, sizeof name, "%.*s", (int)length, layer->key);
    for (uint32_t i = 0; i < config->chosen_count; i++) {
        const struct config_member *chosen = &config->chosen[i];
        if (chosen->seam == layer->seam && strcmp(chosen->name, name) == 0)
            return parameter_set(chosen, key, &layer->value, chosen->values, error);
    }
    int status = member_find(layer->seam, &layer->value, name, &member, error);
    return status != SIM_OK ? status : parameter_set(&member, key, &layer->value, NULL, error);
}

/* The layers' list is shared with the file that they were copied from, so a new value goes before
 * an older one of the same key, and hides it. */
void config_parameter_add(struct config_file *layers, enum config_seam_number seam, const char *key,
                          struct sim_value value)
{
    struct config_parameter_layer *layer = sim_memory_get(&layers->memory, sizeof *layer);
    *layer = (struct config_parameter_layer){.seam = seam,
                                             .key = sim_memory_text(&layers->memory, "%s", key),
                                             .value = value,
                                             .next = layers->parameters};
    layers->parameters = layer;
}

static bool is_hidden(const struct config_parameter_layer *first,
                      const struct config_parameter_layer *layer)
{
    while (first != layer && (first->seam != layer->seam || strcmp(first->key, layer->key) != 0))
        first = first->next;
    return first != layer;
}

/* ---- Reports of guests -------------------------------------------------------------------- */

/* "governor mom", or NULL where nobody needs reports. */
static const char *needs_reports(struct experiment_config *config)
{
    const struct mp_members *members = &config->members;
    if (members->governor->needs_reports)
        return sim_memory_text(&config->memory, "governor %s decides", members->governor->name);
    for (uint32_t i = 0; i < members->estimator_count; i++)
        if (members->estimators[i]->needs_reports)
            return sim_memory_text(&config->memory, "estimator %s answers",
                                   members->estimators[i]->name);
    return NULL;
}

static int truth_check(const struct config_file *layers, const struct experiment_config *config,
                       struct sim_error *error)
{
    for (uint32_t i = 0; i < config->members.estimator_count; i++)
        if (config->members.estimators[i]->needs_truth && !config->record.touched)
            return sim_error_set(
                error, SIM_USAGE,
                "%s: expected record.touched: true, since the estimator %s answers "
                "what is really touched, found false",
                layers->path, config->members.estimators[i]->name);
    return SIM_OK;
}

/* A guest reports with each poll of its balloon driver. */
int config_reports_check(const struct config_file *layers, struct experiment_config *config,
                         struct sim_error *error)
{
    const char *needing = needs_reports(config);
    for (uint32_t i = 0; i < config->vm_count && needing != NULL; i++) {
        const struct config_vm *vm = &config->vms[i];
        if (vm->guest.os != GUEST_BARE && !isinf(vm->boot.balloon_s))
            continue;
        return sim_error_set(error, SIM_USAGE,
                             "%s: %s: expected a guest with a balloon driver (boot.balloon_s), "
                             "since the %s by what guests report, found %s",
                             layers->vms[i].origin, vm->name, needing,
                             vm->guest.os == GUEST_BARE ? "a bare machine" : "none");
    }
    return truth_check(layers, config, error);
}

/* ---- All ---------------------------------------------------------------------------------- */

int config_members_resolve(const struct config_file *layers, struct experiment_config *config,
                           struct sim_error *error)
{
    const struct sim_section *section = config_names_section();
    const struct sim_value *values = layers->names.at;
    struct sim_value at[4];
    for (uint32_t i = 0; i < 4; i++)
        at[i] = values[i].text != NULL ? values[i] : (struct sim_value){"", layers->path};
    config->chosen =
        sim_memory_get(&config->memory, (MP_MOST_ESTIMATORS + 2) * sizeof *config->chosen);
    int status = sim_section_parse(section, &layers->names, layers->path, &config->names,
                                   &config->memory, error);
    if (status == SIM_OK)
        status = governor_choose(layers, &at[sim_row_find(section, "governor")], config, error);
    if (status == SIM_OK)
        status = estimators_choose(&at[sim_row_find(section, "estimator")],
                                   &at[sim_row_find(section, "estimators")], config, error);
    if (status == SIM_OK)
        status = scanner_choose(&at[sim_row_find(section, "scanner")], config, error);
    const struct config_parameter_layer *layer = layers->parameters;
    for (; layer != NULL && status == SIM_OK; layer = layer->next)
        if (!is_hidden(layers->parameters, layer))
            status = parameter_resolve(config, layer, error);
    return status;
}
