/*
 * The numbers of `ballast show`.
 */
#include "ballast/report/show.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/results/event_kinds.h"
#include "ballast/results/outcomes.h"
#include "sim/array.h"
#include "sim/memory.h"
#include "sim/nearest.h"

#define EVENT_RANK 25u /* between the work and what it cost */

struct making {
    struct results *db;
    struct show *show;
    struct outcomes outcomes;
    uint32_t *variant_of; /* by run: the number of its variant */
    double *values;       /* room for one of each run */
    struct sim_error *error;
    size_t variant_room;
};

static const char *copy(struct making *making, const char *text)
{
    return sim_memory_text(&making->show->memory, "%s", text);
}

/* ---- Variants ---------------------------------------------------------------------------- */

static uint32_t variant_find(const struct show *show, const char *name)
{
    uint32_t i = 0;
    while (i < show->count && strcmp(show->variants[i].name, name) != 0)
        i++;
    return i;
}

static void variants_make(struct making *making)
{
    struct show *show = making->show;
    for (uint32_t i = 0; i < making->outcomes.run_count; i++) {
        const struct outcome_run *run = &making->outcomes.runs[i];
        uint32_t at = variant_find(show, run->variant);
        if (at == show->count) {
            sim_array_need(show->variants, making->variant_room, at + 1u);
            show->variants[show->count++] = (struct show_variant){
                .name = copy(making, run->variant), .governor = copy(making, run->governor)};
        }
        making->variant_of[i] = at;
        show->variants[at].runs++;
        show->variants[at].sim_s = fmax(show->variants[at].sim_s, run->sim_s);
    }
}

static void seeds_tell(struct making *making, uint32_t variant)
{
    uint64_t first = 0, last = 0, count = 0;
    bool in_a_row = true;
    for (uint32_t i = 0; i < making->outcomes.run_count; i++) {
        if (making->variant_of[i] != variant)
            continue;
        uint64_t seed = strtoull(making->outcomes.runs[i].seed, NULL, 10);
        in_a_row &= count == 0 || seed == last + 1;
        first = count == 0 ? seed : first;
        last = seed;
        count++;
    }
    struct sim_memory *memory = &making->show->memory;
    making->show->variants[variant].seeds =
        count == 1 ? sim_memory_text(memory, "seed %llu", (unsigned long long)first)
        : in_a_row ? sim_memory_text(memory, "seeds %llu to %llu", (unsigned long long)first,
                                     (unsigned long long)last)
                   : sim_memory_text(memory, "%llu seeds", (unsigned long long)count);
}

/* ---- Rows -------------------------------------------------------------------------------- */

/* VMs in the order in which the runs have them, then the host. */
static uint32_t vm_index(const struct outcomes *outcomes, const char *vm)
{
    uint32_t i = 0;
    while (i < outcomes->vm_count && strcmp(outcomes->vms[i], vm) != 0)
        i++;
    return i;
}

static void row_add(struct making *making, uint32_t number, const struct show_row *row)
{
    struct show_variant *variant = &making->show->variants[number];
    uint32_t vms = making->outcomes.vm_count + 1;
    sim_array_need(variant->rows, variant->room, variant->count + 1u);
    variant->rows[variant->count] = *row;
    variant->rows[variant->count++].order =
        vm_index(&making->outcomes, row->vm) + (row->kind == SHOW_LOST ? vms : 0);
}

/* Over the runs of a variant that have a value. */
static struct compare_mean mean_of(struct making *making, uint32_t variant, const double *values)
{
    uint32_t count = 0;
    for (uint32_t i = 0; values != NULL && i < making->outcomes.run_count; i++)
        if (making->variant_of[i] == variant && !isnan(values[i]))
            making->values[count++] = values[i];
    return compare_mean(making->values, count);
}

static struct show_row row_of(const struct outcome *outcome)
{
    bool is_total = outcome_statistic(outcome) == METRIC_TOTAL;
    return (struct show_row){.kind = is_total ? SHOW_TOTAL : SHOW_LEVEL,
                             .vm = outcome->vm,
                             .metric = outcome->name,
                             .title = metric_title(outcome->metric),
                             .unit = outcome->unit,
                             .rank = outcome->metric->shown.rank};
}

static bool is_shown(const struct outcome *outcome)
{
    return outcome->metric != NULL && outcome->metric->shown.rank > 0;
}

static void outcome_show(struct making *making, uint32_t variant, const struct outcome *outcome)
{
    enum outcome_of of;
    struct show_row row = row_of(outcome);
    row.mean = mean_of(making, variant, outcome_main(outcome, &of));
    if (row.mean.count == 0)
        return;
    if (row.kind == SHOW_LEVEL) {
        row.peak = mean_of(making, variant, outcome->values[OUTCOME_PEAK]);
        row.last = mean_of(making, variant, outcome->values[OUTCOME_LAST]);
    }
    row.vm = copy(making, row.vm);
    row.metric = copy(making, row.metric);
    row.unit = copy(making, row.unit);
    row_add(making, variant, &row);
}

/* The sum over VMs of a metric that the host has not. VMs whose work has other units have none. */
static void sum_show(struct making *making, uint32_t variant, const struct metric *metric)
{
    const struct outcomes *outcomes = &making->outcomes;
    double *sums = sim_memory_need(calloc(outcomes->run_count + 1u, sizeof *sums));
    const struct outcome *first = NULL;
    bool is_one_kind = true;
    for (uint32_t i = 0; i < outcomes->count; i++) {
        enum outcome_of of;
        const struct outcome *outcome = &outcomes->at[i];
        if (outcome->metric != metric)
            continue;
        const double *values = outcome_main(outcome, &of);
        first = first == NULL ? outcome : first;
        is_one_kind &= values != NULL && strcmp(first->unit, outcome->unit) == 0;
        for (uint32_t run = 0; values != NULL && run < outcomes->run_count; run++)
            sums[run] += isnan(values[run]) ? 0 : values[run];
    }
    if (first != NULL && is_one_kind) {
        struct show_row row = row_of(first);
        row.vm = "";
        row.is_sum = true;
        row.mean = mean_of(making, variant, sums);
        row.metric = copy(making, row.metric);
        row.unit = copy(making, row.unit);
        row_add(making, variant, &row);
    }
    free(sums);
}

static void outcomes_show(struct making *making, uint32_t variant)
{
    const char *vm = making->show->request.vm;
    for (uint32_t i = 0; i < making->outcomes.count; i++) {
        const struct outcome *outcome = &making->outcomes.at[i];
        if (is_shown(outcome) && (vm == NULL || strcmp(vm, outcome->vm) == 0))
            outcome_show(making, variant, outcome);
    }
    for (uint32_t i = 0; vm == NULL && i < METRIC_COUNT; i++)
        if (metrics[i].shown.rank > 0 && !metric_is_of_host(&metrics[i]))
            sum_show(making, variant, &metrics[i]);
}

/* By rank, then by VM. */
static int rows_compare(const void *a, const void *b)
{
    const struct show_row *first = a, *second = b;
    if (first->rank != second->rank)
        return first->rank < second->rank ? -1 : 1;
    return first->order < second->order ? -1 : first->order > second->order;
}

/* ---- Numbers that are not among the outcomes ---------------------------------------------- */

/* Rows of a query: run_id, vm, key, value and perhaps a note; those of one VM and key together. */
struct gathering {
    struct making *making;
    void (*put)(struct making *making, const struct gathering *gathering);
    double missing; /* the value of a run without a row */
    double *values; /* of the present VM and key: one for each run */
    char *vm, *key; /* NULL: none yet */
    const char *note;
};

static void gathering_next(struct gathering *gathering, const char *vm, const char *key,
                           const char *note)
{
    struct making *making = gathering->making;
    if (gathering->vm != NULL)
        gathering->put(making, gathering);
    free(gathering->vm);
    free(gathering->key);
    gathering->vm = vm != NULL ? sim_memory_need(strdup(vm)) : NULL;
    gathering->key = vm != NULL ? sim_memory_need(strdup(key)) : NULL;
    gathering->note = note != NULL ? copy(making, note) : NULL;
    for (uint32_t i = 0; i < making->outcomes.run_count; i++)
        gathering->values[i] = gathering->missing;
}

static bool take_gathered(void *context, const struct results_value *values, uint32_t count)
{
    struct gathering *gathering = context;
    const struct outcomes *outcomes = &gathering->making->outcomes;
    assert(count >= 4);
    const char *vm = values[1].text, *key = values[2].text;
    if (gathering->vm == NULL || strcmp(gathering->vm, vm) != 0 || strcmp(gathering->key, key) != 0)
        gathering_next(gathering, vm, key, count > 4 ? values[4].text : NULL);
    for (uint32_t i = 0; i < outcomes->run_count; i++)
        if (outcomes->runs[i].run_id == (int64_t)values[0].number && !values[3].is_null)
            gathering->values[i] = values[3].number;
    return true;
}

static int gather(struct making *making, const char *sql, const char *const *binds, uint32_t count,
                  double missing,
                  void (*put)(struct making *making, const struct gathering *gathering))
{
    struct gathering gathering = {.making = making, .put = put, .missing = missing};
    gathering.values =
        sim_memory_need(calloc(making->outcomes.run_count + 1u, sizeof *gathering.values));
    int status =
        results_query(making->db, sql, binds, count, take_gathered, &gathering, making->error);
    gathering_next(&gathering, NULL, NULL, NULL);
    free(gathering.values);
    return status;
}

/* Adds `row` with the values of `gathering` to each variant that has one, or one above 0. */
static void gathered_add(struct making *making, const struct gathering *gathering,
                         struct show_row row)
{
    const char *only = making->show->request.vm;
    if (only != NULL && strcmp(only, gathering->vm) != 0)
        return;
    row.vm = copy(making, gathering->vm);
    row.metric = copy(making, gathering->key);
    row.note = gathering->note;
    for (uint32_t variant = 0; variant < making->show->count; variant++) {
        row.mean = mean_of(making, variant, gathering->values);
        if (row.mean.count > 0 && !(row.kind == SHOW_EVENT && row.mean.mean == 0))
            row_add(making, variant, &row);
    }
}

/* ---- Events ------------------------------------------------------------------------------ */

/* The same over all VMs: added to the row of the variant that is there, or a new one. */
static void event_sum(struct making *making, const struct gathering *gathering, struct show_row row)
{
    row.vm = "";
    row.is_sum = true;
    row.metric = copy(making, gathering->key);
    for (uint32_t variant = 0; variant < making->show->count; variant++) {
        struct show_variant *to = &making->show->variants[variant];
        row.mean = mean_of(making, variant, gathering->values);
        uint32_t i = 0;
        while (i < to->count && !(to->rows[i].is_sum && to->rows[i].kind == SHOW_EVENT &&
                                  strcmp(to->rows[i].metric, row.metric) == 0))
            i++;
        if (i < to->count)
            to->rows[i].mean.mean += row.mean.mean; /* its interval is not told */
        else
            row_add(making, variant, &row);
    }
}

static void event_put(struct making *making, const struct gathering *gathering)
{
    struct show_row row = {.kind = SHOW_EVENT,
                           .title = event_kind_find(gathering->key)->title,
                           .unit = "",
                           .rank = EVENT_RANK};
    gathered_add(making, gathering, row);
    if (making->show->request.vm == NULL)
        event_sum(making, gathering, row);
}

static int events_show(struct making *making)
{
    char sql[600];
    size_t used = (size_t)snprintf(
        sql, sizeof sql,
        "SELECT run_id, vm, kind, count(*), 'first at ' || CAST(round(min(t_s)) AS INTEGER) ||"
        " ' s: ' || detail FROM event JOIN chosen USING (run_id) WHERE kind IN (");
    for (uint32_t i = 0; i < EVENT_KINDS; i++)
        used += (size_t)snprintf(sql + used, sizeof sql - used, "%s'%s'", i > 0 ? "," : "",
                                 event_kinds[i].name);
    snprintf(sql + used, sizeof sql - used, ") GROUP BY kind, vm, run_id");
    return gather(making, sql, NULL, 0, 0, event_put);
}

/* ---- What is lost against running alone --------------------------------------------------- */

static void lost_put(struct making *making, const struct gathering *gathering)
{
    const struct metric *metric = metric_named(gathering->key);
    if (metric == NULL || metric_statistic(metric) != METRIC_WORK)
        return;
    making->show->has_alone = true;
    struct show_row row = {
        .kind = SHOW_LOST, .title = "lost", .unit = "%", .rank = metric->shown.rank};
    gathered_add(making, gathering, row);
}

static bool take_number(void *context, const struct results_value *values, uint32_t count)
{
    *(double *)context = count > 0 ? values[0].number : 0;
    return false;
}

static int lost_show(struct making *making)
{
    const char *binds[] = {making->show->request.experiment};
    double runs = 0;
    int status = results_query(
        making->db, "SELECT count(*) FROM run WHERE " CHOSEN_LAST " AND " CHOSEN_IS_ALONE, binds, 1,
        take_number, &runs, making->error);
    if (status != SIM_OK || runs == 0)
        return status;
    return gather(
        making,
        "WITH alone AS MATERIALIZED (SELECT run.variant, seed, replicate, vm, metric, value"
        "  FROM run JOIN result USING (run_id)"
        "  WHERE " CHOSEN_LAST " AND " CHOSEN_IS_ALONE "),"
        " own AS MATERIALIZED (SELECT run_id, run.variant, run.seed, replicate, vm, metric, value"
        "  FROM chosen JOIN run USING (run_id) JOIN result USING (run_id))"
        " SELECT own.run_id, own.vm, own.metric, 100 * (1 - own.value / alone.value)"
        " FROM own JOIN alone USING (seed, replicate, vm, metric)"
        " WHERE alone.variant = own.variant || CASE own.variant WHEN '' THEN '' ELSE ',' END"
        "  || '" CHOSEN_ALONE_KEY "' || own.vm AND alone.value > 0"
        " ORDER BY own.vm, own.metric, own.run_id",
        binds, 1, NAN, lost_put);
}

/* ---- At one moment ----------------------------------------------------------------------- */

static void sample_put(struct making *making, const struct gathering *gathering)
{
    const struct metric *metric = metric_named(gathering->key);
    const struct outcome *outcome = outcomes_find(&making->outcomes, gathering->vm, gathering->key);
    if (metric == NULL || metric->shown.rank == 0)
        return;
    struct show_row row = {.kind = SHOW_LEVEL,
                           .title = metric_title(metric),
                           .unit = copy(making, outcome != NULL ? outcome->unit : metric->unit),
                           .rank = metric->shown.rank};
    gathered_add(making, gathering, row);
}

/* All runs of an experiment have their samples at the same times. */
static int moment_show(struct making *making)
{
    char asked[40], found[40];
    const char *binds[] = {asked}, *found_binds[] = {found};
    struct show *show = making->show;
    snprintf(asked, sizeof asked, "%.17g", show->request.at_s);
    int status = results_query(making->db,
                               "SELECT t_s FROM series_time WHERE run_id ="
                               " (SELECT min(run_id) FROM chosen)"
                               " ORDER BY abs(t_s - CAST(?1 AS REAL)), t_s LIMIT 1",
                               binds, 1, take_number, &show->at_s, making->error);
    snprintf(found, sizeof found, "%.17g", show->at_s);
    if (status == SIM_OK)
        status = gather(
            making,
            "SELECT run_id, vm, metric, " RESULTS_NUMBER_OF(
                "value") " FROM chosen"
                         " CROSS JOIN series_time AS time USING (run_id)"
                         " CROSS JOIN series_curve AS curve USING (run_id)"
                         " CROSS JOIN series_value AS piece USING (run_id, curve) WHERE t_s = ?1"
                         " AND first = (SELECT max(first) FROM series_value AS s WHERE"
                         " s.run_id = chosen.run_id AND s.curve = curve.curve AND first <= moment)"
                         " AND moment < first + piece.samples ORDER BY vm, metric, run_id",
            found_binds, 1, NAN, sample_put);
    return status;
}

/* ---- All --------------------------------------------------------------------------------- */

static int vm_check(const struct making *making, const char *vm)
{
    const struct outcomes *outcomes = &making->outcomes;
    char hint[SIM_HINT_BYTES];
    struct sim_nearest nearest;
    sim_nearest_begin(&nearest, vm);
    for (uint32_t i = 0; i < outcomes->vm_count; i++) {
        if (strcmp(outcomes->vms[i], vm) == 0)
            return SIM_OK;
        sim_nearest_offer(&nearest, outcomes->vms[i]);
    }
    return sim_error_set(
        making->error, SIM_USAGE, "--vm: expected a VM of the runs of %s, found '%s'%s",
        making->show->request.experiment, vm, sim_nearest_hint(hint, nearest.best));
}

static int rows_make(struct making *making)
{
    struct show *show = making->show;
    bool is_moment = !isnan(show->request.at_s);
    for (uint32_t i = 0; i < making->outcomes.count; i++)
        show->has_work |= outcome_statistic(&making->outcomes.at[i]) == METRIC_WORK;
    for (uint32_t i = 0; i < show->count; i++) {
        seeds_tell(making, i);
        if (!is_moment)
            outcomes_show(making, i);
    }
    int status = is_moment ? moment_show(making) : events_show(making);
    if (status == SIM_OK && !is_moment)
        status = lost_show(making);
    for (uint32_t i = 0; i < show->count; i++)
        if (show->variants[i].count > 0)
            qsort(show->variants[i].rows, show->variants[i].count, sizeof(struct show_row),
                  rows_compare);
    return status;
}

int show_make(struct results *db, const char *db_path, const struct show_request *request,
              struct show *show, struct sim_error *error)
{
    static const struct config_sets no_sets;
    struct making making = {.db = db, .show = show, .error = error};
    uint32_t count;
    *show = (struct show){.request = *request, .at_s = NAN};
    int status = chosen_all(db, request->experiment, &count, error);
    if (status == SIM_OK && count == 0)
        status = chosen_refuse_none(db_path, request->experiment, &no_sets, error);
    if (status == SIM_OK)
        status = chosen_narrow(db, request->experiment, &request->part, &count, error);
    if (status == SIM_OK)
        status = outcomes_read(db, &making.outcomes, error);
    if (status == SIM_OK && request->vm != NULL)
        status = vm_check(&making, request->vm);
    if (status == SIM_OK) {
        making.variant_of =
            sim_memory_need(calloc(making.outcomes.run_count + 1u, sizeof *making.variant_of));
        making.values =
            sim_memory_need(calloc(making.outcomes.run_count + 1u, sizeof *making.values));
        variants_make(&making);
        status = rows_make(&making);
    }
    free(making.variant_of);
    free(making.values);
    outcomes_fini(&making.outcomes);
    return status;
}

void show_fini(struct show *show)
{
    for (uint32_t i = 0; i < show->count; i++)
        free(show->variants[i].rows);
    free(show->variants);
    sim_memory_free(&show->memory);
    *show = (struct show){0};
}
