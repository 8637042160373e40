/*
 * Conditions: from text to a verdict over runs.
 */
#include "ballast/run/condition.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/array.h"
#include "sim/quantity.h"
#include "sim/quantity_read.h"
#include "sim/stats.h"

#define OPTION "--until"

/* ---- Reading ------------------------------------------------------------------------------ */

static int refuse(const char *text, const char *found, struct sim_error *error)
{
    return sim_error_set(error, SIM_USAGE,
                         OPTION ": expected METRIC < VALUE, perhaps with 'at p95', such as "
                                "'stalled < 1%%', found '%s' in '%s'",
                         found, text);
}

/* The next word, up to a blank or one of `<>=`; of an operator, all of it. */
static const char *word_take(const char *at, char *word, size_t bytes)
{
    at += strspn(at, " \t");
    size_t length = strspn(at, "<>=");
    if (length == 0)
        length = strcspn(at, " \t<>=");
    snprintf(word, bytes, "%.*s", (int)length, at);
    return at + length;
}

static bool operator_read(const char *word, struct condition *condition)
{
    condition->is_below = word[0] == '<';
    condition->or_equal = word[0] != '\0' && word[1] == '=';
    return strcmp(word, "<") == 0 || strcmp(word, "<=") == 0 || strcmp(word, ">") == 0 ||
           strcmp(word, ">=") == 0;
}

/* "p95": for 95% of them. */
static bool share_read(const char *word, double *share)
{
    char *end;
    *share = word[0] == 'p' ? strtod(word + 1, &end) / 100 : 0;
    return word[0] == 'p' && isdigit((unsigned char)word[1]) && *end == '\0' && *share > 0 &&
           *share <= 1;
}

static bool can_be_share(const char *unit)
{
    return strcmp(unit, "s") == 0 || strcmp(unit, "MB") == 0;
}

static int limit_read(const char *text, const char *word, struct condition *condition,
                      struct sim_error *error)
{
    char units[SIM_QUANTITY_UNITS_BYTES];
    const char *unit = measure_unit(&condition->measure);
    if (sim_quantity_read(word, unit, &condition->limit) == SIM_QUANTITY_OK)
        return SIM_OK;
    condition->is_share = can_be_share(unit);
    if (condition->is_share && sim_quantity_read(word, "%", &condition->limit) == SIM_QUANTITY_OK)
        return SIM_OK;
    sim_quantity_units(units, unit);
    return sim_error_set(error, SIM_USAGE, OPTION ": expected a number%s%s%s, found '%s' in '%s'",
                         units[0] != '\0' ? ", alone or with " : " of ",
                         units[0] != '\0' ? units : unit, can_be_share(unit) ? ", or %" : "", word,
                         text);
}

int condition_parse(const char *text, struct condition *condition, struct sim_error *error)
{
    char name[120], compared[8], limit[60], unit[60], share[20];
    *condition = (struct condition){.of_share = 1};
    const char *at = word_take(word_take(text, name, sizeof name), compared, sizeof compared);
    if (!operator_read(compared, condition))
        return refuse(text, compared[0] != '\0' ? compared : name, error);
    int status = measure_parse(OPTION, name, &condition->measure, error);
    if (status != SIM_OK)
        return status;
    at = word_take(at, limit, sizeof limit);
    const char *behind = word_take(at, unit, sizeof unit);
    if (unit[0] != '\0' && strcmp(unit, "at") != 0) { /* "1 GB" */
        size_t length = strlen(limit);
        snprintf(limit + length, sizeof limit - length, "%s", unit);
        at = behind;
        behind = word_take(at, unit, sizeof unit);
    }
    status = limit_read(text, limit, condition, error);
    if (status != SIM_OK)
        return status;
    if (strcmp(unit, "at") == 0) {
        behind = word_take(behind, share, sizeof share);
        if (!share_read(share, &condition->of_share))
            return sim_error_set(error, SIM_USAGE,
                                 OPTION ": expected p1 to p100 behind 'at', found '%s' in '%s'",
                                 share, text);
        behind = word_take(behind, unit, sizeof unit);
    }
    if (unit[0] != '\0')
        return refuse(text, unit, error);
    snprintf(condition->text, sizeof condition->text, "%s %s %s%s%s", name, compared, limit,
             condition->of_share < 1 ? " at " : "", condition->of_share < 1 ? share : "");
    return SIM_OK;
}

struct condition condition_of_admission(void)
{
    return (struct condition){
        .text = "no VM refused", .is_below = true, .limit = 1, .of_share = 1, .is_refusal = true};
}

const char *condition_unit(const struct condition *condition)
{
    if (condition->is_refusal)
        return "VMs";
    return condition->is_share ? "%" : measure_unit(&condition->measure);
}

/* ---- Values of runs ------------------------------------------------------------------------ */

struct value {
    double seed, value;
};

struct gathering {
    const struct condition *condition;
    const struct experiment_config *config;
    struct value *values;
    size_t room;
    uint32_t count;
    const struct value *alone; /* of the entry of each VM, by entry and seed; NULL: no loss */
    uint32_t alone_count;
    uint32_t entry; /* of the VM alone whose values are gathered */
    bool is_short;  /* of memory */
};

static const struct config_vm *vm_find(const struct experiment_config *config, const char *name)
{
    for (uint32_t i = 0; i < config->vm_count; i++)
        if (strcmp(config->vms[i].name, name) == 0)
            return &config->vms[i];
    return NULL;
}

/* Replicates of sweeps are left out, so that the same seeds always give the same verdict. */
static void put(struct gathering *gathering, double seed, double replicate, double value)
{
    if (replicate > 0)
        return;
    if (!sim_array_reserve(gathering->values, gathering->room, gathering->count + 1)) {
        gathering->is_short = true;
        return;
    }
    gathering->values[gathering->count++] = (struct value){seed, value};
}

/* In percent of the run's time, or of configured memory. */
static double share_of(const struct gathering *gathering, const char *vm, double value)
{
    const struct experiment_config *config = gathering->config;
    const struct config_vm *of = vm_find(config, vm);
    if (strcmp(gathering->condition->measure.metric->unit, "s") == 0)
        return 100 * value / config->duration_s;
    return 100 * value / (of != NULL ? of->memory_mb : config->machine.memory_mb);
}

static void take_value(void *context, double seed, double replicate, const char *vm, double value)
{
    struct gathering *gathering = context;
    if (gathering->condition->is_share)
        value = share_of(gathering, vm, value);
    put(gathering, seed, replicate, value);
}

static int by_seed(const void *a, const void *b)
{
    double first = ((const struct value *)a)->seed, second = ((const struct value *)b)->seed;
    return (first > second) - (first < second);
}

static int by_value(const void *a, const void *b)
{
    double first = ((const struct value *)a)->value, second = ((const struct value *)b)->value;
    return (first > second) - (first < second);
}

/* The value of one run, from those of its VMs or samples. */
static double run_value(const struct condition *condition, struct value *values, uint32_t count)
{
    qsort(values, count, sizeof *values, by_value);
    uint32_t held = (uint32_t)ceil(condition->of_share * count - 1e-9); /* must hold for so many */
    uint32_t index = held > 0 ? held - 1 : 0;
    return values[condition->is_below ? index : count - 1 - index].value;
}

static struct measure_runs runs_of(const struct experiment_config *config)
{
    return (struct measure_runs){config->name, config->variant, config_hash(config)};
}

static enum measure_value which_of(const struct condition *condition)
{
    if (condition->of_share < 1)
        return MEASURE_SAMPLES;
    return condition->is_below ? MEASURE_PEAK : MEASURE_LEAST;
}

/* ---- Losses -------------------------------------------------------------------------------- */

struct losing {
    struct gathering *gathering;
    const struct condition_alone *alone;
    struct gathering *alone_values; /* one for each entry */
};

static void take_alone(void *context, double seed, double replicate, const char *vm, double value)
{
    (void)vm;
    put(context, seed, replicate, value);
}

static void take_loss(void *context, double seed, double replicate, const char *vm, double value)
{
    struct losing *losing = context;
    const struct config_vm *of = vm_find(losing->gathering->config, vm);
    for (uint32_t i = 0; of != NULL && i < losing->alone->count; i++) {
        const struct gathering *alone = &losing->alone_values[i];
        if (losing->alone->configs[i].vms[0].entry != of->entry)
            continue;
        for (uint32_t k = 0; k < alone->count; k++)
            if (alone->values[k].seed == seed && alone->values[k].value > 0)
                put(losing->gathering, seed, replicate, 100 * (1 - value / alone->values[k].value));
    }
}

static int losses_gather(struct results *db, const struct condition_alone *alone,
                         struct gathering *gathering, struct sim_error *error)
{
    const struct condition *condition = gathering->condition;
    struct measure any_vm = condition->measure;
    struct losing losing = {gathering, alone, calloc(alone->count + 1, sizeof *gathering)};
    int status =
        losing.alone_values == NULL ? sim_error_set(error, SIM_SYSTEM, "no memory") : SIM_OK;
    strcpy(any_vm.vms, "*");
    for (uint32_t i = 0; i < alone->count && status == SIM_OK; i++) {
        struct measure_runs runs = runs_of(&alone->configs[i]);
        status = measure_each(db, &runs, &any_vm, MEASURE_WHOLE, take_alone,
                              &losing.alone_values[i], error);
    }
    struct measure_runs runs = runs_of(gathering->config);
    if (status == SIM_OK)
        status =
            measure_each(db, &runs, &condition->measure, MEASURE_WHOLE, take_loss, &losing, error);
    for (uint32_t i = 0; losing.alone_values != NULL && i < alone->count; i++)
        free(losing.alone_values[i].values);
    free(losing.alone_values);
    return status;
}

/* ---- Refusals ------------------------------------------------------------------------------ */

static bool take_refusals(void *context, const struct results_value *values, uint32_t count)
{
    if (count == 3)
        put(context, values[0].number, values[1].number, values[2].number);
    return true;
}

static int refusals_gather(struct results *db, struct gathering *gathering, struct sim_error *error)
{
    char hash[20];
    const struct experiment_config *config = gathering->config;
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)config_hash(config));
    const char *binds[] = {config->name, config->variant, hash};
    return results_query(db,
                         "SELECT seed, replicate, (SELECT count(*) FROM event WHERE event.run_id ="
                         " run.run_id AND kind = 'refused') FROM run WHERE experiment = ?1"
                         " AND variant = ?2 AND config_hash = ?3 AND status = 'done'"
                         " ORDER BY seed, replicate",
                         binds, 3, take_refusals, gathering, error);
}

/* ---- All of it ----------------------------------------------------------------------------- */

static int gather(struct results *db, const struct condition_alone *alone,
                  struct gathering *gathering, struct sim_error *error)
{
    const struct condition *condition = gathering->condition;
    struct measure_runs runs = runs_of(gathering->config);
    if (condition->is_refusal)
        return refusals_gather(db, gathering, error);
    if (condition->measure.is_loss)
        return losses_gather(db, alone, gathering, error);
    return measure_each(db, &runs, &condition->measure, which_of(condition), take_value, gathering,
                        error);
}

int condition_values(struct results *db, const struct condition *condition,
                     const struct experiment_config *config, const struct condition_alone *alone,
                     double *values, uint32_t room, uint32_t *count, struct sim_error *error)
{
    struct gathering all = {.condition = condition, .config = config};
    int status = gather(db, alone, &all, error);
    if (status == SIM_OK && all.is_short)
        status = sim_error_set(error, SIM_SYSTEM, "no memory for %u values", all.count);
    if (all.count > 0)
        qsort(all.values, all.count, sizeof *all.values, by_seed);
    *count = 0;
    for (uint32_t i = 0, next; status == SIM_OK && i < all.count && *count < room; i = next) {
        for (next = i; next < all.count && by_seed(&all.values[i], &all.values[next]) == 0;)
            next++;
        values[(*count)++] = run_value(condition, &all.values[i], next - i);
    }
    free(all.values);
    if (status == SIM_OK && *count == 0)
        status = sim_error_set(error, SIM_USAGE,
                               "'%s': expected a VM of %s that has a value of %s%s, found none",
                               condition->text, config->name,
                               condition->is_refusal ? "" : condition->measure.metric->name,
                               condition->measure.is_loss ? ", also alone" : "");
    return status;
}

struct condition_estimate condition_judge(const struct condition *condition, const double *values,
                                          uint32_t count, double confidence)
{
    struct sim_estimate estimate = sim_estimate_mean_at(values, count, confidence);
    double way = condition->is_below ? 1 : -1; /* so that smaller is better */
    double mean = way * estimate.mean, limit = way * condition->limit, half = estimate.half_width;
    struct condition_estimate judged = {
        .mean = estimate.mean, .half = half, .runs = count, .verdict = CONDITION_OPEN};
    judged.mean_holds = condition->or_equal ? mean <= limit : mean < limit;
    if (condition->or_equal ? mean + half <= limit : mean + half < limit)
        judged.verdict = CONDITION_HOLDS;
    else if (condition->or_equal ? mean - half > limit : mean - half >= limit)
        judged.verdict = CONDITION_FAILS;
    return judged;
}
