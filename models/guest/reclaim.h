/*
 * Memory for whoever asks, and reclaim where it is short: cached pages are dropped, dirty ones
 * written, pages of processes go to the paging device.
 */
#ifndef GUEST_RECLAIM_H
#define GUEST_RECLAIM_H

#include <stdbool.h>
#include <stdint.h>

#include "models/guest/process.h"

struct guest;

/* A page to use. `*zeroed` as for guest_page_take(). NONE: none can be had now; a process then does
 * what guest_reclaim_wait() says. */
uint32_t guest_reclaim_page(struct guest *guest, bool *zeroed);
/* The process waits for memory (STEP_BLOCKED), tries again after a stall (STEP_MORE), or must end
 * since no memory can ever come (STEP_KILLED). The system's own process goes on without
 * (STEP_DONE). */
enum step guest_reclaim_wait(struct guest *guest, struct process *process);

#endif
