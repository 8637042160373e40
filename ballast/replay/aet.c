/*
 * AET (Hu et al., USENIX ATC 2016): the miss ratio from the times between touches of the same page.
 * Time counts touches. P(t) is the share of touches whose page is not touched again within t, or
 * was never touched before. A page that is not touched moves down the stack of LRU at the speed
 * P(t), so it leaves a memory of c pages at the age A where the integral of P from 0 to A is c, and
 * the miss ratio is P(A).
 *
 * The times are kept in intervals whose length is 1/256 of the time. In an interval P is taken to
 * fall in a straight line.
 */
#include <math.h>
#include <stdlib.h>

#include "ballast/replay/estimators.h"
#include "ballast/replay/policy.h"
#include "sim/reserve.h"

enum {
    STEPS_BITS = 8, /* intervals in an octave: our choice */
    STEPS = 1 << STEPS_BITS,
    INTERVALS = (64 - STEPS_BITS + 1) * STEPS
};

struct aet {
    uint32_t pages;
    uint64_t now;
    uint64_t *last; /* by page: one more than the time of its last touch; 0: none */
    uint64_t times[INTERVALS];
    /* For the answers: what was passed so far. */
    uint32_t interval;
    double above; /* touches with a longer time, those without one included */
    double sum;   /* the integral */
};

/* Small times have an interval each, */
static uint32_t interval_of(uint64_t time)
{
    if (time < STEPS)
        return (uint32_t)time;
    uint32_t octave = 63 - (uint32_t)__builtin_clzll(time) - STEPS_BITS;
    return (octave + 1) * STEPS + (uint32_t)(time >> octave) - STEPS;
}

/* and an interval has its times from here on. */
static double first_of(uint32_t interval)
{
    if (interval < STEPS)
        return interval;
    uint32_t octave = interval / STEPS - 1;
    return ldexp(STEPS + interval % STEPS, (int)octave);
}

static void end(void *state)
{
    struct aet *aet = state;
    if (aet != NULL)
        sim_release(aet->last, aet->pages * sizeof *aet->last);
    free(aet);
}

static void *begin(const struct replay_sampling *sampling)
{
    struct aet *aet = calloc(1, sizeof *aet);
    if (aet == NULL)
        return NULL;
    aet->pages = sampling->pages;
    aet->last = sim_reserve_huge(aet->pages * sizeof *aet->last);
    if (aet->last == NULL) {
        end(aet);
        return NULL;
    }
    return aet;
}

static void touch(void *state, const uint32_t *pages, size_t count)
{
    struct aet *aet = state;
    for (size_t i = 0; i < count; i++) {
        if (i + REPLAY_AHEAD < count)
            __builtin_prefetch(&aet->last[pages[i + REPLAY_AHEAD]], 1);
        uint64_t *last = &aet->last[pages[i]];
        aet->now++;
        if (*last > 0)
            aet->times[interval_of(aet->now - *last)]++;
        *last = aet->now;
    }
}

/* No touch has a time of 0, so P begins with 1. */
static void finish(void *state, uint64_t touches)
{
    ((struct aet *)state)->above = (double)touches;
}

static double miss_ratio(void *state, uint32_t memory_pages)
{
    struct aet *aet = state;
    double touches = (double)aet->now;
    for (; aet->interval + 1 < INTERVALS; aet->interval++) {
        double length = first_of(aet->interval + 1) - first_of(aet->interval);
        double after = aet->above - (double)aet->times[aet->interval];
        /* P(t) leaves out the time t itself, so where an interval is one time P is constant in it.
         */
        double mean = length == 1 ? after : (aet->above + after) / 2;
        double sum = aet->sum + length * mean / touches;
        if (sum > memory_pages) { /* A is in this interval */
            double part = length == 1 ? 1 : (memory_pages - aet->sum) / (sum - aet->sum);
            return (aet->above + part * (after - aet->above)) / touches;
        }
        aet->sum = sum;
        aet->above = after;
    }
    return aet->above / touches;
}

const struct replay_estimator replay_aet = {
    .name = "aet",
    .summary = "from the times between touches of the same page (AET, ATC 2016)",
    .begin = begin,
    .touch = touch,
    .finish = finish,
    .miss_ratio = miss_ratio,
    .end = end,
};
