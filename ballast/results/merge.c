/*
 * Copying runs from one database to another, and checking that none of their rows is lost or
 * changed.
 */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ballast/results/internal.h"
#include "sim/array.h"
#include "sim/memory.h"

#define COMPLAINT_BYTES 200

struct done_run {
    int64_t run_id;
    uint64_t rows;
    char checksum[ROWS_CHECKSUM_BYTES];
    char name[200]; /* for messages */
};

struct done_runs {
    struct done_run *at;
    uint32_t count;
    int version; /* of the database's schema */
};

static bool take_done(void *context, const struct results_value *values, uint32_t count)
{
    struct done_runs *runs = context;
    assert(count == 6);
    runs->at = sim_memory_need(realloc(runs->at, (runs->count + 1) * sizeof *runs->at));
    struct done_run *run = &runs->at[runs->count++];
    *run =
        (struct done_run){.run_id = (int64_t)values[0].number, .rows = (uint64_t)values[1].number};
    snprintf(run->checksum, sizeof run->checksum, "%s", values[2].text);
    snprintf(run->name, sizeof run->name, "%s%s%.100s seed %s", values[3].text,
             values[4].text[0] != '\0' ? " " : "", values[4].text, values[5].text);
    return true;
}

static int bad_data(struct sim_error *error)
{
    if (error != NULL)
        error->status = SIM_BAD_DATA;
    return SIM_BAD_DATA;
}

/* The finished ones of the runs whose numbers the question `ids` gives. */
static int runs_list(struct results *db, const char *ids, struct done_runs *runs,
                     struct sim_error *error)
{
    char sql[300];
    *runs = (struct done_runs){.version = db->version};
    snprintf(sql, sizeof sql,
             "SELECT run_id, rows, checksum, experiment, variant, seed FROM run"
             " WHERE status = 'done' AND run_id IN (%s) ORDER BY run_id",
             ids);
    return results_query(db, sql, NULL, 0, take_done, runs, error);
}

/* Opens a database to be read, and lists its finished runs. */
static int source_open(const char *path, struct results **other, struct done_runs *runs,
                       struct sim_error *error)
{
    *runs = (struct done_runs){0};
    if (results_open(path, RESULTS_READ_OLDER, other, error) != SIM_OK)
        return bad_data(error);
    int status = runs_list(*other, "SELECT run_id FROM run", runs, error);
    if (status == SIM_OK)
        return SIM_OK;
    results_close(*other, NULL);
    free(runs->at);
    return bad_data(error);
}

/* ---- Checking ---------------------------------------------------------------------------- */

struct recount {
    struct rows_tally tally;
    enum schema_rows table;
};

static void take_row(void *context, const uint64_t *words, uint32_t count)
{
    struct recount *recount = context;
    double value;
    rows_tally_row(&recount->tally, recount->table, words, count);
    if (recount->table != SCHEMA_SERIES) /* t_s, vm, metric, value */
        return;
    memcpy(&value, &words[3], sizeof value);
    summary_add(&recount->tally.curves[SCHEMA_SERIES].summary, words[1], words[2], value);
}

struct summary_check {
    const struct summary *summary;
    uint32_t rows;
    bool differs;
};

static void take_summary(void *context, const uint64_t *words, uint32_t count)
{
    struct summary_check *check = context;
    uint64_t expected[SUMMARY_CELLS] = {0};
    if (check->rows < check->summary->count)
        summary_words(&check->summary->rows[check->rows], expected);
    check->differs |= count != SUMMARY_CELLS || memcmp(words, expected, sizeof expected) != 0;
    check->rows++;
}

/* `summary` has what the samples come to, in the order in which they came. */
static int summary_check(struct results *db, const struct done_run *run,
                         const struct summary *summary, struct sim_error *error)
{
    struct summary_check check = {.summary = summary};
    const char *sql =
        db->version < SCHEMA_VERSION_DECISIONS
            ? "SELECT " SUMMARY_COLUMNS " FROM summary WHERE run_id = ?1 ORDER BY rowid"
            : "SELECT " SUMMARY_COLUMNS " FROM series_curve WHERE run_id = ?1 ORDER BY curve";
    int status =
        store_read_words(&db->store, sql, run->run_id, SUMMARY_TYPES, take_summary, &check, error);
    if (status != SIM_OK)
        return bad_data(error);
    if (!check.differs && check.rows == summary->count)
        return SIM_OK;
    return sim_error_set(error, SIM_BAD_DATA,
                         "%s: expected a summary of run %" PRId64
                         " (%s) that its samples come to, found another",
                         db->path, run->run_id, run->name);
}

static void take_run(void *context, const uint64_t *words, uint32_t count)
{
    struct recount *recount = context;
    rows_tally_run(&recount->tally, words, count);
}

/* ---- Rows of a view, from its pieces ----------------------------------------------------- */

struct pieces {
    struct recount *recount;
    uint64_t *times; /* of the moments, as words */
    size_t room;
    uint32_t moments;
};

static void take_time(void *context, const uint64_t *words, uint32_t count)
{
    struct pieces *pieces = context;
    assert(count == 1);
    sim_array_need(pieces->times, pieces->room, pieces->moments + 1u);
    pieces->times[pieces->moments++] = words[0];
}

#define PIECE_COLUMNS "first, piece.samples"
#define PIECE_TYPES   "ii"
#define PIECE_CELLS   2u

/* A moment that is missing leaves a row out, which the count of rows tells. */
static void take_piece(void *context, const uint64_t *words, uint32_t count)
{
    const struct pieces *pieces = context;
    uint64_t first = words[0], samples = words[1], row[STORE_COLUMNS_MOST];
    uint32_t columns = count - PIECE_CELLS; /* all but the time */
    memcpy(row + 1, words + PIECE_CELLS, columns * sizeof *words);
    for (uint64_t moment = first; moment - first < samples && moment < pieces->moments; moment++) {
        row[0] = pieces->times[moment];
        take_row(pieces->recount, row, 1 + columns);
    }
}

/* The rows that the view would give, in the order that a summary needs: those of a curve in order,
 * and the curves in the order in which each came first. SQLite's join takes ten times as long. */
static int view_read(struct results *db, int64_t run_id, const struct schema_table *view,
                     struct recount *recount, struct sim_error *error)
{
    const struct schema_table *tables = &schema_tables[view->curves];
    struct pieces pieces = {.recount = recount};
    char sql[400], types[STORE_COLUMNS_MOST];
    snprintf(sql, sizeof sql, "SELECT t_s FROM %s WHERE run_id = ?1 ORDER BY moment",
             tables[1].name);
    int status = store_read_words(&db->store, sql, run_id, "d", take_time, &pieces, error);
    assert(strncmp(view->columns, "t_s,", 4) == 0);
    snprintf(sql, sizeof sql,
             "SELECT " PIECE_COLUMNS ", %s FROM %s AS curve CROSS JOIN %s AS piece"
             " USING (run_id, curve) WHERE curve.run_id = ?1 ORDER BY curve.curve, first",
             view->columns + 4, tables[0].name, tables[2].name);
    snprintf(types, sizeof types, PIECE_TYPES "%s", view->types + 1);
    if (status == SIM_OK)
        status = store_read_words(&db->store, sql, run_id, types, take_piece, &pieces, error);
    free(pieces.times);
    return status;
}

/* ---- Checks ------------------------------------------------------------------------------ */

static int table_read(struct results *db, int64_t run_id, const struct schema_table *table,
                      struct recount *recount, struct sim_error *error)
{
    char sql[300];
    if (schema_is_view(recount->table, db->version))
        return view_read(db, run_id, table, recount, error);
    bool is_table =
        db->version < table->since || schema_stored_in(recount->table) == recount->table;
    snprintf(sql, sizeof sql, "SELECT %s FROM %s WHERE run_id = ?1%s", table->columns, table->name,
             is_table ? " ORDER BY rowid" : "");
    return store_read_words(&db->store, sql, run_id, table->types, take_row, recount, error);
}

static int rows_read(struct results *db, int64_t run_id, struct recount *recount,
                     struct sim_error *error)
{
    rows_tally_init(&recount->tally, run_id, db->version);
    int status =
        store_read_words(&db->store, "SELECT " SCHEMA_RUN_MADE_WITH " FROM run WHERE run_id = ?1",
                         run_id, SCHEMA_RUN_MADE_WITH_TYPES, take_run, recount, error);
    for (uint32_t i = 0; i < SCHEMA_ROWS_COUNT && status == SIM_OK; i++) {
        recount->table = (enum schema_rows)i;
        status = table_read(db, run_id, &schema_tables[i], recount, error);
    }
    return status == SIM_OK ? SIM_OK : bad_data(error);
}

static int rows_compare(const struct results *db, const struct done_run *run,
                        const struct recount *recount, struct sim_error *error)
{
    char damaged[ROWS_NAMES_BYTES];
    bool is_same = rows_tally_is(&recount->tally, run->checksum, damaged);
    const char *which = damaged[0] != '\0' ? "; damaged: " : "";
    if (recount->tally.rows != run->rows)
        return sim_error_set(
            error, SIM_BAD_DATA,
            "%s: expected %" PRIu64 " rows of run %" PRId64 " (%s), found %" PRIu64 "%s%s",
            db->path, run->rows, run->run_id, run->name, recount->tally.rows, which, damaged);
    if (!is_same)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected the rows that run %" PRId64
                             " (%s) wrote, found others%s%s",
                             db->path, run->run_id, run->name, which, damaged);
    return SIM_OK;
}

static int run_check(struct results *db, const struct done_run *run, struct sim_error *error)
{
    struct recount recount = {0};
    int status = rows_read(db, run->run_id, &recount, error);
    if (status == SIM_OK)
        status = rows_compare(db, run, &recount, error);
    if (status == SIM_OK && db->version >= SCHEMA_VERSION_SUMMARY)
        status = summary_check(db, run, &recount.tally.curves[SCHEMA_SERIES].summary, error);
    rows_tally_fini(&recount.tally);
    return status;
}

static bool take_complaint(void *context, const struct results_value *values, uint32_t count)
{
    assert(count == 1);
    snprintf(context, COMPLAINT_BYTES, "%s", values[0].text);
    return false;
}

/* SQLite's own check: every page of the file is in its place. */
static int pages_check(struct results *db, struct sim_error *error)
{
    static const char by_table[] =
        "SELECT group_concat(name, ', ') FROM (SELECT DISTINCT name FROM sqlite_schema AS held"
        " JOIN pragma_quick_check(held.name) AS found"
        " WHERE held.type = 'table' AND found.quick_check <> 'ok')";
    char complaint[COMPLAINT_BYTES] = "", damaged[COMPLAINT_BYTES] = "";
    int status =
        results_query(db, "PRAGMA quick_check(1)", NULL, 0, take_complaint, complaint, error);
    if (status != SIM_OK)
        return bad_data(error);
    for (char *c = complaint; *c != '\0'; c++)
        *c = *c == '\n' ? ' ' : *c;
    if (strcmp(complaint, "ok") == 0)
        return SIM_OK;
    results_query(db, by_table, NULL, 0, take_complaint, damaged, NULL); /* or nobody knows */
    return sim_error_set(error, SIM_BAD_DATA, "%s: expected a sound database, found: %s%s%s",
                         db->path, complaint, damaged[0] != '\0' ? "; damaged: " : "", damaged);
}

int results_runs_check(struct results *db, const char *ids, struct sim_error *error)
{
    struct done_runs runs;
    int status = runs_list(db, ids, &runs, error);
    for (uint32_t i = 0; i < runs.count && status == SIM_OK; i++)
        status = run_check(db, &runs.at[i], error);
    free(runs.at);
    return status;
}

int results_check(const char *path, struct sim_error *error)
{
    struct results *db;
    if (results_open(path, RESULTS_READ_OLDER, &db, error) != SIM_OK)
        return bad_data(error);
    int status = pages_check(db, error);
    if (status == SIM_OK)
        status = results_runs_check(db, "SELECT run_id FROM run", error);
    results_close(db, NULL);
    return status == SIM_OK ? SIM_OK : bad_data(error);
}

struct lossy {
    struct results *db;
    struct sim_error *error;
    int status;
    char run_id[24];
};

static bool take_lossy(void *context, const struct results_value *values, uint32_t count)
{
    struct lossy *lossy = context;
    assert(count == 6);
    snprintf(lossy->run_id, sizeof lossy->run_id, "%s", values[0].text);
    lossy->status = sim_error_set(
        lossy->error, SIM_BAD_DATA, "%s: expected %s rows of run %s (%s%s%s seed %s), found %.0f",
        lossy->db->path, values[1].text, values[0].text, values[2].text,
        values[3].text[0] != '\0' ? " " : "", values[3].text, values[4].text, values[5].number);
    return false;
}

/* One walk of each table. Without indexes, a count for each run would walk it for each. */
int results_count_check(struct results *db, struct sim_error *error)
{
    char sql[1000];
    struct lossy lossy = {.db = db, .error = error};
    int at = snprintf(sql, sizeof sql, "WITH found AS (");
    for (uint32_t i = 0; i < SCHEMA_ROWS_COUNT; i++) {
        bool is_view = schema_tables[i].curves != 0;
        const struct schema_table *table = &schema_tables[schema_stored_in(i)];
        at += snprintf(
            sql + at, sizeof sql - (size_t)at, "%sSELECT run_id, %s AS n FROM %s GROUP BY run_id",
            i > 0 ? " UNION ALL " : "", is_view ? "sum(samples)" : "count(*)", table->name);
    }
    snprintf(sql + at, sizeof sql - (size_t)at,
             "), total AS (SELECT run_id, sum(n) AS n FROM found GROUP BY run_id)"
             " SELECT run_id, rows, experiment, variant, seed, coalesce(n, 0) FROM run"
             " LEFT JOIN total USING (run_id) WHERE status = 'done' AND rows <> coalesce(n, 0)");
    int status = results_query(db, sql, NULL, 0, take_lossy, &lossy, error);
    if (status == SIM_OK && lossy.status != SIM_OK)
        results_runs_check(db, lossy.run_id, error); /* says the same, and names the tables */
    return status == SIM_OK ? lossy.status : status;
}

/* ---- Copying ----------------------------------------------------------------------------- */

#define RUN_COLUMNS                                                                                \
    "experiment,variant,seed,replicate,status,sim_s,wall_s,version,build,governor,estimator,"      \
    "scanner,config,config_hash,rows,checksum,started_utc,host"

/* One statement with parameters ?1 and ?2, inside a transaction. */
static int copy(struct results *db, const char *sql, const char *const *binds, uint32_t count,
                struct sim_error *error)
{
    bool ran;
    int status = store_query(&db->store, sql, NULL, &ran, binds, count, NULL, NULL, NULL, error);
    return status == SIM_OK ? SIM_OK : store_fail(&db->store, error);
}

/* ?1 is the run there, ?2 here. */
static int table_copy(struct results *db, const struct schema_table *table,
                      const char *const *binds, struct sim_error *error)
{
    char sql[400];
    snprintf(sql, sizeof sql,
             "INSERT INTO main.%s SELECT ?2,%s FROM other.%s WHERE run_id = ?1 ORDER BY %s",
             table->name, table->columns, table->name, table->key != NULL ? table->key : "rowid");
    return copy(db, sql, binds, 2, error);
}

struct conversion {
    struct rows *rows;
    struct curves *curves;
};

/* Rows come in the order of the samples, so the names are nearly always those of the next curve. */
static const struct store_text *name_of(const struct conversion *conversion, const char *text,
                                        const struct store_text *expected)
{
    return expected != NULL && strcmp(expected->bytes, text) == 0
               ? expected
               : rows_text(conversion->rows, text);
}

static bool take_old_row(void *context, const struct results_value *values, uint32_t count)
{
    const struct conversion *conversion = context;
    const struct summary *summary = &conversion->curves->summary;
    const struct summary_row *next =
        summary->next < summary->count ? &summary->rows[summary->next] : NULL;
    double numbers[STORE_COLUMNS_MOST];
    assert(count == 3 + conversion->curves->width); /* t_s, vm, the name */
    for (uint32_t i = 3; i < count; i++)
        numbers[i - 3] = values[i].is_null ? NAN : values[i].number;
    curves_add(conversion->curves, values[0].number,
               name_of(conversion, values[1].text, next != NULL ? next->vm_name : NULL),
               name_of(conversion, values[2].text, next != NULL ? next->metric_name : NULL),
               numbers);
    return true;
}

/* The rows of a view, which an older schema has as a table. */
static int old_rows_read(struct results *db, enum schema_rows view, const char *run_id,
                         struct curves *curves, struct sim_error *error)
{
    struct conversion conversion = {&db->rows, curves};
    char sql[200];
    bool ran;
    snprintf(sql, sizeof sql, "SELECT %s FROM other.%s WHERE run_id = ?1 ORDER BY rowid",
             schema_tables[view].columns, schema_tables[view].name);
    return store_query(&db->store, sql, NULL, &ran, &run_id, 1, take_old_row, &conversion, NULL,
                       error);
}

/* What was a table of rows over time becomes pieces of curves. */
static int views_convert(struct results *db, int version, const char *other_id, int64_t run_id,
                         struct sim_error *error)
{
    struct rows_tally tally;
    int status = SIM_OK;
    rows_tally_init(&tally, run_id, RESULTS_SCHEMA_VERSION);
    for (uint32_t i = 0; i < SCHEMA_ROWS_COUNT && status == SIM_OK; i++)
        if (schema_tables[i].curves != 0 && !schema_is_view(i, version))
            status = old_rows_read(db, i, other_id, &tally.curves[i], error);
    if (status == SIM_OK)
        status = rows_write_curves(&db->rows, &db->store, &tally, error);
    rows_tally_fini(&tally);
    return status;
}

/* Version 6 has the curves of `series`, beside them a table of what each comes to, and numbers of
 * another type. */
static int curves_copy_6(struct results *db, const char *const *binds, struct sim_error *error)
{
    int status = copy(db,
                      "INSERT INTO main.series_curve SELECT ?2,curve," SUMMARY_COLUMNS
                      " FROM other.series_curve LEFT JOIN other.summary USING (run_id,vm,metric)"
                      " WHERE run_id = ?1 ORDER BY curve",
                      binds, 2, error);
    return status == SIM_OK
               ? copy(
                     db,
                     "INSERT INTO main.series_value SELECT ?2,curve,first,samples," STORE_PAGES_OF(
                         "value") " FROM other.series_value WHERE run_id = ?1 ORDER BY curve,first",
                     binds, 2, error)
               : status;
}

/* ?1 is the run there, ?2 here. */
static int params_copy(struct results *db, int version, const char *const *binds,
                       struct sim_error *error)
{
    char sql[400];
    const char *from = version < SCHEMA_VERSION_PARAMS
                           ? "(SELECT key, value, row_number() OVER (ORDER BY rowid) - 1 AS place"
                             " FROM other.param WHERE run_id = ?1)"
                           : "(SELECT key, value, place FROM other.run_param"
                             " JOIN other.param_value USING (param) WHERE run_id = ?1)";
    snprintf(sql, sizeof sql,
             "INSERT OR IGNORE INTO main.param_value(key, value) SELECT key, value FROM %s"
             " ORDER BY place",
             from);
    int status = copy(db, sql, binds, 1, error);
    snprintf(sql, sizeof sql,
             "INSERT INTO main.run_param SELECT ?2, place, param FROM %s"
             " CROSS JOIN main.param_value USING (key, value) ORDER BY place",
             from);
    return status == SIM_OK ? copy(db, sql, binds, 2, error) : status;
}

static int rows_copy(struct results *db, int version, const char *const *binds,
                     struct sim_error *error)
{
    int status = params_copy(db, version, binds, error);
    for (uint32_t i = 0; i < SCHEMA_TABLES_COUNT && status == SIM_OK; i++) {
        const struct schema_table *table = &schema_tables[i];
        if (schema_stored_in(i) == i && i != SCHEMA_RUN_PARAM && version >= table->since)
            status = table_copy(db, table, binds, error);
    }
    if (status == SIM_OK && version == SCHEMA_VERSION_CURVES)
        status = curves_copy_6(db, binds, error);
    return status;
}

static bool take_number(void *context, const struct results_value *values, uint32_t count)
{
    *(uint64_t *)context = count > 0 ? (uint64_t)values[0].number : 0;
    return false;
}

/* The rows that a run has in the tables and views that it is told of. */
static int rows_count(struct results *db, int64_t run_id, uint64_t *rows, struct sim_error *error)
{
    char sql[1000], id[24];
    const char *binds[] = {id};
    bool ran;
    snprintf(id, sizeof id, "%" PRId64, run_id);
    int at = snprintf(sql, sizeof sql, "SELECT ");
    for (uint32_t i = 0; i < SCHEMA_ROWS_COUNT; i++) {
        bool is_view = schema_tables[i].curves != 0;
        const struct schema_table *table = &schema_tables[schema_stored_in(i)];
        at += snprintf(sql + at, sizeof sql - (size_t)at,
                       "%s(SELECT %s FROM main.%s WHERE run_id = ?1)", i > 0 ? " + " : "",
                       is_view ? "coalesce(sum(samples), 0)" : "count(*)", table->name);
    }
    return store_query(&db->store, sql, NULL, &ran, binds, 1, take_number, rows, NULL, error);
}

/* A checksum of an older schema is about rows in their order. */
static int checksum_renew(struct results *db, int64_t run_id, struct sim_error *error)
{
    char checksum[ROWS_CHECKSUM_BYTES], id[24];
    const char *binds[] = {id, checksum};
    struct recount recount = {0};
    snprintf(id, sizeof id, "%" PRId64, run_id);
    int status = rows_read(db, run_id, &recount, error);
    rows_tally_text(&recount.tally, checksum);
    rows_tally_fini(&recount.tally);
    return status == SIM_OK
               ? copy(db, "UPDATE main.run SET checksum = ?2 WHERE run_id = ?1", binds, 2, error)
               : status;
}

static int run_copy(struct results *db, const char *path, const struct done_run *run, int version,
                    struct sim_error *error)
{
    char other_id[24], own_id[24];
    const char *binds[] = {other_id, own_id};
    uint64_t rows = 0;
    snprintf(other_id, sizeof other_id, "%" PRId64, run->run_id);
    /* Not IMMEDIATE, which would lock the other database for writing too. The first statement
     * writes, so it waits for its turn like that. */
    int status = store_write(&db->store, "BEGIN", error);
    if (status == SIM_OK)
        status = copy(db,
                      "INSERT INTO main.run(" RUN_COLUMNS ") SELECT " RUN_COLUMNS
                      " FROM other.run WHERE run_id = ?1",
                      binds, 1, error);
    int64_t run_id = store_last_id(&db->store);
    snprintf(own_id, sizeof own_id, "%" PRId64, run_id);
    if (status == SIM_OK)
        status = rows_copy(db, version, binds, error);
    if (status == SIM_OK && version < RESULTS_SCHEMA_VERSION)
        status = views_convert(db, version, other_id, run_id, error);
    if (status == SIM_OK)
        status = rows_count(db, run_id, &rows, error);
    if (status == SIM_OK && rows != run->rows) {
        store_write(&db->store, "ROLLBACK", NULL);
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected %" PRIu64 " rows of run %s (%s), found %" PRIu64, path,
                             run->rows, other_id, run->name, rows);
    }
    if (status == SIM_OK && version < RESULTS_SCHEMA_VERSION)
        status = checksum_renew(db, run_id, error);
    if (status == SIM_OK)
        status = copy(db, "INSERT OR REPLACE INTO main.metric SELECT * FROM other.metric", NULL, 0,
                      error);
    if (status == SIM_OK)
        status = results_replace_old(db, run_id, error);
    return status == SIM_OK ? store_commit(&db->store, error) : status;
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat first, second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

static int attach(struct results *db, const char *path, struct sim_error *error)
{
    char *plain = NULL;
    int length = asprintf(&plain, "%s%s", path[0] == '/' ? "" : "./", path); /* as in store.c */
    if (length < 0)
        sim_memory_short();
    const char *binds[] = {plain};
    int status = results_query(db, "ATTACH ?1 AS other", binds, 1, NULL, NULL, error);
    free(plain);
    return status;
}

int results_merge(struct results *db, const char *path, uint32_t *merged, struct sim_error *error)
{
    struct results *other;
    struct done_runs runs;
    *merged = 0;
    if (is_same_file(db->path, path))
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected another database than %s, found it "
                             "again",
                             path, db->path);
    int status = source_open(path, &other, &runs, error);
    if (status != SIM_OK)
        return status;
    results_close(other, NULL);
    status = results_ready(db, error);
    bool attached = status == SIM_OK && runs.count > 0 && attach(db, path, error) == SIM_OK;
    if (status == SIM_OK && runs.count > 0 && !attached)
        status = SIM_SYSTEM;
    for (uint32_t i = 0; i < runs.count && status == SIM_OK; i++) {
        status = run_copy(db, path, &runs.at[i], runs.version, error);
        *merged += status == SIM_OK;
    }
    if (attached)
        results_query(db, "DETACH other", NULL, 0, NULL, NULL, NULL);
    free(runs.at);
    return status;
}
