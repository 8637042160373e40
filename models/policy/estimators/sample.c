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
    return 2 * (size_t)mp_sample_most(values) * sizeof(uint32_t);
}

/* The last step of splitmix64. */
static uint64_t hash_of(uint64_t seed, uint32_t ppn)
{
    uint64_t x = (seed << 32 | ppn) + UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return (x ^ x >> 31) >> 32;
}

static void arm(struct mp_sample *sample, const struct mp_watch *watch)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < sample->waiting; i++) {
        uint32_t ppn = sample->ppns[sample->wait[i]];

        if (mp_watch_backing(watch, ppn) == MP_BALLOONED)
            sample->wait[kept++] = sample->wait[i];
        else
            mp_watch_arm(watch, ppn);
    }
    sample->waiting = kept;
}

uint64_t mp_sample_begin(struct mp_sample *sample, const struct mp_watch *watch, void *buffer)
{
    uint64_t seed = mp_watch_random_below(watch, UINT32_MAX);
    uint64_t threshold = ((uint64_t)watch->parameters[MP_SAMPLE_PAGES] << 32) / watch->max_pages;

    sample->most = mp_sample_most(watch->parameters);
    sample->ppns = buffer;
    sample->wait = sample->ppns + sample->most;
    for (uint32_t ppn = 0; ppn < watch->max_pages && sample->count < sample->most; ppn++) {
        if (hash_of(seed, ppn) < threshold) {
            sample->wait[sample->waiting++] = sample->count;
            sample->ppns[sample->count++] = ppn;
        }
    }
    arm(sample, watch);
    sample->end_own_ns = watch->own_ns + watch->tunables->sample_period_ms * MP_SAMPLE_MS_NS;
    sample->due_ns = watch->now_ns + watch->parameters[MP_SAMPLE_STEP_MS] * MP_SAMPLE_MS_NS;
    return sample->due_ns;
}

uint32_t mp_sample_heard(struct mp_sample *sample, uint32_t ppn)
{
    uint32_t low = 0, high = sample->count - 1;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (sample->ppns[middle] < ppn)
            low = middle + 1;
        else
            high = middle;
    }
    sample->wait[sample->waiting++] = low;
    return low;
}

bool mp_sample_tick(struct mp_sample *sample, const struct mp_watch *watch)
{
    uint64_t window_ns = watch->tunables->sample_period_ms * MP_SAMPLE_MS_NS;

    if (watch->now_ns < sample->due_ns)
        return false;
    sample->due_ns = watch->now_ns + watch->parameters[MP_SAMPLE_STEP_MS] * MP_SAMPLE_MS_NS;
    arm(sample, watch);
    if (watch->own_ns < sample->end_own_ns)
        return false;
    sample->end_own_ns += window_ns;
    if (sample->end_own_ns <= watch->own_ns)
        sample->end_own_ns = watch->own_ns + window_ns;
    return true;
}

void mp_sample_lost(void *state, const struct mp_watch *watch, uint32_t ppn)
{
    (void)watch;
    mp_sample_heard(state, ppn);
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
