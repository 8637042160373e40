/*
 * Slots of the guest's own paging device: one page each, given out in rotation, so that pages that
 * leave together lie together.
 */
#ifndef GUEST_SLOT_H
#define GUEST_SLOT_H

#include <stdbool.h>
#include <stdint.h>

struct slots {
    uint32_t *owner;   /* of each slot: the place (page.h); 0: free */
    uint64_t *content; /* of each slot, where contents matter */
    uint32_t *shadow;  /* of each slot, where lists are kept apart (workingset.h) */
    uint32_t total, used;
    uint32_t next; /* where the search for a free one begins */
    uint32_t end;  /* slots from here on were never given out */
};

uint32_t guest_slot_take(struct slots *slots, uint32_t place); /* fewer than all are used */
void guest_slot_free(struct slots *slots, uint32_t slot);

#endif
