/*
 * `ballast verify`: every point of the paper beside what the runs in the database gave, with the
 * mean and the 95% interval over seeds. Fails on a miss that the experiment does not list as known.
 */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ballast/cli/command.h"
#include "ballast/config/home.h"
#include "ballast/results/compare.h"
#include "ballast/results/paper_series.h"
#include "ballast/run/chosen.h"
#include "sim/file.h"
#include "sim/json.h"
#include "sim/table.h"

struct compared {
    const char *figure; /* the experiment */
    struct compare_point point;
    struct compare_mean ours;
    enum compare_verdict verdict;
    double *values; /* one for each run */
    uint32_t value_count;
};

struct options {
    const char *db;
    struct config_sets sets;
    enum { TABLE, JSON, MARKDOWN } form;
};

struct report {
    struct results *db;
    const char *db_path;
    const struct config_sets *sets;
    struct compared *rows;
    uint32_t count;
    struct sim_memory memory;
};

/* ---- One experiment ---------------------------------------------------------------------- */

struct points {
    struct compared *rows; /* of one experiment */
    uint32_t count;
    const char *unknown; /* a point that paper.csv has not, found by the query */
    struct sim_memory *memory;
};

/* A row of points.sql: run_id, point, value. */
static bool take_value(void *context, const struct results_value *values, uint32_t count)
{
    struct points *points = context;
    for (uint32_t i = 0; count == 3 && i < points->count; i++) {
        struct compared *row = &points->rows[i];
        if (strcmp(row->point.point, values[1].text) != 0)
            continue;
        if (values[2].is_null)
            return true;
        row->values = realloc(row->values, (row->value_count + 1) * sizeof *row->values);
        assert(row->values != NULL);
        row->values[row->value_count++] = values[2].number;
        return true;
    }
    points->unknown =
        sim_memory_text(points->memory, "%s", count == 3 ? values[1].text : "not three columns");
    return false;
}

static int points_query(struct report *report, const char *path, struct points *points,
                        struct sim_error *error)
{
    char *text = NULL, *sql;
    int status = sim_file_text(path, &text, error);
    for (const char *rest = text; status == SIM_OK && (sql = sql_next(&rest)) != NULL;) {
        status = results_query(report->db, sql, NULL, 0, take_value, points, error);
        free(sql);
    }
    free(text);
    if (status == SIM_OK && points->unknown != NULL)
        status = sim_error_set(error, SIM_BAD_DATA, "%s: expected points of paper.csv, found '%s'",
                               path, points->unknown);
    return status;
}

static int points_compare(struct report *report, const char *name, const char *paper,
                          const char *sql, struct sim_error *error)
{
    struct compare_point *read;
    uint32_t count;
    int status = compare_points_read(paper, &read, &count, error);
    if (status != SIM_OK)
        return status;

    report->rows = realloc(report->rows, (report->count + count) * sizeof *report->rows);
    assert(report->rows != NULL);
    struct points points = {
        .rows = report->rows + report->count, .count = count, .memory = &report->memory};
    const char *figure = sim_memory_text(&report->memory, "%s", name);
    for (uint32_t i = 0; i < count; i++)
        points.rows[i] = (struct compared){.figure = figure, .point = read[i]};
    report->count += count;
    free(read);

    status = points_query(report, sql, &points, error);
    for (uint32_t i = 0; i < count; i++) {
        struct compared *row = &points.rows[i];
        row->ours = compare_mean(row->values, row->value_count);
        row->verdict = compare_judge(&row->point, &row->ours);
    }
    return status;
}

/* `named` by the user: then runs must be there. Otherwise an experiment without runs is passed
 * over. */
static int experiment_compare(struct report *report, const char *name, bool named,
                              struct sim_error *error)
{
    char inside[CONFIG_NAME_BYTES + 40], paper[PATH_BYTES], sql[PATH_BYTES], series[PATH_BYTES];
    struct config_file *file;
    uint32_t runs;
    int status = home_config_load(name, &file, error);
    if (status != SIM_OK)
        return status;
    status = chosen_make(report->db, file, report->sets, &runs, error);
    config_file_free(file);
    if (status != SIM_OK)
        return status;
    snprintf(inside, sizeof inside, "experiments/%.47s/paper.csv", name);
    status = home_path(paper, inside, error);
    snprintf(inside, sizeof inside, "experiments/%.47s/points.sql", name);
    if (status == SIM_OK)
        status = home_path(sql, inside, error);
    snprintf(inside, sizeof inside, "experiments/%.47s/paper_series.csv", name);
    if (status == SIM_OK)
        status = home_path(series, inside, error);
    if (status == SIM_OK)
        status = paper_series_load(report->db, series, error);
    if (status != SIM_OK)
        return status;
    bool comparable = access(paper, F_OK) == 0;
    if (named && !comparable)
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected points of the paper, found no such file", paper);
    if (named && runs == 0)
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected a finished run of %s, found none; `ballast run %s`",
                             report->db_path, name, name);
    return comparable && runs > 0 ? points_compare(report, name, paper, sql, error) : SIM_OK;
}

/* ---- Printing ---------------------------------------------------------------------------- */

static void cell_number(struct sim_table *table, double value, int digits)
{
    if (isnan(value))
        sim_table_cell(table, "%s", "");
    else if (fabs(value) >= pow(10, digits - 1))
        sim_table_cell(table, "%.0f", value);
    else
        sim_table_cell(table, "%.*g", digits, value);
}

static void print_rows(const struct report *report,
                       void (*print)(const struct sim_table *table, FILE *out))
{
    static const char *const head[] = {"figure", "point", "unit",      "paper", "ours",
                                       "+-",     "runs",  "tolerance", "kind",  "verdict"};
    uint32_t verdicts[COMPARE_SHOWN + 1] = {0};
    struct sim_table table;

    sim_table_init(&table, "lllrrrrlll");
    for (uint32_t i = 0; i < sizeof head / sizeof head[0]; i++)
        sim_table_cell(&table, "%s", head[i]);
    for (uint32_t i = 0; i < report->count; i++) {
        const struct compared *row = &report->rows[i];
        verdicts[row->verdict]++;
        sim_table_cell(&table, "%s", row->figure);
        sim_table_cell(&table, "%s", row->point.point);
        sim_table_cell(&table, "%s", row->point.unit);
        cell_number(&table, row->point.paper, 4);
        cell_number(&table, row->ours.mean, 4);
        cell_number(&table, row->ours.half, 2);
        sim_table_cell(&table, "%u", row->ours.count);
        sim_table_cell(&table, "%s", row->point.tolerance_text);
        sim_table_cell(&table, "%s", row->point.kind);
        sim_table_cell(&table, "%s%s%s", compare_verdict_name(row->verdict),
                       row->verdict == COMPARE_KNOWN_MISS ? ": " : "",
                       row->verdict == COMPARE_KNOWN_MISS ? row->point.known_miss : "");
    }
    print(&table, stdout);
    sim_table_fini(&table);
    printf("\n%u points: %u pass, %u MISS, %u known misses, %u without data, %u only shown\n",
           report->count, verdicts[COMPARE_PASS], verdicts[COMPARE_MISS],
           verdicts[COMPARE_KNOWN_MISS], verdicts[COMPARE_NO_DATA], verdicts[COMPARE_SHOWN]);
}

static void print_table(const struct report *report)
{
    print_rows(report, sim_table_print);
}

static void print_markdown(const struct report *report)
{
    print_rows(report, sim_table_print_markdown);
}

static void print_json(const struct report *report)
{
    struct sim_json json;
    sim_json_begin(&json, stdout);
    sim_json_open_list(&json, NULL);
    for (uint32_t i = 0; i < report->count; i++) {
        const struct compared *row = &report->rows[i];
        sim_json_open_object(&json, NULL);
        sim_json_text(&json, "figure", row->figure);
        sim_json_text(&json, "point", row->point.point);
        sim_json_text(&json, "metric", row->point.metric);
        sim_json_text(&json, "unit", row->point.unit);
        sim_json_number(&json, "paper", row->point.paper);
        sim_json_number(&json, "ours", row->ours.mean);
        sim_json_number(&json, "interval", row->ours.half);
        sim_json_number(&json, "runs", row->ours.count);
        sim_json_text(&json, "tolerance", row->point.tolerance_text);
        sim_json_text(&json, "kind", row->point.kind);
        sim_json_text(&json, "verdict", compare_verdict_name(row->verdict));
        sim_json_text(&json, "known_miss", row->point.known_miss);
        sim_json_text(&json, "source", row->point.source);
        sim_json_close_object(&json);
    }
    sim_json_close_list(&json);
    sim_json_end(&json);
}

/* ---- The command ------------------------------------------------------------------------- */

static int reference_keep(const struct report *report, struct sim_error *error)
{
    int status = SIM_OK;
    for (uint32_t i = 0; i < report->count && status == SIM_OK; i++) {
        const struct compared *row = &report->rows[i];
        struct results_reference reference = {.figure = row->figure,
                                              .point = row->point.point,
                                              .metric = row->point.metric,
                                              .paper = row->point.paper,
                                              .tolerance = row->point.tolerance_text,
                                              .kind = row->point.kind,
                                              .known_miss = row->point.known_miss,
                                              .source = row->point.source};
        status = results_reference(report->db, &reference, error);
    }
    return status;
}

/* SIM_FAILED where a point misses that is not listed, or has no value. */
static int report_judge(const struct report *report, struct sim_error *error)
{
    uint32_t wrong = 0;
    if (report->count == 0)
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected finished runs of an experiment of the paper, found none",
                             report->db_path);
    for (uint32_t i = 0; i < report->count; i++)
        wrong +=
            report->rows[i].verdict == COMPARE_MISS || report->rows[i].verdict == COMPARE_NO_DATA;
    if (wrong == 0)
        return SIM_OK;
    return sim_error_set(error, SIM_FAILED,
                         "verify: expected every point within its tolerance or listed as a known "
                         "miss, found %u of %u otherwise",
                         wrong, report->count);
}

static int report_fill(struct report *report, char **names, uint32_t count, struct sim_error *error)
{
    struct home_names all = {0};
    int status = count == 0 ? home_experiments(&all, error) : SIM_OK;
    for (uint32_t i = 0; i < count && status == SIM_OK; i++)
        status = experiment_compare(report, names[i], true, error);
    for (uint32_t i = 0; i < all.count && status == SIM_OK; i++)
        status = experiment_compare(report, all.names[i], false, error);
    home_names_fini(&all);
    return status;
}

static int report_make(struct report *report, char **names, uint32_t count,
                       void (*print)(const struct report *report), struct sim_error *error)
{
    struct sim_error ignored;
    int status = results_open(report->db_path, RESULTS_READ, &report->db, error);
    if (status == SIM_OK)
        status = results_close(report->db, error);
    if (status == SIM_OK) /* found, so that a misspelt name makes no new database */
        status = results_open(report->db_path, RESULTS_WRITE, &report->db, error);
    if (status != SIM_OK)
        return status;
    status = report_fill(report, names, count, error);
    if (status == SIM_OK)
        status = reference_keep(report, error);
    int closed = results_close(report->db, status == SIM_OK ? error : &ignored);
    if (status == SIM_OK)
        status = closed;
    if (status == SIM_OK) {
        print(report);
        status = report_judge(report, error);
    }
    for (uint32_t i = 0; i < report->count; i++)
        free(report->rows[i].values);
    free(report->rows);
    sim_memory_free(&report->memory);
    return status;
}

static int verify(void *values, const struct command_line *line, struct sim_error *error)
{
    static void (*const prints[])(const struct report *) = {print_table, print_json,
                                                            print_markdown};
    const struct options *options = values;
    struct report report = {.db_path = options->db, .sets = &options->sets};
    return report_make(&report, line->operands, line->count, prints[options->form], error);
}

static const struct option_row rows[] = {
    COMMAND_ROW_DB(options),
    COMMAND_ROW_SET(options, "compare the runs that were made with the same --set"),
    {.name = "json",
     .type = OPTION_CHOICE,
     OPTION_IN(options, form),
     .choice = JSON,
     .help = "print JSON"},
    {.name = "markdown",
     .type = OPTION_CHOICE,
     OPTION_IN(options, form),
     .choice = MARKDOWN,
     .help = "print a table in Markdown"},
};

const struct command command_verify = {
    .name = "verify",
    .operands = "[EXPERIMENT...]",
    .most = COMMAND_OPERANDS_ANY,
    .summary = "Compares runs with the paper",
    .text =
        "Prints one row for each point of experiments/NAME/paper.csv: the paper's value, the mean\n"
        "of the runs with its 95% interval over seeds, the tolerance, the kind (construction,\n"
        "calibrated, interpolated, predicted: only the last is evidence) and the verdict. The "
        "exit\n"
        "status is 1 if a point misses that is not listed as a known miss.\n",
    .examples = "  ballast verify\n"
                "  ballast verify fig7_idle_tax --json\n",
    .groups = COMMAND_OPTIONS(rows),
    .bytes = sizeof(struct options),
    .run = verify,
};
