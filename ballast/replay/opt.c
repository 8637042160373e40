/*
 * OPT (Belady): the page leaves that is touched latest from now on, or never again. No policy
 * misses less. It needs the future, so the whole recording must be held.
 *
 * Each memory is a heap of pages with the latest next touch on top. Touches are numbered, and a
 * page that is never touched again has the number after the last one.
 */
#include <stdlib.h>

#include "ballast/replay/policies.h"
#include "sim/reserve.h"

struct heap {
    uint32_t size, used;
    uint32_t *pages;  /* the heap */
    uint32_t *places; /* by page: one more than where it stands in the heap; 0: not in memory */
};

struct opt {
    uint32_t count, pages;
    uint64_t touches, now;
    uint32_t *following; /* by touch: the next touch of its page */
    uint32_t *next;      /* by page: its next touch, once it was touched */
    struct heap heaps[REPLAY_MEMORIES_MOST];
};

static void end(void *state)
{
    struct opt *opt = state;
    if (opt == NULL)
        return;
    for (uint32_t k = 0; k < opt->count; k++) {
        sim_release(opt->heaps[k].pages, (size_t)opt->heaps[k].size * sizeof(uint32_t));
        sim_release(opt->heaps[k].places, (size_t)opt->pages * sizeof(uint32_t));
    }
    sim_release(opt->following, (size_t)opt->touches * sizeof(uint32_t));
    sim_release(opt->next, (size_t)opt->pages * sizeof(uint32_t));
    free(opt);
}

/* Goes back over the touches; `next` is the latest touch of each page that was seen so far. */
static void look_ahead(struct opt *opt, const uint32_t *touched)
{
    uint32_t never = (uint32_t)opt->touches;
    for (uint64_t i = opt->touches; i-- > 0;) {
        uint32_t later = opt->next[touched[i]];
        opt->following[i] = later > 0 ? later : never;
        opt->next[touched[i]] = (uint32_t)i;
    }
}

static void *begin(const struct replay_setup *setup)
{
    struct opt *opt = calloc(1, sizeof *opt);
    if (opt == NULL)
        return NULL;
    opt->count = setup->count;
    opt->pages = setup->pages;
    opt->touches = setup->touches;
    opt->following = sim_reserve_huge((size_t)opt->touches * sizeof(uint32_t));
    opt->next = sim_reserve_huge((size_t)opt->pages * sizeof(uint32_t));
    bool is_there = opt->following != NULL && opt->next != NULL;
    for (uint32_t k = 0; k < opt->count; k++) {
        opt->heaps[k].size = setup->memory_pages[k];
        opt->heaps[k].pages = sim_reserve_huge((size_t)opt->heaps[k].size * sizeof(uint32_t));
        opt->heaps[k].places = sim_reserve_huge((size_t)opt->pages * sizeof(uint32_t));
        is_there &= opt->heaps[k].pages != NULL && opt->heaps[k].places != NULL;
    }
    if (!is_there) {
        end(opt);
        return NULL;
    }
    look_ahead(opt, setup->touched);
    return opt;
}

static void put(struct heap *heap, uint32_t at, uint32_t page)
{
    heap->pages[at] = page;
    heap->places[page] = at + 1;
}

/* Puts the page where it belongs on the way from `at` to the top. */
static void rise(struct heap *heap, const uint32_t *next, uint32_t at, uint32_t page)
{
    while (at > 0) {
        uint32_t parent = (at - 1) / 2;
        if (next[heap->pages[parent]] >= next[page])
            break;
        put(heap, at, heap->pages[parent]);
        at = parent;
    }
    put(heap, at, page);
}

/* Puts the page in place of the top one, which leaves memory. */
static void replace_top(struct heap *heap, const uint32_t *next, uint32_t page)
{
    uint32_t at = 0, child;
    heap->places[heap->pages[0]] = 0;
    while ((child = 2 * at + 1) < heap->used) {
        if (child + 1 < heap->used && next[heap->pages[child + 1]] > next[heap->pages[child]])
            child++;
        if (next[page] >= next[heap->pages[child]])
            break;
        put(heap, at, heap->pages[child]);
        at = child;
    }
    put(heap, at, page);
}

static void touch(void *state, const uint32_t *pages, size_t count, uint64_t *misses)
{
    struct opt *opt = state;
    for (size_t i = 0; i < count; i++) {
        uint32_t page = pages[i];
        opt->next[page] = opt->following[opt->now++];
        for (uint32_t k = 0; k < opt->count; k++) {
            struct heap *heap = &opt->heaps[k];
            uint32_t place = heap->places[page];
            misses[k] += place == 0;
            if (place > 0)
                rise(heap, opt->next, place - 1, page);
            else if (heap->used < heap->size)
                rise(heap, opt->next, heap->used++, page);
            else
                replace_top(heap, opt->next, page);
        }
    }
}

const struct replay_policy replay_opt = {
    .name = "opt",
    .summary = "the page leaves that is touched latest from now on: no policy misses less",
    .needs_future = true,
    .begin = begin,
    .touch = touch,
    .end = end,
};
