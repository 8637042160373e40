/*
 * Rows that wait in memory until there are enough of them for one short transaction, and the
 * number and checksum of each run's rows. Private to this folder.
 *
 * The database is locked only while rows go out, not while a simulation computes the next ones.
 * Rows of one table are stored in the order in which they came.
 */
#ifndef RESULTS_ROWS_H
#define RESULTS_ROWS_H

#include "ballast/results/curves.h"
#include "ballast/results/schema.h"
#include "sim/memory.h"

#define ROWS_BATCH  50000u  /* a few MB; more would not be faster */
#define ROWS_PIECES 200000u /* of curves, of one run: a few MB too */

/*
 * A run's rows in two numbers. `outcome` covers series, result, event, decision and
 * decision_input: it is equal for equal outcomes, whatever program wrote them. `made_with` covers
 * the parameters and those columns of `run` that say how the run was made. A short number for each
 * table tells which of them is damaged.
 */
struct rows_tally {
    int64_t run_id;
    uint64_t rows;
    uint64_t tables[SCHEMA_ROWS_COUNT]; /* a checksum of each table's rows, in their order; of a
                                         * view's in any, as each says when it was */
    uint64_t made_with;                 /* of the row of `run` */
    int version;                        /* of the schema: which tables are views */
    struct curves curves[SCHEMA_ROWS_COUNT]; /* of each view */
};
void rows_tally_init(struct rows_tally *tally, int64_t run_id, int version);
void rows_tally_row(struct rows_tally *tally, enum schema_rows table, const uint64_t *words,
                    uint32_t count);
void rows_tally_run(struct rows_tally *tally, const uint64_t *words, uint32_t count);
/* "OUTCOME-MADEWITH-TABLES", 16 hexadecimal digits each of the first two, and 8 for each table and
 * for the row of `run`. Runs of earlier builds have no more than the first two. */
#define ROWS_CHECKSUM_EARLIER 33u
#define ROWS_CHECKSUM_BYTES   (ROWS_CHECKSUM_EARLIER + 1 + 8 * (SCHEMA_ROWS_COUNT + 1) + 1)
void rows_tally_text(const struct rows_tally *tally, char text[ROWS_CHECKSUM_BYTES]);
/* Whether the rows are those that a run wrote. Otherwise `damaged` gets the names of the tables
 * that differ, "series, event"; it stays empty where the checksum is of an earlier build. */
#define ROWS_NAMES_BYTES 100u
bool rows_tally_is(const struct rows_tally *tally, const char *checksum,
                   char damaged[ROWS_NAMES_BYTES]);

struct rows_text_slot {
    const char *from; /* where the caller's text was */
    const struct store_text *text;
};
#define ROWS_TEXT_SLOTS 512u
#define ROWS_TEXT_TRIES 8u

struct rows {
    union store_cell *cells; /* each row: its table, its run, its columns */
    uint32_t cell_count, row_count;
    bool is_dirty;           /* something has come since rows_write() */
    struct sim_memory texts; /* of the waiting rows */
    size_t text_bytes;
    struct rows_text_slot slots[ROWS_TEXT_SLOTS + ROWS_TEXT_TRIES];
    struct sqlite3_stmt *statements[SCHEMA_TABLES_COUNT], *param_value, *metric;
    struct rows_tally *tallies; /* of the runs that have begun and not ended */
    uint32_t tally_count;
};

void rows_fini(struct rows *rows);
/* The text as the cells want it, good until rows_write(). NULL is "". */
const struct store_text *rows_text(struct rows *rows, const char *text);
/* From now on the rows of this run are counted. */
struct rows_tally *rows_begin(struct rows *rows, int64_t run_id);
struct rows_tally *rows_find(struct rows *rows, int64_t run_id); /* NULL: not begun */
void rows_end(struct rows *rows, int64_t run_id);
/* Writes all that waits, in the open transaction. */
int rows_write(struct rows *rows, struct store *store, struct sim_error *error);
/* Writes what waits of a run's curves, in the open transaction. */
int rows_write_curves(struct rows *rows, struct store *store, struct rows_tally *tally,
                      struct sim_error *error);
/* Frees what a tally holds that is none of `rows`. */
void rows_tally_fini(struct rows_tally *tally);
/* rows_write() in a transaction of its own. */
int rows_flush(struct rows *rows, struct store *store, struct sim_error *error);

#endif
