/*
 * Buckets of events by digits of their times: see later.h.
 *
 * The hazard is many events of one time. They cannot be spread, so the first bucket is searched for
 * its least and greatest key before it is spread, and spread by the first digit in which these
 * differ.
 */
#include "sim/later.h"
#include "sim/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_LINE   64u
#define FIRST_CHUNKS 64u

/* ---- Digits ------------------------------------------------------------------------------ */

/* The level of the highest bit that is set; 0 for none. */
static uint32_t level_of(uint64_t bits)
{
    return bits == 0 ? 0 : 1 + (uint32_t)(63 - __builtin_clzll(bits)) / SIM_DIGIT_BITS;
}

uint32_t sim_level_between(struct sim_entry a, struct sim_entry b)
{
    return level_of(a.at_ns ^ b.at_ns);
}

static uint32_t digit_of(struct sim_entry entry, uint32_t level)
{
    if (level == 0)
        return sim_entry_phase(entry);
    return (uint32_t)(entry.at_ns >> (level - 1) * SIM_DIGIT_BITS) & (SIM_DIGITS - 1);
}

struct sim_entry sim_level_end(struct sim_entry entry, uint32_t level)
{
    if (level > 0) {
        entry.at_ns |= (UINT64_C(1) << (level - 1) * SIM_DIGIT_BITS) - 1;
        entry.who = SIM_PHASES - 1;
    }
    return entry;
}

/* ---- Chunks ------------------------------------------------------------------------------ */

void sim_later_init(struct sim_later *later)
{
    *later = (struct sim_later){.chunk_count = 1};
}

void sim_later_fini(struct sim_later *later)
{
    free(later->chunks);
    sim_later_init(later);
}

static void chunks_grow(struct sim_later *later)
{
    uint32_t room = later->chunk_room == 0 ? FIRST_CHUNKS : later->chunk_room * 2;
    assert(room > later->chunk_room);
    struct sim_chunk *chunks = sim_memory_need(aligned_alloc(CACHE_LINE, room * sizeof *chunks));
    if (later->chunks != NULL)
        memcpy(chunks, later->chunks, later->chunk_count * sizeof *chunks);
    free(later->chunks);
    later->chunks = chunks;
    later->chunk_room = room;
}

static uint32_t chunk_new(struct sim_later *later)
{
    uint32_t chunk = later->free;
    if (chunk != 0) {
        later->free = later->chunks[chunk].next;
    } else {
        if (later->chunk_count >= later->chunk_room)
            chunks_grow(later);
        chunk = later->chunk_count++;
    }
    later->chunks[chunk].next = 0;
    later->chunks[chunk].count = 0;
    return chunk;
}

/* Gives the next one, which is likely to be read soon. */
static uint32_t chunk_free(struct sim_later *later, uint32_t chunk)
{
    uint32_t next = later->chunks[chunk].next;
    later->chunks[chunk].next = later->free;
    later->free = chunk;
    return next;
}

static void chunk_prefetch(const struct sim_later *later, uint32_t chunk)
{
    const char *line = (const char *)&later->chunks[chunk];
    for (uint32_t i = 0; i < sizeof(struct sim_chunk); i += CACHE_LINE)
        __builtin_prefetch(line + i);
}

/* ---- Buckets ----------------------------------------------------------------------------- */

static void put(struct sim_later *later, uint32_t level, struct sim_entry entry)
{
    uint32_t digit = digit_of(entry, level);
    struct sim_bucket *bucket = &later->buckets[level][digit];

    if (bucket->count == 0) {
        bucket->first = bucket->last = chunk_new(later);
        bucket->at_ns = entry.at_ns;
        later->occupied[level] |= UINT64_C(1) << digit;
        later->levels |= 1u << level;
    } else if (later->chunks[bucket->last].count == SIM_CHUNK_ENTRIES) {
        uint32_t chunk = chunk_new(later);
        later->chunks[bucket->last].next = chunk;
        bucket->last = chunk;
    }
    struct sim_chunk *chunk = &later->chunks[bucket->last];
    chunk->entries[chunk->count++] = entry;
    bucket->count++;
    bucket->differs |= entry.at_ns ^ bucket->at_ns;
}

void sim_later_put(struct sim_later *later, struct sim_entry horizon, struct sim_entry entry)
{
    put(later, sim_level_between(entry, horizon), entry);
}

struct place {
    uint32_t level, digit;
};

static struct place first_place(const struct sim_later *later)
{
    uint32_t level = (uint32_t)__builtin_ctz(later->levels);
    return (struct place){level, (uint32_t)__builtin_ctzll(later->occupied[level])};
}

static struct sim_bucket *bucket_at(struct sim_later *later, struct place place)
{
    return &later->buckets[place.level][place.digit];
}

/* Makes the bucket empty, and gives what it was. The caller frees the chunks. */
static struct sim_bucket detach(struct sim_later *later, struct place place)
{
    struct sim_bucket *bucket = bucket_at(later, place);
    struct sim_bucket was = *bucket;
    *bucket = (struct sim_bucket){0};
    later->occupied[place.level] &= ~(UINT64_C(1) << place.digit);
    if (later->occupied[place.level] == 0)
        later->levels &= ~(1u << place.level);
    return was;
}

/* Whether one of the entries is due. The bucket tells, unless `until_ns` is one of its times. */
static bool is_due(const struct sim_later *later, const struct sim_bucket *bucket,
                   uint64_t until_ns)
{
    uint64_t low_bits = bucket->differs == 0 ? 0 : UINT64_MAX >> __builtin_clzll(bucket->differs);
    if (until_ns >= (bucket->at_ns | low_bits))
        return true;
    if (until_ns < (bucket->at_ns & ~low_bits))
        return false;
    for (uint32_t c = bucket->first; c != 0; c = later->chunks[c].next) {
        for (uint32_t i = 0; i < later->chunks[c].count; i++) {
            if (later->chunks[c].entries[i].at_ns <= until_ns)
                return true;
        }
    }
    return false;
}

static void spread(struct sim_later *later, struct place place, uint32_t level)
{
    struct sim_bucket bucket = detach(later, place);
    for (uint32_t c = bucket.first; c != 0; c = chunk_free(later, c)) {
        /* put() may move the chunks. */
        chunk_prefetch(later, later->chunks[c].next);
        for (uint32_t i = 0; i < later->chunks[c].count; i++)
            put(later, level, later->chunks[c].entries[i]);
    }
}

uint32_t sim_later_due(struct sim_later *later, uint64_t until_ns, uint32_t most)
{
    if (later->levels == 0)
        return 0;
    struct place place = first_place(later);
    if (!is_due(later, bucket_at(later, place), until_ns))
        return 0;
    while (place.level > 0 && bucket_at(later, place)->count > most) {
        spread(later, place, level_of(bucket_at(later, place)->differs));
        place = first_place(later);
    }
    return bucket_at(later, place)->count;
}

static uint32_t copy_out(struct sim_later *later, struct place place, struct sim_entry *out)
{
    struct sim_bucket bucket = detach(later, place);
    for (uint32_t c = bucket.first; c != 0; c = chunk_free(later, c)) {
        const struct sim_chunk *chunk = &later->chunks[c];
        memcpy(out, chunk->entries, chunk->count * sizeof *out);
        out += chunk->count;
    }
    return bucket.count;
}

uint32_t sim_later_take(struct sim_later *later, uint32_t most, struct sim_entry *out,
                        struct sim_entry *horizon)
{
    struct place place = first_place(later);
    uint32_t level = place.level, count = 0;
    do {
        count += copy_out(later, place, out + count);
        if (later->levels == 0)
            break;
        place = first_place(later);
    } while (place.level == level && count + bucket_at(later, place)->count <= most);
    *horizon = sim_level_end(out[count - 1], level);
    return count;
}

void sim_later_filter(struct sim_later *later, bool (*keep)(void *context, struct sim_entry entry),
                      void *context)
{
    for (uint32_t level = 0; level < SIM_LEVELS; level++) {
        for (uint64_t left = later->occupied[level]; left != 0; left &= left - 1) {
            struct place place = {level, (uint32_t)__builtin_ctzll(left)};
            struct sim_bucket bucket = detach(later, place);
            for (uint32_t c = bucket.first; c != 0; c = chunk_free(later, c)) {
                for (uint32_t i = 0; i < later->chunks[c].count; i++) {
                    struct sim_entry entry = later->chunks[c].entries[i];
                    if (keep(context, entry))
                        put(later, level, entry);
                }
            }
        }
    }
}
