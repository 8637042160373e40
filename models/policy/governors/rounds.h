/*
 * Rules that are played in rounds of a fixed length. A governor is also asked in between, when
 * something happens; then it keeps what it ordered. Its state begins with struct mp_rounds.
 */
#ifndef MP_GOVERNORS_ROUNDS_H
#define MP_GOVERNORS_ROUNDS_H

#include "arithmetic.h"

struct mp_rounds {
    uint64_t next_ns;
    bool is_short; /* the host pages out by itself (host_swap.h), and is asked each second */
};

static inline void mp_rounds_init(struct mp_rounds *rounds, uint64_t now_ns, uint64_t period_s)
{
    rounds->next_ns = now_ns + period_s * MP_SECOND_NS;
}

/* Is it time for a round? Then the next one is `period_s` from now. */
static inline bool mp_round_begins(struct mp_rounds *rounds, uint64_t now_ns, uint64_t period_s)
{
    if (now_ns < rounds->next_ns)
        return false;
    rounds->next_ns = now_ns + period_s * MP_SECOND_NS;
    return true;
}

/* The governor's `next_deadline`. */
static inline uint64_t mp_rounds_next(const void *state, uint64_t now_ns)
{
    const struct mp_rounds *rounds = state;
    uint64_t soon_ns = now_ns + MP_SECOND_NS;

    return rounds->is_short && soon_ns < rounds->next_ns ? soon_ns : rounds->next_ns;
}

#endif
