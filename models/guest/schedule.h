/*
 * The scheduler: round-robin slices of the ready processes.
 */
#ifndef GUEST_SCHEDULE_H
#define GUEST_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

struct guest;

/* Runs ready processes until used_ns reaches `limit_ns`. False: none is ready. */
bool guest_schedule_run(struct guest *guest, uint64_t limit_ns);

#endif
