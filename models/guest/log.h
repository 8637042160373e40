/*
 * The guest's log: what an administrator would want to read there. Each entry is an event of the
 * virtual hardware (hardware.h); the time is that of the slice.
 */
#ifndef GUEST_LOG_H
#define GUEST_LOG_H

struct guest;
struct process;

/* "oom_kill": no memory can be had, so the OS ends this process. Call it while the process still
 * has what it holds. */
void guest_log_oom_kill(struct guest *guest, const struct process *process);
/* "guest_swap_full": reclaim wants to page out and has no slot. One entry for each time that the
 * device fills up: the next comes only after an eighth of it was free meanwhile. */
void guest_log_swap_full(struct guest *guest);
void guest_log_swap_room(struct guest *guest); /* a page could be paged out */

#endif
