/*
 * Results in SQLite: see results.h.
 *
 * The hazard is speed against safety. Rows go through prepared statements in transactions of many
 * thousands; only its first and last rows are committed at once. The indexes are dropped
 * when the first run begins and made again at the close, because an index that grows with the rows
 * costs more than they do. A write that fails stops all later ones, so that a run with rows missing
 * is never marked as done.
 */
#include "ballast/results/results.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#define BATCH_ROWS      50000u /* a few MB: more would not be faster */
#define BUSY_TIMEOUT_MS 10000  /* for another process to end its transaction */
#define COLUMNS_MOST    32

#define STRING_OF(token) #token
#define STRING(macro)    STRING_OF(macro)

enum statement {
    PUT_PARAM,
    PUT_SERIES,
    PUT_RESULT,
    PUT_EVENT,
    PUT_DECISION,
    PUT_DECISION_INPUT,
    STATEMENT_COUNT
};

static const char *const statement_sql[STATEMENT_COUNT] = {
    [PUT_PARAM] = "INSERT INTO param VALUES(?1,?2,?3)",
    [PUT_SERIES] = "INSERT INTO series VALUES(?1,?2,?3,?4,?5)",
    [PUT_RESULT] = "INSERT INTO result VALUES(?1,?2,?3,?4,?5)",
    [PUT_EVENT] = "INSERT INTO event VALUES(?1,?2,?3,?4,?5)",
    [PUT_DECISION] = "INSERT INTO decision VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
    [PUT_DECISION_INPUT] = "INSERT INTO decision_input VALUES(?1,?2,?3,?4,?5)",
};

/* In one transaction, because a file with half of the tables would be nobody's. */
static const char schema_sql[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS run(run_id INTEGER PRIMARY KEY, experiment TEXT, variant TEXT,"
    " seed INTEGER, replicate INTEGER, status TEXT, sim_s REAL, wall_s REAL, version TEXT,"
    " config TEXT, config_hash TEXT, started_utc TEXT, host TEXT);"
    "CREATE TABLE IF NOT EXISTS param(run_id INTEGER, key TEXT, value TEXT);"
    "CREATE TABLE IF NOT EXISTS series(run_id INTEGER, t_s REAL, vm TEXT, metric TEXT,"
    " value REAL);"
    "CREATE TABLE IF NOT EXISTS result(run_id INTEGER, vm TEXT, metric TEXT, value REAL,"
    " unit TEXT);"
    "CREATE TABLE IF NOT EXISTS event(run_id INTEGER, t_s REAL, vm TEXT, kind TEXT, detail TEXT);"
    "CREATE TABLE IF NOT EXISTS decision(run_id INTEGER, t_s REAL, vm TEXT, reason TEXT,"
    " active_mb REAL, target_mb REAL, alloc_mb REAL, price REAL, balloon_target_mb REAL,"
    " swap_target_mb REAL);"
    "CREATE TABLE IF NOT EXISTS decision_input(run_id INTEGER, t_s REAL, vm TEXT, name TEXT,"
    " value REAL);"
    "CREATE TABLE IF NOT EXISTS metric(name TEXT, unit TEXT, kind TEXT, meaning TEXT,"
    " PRIMARY KEY(name, kind));"
    "CREATE TABLE IF NOT EXISTS reference(figure TEXT, point TEXT, metric TEXT, paper REAL,"
    " tolerance TEXT, kind TEXT, known_miss TEXT, source TEXT, PRIMARY KEY(figure, point));"
    "PRAGMA user_version = " STRING(RESULTS_SCHEMA_VERSION) ";"
                                                            "COMMIT;";

/* By run alone: within a run the rows are in order of time, and to sort them by their names as well
 * would take longer than to write them. */
static const char drop_indexes_sql[] = "DROP INDEX IF EXISTS series_by_run;"
                                       "DROP INDEX IF EXISTS decision_by_run;";

static const char make_indexes_sql[] = "CREATE INDEX series_by_run ON series(run_id);"
                                       "CREATE INDEX decision_by_run ON decision(run_id);";

struct results {
    sqlite3 *sqlite;
    char *path;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    uint32_t rows; /* in the open transaction */
    bool indexes_dropped;
    struct sim_error failure; /* of the first write that failed */
};

static int fail(const struct results *db, struct sim_error *error)
{
    return sim_error_set(error, SIM_SYSTEM, "%s: expected a usable database, found: %s", db->path,
                         sqlite3_errmsg(db->sqlite));
}

/* ---- Writing ----------------------------------------------------------------------------- */

static int write_failed(struct results *db, struct sim_error *error)
{
    fail(db, &db->failure);
    sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL); /* unless SQLite has done it */
    return sim_error_set(error, SIM_SYSTEM, "%s", db->failure.text);
}

static int check_failure(const struct results *db, struct sim_error *error)
{
    return db->failure.status == SIM_OK
               ? SIM_OK
               : sim_error_set(error, db->failure.status, "%s", db->failure.text);
}

/* Statements without an answer. */
static int write_sql(struct results *db, const char *sql, struct sim_error *error)
{
    int status = check_failure(db, error);
    if (status == SIM_OK && sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
        status = write_failed(db, error);
    return status;
}

static bool in_transaction(const struct results *db)
{
    return !sqlite3_get_autocommit(db->sqlite);
}

/* Goes on with an open one. IMMEDIATE waits for other processes here, not at the first row. */
static int transaction_begin(struct results *db, struct sim_error *error)
{
    if (in_transaction(db))
        return SIM_OK;
    db->rows = 0;
    return write_sql(db, "BEGIN IMMEDIATE", error);
}

static int transaction_commit(struct results *db, struct sim_error *error)
{
    return in_transaction(db) ? write_sql(db, "COMMIT", error) : check_failure(db, error);
}

static void bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    sqlite3_bind_text(statement, index, text != NULL ? text : "", -1, SQLITE_STATIC);
}

/* NaN says that there is no value, and is stored as NULL. */
static void bind_number(sqlite3_stmt *statement, int index, double number)
{
    if (isnan(number))
        sqlite3_bind_null(statement, index);
    else
        sqlite3_bind_double(statement, index, number);
}

static sqlite3_stmt *row_begin(struct results *db, enum statement which, int64_t run_id,
                               struct sim_error *error)
{
    if (transaction_begin(db, error) != SIM_OK)
        return NULL;
    sqlite3_stmt **statement = &db->statements[which];
    if (*statement == NULL &&
        sqlite3_prepare_v3(db->sqlite, statement_sql[which], -1, SQLITE_PREPARE_PERSISTENT,
                           statement, NULL) != SQLITE_OK) {
        write_failed(db, error);
        return NULL;
    }
    sqlite3_bind_int64(*statement, 1, run_id);
    return *statement;
}

static int row_end(struct results *db, sqlite3_stmt *statement, struct sim_error *error)
{
    int status = sqlite3_step(statement) == SQLITE_DONE ? SIM_OK : write_failed(db, error);
    sqlite3_reset(statement);
    if (status == SIM_OK && ++db->rows >= BATCH_ROWS)
        status = transaction_commit(db, error);
    return status;
}

/* ---- Opening ----------------------------------------------------------------------------- */

/* Makes the folders above `path`. What goes wrong shows when the file is opened. */
static void make_folders(const char *path)
{
    char *copy = strdup(path);
    assert(copy != NULL);
    for (char *slash = strchr(copy + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(copy, 0777);
        *slash = '/';
    }
    free(copy);
}

static int check_file(const char *path, enum results_mode mode, struct sim_error *error)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        if (mode == RESULTS_READ || errno != ENOENT)
            return sim_error_set(error, SIM_SYSTEM, "%s: expected a database of results, found: %s",
                                 path, strerror(errno));
        make_folders(path);
        return SIM_OK;
    }
    if (!S_ISREG(st.st_mode))
        return sim_error_set(error, SIM_SYSTEM, "%s: expected a database file, found a %s", path,
                             S_ISDIR(st.st_mode) ? "folder" : "device or pipe");
    if (access(path, mode == RESULTS_WRITE ? R_OK | W_OK : R_OK) != 0)
        return sim_error_set(error, SIM_SYSTEM, "%s: expected a database that can be %s, found: %s",
                             path, mode == RESULTS_WRITE ? "written" : "read", strerror(errno));
    return SIM_OK;
}

static bool take_number(void *context, const struct results_value *values, uint32_t count)
{
    assert(count == 1);
    *(double *)context = values[0].number;
    return true;
}

static int read_number(struct results *db, const char *sql, double *number, struct sim_error *error)
{
    return results_query(db, sql, NULL, 0, take_number, number, error);
}

static int check_schema(struct results *db, enum results_mode mode, struct sim_error *error)
{
    double version = 0, tables = 0;
    int status = read_number(db, "PRAGMA user_version", &version, error);
    if (status == SIM_OK)
        status = read_number(db, "SELECT count(*) FROM sqlite_schema", &tables, error);
    if (status != SIM_OK || version == RESULTS_SCHEMA_VERSION)
        return status;
    if (mode == RESULTS_WRITE && version == 0 && tables == 0)
        return write_sql(db, schema_sql, error);
    return sim_error_set(error, SIM_SYSTEM, "%s: expected results of schema version %d, found %.0f",
                         db->path, RESULTS_SCHEMA_VERSION, version);
}

int results_open(const char *path, enum results_mode mode, struct results **out,
                 struct sim_error *error)
{
    *out = NULL;
    int status = check_file(path, mode, error);
    if (status != SIM_OK)
        return status;
    struct results *db = calloc(1, sizeof *db);
    assert(db != NULL);
    db->path = strdup(path);
    assert(db->path != NULL);

    /* A reader, too, may have to roll back what a killed run left. */
    int flags = SQLITE_OPEN_READWRITE | (mode == RESULTS_WRITE ? SQLITE_OPEN_CREATE : 0);
    if (sqlite3_open_v2(path, &db->sqlite, flags, NULL) != SQLITE_OK ||
        sqlite3_busy_timeout(db->sqlite, BUSY_TIMEOUT_MS) != SQLITE_OK)
        status = fail(db, error);
    if (status == SIM_OK)
        status = check_schema(db, mode, error);
    if (status == SIM_OK)
        status = write_sql(db, "PRAGMA synchronous = NORMAL", error);
    if (status != SIM_OK) {
        results_close(db, NULL);
        return status;
    }
    *out = db;
    return SIM_OK;
}

int results_close(struct results *db, struct sim_error *error)
{
    if (db == NULL)
        return SIM_OK;
    int status = transaction_commit(db, error);
    if (status == SIM_OK && db->indexes_dropped)
        status = write_sql(db, make_indexes_sql, error);
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(db->statements[i]);
    sqlite3_close(db->sqlite);
    free(db->path);
    free(db);
    return status;
}

/* ---- Runs -------------------------------------------------------------------------------- */

static int run_insert(struct results *db, const struct results_run *run, int64_t *run_id,
                      struct sim_error *error)
{
    static const char sql[] =
        "INSERT INTO run(experiment,variant,seed,replicate,status,version,config,config_hash,"
        "started_utc,host) VALUES(?1,?2,?3,?4,'running',?5,?6,?7,"
        "strftime('%Y-%m-%dT%H:%M:%SZ','now'),?8)";
    struct utsname system;
    char hash[20];
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(db->sqlite, sql, -1, &statement, NULL) != SQLITE_OK)
        return write_failed(db, error);
    snprintf(hash, sizeof hash, "%016" PRIx64, run->config_hash);
    bind_text(statement, 1, run->experiment);
    bind_text(statement, 2, run->variant);
    sqlite3_bind_int64(statement, 3, (int64_t)run->seed);
    sqlite3_bind_int64(statement, 4, run->replicate);
    bind_text(statement, 5, run->version);
    bind_text(statement, 6, run->config);
    bind_text(statement, 7, hash);
    bind_text(statement, 8, uname(&system) == 0 ? system.nodename : "");
    bool ok = sqlite3_step(statement) == SQLITE_DONE;
    sqlite3_finalize(statement);
    *run_id = sqlite3_last_insert_rowid(db->sqlite);
    return ok ? SIM_OK : write_failed(db, error);
}

static int indexes_drop(struct results *db, struct sim_error *error)
{
    if (db->indexes_dropped)
        return SIM_OK;
    db->indexes_dropped = true;
    return write_sql(db, drop_indexes_sql, error);
}

int results_run_begin(struct results *db, const struct results_run *run, int64_t *run_id,
                      struct sim_error *error)
{
    int status = transaction_begin(db, error);
    if (status == SIM_OK)
        status = indexes_drop(db, error);
    if (status == SIM_OK)
        status = run_insert(db, run, run_id, error);
    return status == SIM_OK ? transaction_commit(db, error) : status;
}

/* Removes all other runs of the same experiment, variant, seed and replicate. */
static int run_replace_old(struct results *db, int64_t run_id, struct sim_error *error)
{
    static const char *const tables[] = {"param",    "series",         "result", "event",
                                         "decision", "decision_input", "run"};
    char old[256], sql[320];
    double count = 0;

    snprintf(old, sizeof old,
             "FROM run AS new JOIN run AS old USING (experiment, variant, seed, replicate)"
             " WHERE new.run_id = %" PRId64 " AND old.run_id <> new.run_id",
             run_id);
    snprintf(sql, sizeof sql, "SELECT count(*) %s", old);
    int status = read_number(db, sql, &count, error);
    if (count == 0)
        return status; /* without an index the deletions would read whole tables */
    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && status == SIM_OK; i++) {
        snprintf(sql, sizeof sql, "DELETE FROM %s WHERE run_id IN (SELECT old.run_id %s)",
                 tables[i], old);
        status = write_sql(db, sql, error);
    }
    return status;
}

int results_run_end(struct results *db, int64_t run_id, bool done, double sim_s, double wall_s,
                    struct sim_error *error)
{
    char sql[200];
    snprintf(sql, sizeof sql,
             "UPDATE run SET status = '%s', sim_s = %.17g, wall_s = %.6g WHERE run_id = %" PRId64,
             done ? "done" : "failed", sim_s, wall_s, run_id);

    int status = transaction_begin(db, error); /* or the one with the last rows goes on */
    if (status == SIM_OK && done)
        status = run_replace_old(db, run_id, error);
    if (status == SIM_OK)
        status = write_sql(db, sql, error);
    return status == SIM_OK ? transaction_commit(db, error) : status;
}

/* ---- Merging ----------------------------------------------------------------------------- */

int results_run_find(struct results *db, const struct results_run *run, bool *found,
                     struct sim_error *error)
{
    char seed[24], replicate[16], hash[20];
    double count = 0;
    snprintf(seed, sizeof seed, "%" PRIu64, run->seed);
    snprintf(replicate, sizeof replicate, "%u", run->replicate);
    snprintf(hash, sizeof hash, "%016" PRIx64, run->config_hash);
    const char *binds[] = {run->experiment, run->variant, seed, replicate, run->version, hash};
    int status = results_query(db,
                               "SELECT count(*) FROM run WHERE experiment = ?1 AND variant = ?2"
                               " AND seed = ?3 AND replicate = ?4 AND version = ?5"
                               " AND config_hash = ?6 AND status = 'done'",
                               binds, 6, take_number, &count, error);
    *found = count > 0;
    return status;
}

/* What a run consists of, from the attached database: ?1 is its number there. */
static const char *const copy_sql[] = {
    "INSERT INTO main.run SELECT NULL, experiment, variant, seed, replicate, status, sim_s, wall_s,"
    " version, config, config_hash, started_utc, host FROM other.run WHERE run_id = ?1",
    "INSERT INTO main.param SELECT ?2, key, value FROM other.param WHERE run_id = ?1"
    " ORDER BY rowid",
    "INSERT INTO main.series SELECT ?2, t_s, vm, metric, value FROM other.series"
    " WHERE run_id = ?1 ORDER BY rowid",
    "INSERT INTO main.result SELECT ?2, vm, metric, value, unit FROM other.result"
    " WHERE run_id = ?1 ORDER BY rowid",
    "INSERT INTO main.event SELECT ?2, t_s, vm, kind, detail FROM other.event"
    " WHERE run_id = ?1 ORDER BY rowid",
    "INSERT INTO main.decision SELECT ?2, t_s, vm, reason, active_mb, target_mb, alloc_mb, price,"
    " balloon_target_mb, swap_target_mb FROM other.decision WHERE run_id = ?1 ORDER BY rowid",
    "INSERT INTO main.decision_input SELECT ?2, t_s, vm, name, value FROM other.decision_input"
    " WHERE run_id = ?1 ORDER BY rowid",
};

static int run_copy(struct results *db, int64_t other_id, struct sim_error *error)
{
    char other[24], own[24] = "";
    const char *binds[] = {other, own};
    int64_t run_id = 0;
    int status = transaction_begin(db, error);
    snprintf(other, sizeof other, "%" PRId64, other_id);
    for (size_t i = 0; i < sizeof copy_sql / sizeof copy_sql[0] && status == SIM_OK; i++) {
        status = results_query(db, copy_sql[i], binds, i == 0 ? 1 : 2, NULL, NULL, error);
        if (i == 0)
            run_id = sqlite3_last_insert_rowid(db->sqlite);
        snprintf(own, sizeof own, "%" PRId64, run_id);
    }
    if (status != SIM_OK)
        return write_failed(db, error);
    status = run_replace_old(db, run_id, error);
    return status == SIM_OK ? transaction_commit(db, error) : status;
}

struct run_ids {
    int64_t *at;
    uint32_t count;
};

static bool take_run_id(void *context, const struct results_value *values, uint32_t count)
{
    struct run_ids *ids = context;
    ids->at = realloc(ids->at, (ids->count + 1) * sizeof *ids->at);
    assert(count == 1 && ids->at != NULL);
    ids->at[ids->count++] = (int64_t)values[0].number;
    return true;
}

int results_merge(struct results *db, const char *path, uint32_t *merged, struct sim_error *error)
{
    struct results *other;
    struct run_ids ids = {0};
    *merged = 0;
    int status = results_open(path, RESULTS_READ, &other, error); /* is it one of ours? */
    if (status != SIM_OK) {
        if (error != NULL)
            error->status = SIM_BAD_DATA;
        return SIM_BAD_DATA;
    }
    status = results_query(other, "SELECT run_id FROM run WHERE status = 'done' ORDER BY run_id",
                           NULL, 0, take_run_id, &ids, error);
    results_close(other, NULL);
    if (status == SIM_OK && ids.count > 0)
        status = transaction_commit(db, error); /* nothing can be attached within one */
    if (status == SIM_OK && ids.count > 0)
        status = indexes_drop(db, error);
    if (status == SIM_OK && ids.count > 0)
        status = results_query(db, "ATTACH ?1 AS other", &path, 1, NULL, NULL, error);
    if (ids.count > 0 && status == SIM_OK)
        status = results_query(db, "INSERT OR REPLACE INTO main.metric SELECT * FROM other.metric",
                               NULL, 0, NULL, NULL, error);
    for (uint32_t i = 0; i < ids.count && status == SIM_OK; i++) {
        status = run_copy(db, ids.at[i], error);
        *merged += status == SIM_OK;
    }
    if (ids.count > 0)
        results_query(db, "DETACH other", NULL, 0, NULL, NULL, NULL);
    free(ids.at);
    return status;
}

/* ---- Rows -------------------------------------------------------------------------------- */

int results_param(struct results *db, int64_t run_id, const char *key, const char *value,
                  struct sim_error *error)
{
    sqlite3_stmt *statement = row_begin(db, PUT_PARAM, run_id, error);
    if (statement == NULL)
        return SIM_SYSTEM;
    bind_text(statement, 2, key);
    bind_text(statement, 3, value);
    return row_end(db, statement, error);
}

int results_series(struct results *db, int64_t run_id, double t_s, const char *vm,
                   const char *metric, double value, struct sim_error *error)
{
    sqlite3_stmt *statement = row_begin(db, PUT_SERIES, run_id, error);
    if (statement == NULL)
        return SIM_SYSTEM;
    bind_number(statement, 2, t_s);
    bind_text(statement, 3, vm);
    bind_text(statement, 4, metric);
    bind_number(statement, 5, value);
    return row_end(db, statement, error);
}

int results_result(struct results *db, int64_t run_id, const char *vm, const char *metric,
                   double value, const char *unit, struct sim_error *error)
{
    sqlite3_stmt *statement = row_begin(db, PUT_RESULT, run_id, error);
    if (statement == NULL)
        return SIM_SYSTEM;
    bind_text(statement, 2, vm);
    bind_text(statement, 3, metric);
    bind_number(statement, 4, value);
    bind_text(statement, 5, unit);
    return row_end(db, statement, error);
}

int results_event(struct results *db, int64_t run_id, double t_s, const char *vm, const char *kind,
                  const char *detail, struct sim_error *error)
{
    sqlite3_stmt *statement = row_begin(db, PUT_EVENT, run_id, error);
    if (statement == NULL)
        return SIM_SYSTEM;
    bind_number(statement, 2, t_s);
    bind_text(statement, 3, vm);
    bind_text(statement, 4, kind);
    bind_text(statement, 5, detail);
    return row_end(db, statement, error);
}

int results_decision(struct results *db, int64_t run_id, const struct results_decision *decision,
                     struct sim_error *error)
{
    sqlite3_stmt *statement = row_begin(db, PUT_DECISION, run_id, error);
    if (statement == NULL)
        return SIM_SYSTEM;
    bind_number(statement, 2, decision->t_s);
    bind_text(statement, 3, decision->vm);
    bind_text(statement, 4, decision->reason);
    bind_number(statement, 5, decision->active_mb);
    bind_number(statement, 6, decision->target_mb);
    bind_number(statement, 7, decision->alloc_mb);
    bind_number(statement, 8, decision->price);
    bind_number(statement, 9, decision->balloon_target_mb);
    bind_number(statement, 10, decision->swap_target_mb);
    return row_end(db, statement, error);
}

int results_decision_input(struct results *db, int64_t run_id, double t_s, const char *vm,
                           const char *name, double value, struct sim_error *error)
{
    sqlite3_stmt *statement = row_begin(db, PUT_DECISION_INPUT, run_id, error);
    if (statement == NULL)
        return SIM_SYSTEM;
    bind_number(statement, 2, t_s);
    bind_text(statement, 3, vm);
    bind_text(statement, 4, name);
    bind_number(statement, 5, value);
    return row_end(db, statement, error);
}

int results_metric(struct results *db, const char *name, const char *unit, const char *kind,
                   const char *meaning, struct sim_error *error)
{
    const char *binds[] = {name, unit, kind, meaning};
    return results_query(db, "INSERT OR REPLACE INTO metric VALUES(?1,?2,?3,?4)", binds, 4, NULL,
                         NULL, error);
}

int results_reference(struct results *db, const struct results_reference *reference,
                      struct sim_error *error)
{
    char paper[40];
    snprintf(paper, sizeof paper, "%.17g", reference->paper);
    const char *binds[] = {
        reference->figure,    reference->point, reference->metric,     paper,
        reference->tolerance, reference->kind,  reference->known_miss, reference->source};
    return results_query(db, "INSERT OR REPLACE INTO reference VALUES(?1,?2,?3,?4,?5,?6,?7,?8)",
                         binds, 8, NULL, NULL, error);
}

/* ---- Reading ----------------------------------------------------------------------------- */

static uint32_t read_row(sqlite3_stmt *statement, struct results_value *values)
{
    int count = sqlite3_column_count(statement);
    assert(count <= COLUMNS_MOST);
    for (int i = 0; i < count; i++) {
        bool is_null = sqlite3_column_type(statement, i) == SQLITE_NULL;
        double number = sqlite3_column_double(statement, i);
        const char *text = (const char *)sqlite3_column_text(statement, i);
        values[i] = (struct results_value){.name = sqlite3_column_name(statement, i),
                                           .text = text != NULL ? text : "",
                                           .number = number,
                                           .is_null = is_null};
    }
    return (uint32_t)count;
}

int results_query(struct results *db, const char *sql, const char *const *binds,
                  uint32_t bind_count,
                  bool (*take)(void *context, const struct results_value *values, uint32_t count),
                  void *context, struct sim_error *error)
{
    struct results_value values[COLUMNS_MOST];
    sqlite3_stmt *statement = NULL;
    bool more = true;
    int step = SQLITE_ROW;

    if (sqlite3_prepare_v2(db->sqlite, sql, -1, &statement, NULL) != SQLITE_OK)
        return fail(db, error);
    for (uint32_t i = 0; i < bind_count; i++)
        bind_text(statement, (int)i + 1, binds[i]);
    while (more && (step = sqlite3_step(statement)) == SQLITE_ROW) {
        uint32_t count = read_row(statement, values);
        more = take == NULL || take(context, values, count);
    }
    int status = !more || step == SQLITE_DONE ? SIM_OK : fail(db, error);
    sqlite3_finalize(statement);
    return status;
}
