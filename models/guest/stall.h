/*
 * Time in which some process waits for memory, as the kernel's PSI counts it (Documentation/
 * accounting/psi: the line `some` of memory): it reclaims by itself, waits for a page to become
 * free, for one to come back from the paging device, or for a page of the working set to be read
 * again. Two processes that wait at once count once.
 */
#ifndef GUEST_STALL_H
#define GUEST_STALL_H

#include <stdint.h>

struct guest;
struct process;

struct stall {
    uint32_t waiting;  /* who waits at this moment */
    uint64_t since_ns; /* while somebody does */
    uint64_t total_ns; /* of the times that are over */
};

/* What is done between these two counts as waiting. */
void guest_stall_enter(struct guest *guest);
void guest_stall_leave(struct guest *guest);
/* The process is about to wait; it stops to when it runs next (process->stalled), which calls
 * guest_stall_over(). */
void guest_stall_wait(struct guest *guest, struct process *process);
void guest_stall_over(struct guest *guest, struct process *process);

uint64_t guest_stall_ns(const struct guest *guest); /* up to now, with what lasts */

#endif
