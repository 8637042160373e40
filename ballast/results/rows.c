/*
 * Rows on their way into the database.
 *
 * The hazard is time: a run writes millions of rows. A row waits as 48 bytes or so; its texts,
 * of which a run has a few dozen, are found again by the address that the caller gives, and
 * compared; their hashes are computed once for each batch. Rows over time become pieces of curves,
 * which wait longer (curves.h).
 */
#include "ballast/results/rows.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "ballast/results/internal.h"
#include "sim/memory.h"

#define HEAD_CELLS     2u /* before a row's columns: its table, its run */
#define ROW_CELLS_MOST 12u
#define CELLS_ROOM                                                                                 \
    (ROWS_BATCH * 6u + ROW_CELLS_MOST)      /* rows of `series`; wider ones fill it earlier */
#define METRIC          SCHEMA_TABLES_COUNT /* in place of a table's number: belongs to no run */
#define METRIC_TYPES    "tttt"
#define TEXT_BYTES_MOST (8u << 20)

/* ---- Checksums --------------------------------------------------------------------------- */

void rows_tally_row(struct rows_tally *tally, enum schema_rows table, const uint64_t *words,
                    uint32_t count)
{
    uint64_t *sum = &tally->tables[table];
    tally->rows++;
    if (schema_is_view(table, tally->version))
        *sum += XXH64(words, count * sizeof *words, 0);
    else
        *sum = XXH64(words, count * sizeof *words, *sum);
}

void rows_tally_run(struct rows_tally *tally, const uint64_t *words, uint32_t count)
{
    tally->made_with = XXH64(words, count * sizeof *words, 0);
}

void rows_tally_text(const struct rows_tally *tally, char text[ROWS_CHECKSUM_BYTES])
{
    uint64_t outcome = XXH64(&tally->tables[SCHEMA_SERIES],
                             (SCHEMA_ROWS_COUNT - SCHEMA_SERIES) * sizeof tally->tables[0], 0);
    uint64_t made_with =
        XXH64(&tally->made_with, sizeof tally->made_with, tally->tables[SCHEMA_PARAM]);
    int at =
        snprintf(text, ROWS_CHECKSUM_BYTES, "%016" PRIx64 "-%016" PRIx64 "-", outcome, made_with);
    for (uint32_t i = 0; i <= SCHEMA_ROWS_COUNT; i++) {
        uint64_t sum = i < SCHEMA_ROWS_COUNT ? tally->tables[i] : tally->made_with;
        at += snprintf(text + at, ROWS_CHECKSUM_BYTES - (size_t)at, "%08" PRIx32,
                       (uint32_t)(sum ^ sum >> 32));
    }
}

bool rows_tally_is(const struct rows_tally *tally, const char *checksum,
                   char damaged[ROWS_NAMES_BYTES])
{
    char own[ROWS_CHECKSUM_BYTES];
    size_t length = strlen(checksum), at = 0;
    damaged[0] = '\0';
    rows_tally_text(tally, own);
    if (length == ROWS_CHECKSUM_EARLIER)
        return strncmp(own, checksum, length) == 0;
    if (strcmp(own, checksum) == 0)
        return true;
    for (uint32_t i = 0; i <= SCHEMA_ROWS_COUNT && length + 1 == sizeof own; i++) {
        size_t place = ROWS_CHECKSUM_EARLIER + 1 + 8 * i;
        if (memcmp(own + place, checksum + place, 8) != 0)
            at += (size_t)snprintf(damaged + at, ROWS_NAMES_BYTES - at, "%s%s", at > 0 ? ", " : "",
                                   i < SCHEMA_ROWS_COUNT ? schema_tables[i].name : "run");
    }
    return false;
}

#define COLUMNS_BEFORE_VALUES 3u /* of a view: t_s, vm, the name */

void rows_tally_init(struct rows_tally *tally, int64_t run_id, int version)
{
    *tally = (struct rows_tally){.run_id = run_id, .version = version};
    for (uint32_t i = 0; i < SCHEMA_ROWS_COUNT; i++)
        if (schema_tables[i].curves != 0)
            tally->curves[i] = (struct curves){.width = (uint32_t)strlen(schema_tables[i].types) -
                                                        COLUMNS_BEFORE_VALUES,
                                               .is_ordered = schema_tables[i].is_ordered};
}

struct rows_tally *rows_begin(struct rows *rows, int64_t run_id)
{
    rows->tallies =
        sim_memory_need(realloc(rows->tallies, (rows->tally_count + 1) * sizeof *rows->tallies));
    struct rows_tally *tally = &rows->tallies[rows->tally_count++];
    rows_tally_init(tally, run_id, RESULTS_SCHEMA_VERSION);
    return tally;
}

struct rows_tally *rows_find(struct rows *rows, int64_t run_id)
{
    for (uint32_t i = rows->tally_count; i-- > 0;)
        if (rows->tallies[i].run_id == run_id)
            return &rows->tallies[i];
    return NULL;
}

void rows_end(struct rows *rows, int64_t run_id)
{
    struct rows_tally *tally = rows_find(rows, run_id);
    if (tally == NULL)
        return;
    rows_tally_fini(tally);
    *tally = rows->tallies[--rows->tally_count];
}

void rows_tally_fini(struct rows_tally *tally)
{
    for (uint32_t i = 0; i < SCHEMA_ROWS_COUNT; i++)
        curves_fini(&tally->curves[i]);
}

/* ---- Texts ------------------------------------------------------------------------------- */

static const struct store_text *text_copy(struct rows *rows, const char *text)
{
    size_t length = strlen(text);
    struct store_text *made = sim_memory_get(&rows->texts, sizeof *made + length + 1);
    made->hash = XXH64(text, length, 0);
    made->length = (uint32_t)length;
    memcpy(made->bytes, text, length + 1);
    rows->text_bytes += sizeof *made + length + 1;
    return made;
}

/* The place of the text that was at this address before, else one for it: texts that each sample
 * names keep their places beside each other. */
static struct rows_text_slot *slot_for(struct rows *rows, const char *text)
{
    uint64_t spread = (uint64_t)(uintptr_t)text * UINT64_C(0x9e3779b97f4a7c15);
    struct rows_text_slot *first = &rows->slots[(spread >> 32) % ROWS_TEXT_SLOTS];
    for (uint32_t i = 0; i < ROWS_TEXT_TRIES; i++)
        if (first[i].from == text || first[i].from == NULL)
            return &first[i];
    return first;
}

const struct store_text *rows_text(struct rows *rows, const char *text)
{
    if (text == NULL)
        text = "";
    struct rows_text_slot *slot = slot_for(rows, text);
    if (slot->from != text || strcmp(slot->text->bytes, text) != 0)
        *slot = (struct rows_text_slot){text, text_copy(rows, text)};
    return slot->text;
}

static void forget_texts(struct rows *rows)
{
    memset(rows->slots, 0, sizeof rows->slots);
    sim_memory_free(&rows->texts);
    rows->texts = (struct sim_memory){0};
    rows->text_bytes = 0;
}

/* ---- Out to the file --------------------------------------------------------------------- */

static void insert_sql(const struct schema_table *table, char *sql, size_t bytes)
{
    int at = snprintf(sql, bytes, "INSERT %sINTO %s VALUES(?1",
                      table->key != NULL ? "OR REPLACE " : "", table->name);
    for (uint32_t i = 0; table->types[i] != '\0'; i++)
        at += snprintf(sql + at, bytes - (size_t)at, ",?%u", i + 2);
    snprintf(sql + at, bytes - (size_t)at, ")");
}

static int row_write(struct rows *rows, struct store *store, enum schema_rows which,
                     const union store_cell *cells, struct sim_error *error)
{
    const struct schema_table *table = &schema_tables[which];
    char sql[120] = "", types[ROW_CELLS_MOST + 1];
    if (rows->statements[which] == NULL)
        insert_sql(table, sql, sizeof sql);
    types[0] = 'i'; /* run_id */
    strcpy(types + 1, table->types);
    return store_put(store, &rows->statements[which], sql, types, cells, error);
}

/* A value that any run has had is not stored again. */
static int param_write(struct rows *rows, struct store *store, const union store_cell *cells,
                       struct sim_error *error)
{
    int status = store_put(store, &rows->param_value,
                           "INSERT OR IGNORE INTO param_value(key, value) VALUES(?1,?2)", "tt",
                           cells + 1, error);
    return status == SIM_OK
               ? store_put(store, &rows->statements[SCHEMA_PARAM],
                           "INSERT INTO run_param SELECT ?1, (SELECT ifnull(max(place) + 1, 0)"
                           " FROM run_param WHERE run_id = ?1), param FROM param_value"
                           " WHERE key = ?2 AND value = ?3",
                           "itt", cells, error)
               : status;
}

static int metric_write(struct rows *rows, struct store *store, const union store_cell *cells,
                        struct sim_error *error)
{
    static const char sql[] =
        "INSERT INTO metric VALUES(?1,?2,?3,?4) ON CONFLICT(name, kind) DO UPDATE SET"
        " unit = excluded.unit, meaning = excluded.meaning"
        " WHERE unit <> excluded.unit OR meaning <> excluded.meaning";
    return store_put(store, &rows->metric, sql, METRIC_TYPES, cells, error);
}

/* ---- Curves ------------------------------------------------------------------------------ */

static void row_add(struct curves *curves, const union store_cell *cells)
{
    double values[ROW_CELLS_MOST];
    for (uint32_t i = 0; i < curves->width; i++)
        values[i] = cells[COLUMNS_BEFORE_VALUES + i].number;
    curves_add(curves, cells[0].number, cells[1].text, cells[2].text, values);
}

static int names_write(struct rows *rows, struct store *store, enum schema_rows table,
                       int64_t run_id, const struct curves *curves, struct sim_error *error)
{
    union store_cell cells[2 + SUMMARY_CELLS] = {{.integer = run_id}};
    int status = SIM_OK;
    for (uint32_t i = 0; i < curves->count && status == SIM_OK; i++) {
        cells[1].integer = i;
        summary_cells(&curves->summary.rows[i], cells + 2);
        status = row_write(rows, store, table, cells, error);
    }
    return status;
}

static int times_write(struct rows *rows, struct store *store, enum schema_rows table,
                       int64_t run_id, const struct curves *curves, struct sim_error *error)
{
    int status = SIM_OK;
    for (uint32_t i = curves->moments_written; i < curves->moments && status == SIM_OK; i++) {
        const union store_cell cells[] = {
            {.integer = run_id},
            {.integer = i},
            {.number = curves->times[i - curves->moments_written + 1]}};
        status = row_write(rows, store, table, cells, error);
    }
    return status;
}

static int pieces_write(struct rows *rows, struct store *store, enum schema_rows table,
                        int64_t run_id, const struct curves *curves, uint32_t number,
                        struct sim_error *error)
{
    const struct curve *curve = &curves->at[number];
    union store_cell cells[ROW_CELLS_MOST] = {{.integer = run_id}, {.integer = number}};
    int status = SIM_OK;
    for (uint32_t i = 0; i < curve->count && status == SIM_OK; i++) {
        const struct curve_piece *piece = &curve->pieces[i];
        uint32_t count = 2;
        cells[count++].integer = piece->first;
        cells[count++].integer = piece->samples;
        if (curves->is_ordered)
            cells[count++].integer = piece->place;
        for (uint32_t k = 0; k < curves->width; k++)
            cells[count++].number = curve_values(curves, curve, i)[k];
        status = row_write(rows, store, table, cells, error);
    }
    return status;
}

static int curves_write(struct rows *rows, struct store *store, int64_t run_id,
                        enum schema_rows view, struct curves *curves, struct sim_error *error)
{
    const enum schema_rows names = schema_tables[view].curves, times = names + 1,
                           values = names + 2;
    int status = names_write(rows, store, names, run_id, curves, error);
    if (status == SIM_OK)
        status = times_write(rows, store, times, run_id, curves, error);
    for (uint32_t i = 0; i < curves->count && status == SIM_OK; i++)
        status = pieces_write(rows, store, values, run_id, curves, i, error);
    curves_written(curves);
    return status;
}

int rows_write_curves(struct rows *rows, struct store *store, struct rows_tally *tally,
                      struct sim_error *error)
{
    int status = SIM_OK;
    for (uint32_t i = 0; i < SCHEMA_ROWS_COUNT && status == SIM_OK; i++)
        if (tally->curves[i].count > 0)
            status = curves_write(rows, store, tally->run_id, i, &tally->curves[i], error);
    return status;
}

static uint32_t pieces_waiting(const struct rows_tally *tally)
{
    uint32_t waiting = 0;
    for (uint32_t i = 0; i < SCHEMA_ROWS_COUNT; i++)
        waiting += tally->curves[i].waiting;
    return waiting;
}

/* ---- All --------------------------------------------------------------------------------- */

static int waiting_write(struct rows *rows, struct store *store, enum schema_rows which,
                         const union store_cell *cells, struct sim_error *error)
{
    const char *types = schema_tables[which].types;
    bool is_view = schema_tables[which].curves != 0;
    struct rows_tally *tally = rows_find(rows, cells[0].integer);
    uint64_t words[ROW_CELLS_MOST];
    assert(tally != NULL || !is_view); /* the run has begun, and has not ended */
    if (tally != NULL) {
        store_words(types, cells + 1, words);
        rows_tally_row(tally, which, words, (uint32_t)strlen(types));
    }
    if (which == SCHEMA_PARAM)
        return param_write(rows, store, cells, error);
    if (!is_view)
        return row_write(rows, store, which, cells, error);
    row_add(&tally->curves[which], cells + 1);
    return SIM_OK;
}

/* All rows that wait, but of curves only what has become much. */
static int batch_write(struct rows *rows, struct store *store, struct sim_error *error)
{
    int status = store_check(store, error);
    const union store_cell *cells = rows->cells;
    for (uint32_t i = 0; i < rows->row_count && status == SIM_OK; i++) {
        enum schema_rows which = (enum schema_rows)cells[0].integer;
        if (which == METRIC)
            status = metric_write(rows, store, cells + HEAD_CELLS, error);
        else
            status = waiting_write(rows, store, which, cells + 1, error);
        cells += HEAD_CELLS + strlen(which == METRIC ? METRIC_TYPES : schema_tables[which].types);
    }
    rows->row_count = rows->cell_count = 0;
    forget_texts(rows);
    for (uint32_t i = 0; i < rows->tally_count && status == SIM_OK; i++)
        if (pieces_waiting(&rows->tallies[i]) > ROWS_PIECES)
            status = rows_write_curves(rows, store, &rows->tallies[i], error);
    return status;
}

int rows_write(struct rows *rows, struct store *store, struct sim_error *error)
{
    rows->is_dirty = false;
    int status = batch_write(rows, store, error);
    for (uint32_t i = 0; i < rows->tally_count && status == SIM_OK; i++)
        status = rows_write_curves(rows, store, &rows->tallies[i], error);
    return status;
}

static int in_transaction(struct rows *rows, struct store *store,
                          int (*write)(struct rows *, struct store *, struct sim_error *),
                          struct sim_error *error)
{
    int status = store_begin(store, error);
    if (status == SIM_OK)
        status = write(rows, store, error);
    return status == SIM_OK ? store_commit(store, error) : status;
}

int rows_flush(struct rows *rows, struct store *store, struct sim_error *error)
{
    return rows->is_dirty ? in_transaction(rows, store, rows_write, error)
                          : store_check(store, error);
}

void rows_fini(struct rows *rows)
{
    for (uint32_t i = 0; i < SCHEMA_TABLES_COUNT; i++)
        store_finalize(&rows->statements[i]);
    store_finalize(&rows->param_value);
    store_finalize(&rows->metric);
    sim_memory_free(&rows->texts);
    free(rows->cells);
    for (uint32_t i = 0; i < rows->tally_count; i++)
        rows_tally_fini(&rows->tallies[i]);
    free(rows->tallies);
    *rows = (struct rows){0};
}

/* ---- In from a run ----------------------------------------------------------------------- */

/* The columns of a new row; NULL after a failure. */
static union store_cell *row_begin(struct results *db, enum schema_rows which, int64_t run_id,
                                   struct sim_error *error)
{
    struct rows *rows = &db->rows;
    if (store_check(&db->store, error) != SIM_OK || results_ready(db, error) != SIM_OK)
        return NULL;
    if (rows->cells == NULL) {
        rows->cells = sim_memory_need(malloc(CELLS_ROOM * sizeof *rows->cells));
    }
    union store_cell *cells = rows->cells + rows->cell_count;
    cells[0].integer = which;
    cells[1].integer = run_id;
    return cells + HEAD_CELLS;
}

static int row_end(struct results *db, uint32_t columns, struct sim_error *error)
{
    struct rows *rows = &db->rows;
    rows->is_dirty = true;
    rows->row_count++;
    rows->cell_count += HEAD_CELLS + columns;
    if (rows->row_count < ROWS_BATCH && rows->cell_count + ROW_CELLS_MOST <= CELLS_ROOM &&
        rows->text_bytes < TEXT_BYTES_MOST)
        return SIM_OK;
    return in_transaction(rows, &db->store, batch_write, error);
}

int results_param(struct results *db, int64_t run_id, const char *key, const char *value,
                  struct sim_error *error)
{
    union store_cell *row = row_begin(db, SCHEMA_PARAM, run_id, error);
    if (row == NULL)
        return SIM_SYSTEM;
    row[0].text = rows_text(&db->rows, key);
    row[1].text = rows_text(&db->rows, value);
    return row_end(db, 2, error);
}

int results_series(struct results *db, int64_t run_id, double t_s, const char *vm,
                   const char *metric, double value, struct sim_error *error)
{
    union store_cell *row = row_begin(db, SCHEMA_SERIES, run_id, error);
    if (row == NULL)
        return SIM_SYSTEM;
    row[0].number = t_s;
    row[1].text = rows_text(&db->rows, vm);
    row[2].text = rows_text(&db->rows, metric);
    row[3].number = value;
    return row_end(db, 4, error);
}

int results_result(struct results *db, int64_t run_id, const char *vm, const char *metric,
                   double value, const char *unit, struct sim_error *error)
{
    union store_cell *row = row_begin(db, SCHEMA_RESULT, run_id, error);
    if (row == NULL)
        return SIM_SYSTEM;
    row[0].text = rows_text(&db->rows, vm);
    row[1].text = rows_text(&db->rows, metric);
    row[2].number = value;
    row[3].text = rows_text(&db->rows, unit);
    return row_end(db, 4, error);
}

int results_event(struct results *db, int64_t run_id, double t_s, const char *vm, const char *kind,
                  const char *detail, struct sim_error *error)
{
    union store_cell *row = row_begin(db, SCHEMA_EVENT, run_id, error);
    if (row == NULL)
        return SIM_SYSTEM;
    row[0].number = t_s;
    row[1].text = rows_text(&db->rows, vm);
    row[2].text = rows_text(&db->rows, kind);
    row[3].text = rows_text(&db->rows, detail);
    return row_end(db, 4, error);
}

int results_decision(struct results *db, int64_t run_id, const struct results_decision *decision,
                     struct sim_error *error)
{
    union store_cell *row = row_begin(db, SCHEMA_DECISION, run_id, error);
    if (row == NULL)
        return SIM_SYSTEM;
    row[0].number = decision->t_s;
    row[1].text = rows_text(&db->rows, decision->vm);
    row[2].text = rows_text(&db->rows, decision->reason);
    row[3].number = decision->active_mb;
    row[4].number = decision->target_mb;
    row[5].number = decision->alloc_mb;
    row[6].number = decision->price;
    row[7].number = decision->balloon_target_mb;
    row[8].number = decision->swap_target_mb;
    return row_end(db, 9, error);
}

int results_decision_input(struct results *db, int64_t run_id, double t_s, const char *vm,
                           const char *name, double value, struct sim_error *error)
{
    union store_cell *row = row_begin(db, SCHEMA_DECISION_INPUT, run_id, error);
    if (row == NULL)
        return SIM_SYSTEM;
    row[0].number = t_s;
    row[1].text = rows_text(&db->rows, vm);
    row[2].text = rows_text(&db->rows, name);
    row[3].number = value;
    return row_end(db, 4, error);
}

int results_metric(struct results *db, const char *name, const char *unit, const char *kind,
                   const char *meaning, struct sim_error *error)
{
    union store_cell *row = row_begin(db, METRIC, 0, error);
    if (row == NULL)
        return SIM_SYSTEM;
    row[0].text = rows_text(&db->rows, name);
    row[1].text = rows_text(&db->rows, unit);
    row[2].text = rows_text(&db->rows, kind);
    row[3].text = rows_text(&db->rows, meaning);
    return row_end(db, 4, error);
}
