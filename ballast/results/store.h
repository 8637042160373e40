/*
 * The one file that uses SQLite. It knows connections, transactions and rows, and nothing of what
 * a table means. Private to this folder.
 *
 * Several processes may use one file. A transaction that writes takes SQLite's write lock at its
 * begin and waits up to STORE_WAIT_S for it, so every transaction must be short.
 *
 * After one write has failed every later write fails with the same error. So a run that lost rows
 * is never marked as done.
 */
#ifndef RESULTS_STORE_H
#define RESULTS_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "ballast/results/results.h"
#include "sim/error.h"

/* A merge of a hundred million rows takes less. */
#define STORE_WAIT_S 300

struct sqlite3;
struct sqlite3_stmt;

struct store {
    struct sqlite3 *sqlite;
    char *path;               /* as the user gave it, for messages */
    struct sim_error failure; /* of the first write that failed */
    double until_s;           /* when questions end, by CLOCK_MONOTONIC; 0: never */
    bool is_late;             /* one has ended for that */
    bool asked; /* the last statement of store_query() has columns, so it asks for rows */
};

enum store_mode {
    STORE_READ,   /* never changes the file */
    STORE_WRITE,  /* makes the file where there is none */
    STORE_PART,   /* the same, fast and unsafe: a sudden end leaves a file that cannot be read */
    STORE_MEMORY, /* no file; the path is a name for messages */
};

/* SIM_SYSTEM where SQLite refuses. On failure `store` is closed. */
int store_open(struct store *store, const char *path, enum store_mode mode,
               struct sim_error *error);
void store_close(struct store *store); /* accepts one that is closed */

/* SIM_OK, or the error of the write that failed. */
int store_check(const struct store *store, struct sim_error *error);
/* Statements that return no rows and write. */
int store_write(struct store *store, const char *sql, struct sim_error *error);
/* Waits for the write lock. Does nothing inside a transaction. */
int store_begin(struct store *store, struct sim_error *error);
/* Does nothing outside a transaction. */
int store_commit(struct store *store, struct sim_error *error);
/* Makes the write that has just failed the store's failure, and rolls back. */
int store_fail(struct store *store, struct sim_error *error);

/* ---- Values that keep their type --------------------------------------------------------- */

/* A text that is stored often. */
struct store_text {
    uint64_t hash; /* XXH64 of its bytes */
    uint32_t length;
    char bytes[]; /* and a NUL */
};

/* One column of a row. Its type is a letter: 'i' integer, 'd' number (NaN is NULL), 't' text; 'p' a
 * number that is often MB in whole pages. Of those the file has the pages, as an integer of two or
 * three bytes, and of all others the number itself, in eight. */
union store_cell {
    int64_t integer;
    double number;
    const struct store_text *text;
};

#define STORE_COLUMNS_MOST 32

/* In SQL: what a column of type 'p' holds for a number. */
#define STORE_PAGES_OF(number)                                                                     \
    "CASE WHEN " number " * 256 = CAST(" number " * 256 AS INTEGER) AND abs(" number               \
    ") < 4e12 THEN CAST(" number " * 256 AS INTEGER) ELSE " number " END"

/* A row as 64-bit words, which do not depend on where or how it is stored: a number's bits (NaN is
 * one fixed word, -0 is 0), an integer, a text's hash. */
void store_words(const char *types, const union store_cell *cells, uint64_t *words);

/* Runs `sql`, an INSERT with one ?n for each letter of `types`. `*statement` begins as NULL and
 * keeps the prepared statement, which store_finalize() frees. */
int store_put(struct store *store, struct sqlite3_stmt **statement, const char *sql,
              const char *types, const union store_cell *cells, struct sim_error *error);
void store_finalize(struct sqlite3_stmt **statement);
int64_t store_last_id(const struct store *store);

/* The rows of a query in which ?1 is `id`, as words; one letter of `types` for each column. */
int store_read_words(struct store *store, const char *sql, int64_t id, const char *types,
                     void (*take)(void *context, const uint64_t *words, uint32_t count),
                     void *context, struct sim_error *error);

/* ---- Questions --------------------------------------------------------------------------- */

/* A question that runs at this moment, or begins later, is an error; 0: none is. */
void store_ask_until(struct store *store, double until_s);

/* The first statement of `sql` (see results_query()). `*rest` is what is left of `sql`; NULL where
 * the caller knows that there is one statement only. `*ran` is false where `sql` holds none. On an
 * error `*error_at` (may be NULL) is the byte of `sql` that SQLite complains about, or -1. */
int store_query(struct store *store, const char *sql, const char **rest, bool *ran,
                const char *const *binds, uint32_t bind_count, results_take *take, void *context,
                int *error_at, struct sim_error *error);
/* Rows that the last statement inserted. */
uint64_t store_changes(const struct store *store);
/* Does this text end with a semicolon, outside of quotes and comments? */
bool store_is_complete(const char *sql);

#endif
