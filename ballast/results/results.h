/*
 * Results: one SQLite file with the tables of the project, written in a few large transactions and
 * read back by plain SQL.
 *
 * A run is on record as 'running' before its first row and as 'done' after its last one. Both are
 * committed at once. So a run that was killed leaves a valid file in which it is not taken for a
 * whole one. A run that is done replaces the others of the same experiment, variant, seed,
 * replicate and configuration, and unfinished ones of any configuration, except those that a living
 * process is writing. Of several configurations under one name the last that ran is meant where
 * nothing else is said.
 *
 * Several processes may write into one file at once. Rows wait in memory and go out in short
 * transactions; a process waits for its turn. Rows of one run keep their order within each table.
 *
 * Functions return a status of sim/error.h. SIM_SYSTEM, with one line that names the file, stands
 * for whatever the file system or SQLite refuses. After one write has failed every later write
 * fails with the same line.
 */
#ifndef BALLAST_RESULTS_H
#define BALLAST_RESULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"

#define RESULTS_SCHEMA_VERSION 8

#define RESULTS_DEFAULT_FOLDER "results"
#define RESULTS_DEFAULT_DB     RESULTS_DEFAULT_FOLDER "/ballast.db"

struct results;

enum results_mode {
    RESULTS_READ,       /* the file must be there, and is never changed */
    RESULTS_READ_OLDER, /* the same; it may have an older schema, of which a merge makes today's */
    RESULTS_WRITE,      /* where there is no file, the first run or merge makes it */
    RESULTS_PART, /* the same for a file that is merged and removed soon: it has no indexes, and is
                   * worth nothing when the process or the machine ends in the middle */
    RESULTS_MEMORY, /* no file; `path` is a name for messages */
};
/*
 * A file that is not a database, or one of another schema version, is refused and left as it is.
 * The folder of a new file must be there; only RESULTS_DEFAULT_FOLDER is made. SIM_USAGE for a name
 * that is empty or ":memory:". A process has one file open once at a time.
 */
int results_open(const char *path, enum results_mode mode, struct results **out,
                 struct sim_error *error);
/* Commits what is pending. Frees `db` in any case; accepts NULL. */
int results_close(struct results *db, struct sim_error *error);

/* ---- Runs -------------------------------------------------------------------------------- */

/* NULL stands for "". */
struct results_run {
    const char *experiment, *variant;
    const char *version; /* the program's release */
    const char *build;   /* the program's commit, and what differs from it */
    const char *governor, *estimator, *scanner;
    uint64_t seed;
    uint32_t replicate;
    const char *config; /* YAML as resolved */
    uint64_t config_hash;
};
int results_run_begin(struct results *db, const struct results_run *run, int64_t *run_id,
                      struct sim_error *error);
/* 'done' or 'failed'. Stores the number of the run's rows and their checksum. */
int results_run_end(struct results *db, int64_t run_id, bool done, double sim_s, double wall_s,
                    struct sim_error *error);

enum results_found {
    RESULTS_NONE,         /* no finished run of this experiment, variant, seed and replicate */
    RESULTS_FOUND,        /* the last one is of this version, build and config_hash */
    RESULTS_OTHER_BUILD,  /* of another version or build */
    RESULTS_OTHER_INPUTS, /* of this build, with another config_hash */
};
int results_run_find(struct results *db, const struct results_run *run, enum results_found *found,
                     struct sim_error *error);

/*
 * Copies the finished runs of another database, in the order in which they lie there. Each replaces
 * one of the same experiment, variant, seed, replicate and configuration. `*merged` is their
 * number. SIM_BAD_DATA for a file that is no such database, and for a run with another number of
 * rows than it had. The other may have an older schema (RESULTS_READ_OLDER).
 */
int results_merge(struct results *db, const char *path, uint32_t *merged, struct sim_error *error);
/* Counts the rows of all finished runs and recomputes their checksums and summaries. SIM_BAD_DATA
 * at the first run that differs. */
int results_check(const char *path, struct sim_error *error);
/* The same for the runs whose run_id the question `ids` gives, such as "SELECT run_id FROM run". */
int results_runs_check(struct results *db, const char *ids, struct sim_error *error);
/* Only counts the rows of all finished runs, which takes a second for ten million. SIM_BAD_DATA at
 * the first run that has others than it wrote. */
int results_count_check(struct results *db, struct sim_error *error);

/* ---- Rows -------------------------------------------------------------------------------- */

/* In SQL, what the column `value` of a table of pieces says: the integers in it are pages, its
 * other numbers what they are (README.md). */
#define RESULTS_NUMBER_OF(column)                                                                  \
    "CASE typeof(" column ") WHEN 'integer' THEN " column " / 256.0 ELSE " column " END"

/* In all rows a number that is NaN says that there is none: it is stored as NULL. */
int results_param(struct results *db, int64_t run_id, const char *key, const char *value,
                  struct sim_error *error);
/* `vm` is "" for the whole host. */
int results_series(struct results *db, int64_t run_id, double t_s, const char *vm,
                   const char *metric, double value, struct sim_error *error);
int results_result(struct results *db, int64_t run_id, const char *vm, const char *metric,
                   double value, const char *unit, struct sim_error *error);
int results_event(struct results *db, int64_t run_id, double t_s, const char *vm, const char *kind,
                  const char *detail, struct sim_error *error);

struct results_decision {
    double t_s;
    const char *vm, *reason;
    double active_mb, target_mb, alloc_mb, price, balloon_target_mb, swap_target_mb;
};
/* A governor may have no price, or no such target: then NaN. */
int results_decision(struct results *db, int64_t run_id, const struct results_decision *decision,
                     struct sim_error *error);

/* What else a governor read for a decision. */
int results_decision_input(struct results *db, int64_t run_id, double t_s, const char *vm,
                           const char *name, double value, struct sim_error *error);

/* A metric that occurs in `series` or `result`. `kind` is "gauge", "counter" or "result". Replaces
 * the row of the same name and kind. */
int results_metric(struct results *db, const char *name, const char *unit, const char *kind,
                   const char *meaning, struct sim_error *error);

struct results_reference {
    const char *figure, *point, *metric;
    double paper; /* NaN: none */
    double reading_error;
    const char *tolerance, *reason, *kind, *known_miss, *repeats, *source;
};
/* Each replaces the row of the same figure and point. */
int results_references(struct results *db, const struct results_reference *references,
                       uint32_t count, struct sim_error *error);

/*
 * ---- Questions ---------------------------------------------------------------------------
 *
 * Beside SQLite's own functions, SQL here has the aggregate half95(x): half of the 95% confidence
 * interval of the mean of x, by Student's t. It is NULL for fewer than two values.
 */

/* One column of a row that a query gave. `text` is always there, "" for NULL. */
struct results_value {
    const char *name, *text;
    double number;
    bool is_null;
};
/* Called for each row, of at most 32 columns. Returns false to end the query. */
typedef bool results_take(void *context, const struct results_value *values, uint32_t count);

/* Runs one statement. `take` may be NULL. Parameters ?1, ?2, ... are bound to `binds` as text,
 * which SQLite compares with a number as a number where the column has a numeric type. */
int results_query(struct results *db, const char *sql, const char *const *binds,
                  uint32_t bind_count, results_take *take, void *context, struct sim_error *error);
/*
 * Runs the statements of `text`, the content of the file `path`, in turn. `ended` (may be NULL) is
 * called after each of them. Where `take` returns false the rest is not run. SIM_BAD_DATA, with
 * FILE:LINE, for a statement that SQLite refuses, a file without one, and a last statement without
 * a semicolon.
 */
int results_script(struct results *db, const char *path, const char *text, results_take *take,
                   void (*ended)(void *context), void *context, struct sim_error *error);

/* A question that runs at this moment of CLOCK_MONOTONIC, or begins later, ends with an error, and
 * results_is_late() is true then; 0: no question does. */
void results_ask_until(struct results *db, double until_s);
bool results_is_late(const struct results *db);

#endif
