/*
 * The records of the paging device's slots.
 */
#include "models/guest/slot.h"

#include <assert.h>

uint32_t guest_slot_take(struct slots *slots, uint32_t place)
{
    assert(slots->used < slots->total);
    while (slots->owner[slots->next])
        slots->next = (slots->next + 1) % slots->total;
    uint32_t slot = slots->next;
    slots->owner[slot] = place;
    slots->used++;
    if (slot >= slots->end)
        slots->end = slot + 1;
    slots->next = (slot + 1) % slots->total;
    return slot;
}

void guest_slot_free(struct slots *slots, uint32_t slot)
{
    assert(slots->owner[slot]);
    slots->owner[slot] = 0;
    slots->used--;
}
