/* Tests of models/guest/process.c: records of processes and their queues. */
#include "models/guest/page.h"
#include "models/guest/process.h"
#include "sim/event.h"
#include "tests/check.h"

static struct process records[PROCESS_MOST];
static struct processes processes;
static struct guest_program program = {.memory_pages = 100};

static void set_up(uint32_t count)
{
    memset(records, 0, sizeof records);
    processes = (struct processes){.process = records};
    guest_process_init(&processes, PLACE_FILES);
    for (uint32_t i = 0; i < count; i++)
        guest_process_new(&processes, &program, 7);
}

static void new__each_has_places_of_its_own(void)
{
    set_up(2);
    CHECK_EQ(records[0].first_place, PLACE_FILES);
    CHECK_EQ(records[1].first_place, PLACE_FILES + 100);
    CHECK_EQ(processes.next_place, PLACE_FILES + 200);
    CHECK_EQ(records[1].state, PROCESS_NEW);
}

static void queue_wake__first_come_first_served(void)
{
    struct queue queue = {NONE, NONE};
    set_up(3);
    guest_process_ready(&processes, 2);
    guest_process_wait(&processes, &records[1], &queue);
    guest_process_wait(&processes, &records[0], &queue);
    CHECK_EQ(records[0].state, PROCESS_WAITING);
    guest_queue_wake(&processes, &queue);
    CHECK_EQ(queue.head, NONE);
    CHECK_EQ(guest_queue_pop(&processes, &processes.ready), 2);
    CHECK_EQ(guest_queue_pop(&processes, &processes.ready), 1);
    CHECK_EQ(guest_queue_pop(&processes, &processes.ready), 0);
    CHECK_EQ(guest_queue_pop(&processes, &processes.ready), NONE);
    CHECK_EQ(records[0].state, PROCESS_READY);
}

static void start__at_its_time(void)
{
    set_up(3);
    guest_process_start(&processes, 0, 50, 100);
    guest_process_start(&processes, 1, 300, 100);
    guest_process_start(&processes, 2, 200, 100);
    CHECK_EQ(records[0].state, PROCESS_READY);
    CHECK_EQ(processes.sleep_ns, 200);
    guest_process_wake_sleepers(&processes, 250);
    CHECK_EQ(records[1].state, PROCESS_SLEEPING);
    CHECK_EQ(records[2].state, PROCESS_READY);
    CHECK_EQ(processes.sleep_ns, 300);
    guest_process_wake_sleepers(&processes, 300);
    CHECK_EQ(processes.sleep_ns, SIM_NEVER);
}

/* It goes ahead of those that are ready, and the slice of the current one ends. */
static void preempt__goes_first(void)
{
    set_up(3);
    processes.quantum_left_ns = 1000;
    guest_process_preempt(&processes, 2); /* nobody is ready */
    guest_process_ready(&processes, 0);
    guest_process_preempt(&processes, 1);
    CHECK_EQ(processes.quantum_left_ns, 0);
    CHECK_EQ(guest_queue_pop(&processes, &processes.ready), 1);
    CHECK_EQ(guest_queue_pop(&processes, &processes.ready), 2);
    CHECK_EQ(guest_queue_pop(&processes, &processes.ready), 0);
    CHECK_EQ(guest_queue_pop(&processes, &processes.ready), NONE);
    CHECK_EQ(records[1].state, PROCESS_READY);
}

TEST_SUITE(guest_process, TEST(new__each_has_places_of_its_own),
           TEST(queue_wake__first_come_first_served), TEST(start__at_its_time),
           TEST(preempt__goes_first))
