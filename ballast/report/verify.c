/*
 * Which experiments are judged, by which runs, and for how long. points.c judges the points of
 * paper.csv, expected.c the expectations of expect.csv.
 */
#include "ballast/report/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ballast/config/home.h"
#include "ballast/report/expected.h"
#include "ballast/report/points.h"
#include "ballast/results/paper_series.h"
#include "ballast/results/results.h"
#include "ballast/run/chosen.h"
#include "sim/memory.h"

struct job {
    struct verify *verify;
    struct results *db;
    const char *db_path;
    const struct config_sets *sets;
    double until_s; /* by CLOCK_MONOTONIC; 0: without end */
    struct chosen_stale stale;
};

/* ---- One experiment ---------------------------------------------------------------------- */

/* What lies beside a configuration. */
struct files {
    char paper[PATH_BYTES], sql[PATH_BYTES], series[PATH_BYTES], expect[PATH_BYTES];
    bool has_points, has_expectations;
};

static void beside(char path[PATH_BYTES], const char *config, const char *name)
{
    const char *slash = strrchr(config, '/');
    int folder = slash != NULL ? (int)(slash + 1 - config) : 0;
    snprintf(path, PATH_BYTES, "%.*s%s", folder < 4000 ? folder : 4000, config, name);
}

static int files_find(struct files *files, const char *name, struct sim_error *error)
{
    char config[PATH_BYTES];
    int status = home_config_path(config, name, error);
    if (status != SIM_OK)
        return status;
    beside(files->paper, config, "paper.csv");
    beside(files->sql, config, "points.sql");
    beside(files->series, config, "paper_series.csv");
    beside(files->expect, config, "expect.csv");
    files->has_points = access(files->paper, F_OK) == 0;
    files->has_expectations = access(files->expect, F_OK) == 0;
    return SIM_OK;
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* The time was over before or while this experiment was judged. What was judged of it stays. */
static void leave_out(struct verify *verify, const char *name)
{
    while (verify->count > verify->judged)
        free(verify->rows[--verify->count].values);
    verify->left =
        sim_memory_need(realloc(verify->left, (verify->left_count + 1) * sizeof *verify->left));
    verify->left[verify->left_count++] = sim_memory_text(&verify->memory, "%s", name);
}

/* Judges one experiment with the runs that are chosen. */
static int runs_judge(struct job *job, const char *name, const struct config_file *file,
                      const struct files *files, uint32_t *runs, struct sim_error *error)
{
    int status = results_runs_check(job->db, "SELECT run_id FROM chosen", error);
    if (status == SIM_OK && files->has_points && *runs > 0) {
        status = paper_series_load(job->db, files->series, error);
        if (status == SIM_OK)
            status = points_judge(job->verify, job->db,
                                  sim_memory_text(&job->verify->memory, "%s", name), files->paper,
                                  files->sql, error);
    }
    /* Of the runs of a sweep none may be chosen, but an expectation may speak of them. */
    if (status == SIM_OK && files->has_expectations)
        status = expected_judge(job->verify, job->db, file, job->sets, files->expect, runs, error);
    return status;
}

/* The same until the time is over. */
static int runs_judge_in_time(struct job *job, const char *name, const struct config_file *file,
                              const struct files *files, uint32_t *runs, struct sim_error *error)
{
    struct sim_error late = {0};
    results_ask_until(job->db, job->until_s);
    int status = runs_judge(job, name, file, files, runs, &late);
    bool is_late = results_is_late(job->db);
    results_ask_until(job->db, 0);
    if (status == SIM_OK)
        return SIM_OK;
    if (!is_late)
        return sim_error_set(error, status, "%s", late.text);
    leave_out(job->verify, name);
    *runs += 1; /* it has some, as there was something to judge */
    return SIM_OK;
}

/* Judges one experiment. `named`: the user asked for it, so that it must have something to compare
 * with and runs; otherwise an experiment without one of them is left out. */
static int experiment_judge(struct job *job, const char *name, bool named, struct sim_error *error)
{
    struct files files;
    struct config_file *file = NULL;
    uint32_t runs = 0;
    int status = files_find(&files, name, error);
    if (status != SIM_OK)
        return status;
    bool has_any = files.has_points || files.has_expectations;
    if (!has_any && !named)
        return SIM_OK;
    status = home_config_load(name, &file, error);
    if (status == SIM_OK && !has_any)
        status = sim_error_set(error, SIM_USAGE,
                               "%s: expected the expectations to compare %s with, or %s, found no "
                               "such file",
                               files.expect, name, "the paper's points in paper.csv");
    if (status == SIM_OK)
        status = chosen_make(job->db, file, job->sets, &runs, &job->stale, error);
    if (status == SIM_OK)
        status = runs_judge_in_time(job, name, file, &files, &runs, error);
    if (status == SIM_OK && named && runs == 0)
        status = chosen_refuse_none(job->db_path, name, job->sets, error);
    config_file_free(file);
    return status;
}

/* ---- All --------------------------------------------------------------------------------- */

static int experiments_judge(struct job *job, char *const *names, uint32_t count,
                             struct sim_error *error)
{
    struct home_names all = {0};
    int status = count == 0 ? home_experiments(&all, error) : SIM_OK;
    for (uint32_t i = 0; i < count && status == SIM_OK; i++)
        status = experiment_judge(job, names[i], true, error);
    for (uint32_t i = 0; i < all.count && status == SIM_OK; i++)
        status = experiment_judge(job, all.names[i], false, error);
    home_names_fini(&all);
    if (status == SIM_OK && job->verify->count == 0 && job->verify->left_count == 0)
        status = sim_error_set(error, SIM_USAGE,
                               "%s: expected a finished run of an experiment that has points to "
                               "compare with, found none",
                               job->db_path);
    return status;
}

/* Keeps the points beside the runs, where the database can be written. */
static void references_keep(const struct verify *verify, const char *db_path)
{
    struct sim_error ignored;
    struct stat st;
    struct results *db;
    struct results_reference *references =
        sim_memory_need(calloc(verify->count + 1, sizeof *references));
    for (uint32_t i = 0; i < verify->count; i++) {
        const struct verify_row *row = &verify->rows[i];
        references[i] = (struct results_reference){.figure = row->figure,
                                                   .point = row->point.point,
                                                   .metric = row->point.metric,
                                                   .paper = row->point.paper,
                                                   .reading_error = row->point.reading_error,
                                                   .tolerance = row->point.tolerance_text,
                                                   .reason = row->point.reason,
                                                   .kind = compare_kind_name(row->point.kind),
                                                   .known_miss = row->point.known_miss,
                                                   .repeats = row->point.repeats,
                                                   .source = row->point.source};
    }
    bool can_be_written = stat(db_path, &st) == 0 && (st.st_mode & 0222) != 0;
    if (can_be_written && results_open(db_path, RESULTS_WRITE, &db, &ignored) == SIM_OK) {
        results_references(db, references, verify->count, &ignored);
        results_close(db, &ignored);
    }
    free(references);
}

int verify_make(struct verify *verify, const struct verify_options *options, char *const *names,
                uint32_t count, struct sim_error *error)
{
    struct job job = {.verify = verify,
                      .db_path = options->db_path,
                      .sets = options->sets,
                      .until_s = options->budget_s > 0 ? now_s() + options->budget_s : 0,
                      .stale = {.is_left_out = true}};
    struct sim_error ignored;
    *verify = (struct verify){.budget_s = options->budget_s};
    int status = results_open(options->db_path, RESULTS_READ, &job.db, error);
    if (status != SIM_OK)
        return status;
    status = results_count_check(job.db, error);
    if (status == SIM_OK)
        status = experiments_judge(&job, names, count, error);
    chosen_note_stale(&job.stale);
    int closed = results_close(job.db, status == SIM_OK ? error : &ignored);
    if (status == SIM_OK)
        status = closed;
    if (status == SIM_OK)
        references_keep(verify, options->db_path);
    return status;
}
