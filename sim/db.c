/*
 * Results in SQLite: see db.h.
 *
 * The hazard is speed against safety. Rows go through prepared statements in transactions of many
 * thousands; only the begin and the end of a run are committed by themselves. The indexes are
 * dropped when the first run begins and made again at the close, because an index that grows with
 * the rows costs more than they do.
 */
#include "sim/db.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#define BATCH_ROWS 50000u

enum statement { PUT_PARAM, PUT_SERIES, PUT_RESULT, PUT_EVENT, PUT_DECISION, STATEMENT_COUNT };

static const char *const statement_sql[STATEMENT_COUNT] = {
    "INSERT INTO param VALUES(?1,?2,?3)",
    "INSERT INTO series VALUES(?1,?2,?3,?4,?5)",
    "INSERT INTO result VALUES(?1,?2,?3,?4,?5)",
    "INSERT INTO event VALUES(?1,?2,?3,?4,?5)",
    "INSERT INTO decision VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
};

static const char *const run_tables[] = {"param", "series", "result", "event", "decision"};

static const char schema_sql[] =
    "CREATE TABLE IF NOT EXISTS run(run_id INTEGER PRIMARY KEY, experiment TEXT, variant TEXT,"
    " seed INTEGER, replicate INTEGER, status TEXT, sim_s REAL, wall_s REAL, version TEXT,"
    " config TEXT, config_hash TEXT, started_utc TEXT, host TEXT);"
    "CREATE TABLE IF NOT EXISTS param(run_id INTEGER, key TEXT, value TEXT);"
    "CREATE TABLE IF NOT EXISTS series(run_id INTEGER, t_s REAL, vm TEXT, metric TEXT, value REAL);"
    "CREATE TABLE IF NOT EXISTS result(run_id INTEGER, vm TEXT, metric TEXT, value REAL, unit TEXT);"
    "CREATE TABLE IF NOT EXISTS event(run_id INTEGER, t_s REAL, vm TEXT, kind TEXT, detail TEXT);"
    "CREATE TABLE IF NOT EXISTS decision(run_id INTEGER, t_s REAL, vm TEXT, reason TEXT,"
    " active_mb REAL, target_mb REAL, alloc_mb REAL, price REAL, balloon_target_mb REAL,"
    " swap_target_mb REAL);"
    "CREATE TABLE IF NOT EXISTS reference(figure TEXT, point TEXT, metric TEXT, paper REAL,"
    " tolerance TEXT, kind TEXT, known_miss TEXT, source TEXT, PRIMARY KEY(figure, point));";

static const char drop_indexes_sql[] = "DROP INDEX IF EXISTS series_by_metric;"
                                       "DROP INDEX IF EXISTS result_by_metric;"
                                       "DROP INDEX IF EXISTS decision_by_run;";

static const char make_indexes_sql[] =
    "CREATE INDEX IF NOT EXISTS series_by_metric ON series(run_id, metric, vm, t_s, value);"
    "CREATE INDEX IF NOT EXISTS result_by_metric ON result(run_id, metric, vm);"
    "CREATE INDEX IF NOT EXISTS decision_by_run ON decision(run_id, t_s);";

struct sim_db {
    sqlite3 *sqlite;
    char *path;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    uint32_t rows; /* in the open transaction */
    bool in_transaction, indexes_dropped;
};

static int fail(const struct sim_db *db, struct sim_error *error)
{
    return sim_error_set(error, SIM_SYSTEM, "%s: expected a usable database, found: %s", db->path,
                         sqlite3_errmsg(db->sqlite));
}

static int execute(struct sim_db *db, const char *sql, struct sim_error *error)
{
    if (sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
        return fail(db, error);
    return SIM_OK;
}

/* ---- Transactions ------------------------------------------------------------------------------ */

static int transaction_begin(struct sim_db *db, struct sim_error *error)
{
    if (db->in_transaction)
        return SIM_OK;
    int status = execute(db, "BEGIN", error);
    db->in_transaction = status == SIM_OK;
    db->rows = 0;
    return status;
}

static int transaction_commit(struct sim_db *db, struct sim_error *error)
{
    if (!db->in_transaction)
        return SIM_OK;
    int status = execute(db, "COMMIT", error);
    if (status != SIM_OK)
        sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
    db->in_transaction = false;
    return status;
}

/* Ends the inserting of one row. */
static int row_done(struct sim_db *db, sqlite3_stmt *statement, struct sim_error *error)
{
    int status = sqlite3_step(statement) == SQLITE_DONE ? SIM_OK : fail(db, error);
    sqlite3_reset(statement);
    if (status == SIM_OK && ++db->rows >= BATCH_ROWS)
        status = transaction_commit(db, error);
    return status;
}

static sqlite3_stmt *row_begin(struct sim_db *db, enum statement which, int64_t run_id,
                               struct sim_error *error)
{
    if (transaction_begin(db, error) != SIM_OK)
        return NULL;
    sqlite3_stmt **statement = &db->statements[which];
    if (!*statement && sqlite3_prepare_v3(db->sqlite, statement_sql[which], -1,
                                          SQLITE_PREPARE_PERSISTENT, statement, NULL) != SQLITE_OK) {
        fail(db, error);
        return NULL;
    }
    sqlite3_bind_int64(*statement, 1, run_id);
    return *statement;
}

static void bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    sqlite3_bind_text(statement, index, text ? text : "", -1, SQLITE_STATIC);
}

/* ---- Opening ----------------------------------------------------------------------------------- */

/* Makes the folders above `path`. What goes wrong shows when the file is opened. */
static void make_folders(const char *path)
{
    char *copy = strdup(path);
    for (char *slash = copy ? strchr(copy + 1, '/') : NULL; slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(copy, 0777);
        *slash = '/';
    }
    free(copy);
}

static int check_file(const char *path, enum sim_db_mode mode, struct sim_error *error)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        if (mode == SIM_DB_WRITE && errno == ENOENT) {
            make_folders(path);
            return SIM_OK;
        }
        return sim_error_set(error, SIM_SYSTEM, "%s: expected a database of results, found: %s", path,
                             strerror(errno));
    }
    if (!S_ISREG(st.st_mode))
        return sim_error_set(error, SIM_SYSTEM, "%s: expected a database file, found a %s", path,
                             S_ISDIR(st.st_mode) ? "folder" : "device or pipe");
    if (access(path, mode == SIM_DB_WRITE ? R_OK | W_OK : R_OK) != 0)
        return sim_error_set(error, SIM_SYSTEM, "%s: expected a database that can be %s, found: %s",
                             path, mode == SIM_DB_WRITE ? "written" : "read", strerror(errno));
    return SIM_OK;
}

static int read_int(struct sim_db *db, const char *sql, int *value, struct sim_error *error)
{
    sqlite3_stmt *statement = NULL;
    int status = SIM_OK;
    if (sqlite3_prepare_v2(db->sqlite, sql, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW)
        status = fail(db, error);
    else
        *value = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return status;
}

static int check_schema(struct sim_db *db, enum sim_db_mode mode, struct sim_error *error)
{
    int version = 0, tables = 0;
    int status = read_int(db, "PRAGMA user_version", &version, error);
    if (status == SIM_OK)
        status = read_int(db, "SELECT count(*) FROM sqlite_schema", &tables, error);
    if (status != SIM_OK)
        return status;
    bool fresh = mode == SIM_DB_WRITE && version == 0 && tables == 0;
    if (!fresh && version != SIM_DB_SCHEMA_VERSION)
        return sim_error_set(error, SIM_SYSTEM, "%s: expected results of schema version %d, found %d",
                             db->path, SIM_DB_SCHEMA_VERSION, version);
    if (!fresh)
        return SIM_OK;
    char pragma[60];
    snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", SIM_DB_SCHEMA_VERSION);
    status = execute(db, schema_sql, error);
    return status == SIM_OK ? execute(db, pragma, error) : status;
}

int sim_db_open(const char *path, enum sim_db_mode mode, struct sim_db **out,
                struct sim_error *error)
{
    *out = NULL;
    int status = check_file(path, mode, error);
    if (status != SIM_OK)
        return status;
    struct sim_db *db = calloc(1, sizeof *db);
    if (!db || !(db->path = strdup(path))) {
        free(db);
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory", path);
    }
    int flags = mode == SIM_DB_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                     : SQLITE_OPEN_READONLY;
    if (sqlite3_open_v2(path, &db->sqlite, flags, NULL) != SQLITE_OK)
        status = fail(db, error);
    if (status == SIM_OK) {
        sqlite3_busy_timeout(db->sqlite, 10000);
        status = check_schema(db, mode, error);
    }
    if (status == SIM_OK && mode == SIM_DB_WRITE)
        status = execute(db, "PRAGMA synchronous = NORMAL", error);
    if (status != SIM_OK) {
        sim_db_close(db, NULL);
        return status;
    }
    *out = db;
    return SIM_OK;
}

int sim_db_close(struct sim_db *db, struct sim_error *error)
{
    if (!db)
        return SIM_OK;
    int status = transaction_commit(db, error);
    if (status == SIM_OK && db->indexes_dropped)
        status = execute(db, make_indexes_sql, error);
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(db->statements[i]);
    sqlite3_close(db->sqlite);
    free(db->path);
    free(db);
    return status;
}

/* ---- Runs -------------------------------------------------------------------------------------- */

static int run_remove_old(struct sim_db *db, const struct sim_db_run *run, struct sim_error *error)
{
    char seed[24], replicate[24];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)run->seed);
    snprintf(replicate, sizeof replicate, "%u", run->replicate);
    const char *binds[] = {run->experiment, run->variant, seed, replicate};
    static const char same_run[] = "experiment=?1 AND variant=?2 AND seed=CAST(?3 AS INTEGER) AND"
                                   " replicate=CAST(?4 AS INTEGER)";
    char sql[400];
    for (unsigned i = 0; i < sizeof run_tables / sizeof run_tables[0]; i++) {
        snprintf(sql, sizeof sql, "DELETE FROM %s WHERE run_id IN (SELECT run_id FROM run WHERE %s)",
                 run_tables[i], same_run);
        int status = sim_db_query(db, sql, binds, 4, NULL, NULL, error);
        if (status != SIM_OK)
            return status;
    }
    snprintf(sql, sizeof sql, "DELETE FROM run WHERE %s", same_run);
    return sim_db_query(db, sql, binds, 4, NULL, NULL, error);
}

static int run_insert(struct sim_db *db, const struct sim_db_run *run, int64_t *run_id,
                      struct sim_error *error)
{
    struct utsname system;
    char hash[20];
    sqlite3_stmt *statement = NULL;
    static const char sql[] =
        "INSERT INTO run(experiment,variant,seed,replicate,status,version,config,config_hash,"
        "started_utc,host) VALUES(?1,?2,?3,?4,'running',?5,?6,?7,"
        "strftime('%Y-%m-%dT%H:%M:%SZ','now'),?8)";
    if (sqlite3_prepare_v2(db->sqlite, sql, -1, &statement, NULL) != SQLITE_OK)
        return fail(db, error);
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)run->config_hash);
    bind_text(statement, 1, run->experiment);
    bind_text(statement, 2, run->variant);
    sqlite3_bind_int64(statement, 3, (int64_t)run->seed);
    sqlite3_bind_int64(statement, 4, run->replicate);
    bind_text(statement, 5, run->version);
    bind_text(statement, 6, run->config);
    bind_text(statement, 7, hash);
    bind_text(statement, 8, uname(&system) == 0 ? system.nodename : "");
    int status = sqlite3_step(statement) == SQLITE_DONE ? SIM_OK : fail(db, error);
    sqlite3_finalize(statement);
    *run_id = sqlite3_last_insert_rowid(db->sqlite);
    return status;
}

int sim_db_run_begin(struct sim_db *db, const struct sim_db_run *run, int64_t *run_id,
                     struct sim_error *error)
{
    int status = transaction_commit(db, error);
    if (status == SIM_OK)
        status = transaction_begin(db, error);
    if (status == SIM_OK)
        status = run_remove_old(db, run, error);
    if (status == SIM_OK)
        status = execute(db, drop_indexes_sql, error);
    if (status == SIM_OK)
        status = run_insert(db, run, run_id, error);
    if (status == SIM_OK)
        status = transaction_commit(db, error);
    db->indexes_dropped = db->indexes_dropped || status == SIM_OK;
    return status;
}

int sim_db_run_end(struct sim_db *db, int64_t run_id, bool done, double sim_s, double wall_s,
                   struct sim_error *error)
{
    int status = transaction_commit(db, error); /* the rows first: 'done' speaks for them */
    if (status != SIM_OK)
        return status;
    char id[24], sim[40], wall[40];
    snprintf(id, sizeof id, "%lld", (long long)run_id);
    snprintf(sim, sizeof sim, "%.9g", sim_s);
    snprintf(wall, sizeof wall, "%.6g", wall_s);
    const char *binds[] = {id, done ? "done" : "failed", sim, wall};
    return sim_db_query(db,
                        "UPDATE run SET status=?2, sim_s=CAST(?3 AS REAL), wall_s=CAST(?4 AS REAL)"
                        " WHERE run_id=CAST(?1 AS INTEGER)",
                        binds, 4, NULL, NULL, error);
}

/* ---- Rows -------------------------------------------------------------------------------------- */

int sim_db_param(struct sim_db *db, int64_t run_id, const char *key, const char *value,
                 struct sim_error *error)
{
    sqlite3_stmt *statement = row_begin(db, PUT_PARAM, run_id, error);
    if (!statement)
        return SIM_SYSTEM;
    bind_text(statement, 2, key);
    bind_text(statement, 3, value);
    return row_done(db, statement, error);
}

int sim_db_series(struct sim_db *db, int64_t run_id, double t_s, const char *vm,
                  const char *metric, double value, struct sim_error *error)
{
    sqlite3_stmt *statement = row_begin(db, PUT_SERIES, run_id, error);
    if (!statement)
        return SIM_SYSTEM;
    sqlite3_bind_double(statement, 2, t_s);
    bind_text(statement, 3, vm);
    bind_text(statement, 4, metric);
    sqlite3_bind_double(statement, 5, value);
    return row_done(db, statement, error);
}

int sim_db_result(struct sim_db *db, int64_t run_id, const char *vm, const char *metric,
                  double value, const char *unit, struct sim_error *error)
{
    sqlite3_stmt *statement = row_begin(db, PUT_RESULT, run_id, error);
    if (!statement)
        return SIM_SYSTEM;
    bind_text(statement, 2, vm);
    bind_text(statement, 3, metric);
    sqlite3_bind_double(statement, 4, value);
    bind_text(statement, 5, unit);
    return row_done(db, statement, error);
}

int sim_db_event(struct sim_db *db, int64_t run_id, double t_s, const char *vm, const char *kind,
                 const char *detail, struct sim_error *error)
{
    sqlite3_stmt *statement = row_begin(db, PUT_EVENT, run_id, error);
    if (!statement)
        return SIM_SYSTEM;
    sqlite3_bind_double(statement, 2, t_s);
    bind_text(statement, 3, vm);
    bind_text(statement, 4, kind);
    bind_text(statement, 5, detail);
    return row_done(db, statement, error);
}

int sim_db_decision(struct sim_db *db, int64_t run_id, const struct sim_db_decision *decision,
                    struct sim_error *error)
{
    sqlite3_stmt *statement = row_begin(db, PUT_DECISION, run_id, error);
    if (!statement)
        return SIM_SYSTEM;
    sqlite3_bind_double(statement, 2, decision->t_s);
    bind_text(statement, 3, decision->vm);
    bind_text(statement, 4, decision->reason);
    const double values[] = {decision->active_mb, decision->target_mb, decision->alloc_mb,
                             decision->price, decision->balloon_target_mb,
                             decision->swap_target_mb};
    for (int i = 0; i < 6; i++)
        sqlite3_bind_double(statement, 5 + i, values[i]);
    return row_done(db, statement, error);
}

int sim_db_reference(struct sim_db *db, const struct sim_db_reference *reference,
                     struct sim_error *error)
{
    char paper[40];
    snprintf(paper, sizeof paper, "%.17g", reference->paper);
    const char *binds[] = {reference->figure,    reference->point, reference->metric,
                           paper,                reference->tolerance, reference->kind,
                           reference->known_miss, reference->source};
    return sim_db_query(db,
                        "INSERT OR REPLACE INTO reference"
                        " VALUES(?1,?2,?3,CAST(?4 AS REAL),?5,?6,?7,?8)",
                        binds, 8, NULL, NULL, error);
}

/* ---- Reading ----------------------------------------------------------------------------------- */

#define COLUMNS_MOST 32

static uint32_t read_row(sqlite3_stmt *statement, struct sim_db_value *values)
{
    int count = sqlite3_column_count(statement);
    for (int i = 0; i < count && i < COLUMNS_MOST; i++) {
        const char *text = (const char *)sqlite3_column_text(statement, i);
        values[i] = (struct sim_db_value){
            .name = sqlite3_column_name(statement, i),
            .text = text ? text : "",
            .number = sqlite3_column_double(statement, i),
            .is_null = sqlite3_column_type(statement, i) == SQLITE_NULL};
    }
    return (uint32_t)(count < COLUMNS_MOST ? count : COLUMNS_MOST);
}

int sim_db_query(struct sim_db *db, const char *sql, const char *const *binds, uint32_t bind_count,
                 bool (*take)(void *context, const struct sim_db_value *values, uint32_t count),
                 void *context, struct sim_error *error)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db->sqlite, sql, -1, &statement, NULL) != SQLITE_OK)
        return fail(db, error);
    for (uint32_t i = 0; i < bind_count; i++)
        bind_text(statement, (int)i + 1, binds[i]);
    struct sim_db_value values[COLUMNS_MOST];
    int step;
    bool more = true;
    while (more && (step = sqlite3_step(statement)) == SQLITE_ROW) {
        uint32_t count = read_row(statement, values);
        more = !take || take(context, values, count);
    }
    int status = !more || step == SQLITE_DONE ? SIM_OK : fail(db, error);
    sqlite3_finalize(statement);
    return status;
}
