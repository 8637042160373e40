/*
 * Random: any page leaves, each with the same probability. Each size of memory has a stream of its
 * own, so one more size changes no other.
 */
#include <stdio.h>
#include <stdlib.h>

#include "ballast/replay/frames.h"
#include "ballast/replay/policies.h"
#include "sim/random.h"

struct drawing {
    struct frames frames; /* first */
    struct sim_random streams[REPLAY_MEMORIES_MOST];
};

static void end(void *state)
{
    struct drawing *drawing = state;
    if (drawing == NULL)
        return;
    for (uint32_t k = 0; k < drawing->frames.count; k++)
        sim_random_fini(&drawing->streams[k]);
    frames_fini(&drawing->frames);
    free(drawing);
}

static void *begin(const struct replay_setup *setup)
{
    struct drawing *drawing = calloc(1, sizeof *drawing);
    if (drawing == NULL)
        return NULL;
    bool is_there = frames_init(&drawing->frames, setup);
    for (uint32_t k = 0; k < setup->count; k++) {
        char name[40];
        snprintf(name, sizeof name, "replay.random.%u", setup->memory_pages[k]);
        sim_random_init(&drawing->streams[k], setup->seed, 0, name);
    }
    if (!is_there) {
        end(drawing);
        return NULL;
    }
    return drawing;
}

static uint32_t choose(void *policy, uint32_t k)
{
    struct drawing *drawing = policy;
    return sim_random_below(&drawing->streams[k], drawing->frames.memories[k].size);
}

static void touch(void *state, const uint32_t *pages, size_t count, uint64_t *misses)
{
    struct drawing *drawing = state;
    frames_touch(&drawing->frames, pages, count, misses, drawing, choose);
}

const struct replay_policy replay_random = {
    .name = "random",
    .summary = "any page leaves",
    .begin = begin,
    .touch = touch,
    .end = end,
};
