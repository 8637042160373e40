/*
 * FIFO: the page leaves that came first, however often it was touched since.
 */
#include "ballast/replay/frames.h"
#include "ballast/replay/policies.h"

/* Frames were filled in order, so the hand is at the oldest page. */
static uint32_t choose(void *policy, uint32_t k)
{
    struct frames_memory *memory = &((struct frames *)policy)->memories[k];
    uint32_t at = memory->hand;
    memory->hand = at + 1 < memory->size ? at + 1 : 0;
    return at;
}

static void touch(void *state, const uint32_t *pages, size_t count, uint64_t *misses)
{
    frames_touch(state, pages, count, misses, state, choose);
}

const struct replay_policy replay_fifo = {
    .name = "fifo",
    .summary = "the page leaves that came first",
    .begin = frames_begin,
    .touch = touch,
    .end = frames_end,
};
