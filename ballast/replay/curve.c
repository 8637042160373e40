/*
 * Miss-ratio curves. Estimators need no sizes beforehand, so a recording is read once and not kept.
 */
#include "ballast/replay/curve.h"

#include <math.h>
#include <stdlib.h>

#include "ballast/replay/names.h"

#define FIRST_POINT 1e-3 /* of the pages; our choice */

int replay_estimators_read(const char *text, struct replay_curve *curve, struct sim_error *error)
{
    return names_read("--estimate", text, (const void *const *)replay_estimators,
                      (const void **)curve->estimators, REPLAY_ESTIMATORS_MOST, &curve->count,
                      error);
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Adds a size that is larger than the one before. */
static void add_size(struct replay_curve *curve, uint32_t pages)
{
    if (curve->sizes == 0 || curve->memory_pages[curve->sizes - 1] < pages)
        curve->memory_pages[curve->sizes++] = pages;
}

/* The user's sizes, or points at equal ratios. */
static int choose_sizes(struct replay_curve *curve, const struct replay_trace *trace,
                        struct sim_error *error)
{
    uint32_t pages[REPLAY_MEMORIES_MOST], distinct = curve->facts.distinct;
    int status = replay_memories_resolve(&curve->memories, replay_trace_page_bytes(trace), distinct,
                                         replay_trace_path(trace), error);

    for (uint32_t i = 0; i < curve->memories.count; i++)
        pages[i] = curve->memories.at[i].pages;
    qsort(pages, curve->memories.count, sizeof *pages, compare);
    for (uint32_t i = 0; i < curve->memories.count; i++)
        add_size(curve, pages[i]);
    for (uint32_t i = 1; curve->memories.count == 0 && i <= curve->points; i++) {
        double left = (double)(curve->points - i) / (curve->points > 1 ? curve->points - 1 : 1);
        add_size(curve, (uint32_t)fmax(round(distinct * pow(FIRST_POINT, left)), 1));
    }
    return status;
}

static int touch_all(struct replay_curve *curve, void **states, struct replay_trace *trace,
                     struct sim_progress *progress, struct sim_error *error)
{
    const uint32_t *pages;
    size_t count;
    int more;

    for (uint64_t batches = 0; (more = replay_trace_next(trace, &pages, &count, error)) > 0;
         batches++) {
        for (uint32_t i = 0; i < curve->count; i++)
            curve->estimators[i]->touch(states[i], pages, count);
        if (batches % 256 == 0)
            sim_progress_update(progress, tr_source_progress(replay_trace_source(trace)));
    }
    replay_trace_facts(trace, &curve->facts);
    return more < 0 ? error->status : SIM_OK;
}

static void answer(struct replay_curve *curve, void **states)
{
    for (uint32_t i = 0; i < curve->count; i++) {
        curve->estimators[i]->finish(states[i], curve->facts.touches);
        for (uint32_t k = 0; k < curve->sizes; k++)
            curve->miss_ratio[i][k] =
                curve->estimators[i]->miss_ratio(states[i], curve->memory_pages[k]);
    }
}

static void end(struct replay_curve *curve, void **states)
{
    for (uint32_t i = 0; i < curve->count; i++) {
        curve->estimators[i]->end(states[i]);
        states[i] = NULL;
    }
}

static int begin(struct replay_curve *curve, void **states, const struct replay_trace *trace,
                 struct sim_error *error)
{
    curve->sampling.pages = replay_trace_pages(trace);
    for (uint32_t i = 0; i < curve->count; i++) {
        states[i] = curve->estimators[i]->begin(&curve->sampling);
        if (states[i] == NULL)
            return sim_error_set(error, SIM_SYSTEM, "replay: no memory for the estimator %s",
                                 curve->estimators[i]->name);
    }
    return SIM_OK;
}

int replay_curve(struct replay_curve *curve, struct replay_trace *trace,
                 struct sim_progress *progress, struct sim_error *error)
{
    void *states[REPLAY_ESTIMATORS_MOST] = {NULL};
    int status = begin(curve, states, trace, NULL);

    if (status != SIM_OK) { /* as in run.c: address space may be limited */
        end(curve, states);
        status = replay_trace_hold(trace, error);
        if (status == SIM_OK)
            status = begin(curve, states, trace, error);
    }
    if (status == SIM_OK)
        status = touch_all(curve, states, trace, progress, error);
    if (status == SIM_OK)
        status = choose_sizes(curve, trace, error);
    if (status == SIM_OK)
        answer(curve, states);
    end(curve, states);
    return status;
}
