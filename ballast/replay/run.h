/*
 * Policies over the touches of a recording, in memories of several sizes.
 */
#ifndef REPLAY_RUN_H
#define REPLAY_RUN_H

#include "ballast/replay/memory.h"
#include "ballast/replay/policy.h"
#include "ballast/replay/trace.h"
#include "sim/progress.h"

#define REPLAY_POLICIES_MOST 16u

struct replay_run {
    uint32_t count; /* of policies */
    const struct replay_policy *policies[REPLAY_POLICIES_MOST];
    struct replay_memories memories;
    uint64_t seed;
    /* What came out. */
    struct replay_facts facts;
    uint64_t misses[REPLAY_POLICIES_MOST][REPLAY_MEMORIES_MOST]; /* in the order of `memories` */
};

/* Reads "lru,clock". SIM_USAGE with the nearest right name. */
int replay_policies_read(const char *text, struct replay_run *run, struct sim_error *error);

/* Reads all of the trace. SIM_USAGE for a size that does not fit the trace. */
int replay_run(struct replay_run *run, struct replay_trace *trace, struct sim_progress *progress,
               struct sim_error *error);

#endif
