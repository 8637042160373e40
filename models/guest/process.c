/*
 * Processes: a run queue with round-robin slices; a process that blocks leaves the CPU to the
 * others and is woken by its device (paper, Figure 2: forty dbench clients are forty processes).
 *
 * The hazard is an operation that takes no time: a program that issues such ones would never
 * return. Each operation therefore costs a nanosecond at least.
 */
#include <assert.h>

#include "models/guest/internal.h"

void guest_queue_push(struct guest *guest, struct queue *queue, uint32_t number)
{
    guest->process[number].next = NONE;
    if (queue->head == NONE)
        queue->head = number;
    else
        guest->process[queue->tail].next = number;
    queue->tail = number;
}

static uint32_t queue_pop(struct guest *guest, struct queue *queue)
{
    uint32_t number = queue->head;
    if (number != NONE)
        queue->head = guest->process[number].next;
    return number;
}

static void make_ready(struct guest *guest, uint32_t number)
{
    guest->process[number].state = PROCESS_READY;
    guest_queue_push(guest, &guest->ready, number);
}

void guest_queue_wake(struct guest *guest, struct queue *queue)
{
    uint32_t number;
    while ((number = queue_pop(guest, queue)) != NONE)
        make_ready(guest, number);
}

void guest_process_wait(struct guest *guest, struct process *process, struct queue *queue)
{
    process->state = PROCESS_WAITING;
    guest_queue_push(guest, queue, (uint32_t)(process - guest->process));
}

uint32_t guest_process_new(struct guest *guest, struct guest_program *program, uint64_t start_ns)
{
    assert(guest->processes < PROCESS_MOST);
    assert(program->memory_pages <= PLACE_COUNT - guest->places);
    uint32_t number = guest->processes++;
    guest->process[number] = (struct process){.program = program,
                                              .first_place = guest->places,
                                              .pages = program->memory_pages,
                                              .state = PROCESS_NEW,
                                              .next = NONE,
                                              .wake_ns = start_ns};
    guest->places += program->memory_pages;
    return number;
}

static void sleep_until(struct guest *guest, struct process *process, uint64_t at_ns)
{
    process->state = PROCESS_SLEEPING;
    process->wake_ns = at_ns;
    if (at_ns < guest->sleep_ns)
        guest->sleep_ns = at_ns;
}

void guest_process_start(struct guest *guest, uint32_t number, uint64_t at_ns)
{
    if (at_ns > guest_now(guest))
        sleep_until(guest, &guest->process[number], at_ns);
    else
        make_ready(guest, number);
}

void guest_spawn(struct guest *guest, struct guest_program *program, uint64_t start_ns)
{
    uint32_t number = guest_process_new(guest, program, start_ns);
    if (guest->booted)
        guest_process_start(guest, number, start_ns);
}

void guest_process_end(struct guest *guest, struct process *process)
{
    guest_memory_free(guest, process);
    process->state = PROCESS_ENDED;
}

void guest_process_wake_sleepers(struct guest *guest)
{
    uint64_t now_ns = guest_now(guest);
    guest->sleep_ns = SIM_NEVER;
    for (uint32_t number = 0; number < guest->processes; number++) {
        struct process *process = &guest->process[number];
        if (process->state != PROCESS_SLEEPING)
            continue;
        if (process->wake_ns <= now_ns)
            make_ready(guest, number);
        else if (process->wake_ns < guest->sleep_ns)
            guest->sleep_ns = process->wake_ns;
    }
}

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
    guest->count.ops += process->program != &guest->system.program;
}

/* One step of the process; false when it has left the CPU. */
static bool advance(struct guest *guest, struct process *process, uint64_t limit_ns)
{
    if (!process->busy)
        next_operation(guest, process);
    if (process->op.kind == GUEST_OP_SLEEP) {
        complete(guest, process);
        if (process->op.at_ns <= guest_now(guest))
            return true;
        sleep_until(guest, process, process->op.at_ns);
        return false;
    }
    if (process->op.kind == GUEST_OP_EXIT) {
        guest_process_end(guest, process);
        return false;
    }
    enum step step = guest_operate(guest, process, limit_ns);
    if (step == STEP_DONE)
        complete(guest, process);
    return step != STEP_BLOCKED;
}

bool guest_process_run(struct guest *guest, uint64_t limit_ns)
{
    if (guest->current == NONE) {
        guest->current = queue_pop(guest, &guest->ready);
        guest->quantum_left_ns = guest->os->quantum_ns;
    }
    if (guest->current == NONE)
        return false;
    struct process *process = &guest->process[guest->current];
    while (guest->used_ns < limit_ns && !guest->hw->stalled) {
        uint64_t began_ns = guest->used_ns, end_ns = began_ns + guest->quantum_left_ns;
        if (!advance(guest, process, limit_ns < end_ns ? limit_ns : end_ns)) {
            guest->current = NONE;
            return true;
        }
        uint64_t spent_ns = guest->used_ns - began_ns;
        if (spent_ns >= guest->quantum_left_ns) {
            make_ready(guest, guest->current);
            guest->current = NONE;
            return true;
        }
        guest->quantum_left_ns -= spent_ns;
    }
    return true;
}
