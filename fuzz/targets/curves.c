/*
 * Rows into a database and out of it. Each four bytes are a row: of which table, whose, when, and
 * with which value. They come back as they were written, though what stays is stored once, and the
 * run's checksum and summaries hold.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/results/results.h"
#include "fuzz/targets.h"

enum { ROW_BYTES = 4, ROWS_MOST = 4096, NUMBERS = 6, NAMES = 4 };

enum table { SERIES, DECISION, INPUT, TABLES };
static const char *const questions[TABLES] = {
    [SERIES] = "SELECT t_s, vm, metric, value FROM series WHERE run_id = ?1",
    [DECISION] = ("SELECT t_s, vm, reason, active_mb, target_mb, alloc_mb, price,"
                  " balloon_target_mb, swap_target_mb FROM decision WHERE run_id = ?1"),
    [INPUT] = "SELECT t_s, vm, name, value FROM decision_input WHERE run_id = ?1",
};

static const char *const vms[NAMES] = {"", "web", "it's", "<\"two\nlines\">"};
static const char *const names[NAMES] = {"free_mb", "alloc_mb", "", "a; DROP TABLE run"};

struct row {
    enum table table;
    double t_s;
    const char *vm, *name;
    double values[NUMBERS]; /* NAN: none */
    bool found;
};

static struct row rows[ROWS_MOST];
static uint32_t row_count;

/* Numbers that are stored in different ways, and those about where the ways part. */
static double number(uint8_t byte)
{
    static const double edges[] = {NAN,      0,      -0.0,       1 / 256.0, 1 / 512.0, 0.1,
                                   -1 / 3.0, 1e300,  -1e-300,    5e-324,    0x1p45,    0x1p55,
                                   -0x1p55,  0x1p63, 0x1p53 + 2, -1 / 256.0};
    return byte < sizeof edges / sizeof *edges ? edges[byte] : (byte - 128) / 8.0;
}

static void write_row(struct results *db, int64_t run, const struct row *row)
{
    struct sim_error error = {0};
    int status = SIM_OK;
    switch (row->table) {
    case SERIES:
        status = results_series(db, run, row->t_s, row->vm, row->name, row->values[0], &error);
        break;
    case DECISION:
        status = results_decision(db, run,
                                  &(struct results_decision){.t_s = row->t_s,
                                                             .vm = row->vm,
                                                             .reason = row->name,
                                                             .active_mb = row->values[0],
                                                             .target_mb = row->values[1],
                                                             .alloc_mb = row->values[2],
                                                             .price = row->values[3],
                                                             .balloon_target_mb = row->values[4],
                                                             .swap_target_mb = row->values[5]},
                                  &error);
        break;
    default:
        status =
            results_decision_input(db, run, row->t_s, row->vm, row->name, row->values[0], &error);
    }
    FUZZ_CHECK(status == SIM_OK);
}

/* A time is the one before, or a later one: of another row of the same moment, or the next one. */
static void take_row(struct results *db, int64_t run, const uint8_t *bytes)
{
    static const double steps_s[] = {0, 1, 0.1, 30};
    struct row *row = &rows[row_count++];
    *row = (struct row){.table = bytes[0] % TABLES,
                        .t_s = row_count > 1 ? row[-1].t_s : 0,
                        .vm = vms[bytes[1] % NAMES],
                        .name = names[bytes[1] / NAMES % NAMES]};
    row->t_s += steps_s[bytes[2] % 4];
    for (uint32_t i = 0; i < NUMBERS; i++)
        row->values[i] = row->table == DECISION || i == 0
                             ? number((uint8_t)(bytes[3] + i * (bytes[0] / TABLES)))
                             : NAN;
    write_row(db, run, row);
}

/* ---- Reading ----------------------------------------------------------------------------- */

struct reading {
    enum table table;
    uint32_t next; /* of a table in the order of writing: where to look for the next row */
};

static bool is_number(const struct results_value *value, double expected)
{
    return isnan(expected) ? value->is_null : !value->is_null && value->number == expected;
}

/* Of the curves each has its rows in the order in which they were written; so have all decisions
 * together. */
static bool check_row(void *context, const struct results_value *values, uint32_t count)
{
    struct reading *reading = context;
    uint32_t i = reading->next;
    while (i < row_count &&
           (rows[i].table != reading->table || rows[i].found ||
            (reading->table != DECISION && (strcmp(rows[i].vm, values[1].text) != 0 ||
                                            strcmp(rows[i].name, values[2].text) != 0))))
        i++;
    FUZZ_CHECK(i < row_count);
    struct row *row = &rows[i];
    row->found = true;
    FUZZ_CHECK(is_number(&values[0], row->t_s));
    FUZZ_CHECK(strcmp(values[1].text, row->vm) == 0 && strcmp(values[2].text, row->name) == 0);
    for (uint32_t k = 3; k < count; k++)
        FUZZ_CHECK(is_number(&values[k], row->values[k - 3]));
    reading->next = reading->table == DECISION ? i + 1 : 0;
    return true;
}

static void check_rows(struct results *db, const char *run)
{
    struct sim_error error = {0};
    for (enum table table = SERIES; table < TABLES; table++) {
        struct reading reading = {.table = table};
        FUZZ_CHECK(results_query(db, questions[table], &run, 1, check_row, &reading, &error) ==
                   SIM_OK);
    }
    for (uint32_t i = 0; i < row_count; i++)
        FUZZ_CHECK(rows[i].found);
}

static bool take_text(void *context, const struct results_value *values, uint32_t count)
{
    FUZZ_CHECK(count == 1 && strlen(values[0].text) < 24);
    strcpy(context, values[0].text);
    return false;
}

void fuzz_curves(const uint8_t *bytes, size_t count)
{
    static struct results *db; /* one for all inputs: a new one would be most of the time */
    const struct results_run about = {.experiment = "fuzz", .seed = 1, .config = ""};
    struct sim_error error = {0};
    char run[24] = "", runs[24] = "";
    int64_t run_id;

    if (db == NULL)
        FUZZ_CHECK(results_open("curves", RESULTS_MEMORY, &db, &error) == SIM_OK);
    FUZZ_CHECK(results_run_begin(db, &about, &run_id, &error) == SIM_OK);
    row_count = 0;
    for (size_t at = 0; at + ROW_BYTES <= count && row_count < ROWS_MOST; at += ROW_BYTES) {
        take_row(db, run_id, bytes + at);
        /* A question in between lets what waits go out. */
        if (bytes[at] >= 250)
            FUZZ_CHECK(results_query(db, "SELECT 1", NULL, 0, NULL, NULL, &error) == SIM_OK);
    }
    FUZZ_CHECK(results_run_end(db, run_id, true, 1, 1, &error) == SIM_OK);
    FUZZ_CHECK(results_query(db, "SELECT max(run_id) FROM run", NULL, 0, take_text, run, &error) ==
               SIM_OK);
    check_rows(db, run);
    FUZZ_CHECK(results_runs_check(db, "SELECT run_id FROM run", &error) == SIM_OK);
    FUZZ_CHECK(results_count_check(db, &error) == SIM_OK);
    FUZZ_CHECK(results_query(db, "SELECT count(*) FROM run", NULL, 0, take_text, runs, &error) ==
               SIM_OK);
    FUZZ_CHECK(strcmp(runs, "1") == 0); /* each run replaces the one before */
}
