/*
 * Four lists, as in Linux since 2.6.28: active and inactive pages of files and of processes, each
 * pair balanced by itself. A file's page becomes active at its second read, a process's page when
 * two looks at it in turn find it used.
 *
 * Reclaim goes in rounds. A round looks at a part of each list, 2^-priority of it; which kind gives
 * how much follows from `swappiness` and from what taking pages of each kind has cost of late
 * (workingset.h).
 */
#ifndef GUEST_LRU_H
#define GUEST_LRU_H

#include <stdbool.h>
#include <stdint.h>

#include "models/guest/workingset.h"

#define LRU_PRIORITY 12u /* Linux mmzone.h: DEF_PRIORITY, the gentlest round */

struct guest;

struct lru_round {
    uint32_t inactive[LRU_KINDS], active[LRU_KINDS]; /* still to be looked at */
    uint32_t freed, looked_at, writing; /* pages: freed at once, looked at, on their way out */
};

/* A process has read the file's page at `place`. */
void guest_lru_read(struct guest *guest, uint32_t place);

/* Too few inactive pages of this kind? The larger the lists, the smaller the inactive part. */
bool guest_lru_inactive_is_low(const struct guest *guest, enum lru_kind kind);

void guest_lru_begin(const struct guest *guest, uint32_t priority, struct lru_round *round);
/* Looks at some pages of each list; false: nothing is left of the round. */
bool guest_lru_step(struct guest *guest, struct lru_round *round);
void guest_lru_end(struct guest *guest);

#endif
