/*
 * The event queue on the hold model: n events are pending; the first fires, and is scheduled again
 * at a time ahead that is drawn from an exponential distribution. The reference is a bare binary
 * heap of (time, number) pairs. It has no order among equal times, cannot cancel and calls nothing.
 */
#include <math.h>
#include <stdlib.h>

#include "ballast/bench/bench.h"
#include "sim/event.h"

#define HOLDS 1000000u

struct bare_entry {
    uint64_t at;
    uint64_t number;
};

struct hold {
    uint32_t pending;
    uint64_t *ahead; /* HOLDS times ahead, the same for both */
    struct bare_entry *heap;
    struct sim_queue queue;
    struct hold_event *events;
    uint32_t next;
};

struct hold_event {
    struct sim_event event;
    struct hold *hold;
};

static void bare_down(struct bare_entry *heap, uint32_t count, struct bare_entry entry)
{
    uint32_t slot = 0;
    for (;;) {
        uint32_t child = 2 * slot + 1;
        if (child >= count)
            break;
        if (child + 1 < count && heap[child + 1].at < heap[child].at)
            child++;
        if (heap[child].at >= entry.at)
            break;
        heap[slot] = heap[child];
        slot = child;
    }
    heap[slot] = entry;
}

static void bare_up(struct bare_entry *heap, uint32_t slot, struct bare_entry entry)
{
    while (slot > 0 && heap[(slot - 1) / 2].at > entry.at) {
        heap[slot] = heap[(slot - 1) / 2];
        slot = (slot - 1) / 2;
    }
    heap[slot] = entry;
}

/* Removes the first entry, then inserts the next: a bare heap has no operation for both at once. */
static void bare_run(void *context)
{
    struct hold *hold = context;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < HOLDS; i++) {
        struct bare_entry first = hold->heap[0];
        sum += first.number;
        bare_down(hold->heap, hold->pending - 1, hold->heap[hold->pending - 1]);
        first.at += hold->ahead[i];
        bare_up(hold->heap, hold->pending - 1, first);
    }
    bench_use(sum);
}

static void hold_fire(struct sim_event *event, uint64_t now_ns)
{
    struct hold_event *self = sim_event_owner(event, struct hold_event, event);
    struct hold *hold = self->hold;
    sim_queue_schedule(&hold->queue, event, now_ns + hold->ahead[hold->next], SIM_PHASE_CPU);
    if (++hold->next == HOLDS)
        sim_queue_stop(&hold->queue);
}

static void engine_run(void *context)
{
    struct hold *hold = context;
    hold->next = 0;
    sim_queue_run(&hold->queue, SIM_NEVER);
}

static void hold_model(uint32_t pending, const char *name)
{
    struct hold hold = {.pending = pending};
    hold.ahead = malloc(HOLDS * sizeof *hold.ahead);
    hold.heap = malloc(pending * sizeof *hold.heap);
    hold.events = malloc(pending * sizeof *hold.events);
    bench_check(hold.ahead && hold.heap && hold.events);
    uint64_t state = 88172645463325252u;
    for (uint32_t i = 0; i < HOLDS; i++) {
        double unit = (double)(bench_next(&state) >> 11) / 9007199254740992.0;
        hold.ahead[i] = 1 + (uint64_t)(-log(1.0 - unit) * 1e6);
    }
    sim_queue_init(&hold.queue);
    for (uint32_t i = 0; i < pending; i++) {
        uint64_t at = hold.ahead[i % HOLDS];
        bare_up(hold.heap, i, (struct bare_entry){at, i});
        hold.events[i].hold = &hold;
        sim_event_init(&hold.events[i].event, hold_fire);
        sim_queue_schedule(&hold.queue, &hold.events[i].event, at, SIM_PHASE_CPU);
    }
    bench_pair_run(&(struct bench_pair){.name = name,
                                        .reference_name = "bare binary heap",
                                        .operations = HOLDS,
                                        .context = &hold,
                                        .ours = engine_run,
                                        .reference = bare_run,
                                        .least_ratio = 1 / 1.8,
                                        .aim_ratio = 1.0});
    sim_queue_fini(&hold.queue);
    free(hold.events);
    free(hold.heap);
    free(hold.ahead);
}

void bench_events(void)
{
    hold_model(10000, "events, 1e4 pending");
    hold_model(1000000, "events, 1e6 pending");
}
