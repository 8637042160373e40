/*
 * The temporary table of chosen runs.
 */
#include "ballast/run/chosen.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct count {
    char name[CONFIG_NAME_BYTES]; /* of the experiment */
    uint32_t runs, stale;
};

static bool take_count(void *context, const struct results_value *values, uint32_t count)
{
    struct count *sum = context;
    if (count == 2) {
        sum->runs += (uint32_t)values[0].number;
        sum->stale += (uint32_t)values[1].number;
    }
    return false;
}

static int variant_choose(struct results *db, const struct config_file *file, uint32_t variant,
                          const struct config_sets *sets, struct count *sum,
                          struct sim_error *error)
{
    struct experiment_config config;
    char hash[20];
    int status = config_resolve(file, variant, sets->at, sets->count, &config, error);
    if (status != SIM_OK)
        return status;
    const char *own_name = config_file_variant_name(file, variant);
    const char *chosen[] = {config.name, config.variant, own_name, hash};
    snprintf(hash, sizeof hash, "%016" PRIx64, config_hash(&config));
    status = results_query(db,
                           "INSERT INTO chosen SELECT run_id, ?3, seed, config_hash <> ?4 FROM run"
                           " WHERE experiment = ?1"
                           " AND variant = ?2 AND status = 'done' ORDER BY run_id",
                           chosen, 4, NULL, NULL, error);
    if (status == SIM_OK)
        status = results_query(db,
                               "SELECT count(*), total(config_hash <> ?4) FROM run"
                               " WHERE experiment = ?1 AND variant = ?2 AND status = 'done'",
                               chosen, 4, take_count, sum, error);
    snprintf(sum->name, sizeof sum->name, "%s", config.name);
    config_fini(&config);
    return status;
}

int chosen_make(struct results *db, const struct config_file *file, const struct config_sets *sets,
                uint32_t *count, struct sim_error *error)
{
    struct count sum = {0};
    int status = results_query(db, "DROP TABLE IF EXISTS temp.chosen", NULL, 0, NULL, NULL, error);
    if (status == SIM_OK)
        status = results_query(db,
                               "CREATE TEMP TABLE chosen(run_id INTEGER PRIMARY KEY, variant TEXT,"
                               " seed, stale)",
                               NULL, 0, NULL, NULL, error);
    for (uint32_t i = 0; i < config_file_variant_count(file) && status == SIM_OK; i++)
        status = variant_choose(db, file, i, sets, &sum, error);
    if (status == SIM_OK && sum.stale > 0)
        fprintf(stderr,
                "ballast: note: %u of %u runs of %s were made with another configuration or other "
                "input files than those of now; `ballast sweep %s` makes them anew\n",
                sum.stale, sum.runs, sum.name, sum.name);
    *count = sum.runs;
    return status;
}

int chosen_refuse_none(const char *db_path, const char *experiment, const struct config_sets *sets,
                       struct sim_error *error)
{
    return sim_error_set(error, SIM_USAGE,
                         "%s: expected a finished run of %s%s, found none; `ballast run %s` makes "
                         "one",
                         db_path, experiment, sets->count > 0 ? " with the same --set" : "",
                         experiment);
}
