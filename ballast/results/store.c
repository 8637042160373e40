/*
 * SQLite: connections, transactions, rows.
 *
 * The hazard is a second process. SQLite takes the write lock for a whole transaction and refuses
 * a second writer at once unless a busy handler waits. The handler here sleeps for short and
 * uneven times, so that a waiting process also gets its turn between the transactions of one that
 * writes all the time.
 */
#include "ballast/results/store.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

#include "sim/memory.h"
#include "sim/stats.h"

#define WAIT_LEAST_US 200u
#define WAIT_MOST_US  5000u
#define READ_CACHE    "PRAGMA cache_size = -65536" /* KB: a report reads the same pages again */
#define PAGES_MB      256.0                        /* as in RESULTS_NUMBER_OF */
#define MB_MOST       4e12                         /* whose pages a number holds exactly */
#define NULL_WORD     0x7ff8dead00000000u          /* a NaN that no computation gives */

/* Where memory is short the program ends, so nobody takes that for a fault of the file. */
static int told(const struct store *store, struct sim_error *error)
{
    if (sqlite3_errcode(store->sqlite) == SQLITE_NOMEM)
        sim_memory_short();
    const char *found = sqlite3_errmsg(store->sqlite);
    int error_number = 0;
    sqlite3_file_control(store->sqlite, NULL, SQLITE_FCNTL_LAST_ERRNO, &error_number);
    if (sqlite3_extended_errcode(store->sqlite) == SQLITE_READONLY_DBMOVED)
        found = "it was deleted or moved meanwhile";
    else if (sqlite3_errcode(store->sqlite) == SQLITE_IOERR && error_number == EFBIG)
        found = "it grows beyond the size that a file may have here (ulimit -f)";
    return sim_error_set(error, SIM_SYSTEM, "%s: expected a usable database, found: %s",
                         store->path, found);
}

/* ---- Connections ------------------------------------------------------------------------- */

/* `tries` is how often SQLite has called this for the same lock. Returns 0 to give up. */
static int wait_for_lock(void *context, int tries)
{
    static struct timespec began;
    struct timespec now;
    (void)context;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (tries == 0)
        began = now;
    if (now.tv_sec - began.tv_sec > STORE_WAIT_S)
        return 0;
    usleep(WAIT_LEAST_US + (unsigned)(now.tv_nsec / 1000 + getpid()) % WAIT_MOST_US);
    return 1;
}

/* SQLite takes some relative names for something else: ":memory:", "file:...". */
static char *plain_path(const char *path)
{
    char *plain = NULL;
    if (asprintf(&plain, "%s%s", path[0] == '/' ? "" : "./", path) < 0)
        sim_memory_short();
    return plain;
}

/* ---- Functions of SQL -------------------------------------------------------------------- */

/* The values that half95() has met in one group. */
struct values {
    double *at;
    uint32_t count, room;
};

static void half95_step(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    struct values *values = sqlite3_aggregate_context(context, (int)sizeof *values);
    if (values == NULL || sqlite3_value_type(arguments[0]) == SQLITE_NULL)
        return;
    if (values->count == values->room) {
        values->room = values->room > 0 ? 2 * values->room : 8;
        values->at = sim_memory_need(realloc(values->at, values->room * sizeof *values->at));
    }
    values->at[values->count++] = sqlite3_value_double(arguments[0]);
}

/* Leaves the result NULL where fewer than two values say nothing about their spread. */
static void half95_end(sqlite3_context *context)
{
    struct values *values = sqlite3_aggregate_context(context, 0);
    if (values != NULL && values->count > 1)
        sqlite3_result_double(context, sim_estimate_mean(values->at, values->count).half_width);
    if (values != NULL)
        free(values->at);
}

static int functions_add(struct store *store)
{
    return sqlite3_create_function(store->sqlite, "half95", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                   NULL, NULL, half95_step, half95_end);
}

/* ---- Opening ----------------------------------------------------------------------------- */

static int connect(struct store *store, int flags)
{
    char *plain = (flags & SQLITE_OPEN_MEMORY) != 0 ? sim_memory_need(strdup(":memory:"))
                                                    : plain_path(store->path);
    /* With that flag SQLite would take a file that is attached for one in memory too. */
    int result = sqlite3_open_v2(plain, &store->sqlite, flags & ~SQLITE_OPEN_MEMORY, NULL);
    free(plain);
    if (result == SQLITE_OK)
        result = sqlite3_busy_handler(store->sqlite, wait_for_lock, NULL);
    /* What the file's maker put into it must not run when rows are written. */
    if (result == SQLITE_OK)
        result = sqlite3_db_config(store->sqlite, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    if (result == SQLITE_OK)
        result = functions_add(store);
    if (result == SQLITE_OK) /* is it a database at all? */
        result =
            sqlite3_exec(store->sqlite, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
    return result;
}

/* Rolls back what a killed process left half-written, which a reader may not do. */
static void recover(struct store *store)
{
    sqlite3_close(store->sqlite);
    connect(store, SQLITE_OPEN_READWRITE);
    sqlite3_close(store->sqlite);
}

int store_open(struct store *store, const char *path, enum store_mode mode, struct sim_error *error)
{
    static const int flags[] = {
        [STORE_READ] = SQLITE_OPEN_READONLY,
        [STORE_WRITE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
        [STORE_PART] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
        [STORE_MEMORY] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY,
    };
    *store = (struct store){.path = sim_memory_need(strdup(path))};
    int result = connect(store, flags[mode]);
    if (mode == STORE_READ && (result & 0xff) != SQLITE_OK &&
        (sqlite3_extended_errcode(store->sqlite) == SQLITE_READONLY_ROLLBACK ||
         (result & 0xff) == SQLITE_CANTOPEN)) {
        recover(store);
        result = connect(store, flags[mode]);
    }
    if (result == SQLITE_OK && mode == STORE_READ)
        result = sqlite3_exec(store->sqlite, READ_CACHE, NULL, NULL, NULL);
    if (result == SQLITE_OK && mode == STORE_WRITE)
        result = sqlite3_exec(store->sqlite, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL);
    /* Questions come back to the same pages: mapped, they need no call of the kernel each. This is
     * the most that SQLite maps; it reads what lies behind. */
    if (result == SQLITE_OK && mode == STORE_READ)
        result = sqlite3_exec(store->sqlite, "PRAGMA mmap_size = 2147418112", NULL, NULL, NULL);
    if (result == SQLITE_OK && mode == STORE_PART)
        result = sqlite3_exec(store->sqlite,
                              "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF;"
                              " PRAGMA locking_mode = EXCLUSIVE",
                              NULL, NULL, NULL);
    if (result == SQLITE_OK)
        return SIM_OK;
    int status = told(store, error);
    store_close(store);
    return status;
}

void store_close(struct store *store)
{
    sqlite3_close(store->sqlite);
    free(store->path);
    *store = (struct store){0};
}

/* ---- Transactions ------------------------------------------------------------------------ */

int store_fail(struct store *store, struct sim_error *error)
{
    told(store, &store->failure);
    sqlite3_exec(store->sqlite, "ROLLBACK", NULL, NULL, NULL); /* unless SQLite has done it */
    return sim_error_set(error, SIM_SYSTEM, "%s", store->failure.text);
}

int store_check(const struct store *store, struct sim_error *error)
{
    return store->failure.status == SIM_OK
               ? SIM_OK
               : sim_error_set(error, store->failure.status, "%s", store->failure.text);
}

int store_write(struct store *store, const char *sql, struct sim_error *error)
{
    int status = store_check(store, error);
    if (status == SIM_OK && sqlite3_exec(store->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
        status = store_fail(store, error);
    return status;
}

static bool in_transaction(const struct store *store)
{
    return !sqlite3_get_autocommit(store->sqlite);
}

int store_begin(struct store *store, struct sim_error *error)
{
    return in_transaction(store) ? store_check(store, error)
                                 : store_write(store, "BEGIN IMMEDIATE", error);
}

int store_commit(struct store *store, struct sim_error *error)
{
    return in_transaction(store) ? store_write(store, "COMMIT", error) : store_check(store, error);
}

/* ---- Rows with types --------------------------------------------------------------------- */

static uint64_t word_of_number(double number)
{
    uint64_t word;
    if (isnan(number))
        return NULL_WORD;
    number += 0.0; /* -0 becomes 0, as it does in the file */
    memcpy(&word, &number, sizeof word);
    return word;
}

void store_words(const char *types, const union store_cell *cells, uint64_t *words)
{
    for (uint32_t i = 0; types[i] != '\0'; i++) {
        if (types[i] == 'd' || types[i] == 'p')
            words[i] = word_of_number(cells[i].number);
        else
            words[i] = types[i] == 't' ? cells[i].text->hash : (uint64_t)cells[i].integer;
    }
}

static bool is_whole_pages(double mb)
{
    return fabs(mb) < MB_MOST && mb * PAGES_MB == trunc(mb * PAGES_MB);
}

static void bind(sqlite3_stmt *statement, int index, char type, union store_cell cell)
{
    if (type == 'p' && is_whole_pages(cell.number))
        sqlite3_bind_int64(statement, index, (int64_t)(cell.number * PAGES_MB));
    else if (type == 'd' || type == 'p') /* NaN becomes NULL */
        sqlite3_bind_double(statement, index, cell.number);
    else if (type == 'i')
        sqlite3_bind_int64(statement, index, cell.integer);
    else
        sqlite3_bind_text(statement, index, cell.text->bytes, (int)cell.text->length,
                          SQLITE_STATIC);
}

int store_put(struct store *store, struct sqlite3_stmt **statement, const char *sql,
              const char *types, const union store_cell *cells, struct sim_error *error)
{
    if (*statement == NULL && sqlite3_prepare_v3(store->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                                 statement, NULL) != SQLITE_OK)
        return store_fail(store, error);
    for (int i = 0; types[i] != '\0'; i++)
        bind(*statement, i + 1, types[i], cells[i]);
    bool done = sqlite3_step(*statement) == SQLITE_DONE;
    sqlite3_reset(*statement);
    return done ? SIM_OK : store_fail(store, error);
}

void store_finalize(struct sqlite3_stmt **statement)
{
    sqlite3_finalize(*statement);
    *statement = NULL;
}

int64_t store_last_id(const struct store *store)
{
    return sqlite3_last_insert_rowid(store->sqlite);
}

uint64_t store_changes(const struct store *store)
{
    return (uint64_t)sqlite3_changes64(store->sqlite);
}

static uint64_t word_of_column(sqlite3_stmt *statement, int column, char type)
{
    if (sqlite3_column_type(statement, column) == SQLITE_NULL)
        return NULL_WORD;
    double number = sqlite3_column_double(statement, column);
    if (type == 'p' && sqlite3_column_type(statement, column) == SQLITE_INTEGER)
        return word_of_number(number / PAGES_MB);
    if (type == 'd' || type == 'p')
        return word_of_number(number);
    if (type == 'i')
        return (uint64_t)sqlite3_column_int64(statement, column);
    const void *text = sqlite3_column_text(statement, column);
    return XXH64(text, (size_t)sqlite3_column_bytes(statement, column), 0);
}

int store_read_words(struct store *store, const char *sql, int64_t id, const char *types,
                     void (*take)(void *context, const uint64_t *words, uint32_t count),
                     void *context, struct sim_error *error)
{
    uint64_t words[STORE_COLUMNS_MOST];
    uint32_t count = (uint32_t)strlen(types);
    sqlite3_stmt *statement = NULL;
    int step = SQLITE_ERROR;

    assert(count <= STORE_COLUMNS_MOST);
    if (sqlite3_prepare_v2(store->sqlite, sql, -1, &statement, NULL) == SQLITE_OK) {
        sqlite3_bind_int64(statement, 1, id);
        while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
            for (uint32_t i = 0; i < count; i++)
                words[i] = word_of_column(statement, (int)i, types[i]);
            take(context, words, count);
        }
    }
    int status = step == SQLITE_DONE ? SIM_OK : told(store, error);
    sqlite3_finalize(statement);
    return status;
}

/* ---- Questions --------------------------------------------------------------------------- */

static uint32_t read_row(sqlite3_stmt *statement, struct results_value *values)
{
    int count = sqlite3_column_count(statement);
    for (int i = 0; i < count; i++) {
        bool is_null = sqlite3_column_type(statement, i) == SQLITE_NULL;
        double number = sqlite3_column_double(statement, i);
        const char *text = (const char *)sqlite3_column_text(statement, i);
        if (text == NULL && !is_null)
            sim_memory_short();
        values[i] = (struct results_value){.name = sqlite3_column_name(statement, i),
                                           .text = text != NULL ? text : "",
                                           .number = number,
                                           .is_null = is_null};
    }
    return (uint32_t)count;
}

#define STEPS_BETWEEN_LOOKS 20000 /* of SQLite's machine: well below a millisecond */

static int look_at_clock(void *context)
{
    struct store *store = context;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    store->is_late = (double)now.tv_sec + (double)now.tv_nsec * 1e-9 >= store->until_s;
    return store->is_late;
}

void store_ask_until(struct store *store, double until_s)
{
    store->until_s = until_s;
    store->is_late = false;
    sqlite3_progress_handler(store->sqlite, STEPS_BETWEEN_LOOKS, until_s > 0 ? look_at_clock : NULL,
                             store);
}

static int rows_take(struct store *store, sqlite3_stmt *statement, results_take *take,
                     void *context, struct sim_error *error)
{
    struct results_value values[STORE_COLUMNS_MOST];
    bool more = true;
    int step = SQLITE_ROW, columns = sqlite3_column_count(statement);

    if (columns > STORE_COLUMNS_MOST)
        return sim_error_set(error, SIM_SYSTEM, "%s: expected at most %d columns, found %d",
                             store->path, STORE_COLUMNS_MOST, columns);
    while (more && (step = sqlite3_step(statement)) == SQLITE_ROW) {
        uint32_t count = read_row(statement, values);
        more = take == NULL || take(context, values, count);
    }
    return !more || step == SQLITE_DONE ? SIM_OK : told(store, error);
}

int store_query(struct store *store, const char *sql, const char **rest, bool *ran,
                const char *const *binds, uint32_t bind_count, results_take *take, void *context,
                int *error_at, struct sim_error *error)
{
    sqlite3_stmt *statement = NULL;
    if (store->until_s > 0 && look_at_clock(store))
        return sim_error_set(error, SIM_SYSTEM, "%s: expected an answer in time", store->path);
    int result = sqlite3_prepare_v2(store->sqlite, sql, -1, &statement, rest);
    if (error_at != NULL)
        *error_at = -1;
    *ran = statement != NULL;
    if (result != SQLITE_OK) {
        if (error_at != NULL)
            *error_at = sqlite3_error_offset(store->sqlite);
        return told(store, error);
    }
    if (statement == NULL)
        return SIM_OK;
    for (uint32_t i = 0; i < bind_count; i++)
        sqlite3_bind_text(statement, (int)i + 1, binds[i] != NULL ? binds[i] : "", -1,
                          SQLITE_STATIC);
    store->asked = sqlite3_column_count(statement) > 0;
    int status = rows_take(store, statement, take, context, error);
    sqlite3_finalize(statement);
    return status;
}

bool store_is_complete(const char *sql)
{
    return sqlite3_complete(sql) != 0;
}
