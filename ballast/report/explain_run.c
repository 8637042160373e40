/*
 * Finds the run to explain and the governor that decided in it.
 */
#include "ballast/report/explain_run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/config/home.h"
#include "ballast/run/chosen.h"
#include "sim/nearest.h"

/* ---- The run ----------------------------------------------------------------------------- */

static bool take_run(void *context, const struct results_value *values, uint32_t count)
{
    struct explain_run *run = context;
    (void)count;
    if (run->runs++ > 0)
        return true;
    run->run_id = (int64_t)values[0].number;
    run->experiment = sim_memory_text(&run->memory, "%s", values[1].text);
    run->variant = sim_memory_text(&run->memory, "%s", values[2].text);
    run->seed = sim_memory_text(&run->memory, "%s", values[3].text);
    run->governor = sim_memory_text(&run->memory, "%s", values[4].text);
    return true;
}

static int runs_look(struct explain_run *run, struct results *db, const struct explain_ask *ask,
                     struct sim_error *error)
{
    char seed[24];
    const char *binds[] = {ask->variant != NULL ? ask->variant : "",
                           ask->variant != NULL ? "1" : "0", seed, ask->has_seed ? "1" : "0",
                           ask->refused_vm != NULL ? ask->refused_vm : ""};
    snprintf(seed, sizeof seed, "%" PRIu64, ask->seed);
    return results_query(
        db,
        "SELECT run_id, r.experiment, c.variant, r.seed, r.governor"
        " FROM chosen c JOIN run r USING (run_id)"
        " WHERE (?2 = '0' OR c.variant = ?1) AND (?4 = '0' OR CAST(r.seed AS TEXT) = ?3)"
        " ORDER BY ?5 <> '' AND NOT EXISTS (SELECT 1 FROM event e WHERE e.run_id = r.run_id"
        "   AND e.kind = 'refused' AND e.vm = ?5), CAST(r.seed AS REAL), run_id",
        binds, 5, take_run, run, error);
}

struct names {
    const char *list[200];
    uint32_t count;
    struct sim_memory *memory;
};

static bool take_name(void *context, const struct results_value *values, uint32_t count)
{
    struct names *names = context;
    (void)count;
    names->list[names->count++] = sim_memory_text(names->memory, "%s", values[0].text);
    return names->count < sizeof names->list / sizeof *names->list;
}

/* There are runs, but none of this variant or seed. */
static int refuse_choice(struct explain_run *run, struct results *db, const struct explain_ask *ask,
                         struct sim_error *error)
{
    struct names names = {.memory = &run->memory};
    char hint[SIM_HINT_BYTES];
    if (ask->variant != NULL) {
        int status = results_query(db, "SELECT DISTINCT variant FROM chosen ORDER BY run_id", NULL,
                                   0, take_name, &names, error);
        if (status != SIM_OK)
            return status;
        bool known = false;
        for (uint32_t i = 0; i < names.count; i++)
            known |= strcmp(names.list[i], ask->variant) == 0;
        if (!known)
            return sim_error_set(
                error, SIM_USAGE, "--variant: expected a variant that has runs, found '%s'%s",
                ask->variant,
                sim_nearest_hint(hint, sim_nearest(ask->variant, names.list, names.count)));
    }
    return sim_error_set(error, SIM_USAGE,
                         "%s: expected a finished run of seed %" PRIu64 ", found none",
                         ask->db_path, ask->seed);
}

/* Without a name: all runs of the experiment that was run last are chosen. */
static int choose_last(struct results *db, struct sim_error *error)
{
    int status = results_query(db, "CREATE TEMP TABLE chosen(run_id INTEGER PRIMARY KEY, variant)",
                               NULL, 0, NULL, NULL, error);
    if (status == SIM_OK)
        status = results_query(
            db,
            "INSERT INTO chosen SELECT run_id, variant FROM run WHERE status = 'done' AND"
            " experiment = (SELECT experiment FROM run WHERE status = 'done'"
            " ORDER BY run_id DESC LIMIT 1) ORDER BY run_id",
            NULL, 0, NULL, NULL, error);
    return status;
}

/* ---- Its governor ------------------------------------------------------------------------ */

static bool take_parameter(void *context, const struct results_value *values, uint32_t count)
{
    struct explain_run *run = context;
    const char *key = strrchr(values[0].text, '.') + 1;
    (void)count;
    for (uint32_t i = 0; i < run->table->parameter_count; i++)
        if (strcmp(run->table->parameters[i].name, key) == 0)
            run->parameters[i] = (uint32_t)values[1].number;
    return true;
}

static int parameters_read(struct explain_run *run, struct results *db, struct sim_error *error)
{
    const struct mp_governor *table = run->table;
    char number[24];
    const char *binds[] = {number, sim_memory_text(&run->memory, "governor.%s.*", table->name)};
    snprintf(number, sizeof number, "%" PRId64, run->run_id);
    for (uint32_t i = 0; i < table->parameter_count; i++)
        run->parameters[i] = table->parameters[i].preset;
    return results_query(db,
                         "SELECT key, CAST(value AS REAL) FROM param WHERE run_id = ?1"
                         " AND key GLOB ?2",
                         binds, 2, take_parameter, run, error);
}

/* A governor of a shared object: as the experiment's file names it. */
static void object_load(struct explain_run *run, const struct config_file *file,
                        const struct config_sets *sets)
{
    struct sim_error error;
    if (file == NULL) {
        snprintf(run->no_table, sizeof run->no_table,
                 "the governor %s is no member of this program; name the experiment, so that its "
                 "shared object is found",
                 run->governor);
        return;
    }
    for (uint32_t i = 0; i < config_file_variant_count(file); i++) {
        if (strcmp(config_file_variant_name(file, i), run->variant) != 0)
            continue;
        run->has_config =
            config_resolve(file, i, sets->at, sets->count, &run->config, &error) == SIM_OK;
        if (!run->has_config)
            snprintf(run->no_table, sizeof run->no_table, "%.399s", error.text);
        else if (strcmp(run->config.members.governor->name, run->governor) == 0)
            run->table = run->config.members.governor;
        break;
    }
    if (run->table == NULL && run->no_table[0] == '\0')
        snprintf(run->no_table, sizeof run->no_table,
                 "the governor %s of the run is not that of the experiment's file", run->governor);
}

static int governor_find(struct explain_run *run, struct results *db,
                         const struct config_file *file, const struct config_sets *sets,
                         struct sim_error *error)
{
    run->table = mp_governor_find(run->governor);
    if (run->table == NULL)
        object_load(run, file, sets);
    return run->table != NULL ? parameters_read(run, db, error) : SIM_OK;
}

/* ---- The whole --------------------------------------------------------------------------- */

static int find(struct explain_run *run, struct results *db, const struct explain_ask *ask,
                const struct config_file *file, struct sim_error *error)
{
    uint32_t chosen = 0;
    int status =
        file != NULL ? chosen_make(db, file, ask->sets, &chosen, error) : choose_last(db, error);
    if (status == SIM_OK && file != NULL && chosen == 0)
        return chosen_refuse_none(ask->db_path, ask->name, ask->sets, error);
    if (status == SIM_OK)
        status = runs_look(run, db, ask, error);
    if (status != SIM_OK)
        return status;
    if (run->runs == 0 && (ask->variant != NULL || ask->has_seed))
        return refuse_choice(run, db, ask, error);
    if (run->runs == 0)
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected a finished run, found none; `ballast run EXPERIMENT` "
                             "makes one",
                             ask->db_path);
    return governor_find(run, db, file, ask->sets, error);
}

int explain_run_find(struct explain_run *run, struct results *db, const struct explain_ask *ask,
                     struct sim_error *error)
{
    struct config_file *file = NULL;
    *run = (struct explain_run){0};
    int status = ask->name != NULL ? home_config_load(ask->name, &file, error) : SIM_OK;
    if (status == SIM_OK)
        status = find(run, db, ask, file, error);
    config_file_free(file);
    return status;
}

void explain_run_fini(struct explain_run *run)
{
    if (run->has_config)
        config_fini(&run->config);
    sim_memory_free(&run->memory);
}
