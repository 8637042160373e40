/*
 * Regions that adapt, as Linux's DAMON: the VM's memory is cut into 10 to 1,000 regions. Every 5 ms
 * one random page of each is looked at: was it accessed since? 20 such checks make an aggregation.
 * Then neighbours that were touched about as often become one region, and each region is cut again
 * at a random place. So cuts stay where the use of memory changes, and the cost is bounded by the
 * number of regions, whatever the size of the VM.
 *
 * A region is in use until so many aggregations in a row saw no touch of it (`cold_aggregations`):
 * 1,200 is the rule of DAMON_RECLAIM, 1 is the working set that DAMON's user tool reports.
 *
 * A check in which the VM accesses nothing finds nothing, so it need not be made: pages are drawn
 * when the VM has accessed something, and compared with what that was. So checks cost nothing but
 * where there is something to see.
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

#define NONE UINT32_MAX

struct region {
    uint32_t first; /* PPN; up to the next region's: behind the last one is one without pages */
    uint32_t page;  /* of the present check; NONE: it was a hit */
    uint32_t hits;  /* of the present aggregation's checks */
    uint32_t count; /* of the last one's; of two that have merged, the mean by size */
    uint32_t zeros; /* aggregations in a row that saw no touch; the same */
};

struct state {
    uint64_t began_ns, due_ns; /* the present aggregation */
    uint32_t check;            /* of it, for which pages are drawn; NONE: not yet */
    uint32_t count, former_count;
    uint32_t quiet, hits; /* of the last one: regions without a hit, and all hits */
    uint64_t random;
    struct region *regions, *scratch; /* of most_regions + 1 each */
};

static size_t state_bytes(const uint32_t *values, uint32_t max_pages)
{
    (void)max_pages;
    return sizeof(struct state) + 2 * (values[MOST_REGIONS] + 1) * sizeof(struct region);
}

/* A generator of its own: a check for each region 200 times a second must cost next to nothing. */
static uint32_t random_below(struct state *state, uint32_t n)
{
    state->random = state->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((state->random >> 32) * n >> 32);
}

static uint32_t pages_of(const struct region *region)
{
    return region[1].first - region->first;
}

/* ---- Checks ------------------------------------------------------------------------------ */

/* What is accessed at the very end of an aggregation is part of its last check. */
static uint32_t check_at(const struct state *state, const struct mp_watch *watch)
{
    uint64_t sample_ns = watch->parameters[SAMPLE_MS] * MS_NS;
    uint64_t check = (watch->now_ns - state->began_ns) / sample_ns;
    uint32_t last = watch->parameters[CHECKS] - 1;

    return check < last ? (uint32_t)check : last;
}

static void accessed(void *memory, const struct mp_watch *watch)
{
    struct state *state = memory;
    const uint32_t *stamps = watch->accessed->stamps, now = watch->accessed->now;
    uint32_t check = check_at(state, watch);
    bool is_new = check != state->check;

    state->check = check;
    for (struct region *region = state->regions; region < &state->regions[state->count]; region++) {
        if (is_new)
            region->page = region->first + random_below(state, pages_of(region));
        if (region->page != NONE && stamps[region->page] == now) {
            region->hits++;
            region->page = NONE;
        }
    }
}

/* ---- Aggregations ------------------------------------------------------------------------ */

static uint32_t by_size(uint32_t a, uint64_t a_pages, uint32_t b, uint64_t b_pages)
{
    if (a == b)
        return a;
    return (uint32_t)((a * a_pages + b * b_pages) / (a_pages + b_pages));
}

static uint32_t difference(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

static void count_up(struct state *state)
{
    state->quiet = state->hits = 0;
    for (uint32_t i = 0; i < state->count; i++) {
        struct region *region = &state->regions[i];

        region->zeros = region->hits > 0 ? 0 : region->zeros + (region->zeros < UINT32_MAX);
        region->count = region->hits;
        region->hits = 0;
        state->quiet += region->count == 0;
        state->hits += region->count;
    }
}

/* Neighbours whose counts differ by at most a tenth of the most become one, up to a size. */
static void merge(struct state *state, const struct mp_watch *watch)
{
    uint32_t most_pages = watch->max_pages / watch->parameters[LEAST_REGIONS];
    uint32_t threshold = watch->parameters[CHECKS] / 10, kept = 0;

    for (uint32_t i = 1; i < state->count; i++) {
        struct region *to = &state->regions[kept], *from = &state->regions[i];
        uint32_t to_pages = from->first - to->first, from_pages = pages_of(from);

        if (difference(to->count, from->count) > threshold || to_pages + from_pages > most_pages) {
            state->regions[++kept] = *from;
            continue;
        }
        to->count = by_size(to->count, to_pages, from->count, from_pages);
        to->zeros = by_size(to->zeros, to_pages, from->zeros, from_pages);
    }
    state->regions[kept + 1] = state->regions[state->count];
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
        uint32_t end = state->regions[i + 1].first;

        cut[count++] = state->regions[i];
        for (uint32_t piece = 1; piece < pieces && end - cut[count - 1].first > 1; piece++) {
            cut[count] = cut[count - 1];
            cut[count].first = cut_of(state, cut[count].first, end);
            count++;
        }
    }
    cut[count] = state->regions[state->count];
    state->scratch = state->regions;
    state->regions = cut;
    state->count = count;
}

/* ---- Life -------------------------------------------------------------------------------- */

/* The same moments for all VMs. */
static uint64_t begin_aggregation(struct state *state, const struct mp_watch *watch)
{
    uint64_t period_ns = watch->parameters[SAMPLE_MS] * MS_NS * watch->parameters[CHECKS];

    state->began_ns = watch->now_ns;
    state->due_ns = (watch->now_ns / period_ns + 1) * period_ns;
    state->check = NONE;
    return state->due_ns;
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
    state->scratch = state->regions + watch->parameters[MOST_REGIONS] + 1;
    state->random = mp_watch_random_below(watch, UINT32_MAX);
    state->count = regions;
    for (uint32_t i = 0; i <= regions; i++)
        state->regions[i].first = (uint32_t)((uint64_t)watch->max_pages * i / regions);
    return begin_aggregation(state, watch);
}

static uint64_t tick(void *memory, const struct mp_watch *watch)
{
    struct state *state = memory;

    if (watch->now_ns < state->due_ns)
        return state->due_ns;
    mp_watch_cleared(watch, (uint64_t)state->count * watch->parameters[CHECKS]);
    count_up(state);
    merge(state, watch);
    split(state, watch);
    return begin_aggregation(state, watch);
}

/* ---- The answer -------------------------------------------------------------------------- */

static void estimate(const void *memory, const struct mp_watch *watch, struct mp_estimate *answer)
{
    const struct state *state = memory;
    uint32_t most_pages = watch->max_pages - watch->ballooned_pages, pages = 0;

    for (uint32_t i = 0; i < state->count; i++) {
        if (state->regions[i].zeros < watch->parameters[COLD_AGGREGATIONS])
            pages += pages_of(&state->regions[i]);
    }
    answer->pages = answer->slow_pages = answer->fast_pages =
        pages < most_pages ? pages : most_pages;
}

static const struct mp_counter counters[] = {
    {"regions", "regions", "into which the VM's memory is cut"},
    {"quiet_regions", "regions", "in which the last aggregation saw no touch, before they merged"},
    {"hits", "checks", "of the last aggregation that saw a touch, of all regions"},
};

static void count(const void *memory, int64_t *values)
{
    const struct state *state = memory;

    values[0] = state->count;
    values[1] = state->quiet;
    values[2] = state->hits;
}

const struct mp_estimator mp_estimator_damon = {
    .abi = MP_ESTIMATOR_ABI,
    .name = "damon",
    .summary = "a page of each of 10 to 1,000 regions that adapt, every 5 ms, as Linux's DAMON",
    .parameters = parameters,
    .parameter_count = PARAMETERS,
    .looks = true,
    .state_bytes = state_bytes,
    .begin = begin,
    .tick = tick,
    .accessed = accessed,
    .estimate = estimate,
    .counter_count = sizeof counters / sizeof counters[0],
    .counters = counters,
    .count = count,
};
