/*
 * A database of results: opening, and how a run begins and ends.
 *
 * The hazards are other processes and sudden ends. Two runs may write into one file at once, even
 * two of the same experiment and seed. A run may be killed. So a run begins in one transaction and
 * ends in one: the last writes the rows that wait, removes the runs that this one replaces, and
 * marks this one as done. A run that a living process writes is never removed.
 */
#include "ballast/results/results.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "ballast/results/internal.h"
#include "sim/memory.h"

/* ---- Opening ----------------------------------------------------------------------------- */

/* The folder of `path`, malloc'ed. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL   ? strdup(".")
                   : slash == path ? strdup("/")
                                   : strndup(path, (size_t)(slash - path));
    return sim_memory_need(folder);
}

/* Only the folder of the default database is made. A database elsewhere in a folder that is not
 * there is more likely a slip of the pen. */
static int check_folder(const char *path, struct sim_error *error)
{
    char *folder = folder_of(path);
    struct stat st;
    int status = SIM_OK;
    bool is_default = strcmp(folder, RESULTS_DEFAULT_FOLDER) == 0;
    if (stat(folder, &st) != 0 ? !(is_default && errno == ENOENT) : !S_ISDIR(st.st_mode))
        status = sim_error_set(error, SIM_SYSTEM, "%s: expected '%s' to be a folder, found: %s",
                               path, folder, strerror(stat(folder, &st) != 0 ? errno : ENOTDIR));
    else if (access(folder, W_OK | X_OK) != 0 && !is_default)
        status = sim_error_set(error, SIM_SYSTEM,
                               "%s: expected a folder '%s' in which files can be made, found: %s",
                               path, folder, strerror(errno));
    free(folder);
    return status;
}

static bool may_make(enum results_mode mode)
{
    return mode == RESULTS_WRITE || mode == RESULTS_PART;
}

/* `*is_there` is false where a database can be made. */
static int check_file(const char *path, enum results_mode mode, bool *is_there,
                      struct sim_error *error)
{
    struct stat st;
    *is_there = stat(path, &st) == 0;
    if (!*is_there) {
        if (!may_make(mode) || errno != ENOENT)
            return sim_error_set(error, SIM_SYSTEM, "%s: expected a database of results, found: %s",
                                 path, strerror(errno));
        return check_folder(path, error);
    }
    if (!S_ISREG(st.st_mode))
        return sim_error_set(error, SIM_SYSTEM, "%s: expected a database file, found a %s", path,
                             S_ISDIR(st.st_mode) ? "folder" : "device or pipe");
    if (access(path, may_make(mode) ? R_OK | W_OK : R_OK) != 0)
        return sim_error_set(error, SIM_SYSTEM, "%s: expected a database that can be %s, found: %s",
                             path, may_make(mode) ? "written" : "read", strerror(errno));
    return SIM_OK;
}

static bool is_read_only(const struct results *db)
{
    return db->mode == RESULTS_READ || db->mode == RESULTS_READ_OLDER;
}

int results_ready(struct results *db, struct sim_error *error)
{
    static const enum store_mode modes[] = {[RESULTS_READ] = STORE_READ,
                                            [RESULTS_READ_OLDER] = STORE_READ,
                                            [RESULTS_WRITE] = STORE_WRITE,
                                            [RESULTS_PART] = STORE_PART,
                                            [RESULTS_MEMORY] = STORE_MEMORY};
    if (db->is_open)
        return SIM_OK;
    if (may_make(db->mode) &&
        strncmp(db->path, RESULTS_DEFAULT_FOLDER "/", strlen(RESULTS_DEFAULT_FOLDER "/")) == 0)
        mkdir(RESULTS_DEFAULT_FOLDER, 0777); /* what goes wrong shows when the file is opened */
    int status = store_open(&db->store, db->path, modes[db->mode], error);
    if (status != SIM_OK)
        return status;
    int oldest = db->mode == RESULTS_READ_OLDER ? SCHEMA_VERSION_OLDEST : RESULTS_SCHEMA_VERSION;
    status = schema_check(&db->store, !is_read_only(db), oldest, &db->version, error);
    if (status == SIM_OK && db->mode == RESULTS_WRITE)
        status = schema_make_indexes(&db->store, error);
    db->is_open = status == SIM_OK;
    if (!db->is_open)
        store_close(&db->store);
    else if (db->mode == RESULTS_WRITE)
        db->lock = lock_open(db->path);
    return status;
}

int results_open(const char *path, enum results_mode mode, struct results **out,
                 struct sim_error *error)
{
    bool is_there = true;
    *out = NULL;
    if (mode != RESULTS_MEMORY && (path[0] == '\0' || strcmp(path, ":memory:") == 0))
        return sim_error_set(error, SIM_USAGE, "expected the name of a database file, found '%s'",
                             path);
    int status = mode == RESULTS_MEMORY ? SIM_OK : check_file(path, mode, &is_there, error);
    if (status != SIM_OK)
        return status;
    struct results *db = sim_memory_need(calloc(1, sizeof *db));
    db->path = sim_memory_need(strdup(path));
    db->mode = mode;
    db->lock = -1;
    if (is_there)
        status = results_ready(db, error);
    if (status == SIM_OK)
        *out = db;
    else
        results_close(db, NULL);
    return status;
}

int results_close(struct results *db, struct sim_error *error)
{
    if (db == NULL)
        return SIM_OK;
    int status = SIM_OK;
    if (db->is_open) {
        status = rows_flush(&db->rows, &db->store, error);
        if (status == SIM_OK)
            status = store_commit(&db->store, error);
        rows_fini(&db->rows);
        store_close(&db->store);
        lock_close(db->lock);
    }
    free(db->path);
    free(db);
    return status;
}

/* ---- A run begins ----------------------------------------------------------------------- */

static union store_cell text_cell(struct results *db, const char *text)
{
    return (union store_cell){.text = rows_text(&db->rows, text)};
}

/* Seeds above 2^63 - 1 are texts (see schema.c). */
static union store_cell seed_cell(struct results *db, uint64_t seed, char *type)
{
    char digits[24];
    *type = seed <= INT64_MAX ? 'i' : 't';
    if (*type == 'i')
        return (union store_cell){.integer = (int64_t)seed};
    snprintf(digits, sizeof digits, "%" PRIu64, seed);
    return text_cell(db, digits);
}

static int run_insert(struct results *db, const struct results_run *run, int64_t *run_id,
                      struct sim_error *error)
{
    static const char sql[] =
        "INSERT INTO run(experiment,variant,seed,replicate,version,build,governor,estimator,"
        "scanner,config,config_hash,host,status,started_utc) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,"
        "?10,?11,?12,'running',strftime('%Y-%m-%dT%H:%M:%SZ','now'))";
    struct sqlite3_stmt *statement = NULL;
    struct utsname system;
    char hash[20], types[] = "tt?itttttttt";

    snprintf(hash, sizeof hash, "%016" PRIx64, run->config_hash);
    const union store_cell cells[] = {
        text_cell(db, run->experiment),
        text_cell(db, run->variant),
        seed_cell(db, run->seed, &types[2]),
        {.integer = run->replicate},
        text_cell(db, run->version),
        text_cell(db, run->build),
        text_cell(db, run->governor),
        text_cell(db, run->estimator),
        text_cell(db, run->scanner),
        text_cell(db, run->config),
        text_cell(db, hash),
        text_cell(db, uname(&system) == 0 ? system.nodename : ""),
    };
    int status = store_put(&db->store, &statement, sql, types, cells, error);
    store_finalize(&statement);
    *run_id = store_last_id(&db->store);
    return status;
}

static void take_made_with(void *context, const uint64_t *words, uint32_t count)
{
    rows_tally_run(context, words, count);
}

int results_run_begin(struct results *db, const struct results_run *run, int64_t *run_id,
                      struct sim_error *error)
{
    int status = results_ready(db, error);
    if (status == SIM_OK)
        status = rows_flush(&db->rows, &db->store, error);
    if (status == SIM_OK)
        status = store_begin(&db->store, error);
    if (status == SIM_OK)
        status = run_insert(db, run, run_id, error);
    if (status != SIM_OK)
        return status;
    lock_hold(db->lock, *run_id); /* before others can see the run */
    struct rows_tally *tally = rows_begin(&db->rows, *run_id);
    status =
        store_read_words(&db->store, "SELECT " SCHEMA_RUN_MADE_WITH " FROM run WHERE run_id=?1",
                         *run_id, SCHEMA_RUN_MADE_WITH_TYPES, take_made_with, tally, error);
    return status == SIM_OK ? store_commit(&db->store, error) : status;
}

/* ---- A run ends -------------------------------------------------------------------------- */

struct old_runs {
    struct results *db;
    char *ids; /* "1,2,3" */
};

static bool take_old(void *context, const struct results_value *values, uint32_t count)
{
    struct old_runs *old = context;
    char *longer = NULL;
    assert(count == 2);
    if (strcmp(values[1].text, "running") == 0 &&
        lock_is_held(old->db->lock, (int64_t)values[0].number))
        return true;
    int length = asprintf(&longer, "%s%s%s", old->ids != NULL ? old->ids : "",
                          old->ids != NULL ? "," : "", values[0].text);
    if (length < 0)
        sim_memory_short();
    free(old->ids);
    old->ids = longer;
    return true;
}

/* Without an index each deletion reads a whole table. So all runs go at once, and only if there
 * are any. A finished run of another configuration is another run, whatever its experiment is
 * called: a copied experiment may have kept the name. */
int results_replace_old(struct results *db, int64_t run_id, struct sim_error *error)
{
    struct old_runs old = {.db = db};
    char sql[300];
    bool ran;
    snprintf(sql, sizeof sql,
             "SELECT old.run_id, old.status FROM run AS new JOIN run AS old"
             " USING (experiment, variant, seed, replicate)"
             " WHERE new.run_id = %" PRId64 " AND old.run_id <> new.run_id"
             " AND (old.config_hash = new.config_hash OR old.status <> 'done')",
             run_id);
    int status = store_query(&db->store, sql, NULL, &ran, NULL, 0, take_old, &old, NULL, error);
    for (uint32_t i = 0; i <= SCHEMA_TABLES_COUNT && old.ids != NULL && status == SIM_OK; i++) {
        char *deletion = NULL;
        if (i < SCHEMA_TABLES_COUNT && schema_stored_in(i) != i)
            continue; /* a view */
        int length = asprintf(&deletion, "DELETE FROM %s WHERE run_id IN (%s)",
                              i < SCHEMA_TABLES_COUNT ? schema_tables[i].name : "run", old.ids);
        if (length < 0)
            sim_memory_short();
        status = store_write(&db->store, deletion, error);
        free(deletion);
    }
    free(old.ids);
    return status;
}

static int run_update(struct results *db, int64_t run_id, bool done, double sim_s, double wall_s,
                      struct sim_error *error)
{
    char sql[300], checksum[ROWS_CHECKSUM_BYTES] = "";
    struct rows_tally *tally = rows_find(&db->rows, run_id);
    assert(tally != NULL); /* begun, and not ended */
    rows_tally_text(tally, checksum);
    snprintf(sql, sizeof sql,
             "UPDATE run SET status = '%s', sim_s = %.17g, wall_s = %.6g, rows = %" PRIu64
             ", checksum = '%s' WHERE run_id = %" PRId64,
             done ? "done" : "failed", sim_s, wall_s, tally->rows, checksum, run_id);
    return store_write(&db->store, sql, error);
}

int results_run_end(struct results *db, int64_t run_id, bool done, double sim_s, double wall_s,
                    struct sim_error *error)
{
    int status = store_begin(&db->store, error);
    if (status == SIM_OK)
        status = rows_write(&db->rows, &db->store, error);
    if (status == SIM_OK && done)
        status = results_replace_old(db, run_id, error);
    if (status == SIM_OK)
        status = run_update(db, run_id, done, sim_s, wall_s, error);
    if (status == SIM_OK)
        status = store_commit(&db->store, error);
    rows_end(&db->rows, run_id);
    lock_drop(db->lock, run_id);
    return status;
}

/* ---- What is there already --------------------------------------------------------------- */

struct wanted {
    const struct results_run *run;
    char hash[20];
    enum results_found found;
};

static bool take_found(void *context, const struct results_value *values, uint32_t count)
{
    struct wanted *wanted = context;
    const struct results_run *run = wanted->run;
    assert(count == 3);
    enum results_found found = RESULTS_FOUND;
    if (strcmp(values[0].text, run->version) != 0 || strcmp(values[1].text, run->build) != 0)
        found = RESULTS_OTHER_BUILD;
    else if (strcmp(values[2].text, wanted->hash) != 0)
        found = RESULTS_OTHER_INPUTS;
    wanted->found = found;
    return false;
}

int results_run_find(struct results *db, const struct results_run *run, enum results_found *found,
                     struct sim_error *error)
{
    struct wanted wanted = {.run = run, .found = RESULTS_NONE};
    char seed[24], replicate[16];
    *found = RESULTS_NONE;
    if (!db->is_open)
        return SIM_OK;
    snprintf(seed, sizeof seed, "%" PRIu64, run->seed);
    snprintf(replicate, sizeof replicate, "%u", run->replicate);
    snprintf(wanted.hash, sizeof wanted.hash, "%016" PRIx64, run->config_hash);
    const char *binds[] = {run->experiment, run->variant, seed, replicate};
    int status = results_query(db,
                               "SELECT version, build, config_hash FROM run WHERE experiment = ?1"
                               " AND variant = ?2 AND CAST(seed AS TEXT) = ?3 AND replicate = ?4"
                               " AND status = 'done' ORDER BY run_id DESC",
                               binds, 4, take_found, &wanted, error);
    *found = wanted.found;
    return status;
}

/* ---- Tables without runs ----------------------------------------------------------------- */

/* One statement for each row, all in one transaction. Rows that are there already cost nothing. */
static int rows_keep(struct results *db, const char *sql, const char *types, uint32_t count,
                     void (*fill)(struct results *db, const void *list, uint32_t index,
                                  union store_cell *cells),
                     const void *list, struct sim_error *error)
{
    union store_cell cells[STORE_COLUMNS_MOST];
    struct sqlite3_stmt *statement = NULL;
    int status = results_ready(db, error);
    if (status == SIM_OK)
        status = store_begin(&db->store, error);
    for (uint32_t i = 0; i < count && status == SIM_OK; i++) {
        fill(db, list, i, cells);
        status = store_put(&db->store, &statement, sql, types, cells, error);
    }
    store_finalize(&statement);
    return status == SIM_OK ? store_commit(&db->store, error) : status;
}

static void reference_fill(struct results *db, const void *list, uint32_t index,
                           union store_cell *cells)
{
    const struct results_reference *reference = (const struct results_reference *)list + index;
    cells[0] = text_cell(db, reference->figure);
    cells[1] = text_cell(db, reference->point);
    cells[2] = text_cell(db, reference->metric);
    cells[3].number = reference->paper;
    cells[4].number = reference->reading_error;
    cells[5] = text_cell(db, reference->tolerance);
    cells[6] = text_cell(db, reference->reason);
    cells[7] = text_cell(db, reference->kind);
    cells[8] = text_cell(db, reference->known_miss);
    cells[9] = text_cell(db, reference->repeats);
    cells[10] = text_cell(db, reference->source);
}

int results_references(struct results *db, const struct results_reference *references,
                       uint32_t count, struct sim_error *error)
{
    static const char sql[] =
        "INSERT INTO reference VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)"
        " ON CONFLICT(figure, point) DO UPDATE"
        " SET metric = excluded.metric, paper = excluded.paper,"
        " reading_error = excluded.reading_error, tolerance = excluded.tolerance,"
        " reason = excluded.reason, kind = excluded.kind, known_miss = excluded.known_miss,"
        " repeats = excluded.repeats, source = excluded.source"
        " WHERE metric <> excluded.metric OR paper IS NOT excluded.paper"
        " OR reading_error <> excluded.reading_error OR tolerance <> excluded.tolerance"
        " OR reason <> excluded.reason OR kind <> excluded.kind"
        " OR known_miss <> excluded.known_miss OR repeats <> excluded.repeats"
        " OR source <> excluded.source";
    return rows_keep(db, sql, "tttddtttttt", count, reference_fill, references, error);
}
