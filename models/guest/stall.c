/*
 * Waiting for memory. The hazard is a process that waits for two reasons, or is woken and has no
 * CPU yet: it counts once, from when it began to wait until it runs.
 */
#include "models/guest/stall.h"

#include <assert.h>

#include "models/guest/state.h"

void guest_stall_enter(struct guest *guest)
{
    if (guest->stall.waiting++ == 0)
        guest->stall.since_ns = guest_now(guest);
}

void guest_stall_leave(struct guest *guest)
{
    assert(guest->stall.waiting > 0);
    if (--guest->stall.waiting == 0)
        guest->stall.total_ns += guest_now(guest) - guest->stall.since_ns;
}

void guest_stall_wait(struct guest *guest, struct process *process)
{
    if (process->stalled)
        return;
    process->stalled = true;
    guest_stall_enter(guest);
}

void guest_stall_over(struct guest *guest, struct process *process)
{
    if (!process->stalled)
        return;
    process->stalled = false;
    guest_stall_leave(guest);
}

uint64_t guest_stall_ns(const struct guest *guest)
{
    const struct stall *stall = &guest->stall;
    return stall->total_ns + (stall->waiting > 0 ? guest_now(guest) - stall->since_ns : 0);
}
