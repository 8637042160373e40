/* A sample of pages by a hash of their numbers, and its steps and windows. */
#include "sample.h"

uint32_t mp_sample_most(const uint32_t *values)
{
    uint32_t pages = values[MP_SAMPLE_PAGES], error = 1;

    while (error * error < pages)
        error++;
    return pages + 8 * error;
}

size_t mp_sample_bytes(const uint32_t *values)
{
    return mp_sample_most(values) * (sizeof(uint64_t) + sizeof(uint32_t));
}

/* The last step of splitmix64. */
static uint64_t hash_of(uint64_t seed, uint32_t ppn)
{
    uint64_t x = (seed << 32 | ppn) + UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return (x ^ x >> 31) >> 32;
}

uint64_t mp_sample_begin(struct mp_sample *sample, const struct mp_watch *watch, void *buffer)
{
    uint64_t seed = mp_watch_random_below(watch, UINT32_MAX);
    uint64_t threshold = ((uint64_t)watch->parameters[MP_SAMPLE_PAGES] << 32) / watch->max_pages;

    sample->most = mp_sample_most(watch->parameters);
    sample->touch = buffer;
    sample->ppns = (uint32_t *)(sample->touch + sample->most);
    for (uint32_t ppn = 0; ppn < watch->max_pages && sample->count < sample->most; ppn++) {
        if (hash_of(seed, ppn) < threshold)
            sample->ppns[sample->count++] = ppn;
    }
    sample->end_own_ns = watch->own_ns + watch->tunables->sample_period_ms * MP_SAMPLE_MS_NS;
    sample->due_ns = watch->now_ns + watch->parameters[MP_SAMPLE_STEP_MS] * MP_SAMPLE_MS_NS;
    return sample->due_ns;
}

/* Shell's sort: there are few touches, and most are in order. */
static void sort(uint64_t *item, uint32_t count)
{
    for (uint32_t gap = count / 2; gap > 0; gap /= 2) {
        for (uint32_t i = gap; i < count; i++) {
            uint64_t moved = item[i];
            uint32_t at = i;

            for (; at >= gap && item[at - gap] > moved; at -= gap)
                item[at] = item[at - gap];
            item[at] = moved;
        }
    }
}

bool mp_sample_step(struct mp_sample *sample, const struct mp_watch *watch)
{
    const uint32_t *stamps = watch->accessed->stamps;

    if (watch->now_ns < sample->due_ns)
        return false;
    sample->due_ns = watch->now_ns + watch->parameters[MP_SAMPLE_STEP_MS] * MP_SAMPLE_MS_NS;
    sample->touches = 0;
    for (uint32_t place = 0; place < sample->count; place++) {
        uint32_t stamp = stamps[sample->ppns[place]];

        if (stamp > sample->seen)
            sample->touch[sample->touches++] = (uint64_t)stamp << 32 | place;
    }
    sort(sample->touch, sample->touches);
    sample->seen = watch->accessed->now - 1;
    mp_watch_cleared(watch, sample->touches);
    return true;
}

bool mp_sample_window(struct mp_sample *sample, const struct mp_watch *watch)
{
    uint64_t window_ns = watch->tunables->sample_period_ms * MP_SAMPLE_MS_NS;

    if (watch->own_ns < sample->end_own_ns)
        return false;
    sample->end_own_ns += window_ns;
    if (sample->end_own_ns <= watch->own_ns)
        sample->end_own_ns = watch->own_ns + window_ns;
    return true;
}

const struct mp_counter mp_sample_counter = {"sampled", "pages", "in the sample"};

void mp_sample_count(const void *state, int64_t *values)
{
    values[0] = ((const struct mp_sample *)state)->count;
}

uint32_t mp_sample_scaled(const struct mp_sample *sample, const struct mp_watch *watch, uint64_t n,
                          uint64_t d)
{
    uint64_t pages = sample->count > 0 ? n * watch->max_pages / (d * sample->count) : 0;

    return (uint32_t)(pages < watch->max_pages ? pages : watch->max_pages);
}
