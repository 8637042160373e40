/* Runs an estimator over touches that have a known answer. */
#ifndef TESTS_ESTIMATES_H
#define TESTS_ESTIMATES_H

#include <stdlib.h>

#include "ballast/replay/estimators.h"
#include "tests/check.h"

enum estimate_kind { ESTIMATE_CYCLIC, ESTIMATE_UNIFORM };

/* `rounds` touches of each of so many pages, in turn or at random. To be ended by the estimator's
 * end(). */
static inline void *estimate_of(const struct replay_estimator *estimator,
                                struct replay_sampling sampling, enum estimate_kind kind,
                                uint32_t page_count, uint32_t rounds)
{
    uint64_t touches = (uint64_t)rounds * page_count, draw = 5;
    void *state = estimator->begin(&sampling);
    CHECK(state != NULL);
    for (uint64_t done = 0; state != NULL && done < touches;) {
        uint32_t pages[1000], count = 0;
        for (; count < 1000 && done < touches; count++, done++) {
            draw = draw * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            pages[count] = (uint32_t)((kind == ESTIMATE_CYCLIC ? done : draw >> 33) % page_count);
        }
        estimator->touch(state, pages, count);
    }
    if (state != NULL)
        estimator->finish(state, touches);
    return state;
}

#endif
