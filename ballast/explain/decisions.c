/*
 * Reads decisions and makes the governor's views again.
 *
 * The hazard is several rounds of one moment, such as five VMs that are powered on at 0 s. The rows
 * of both tables are in the order in which they were written, so a round ends where a VM comes that
 * is not behind the one before, and the inputs of a decision end where their first name comes
 * again.
 */
#include "ballast/explain/decisions.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/array.h"
#include "sim/nearest.h"

/* ---- Fields of a view -------------------------------------------------------------------- */

#define MP_VIEW_HOST(name, field, what)                                                            \
    static int64_t get_##name(const struct mp_view *view, const struct mp_vm_view *vm)             \
    {                                                                                              \
        (void)vm;                                                                                  \
        return (int64_t)view->field;                                                               \
    }                                                                                              \
    static void set_##name(struct mp_view *view, struct mp_vm_view *vm, int64_t value)             \
    {                                                                                              \
        (void)vm;                                                                                  \
        view->field = (__typeof__(view->field))value;                                              \
    }
#define MP_VIEW_VM(name, field, what)                                                              \
    static int64_t get_##name(const struct mp_view *view, const struct mp_vm_view *vm)             \
    {                                                                                              \
        (void)view;                                                                                \
        return (int64_t)vm->field;                                                                 \
    }                                                                                              \
    static void set_##name(struct mp_view *view, struct mp_vm_view *vm, int64_t value)             \
    {                                                                                              \
        (void)view;                                                                                \
        vm->field = (__typeof__(vm->field))value;                                                  \
    }
#include "models/policy/mp_view.def"
#undef MP_VIEW_HOST
#undef MP_VIEW_VM

const struct view_row view_rows[VIEW_FIELDS] = {
#define MP_VIEW_HOST(name, field, what) {#name, what, false, get_##name, set_##name},
#define MP_VIEW_VM(name, field, what)   {#name, what, true, get_##name, set_##name},
#include "models/policy/mp_view.def"
#undef MP_VIEW_HOST
#undef MP_VIEW_VM
};

static const struct view_row *row_find(const char *name)
{
    for (uint32_t i = 0; i < VIEW_FIELDS; i++)
        if (strcmp(view_rows[i].name, name) == 0)
            return &view_rows[i];
    return NULL;
}

/* The nearest count: a damaged database may hold any number. */
static uint32_t count_of(double value)
{
    return !(value > 0) ? 0 : value < UINT32_MAX ? (uint32_t)llround(value) : UINT32_MAX;
}

static uint32_t pages_of(double mb)
{
    return count_of(mb * (1024 * 1024 / MP_PAGE_SIZE));
}

/* ---- Parameters -------------------------------------------------------------------------- */

/* While a run is read. */
struct reading {
    struct decisions *decisions;
    const char *believed; /* the estimator */
    char run[24];         /* its number */
    size_t name_room, round_room;
    char wrong[200]; /* what no ballast writes */

    struct vm_rounds *of_vms; /* where the decisions about each VM are */

    /* Where the inputs are: the next one of this VM and name belongs to one of the VM's rounds from
     * this one on. */
    int vm;
    char name[MP_MOST_NAME_BYTES];
    uint32_t next;
};

struct vm_rounds {
    struct vm_round {
        uint32_t round, place; /* of the VM in it */
    } * at;
    size_t room;
    uint32_t count;
};

static bool take_vm(void *context, const struct results_value *values, uint32_t count)
{
    struct reading *reading = context;
    struct decisions *decisions = reading->decisions;
    (void)count;
    sim_array_need(decisions->vms, reading->name_room, decisions->vm_count + 1u);
    decisions->vms[decisions->vm_count++] =
        sim_memory_text(&decisions->memory, "%s", values[0].text);
    return decisions->vm_count < UINT16_MAX;
}

static int vm_number(const struct decisions *decisions, const char *name)
{
    for (uint32_t i = 0; i < decisions->vm_count; i++)
        if (strcmp(decisions->vms[i], name) == 0)
            return (int)i;
    return -1;
}

/* "vm.NAME.KEY": the name may have dots of its own. */
static void take_vm_parameter(struct reading *reading, const char *text, double value)
{
    char name[100];
    const char *key = strrchr(text, '.');
    snprintf(name, sizeof name, "%.*s", (int)(key - text), text);
    int vm = vm_number(reading->decisions, name);
    if (vm < 0)
        return;
    struct mp_vm_view *view = &reading->decisions->configured[vm];
    if (strcmp(key, ".shares") == 0)
        view->shares = count_of(value);
    else if (strcmp(key, ".min_mb") == 0)
        view->min_pages = pages_of(value);
    else if (strcmp(key, ".memory_mb") == 0)
        view->max_pages = pages_of(value);
    else if (strcmp(key, ".limit_mb") == 0)
        view->limit_pages = value > 0 ? pages_of(value) : UINT32_MAX; /* "none" */
}

/* All estimators that ran, and which of them was believed. */
static void take_estimators(struct reading *reading, const char *key, const char *list)
{
    struct mp_view *host = &reading->decisions->machine;
    struct sim_memory *memory = &reading->decisions->memory;
    if (strcmp(key, "policy.estimator") == 0)
        reading->believed = sim_memory_text(memory, "%s", list);
    else if (strcmp(key, "policy.estimators") != 0)
        return;
    host->estimator_count = 0;
    for (const char *name = list; *name != '\0' && host->estimator_count < MP_MOST_ESTIMATORS;) {
        size_t length = strcspn(name, ",");
        const char *copy = sim_memory_text(memory, "%.*s", (int)length, name);
        if (strcmp(copy, reading->believed) == 0)
            host->believed = host->estimator_count;
        host->estimator_names[host->estimator_count++] = copy;
        name += length + (name[length] == ',');
    }
}

static bool take_parameter(void *context, const struct results_value *values, uint32_t count)
{
    struct reading *reading = context;
    const char *key = values[0].text;
    double value = strtod(values[1].text, NULL);
    (void)count;
    if (strncmp(key, "vm.", 3) == 0 && strrchr(key, '.') > key + 2)
        take_vm_parameter(reading, key + 3, value);
    else if (strcmp(key, "machine.memory_mb") == 0)
        reading->decisions->machine.machine_pages = pages_of(value);
    else if (strcmp(key, "machine.hypervisor_mb") == 0)
        reading->decisions->machine.hypervisor_pages = pages_of(value);
    else if (strcmp(key, "machine.swap_mb") == 0)
        reading->decisions->machine.swap_pages = pages_of(value);
    else if (strcmp(key, "policy.overhead_full_pages") == 0)
        reading->decisions->tunables.overhead_full_pages = count_of(value);
    else if (strcmp(key, "policy.overhead_more_pages_gb") == 0)
        reading->decisions->tunables.overhead_more_pages_gb = count_of(value);
    else
        take_estimators(reading, key, values[1].text);
    return true;
}

static int parameters_read(struct reading *reading, struct results *db, const char *run,
                           struct sim_error *error)
{
    struct decisions *decisions = reading->decisions;
    int status = results_query(db,
                               "SELECT value FROM param WHERE run_id = ?1"
                               " AND key = 'vm.' || value || '.name'",
                               &run, 1, take_vm, reading, error);
    if (status != SIM_OK)
        return status;
    decisions->configured = sim_memory_get(&decisions->memory, (decisions->vm_count + 1u) *
                                                                   sizeof *decisions->configured);
    status = results_query(db, "SELECT key, value FROM param WHERE run_id = ?1", &run, 1,
                           take_parameter, reading, error);
    for (uint32_t i = 0; i < decisions->vm_count; i++) {
        struct mp_vm_view *vm = &decisions->configured[i];
        vm->vm = (uint16_t)i;
        if (vm->limit_pages == 0 || vm->limit_pages > vm->max_pages)
            vm->limit_pages = vm->max_pages;
    }
    return status;
}

/* ---- Decisions --------------------------------------------------------------------------- */

static enum mp_reason reason_of(const char *name)
{
    for (int reason = 0; reason <= MP_REASON_THRESHOLD; reason++)
        if (strcmp(mp_reason_name((enum mp_reason)reason), name) == 0)
            return (enum mp_reason)reason;
    return MP_REASON_PERIODIC;
}

static struct round *round_begin(struct reading *reading, double t_s, enum mp_reason reason)
{
    struct decisions *decisions = reading->decisions;
    uint32_t room = decisions->vm_count;
    sim_array_need(decisions->rounds, reading->round_room, decisions->round_count + 1u);
    struct round *round = &decisions->rounds[decisions->round_count++];
    round->t_s = t_s;
    round->view = decisions->machine;
    round->view.now_ns = (uint64_t)llround(t_s * 1e9);
    round->view.reason = reason;
    round->vms = sim_memory_get(&decisions->memory, room * sizeof *round->vms);
    round->orders = sim_memory_get(&decisions->memory, room * sizeof *round->orders);
    round->view.vms = round->vms;
    return round;
}

static double number_of(const struct results_value *value)
{
    return value->is_null ? NAN : value->number;
}

static bool take_decision(void *context, const struct results_value *values, uint32_t count)
{
    struct reading *reading = context;
    struct decisions *decisions = reading->decisions;
    double t_s = values[0].number;
    int vm = vm_number(decisions, values[1].text);
    enum mp_reason reason = reason_of(values[2].text);
    struct round *round =
        decisions->round_count > 0 ? &decisions->rounds[decisions->round_count - 1] : NULL;
    (void)count;
    if (vm < 0) {
        snprintf(reading->wrong, sizeof reading->wrong, "a decision about '%s'", values[1].text);
        return false;
    }
    if (round == NULL || round->t_s != t_s || round->view.reason != reason ||
        vm <= round->vms[round->view.vm_count - 1].vm)
        round = round_begin(reading, t_s, reason);
    uint32_t place = round->view.vm_count++;
    struct vm_rounds *of_vm = &reading->of_vms[vm];
    sim_array_need(of_vm->at, of_vm->room, of_vm->count + 1u);
    of_vm->at[of_vm->count++] = (struct vm_round){decisions->round_count - 1, place};
    round->orders[place] = (struct decision){.active_mb = number_of(&values[3]),
                                             .target_mb = number_of(&values[4]),
                                             .alloc_mb = number_of(&values[5]),
                                             .price = number_of(&values[6]),
                                             .balloon_target_mb = number_of(&values[7]),
                                             .swap_target_mb = number_of(&values[8])};
    struct mp_vm_view *view = &round->vms[place];
    *view = reading->decisions->configured[vm];
    view->active_pages = pages_of(values[3].number);
    view->alloc_pages = pages_of(values[5].number);
    return true;
}

/* ---- Inputs ------------------------------------------------------------------------------ */

/* Up to here a REAL of the database is a whole number exactly. */
#define NUMBER_MOST 9007199254740992.0

/* The view gives the values of one VM and name after the other, each in order of time. */
static struct vm_round *round_of_input(struct reading *reading, int vm, const char *name,
                                       double t_s)
{
    const struct decisions *decisions = reading->decisions;
    if (vm < 0)
        return NULL;
    if (vm != reading->vm || strcmp(name, reading->name) != 0) {
        reading->vm = vm;
        reading->next = 0;
        snprintf(reading->name, sizeof reading->name, "%s", name);
    }
    struct vm_rounds *of_vm = &reading->of_vms[vm];
    while (reading->next < of_vm->count &&
           decisions->rounds[of_vm->at[reading->next].round].t_s != t_s)
        reading->next++;
    return reading->next < of_vm->count ? &of_vm->at[reading->next++] : NULL;
}

static bool take_input(void *context, const struct results_value *values, uint32_t count)
{
    struct reading *reading = context;
    double t_s = values[0].number;
    const char *name = values[2].text;
    const struct vm_round *of =
        round_of_input(reading, vm_number(reading->decisions, values[1].text), name, t_s);
    (void)count;
    if (of == NULL) {
        snprintf(reading->wrong, sizeof reading->wrong, "an input '%s' of %s at %.10g s alone",
                 name, values[1].text, t_s);
        return false;
    }
    struct round *round = &reading->decisions->rounds[of->round];
    const struct view_row *row = row_find(name);
    if (row != NULL && fabs(values[3].number) < NUMBER_MOST)
        row->set(&round->view, &round->vms[of->place], (int64_t)values[3].number);
    return true;
}

/* What holds of every view that the library makes. A governor relies on it, so a record in which it
 * does not hold is not shown to one. */
static bool is_possible(const struct mp_view *view, const struct mp_vm_view *vm)
{
    return view->idle_tax_bp < 10000 && vm->min_pages <= vm->limit_pages &&
           vm->limit_pages <= vm->max_pages && vm->active_pages <= vm->alloc_pages &&
           vm->alloc_pages <= vm->max_pages && vm->shared_pages <= vm->alloc_pages &&
           vm->zero_pages <= vm->alloc_pages;
}

static void views_check(struct reading *reading)
{
    const struct decisions *decisions = reading->decisions;
    for (uint32_t i = 0; i < decisions->round_count && reading->wrong[0] == '\0'; i++) {
        const struct round *round = &decisions->rounds[i];
        for (uint32_t place = 0; place < round->view.vm_count && reading->wrong[0] == '\0'; place++)
            if (!is_possible(&round->view, &round->vms[place]))
                snprintf(reading->wrong, sizeof reading->wrong,
                         "numbers of %.100s at %.10g s that cannot be",
                         decisions->vms[round->vms[place].vm], round->t_s);
    }
}

/* ---- The whole --------------------------------------------------------------------------- */

static int begin(struct reading *reading, struct decisions *decisions, struct results *db,
                 int64_t run_id, struct sim_error *error)
{
    *decisions = (struct decisions){0};
    *reading = (struct reading){.decisions = decisions, .believed = "", .vm = -1};
    snprintf(reading->run, sizeof reading->run, "%lld", (long long)run_id);
    mp_tunables_preset(&decisions->tunables);
    return parameters_read(reading, db, reading->run, error);
}

int decisions_read_configured(struct decisions *decisions, struct results *db, int64_t run_id,
                              struct sim_error *error)
{
    struct reading reading;
    return begin(&reading, decisions, db, run_id, error);
}

static int rounds_read(struct reading *reading, struct results *db, struct sim_error *error)
{
    const struct decisions *decisions = reading->decisions;
    const char *run = reading->run;
    reading->of_vms = sim_memory_need(calloc(decisions->vm_count + 1u, sizeof *reading->of_vms));
    int status = results_query(
        db,
        "SELECT t_s, vm, reason, active_mb, target_mb, alloc_mb, price, balloon_target_mb,"
        " swap_target_mb FROM decision WHERE run_id = ?1",
        &run, 1, take_decision, reading, error);
    if (status == SIM_OK && decisions->round_count > 0)
        status =
            results_query(db, "SELECT t_s, vm, name, value FROM decision_input WHERE run_id = ?1",
                          &run, 1, take_input, reading, error);
    for (uint32_t i = 0; i < decisions->vm_count; i++)
        free(reading->of_vms[i].at);
    free(reading->of_vms);
    return status;
}

int decisions_read(struct decisions *decisions, struct results *db, int64_t run_id,
                   struct sim_error *error)
{
    struct reading reading;
    int status = begin(&reading, decisions, db, run_id, error);
    if (status == SIM_OK)
        status = rounds_read(&reading, db, error);
    if (status != SIM_OK)
        return status;
    views_check(&reading);
    if (reading.wrong[0] != '\0')
        return sim_error_set(error, SIM_BAD_DATA,
                             "run %s: expected decisions as ballast writes them, found %s",
                             reading.run, reading.wrong);
    if (decisions->round_count == 0)
        return sim_error_set(error, SIM_USAGE, "run %s: expected decisions, found none",
                             reading.run);
    return SIM_OK;
}

void decisions_fini(struct decisions *decisions)
{
    free(decisions->vms);
    free(decisions->rounds);
    sim_memory_free(&decisions->memory);
    *decisions = (struct decisions){0};
}

int decisions_vm(const struct decisions *decisions, const char *option, const char *name,
                 uint32_t *vm, struct sim_error *error)
{
    char names[200] = "", hint[SIM_HINT_BYTES];
    size_t used = 0;
    int number = vm_number(decisions, name);
    *vm = number >= 0 ? (uint32_t)number : 0;
    if (number >= 0)
        return SIM_OK;
    for (uint32_t i = 0; i < decisions->vm_count && used < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "",
                                 decisions->vms[i]);
    if (used >= sizeof names)
        memcpy(names + sizeof names - 4, "...", 4);
    return sim_error_set(
        error, SIM_USAGE, "%s: expected a VM of the run (%s), found '%s'%s", option, names, name,
        sim_nearest_hint(hint, sim_nearest(name, decisions->vms, decisions->vm_count)));
}

int round_place(const struct round *round, uint32_t vm)
{
    for (uint32_t i = 0; i < round->view.vm_count; i++)
        if (round->vms[i].vm == vm)
            return (int)i;
    return -1;
}

int64_t decisions_at(const struct decisions *decisions, double t_s)
{
    uint32_t low = 0, high = decisions->round_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (decisions->rounds[middle].t_s <= t_s)
            low = middle + 1;
        else
            high = middle;
    }
    return (int64_t)low - 1;
}
