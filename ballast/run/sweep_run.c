/*
 * Running the grid: a few runs at once, each in the process of a worker, and their databases into
 * one.
 *
 * The hazard is an end in the middle. A run writes a part, a file of its own beside the database
 * (sweep_part.h), which is removed when it has been merged or has failed. A sweep that is killed
 * leaves the database with the runs that were merged; when it is called again it makes those that
 * are missing.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ballast/results/results.h"
#include "ballast/run/program.h"
#include "ballast/run/sweep.h"
#include "ballast/run/sweep_part.h"
#include "ballast/run/sweep_worker.h"
#include "sim/progress.h"

enum state { WAITING, RUNNING, FINISHED, MERGED, SKIPPED, FAILED };

struct cell {
    enum state state;
    double began_s, wall_s;
};

struct sweep {
    const struct sweep_grid *grid;
    const struct sweep_options *options;
    struct results *db;
    struct cell *cells;            /* one for each run of the grid */
    char parts[SWEEP_PARTS_BYTES]; /* what the names of its parts begin with */
    struct sweep_work work;
    struct sweep_worker *workers; /* as many as runs at once */
    struct pollfd *channels;      /* room for theirs */
    uint32_t worker_count;
    uint32_t started, merged, to_do;
    struct sweep_outcome *outcome;
    struct sim_progress progress;
    struct sim_error *error;
    int status;       /* of what ended the sweep */
    int alone_status; /* of the runs that failed alone */
};

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
    interrupted = signal;
}

static void run_name(const struct sweep_run *run, char *text, size_t bytes)
{
    int length = snprintf(text, bytes, "%s%s%.200s seed %llu", run->config->name,
                          run->config->variant[0] != '\0' ? " " : "", run->config->variant,
                          (unsigned long long)run->seed);
    if (run->replicate > 0)
        snprintf(text + length, bytes - (size_t)length, " replicate %u", run->replicate);
}

static void failed(struct sweep *sweep, int status)
{
    if (sweep->status == SIM_OK)
        sweep->status = status;
}

static void start(struct sweep *sweep, struct sweep_worker *worker, uint32_t index)
{
    struct cell *cell = &sweep->cells[index];
    cell->began_s = sim_progress_wall_s();
    cell->state = RUNNING;
    if (sweep_worker_order(worker, &sweep->work, index))
        return;
    cell->state = WAITING;
    failed(sweep, sim_error_set(sweep->error, SIM_SYSTEM,
                                "sweep: expected a new process, found: %s", strerror(errno)));
}

/* The others go on. */
static void failed_alone(struct sweep *sweep, const char *name, const struct sim_error *why)
{
    sweep->outcome->failed++;
    if (sweep->alone_status != SIM_SYSTEM)
        sweep->alone_status = why->status;
    sim_progress_clear(&sweep->progress);
    fprintf(stderr, "ballast: %s: %s\n", name, why->text);
}

static void ended(struct sweep *sweep, struct sweep_worker *worker)
{
    struct cell *cell = &sweep->cells[worker->run];
    struct sim_error why = {0};
    char name[400];
    enum sweep_run_end end = sweep_worker_ended(worker, &sweep->work, &why);
    cell->wall_s = sim_progress_wall_s() - cell->began_s;
    cell->state = end == SWEEP_RUN_DONE ? FINISHED : FAILED;
    if (end == SWEEP_RUN_DONE || interrupted || sweep->status != SIM_OK)
        return;
    run_name(&sweep->grid->runs[cell - sweep->cells], name, sizeof name);
    if (end == SWEEP_RUN_FAILED)
        failed_alone(sweep, name, &why);
    else
        failed(sweep, sim_error_set(sweep->error, why.status, "%s: %s", name, why.text));
}

static void merge(struct sweep *sweep, uint32_t index)
{
    const struct sweep_run *run = &sweep->grid->runs[index];
    struct cell *cell = &sweep->cells[index];
    char path[SWEEP_PARTS_BYTES], name[400];
    uint32_t merged;
    sweep_part_path(sweep->parts, index, path);
    int status = results_merge(sweep->db, path, &merged, sweep->error);
    if (status != SIM_OK) {
        failed(sweep, status);
        cell->state = FAILED;
        return;
    }
    sweep_part_remove(sweep->parts, index);
    cell->state = MERGED;
    sweep->outcome->done++;
    sweep->outcome->sim_s += run->config->duration_s;
    run_name(run, name, sizeof name);
    if (!sweep->options->quiet && !sweep->options->no_lines) {
        sim_progress_clear(&sweep->progress);
        printf("%s: %.10g s in %.2f s, %.0f simulated s per s\n", name, run->config->duration_s,
               cell->wall_s, run->config->duration_s / cell->wall_s);
        fflush(stdout);
    }
    sim_progress_update(&sweep->progress, sweep->outcome->done);
}

/* What is finished, in the order of the grid. */
static void merge_finished(struct sweep *sweep)
{
    while (sweep->merged < sweep->grid->run_count && sweep->status == SIM_OK) {
        enum state state = sweep->cells[sweep->merged].state;
        if (state == FINISHED)
            merge(sweep, sweep->merged);
        else if (state == FAILED)
            sweep_part_remove(sweep->parts, sweep->merged);
        else if (state == WAITING || state == RUNNING)
            return;
        sweep->merged++;
    }
}

/* Whoever has nothing to do gets the next run of the grid. Returns how many are busy. */
static uint32_t give_work(struct sweep *sweep)
{
    uint32_t busy = 0;
    for (uint32_t i = 0; i < sweep->worker_count; i++) {
        struct sweep_worker *worker = &sweep->workers[i];
        while (!worker->is_busy && sweep->started < sweep->grid->run_count &&
               sweep->status == SIM_OK) {
            uint32_t index = sweep->started++;
            if (sweep->cells[index].state == WAITING)
                start(sweep, worker, index);
        }
        busy += worker->is_busy;
    }
    return busy;
}

/* A signal ends the wait too. */
static void wait_for_some(struct sweep *sweep)
{
    nfds_t count = 0;
    for (uint32_t i = 0; i < sweep->worker_count; i++)
        if (sweep->workers[i].is_busy)
            sweep->channels[count++] = (struct pollfd){sweep->workers[i].channel, POLLIN, 0};
    if (poll(sweep->channels, count, -1) <= 0)
        return;
    for (uint32_t i = sweep->worker_count; i-- > 0;)
        if (sweep->workers[i].is_busy && sweep->channels[--count].revents != 0)
            ended(sweep, &sweep->workers[i]);
}

static void end_all(struct sweep *sweep)
{
    for (uint32_t i = 0; i < sweep->worker_count; i++)
        sweep_worker_stop(&sweep->workers[i]);
    for (uint32_t i = 0; i < sweep->started; i++) {
        enum state state = sweep->cells[i].state;
        if (state == RUNNING || state == FINISHED || state == FAILED)
            sweep_part_remove(sweep->parts, i);
    }
}

static int find(struct sweep *sweep, const struct sweep_run *run, enum results_found *found)
{
    struct results_run row = {.experiment = run->config->name,
                              .variant = run->config->variant,
                              .version = BALLAST_VERSION,
                              .build = program_build(),
                              .seed = run->seed,
                              .replicate = run->replicate,
                              .config_hash = run->config_hash};
    return results_run_find(sweep->db, &row, found, sweep->error);
}

/* A result of another build, or of inputs that have changed, is made anew unless the user trusts
 * it. */
static int skip_finished(struct sweep *sweep)
{
    const struct sweep_options *options = sweep->options;
    struct sweep_outcome *outcome = sweep->outcome;
    for (uint32_t i = 0; i < sweep->grid->run_count; i++) {
        enum results_found found = RESULTS_NONE;
        sweep->cells[i].state = SKIPPED;
        if (i % options->shards != options->shard)
            continue;
        int status = options->again ? SIM_OK : find(sweep, &sweep->grid->runs[i], &found);
        if (status != SIM_OK)
            return status;
        if (found == RESULTS_FOUND || (options->keep && found != RESULTS_NONE)) {
            outcome->skipped++;
            continue;
        }
        sweep->cells[i].state = WAITING;
        sweep->to_do++;
        outcome->other_build += found == RESULTS_OTHER_BUILD;
        outcome->other_inputs += found == RESULTS_OTHER_INPUTS;
    }
    return SIM_OK;
}

static void print_made_anew(const struct sweep *sweep)
{
    const struct sweep_outcome *outcome = sweep->outcome;
    uint32_t count = outcome->other_build + outcome->other_inputs;
    if (count == 0 || sweep->options->quiet || sweep->options->no_lines)
        return;
    printf("%s: %u runs are made anew (other build %u, changed configuration or inputs %u); "
           "--keep trusts them\n",
           sweep->grid->runs[0].config->name, count, outcome->other_build, outcome->other_inputs);
    fflush(stdout);
}

/* Workers go on before what they have done is merged. */
static void run_cells(struct sweep *sweep)
{
    while (sweep->status == SIM_OK && !interrupted && give_work(sweep) > 0) {
        merge_finished(sweep);
        wait_for_some(sweep);
    }
    merge_finished(sweep);
    end_all(sweep);
}

/* A process does run after run, except where one could leave something to the next: a shared object
 * its variables, and a limit of memory counts what earlier runs left in pieces. */
static bool needs_processes(const struct sweep_grid *grid, const struct sweep_options *options)
{
    bool needs = options->isolate || options->limits.memory_mb > 0;
    for (uint32_t i = 0; i < grid->configs.count; i++)
        needs |= grid->configs.at[i].chosen[0].object != NULL;
    return needs;
}

static bool workers_make(struct sweep *sweep)
{
    uint32_t jobs = sweep->options->jobs, count = sweep->grid->run_count;
    sweep->worker_count = jobs < count ? jobs : count;
    sweep->cells = calloc(count + 1, sizeof *sweep->cells);
    sweep->workers = calloc(sweep->worker_count + 1, sizeof *sweep->workers);
    sweep->channels = calloc(sweep->worker_count + 1, sizeof *sweep->channels);
    sweep->work = (struct sweep_work){.runs = sweep->grid->runs,
                                      .parts = sweep->parts,
                                      .limits = sweep->options->limits,
                                      .is_isolated = needs_processes(sweep->grid, sweep->options)};
    return sweep->cells != NULL && sweep->workers != NULL && sweep->channels != NULL;
}

static void workers_free(struct sweep *sweep)
{
    free(sweep->cells);
    free(sweep->workers);
    free(sweep->channels);
}

/* In the order of the grid. */
static int name_failed(const struct sweep *sweep)
{
    char names[600] = "", name[400];
    size_t length = 0;
    for (uint32_t i = 0; i < sweep->grid->run_count && length < sizeof names; i++) {
        if (sweep->cells[i].state != FAILED)
            continue;
        run_name(&sweep->grid->runs[i], name, sizeof name);
        length += (size_t)snprintf(names + length, sizeof names - length, "%s%s",
                                   length > 0 ? "; " : "", name);
    }
    return sim_error_set(sweep->error, sweep->alone_status,
                         "sweep: %u of %u runs failed, and the same command tries them again: "
                         "%s%s",
                         sweep->outcome->failed, sweep->to_do, names,
                         length >= sizeof names ? " ..." : "");
}

int sweep_run_all(const struct sweep_grid *grid, const struct sweep_options *options,
                  struct sweep_outcome *outcome, struct sim_error *error)
{
    struct sweep sweep = {.grid = grid, .options = options, .outcome = outcome, .error = error};
    struct sigaction handler = {.sa_handler = interrupt}, old_int, old_term;
    double began_s = sim_progress_wall_s();

    *outcome = (struct sweep_outcome){0};
    int status = workers_make(&sweep)
                     ? results_open(options->db, RESULTS_WRITE, &sweep.db, error)
                     : sim_error_set(error, SIM_SYSTEM, "no memory for %u runs", grid->run_count);
    if (status != SIM_OK) {
        workers_free(&sweep);
        return status;
    }
    sweep_parts_name(options->db, sweep.parts);
    sweep_parts_remove_stale(options->db);
    sweep.status = skip_finished(&sweep);
    print_made_anew(&sweep);
    interrupted = 0;
    sigaction(SIGINT, &handler, &old_int);
    sigaction(SIGTERM, &handler, &old_term);
    const char *label = options->label;
    if (label == NULL)
        label = grid->run_count > 0 ? grid->runs[0].config->name : "";
    sim_progress_begin(&sweep.progress, label, sweep.to_do, options->quiet);
    run_cells(&sweep);
    sim_progress_end(&sweep.progress);
    sigaction(SIGINT, &old_int, NULL);
    sigaction(SIGTERM, &old_term, NULL);
    struct sim_error ignored;
    status = results_close(sweep.db, sweep.status == SIM_OK ? error : &ignored);
    failed(&sweep, status);
    if (sweep.status == SIM_OK && interrupted)
        sweep.status = sim_error_set(
            error, 128 + interrupted, "sweep: interrupted; %u of %u runs are done and kept",
            outcome->done + outcome->skipped, sweep.to_do + outcome->skipped);
    if (sweep.status == SIM_OK && outcome->failed > 0)
        sweep.status = name_failed(&sweep);
    outcome->wall_s = sim_progress_wall_s() - began_s;
    workers_free(&sweep);
    return sweep.status;
}
