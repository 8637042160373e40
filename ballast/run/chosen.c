/*
 * The temporary table of chosen runs.
 */
#include "ballast/run/chosen.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ballast/config/home.h"
#include "sim/memory.h"
#include "sim/nearest.h"

/* A run of another configuration stands in where the variant has none of the file's: of the last
 * one that ran. */
static int variant_choose(struct results *db, const struct config_file *file, uint32_t variant,
                          const struct config_sets *sets, char name[CONFIG_NAME_BYTES],
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
                           "WITH own AS (SELECT run_id, seed, config_hash FROM run"
                           " WHERE experiment = ?1 AND variant = ?2 AND status = 'done')"
                           " INSERT INTO chosen SELECT run_id, ?3, seed, config_hash <> ?4 FROM own"
                           " WHERE config_hash = (SELECT config_hash FROM own"
                           "  ORDER BY config_hash = ?4 DESC, run_id DESC LIMIT 1) ORDER BY run_id",
                           chosen, 4, NULL, NULL, error);
    snprintf(name, CONFIG_NAME_BYTES, "%s", config.name);
    config_fini(&config);
    return status;
}

static int table_make(struct results *db, struct sim_error *error)
{
    int status = results_query(db, "DROP TABLE IF EXISTS temp.chosen", NULL, 0, NULL, NULL, error);
    if (status == SIM_OK)
        status = results_query(db,
                               "CREATE TEMP TABLE chosen(run_id INTEGER PRIMARY KEY, variant TEXT,"
                               " seed, stale)",
                               NULL, 0, NULL, NULL, error);
    return status;
}

/* Otherwise SQLite takes the table for a large one, and walks all rows of `series` for each query.
 */
static int table_analyze(struct results *db, struct sim_error *error)
{
    return results_query(db, "ANALYZE temp.chosen", NULL, 0, NULL, NULL, error);
}

static void stale_add(struct chosen_stale *stale, const char *name, uint32_t runs, uint32_t of_them)
{
    size_t used = strlen(stale->names), room = sizeof stale->names - used;
    const char *comma = used > 0 ? ", " : "";
    stale->runs += runs;
    stale->stale += of_them;
    stale->experiments++;
    if (strlen(name) + 8 < room)
        snprintf(stale->names + used, room, "%s%s", comma, name);
    else if (used > 3 && strcmp(stale->names + used - 3, "...") != 0)
        snprintf(stale->names + used, room, "%s...", comma);
}

void chosen_note_stale(const struct chosen_stale *stale)
{
    bool is_one = stale->experiments == 1;
    if (stale->experiments == 0)
        return;
    fprintf(stderr,
            "ballast: note: %u of %u runs of %s were made with another configuration or other "
            "input files than those of now%s; `ballast sweep %s` makes them anew",
            stale->stale, stale->runs, is_one ? stale->names : "these experiments",
            stale->is_left_out ? ", and are left out" : "", is_one ? stale->names : "NAME");
    fprintf(stderr, "%s%s\n", is_one ? "" : ": ", is_one ? "" : stale->names);
}

static bool take_number(void *context, const struct results_value *values, uint32_t count)
{
    *(uint32_t *)context = count > 0 ? (uint32_t)values[0].number : 0;
    return false;
}

static int rows_count(struct results *db, uint32_t *count, struct sim_error *error)
{
    *count = 0;
    return results_query(db, "SELECT count(*) FROM chosen", NULL, 0, take_number, count, error);
}

static int stale_count(struct results *db, struct chosen_stale *stale, const char *name,
                       struct sim_error *error)
{
    uint32_t runs = 0, of_them = 0;
    int status = rows_count(db, &runs, error);
    if (status == SIM_OK)
        status = results_query(db, "SELECT total(stale) FROM chosen", NULL, 0, take_number,
                               &of_them, error);
    if (status == SIM_OK && of_them > 0)
        stale_add(stale, name, runs, of_them);
    if (status == SIM_OK && stale->is_left_out)
        status = results_query(db, "DELETE FROM chosen WHERE stale", NULL, 0, NULL, NULL, error);
    return status;
}

int chosen_make(struct results *db, const struct config_file *file, const struct config_sets *sets,
                uint32_t *count, struct chosen_stale *stale, struct sim_error *error)
{
    char name[CONFIG_NAME_BYTES];
    int status = table_make(db, error);
    *count = 0;
    for (uint32_t i = 0; i < config_file_variant_count(file) && status == SIM_OK; i++)
        status = variant_choose(db, file, i, sets, name, error);
    if (status == SIM_OK && stale != NULL)
        status = stale_count(db, stale, name, error);
    if (status == SIM_OK)
        status = table_analyze(db, error);
    return status == SIM_OK ? rows_count(db, count, error) : status;
}

int chosen_all(struct results *db, const char *experiment, uint32_t *count, struct sim_error *error)
{
    const char *binds[] = {experiment};
    int status = table_make(db, error);
    *count = 0;
    if (status == SIM_OK)
        status = results_query(db,
                               "INSERT INTO chosen SELECT run_id, variant, seed, 0 FROM run WHERE"
                               " " CHOSEN_LAST " AND NOT " CHOSEN_IS_ALONE " ORDER BY run_id",
                               binds, 1, NULL, NULL, error);
    if (status == SIM_OK)
        status = table_analyze(db, error);
    return status == SIM_OK ? rows_count(db, count, error) : status;
}

/* ---- A part of them ---------------------------------------------------------------------- */

/* The values of a column that there are, for the message about one that is not there. */
struct known {
    char text[200]; /* "a, b, c", or as many as there is room for, and "..." */
    size_t used;
    bool has_name; /* one of them is not empty */
    struct sim_nearest nearest;
    struct sim_memory names; /* the offered ones */
};

static bool take_known(void *context, const struct results_value *values, uint32_t count)
{
    struct known *known = context;
    const char *name = sim_memory_text(&known->names, "%s", values[0].text);
    known->has_name |= name[0] != '\0';
    size_t room = sizeof known->text - known->used;
    const char *comma = known->used > 0 ? ", " : "";
    sim_nearest_offer(&known->nearest, name);
    if (strlen(name) + 8 < room)
        known->used += (size_t)snprintf(known->text + known->used, room, "%s%s", comma,
                                        name[0] != '\0' ? name : "''");
    else if (strcmp(known->text + known->used - 3, "...") != 0)
        known->used += (size_t)snprintf(known->text + known->used, room, "%s...", comma);
    return count == 1;
}

/* `what` is "--variant" or "--seed", or NULL for an experiment; `sql` gives the values that there
 * are. */
static int refuse_part(struct results *db, const char *what, const char *experiment,
                       const char *found, const char *sql, struct sim_error *error)
{
    struct known known = {0};
    char hint[SIM_HINT_BYTES];
    sim_nearest_begin(&known.nearest, found);
    int status = results_query(db, sql, NULL, 0, take_known, &known, error);
    if (status == SIM_OK && what == NULL)
        status = sim_error_set(error, SIM_USAGE,
                               "expected an experiment of the database (%s) or a FILE.yaml, found "
                               "'%s'%s",
                               known.text, found, sim_nearest_hint(hint, known.nearest.best));
    else if (status == SIM_OK && !known.has_name) /* the only variant has no name */
        status = sim_error_set(error, SIM_USAGE,
                               "%s: expected none, as the runs of %s have no variants, found '%s'",
                               what, experiment, found);
    else if (status == SIM_OK)
        status = sim_error_set(
            error, SIM_USAGE, "%s: expected one of the runs of %s (%s), found '%s'%s", what,
            experiment, known.text, found, sim_nearest_hint(hint, known.nearest.best));
    sim_memory_free(&known.names);
    return status;
}

static int keep(struct results *db, const char *column, const char *value, uint32_t *found,
                struct sim_error *error)
{
    char sql[200];
    const char *binds[] = {value};
    snprintf(sql, sizeof sql, "SELECT count(*) FROM chosen WHERE CAST(%s AS TEXT) = ?1", column);
    int status = results_query(db, sql, binds, 1, take_number, found, error);
    snprintf(sql, sizeof sql, "DELETE FROM chosen WHERE CAST(%s AS TEXT) <> ?1", column);
    if (status == SIM_OK && *found > 0)
        status = results_query(db, sql, binds, 1, NULL, NULL, error);
    return status;
}

int chosen_narrow(struct results *db, const char *experiment, const struct chosen_part *part,
                  uint32_t *count, struct sim_error *error)
{
    uint32_t found = 1;
    char seed[24];
    int status = SIM_OK;
    *count = 0;
    if (part->variant != NULL)
        status = keep(db, "variant", part->variant, &found, error);
    if (status == SIM_OK && found == 0)
        return refuse_part(db, "--variant", experiment, part->variant,
                           "SELECT variant FROM chosen GROUP BY variant ORDER BY min(run_id)",
                           error);
    if (status == SIM_OK && part->seed != NULL) {
        snprintf(seed, sizeof seed, "%" PRIu64, *part->seed);
        status = keep(db, "seed", seed, &found, error);
    }
    if (status == SIM_OK && found == 0)
        return refuse_part(db, "--seed", experiment, seed,
                           "SELECT seed FROM chosen GROUP BY seed ORDER BY seed", error);
    return status == SIM_OK ? rows_count(db, count, error) : status;
}

/* ---- Names of experiments ---------------------------------------------------------------- */

static int file_name(const char *path, char name[CONFIG_NAME_BYTES], struct sim_error *error)
{
    struct config_file *file;
    struct experiment_config config;
    int status = home_config_load(path, &file, error);
    if (status != SIM_OK)
        return status;
    status = config_resolve(file, 0, NULL, 0, &config, error);
    config_file_free(file);
    if (status != SIM_OK)
        return status;
    snprintf(name, CONFIG_NAME_BYTES, "%s", config.name);
    config_fini(&config);
    return SIM_OK;
}

int chosen_experiment(struct results *db, const char *operand, char name[CONFIG_NAME_BYTES],
                      struct sim_error *error)
{
    const char *binds[] = {operand};
    struct sim_error ignored;
    uint32_t runs = 0;
    int status = results_query(db, "SELECT count(*) FROM run WHERE experiment = ?1", binds, 1,
                               take_number, &runs, error);
    if (status != SIM_OK)
        return status;
    snprintf(name, CONFIG_NAME_BYTES, "%s", operand);
    if (runs > 0)
        return SIM_OK;
    if (strchr(operand, '/') != NULL || strchr(operand, '.') != NULL)
        return file_name(operand, name, error);
    if (file_name(operand, name, &ignored) == SIM_OK) /* one of the project, without runs */
        return SIM_OK;
    return refuse_part(db, NULL, "the database", operand,
                       "SELECT DISTINCT experiment FROM run ORDER BY experiment", error);
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
