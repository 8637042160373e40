/*
 * What is at a place (page.h): a page in memory, a slot of the paging device, or nothing. One
 * array, guest->place, says it for every place, so a file's page is found without hashing.
 */
#ifndef GUEST_PLACE_H
#define GUEST_PLACE_H

#include <stdbool.h>
#include <stdint.h>

struct guest;

/* An entry of guest->place. 0: nothing in memory, and for process memory nothing on the paging
 * device either. */
#define PLACE_PRESENT (UINT32_C(1) << 31)
#define PLACE_USED    (UINT32_C(1) << 30) /* referenced since reclaim looked last */
#define PLACE_READING (UINT32_C(1) << 29) /* the disk is filling the page */
#define PLACE_SWAPPED (UINT32_C(1) << 28) /* the low bits are a slot of the paging device */
#define PLACE_NUMBER  (PLACE_SWAPPED - 1) /* PPN or slot */
/* Without PLACE_PRESENT: reclaim has taken a file's page, and this is its shadow (workingset.h). */
#define PLACE_SHADOW PLACE_USED

/* Nothing in memory, and nothing on the paging device. */
static inline bool guest_place_is_vacant(uint32_t entry)
{
    return !(entry & (PLACE_PRESENT | PLACE_READING | PLACE_SWAPPED));
}

/* A place gets a page; the page goes to the head of the inactive list, or of the active one if it
 * comes back too soon (workingset.h). */
void guest_place_fill(struct guest *guest, uint32_t place, uint32_t ppn, uint32_t flags);
/* A place loses its page, dirty or not. The page becomes free: at once, or when the device that
 * works on it is done. */
void guest_place_empty(struct guest *guest, uint32_t place);
/* From now on the place counts as not referenced. */
void guest_place_unuse(struct guest *guest, uint32_t place);

#endif
