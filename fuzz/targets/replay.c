/*
 * Page replacement over a recording in any format. The first two bytes choose sizes of memory. What
 * every policy and every estimator says keeps the laws of page replacement, and LRU's misses are
 * counted here again.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ballast/replay/curve.h"
#include "ballast/replay/run.h"
#include "fuzz/targets.h"

/* A few bytes may stand for very many touches, or for pages far apart. */
enum { TOUCHES_MOST = 2000, PAGES_MOST = 1 << 20 };

struct touches {
    uint32_t pages[TOUCHES_MOST + 1];
    size_t count;
};

static struct replay_trace *open_trace(const char *path)
{
    const struct tr_source_options options = {0};
    struct replay_trace *trace = NULL;
    struct sim_error error = {0};

    return fuzz_accepted(replay_trace_open(path, &options, &trace, &error), &error) ? trace : NULL;
}

/* False if the recording is refused, or is none that can be counted slowly. */
static bool take_touches(const char *path, struct touches *touches)
{
    struct replay_trace *trace = open_trace(path);
    struct sim_error error = {0};
    const uint32_t *pages;
    size_t count;
    int more = trace != NULL ? 1 : -1;

    touches->count = 0;
    while (more > 0 && touches->count <= TOUCHES_MOST &&
           (more = replay_trace_next(trace, &pages, &count, &error)) > 0)
        for (size_t i = 0; i < count && touches->count <= TOUCHES_MOST; i++)
            touches->pages[touches->count++] = pages[i];
    bool is_small = more == 0 && replay_trace_pages(trace) <= PAGES_MOST;
    FUZZ_CHECK(more >= 0 || trace == NULL || !fuzz_accepted(error.status, &error));
    replay_trace_close(trace);
    return is_small && touches->count > 0;
}

/* A list with the page that was touched last at its front. */
static uint64_t lru_misses(const struct touches *touches, uint32_t memory_pages)
{
    uint32_t list[TOUCHES_MOST], used = 0;
    uint64_t misses = 0;

    for (size_t i = 0; i < touches->count; i++) {
        uint32_t at = 0;
        while (at < used && list[at] != touches->pages[i])
            at++;
        misses += at == used;
        if (at == used)
            at = used < memory_pages ? used++ : used - 1;
        memmove(list + 1, list, at * sizeof *list);
        list[0] = touches->pages[i];
    }
    return misses;
}

static uint32_t policy_at(const struct replay_run *run, const char *name)
{
    uint32_t i = 0;
    while (strcmp(run->policies[i]->name, name) != 0)
        i++;
    return i;
}

static void check_run(const struct replay_run *run, const struct touches *touches)
{
    const struct replay_facts *facts = &run->facts;
    uint32_t lru = policy_at(run, "lru"), opt = policy_at(run, "opt");

    FUZZ_CHECK(facts->touches == touches->count);
    FUZZ_CHECK(facts->distinct == lru_misses(touches, TOUCHES_MOST));
    for (uint32_t m = 0; m < run->memories.count; m++) {
        uint32_t pages = run->memories.at[m].pages;
        FUZZ_CHECK(pages >= 1 && pages <= facts->distinct);
        for (uint32_t i = 0; i < run->count; i++) {
            uint64_t misses = run->misses[i][m];
            FUZZ_CHECK(misses >= run->misses[opt][m] && misses <= facts->touches);
            FUZZ_CHECK(pages < facts->distinct || misses == facts->distinct);
        }
        FUZZ_CHECK(run->misses[opt][m] >= facts->distinct);
        FUZZ_CHECK(run->misses[lru][m] == lru_misses(touches, pages));
        for (uint32_t k = 0; k < run->memories.count; k++) /* more memory, no more misses */
            FUZZ_CHECK(run->memories.at[k].pages < pages ||
                       (run->misses[lru][k] <= run->misses[lru][m] &&
                        run->misses[opt][k] <= run->misses[opt][m]));
    }
}

/* All pages are in the sample, so SHARDS too is exact. */
static void check_curve(const struct replay_curve *curve, const struct touches *touches)
{
    FUZZ_CHECK(curve->facts.touches == touches->count && curve->sizes > 0);
    for (uint32_t i = 0; i < curve->count; i++) {
        const char *name = curve->estimators[i]->name;
        bool is_exact = curve->estimators[i]->is_exact || strcmp(name, "shards") == 0;
        for (uint32_t k = 0; k < curve->sizes; k++) {
            double ratio = curve->miss_ratio[i][k];
            double misses = (double)lru_misses(touches, curve->memory_pages[k]);
            FUZZ_CHECK(ratio >= 0 && ratio <= 1 + 1e-9);
            FUZZ_CHECK(k == 0 || ratio <= curve->miss_ratio[i][k - 1] + 1e-9);
            FUZZ_CHECK(!is_exact || fabs(ratio * (double)touches->count - misses) < 1e-6);
        }
    }
}

static void replay(const char *path, const char *memories, const struct touches *touches)
{
    struct replay_trace *trace = open_trace(path);
    struct replay_run run = {.seed = 1};
    struct sim_progress progress = {0};
    struct sim_error error = {0};

    FUZZ_CHECK(trace != NULL);
    while (replay_policies[run.count] != NULL) {
        run.policies[run.count] = replay_policies[run.count];
        run.count++;
    }
    FUZZ_CHECK(replay_memories_read(memories, &run.memories, &error) == SIM_OK);
    if (fuzz_accepted(replay_run(&run, trace, &progress, &error), &error))
        check_run(&run, touches);
    replay_trace_close(trace);
}

static void curve(const char *path, uint32_t points, const struct touches *touches)
{
    struct replay_trace *trace = open_trace(path);
    static struct replay_curve curve;
    struct sim_progress progress = {0};
    struct sim_error error = {0};

    curve = (struct replay_curve){.points = points, .sampling = {.seed = 1, .rate = 1}};
    FUZZ_CHECK(trace != NULL);
    while (replay_estimators[curve.count] != NULL) {
        curve.estimators[curve.count] = replay_estimators[curve.count];
        curve.count++;
    }
    FUZZ_CHECK(replay_curve(&curve, trace, &progress, &error) == SIM_OK);
    check_curve(&curve, touches);
    replay_trace_close(trace);
}

void fuzz_replay(const uint8_t *bytes, size_t count)
{
    static struct touches touches;
    char memories[60];

    if (count < 2)
        return;
    const char *path = fuzz_file(0, bytes + 2, count - 2);
    if (!take_touches(path, &touches))
        return;
    uint32_t distinct = (uint32_t)lru_misses(&touches, TOUCHES_MOST);
    snprintf(memories, sizeof memories, "%u,%u%%,100%%", 1 + bytes[0] % distinct,
             1 + bytes[1] % 100);
    replay(path, memories, &touches);
    curve(path, 1 + bytes[0] % 8u, &touches);
}
