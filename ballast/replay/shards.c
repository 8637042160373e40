/*
 * SHARDS (Waldspurger et al., FAST 2015): stack distances of a sample of the pages. A page is in
 * the sample if a hash of its number is below a threshold, so all touches of it are. A distance
 * among the sample stands for one of 1/R times as many pages, R being the rate.
 *
 * With a fixed number of pages the threshold begins above all hashes. When the sample has a page
 * too many, the page of the largest hash leaves it, and its hash is the threshold from then on. A
 * touch counts for as many as the rate says at that moment.
 *
 * The hazard is that a few pages have many of the touches: the sample then has too many touches or
 * too few, by pages that are hits in any memory. So the difference to what is expected goes to the
 * smallest distance (the paper's adjustment).
 */
#include <math.h>
#include <stdlib.h>

#include "ballast/replay/estimators.h"
#include "ballast/replay/stack.h"
#include "sim/random.h"
#include "sim/reserve.h"

#define HASHES (UINT64_C(1) << 32)

struct sampled {
    uint64_t hash;
    uint32_t page;
};

struct shards {
    struct stack *stack;
    uint64_t seed;
    uint64_t threshold; /* pages with a smaller hash are in the sample */
    uint32_t most;      /* pages in the sample; UINT32_MAX: the rate is fixed */
    uint32_t used;
    struct sampled *heap; /* the largest hash on top; not kept where the rate is fixed */
    double weight;        /* of a touch: 1 / R */
    double *touches_at;   /* by scaled distance, from 1 on */
    uint32_t pages;
    double touches, hits;
    uint32_t size;
};

static void end(void *state)
{
    struct shards *shards = state;
    if (shards == NULL)
        return;
    stack_free(shards->stack);
    sim_release(shards->touches_at, ((size_t)shards->pages + 2) * sizeof *shards->touches_at);
    free(shards->heap);
    free(shards);
}

static void set_threshold(struct shards *shards, uint64_t threshold)
{
    shards->threshold = threshold;
    shards->weight = (double)HASHES / (double)threshold;
}

static void *begin(const struct replay_sampling *sampling)
{
    struct shards *shards = calloc(1, sizeof *shards);
    if (shards == NULL)
        return NULL;
    bool is_fixed = sampling->rate > 0;
    shards->most = is_fixed                     ? UINT32_MAX
                   : sampling->sample_pages > 0 ? sampling->sample_pages
                                                : REPLAY_SAMPLE_PAGES;
    shards->seed = sampling->seed;
    shards->pages = sampling->pages;
    double hashes = ceil(sampling->rate * (double)HASHES);
    set_threshold(shards, is_fixed ? (uint64_t)hashes : HASHES);
    shards->stack = stack_new(sampling->pages);
    shards->touches_at = sim_reserve(((size_t)shards->pages + 2) * sizeof *shards->touches_at);
    if (!is_fixed)
        shards->heap = calloc((size_t)shards->most + 1, sizeof *shards->heap);
    if (shards->stack == NULL || shards->touches_at == NULL || (!is_fixed && !shards->heap)) {
        end(shards);
        return NULL;
    }
    return shards;
}

/* ---- The sample -------------------------------------------------------------------------- */

static void push(struct shards *shards, struct sampled sampled)
{
    uint32_t at = shards->used++;
    for (uint32_t parent; at > 0; at = parent) {
        parent = (at - 1) / 2;
        if (shards->heap[parent].hash >= sampled.hash)
            break;
        shards->heap[at] = shards->heap[parent];
    }
    shards->heap[at] = sampled;
}

static struct sampled pop(struct shards *shards)
{
    struct sampled top = shards->heap[0], last = shards->heap[--shards->used];
    uint32_t at = 0, child;
    while ((child = 2 * at + 1) < shards->used) {
        child +=
            child + 1 < shards->used && shards->heap[child + 1].hash > shards->heap[child].hash;
        if (shards->heap[child].hash <= last.hash)
            break;
        shards->heap[at] = shards->heap[child];
        at = child;
    }
    shards->heap[at] = last;
    return top;
}

/* A new page is in the sample. Where that is one too many, those of the largest hash leave it. */
static void admit(struct shards *shards, uint32_t page, uint64_t hash)
{
    if (shards->most == UINT32_MAX)
        return;
    push(shards, (struct sampled){hash, page});
    if (shards->used <= shards->most)
        return;
    set_threshold(shards, shards->heap[0].hash);
    while (shards->used > 0 && shards->heap[0].hash >= shards->threshold)
        stack_forget(shards->stack, pop(shards).page);
}

/* ---- Touches ----------------------------------------------------------------------------- */

static void touch_sampled(struct shards *shards, uint32_t page, uint64_t hash)
{
    uint32_t distance = stack_touch(shards->stack, page);
    shards->touches += shards->weight;
    if (distance == 0) {
        admit(shards, page, hash);
        return;
    }
    double scaled = ceil(distance * shards->weight);
    shards->touches_at[scaled <= shards->pages ? (uint32_t)scaled : shards->pages + 1] +=
        shards->weight;
}

static void touch(void *state, const uint32_t *pages, size_t count)
{
    struct shards *shards = state;
    for (size_t i = 0; i < count; i++) {
        uint64_t hash = sim_mix64(shards->seed, pages[i]) >> 32;
        if (hash < shards->threshold)
            touch_sampled(shards, pages[i], hash);
    }
}

static void finish(void *state, uint64_t touches)
{
    struct shards *shards = state;
    shards->touches_at[1] += (double)touches - shards->touches;
    shards->touches = (double)touches;
}

static double miss_ratio(void *state, uint32_t memory_pages)
{
    struct shards *shards = state;
    while (shards->size < memory_pages)
        shards->hits += shards->touches_at[++shards->size];
    return fmin(fmax(1 - shards->hits / shards->touches, 0), 1);
}

const struct replay_estimator replay_shards = {
    .name = "shards",
    .summary = "stack distances of a sample of the pages (SHARDS, FAST 2015)",
    .begin = begin,
    .touch = touch,
    .finish = finish,
    .miss_ratio = miss_ratio,
    .end = end,
};
