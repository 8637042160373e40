/*
 * Results: one SQLite file with the tables of the contract (run, param, series, result, event,
 * decision, reference). The only part of the project that knows SQLite.
 *
 * A run is on record as 'running' before its first row, and 'done' only after its last, so one that
 * was cut short is never taken for a whole one. A run that is done replaces earlier runs of the
 * same experiment, variant, seed and replicate. Rows are kept in the order in which they came.
 *
 * Every function returns a status of sim/error.h: SIM_OK, or SIM_SYSTEM with one line that names
 * the file. A file that is not ours is left as it was.
 */
#ifndef SIM_DB_H
#define SIM_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

#define SIM_DB_VERSION 1 /* PRAGMA user_version */

struct sim_db;

enum sim_db_mode {
    SIM_DB_READ,  /* the file must exist, and is not changed */
    SIM_DB_WRITE, /* appended to, or created */
};

int sim_db_open(const char *path, enum sim_db_mode mode, struct sim_db **out,
                struct sim_error *error);
/* Completes what was written, makes the indexes and frees `db` in any case. Accepts NULL. */
int sim_db_close(struct sim_db *db, struct sim_error *error);

/* ---- A run ------------------------------------------------------------------------------------
 */

/* Strings that are NULL count as empty. */
struct sim_db_run {
    const char *experiment;
    const char *variant; /* "" or "key=value,..." */
    uint64_t seed;       /* at most INT64_MAX */
    uint32_t replicate;
    const char *version; /* of the program */
    const char *config;  /* YAML as resolved */
    uint64_t config_hash;
};

/* Puts the run on record as 'running', where a kill cannot take it away. */
int sim_db_run_begin(struct sim_db *db, const struct sim_db_run *run, int64_t *run_id,
                     struct sim_error *error);
/* Marks it as 'done' or 'failed', with all its rows safe on disk. */
int sim_db_run_end(struct sim_db *db, int64_t run_id, bool done, double sim_s, double wall_s,
                   struct sim_error *error);
/* Is a run with these four on record as done? */
int sim_db_run_is_done(struct sim_db *db, const struct sim_db_run *run, bool *done,
                       struct sim_error *error);

struct sim_db_decision {
    double t_s;
    const char *vm;
    const char *reason;
    double active_mb, target_mb, alloc_mb;
    double price;
    double balloon_target_mb, swap_target_mb;
};

/* `vm` is "" for the whole host. */
int sim_db_param(struct sim_db *db, int64_t run_id, const char *key, const char *value,
                 struct sim_error *error);
int sim_db_series(struct sim_db *db, int64_t run_id, double t_s, const char *vm, const char *metric,
                  double value, struct sim_error *error);
int sim_db_result(struct sim_db *db, int64_t run_id, const char *vm, const char *metric,
                  double value, const char *unit, struct sim_error *error);
int sim_db_event(struct sim_db *db, int64_t run_id, double t_s, const char *vm, const char *kind,
                 const char *detail, struct sim_error *error);
int sim_db_decision(struct sim_db *db, int64_t run_id, const struct sim_db_decision *decision,
                    struct sim_error *error);

/* ---- The paper's numbers ----------------------------------------------------------------------
 */

struct sim_db_reference {
    const char *figure, *point, *metric;
    double paper, tolerance;
    const char *kind;       /* calibrated, interpolated, construction, predicted */
    const char *known_miss; /* "" or the section of the README that explains the miss */
    const char *source;
};

/* Replaces the row of the same figure, point and metric. */
int sim_db_reference(struct sim_db *db, const struct sim_db_reference *reference,
                     struct sim_error *error);

/* ---- Questions --------------------------------------------------------------------------------
 */

enum sim_db_type { SIM_DB_INTEGER, SIM_DB_REAL, SIM_DB_TEXT };

/* Stands for one `?` of the statement. */
struct sim_db_value {
    enum sim_db_type type;
    int64_t integer;
    double real;
    const char *text;
};

static inline struct sim_db_value sim_db_integer(int64_t integer)
{
    return (struct sim_db_value){.type = SIM_DB_INTEGER, .integer = integer};
}

static inline struct sim_db_value sim_db_real(double real)
{
    return (struct sim_db_value){.type = SIM_DB_REAL, .real = real};
}

static inline struct sim_db_value sim_db_text(const char *text)
{
    return (struct sim_db_value){.type = SIM_DB_TEXT, .text = text};
}

struct sim_db_row; /* a row of the answer; valid during the call that hands it over */

uint32_t sim_db_row_columns(const struct sim_db_row *row);
const char *sim_db_row_name(const struct sim_db_row *row, uint32_t column);
bool sim_db_row_is_null(const struct sim_db_row *row, uint32_t column);
int64_t sim_db_row_integer(const struct sim_db_row *row, uint32_t column);
double sim_db_row_real(const struct sim_db_row *row, uint32_t column);
const char *sim_db_row_text(const struct sim_db_row *row, uint32_t column); /* "" for NULL */

/*
 * Runs one SQL statement and hands over each row of its answer. `take` may be NULL; what it returns
 * other than SIM_OK ends the question and is returned, with whatever `take` put into the error.
 */
int sim_db_query(struct sim_db *db, const char *sql, const struct sim_db_value *values,
                 uint32_t value_count, int (*take)(void *context, const struct sim_db_row *row),
                 void *context, struct sim_error *error);

#endif
