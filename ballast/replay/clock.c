/*
 * CLOCK, also called second chance: a hand goes round over the frames. A page that was touched
 * since the hand passed it last stays, and must be touched again to stay the next time; the first
 * page that was not leaves, and the new page gets its frame.
 *
 * One bit for each page. The touch that brings a page in does not set it. So this is FIFO with
 * reinsertion, and the CLOCK of libCacheSim with its defaults.
 */
#include "ballast/replay/frames.h"
#include "ballast/replay/policies.h"

static uint32_t choose(void *policy, uint32_t k)
{
    struct frames *frames = policy;
    struct frames_memory *memory = &frames->memories[k];
    uint32_t bit = UINT32_C(1) << k, at = memory->hand;
    for (;;) {
        uint32_t next = at + 1 < memory->size ? at + 1 : 0;
        struct frames_page *page = &frames->pages[memory->frames[at]];
        if (at + REPLAY_AHEAD < memory->size)
            __builtin_prefetch(&frames->pages[memory->frames[at + REPLAY_AHEAD]], 1);
        if ((page->touched & bit) == 0) {
            memory->hand = next;
            return at;
        }
        page->touched &= ~bit;
        at = next;
    }
}

static void touch(void *state, const uint32_t *pages, size_t count, uint64_t *misses)
{
    frames_touch(state, pages, count, misses, state, choose);
}

const struct replay_policy replay_clock = {
    .name = "clock",
    .summary = "second chance: one bit, which a touch sets and the passing hand clears",
    .begin = frames_begin,
    .touch = touch,
    .end = frames_end,
};
