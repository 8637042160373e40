/*
 * The tables of a database of results.
 *
 * `seed` has no type: a seed up to 2^63 - 1 is stored as an integer and a greater one as a text of
 * its digits, because SQLite's integers are signed and its numbers would round.
 */
#include "ballast/results/schema.h"

#include <stdio.h>
#include <string.h>

#include "ballast/results/summary.h"

#define STRING_OF(token) #token
#define STRING(macro)    STRING_OF(macro)

const struct schema_table schema_tables[SCHEMA_TABLES_COUNT] = {
    [SCHEMA_PARAM] = {.name = "param",
                      .columns = "key,value",
                      .types = "tt",
                      .since = SCHEMA_VERSION_PARAMS},
    [SCHEMA_SERIES] = {.name = "series",
                       .columns = "t_s,vm,metric,value",
                       .types = "dttp",
                       .since = SCHEMA_VERSION_CURVES,
                       .curves = SCHEMA_SERIES_CURVE},
    [SCHEMA_RESULT] = {.name = "result", .columns = "vm,metric,value,unit", .types = "ttdt"},
    [SCHEMA_EVENT] = {.name = "event", .columns = "t_s,vm,kind,detail", .types = "dttt"},
    [SCHEMA_DECISION] = {.name = "decision",
                         .columns = "t_s,vm,reason,active_mb,target_mb,alloc_mb,price,"
                                    "balloon_target_mb,swap_target_mb",
                         .types = "dttpppdpp",
                         .since = SCHEMA_VERSION_DECISIONS,
                         .curves = SCHEMA_DECISION_CURVE,
                         .is_ordered = true},
    [SCHEMA_DECISION_INPUT] = {.name = "decision_input",
                               .columns = "t_s,vm,name,value",
                               .types = "dttd",
                               .since = SCHEMA_VERSION_CURVES,
                               .curves = SCHEMA_INPUT_CURVE},
    [SCHEMA_SERIES_CURVE] = {.name = "series_curve",
                             .columns = "curve," SUMMARY_COLUMNS,
                             .types = "i" SUMMARY_TYPES,
                             .key = "curve",
                             .since = SCHEMA_VERSION_DECISIONS},
    [SCHEMA_SERIES_TIME] = {.name = "series_time",
                            .columns = "moment,t_s",
                            .types = "id",
                            .key = "moment",
                            .since = SCHEMA_VERSION_CURVES},
    [SCHEMA_SERIES_VALUE] = {.name = "series_value",
                             .columns = "curve,first,samples,value",
                             .types = "iiip",
                             .key = "curve,first",
                             .since = SCHEMA_VERSION_DECISIONS},
    [SCHEMA_INPUT_CURVE] = {.name = "input_curve",
                            .columns = "curve,vm,name",
                            .types = "itt",
                            .key = "curve",
                            .since = SCHEMA_VERSION_CURVES},
    [SCHEMA_INPUT_TIME] = {.name = "input_time",
                           .columns = "moment,t_s",
                           .types = "id",
                           .key = "moment",
                           .since = SCHEMA_VERSION_CURVES},
    [SCHEMA_INPUT_VALUE] = {.name = "input_value",
                            .columns = "curve,first,samples,value",
                            .types = "iiid",
                            .key = "curve,first",
                            .since = SCHEMA_VERSION_CURVES},
    [SCHEMA_DECISION_CURVE] = {.name = "decision_curve",
                               .columns = "curve,vm,reason",
                               .types = "itt",
                               .key = "curve",
                               .since = SCHEMA_VERSION_DECISIONS},
    [SCHEMA_DECISION_TIME] = {.name = "decision_time",
                              .columns = "moment,t_s",
                              .types = "id",
                              .key = "moment",
                              .since = SCHEMA_VERSION_DECISIONS},
    [SCHEMA_DECISION_VALUE] = {.name = "decision_value",
                               .columns = "curve,first,samples,place,active_mb,target_mb,alloc_mb,"
                                          "price,balloon_target_mb,swap_target_mb",
                               .types = "iiiipppdpp",
                               .key = "curve,first",
                               .since = SCHEMA_VERSION_DECISIONS},
    [SCHEMA_RUN_PARAM] = {.name = "run_param",
                          .columns = "place,param",
                          .types = "ii",
                          .key = "place",
                          .since = SCHEMA_VERSION_PARAMS},
};

enum schema_rows schema_stored_in(enum schema_rows table)
{
    if (schema_tables[table].curves != 0)
        return schema_tables[table].curves + 2;
    return table == SCHEMA_PARAM ? SCHEMA_RUN_PARAM : table;
}

bool schema_is_view(enum schema_rows table, int version)
{
    return schema_tables[table].curves != 0 && version >= schema_tables[table].since;
}

static const char other_tables_sql[] =
    "CREATE TABLE IF NOT EXISTS run(run_id INTEGER PRIMARY KEY, experiment TEXT, variant TEXT,"
    " seed, replicate INTEGER, status TEXT, sim_s REAL, wall_s REAL, version TEXT, build TEXT,"
    " governor TEXT, estimator TEXT, scanner TEXT, config TEXT, config_hash TEXT, rows INTEGER,"
    " checksum TEXT, started_utc TEXT, host TEXT);"
    "CREATE TABLE IF NOT EXISTS param_value(param INTEGER PRIMARY KEY, key TEXT, value TEXT,"
    " UNIQUE(key, value));"
    "CREATE VIEW IF NOT EXISTS param(run_id,key,value) AS SELECT run_id, key, value"
    " FROM run_param CROSS JOIN param_value USING (param) ORDER BY run_id, place;"
    "CREATE VIEW IF NOT EXISTS summary AS SELECT run_id," SUMMARY_COLUMNS " FROM series_curve;"
    "CREATE TABLE IF NOT EXISTS metric(name TEXT, unit TEXT, kind TEXT, meaning TEXT,"
    " PRIMARY KEY(name, kind));"
    "CREATE TABLE IF NOT EXISTS reference(figure TEXT, point TEXT, metric TEXT, paper REAL,"
    " reading_error REAL, tolerance TEXT, reason TEXT, kind TEXT, known_miss TEXT, repeats TEXT,"
    " source TEXT, PRIMARY KEY(figure, point));"
    "PRAGMA user_version = " STRING(RESULTS_SCHEMA_VERSION);

/* By run alone: within a run the rows are in order of time. */
static const char indexes_sql[] =
    "CREATE INDEX IF NOT EXISTS main.event_by_run ON event(run_id);"
    "CREATE INDEX IF NOT EXISTS main.result_by_run ON result(run_id);";

/* ---- Making ------------------------------------------------------------------------------ */

/* What a view says, in the order of its columns. */
static void view_columns(const struct schema_table *view, char *sql, size_t bytes)
{
    const char *column = view->columns;
    size_t at = 0;
    for (uint32_t i = 0; view->types[i] != '\0'; i++) {
        char name[40];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(column, ","), column);
        at += (size_t)snprintf(sql + at, bytes - at,
                               view->types[i] == 'p' ? ", " RESULTS_NUMBER_OF("%1$s") : ", %1$s",
                               name);
        column += strlen(name) + (column[strlen(name)] == ',');
    }
}

/* The joins have an order: a question about one name then reads the curves of that name alone. */
static int view_make(struct store *store, const struct schema_table *view, struct sim_error *error)
{
    char sql[1600], columns[900];
    const struct schema_table *tables = &schema_tables[view->curves];
    view_columns(view, columns, sizeof columns);
    snprintf(sql, sizeof sql,
             "CREATE VIEW IF NOT EXISTS %s(run_id,%s) AS SELECT curve.run_id%s FROM %s AS curve"
             " CROSS JOIN %s AS piece ON piece.run_id = curve.run_id AND piece.curve = curve.curve"
             " CROSS JOIN %s AS time ON time.run_id = piece.run_id AND moment >= first"
             " AND moment < first + piece.samples%s",
             view->name, view->columns, columns, tables[0].name, tables[2].name, tables[1].name,
             view->is_ordered ? " ORDER BY curve.run_id, moment, place" : "");
    return store_write(store, sql, error);
}

static int table_make(struct store *store, const struct schema_table *table,
                      struct sim_error *error)
{
    static const char *const types[] = {
        ['d'] = " REAL", ['i'] = " INTEGER", ['t'] = " TEXT", ['p'] = ""};
    char sql[600];
    const char *column = table->columns;
    if (table->curves != 0)
        return view_make(store, table, error);
    int at = snprintf(sql, sizeof sql, "CREATE TABLE IF NOT EXISTS %s(run_id INTEGER", table->name);
    for (uint32_t i = 0; table->types[i] != '\0'; i++) {
        int length = (int)strcspn(column, ",");
        at += snprintf(sql + at, sizeof sql - (size_t)at, ", %.*s%s", length, column,
                       types[(unsigned char)table->types[i]]);
        column += length + (column[length] == ',');
    }
    if (table->key != NULL)
        at += snprintf(sql + at, sizeof sql - (size_t)at, ", PRIMARY KEY(run_id,%s)", table->key);
    snprintf(sql + at, sizeof sql - (size_t)at, ")%s", table->key != NULL ? " WITHOUT ROWID" : "");
    return store_write(store, sql, error);
}

/* In one transaction: a file with half of the tables would belong to nobody. Another process may
 * have made them while this one waited for the lock. */
static int make(struct store *store, struct sim_error *error)
{
    int status = store_begin(store, error);
    for (uint32_t i = 0; i < SCHEMA_TABLES_COUNT && status == SIM_OK; i++)
        if (i != SCHEMA_PARAM)
            status = table_make(store, &schema_tables[i], error);
    if (status == SIM_OK)
        status = store_write(store, other_tables_sql, error);
    return status == SIM_OK ? store_commit(store, error) : status;
}

/* ---- Checking ---------------------------------------------------------------------------- */

static bool take_number(void *context, const struct results_value *values, uint32_t count)
{
    *(double *)context = count > 0 ? values[0].number : 0;
    return false;
}

static int read_number(struct store *store, const char *sql, double *number,
                       struct sim_error *error)
{
    bool ran;
    return store_query(store, sql, NULL, &ran, NULL, 0, take_number, number, NULL, error);
}

static int refuse(const struct store *store, double version, struct sim_error *error)
{
    const char *path = store->path;
    if (version >= SCHEMA_VERSION_OLDEST && version < RESULTS_SCHEMA_VERSION)
        return sim_error_set(error, SIM_SYSTEM,
                             "%s: expected results of schema version %d, found version %.0f of an "
                             "older ballast; `ballast merge NEW.db %s` makes NEW.db of them",
                             path, RESULTS_SCHEMA_VERSION, version, path);
    if (version > 0 && version < RESULTS_SCHEMA_VERSION)
        return sim_error_set(error, SIM_SYSTEM,
                             "%s: expected results of schema version %d, found version %.0f of an "
                             "older ballast; move the file away, or name another database, and "
                             "run the experiments again",
                             path, RESULTS_SCHEMA_VERSION, version);
    return sim_error_set(
        error, SIM_SYSTEM, "%s: expected results of schema version %d, found %s%.0f", path,
        RESULTS_SCHEMA_VERSION, version == 0 ? "another database, version " : "version ", version);
}

int schema_check(struct store *store, bool may_make, int oldest, int *found,
                 struct sim_error *error)
{
    double version = 0, tables = 0;
    /* Both numbers of one moment: another process may be making the tables just now. */
    int status = store_write(store, "BEGIN", error);
    if (status == SIM_OK)
        status = read_number(store, "PRAGMA user_version", &version, error);
    if (status == SIM_OK)
        status = read_number(store, "SELECT count(*) FROM sqlite_schema", &tables, error);
    if (status == SIM_OK)
        status = store_commit(store, error);
    if (status != SIM_OK)
        return status;
    bool is_new = may_make && version == 0 && tables == 0;
    *found = is_new ? RESULTS_SCHEMA_VERSION : (int)version;
    if (is_new)
        return make(store, error);
    return version >= oldest && version <= RESULTS_SCHEMA_VERSION ? SIM_OK
                                                                  : refuse(store, version, error);
}

int schema_make_indexes(struct store *store, struct sim_error *error)
{
    return store_write(store, indexes_sql, error);
}
