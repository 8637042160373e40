/*
 * Transparent huge pages, as a share: so much of the memory of processes, in whole aligned blocks
 * of 2 MiB, is given a block at a time, at the first touch of any page in it.
 *
 * What follows from a huge page is that its memory is there, used or not. After that its pages go
 * their own ways: paging, the balloon and reclaim look at each alone, as if it had been split.
 */
#ifndef GUEST_HUGE_H
#define GUEST_HUGE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/guest/process.h"

struct guest;

/* The process touches `place` for the first time. False: it gets one page, as elsewhere. True: its
 * whole block has pages, or as many as the virtual CPU could have before it stalled. */
bool guest_huge_fault(struct guest *guest, struct process *process, uint32_t place);

#endif
