/*
 * Runs policies over a recording. Where sizes are in percent of its pages, or a policy needs the
 * future, all of the recording is read first; else it is read once and not kept.
 */
#include "ballast/replay/run.h"

#include <stdlib.h>

#include "ballast/replay/names.h"

int replay_policies_read(const char *text, struct replay_run *run, struct sim_error *error)
{
    return names_read("--policy", text, (const void *const *)replay_policies,
                      (const void **)run->policies, REPLAY_POLICIES_MOST, &run->count, error);
}

/* ---- Memories in rising order ------------------------------------------------------------ */

struct rising {
    uint32_t count;
    uint32_t pages[REPLAY_MEMORIES_MOST]; /* rising, each once */
    uint32_t of[REPLAY_MEMORIES_MOST];    /* by memory: where it stands in `pages` */
};

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void sort(const struct replay_memories *memories, struct rising *rising)
{
    rising->count = 0;
    for (uint32_t i = 0; i < memories->count; i++)
        rising->pages[i] = memories->at[i].pages;
    qsort(rising->pages, memories->count, sizeof *rising->pages, compare);
    for (uint32_t i = 0; i < memories->count; i++)
        if (i == 0 || rising->pages[i] != rising->pages[rising->count - 1])
            rising->pages[rising->count++] = rising->pages[i];
    for (uint32_t i = 0; i < memories->count; i++)
        for (uint32_t k = 0; k < rising->count; k++)
            if (rising->pages[k] == memories->at[i].pages)
                rising->of[i] = k;
}

/* ---- Running ----------------------------------------------------------------------------- */

struct running {
    struct replay_run *run;
    struct rising rising;
    void *states[REPLAY_POLICIES_MOST];
    uint64_t misses[REPLAY_POLICIES_MOST][REPLAY_MEMORIES_MOST]; /* in the order of `rising` */
};

/* Must all of the recording be read before the first touch? */
static bool reads_ahead(const struct replay_run *run)
{
    for (uint32_t i = 0; i < run->count; i++)
        if (run->policies[i]->needs_future || run->policies[i]->needs_pages)
            return true;
    return replay_memories_have(&run->memories, REPLAY_PERCENT);
}

static int begin(struct running *running, struct replay_trace *trace, struct sim_error *error)
{
    struct replay_run *run = running->run;
    struct replay_setup setup = {.count = running->rising.count,
                                 .memory_pages = running->rising.pages,
                                 .pages = replay_trace_pages(trace),
                                 .seed = run->seed,
                                 .touched = replay_trace_held(trace),
                                 .touches = run->facts.touches};
    for (uint32_t i = 0; i < run->count; i++) {
        running->states[i] = run->policies[i]->begin(&setup);
        if (running->states[i] == NULL)
            return sim_error_set(error, SIM_SYSTEM, "replay: no memory for the policy %s",
                                 run->policies[i]->name);
    }
    return SIM_OK;
}

static void end(struct running *running)
{
    for (uint32_t i = 0; i < running->run->count; i++) {
        running->run->policies[i]->end(running->states[i]);
        running->states[i] = NULL;
    }
}

static int touch_all(struct running *running, struct replay_trace *trace,
                     struct sim_progress *progress, struct sim_error *error)
{
    struct replay_run *run = running->run;
    const uint32_t *pages;
    size_t count;
    int more;

    for (uint64_t batches = 0; (more = replay_trace_next(trace, &pages, &count, error)) > 0;
         batches++) {
        for (uint32_t i = 0; i < run->count; i++)
            run->policies[i]->touch(running->states[i], pages, count, running->misses[i]);
        if (batches % 256 == 0)
            sim_progress_update(progress, tr_source_progress(replay_trace_source(trace)));
    }
    replay_trace_facts(trace, &run->facts);
    return more < 0 ? error->status : SIM_OK;
}

int replay_run(struct replay_run *run, struct replay_trace *trace, struct sim_progress *progress,
               struct sim_error *error)
{
    struct running running = {.run = run};
    struct replay_memories *memories = &run->memories;
    uint32_t page_bytes = replay_trace_page_bytes(trace);
    int status = SIM_OK;

    if (reads_ahead(run))
        status = replay_trace_hold(trace, error);
    replay_trace_facts(trace, &run->facts);
    if (status == SIM_OK)
        status = replay_memories_resolve(memories, page_bytes, run->facts.distinct,
                                         replay_trace_path(trace), error);
    if (status == SIM_OK)
        sort(memories, &running.rising);
    bool begun = status == SIM_OK && begin(&running, trace, NULL) == SIM_OK;
    if (status == SIM_OK && !begun) {
        /* Tables for as many pages as there can be take address space that may be limited. */
        end(&running);
        if (replay_trace_held(trace) == NULL)
            status = replay_trace_hold(trace, error);
        replay_trace_facts(trace, &run->facts);
        if (status == SIM_OK)
            status = begin(&running, trace, error);
    }
    if (status == SIM_OK)
        status = touch_all(&running, trace, progress, error);
    if (status == SIM_OK) /* now the number of pages is known in any case */
        status = replay_memories_resolve(memories, page_bytes, run->facts.distinct,
                                         replay_trace_path(trace), error);
    end(&running);
    for (uint32_t i = 0; i < run->count; i++) {
        for (uint32_t m = 0; m < memories->count; m++)
            run->misses[i][m] = running.misses[i][running.rising.of[m]];
    }
    return status;
}
