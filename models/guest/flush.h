/*
 * The flush daemons (bdflush and kupdate of Linux 2.4): they write dirty pages that are old, and
 * dirty pages when there are too many.
 */
#ifndef GUEST_FLUSH_H
#define GUEST_FLUSH_H

#include <stdbool.h>
#include <stdint.h>

struct guest;

#define FLUSH_TICK_NS UINT64_C(5000000000) /* Linux 2.4 buffer.c, bdf_prm: interval 5 s */

/* Writes a dirty page that is not busy, and its dirty neighbours. False: no request is free. */
bool guest_flush_write(struct guest *guest, uint32_t ppn);
bool guest_flush_wanted(const struct guest *guest); /* is there work for guest_flush_work()? */
void guest_flush_work(struct guest *guest);
void guest_flush_tick(struct guest *guest); /* every FLUSH_TICK_NS: dirty pages grow older */

#endif
