/*
 * One step of whatever operation a process is at.
 */
#ifndef GUEST_OPERATE_H
#define GUEST_OPERATE_H

#include <stdint.h>

#include "models/guest/process.h"

struct guest;

/* Neither sleep nor exit, which are the scheduler's. */
enum step guest_operate(struct guest *guest, struct process *process, uint64_t limit_ns);

#endif
