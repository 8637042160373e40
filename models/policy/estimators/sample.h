/*
 * Touches of a sample of pages, for estimators that need their order. A page is in the sample by a
 * hash of its number, as in SHARDS, so all touches of it are. The pages stay armed: a touched one
 * is armed again at the next step, so touches of a page within a step are one.
 *
 * The hazard is a balloon: a page that comes back from it is armed at the next step.
 */
#ifndef MP_ESTIMATORS_SAMPLE_H
#define MP_ESTIMATORS_SAMPLE_H

#include "../mp_estimator.h"

#define MP_SAMPLE_MS_NS UINT64_C(1000000)

/* Rows that each estimator by a sample has, in this order, before any of its own. */
enum { MP_SAMPLE_PAGES, MP_SAMPLE_STEP_MS, MP_SAMPLE_WITHIN_BP, MP_SAMPLE_PARAMETERS };

#define MP_SAMPLE_ROWS                                                                             \
    [MP_SAMPLE_PAGES] = {"sample_pages", "pages", "our choice: 1,024 pages, 3% of error",          \
                         1024,           1,       1048576},                                        \
    [MP_SAMPLE_STEP_MS] = {"step_ms", "ms", "our choice: how often touched pages are armed again", \
                           1000,      1,    3600000},                                              \
    [MP_SAMPLE_WITHIN_BP] = {                                                                      \
        "within_bp", "bp", "our choice: a size with at most 1% more misses than any size has",     \
        100,         0,    10000}

struct mp_sample {
    uint64_t due_ns, end_own_ns; /* of the step; of the window, in the VM's own time */
    uint32_t count, most;
    uint32_t waiting; /* places that are to be armed again */
    uint32_t *ppns;   /* rising; a page is known by its place here */
    uint32_t *wait;
};

/* More by chance than were asked for: eight standard errors. */
static inline uint32_t mp_sample_most(const uint32_t *values)
{
    uint32_t pages = values[MP_SAMPLE_PAGES], error = 1;

    while (error * error < pages)
        error++;
    return pages + 8 * error;
}

static inline size_t mp_sample_bytes(const uint32_t *values)
{
    return 2 * (size_t)mp_sample_most(values) * sizeof(uint32_t);
}

static inline uint64_t mp_sample_hash(uint64_t seed, uint32_t ppn)
{
    uint64_t x = (seed << 32 | ppn) + UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return (x ^ x >> 31) >> 32;
}

static inline void mp_sample_arm(struct mp_sample *sample, const struct mp_watch *watch)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < sample->waiting; i++) {
        uint32_t ppn = sample->ppns[sample->wait[i]];

        if (mp_watch_backing(watch, ppn) == MP_BALLOONED)
            sample->wait[kept++] = sample->wait[i];
        else
            mp_watch_arm(watch, ppn);
    }
    sample->waiting = kept;
}

/* `buffer` has mp_sample_bytes(). Answers when the first step ends. */
static inline uint64_t mp_sample_begin(struct mp_sample *sample, const struct mp_watch *watch,
                                       void *buffer)
{
    uint64_t seed = mp_watch_random_below(watch, UINT32_MAX);
    uint64_t threshold = ((uint64_t)watch->parameters[MP_SAMPLE_PAGES] << 32) / watch->max_pages;

    sample->most = mp_sample_most(watch->parameters);
    sample->ppns = buffer;
    sample->wait = sample->ppns + sample->most;
    for (uint32_t ppn = 0; ppn < watch->max_pages && sample->count < sample->most; ppn++) {
        if (mp_sample_hash(seed, ppn) < threshold) {
            sample->wait[sample->waiting++] = sample->count;
            sample->ppns[sample->count++] = ppn;
        }
    }
    mp_sample_arm(sample, watch);
    sample->end_own_ns = watch->own_ns + watch->tunables->sample_period_ms * MP_SAMPLE_MS_NS;
    sample->due_ns = watch->now_ns + watch->parameters[MP_SAMPLE_STEP_MS] * MP_SAMPLE_MS_NS;
    return sample->due_ns;
}

/* The place of a page of the sample that was touched or lost; it is armed again later. */
static inline uint32_t mp_sample_heard(struct mp_sample *sample, uint32_t ppn)
{
    uint32_t low = 0, high = sample->count - 1;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (sample->ppns[middle] < ppn)
            low = middle + 1;
        else
            high = middle;
    }
    sample->wait[sample->waiting++] = low;
    return low;
}

/* At a tick: true if a window has ended. Then the next one has begun. */
static inline bool mp_sample_tick(struct mp_sample *sample, const struct mp_watch *watch)
{
    uint64_t window_ns = watch->tunables->sample_period_ms * MP_SAMPLE_MS_NS;

    if (watch->now_ns < sample->due_ns)
        return false;
    sample->due_ns = watch->now_ns + watch->parameters[MP_SAMPLE_STEP_MS] * MP_SAMPLE_MS_NS;
    mp_sample_arm(sample, watch);
    if (watch->own_ns < sample->end_own_ns)
        return false;
    sample->end_own_ns += window_ns;
    if (sample->end_own_ns <= watch->own_ns)
        sample->end_own_ns = watch->own_ns + window_ns;
    return true;
}

/* Of an estimator's table; its state begins with the sample. */
static inline void mp_sample_lost(void *state, const struct mp_watch *watch, uint32_t ppn)
{
    (void)watch;
    mp_sample_heard(state, ppn);
}

static const struct mp_counter mp_sample_counter = {"sampled", "pages", "in the sample"};

static inline void mp_sample_count(const void *state, int64_t *values)
{
    values[0] = ((const struct mp_sample *)state)->count;
}

/* Pages of the VM for which n / d pages of the sample stand. */
static inline uint32_t mp_sample_scaled(const struct mp_sample *sample,
                                        const struct mp_watch *watch, uint64_t n, uint64_t d)
{
    uint64_t pages = sample->count > 0 ? n * watch->max_pages / (d * sample->count) : 0;

    return (uint32_t)(pages < watch->max_pages ? pages : watch->max_pages);
}

#endif
