/*
 * The hold model on the event queue of `sim`: prints million events per second of CPU time.
 *
 *     hold PENDING EVENTS
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sim/event.h"

struct hold {
    struct sim_queue queue;
    uint64_t state, left;
};

struct hold_event {
    struct sim_event event;
    struct hold *hold;
};

/* Exponential, with a mean of 1 s. */
static uint64_t ahead(struct hold *hold)
{
    hold->state ^= hold->state << 13;
    hold->state ^= hold->state >> 7;
    hold->state ^= hold->state << 17;
    return 1 + (uint64_t)(-log(1 - (double)(hold->state >> 11) * 0x1p-53) * 1e9);
}

static void fire(struct sim_event *event, uint64_t now_ns)
{
    struct hold *hold = sim_event_owner(event, struct hold_event, event)->hold;
    sim_queue_schedule(&hold->queue, event, now_ns + ahead(hold), SIM_PHASE_CPU);
    if (--hold->left == 0)
        sim_queue_stop(&hold->queue);
}

int main(int count, char **arguments)
{
    uint64_t pending = count == 3 ? strtoull(arguments[1], NULL, 10) : 0;
    struct hold hold = {.state = 7, .left = count == 3 ? strtoull(arguments[2], NULL, 10) : 0};
    struct hold_event *events = pending > 0 ? calloc(pending, sizeof *events) : NULL;
    double events_done = (double)hold.left;
    if (events == NULL || hold.left == 0) {
        fprintf(stderr, "usage: hold PENDING EVENTS\n");
        return 2;
    }
    sim_queue_init(&hold.queue);
    for (uint64_t i = 0; i < pending; i++) {
        events[i].hold = &hold;
        sim_event_init(&events[i].event, fire);
        sim_queue_schedule(&hold.queue, &events[i].event, ahead(&hold), SIM_PHASE_CPU);
    }
    clock_t began = clock();
    sim_queue_run(&hold.queue, SIM_NEVER - 1);
    printf("%.3f\n", events_done / 1e6 / ((double)(clock() - began) / CLOCKS_PER_SEC));
    sim_queue_fini(&hold.queue);
    free(events);
    return 0;
}
