/*
 * Finds the run to explain and the governor that decided in it.
 */
#include "ballast/explain/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/config/home.h"
#include "ballast/run/chosen.h"

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

/* The first of the chosen runs. */
static int first_look(struct explain_run *run, struct results *db, const struct explain_ask *ask,
                      struct sim_error *error)
{
    const char *binds[] = {ask->refused_vm != NULL ? ask->refused_vm : "",
                           ask->name == NULL ? "1" : "0"};
    return results_query(db,
                         "SELECT run_id, r.experiment, c.variant, r.seed, r.governor"
                         " FROM chosen c JOIN run r USING (run_id)"
                         " ORDER BY NOT EXISTS (SELECT 1 FROM event e WHERE e.run_id = r.run_id"
                         "   AND e.kind = 'refused' AND e.vm = ?1), CASE ?2 WHEN '1' THEN -run_id "
                         "END, CAST(r.seed AS REAL), run_id",
                         binds, 2, take_run, run, error);
}

static bool take_name(void *context, const struct results_value *values, uint32_t count)
{
    char *name = context;
    (void)count;
    snprintf(name, CONFIG_NAME_BYTES, "%s", values[0].text);
    return false;
}

/* Without a name: all runs of the experiment that was run last. */
static int choose_last(struct results *db, const char *db_path, char name[CONFIG_NAME_BYTES],
                       uint32_t *count, struct sim_error *error)
{
    name[0] = '\0';
    int status = results_query(db,
                               "SELECT experiment FROM run WHERE status = 'done'"
                               " ORDER BY run_id DESC LIMIT 1",
                               NULL, 0, take_name, name, error);
    if (status == SIM_OK && name[0] == '\0')
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected a finished run, found none; `ballast run EXPERIMENT` "
                             "makes one",
                             db_path);
    return status == SIM_OK ? chosen_all(db, name, count, error) : status;
}

/* ---- Its governor ------------------------------------------------------------------------ */

static bool take_parameter(void *context, const struct results_value *values, uint32_t count)
{
    struct explain_run *run = context;
    const char *key = strrchr(values[0].text, '.') + 1;
    (void)count;
    for (uint32_t i = 0; i < run->table->parameter_count; i++) {
        const struct mp_parameter *row = &run->table->parameters[i];
        if (strcmp(row->name, key) == 0 && values[1].number >= row->least &&
            values[1].number <= row->most)
            run->parameters[i] = (uint32_t)values[1].number;
    }
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
    char last[CONFIG_NAME_BYTES];
    const char *name = ask->name != NULL ? ask->name : last;
    uint32_t count = 0;
    struct chosen_stale stale = {0};
    int status = file != NULL ? chosen_make(db, file, ask->sets, &count, &stale, error)
                              : choose_last(db, ask->db_path, last, &count, error);
    chosen_note_stale(&stale);
    if (status == SIM_OK && count == 0)
        status = chosen_refuse_none(ask->db_path, name, ask->sets, error);
    if (status == SIM_OK)
        status = chosen_narrow(db, name, &ask->part, &count, error);
    if (status == SIM_OK)
        status = first_look(run, db, ask, error);
    return status == SIM_OK ? governor_find(run, db, file, ask->sets, error) : status;
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
