/*
 * Events that are not due soon, in buckets by their time. Private to the event queue.
 *
 * The queue keeps the events up to a horizon in order (event.c). An event beyond it lies in the
 * bucket that the highest differing digit tells: `level` is the place of that digit, `digit` is the
 * event's. All events of a lower level come before all of a higher level, and within a level lower
 * digits come first. Only the first bucket is ever looked into. If it holds many events, they are
 * spread over the buckets of a lower level. So an event moves at most SIM_LEVELS times, whatever
 * the times are.
 *
 * A bucket keeps the order in which its entries came, and so do all moves. That is why an entry
 * needs no sequence number.
 */
#ifndef SIM_LATER_H
#define SIM_LATER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/entry.h"

#define SIM_DIGIT_BITS 6u
#define SIM_DIGITS     (1u << SIM_DIGIT_BITS)
/* Level 0 is the phase, the others are the digits of a time of 64 bits. */
#define SIM_LEVELS (1 + (64 + SIM_DIGIT_BITS - 1) / SIM_DIGIT_BITS)

/* Entries of a bucket lie in chunks, so that reading them is reading memory in a row. */
#define SIM_CHUNK_ENTRIES 15u

struct sim_chunk {
    uint32_t next; /* 0 = none */
    uint32_t count;
    uint64_t unused;
    struct sim_entry entries[SIM_CHUNK_ENTRIES];
};

struct sim_bucket {
    uint64_t at_ns;       /* of its first entry, */
    uint64_t differs;     /* and the bits in which other times differ from it */
    uint32_t first, last; /* chunks; 0 = none */
    uint32_t count;       /* entries */
};

struct sim_later {
    struct sim_bucket buckets[SIM_LEVELS][SIM_DIGITS];
    uint64_t occupied[SIM_LEVELS]; /* a bit for each bucket of the level */
    uint32_t levels;               /* a bit for each level with entries */
    struct sim_chunk *chunks;
    uint32_t chunk_count, chunk_room;
    uint32_t free; /* the first free chunk; 0 = none */
};

void sim_later_init(struct sim_later *later);
void sim_later_fini(struct sim_later *later);

static inline bool sim_later_empty(const struct sim_later *later)
{
    return later->levels == 0;
}

/* The level of the highest digit in which two keys differ; 0 for equal keys. */
uint32_t sim_level_between(struct sim_entry a, struct sim_entry b);
/* The last key that has the digits of `entry` at `level` and above. */
struct sim_entry sim_level_end(struct sim_entry entry, uint32_t level);

/* Takes in an entry that is after `horizon`. */
void sim_later_put(struct sim_later *later, struct sim_entry horizon, struct sim_entry entry);

/* How many entries sim_later_take() would give at most; 0 where none is due at `until_ns` or
 * before. There may be more than `most` only where they all have one key. */
uint32_t sim_later_due(struct sim_later *later, uint64_t until_ns, uint32_t most);
/* After sim_later_due(): moves the first bucket to `out`, and the next ones of its level while all
 * of them together are at most `most`. Gives the number of entries; sets the horizon behind them.
 * The entries are in the order of their buckets and, within one, in the order in which they came.
 */
uint32_t sim_later_take(struct sim_later *later, uint32_t most, struct sim_entry *out,
                        struct sim_entry *horizon);

/* Drops the entries for which `keep` says no. */
void sim_later_filter(struct sim_later *later, bool (*keep)(void *context, struct sim_entry entry),
                      void *context);

#endif
