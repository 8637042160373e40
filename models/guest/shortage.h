/*
 * What ends a shortage: a page becomes free, or a dirty page becomes clean. The processes that wait
 * for it become ready at once.
 */
#ifndef GUEST_SHORTAGE_H
#define GUEST_SHORTAGE_H

#include <stdbool.h>
#include <stdint.h>

struct guest;

/* guest_page_release(); wakes those who wait for memory once more than the reserve is free. */
void guest_shortage_release(struct guest *guest, uint32_t ppn);
/* guest_page_clean(); wakes the writers that were made to wait once few enough pages are dirty. */
void guest_shortage_clean(struct guest *guest, uint32_t ppn);

/* Are more than so many percent of usable memory dirty? Usable are free and cached pages and those
 * of processes. */
bool guest_shortage_dirty_above(const struct guest *guest, uint32_t percent);
/* Must writers wait? */
bool guest_shortage_throttles(const struct guest *guest);

#endif
