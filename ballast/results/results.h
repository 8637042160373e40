/*
 * Results: one SQLite file with the project's schema, written in few large transactions and read
 * back by plain SQL. The only door to SQLite.
 *
 * A run is on record as 'running' before its first row and as 'done' after its last, both committed
 * at once: a run that was killed leaves a valid file in which it is not taken for a whole one. A
 * run that is done replaces all others of the same experiment, variant, seed and replicate.
 *
 * Functions return a status of sim/error.h: SIM_SYSTEM, with one line that names the file, for
 * whatever the file system or SQLite refuses. After one write has failed all others do, with the
 * same line. Rows are kept in the order in which they are given. One process at a time may write:
 * a second one waits for 10 s and gives up.
 */
#ifndef BALLAST_RESULTS_H
#define BALLAST_RESULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"

#define RESULTS_SCHEMA_VERSION 2

struct results;

enum results_mode {
    RESULTS_READ,  /* the file must be there */
    RESULTS_WRITE, /* created if it is not, and so is its folder */
};
/* A file that is not a database, or one of another schema version, is refused and left as it is. */
int results_open(const char *path, enum results_mode mode, struct results **out,
                 struct sim_error *error);
/* Commits what is pending and makes the indexes. Frees `db` in any case; accepts NULL. */
int results_close(struct results *db, struct sim_error *error);

struct results_run {
    const char *experiment, *variant, *version;
    uint64_t seed;
    uint32_t replicate;
    const char *config; /* YAML as resolved */
    uint64_t config_hash;
};
int results_run_begin(struct results *db, const struct results_run *run, int64_t *run_id,
                      struct sim_error *error);
/* 'done' or 'failed'. */
int results_run_end(struct results *db, int64_t run_id, bool done, double sim_s, double wall_s,
                    struct sim_error *error);

/* Is there a run that is done, of this version and configuration, seed and replicate? */
int results_run_find(struct results *db, const struct results_run *run, bool *found,
                     struct sim_error *error);
/* Copies the runs of another database that are done, in the order in which they lie there, each in
 * place of one of the same experiment, variant, seed and replicate. `*merged` is their number. A
 * file that is no such database is SIM_BAD_DATA. */
int results_merge(struct results *db, const char *path, uint32_t *merged, struct sim_error *error);

int results_param(struct results *db, int64_t run_id, const char *key, const char *value,
                  struct sim_error *error);
/* `vm` is "" for the whole host. In all rows a number that is NaN says that there is none: it is
 * stored as NULL. */
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
/* What else the governor read for a decision. */
int results_decision_input(struct results *db, int64_t run_id, double t_s, const char *vm,
                           const char *name, double value, struct sim_error *error);

/* A metric that occurs in `series` or `result` (metrics.h). Replaces the row of the same name and
 * kind. */
int results_metric(struct results *db, const char *name, const char *unit, const char *kind,
                   const char *meaning, struct sim_error *error);

struct results_reference {
    const char *figure, *point, *metric;
    double paper;
    const char *tolerance, *kind, *known_miss, *source;
};
/* Replaces the row of the same figure and point. */
int results_reference(struct results *db, const struct results_reference *reference,
                      struct sim_error *error);

/* One column of a row that a query gave. `text` is always there, "" for NULL. */
struct results_value {
    const char *name, *text;
    double number;
    bool is_null;
};
/*
 * Runs one statement; `take` (may be NULL) is called for each row, of at most 32 columns, and ends
 * the query by returning false. Parameters ?1, ?2, ... are bound to `binds` as text, which SQLite
 * compares with a number as a number where the column is one.
 */
int results_query(struct results *db, const char *sql, const char *const *binds,
                  uint32_t bind_count,
                  bool (*take)(void *context, const struct results_value *values, uint32_t count),
                  void *context, struct sim_error *error);

#endif
