/*
 * `ballast verify`: every point of the paper beside what the runs in the database gave, with the
 * mean and the 95% interval over seeds. Fails on a miss that the experiment does not list as known.
 */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ballast/cli/command.h"
#include "ballast/config/home.h"
#include "ballast/results/compare.h"
#include "ballast/results/paper_series.h"
#include "ballast/run/chosen.h"
#include "sim/file.h"
#include "sim/listing.h"

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
    int form; /* enum sim_listing_form */
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
    char *text = NULL;
    int status = sim_file_text(path, &text, error);
    if (status == SIM_OK)
        status = results_script(report->db, path, text, take_value, NULL, points, error);
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

/* The section that explains a miss, for the verdicts that have one. */
static const char *section_of(const struct compared *row)
{
    bool is_listed =
        row->verdict == COMPARE_KNOWN_MISS || row->verdict == COMPARE_KNOWN_MISS_PASSES;
    return is_listed ? row->point.known_miss : "";
}

static void print_rows(const struct report *report, enum sim_listing_form form)
{
    static const struct sim_column columns[] = {
        {"figure", "figure", 'l'}, {"point", "point", 'l'}, {NULL, "metric", 'l'},
        {"unit", "unit", 'l'},     {"paper", "paper", 'r'}, {"ours", "ours", 'r'},
        {"+-", "interval", 'r'},   {"runs", "runs", 'r'},   {"tolerance", "tolerance", 'l'},
        {"kind", "kind", 'l'},     {"verdict", NULL, 'l'},  {NULL, "verdict", 'l'},
        {NULL, "known_miss", 'l'}, {NULL, "source", 'l'},
    };
    struct sim_listing listing;
    sim_listing_begin(&listing, form, columns, sizeof columns / sizeof *columns, stdout);
    for (uint32_t i = 0; i < report->count; i++) {
        const struct compared *row = &report->rows[i];
        const char *verdict = compare_verdict_name(row->verdict), *section = section_of(row);
        sim_listing_text(&listing, row->figure);
        sim_listing_text(&listing, row->point.point);
        sim_listing_text(&listing, row->point.metric);
        sim_listing_text(&listing, row->point.unit);
        sim_listing_number(&listing, row->point.paper, 4);
        sim_listing_number(&listing, row->ours.mean, 4);
        sim_listing_number(&listing, row->ours.half, 2);
        sim_listing_count(&listing, row->ours.count);
        sim_listing_text(&listing, row->point.tolerance_text);
        sim_listing_text(&listing, row->point.kind);
        sim_listing_format(&listing, "%s%s%s", verdict, *section != '\0' ? ": " : "", section);
        sim_listing_text(&listing, verdict);
        sim_listing_text(&listing, row->point.known_miss);
        sim_listing_text(&listing, row->point.source);
    }
    sim_listing_end(&listing);
}

static void print_summary(const struct report *report)
{
    uint32_t verdicts[COMPARE_VERDICTS] = {0};
    for (uint32_t i = 0; i < report->count; i++)
        verdicts[report->rows[i].verdict]++;
    printf("\n%u points: %u pass, %u MISS, %u known misses", report->count, verdicts[COMPARE_PASS],
           verdicts[COMPARE_MISS], verdicts[COMPARE_KNOWN_MISS]);
    if (verdicts[COMPARE_KNOWN_MISS_PASSES] > 0)
        printf(", %u known misses that PASS", verdicts[COMPARE_KNOWN_MISS_PASSES]);
    printf(", %u without data, %u only shown\n", verdicts[COMPARE_NO_DATA],
           verdicts[COMPARE_SHOWN]);
}

/* ---- The command ------------------------------------------------------------------------- */

/* Keeps the paper's points beside the runs, where the database can be written. */
static void references_keep(const struct report *report)
{
    struct sim_error ignored;
    struct stat st;
    struct results *db;
    struct results_reference *references = calloc(report->count + 1, sizeof *references);
    assert(references != NULL);
    for (uint32_t i = 0; i < report->count; i++) {
        const struct compared *row = &report->rows[i];
        references[i] = (struct results_reference){.figure = row->figure,
                                                   .point = row->point.point,
                                                   .metric = row->point.metric,
                                                   .paper = row->point.paper,
                                                   .tolerance = row->point.tolerance_text,
                                                   .kind = row->point.kind,
                                                   .known_miss = row->point.known_miss,
                                                   .source = row->point.source};
    }
    bool can_be_written = stat(report->db_path, &st) == 0 && (st.st_mode & 0222) != 0;
    if (can_be_written && results_open(report->db_path, RESULTS_WRITE, &db, &ignored) == SIM_OK) {
        results_references(db, references, report->count, &ignored);
        results_close(db, &ignored);
    }
    free(references);
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
                       enum sim_listing_form form, struct sim_error *error)
{
    struct sim_error ignored;
    int status = results_open(report->db_path, RESULTS_READ, &report->db, error);
    if (status != SIM_OK)
        return status;
    status = report_fill(report, names, count, error);
    int closed = results_close(report->db, status == SIM_OK ? error : &ignored);
    if (status == SIM_OK)
        status = closed;
    if (status == SIM_OK) {
        references_keep(report);
        print_rows(report, form);
        if (form != SIM_LISTING_JSON)
            print_summary(report);
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
    const struct options *options = values;
    struct report report = {.db_path = options->db, .sets = &options->sets};
    return report_make(&report, line->operands, line->count, (enum sim_listing_form)options->form,
                       error);
}

static const struct option_row rows[] = {
    COMMAND_ROW_DB(options),
    COMMAND_ROW_SET(options, "compare the runs that were made with the same --set"),
    COMMAND_ROW_JSON(options),
    COMMAND_ROW_MARKDOWN(options),
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
