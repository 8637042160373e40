/*
 * Touches of a sample of pages, for estimators that need their order. A page is in the sample by a
 * hash of its number, as in SHARDS, so all touches of it are. The pages' accessed bits are looked
 * at in steps, so touches of a page within a step are one, the last.
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
    [MP_SAMPLE_STEP_MS] = {"step_ms", "ms", "our choice: how often accessed bits are looked at",   \
                           1000,      1,    3600000},                                              \
    [MP_SAMPLE_WITHIN_BP] = {                                                                      \
        "within_bp", "bp", "our choice: a size with at most 1% more misses than any size has",     \
        100,         0,    10000}

struct mp_sample {
    uint64_t due_ns, end_own_ns; /* of the step; of the window, in the VM's own time */
    uint32_t count, most;
    uint32_t seen;    /* accesses up to this stamp */
    uint32_t touches; /* in the last step */
    uint64_t *touch;  /* each: the stamp, and in the low half the place; rising */
    uint32_t *ppns;   /* rising; a page is known by its place here */
};

/* Pages of the sample at most, more by chance than were asked for: eight standard errors. */
uint32_t mp_sample_most(const uint32_t *values);
size_t mp_sample_bytes(const uint32_t *values);
/* `buffer` has mp_sample_bytes(). Answers when the first step ends. */
uint64_t mp_sample_begin(struct mp_sample *sample, const struct mp_watch *watch, void *buffer);
/* At a tick: true if a step has ended. Then `touch` has the pages that were touched in it. */
bool mp_sample_step(struct mp_sample *sample, const struct mp_watch *watch);
/* The place of the page of touch `i`, in their order. */
static inline uint32_t mp_sample_touched(const struct mp_sample *sample, uint32_t i)
{
    return (uint32_t)sample->touch[i];
}
/* After the step: true if a window has ended. Then the next one has begun. */
bool mp_sample_window(struct mp_sample *sample, const struct mp_watch *watch);
/* Pages of the VM for which n / d pages of the sample stand. */
uint32_t mp_sample_scaled(const struct mp_sample *sample, const struct mp_watch *watch, uint64_t n,
                          uint64_t d);

/* Of an estimator's table; its state begins with the sample. */
extern const struct mp_counter mp_sample_counter;
void mp_sample_count(const void *state, int64_t *values);

#endif
