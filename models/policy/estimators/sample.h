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

/* Pages of the sample at most, more by chance than were asked for: eight standard errors. */
uint32_t mp_sample_most(const uint32_t *values);
size_t mp_sample_bytes(const uint32_t *values);
/* `buffer` has mp_sample_bytes(). Answers when the first step ends. */
uint64_t mp_sample_begin(struct mp_sample *sample, const struct mp_watch *watch, void *buffer);
/* The place of a page of the sample that was touched or lost; it is armed again later. */
uint32_t mp_sample_heard(struct mp_sample *sample, uint32_t ppn);
/* At a tick: true if a window has ended. Then the next one has begun. */
bool mp_sample_tick(struct mp_sample *sample, const struct mp_watch *watch);
/* Pages of the VM for which n / d pages of the sample stand. */
uint32_t mp_sample_scaled(const struct mp_sample *sample, const struct mp_watch *watch, uint64_t n,
                          uint64_t d);

/* Of an estimator's table; its state begins with the sample. */
void mp_sample_lost(void *state, const struct mp_watch *watch, uint32_t ppn);
extern const struct mp_counter mp_sample_counter;
void mp_sample_count(const void *state, int64_t *values);

#endif
