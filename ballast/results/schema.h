/*
 * The tables of a database of results, and its indexes. Private to this folder.
 */
#ifndef RESULTS_SCHEMA_H
#define RESULTS_SCHEMA_H

#include "ballast/results/store.h"

/* Tables with rows that belong to one run. Each begins with the column run_id. The first ones have
 * what a run gave; its number of rows and its checksum are about them. Those over time are views of
 * three tables each, in which what stays is not stored again (curves.h); `param` is one of which
 * param of `param_value` a run has at which place. */
enum schema_rows {
    SCHEMA_PARAM,
    SCHEMA_SERIES,
    SCHEMA_RESULT,
    SCHEMA_EVENT,
    SCHEMA_DECISION,
    SCHEMA_DECISION_INPUT,
    SCHEMA_ROWS_COUNT,
    SCHEMA_SERIES_CURVE = SCHEMA_ROWS_COUNT,
    SCHEMA_SERIES_TIME,
    SCHEMA_SERIES_VALUE,
    SCHEMA_INPUT_CURVE,
    SCHEMA_INPUT_TIME,
    SCHEMA_INPUT_VALUE,
    SCHEMA_DECISION_CURVE,
    SCHEMA_DECISION_TIME,
    SCHEMA_DECISION_VALUE,
    SCHEMA_RUN_PARAM,
    SCHEMA_TABLES_COUNT
};

struct schema_table {
    const char *name;
    const char *columns;     /* after run_id, with commas; of a view: t_s, vm, a name, values */
    const char *types;       /* one letter of store.h for each of them */
    const char *key;         /* of these columns, after run_id, by which rows lie; NULL: rowid */
    int since;               /* schema version: before, a view was a table, and its tables others */
    enum schema_rows curves; /* of a view: the first of its three tables */
    bool is_ordered;         /* of a view: its rows have the order in which they came */
};
extern const struct schema_table schema_tables[SCHEMA_TABLES_COUNT];
/* The table that has the rows, or their pieces: another one of a view of today. */
enum schema_rows schema_stored_in(enum schema_rows table);
/* Is it a view of curves in a database of this schema version? */
bool schema_is_view(enum schema_rows table, int version);

/* What says how a run was made, and the part of `run` that a checksum covers; all are texts or
 * numbers whose text is meant. */
#define SCHEMA_RUN_MADE_WITH                                                                       \
    "experiment,variant,seed,replicate,version,build,governor,estimator,scanner,config,config_"    \
    "hash"
#define SCHEMA_RUN_MADE_WITH_TYPES "ttttttttttt"

/* The oldest version of which a merge makes one of today. Up to 7 `param` is a table; up to 6
 * `decision` and `summary` are tables, up to 5 all views are; up to 4 there is no `summary`; 3 has
 * other columns in `reference`, which no merge copies. */
#define SCHEMA_VERSION_OLDEST    3
#define SCHEMA_VERSION_SUMMARY   5 /* the first with `summary` */
#define SCHEMA_VERSION_CURVES    6 /* the first with curves */
#define SCHEMA_VERSION_DECISIONS 7 /* with curves of decisions, and summaries in curves */
#define SCHEMA_VERSION_PARAMS    8 /* with each value of a parameter once */

/* Makes the tables where the file is empty and `may_make` is true. Refuses another database, and
 * one of a schema version that is not from `oldest` to RESULTS_SCHEMA_VERSION. `*version` becomes
 * that of the file. */
int schema_check(struct store *store, bool may_make, int oldest, int *version,
                 struct sim_error *error);

/* Where they are missing. Runs come in the order of their numbers, so that an index by run grows at
 * its end, which costs next to nothing. */
int schema_make_indexes(struct store *store, struct sim_error *error);

#endif
