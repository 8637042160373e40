/*
 * Sizes of memory as a user writes them: "10%" of the pages that a recording touches, "1GB", "4096"
 * or "4096pages".
 */
#ifndef REPLAY_MEMORY_H
#define REPLAY_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "ballast/replay/policy.h"
#include "sim/error.h"

enum replay_unit { REPLAY_PAGES, REPLAY_PERCENT, REPLAY_BYTES };

struct replay_memory {
    const char *text; /* as written, not ended by a NUL: */
    uint32_t length;
    enum replay_unit unit;
    double value;
    uint32_t pages; /* 0 until it is known */
};

struct replay_memories {
    uint32_t count;
    struct replay_memory at[REPLAY_MEMORIES_MOST];
};

/* Reads "10%,1GB,4096". `text` must outlive the memories. SIM_USAGE names the option --memory. */
int replay_memories_read(const char *text, struct replay_memories *memories,
                         struct sim_error *error);
/* Are there sizes of this unit? */
bool replay_memories_have(const struct replay_memories *memories, enum replay_unit unit);
/* Sets `pages`. `page_bytes` 0: unknown; `distinct` 0: unknown yet, and there are no percents.
 * SIM_USAGE for a size that comes to no page, or to more than `distinct`. */
int replay_memories_resolve(struct replay_memories *memories, uint32_t page_bytes,
                            uint32_t distinct, const char *path, struct sim_error *error);

#endif
