/*
 * Memories as arrays of frames, for policies that choose a frame. Internal to this folder.
 *
 * What is known of a page lies together for all memories, a bit for each: one look tells where the
 * page misses.
 */
#ifndef REPLAY_FRAMES_H
#define REPLAY_FRAMES_H

#include "ballast/replay/policy.h"

struct frames_page {
    uint32_t resident; /* bit k: it is in memory k */
    uint32_t touched;  /* bit k: it was touched there since it came or since somebody cleared it */
};

struct frames_memory {
    uint32_t *frames; /* the page in each frame */
    uint32_t size, used;
    uint32_t hand; /* for the policy; 0 at first */
};

struct frames {
    uint32_t count;
    uint32_t page_count;
    struct frames_page *pages;
    struct frames_memory memories[REPLAY_MEMORIES_MOST];
};

/* Empty memories. False where there is no room; to be ended by frames_fini() in any case. */
bool frames_init(struct frames *frames, const struct replay_setup *setup);
void frames_fini(struct frames *frames);

/* begin() and end() of a policy that needs nothing but frames. */
void *frames_begin(const struct replay_setup *setup);
void frames_end(void *state);

/* Which frame of memory k, which is full, gets the next page. `policy` begins with the frames. */
typedef uint32_t frames_choose(void *policy, uint32_t k);

static inline void frames_put(struct frames *frames, uint32_t k, uint32_t page, void *policy,
                              frames_choose *choose)
{
    struct frames_memory *memory = &frames->memories[k];
    uint32_t bit = UINT32_C(1) << k, at = memory->used;
    if (at < memory->size) {
        memory->used++;
    } else {
        at = choose(policy, k);
        frames->pages[memory->frames[at]].resident &= ~bit;
    }
    memory->frames[at] = page;
    frames->pages[page].resident |= bit;
    frames->pages[page].touched &= ~bit;
}

/* For touch() of a policy: inlined, with its own choice. */
static inline __attribute__((always_inline)) void frames_touch(struct frames *frames,
                                                               const uint32_t *pages, size_t count,
                                                               uint64_t *misses, void *policy,
                                                               frames_choose *choose)
{
    uint32_t all = (uint32_t)((UINT64_C(1) << frames->count) - 1);
    for (size_t i = 0; i < count; i++) {
        if (i + REPLAY_AHEAD < count)
            __builtin_prefetch(&frames->pages[pages[i + REPLAY_AHEAD]], 1);
        struct frames_page *page = &frames->pages[pages[i]];
        uint32_t missed = all & ~page->resident;
        page->touched |= page->resident;
        for (; missed != 0; missed &= missed - 1) {
            uint32_t k = (uint32_t)__builtin_ctz(missed);
            misses[k]++;
            frames_put(frames, k, pages[i], policy, choose);
        }
    }
}

#endif
