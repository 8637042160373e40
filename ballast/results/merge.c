/*
 * Copying runs from one database to another, and checking that none of their rows is lost or
 * changed.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ballast/results/internal.h"

struct done_run {
    int64_t run_id;
    uint64_t rows;
    char checksum[ROWS_CHECKSUM_BYTES];
    char name[200]; /* for messages */
};

struct done_runs {
    struct done_run *at;
    uint32_t count;
};

static bool take_done(void *context, const struct results_value *values, uint32_t count)
{
    struct done_runs *runs = context;
    assert(count == 6);
    runs->at = realloc(runs->at, (runs->count + 1) * sizeof *runs->at);
    assert(runs->at != NULL);
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

/* Opens a database to be read, and lists its finished runs. */
static int source_open(const char *path, struct results **other, struct done_runs *runs,
                       struct sim_error *error)
{
    *runs = (struct done_runs){0};
    if (results_open(path, RESULTS_READ, other, error) != SIM_OK)
        return bad_data(error);
    int status = results_query(*other,
                               "SELECT run_id, rows, checksum, experiment, variant, seed FROM run"
                               " WHERE status = 'done' ORDER BY run_id",
                               NULL, 0, take_done, runs, error);
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
    rows_tally_row(&recount->tally, recount->table, words, count);
}

static void take_run(void *context, const uint64_t *words, uint32_t count)
{
    struct recount *recount = context;
    rows_tally_run(&recount->tally, words, count);
}

static int run_check(struct results *db, const struct done_run *run, struct sim_error *error)
{
    struct recount recount = {0};
    char sql[300], checksum[ROWS_CHECKSUM_BYTES];
    int status =
        store_read_words(&db->store, "SELECT " SCHEMA_RUN_MADE_WITH " FROM run WHERE run_id = ?1",
                         run->run_id, SCHEMA_RUN_MADE_WITH_TYPES, take_run, &recount, error);
    for (uint32_t i = 0; i < SCHEMA_ROWS_COUNT && status == SIM_OK; i++) {
        const struct schema_table *table = &schema_tables[i];
        recount.table = (enum schema_rows)i;
        snprintf(sql, sizeof sql, "SELECT %s FROM %s WHERE run_id = ?1 ORDER BY rowid",
                 table->columns, table->name);
        status =
            store_read_words(&db->store, sql, run->run_id, table->types, take_row, &recount, error);
    }
    if (status != SIM_OK)
        return bad_data(error);
    if (recount.tally.rows != run->rows)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected %" PRIu64 " rows of run %" PRId64
                             " (%s), found %" PRIu64,
                             db->path, run->rows, run->run_id, run->name, recount.tally.rows);
    rows_tally_text(&recount.tally, checksum);
    if (strcmp(checksum, run->checksum) != 0)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected run %" PRId64 " (%s) with the checksum %s, found %s",
                             db->path, run->run_id, run->name, run->checksum, checksum);
    return SIM_OK;
}

int results_check(const char *path, struct sim_error *error)
{
    struct results *db;
    struct done_runs runs;
    int status = source_open(path, &db, &runs, error);
    if (status != SIM_OK)
        return status;
    for (uint32_t i = 0; i < runs.count && status == SIM_OK; i++)
        status = run_check(db, &runs.at[i], error);
    results_close(db, NULL);
    free(runs.at);
    return status;
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

static int rows_copy(struct results *db, const char *const *binds, uint64_t *rows,
                     struct sim_error *error)
{
    int status = SIM_OK;
    *rows = 0;
    for (uint32_t i = 0; i < SCHEMA_ROWS_COUNT && status == SIM_OK; i++) {
        const struct schema_table *table = &schema_tables[i];
        char sql[400];
        snprintf(sql, sizeof sql,
                 "INSERT INTO main.%s SELECT ?2,%s FROM other.%s WHERE run_id = ?1 ORDER BY rowid",
                 table->name, table->columns, table->name);
        status = copy(db, sql, binds, 2, error);
        *rows += store_changes(&db->store);
    }
    return status;
}

static int run_copy(struct results *db, const char *path, const struct done_run *run,
                    struct sim_error *error)
{
    char other_id[24], own_id[24];
    const char *binds[] = {other_id, own_id};
    uint64_t rows = 0;
    snprintf(other_id, sizeof other_id, "%" PRId64, run->run_id);
    int status = store_begin(&db->store, error);
    if (status == SIM_OK)
        status = copy(db,
                      "INSERT INTO main.run(" RUN_COLUMNS ") SELECT " RUN_COLUMNS
                      " FROM other.run WHERE run_id = ?1",
                      binds, 1, error);
    int64_t run_id = store_last_id(&db->store);
    snprintf(own_id, sizeof own_id, "%" PRId64, run_id);
    if (status == SIM_OK)
        status = rows_copy(db, binds, &rows, error);
    if (status == SIM_OK && rows != run->rows) {
        store_write(&db->store, "ROLLBACK", NULL);
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected %" PRIu64 " rows of run %s (%s), found %" PRIu64, path,
                             run->rows, other_id, run->name, rows);
    }
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
    assert(length > 0);
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
    if (status == SIM_OK && runs.count > 0) /* first, so that it is not the other's indexes */
        status = results_drop_indexes(db, error);
    bool attached = status == SIM_OK && runs.count > 0 && attach(db, path, error) == SIM_OK;
    if (status == SIM_OK && runs.count > 0 && !attached)
        status = SIM_SYSTEM;
    for (uint32_t i = 0; i < runs.count && status == SIM_OK; i++) {
        status = run_copy(db, path, &runs.at[i], error);
        *merged += status == SIM_OK;
    }
    if (attached)
        results_query(db, "DETACH other", NULL, 0, NULL, NULL, NULL);
    free(runs.at);
    return status;
}
