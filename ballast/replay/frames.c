/*
 * Memories as arrays of frames: their room.
 */
#include "ballast/replay/frames.h"

#include <stdlib.h>

#include "sim/reserve.h"

bool frames_init(struct frames *frames, const struct replay_setup *setup)
{
    *frames = (struct frames){.count = setup->count, .page_count = setup->pages};
    frames->pages = sim_reserve_huge((size_t)setup->pages * sizeof *frames->pages);
    bool is_there = frames->pages != NULL;
    for (uint32_t k = 0; k < setup->count; k++) {
        struct frames_memory *memory = &frames->memories[k];
        memory->size = setup->memory_pages[k];
        memory->frames = sim_reserve_huge((size_t)memory->size * sizeof *memory->frames);
        is_there &= memory->frames != NULL;
    }
    return is_there;
}

void frames_fini(struct frames *frames)
{
    for (uint32_t k = 0; k < frames->count; k++) {
        struct frames_memory *memory = &frames->memories[k];
        sim_release(memory->frames, (size_t)memory->size * sizeof *memory->frames);
    }
    sim_release(frames->pages, (size_t)frames->page_count * sizeof *frames->pages);
}

void frames_end(void *state)
{
    if (state != NULL)
        frames_fini(state);
    free(state);
}

void *frames_begin(const struct replay_setup *setup)
{
    struct frames *frames = malloc(sizeof *frames);
    if (frames != NULL && !frames_init(frames, setup)) {
        frames_end(frames);
        return NULL;
    }
    return frames;
}
