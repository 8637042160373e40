/*
 * The memory of processes: the operations on it, and the zeroing of free pages.
 */
#ifndef GUEST_MEMORY_H
#define GUEST_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "models/guest/process.h"

struct guest;

/* These two do more than one page, until used_ns reaches `limit_ns`. */
enum step guest_memory_step(struct guest *guest, struct process *process, uint64_t limit_ns);
enum step guest_memory_free_step(struct guest *guest, struct process *process, uint64_t limit_ns);
enum step guest_memory_zero_step(struct guest *guest, struct process *process);
void guest_memory_free(struct guest *guest, struct process *process); /* all that it has */
bool guest_memory_zero_one(struct guest *guest); /* false: all free pages are zeroed */

#endif
