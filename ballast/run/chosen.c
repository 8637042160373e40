/*
 * The temporary table of chosen runs, and SQL read from files.
 */
#include "ballast/run/chosen.h"

#include <stdlib.h>
#include <string.h>

static bool take_count(void *context, const struct results_value *values, uint32_t count)
{
    *(uint32_t *)context = count > 0 ? (uint32_t)values[0].number : 0;
    return false;
}

static int variant_choose(struct results *db, const struct config_file *file, uint32_t variant,
                          const struct config_sets *sets, struct sim_error *error)
{
    struct experiment_config config;
    int status = config_resolve(file, variant, sets->at, sets->count, &config, error);
    if (status != SIM_OK)
        return status;
    const char *binds[] = {config.name, config.variant, config_file_variant_name(file, variant)};
    status =
        results_query(db,
                      "INSERT INTO chosen SELECT run_id, ?3, seed FROM run WHERE experiment = ?1"
                      " AND variant = ?2 AND status = 'done' ORDER BY run_id",
                      binds, 3, NULL, NULL, error);
    config_fini(&config);
    return status;
}

int chosen_make(struct results *db, const struct config_file *file, const struct config_sets *sets,
                uint32_t *count, struct sim_error *error)
{
    *count = 0;
    int status = results_query(db, "DROP TABLE IF EXISTS temp.chosen", NULL, 0, NULL, NULL, error);
    if (status == SIM_OK)
        status = results_query(db,
                               "CREATE TEMP TABLE chosen(run_id INTEGER PRIMARY KEY, variant TEXT,"
                               " seed INTEGER)",
                               NULL, 0, NULL, NULL, error);
    for (uint32_t i = 0; i < config_file_variant_count(file) && status == SIM_OK; i++)
        status = variant_choose(db, file, i, sets, error);
    if (status == SIM_OK)
        status =
            results_query(db, "SELECT count(*) FROM chosen", NULL, 0, take_count, count, error);
    return status;
}

char *sql_next(const char **sql)
{
    const char *begin = *sql;
    for (;;) { /* blank lines and comments before it */
        begin += strspn(begin, " \n");
        if (strncmp(begin, "--", 2) != 0)
            break;
        begin += strcspn(begin, "\n");
    }
    if (*begin == '\0')
        return NULL;
    const char *end = strstr(begin, ";\n");
    size_t length = end != NULL ? (size_t)(end - begin) : strlen(begin);
    *sql = end != NULL ? end + 2 : begin + length;
    return strndup(begin, length);
}
