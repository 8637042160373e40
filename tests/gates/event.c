/*
 * The event queue: the first of n pending events fires, and is scheduled again. With many pending;
 * and with few, as in most experiments, where now and then one is moved before it fires.
 */
#include <stdlib.h>

#include "sim/event.h"
#include "tests/gates/gates.h"

#define MANY  10000u
#define FEW   16u
#define HOLDS 100000u

static struct sim_queue queue;
static struct sim_event events[MANY];
static uint64_t ahead_ns[HOLDS];
static uint32_t next, moved_every;

static void fire(struct sim_event *event, uint64_t now_ns)
{
    sim_queue_schedule(&queue, event, now_ns + ahead_ns[next], SIM_PHASE_CPU);
    if (next % moved_every == 0)
        sim_queue_schedule(&queue, &events[next % FEW], now_ns + 1, SIM_PHASE_DEVICE);
    if (++next == HOLDS)
        sim_queue_stop(&queue);
}

static void prepare(uint32_t pending, uint32_t moved)
{
    moved_every = moved;
    for (uint32_t i = 0; i < HOLDS; i++)
        ahead_ns[i] = gate_random() % 1000000;
    sim_queue_init(&queue);
    for (uint32_t i = 0; i < pending; i++) {
        sim_event_init(&events[i], fire);
        sim_queue_schedule(&queue, &events[i], ahead_ns[i], SIM_PHASE_CPU);
    }
}

static void prepare_many(void)
{
    prepare(MANY, HOLDS);
}

static void prepare_few(void)
{
    prepare(FEW, 8);
}

static void run(void)
{
    sim_queue_run(&queue, SIM_NEVER);
}

const struct gate gate_event = {"event", HOLDS, prepare_many, run};
const struct gate gate_event_few = {"event-few", HOLDS, prepare_few, run};
