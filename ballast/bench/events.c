/*
 * The event queue on the hold model: n events are pending; the first fires, and is scheduled again
 * at a time ahead that is drawn from a distribution. The reference is a bare binary heap of (time,
 * number) pairs. It has no order among equal times, cannot cancel and calls nothing.
 *
 * How fast a queue is depends on the distribution, so there are eight, and a row shows the worst
 * one. Where most times are equal, a heap without an order among them has little to do; there the
 * reference orders by (time, number), as the queue does.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "ballast/bench/bench.h"
#include "sim/event.h"

/* Each event fires once at least, so that what is put off to later is paid. */
#define HOLDS_LEAST 250000u
#define MEAN_NS     1e6

struct bare_entry {
    uint64_t at;
    uint64_t number;
};

struct hold {
    uint32_t pending, holds;
    uint64_t *ahead; /* times ahead, one for each hold, the same for both */
    struct bare_entry *heap;
    uint64_t numbered;
    struct sim_queue queue;
    struct hold_event *events;
    uint32_t next;
};

struct hold_event {
    struct sim_event event;
    struct hold *hold;
};

/* ---- The reference: a binary heap, without and with an order among equal times ------------- */

#define BARE_HEAP(name, is_before)                                                                 \
    static void name##_down(struct bare_entry *heap, uint32_t count, struct bare_entry entry)      \
    {                                                                                              \
        uint32_t slot = 0;                                                                         \
        for (;;) {                                                                                 \
            uint32_t child = 2 * slot + 1;                                                         \
            if (child >= count)                                                                    \
                break;                                                                             \
            if (child + 1 < count && is_before(heap[child + 1], heap[child]))                      \
                child++;                                                                           \
            if (!is_before(heap[child], entry))                                                    \
                break;                                                                             \
            heap[slot] = heap[child];                                                              \
            slot = child;                                                                          \
        }                                                                                          \
        heap[slot] = entry;                                                                        \
    }                                                                                              \
    static void name##_up(struct bare_entry *heap, uint32_t slot, struct bare_entry entry)         \
    {                                                                                              \
        while (slot > 0 && is_before(entry, heap[(slot - 1) / 2])) {                               \
            heap[slot] = heap[(slot - 1) / 2];                                                     \
            slot = (slot - 1) / 2;                                                                 \
        }                                                                                          \
        heap[slot] = entry;                                                                        \
    }                                                                                              \
    /* Removes the first entry, then inserts the next: a bare heap cannot do both at once. */      \
    static void name##_run(void *context)                                                          \
    {                                                                                              \
        struct hold *hold = context;                                                               \
        uint64_t sum = 0;                                                                          \
        for (uint32_t i = 0; i < hold->holds; i++) {                                               \
            struct bare_entry first = hold->heap[0];                                               \
            sum += first.number;                                                                   \
            name##_down(hold->heap, hold->pending - 1, hold->heap[hold->pending - 1]);             \
            first.at += hold->ahead[i];                                                            \
            first.number = hold->numbered++;                                                       \
            name##_up(hold->heap, hold->pending - 1, first);                                       \
        }                                                                                          \
        bench_use(sum);                                                                            \
    }

#define BY_TIME(a, b)        ((a).at < (b).at)
#define BY_TIME_NUMBER(a, b) ((a).at < (b).at || ((a).at == (b).at && (a).number < (b).number))
BARE_HEAP(bare, BY_TIME)
BARE_HEAP(tied, BY_TIME_NUMBER)

/* ---- Distributions of the time ahead ----------------------------------------------------- */

static double unit(uint64_t *state)
{
    return (double)(bench_next(state) >> 11) / 9007199254740992.0;
}

static double exponential(uint64_t *state)
{
    return -log(1.0 - unit(state));
}

static double uniform(uint64_t *state)
{
    return 2 * unit(state);
}

static double triangular(uint64_t *state)
{
    return unit(state) + unit(state);
}

/* Nine of ten are near, one is a thousand times as far. */
static double bimodal(uint64_t *state)
{
    return unit(state) < 0.9 ? 0.02 * unit(state) : 20 * unit(state);
}

/* Pareto's with exponent 1.2: now and then one is very far. */
static double heavy_tail(uint64_t *state)
{
    return pow(1.0 - unit(state), -1 / 1.2) / 6;
}

static double constant(uint64_t *state)
{
    (void)state;
    return 1;
}

static double ten_times(uint64_t *state)
{
    return (double)(bench_next(state) % 10) / 4.5;
}

static double one_time(uint64_t *state)
{
    (void)state;
    return 0;
}

static const struct distribution {
    const char *name;
    double (*draw)(uint64_t *state); /* a time with a mean of about 1 */
    bool ties;                       /* most times are equal */
} distributions[] = {
    {"exponential", exponential, false}, {"uniform", uniform, false},
    {"triangular", triangular, false},   {"bimodal", bimodal, false},
    {"Pareto", heavy_tail, false},       {"constant", constant, false},
    {"ten times", ten_times, true},      {"one time", one_time, true},
};
#define DISTRIBUTIONS (sizeof distributions / sizeof *distributions)

/* ---- The hold model ---------------------------------------------------------------------- */

static void hold_fire(struct sim_event *event, uint64_t now_ns)
{
    struct hold_event *self = sim_event_owner(event, struct hold_event, event);
    struct hold *hold = self->hold;
    sim_queue_schedule(&hold->queue, event, now_ns + hold->ahead[hold->next], SIM_PHASE_CPU);
    if (++hold->next == hold->holds)
        sim_queue_stop(&hold->queue);
}

static void engine_run(void *context)
{
    struct hold *hold = context;
    hold->next = 0;
    sim_queue_run(&hold->queue, SIM_NEVER);
}

static void hold_init(struct hold *hold, uint32_t pending, const struct distribution *distribution)
{
    *hold =
        (struct hold){.pending = pending, .holds = pending > HOLDS_LEAST ? pending : HOLDS_LEAST};
    hold->ahead = malloc(hold->holds * sizeof *hold->ahead);
    hold->heap = malloc(pending * sizeof *hold->heap);
    hold->events = malloc(pending * sizeof *hold->events);
    bench_check(hold->ahead && hold->heap && hold->events);
    uint64_t state = 88172645463325252u;
    for (uint32_t i = 0; i < hold->holds; i++)
        hold->ahead[i] = (uint64_t)(distribution->draw(&state) * MEAN_NS);
    sim_queue_init(&hold->queue);
    for (uint32_t i = 0; i < pending; i++) {
        uint64_t at = hold->ahead[i];
        tied_up(hold->heap, i, (struct bare_entry){at, hold->numbered++});
        hold->events[i].hold = hold;
        sim_event_init(&hold->events[i].event, hold_fire);
        sim_queue_schedule(&hold->queue, &hold->events[i].event, at, SIM_PHASE_CPU);
    }
}

static void hold_fini(struct hold *hold)
{
    sim_queue_fini(&hold->queue);
    free(hold->events);
    free(hold->heap);
    free(hold->ahead);
}

static void hold_model(uint32_t pending, const char *name)
{
    struct bench_pair worst_pair = {0};
    struct bench_result worst = {0};
    for (size_t i = 0; i < DISTRIBUTIONS; i++) {
        const struct distribution *distribution = &distributions[i];
        struct hold hold;
        hold_init(&hold, pending, distribution);
        struct bench_pair pair = {.name = name,
                                  .reference_name = distribution->name,
                                  .operations = hold.holds,
                                  .context = &hold,
                                  .ours = engine_run,
                                  .reference = distribution->ties ? tied_run : bare_run,
                                  .least_ratio = 0.8,
                                  .aim_ratio = pending < 10000 ? 1.0 : 1.5};
        struct bench_result result = bench_pair_measure(&pair);
        if (bench_detail)
            bench_pair_print(&pair, result);
        if (i == 0 || result.ratio < worst.ratio) {
            worst = result;
            worst_pair = pair;
        }
        hold_fini(&hold);
    }
    char reference_name[40];
    snprintf(reference_name, sizeof reference_name, "binary heap; worst: %s",
             worst_pair.reference_name);
    worst_pair.reference_name = reference_name;
    bench_pair_print(&worst_pair, worst);
}

void bench_events(void)
{
    hold_model(1000, "events, 1e3 pending");
    hold_model(10000, "events, 1e4 pending");
    hold_model(100000, "events, 1e5 pending");
    hold_model(1000000, "events, 1e6 pending");
}
