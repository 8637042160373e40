/*
 * Reads the numbers of runs. SQL sorts the rows by VM and metric, so that each outcome is filled in
 * one go.
 */
#include "ballast/results/outcomes.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/array.h"
#include "sim/memory.h"

/* ---- Runs and VMs ------------------------------------------------------------------------ */

struct reading {
    struct outcomes *outcomes;
    size_t run_room, vm_room, room;
};

static const char *copy(struct outcomes *outcomes, const char *text)
{
    return sim_memory_text(&outcomes->memory, "%s", text);
}

static bool take_run(void *context, const struct results_value *values, uint32_t count)
{
    struct reading *reading = context;
    struct outcomes *outcomes = reading->outcomes;
    assert(count == 7);
    sim_array_need(outcomes->runs, reading->run_room, outcomes->run_count + 1u);
    outcomes->runs[outcomes->run_count++] =
        (struct outcome_run){.run_id = (int64_t)values[0].number,
                             .variant = copy(outcomes, values[1].text),
                             .seed = copy(outcomes, values[2].text),
                             .replicate = (uint32_t)values[3].number,
                             .sim_s = values[4].number,
                             .governor = copy(outcomes, values[5].text),
                             .checksum = copy(outcomes, values[6].text)};
    return true;
}

static bool take_vm(void *context, const struct results_value *values, uint32_t count)
{
    struct reading *reading = context;
    struct outcomes *outcomes = reading->outcomes;
    assert(count >= 1);
    if (values[0].text[0] == '\0') /* the host */
        return true;
    sim_array_need(outcomes->vms, reading->vm_room, outcomes->vm_count + 1u);
    outcomes->vms[outcomes->vm_count++] = copy(outcomes, values[0].text);
    return true;
}

/* ---- Values ------------------------------------------------------------------------------ */

static uint32_t run_index(const struct outcomes *outcomes, int64_t run_id)
{
    uint32_t low = 0, high = outcomes->run_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (outcomes->runs[middle].run_id < run_id)
            low = middle + 1;
        else
            high = middle;
    }
    assert(low < outcomes->run_count && outcomes->runs[low].run_id == run_id);
    return low;
}

static void value_put(struct outcomes *outcomes, struct outcome *outcome, enum outcome_of of,
                      uint32_t run, const struct results_value *value)
{
    if (value->is_null)
        return;
    double **values = &outcome->values[of];
    if (*values == NULL) {
        *values = sim_memory_get(&outcomes->memory, outcomes->run_count * sizeof **values);
        for (uint32_t i = 0; i < outcomes->run_count; i++)
            (*values)[i] = NAN;
    }
    (*values)[run] = value->number;
}

enum { RUN, VM, METRIC, MEAN, LEAST, PEAK, LAST, TOTAL, UNIT, COLUMNS };

static struct outcome *outcome_for(struct reading *reading, const char *vm, const char *name)
{
    struct outcomes *outcomes = reading->outcomes;
    struct outcome *last = outcomes->count > 0 ? &outcomes->at[outcomes->count - 1] : NULL;
    if (last != NULL && strcmp(last->name, name) == 0 && strcmp(last->vm, vm) == 0)
        return last;
    sim_array_need(outcomes->at, reading->room, outcomes->count + 1u);
    struct outcome *outcome = &outcomes->at[outcomes->count++];
    const struct metric *metric = metric_named(name);
    *outcome = (struct outcome){.vm = copy(outcomes, vm),
                                .name = copy(outcomes, name),
                                .unit = metric != NULL ? metric->unit : "",
                                .metric = metric};
    return outcome;
}

static bool take_value(void *context, const struct results_value *values, uint32_t count)
{
    struct reading *reading = context;
    struct outcomes *outcomes = reading->outcomes;
    assert(count == COLUMNS);
    struct outcome *outcome = outcome_for(reading, values[VM].text, values[METRIC].text);
    uint32_t run = run_index(outcomes, (int64_t)values[RUN].number);
    for (uint32_t of = 0; of < OUTCOMES_OF; of++)
        value_put(outcomes, outcome, (enum outcome_of)of, run, &values[MEAN + of]);
    if (!values[UNIT].is_null && strcmp(outcome->unit, values[UNIT].text) != 0)
        outcome->unit = copy(outcomes, values[UNIT].text);
    return true;
}

/* Samples of work have no unit of their own: it is that of the VM's work in `result`. */
static void units_fill(struct outcomes *outcomes)
{
    for (uint32_t i = 0; i < outcomes->count; i++) {
        struct outcome *outcome = &outcomes->at[i];
        if (strcmp(outcome->unit, METRIC_WORK_UNIT) != 0)
            continue;
        for (uint32_t j = 0; j < outcomes->count; j++) {
            const struct outcome *other = &outcomes->at[j];
            if (other->metric != NULL && strcmp(other->metric->unit, METRIC_WORK_UNIT) == 0 &&
                strcmp(other->vm, outcome->vm) == 0 && other->values[OUTCOME_TOTAL] != NULL)
                outcome->unit = other->unit;
        }
    }
}

/* ---- Order ------------------------------------------------------------------------------- */

static uint32_t vm_index(const struct outcomes *outcomes, const char *vm)
{
    uint32_t i = 0;
    while (i < outcomes->vm_count && strcmp(outcomes->vms[i], vm) != 0)
        i++;
    return i;
}

/* SQL has sorted the outcomes by the names of their VMs. Now by the order of the VMs. */
static void order(struct outcomes *outcomes)
{
    struct outcome *sorted = sim_memory_need(calloc(outcomes->count + 1u, sizeof *sorted));
    uint32_t *starts = sim_memory_need(calloc(outcomes->vm_count + 2u, sizeof *starts));
    for (uint32_t i = 0; i < outcomes->count; i++)
        starts[vm_index(outcomes, outcomes->at[i].vm) + 1]++;
    for (uint32_t i = 0; i <= outcomes->vm_count; i++)
        starts[i + 1] += starts[i];
    for (uint32_t i = 0, vm = 0; i < outcomes->count; i++) {
        if (i == 0 || strcmp(outcomes->at[i].vm, outcomes->at[i - 1].vm) != 0)
            vm = vm_index(outcomes, outcomes->at[i].vm);
        sorted[starts[vm]++] = outcomes->at[i];
    }
    free(outcomes->at);
    free(starts);
    outcomes->at = sorted;
}

/* ---- Reading ----------------------------------------------------------------------------- */

int outcomes_read(struct results *db, struct outcomes *outcomes, struct sim_error *error)
{
    struct reading reading = {.outcomes = outcomes};
    *outcomes = (struct outcomes){0};
    int status =
        results_query(db,
                      "SELECT run_id, chosen.variant, run.seed, replicate, sim_s, governor,"
                      " substr(checksum, 1, instr(checksum, '-') - 1)"
                      " FROM chosen JOIN run USING (run_id) ORDER BY run_id",
                      NULL, 0, take_run, &reading, error);
    if (status == SIM_OK)
        status = results_query(db,
                               "SELECT vm FROM series_curve JOIN chosen USING (run_id)"
                               " GROUP BY vm ORDER BY min(run_id << 32 | curve)",
                               NULL, 0, take_vm, &reading, error);
    if (status == SIM_OK)
        status = results_query(
            db,
            "SELECT run_id, vm, metric, mean, least, peak, last, NULL, NULL"
            " FROM summary JOIN chosen USING (run_id)"
            " UNION ALL SELECT run_id, vm, metric, NULL, NULL, NULL, NULL, value, unit"
            " FROM result JOIN chosen USING (run_id) ORDER BY 2, 3, 1",
            NULL, 0, take_value, &reading, error);
    if (status == SIM_OK) {
        units_fill(outcomes);
        order(outcomes);
    }
    return status;
}

void outcomes_fini(struct outcomes *outcomes)
{
    free(outcomes->runs);
    free(outcomes->vms);
    free(outcomes->at);
    sim_memory_free(&outcomes->memory);
    *outcomes = (struct outcomes){0};
}

/* ---- What a outcome is told by ----------------------------------------------------------- */

enum metric_statistic outcome_statistic(const struct outcome *outcome)
{
    if (outcome->metric != NULL)
        return metric_statistic(outcome->metric);
    return outcome->values[OUTCOME_TOTAL] != NULL ? METRIC_TOTAL : METRIC_LEVEL;
}

const double *outcome_main(const struct outcome *outcome, enum outcome_of *of)
{
    bool is_level = outcome_statistic(outcome) == METRIC_LEVEL;
    *of = is_level ? OUTCOME_MEAN : OUTCOME_TOTAL;
    if (outcome->values[*of] == NULL) /* what a run of samples came to is the last one */
        *of = is_level ? OUTCOME_TOTAL : OUTCOME_LAST;
    return outcome->values[*of];
}

const char *outcome_of_name(enum outcome_of of)
{
    static const char *const names[OUTCOMES_OF] = {[OUTCOME_MEAN] = "mean",
                                                   [OUTCOME_LEAST] = "least",
                                                   [OUTCOME_PEAK] = "peak",
                                                   [OUTCOME_LAST] = "last",
                                                   [OUTCOME_TOTAL] = "total"};
    return names[of];
}

const struct outcome *outcomes_find(const struct outcomes *outcomes, const char *vm,
                                    const char *name)
{
    for (uint32_t i = 0; i < outcomes->count; i++)
        if (strcmp(outcomes->at[i].vm, vm) == 0 && strcmp(outcomes->at[i].name, name) == 0)
            return &outcomes->at[i];
    return NULL;
}
