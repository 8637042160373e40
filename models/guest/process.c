/*
 * The records of processes and their queues. Forty dbench clients are forty processes (paper,
 * Figure 2), so a guest has many, and each waits for its own device.
 */
#include "models/guest/process.h"

#include <assert.h>

#include "models/guest/page.h"
#include "sim/event.h"

static void queue_push(struct processes *processes, struct queue *queue, uint32_t number)
{
    processes->process[number].next = NONE;
    if (queue->head == NONE)
        queue->head = number;
    else
        processes->process[queue->tail].next = number;
    queue->tail = number;
}

uint32_t guest_queue_pop(struct processes *processes, struct queue *queue)
{
    uint32_t number = queue->head;
    if (number != NONE)
        queue->head = processes->process[number].next;
    return number;
}

void guest_queue_wake(struct processes *processes, struct queue *queue)
{
    uint32_t number;
    while ((number = guest_queue_pop(processes, queue)) != NONE)
        guest_process_ready(processes, number);
}

void guest_process_init(struct processes *processes, uint32_t first_place)
{
    processes->next_place = first_place;
    processes->current = NONE;
    processes->ready = (struct queue){NONE, NONE};
    processes->sleep_ns = SIM_NEVER;
}

uint32_t guest_process_new(struct processes *processes, struct guest_program *program,
                           uint64_t start_ns)
{
    assert(processes->count < PROCESS_MOST);
    assert(program->memory_pages <= PLACE_COUNT - processes->next_place);
    uint32_t number = processes->count++;
    processes->process[number] = (struct process){.program = program,
                                                  .first_place = processes->next_place,
                                                  .pages = program->memory_pages,
                                                  .state = PROCESS_NEW,
                                                  .next = NONE,
                                                  .wake_ns = start_ns};
    processes->next_place += program->memory_pages;
    return number;
}

void guest_process_ready(struct processes *processes, uint32_t number)
{
    processes->process[number].state = PROCESS_READY;
    queue_push(processes, &processes->ready, number);
}

void guest_process_preempt(struct processes *processes, uint32_t number)
{
    struct queue *ready = &processes->ready;
    processes->process[number].state = PROCESS_READY;
    processes->process[number].next = ready->head;
    if (ready->head == NONE)
        ready->tail = number;
    ready->head = number;
    processes->quantum_left_ns = 0;
}

void guest_process_sleep(struct processes *processes, struct process *process, uint64_t at_ns)
{
    process->state = PROCESS_SLEEPING;
    process->wake_ns = at_ns;
    if (at_ns < processes->sleep_ns)
        processes->sleep_ns = at_ns;
}

void guest_process_start(struct processes *processes, uint32_t number, uint64_t at_ns,
                         uint64_t now_ns)
{
    if (at_ns > now_ns)
        guest_process_sleep(processes, &processes->process[number], at_ns);
    else
        guest_process_ready(processes, number);
}

void guest_process_wake_sleepers(struct processes *processes, uint64_t now_ns)
{
    processes->sleep_ns = SIM_NEVER;
    for (uint32_t number = 0; number < processes->count; number++) {
        struct process *process = &processes->process[number];
        if (process->state != PROCESS_SLEEPING)
            continue;
        if (process->wake_ns <= now_ns)
            guest_process_ready(processes, number);
        else if (process->wake_ns < processes->sleep_ns)
            processes->sleep_ns = process->wake_ns;
    }
}

void guest_process_wait(struct processes *processes, struct process *process, struct queue *queue)
{
    process->state = PROCESS_WAITING;
    queue_push(processes, queue, (uint32_t)(process - processes->process));
}
