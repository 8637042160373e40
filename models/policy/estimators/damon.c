/*
 * Regions that adapt, as Linux's DAMON: the VM's memory is cut into 10 to 1,000 regions. Every 5 ms
 * one random page of each is armed, and looked at 5 ms later; 20 such checks make an aggregation.
 * Then neighbours that were touched about as often become one region, and each region is cut again
 * at a random place. So cuts stay where the use of memory changes, and the cost is bounded by the
 * number of regions, whatever the size of the VM.
 *
 * A region is in use until so many aggregations in a row saw no touch of it (`cold_aggregations`):
 * 1,200 is the rule of DAMON_RECLAIM, 1 is the working set that DAMON's user tool reports.
 *
 * The hazard is resolution: a region is in use as a whole. Hot pages that lie scattered make all of
 * it seem in use, or, with few aggregations, none. README.md says what this was written from.
 */
#include "../mp_estimator.h"

#define MS_NS UINT64_C(1000000)

enum { SAMPLE_MS, CHECKS, LEAST_REGIONS, MOST_REGIONS, COLD_AGGREGATIONS, PARAMETERS };

static const struct mp_parameter parameters[PARAMETERS] = {
    [SAMPLE_MS] = {"sample_ms", "ms", "DAMON: 5 ms", 5, 1, 60000},
    [CHECKS] = {"checks", "", "DAMON: an aggregation of 100 ms", 20, 1, 1000},
    [LEAST_REGIONS] = {"least_regions", "", "DAMON: at least 10", 10, 1, 1000},
    [MOST_REGIONS] = {"most_regions", "", "DAMON: at most 1,000", 1000, 10, 100000},
    [COLD_AGGREGATIONS] = {"cold_aggregations", "",
                           "DAMON_RECLAIM: cold is 120 s without a touch; 1: as damo reports", 1200,
                           1, 1000000},
};

struct region {
    uint32_t first; /* PPN; up to the next region's */
    uint32_t page;  /* that is armed */
    uint32_t hits;  /* of the present aggregation's checks */
    uint32_t count; /* of the last one's; of two that have merged, the mean by size */
    uint32_t zeros; /* aggregations in a row that saw no touch; the same */
};

struct state {
    uint64_t due_ns;
    uint32_t checks; /* of the present aggregation */
    uint32_t count, former_count, quiet;
    uint64_t random;
    struct region *regions, *scratch; /* of most_regions each */
};

static size_t state_bytes(const uint32_t *values, uint32_t max_pages)
{
    (void)max_pages;
    return sizeof(struct state) + 2 * values[MOST_REGIONS] * sizeof(struct region);
}

/* A generator of its own: a check for each region 200 times a second must cost next to nothing. */
static uint32_t random_below(struct state *state, uint32_t n)
{
    state->random = state->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((state->random >> 32) * n >> 32);
}

static uint32_t end_of(const struct state *state, const struct mp_watch *watch, uint32_t i)
{
    return i + 1 < state->count ? state->regions[i + 1].first : watch->max_pages;
}

/* ---- Checks ------------------------------------------------------------------------------ */

static void arm_all(struct state *state, const struct mp_watch *watch)
{
    for (uint32_t i = 0; i < state->count; i++) {
        struct region *region = &state->regions[i];

        region->page = region->first + random_below(state, end_of(state, watch, i) - region->first);
        if (mp_watch_backing(watch, region->page) != MP_BALLOONED)
            mp_watch_arm(watch, region->page);
    }
}

static void disarm_all(const struct state *state, const struct mp_watch *watch)
{
    for (uint32_t i = 0; i < state->count; i++)
        mp_watch_disarm(watch, state->regions[i].page);
}

static void touched(void *memory, const struct mp_watch *watch, uint32_t ppn)
{
    struct state *state = memory;
    uint32_t low = 0, high = state->count - 1;

    (void)watch;
    while (low < high) {
        uint32_t middle = high - (high - low) / 2;

        if (state->regions[middle].first <= ppn)
            low = middle;
        else
            high = middle - 1;
    }
    state->regions[low].hits++;
}

/* ---- Aggregations ------------------------------------------------------------------------ */

static uint32_t by_size(uint32_t a, uint64_t a_pages, uint32_t b, uint64_t b_pages)
{
    return (uint32_t)((a * a_pages + b * b_pages) / (a_pages + b_pages));
}

static uint32_t difference(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

static void count_up(struct state *state)
{
    state->quiet = 0;
    for (uint32_t i = 0; i < state->count; i++) {
        struct region *region = &state->regions[i];

        region->zeros = region->hits > 0 ? 0 : region->zeros + (region->zeros < UINT32_MAX);
        region->count = region->hits;
        region->hits = 0;
        state->quiet += region->count == 0;
    }
}

/* Neighbours whose counts differ by at most a tenth of the most become one, up to a size. */
static void merge(struct state *state, const struct mp_watch *watch)
{
    uint32_t most_pages = watch->max_pages / watch->parameters[LEAST_REGIONS];
    uint32_t threshold = watch->parameters[CHECKS] / 10, kept = 0;

    for (uint32_t i = 1; i < state->count; i++) {
        struct region *to = &state->regions[kept], *from = &state->regions[i];
        uint32_t end = end_of(state, watch, i);

        if (difference(to->count, from->count) > threshold || end - to->first > most_pages) {
            state->regions[++kept] = *from;
            continue;
        }
        to->count = by_size(to->count, from->first - to->first, from->count, end - from->first);
        to->zeros = by_size(to->zeros, from->first - to->first, from->zeros, end - from->first);
    }
    state->count = kept + 1;
}

/* Where to cut a region: after 10 to 90% of it. */
static uint32_t cut_of(struct state *state, uint32_t first, uint32_t end)
{
    uint32_t pages = end - first;
    uint32_t cut = (uint32_t)((uint64_t)pages * (10 + random_below(state, 81)) / 100);

    return first + (cut > 0 ? cut : 1);
}

/* Each region in two; in three where cutting in two has not led to more regions. As at most half of
 * the most are cut in two and fewer than a third in three, there are never more than the most. */
static void split(struct state *state, const struct mp_watch *watch)
{
    uint32_t most = watch->parameters[MOST_REGIONS], count = 0;
    uint32_t pieces = state->count == state->former_count && state->count < most / 3 ? 3 : 2;
    struct region *cut = state->scratch;

    state->former_count = state->count;
    if (state->count > most / 2)
        return;
    for (uint32_t i = 0; i < state->count; i++) {
        uint32_t end = end_of(state, watch, i);

        cut[count++] = state->regions[i];
        for (uint32_t piece = 1; piece < pieces && end - cut[count - 1].first > 1; piece++) {
            cut[count] = cut[count - 1];
            cut[count].first = cut_of(state, cut[count].first, end);
            count++;
        }
    }
    state->scratch = state->regions;
    state->regions = cut;
    state->count = count;
}

/* ---- Life -------------------------------------------------------------------------------- */

static uint64_t next_ns(const struct mp_watch *watch)
{
    uint64_t sample_ns = watch->parameters[SAMPLE_MS] * MS_NS;

    return (watch->now_ns / sample_ns + 1) * sample_ns; /* the same moments for all VMs */
}

static uint64_t begin(void *memory, const struct mp_watch *watch)
{
    struct state *state = memory;
    uint32_t regions = watch->parameters[LEAST_REGIONS];

    if (regions > watch->max_pages)
        regions = watch->max_pages;
    if (regions > watch->parameters[MOST_REGIONS])
        regions = watch->parameters[MOST_REGIONS];
    state->regions = (struct region *)(state + 1);
    state->scratch = state->regions + watch->parameters[MOST_REGIONS];
    state->random = mp_watch_random_below(watch, UINT32_MAX);
    state->count = regions;
    for (uint32_t i = 0; i < regions; i++)
        state->regions[i].first = (uint32_t)((uint64_t)watch->max_pages * i / regions);
    arm_all(state, watch);
    state->due_ns = next_ns(watch);
    return state->due_ns;
}

static uint64_t tick(void *memory, const struct mp_watch *watch)
{
    struct state *state = memory;

    if (watch->now_ns < state->due_ns)
        return state->due_ns;
    state->due_ns = next_ns(watch);
    disarm_all(state, watch);
    if (++state->checks == watch->parameters[CHECKS]) {
        state->checks = 0;
        count_up(state);
        merge(state, watch);
        split(state, watch);
    }
    arm_all(state, watch);
    return state->due_ns;
}

/* ---- The answer -------------------------------------------------------------------------- */

static void estimate(const void *memory, const struct mp_watch *watch, struct mp_estimate *answer)
{
    const struct state *state = memory;
    uint32_t most_pages = watch->max_pages - watch->ballooned_pages, pages = 0;

    for (uint32_t i = 0; i < state->count; i++) {
        if (state->regions[i].zeros < watch->parameters[COLD_AGGREGATIONS])
            pages += end_of(state, watch, i) - state->regions[i].first;
    }
    answer->pages = answer->slow_pages = answer->fast_pages =
        pages < most_pages ? pages : most_pages;
}

static const struct mp_counter counters[] = {
    {"regions", "regions", "into which the VM's memory is cut"},
    {"quiet_regions", "regions", "in which the last aggregation saw no touch, before they merged"},
};

static void count(const void *memory, int64_t *values)
{
    const struct state *state = memory;

    values[0] = state->count;
    values[1] = state->quiet;
}

const struct mp_estimator mp_estimator_damon = {
    .abi = MP_ESTIMATOR_ABI,
    .name = "damon",
    .summary = "a page of each of 10 to 1,000 regions that adapt, every 5 ms, as Linux's DAMON",
    .parameters = parameters,
    .parameter_count = PARAMETERS,
    .arms = true,
    .state_bytes = state_bytes,
    .begin = begin,
    .tick = tick,
    .touched = touched,
    .estimate = estimate,
    .counter_count = sizeof counters / sizeof counters[0],
    .counters = counters,
    .count = count,
};
