/*
 * From the name of a figure to its values.
 */
#include "ballast/results/measure.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/nearest.h"

#define LOSS ".loss"
#define HOST "host"

#define NAME_BYTES 48 /* of a metric without its unit */

/* ---- Names ------------------------------------------------------------------------------- */

/* Is it the metric's name, or its name without the unit? */
static bool is_name_of(const struct metric *metric, const char *name)
{
    size_t length = strlen(name);
    if (strncmp(metric->name, name, length) != 0)
        return false;
    const char *rest = metric->name + length;
    return *rest == '\0' || (*rest == '_' && strchr(rest + 1, '_') == NULL);
}

static int metric_find(const char *option, const char *name, const struct metric **metric,
                       struct sim_error *error)
{
    char hint[SIM_HINT_BYTES], without_unit[METRIC_COUNT][NAME_BYTES];
    struct sim_nearest nearest;
    const struct metric *short_name = NULL;
    sim_nearest_begin(&nearest, name);
    for (uint32_t i = 0; i < METRIC_COUNT; i++) {
        if (strcmp(metrics[i].name, name) == 0) {
            *metric = &metrics[i];
            return SIM_OK;
        }
        if (short_name == NULL && is_name_of(&metrics[i], name))
            short_name = &metrics[i];
        sim_nearest_offer(&nearest, metrics[i].name);
        const char *unit = strrchr(metrics[i].name, '_');
        snprintf(without_unit[i], NAME_BYTES, "%.*s",
                 unit != NULL ? (int)(unit - metrics[i].name) : NAME_BYTES - 1, metrics[i].name);
        sim_nearest_offer(&nearest, without_unit[i]);
    }
    *metric = short_name;
    if (short_name != NULL && *name != '\0')
        return SIM_OK;
    return sim_error_set(error, SIM_USAGE,
                         "%s: expected a metric of `ballast params --metrics`, found '%s'%s",
                         option, name, sim_nearest_hint(hint, nearest.best));
}

int measure_parse(const char *option, const char *text, struct measure *measure,
                  struct sim_error *error)
{
    char name[200];
    size_t length = strlen(text);
    *measure = (struct measure){0};
    if (length > strlen(LOSS) && strcmp(text + length - strlen(LOSS), LOSS) == 0) {
        measure->is_loss = true;
        length -= strlen(LOSS);
    }
    const char *dot = memchr(text, '.', length), *begin = dot != NULL ? dot + 1 : text;
    snprintf(name, sizeof name, "%.*s", (int)(length - (size_t)(begin - text)), begin);
    int status = metric_find(option, name, &measure->metric, error);
    if (status != SIM_OK)
        return status;
    bool is_host = dot != NULL ? strncmp(text, HOST ".", strlen(HOST ".")) == 0
                               : !metric_is_of_vm(measure->metric);
    if (!is_host)
        snprintf(measure->vms, sizeof measure->vms, "%.*s", dot != NULL ? (int)(dot - text) : 1,
                 dot != NULL ? text : "*");
    if (is_host ? !metric_is_of_host(measure->metric) : !metric_is_of_vm(measure->metric))
        return sim_error_set(error, SIM_USAGE, "%s: expected a metric of %s, found '%s' of %s",
                             option, is_host ? "the host" : "VMs", measure->metric->name,
                             metric_scope_name(measure->metric->scope));
    if (measure->is_loss && (is_host || measure->metric->result == METRIC_NEVER))
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected a loss of a metric that is in the results of each VM, "
                             "found '%s'",
                             option, text);
    return SIM_OK;
}

const char *measure_unit(const struct measure *measure)
{
    return measure->is_loss ? "%" : measure->metric->unit;
}

/* ---- Values ------------------------------------------------------------------------------ */

struct taking {
    measure_take *take;
    void *context;
};

static bool take_row(void *context, const struct results_value *values, uint32_t count)
{
    const struct taking *taking = context;
    if (count == 4 && !values[3].is_null)
        taking->take(taking->context, values[0].number, values[1].number, values[2].text,
                     values[3].number);
    return true;
}

#define FROM_RUNS(column, table)                                                                   \
    "SELECT seed, replicate, vm, " column " FROM run JOIN " table " USING (run_id)"                \
    " WHERE experiment = ?1 AND variant = ?2 AND config_hash = ?3 AND status = 'done'"             \
    " AND metric = ?4 AND (vm = ?5 OR (?5 <> '' AND vm <> '' AND vm GLOB ?5))"                     \
    " ORDER BY seed, replicate, run_id, vm"

int measure_each(struct results *db, const struct measure_runs *runs, const struct measure *measure,
                 enum measure_value which, measure_take *take, void *context,
                 struct sim_error *error)
{
    static const char *const queries[] = {
        [MEASURE_WHOLE] = FROM_RUNS("mean", "summary"),
        [MEASURE_LEAST] = FROM_RUNS("least", "summary"),
        [MEASURE_PEAK] = FROM_RUNS("peak", "summary"),
        [MEASURE_SAMPLES] = FROM_RUNS("value", "series"),
    };
    struct taking taking = {take, context};
    char hash[20];
    snprintf(hash, sizeof hash, "%016" PRIx64, runs->config_hash);
    const char *binds[] = {runs->experiment, runs->variant, hash, measure->metric->name,
                           measure->vms};
    const char *query =
        measure->metric->result != METRIC_NEVER ? FROM_RUNS("value", "result") : queries[which];
    return results_query(db, query, binds, 5, take_row, &taking, error);
}
