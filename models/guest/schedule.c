/*
 * Round-robin slices. A process that blocks leaves the CPU to the others; its device wakes it.
 *
 * The hazard is an operation that takes no time: a program that issues nothing else would never
 * return. Each operation therefore costs a nanosecond at least.
 */
#include "models/guest/schedule.h"

#include "models/guest/balloon.h"
#include "models/guest/log.h"
#include "models/guest/memory.h"
#include "models/guest/operate.h"
#include "models/guest/state.h"

static void next_operation(struct guest *guest, struct process *process)
{
    guest->used_ns++;
    process->op = (struct guest_op){.kind = GUEST_OP_EXIT};
    process->program->next(process->program, guest_now(guest), &process->op);
    process->done = 0;
    process->cursor = 0;
    process->busy = true;
    process->charged = false;
    process->waited = false;
}

static void complete(struct guest *guest, struct process *process)
{
    process->busy = false;
    guest->count.ops += !process->is_system;
}

static void end(struct guest *guest, struct process *process)
{
    guest_memory_free(guest, process);
    guest->promised_pages -= process->promised_pages;
    process->state = PROCESS_ENDED;
    guest->count.last_end_ns = guest_now(guest);
}

/* One step of the process; false when it has left the CPU. */
static bool advance(struct guest *guest, struct process *process, uint64_t limit_ns)
{
    if (process->stalled)
        guest_stall_over(guest, process);
    if (!process->busy)
        next_operation(guest, process);
    if (process->op.kind == GUEST_OP_SLEEP) {
        complete(guest, process);
        if (process->op.at_ns <= guest_now(guest))
            return true;
        guest_process_sleep(&guest->processes, process, process->op.at_ns);
        return false;
    }
    if (process->op.kind == GUEST_OP_EXIT) {
        end(guest, process);
        return false;
    }
    enum step step = guest_operate(guest, process, limit_ns);
    if (step == STEP_DONE)
        complete(guest, process);
    if (step == STEP_KILLED && guest_balloon_relieve(guest))
        step = STEP_MORE;
    if (step == STEP_KILLED) {
        guest_log_oom_kill(guest, process);
        end(guest, process);
        if (process->program->killed)
            process->program->killed(process->program, guest_now(guest));
    }
    return step == STEP_DONE || step == STEP_MORE;
}

bool guest_schedule_run(struct guest *guest, uint64_t limit_ns)
{
    struct processes *processes = &guest->processes;
    if (processes->current == NONE) {
        processes->current = guest_queue_pop(processes, &processes->ready);
        processes->quantum_left_ns = guest->os->quantum_ns;
    }
    if (processes->current == NONE)
        return false;
    struct process *process = &processes->process[processes->current];
    while (guest->used_ns < limit_ns && !guest->hw->stalled) {
        uint64_t began_ns = guest->used_ns, end_ns = began_ns + processes->quantum_left_ns;
        if (!advance(guest, process, limit_ns < end_ns ? limit_ns : end_ns)) {
            processes->current = NONE;
            return true;
        }
        uint64_t spent_ns = guest->used_ns - began_ns;
        if (spent_ns >= processes->quantum_left_ns) {
            guest_process_ready(processes, processes->current);
            processes->current = NONE;
            return true;
        }
        processes->quantum_left_ns -= spent_ns;
    }
    return true;
}
