/*
 * A way to find the miss ratio of LRU at every size of memory, in one pass over the touches.
 *
 * An estimator is one file, and one row of the table in estimators.c.
 */
#ifndef REPLAY_ESTIMATOR_H
#define REPLAY_ESTIMATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Presets of our choice: the paper of SHARDS finds a mean error below 0.01 with 8K pages. */
#define REPLAY_SAMPLE_PAGES 8192u

struct replay_sampling {
    uint32_t pages;        /* numbers are below it */
    uint64_t seed;         /* of the choice of pages */
    double rate;           /* of the pages that are looked at; 0: what `sample_pages` gives */
    uint32_t sample_pages; /* at most so many pages are looked at; 0: REPLAY_SAMPLE_PAGES */
};

struct replay_estimator {
    const char *name;
    const char *summary; /* one line, for the help */
    bool is_exact;
    void *(*begin)(const struct replay_sampling *sampling); /* NULL where there is no room */
    void (*touch)(void *state, const uint32_t *pages, size_t count);
    /* After the last touch, once: makes the answers ready. `touches` is the number of all. */
    void (*finish)(void *state, uint64_t touches);
    /* Of LRU with memory for so many pages, at least 1; called with rising sizes. */
    double (*miss_ratio)(void *state, uint32_t memory_pages);
    void (*end)(void *state); /* accepts NULL */
};

extern const struct replay_estimator *const replay_estimators[]; /* ends with NULL */

#endif
