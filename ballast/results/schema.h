/*
 * The tables of a database of results, and its indexes. Private to this folder.
 */
#ifndef RESULTS_SCHEMA_H
#define RESULTS_SCHEMA_H

#include "ballast/results/store.h"

/* Tables with rows that belong to one run. Each begins with the column run_id. The first ones have
 * what a run gave; its number of rows and its checksum are about them. */
enum schema_rows {
    SCHEMA_PARAM,
    SCHEMA_SERIES,
    SCHEMA_RESULT,
    SCHEMA_EVENT,
    SCHEMA_DECISION,
    SCHEMA_DECISION_INPUT,
    SCHEMA_ROWS_COUNT,
    SCHEMA_SUMMARY = SCHEMA_ROWS_COUNT, /* follows from SCHEMA_SERIES */
    SCHEMA_TABLES_COUNT
};

struct schema_table {
    const char *name;
    const char *columns; /* after run_id, with commas */
    const char *types;   /* one letter of store.h for each of them */
};
extern const struct schema_table schema_tables[SCHEMA_TABLES_COUNT];

/* What says how a run was made, and the part of `run` that a checksum covers; all are texts or
 * numbers whose text is meant. */
#define SCHEMA_RUN_MADE_WITH                                                                       \
    "experiment,variant,seed,replicate,version,build,governor,estimator,scanner,config,config_"    \
    "hash"
#define SCHEMA_RUN_MADE_WITH_TYPES "ttttttttttt"

/* The oldest version of which a merge makes one of today. Up to 4 the table `summary` is missing;
 * 3 has other columns in `reference`, which no merge copies. */
#define SCHEMA_VERSION_OLDEST 3

/* Makes the tables where the file is empty and `may_make` is true. Refuses another database, and
 * one of a schema version that is not from `oldest` to RESULTS_SCHEMA_VERSION. `*version` becomes
 * that of the file. */
int schema_check(struct store *store, bool may_make, int oldest, int *version,
                 struct sim_error *error);

/* An index that grows with the rows costs more than one that is made of them all: writers drop the
 * indexes first and make them in the end. A large file keeps its indexes: to make them of all its
 * rows would cost more than a run. */
int schema_drop_indexes(struct store *store, struct sim_error *error);
int schema_make_indexes(struct store *store, struct sim_error *error); /* those that are missing */

#endif
