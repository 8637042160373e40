/*
 * Which pages came back too soon (refault distance), and what it costs to take pages of files and
 * of processes. For an OS that keeps their lists apart.
 *
 * A page that reclaim takes leaves a *shadow*: the age of the inactive lists at that moment. Their
 * age grows by one with each page that is taken or becomes active. When the page comes back, the
 * age since then says how many more inactive pages it would have taken to keep it. If active pages
 * could have made room for that, the page becomes active at once, and challenges them. (Linux,
 * "mm: thrash detection-based file cache sizing", 3.15; for processes 5.9.)
 */
#ifndef GUEST_WORKINGSET_H
#define GUEST_WORKINGSET_H

#include <stdbool.h>
#include <stdint.h>

#include "models/guest/page.h"

struct guest;

enum lru_kind { LRU_FILES, LRU_PROCESSES, LRU_KINDS };

struct workingset {
    uint32_t age;                 /* of the inactive lists; wraps */
    uint32_t refaults[LRU_KINDS]; /* pages that came back and became active at once */
    uint32_t balanced[LRU_KINDS]; /* the same when reclaim ended last */
    uint64_t io_cost[LRU_KINDS];  /* of late: page I/O and rotations (guest_workingset_cost()) */
};

static inline enum lru_kind guest_lru_kind(uint32_t place)
{
    return place < PLACE_FILES ? LRU_FILES : LRU_PROCESSES;
}

/* The page is about to be taken. Returns its shadow, which a place or a slot can hold. */
uint32_t guest_workingset_evict(struct guest *guest, uint32_t ppn);
/* The page of this shadow is back, in `ppn`. Does it become active at once? */
bool guest_workingset_refault(struct guest *guest, uint32_t place, uint32_t ppn, uint32_t shadow);
/* An inactive page has become active. */
void guest_workingset_activated(struct guest *guest);

/* Reclaim of this kind took so many pages of I/O, and so many pages that it looked at were in use.
 */
void guest_workingset_cost(struct guest *guest, enum lru_kind kind, uint32_t io, uint32_t rotated);
/* Reclaim has ended: what comes back from now on is new. */
void guest_workingset_balanced(struct guest *guest);

#endif
