/*
 * The event queue: a 4-ary heap whose keys lie in the heap array, so that comparing two events
 * touches neither.
 *
 * The hazard is the model that changes the queue while an event fires. The place of the firing
 * event at the root is kept open meanwhile: most events schedule their own successor, which then
 * takes the root's place in one pass down, where removing and inserting would need two.
 */
#include "sim/event.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FANOUT         4u
#define PHASE_SHIFT    56
#define FIRST_CAPACITY 64u

static bool before(const struct sim_queue_entry *a, const struct sim_queue_entry *b)
{
    return a->at_ns < b->at_ns || (a->at_ns == b->at_ns && a->order < b->order);
}

static void put(struct sim_queue *queue, uint32_t slot, struct sim_queue_entry entry)
{
    queue->heap[slot] = entry;
    entry.event->slot = slot;
}

static bool root_is_open(const struct sim_queue *queue)
{
    return queue->count > 0 && queue->heap[0].event == NULL;
}

/* The entry moves up from `slot`, which is free to be overwritten. */
static void sift_up(struct sim_queue *queue, uint32_t slot, struct sim_queue_entry entry)
{
    while (slot > 0) {
        uint32_t parent = (slot - 1) / FANOUT;
        if (!before(&entry, &queue->heap[parent]))
            break;
        put(queue, slot, queue->heap[parent]);
        slot = parent;
    }
    put(queue, slot, entry);
}

static uint32_t least_child(const struct sim_queue *queue, uint32_t first)
{
    uint32_t end = first + FANOUT < queue->count ? first + FANOUT : queue->count;
    uint32_t least = first;
    for (uint32_t child = first + 1; child < end; child++) {
        if (before(&queue->heap[child], &queue->heap[least]))
            least = child;
    }
    return least;
}

static void sift_down(struct sim_queue *queue, uint32_t slot, struct sim_queue_entry entry)
{
    for (;;) {
        uint32_t first = slot * FANOUT + 1;
        if (first >= queue->count)
            break;
        uint32_t child = least_child(queue, first);
        if (!before(&queue->heap[child], &entry))
            break;
        put(queue, slot, queue->heap[child]);
        slot = child;
    }
    put(queue, slot, entry);
}

static void settle(struct sim_queue *queue, uint32_t slot, struct sim_queue_entry entry)
{
    if (slot > 0 && before(&entry, &queue->heap[(slot - 1) / FANOUT]))
        sift_up(queue, slot, entry);
    else
        sift_down(queue, slot, entry);
}

/* Fills a free place with the last entry. */
static void close_gap(struct sim_queue *queue, uint32_t slot)
{
    queue->count--;
    if (slot < queue->count)
        settle(queue, slot, queue->heap[queue->count]);
}

static void grow(struct sim_queue *queue)
{
    uint32_t capacity = queue->capacity == 0 ? FIRST_CAPACITY : queue->capacity * 2;
    struct sim_queue_entry *heap = realloc(queue->heap, capacity * sizeof *heap);
    assert(heap != NULL);
    queue->heap = heap;
    queue->capacity = capacity;
}

void sim_event_init(struct sim_event *event, void (*fire)(struct sim_event *, uint64_t now_ns))
{
    event->fire = fire;
    event->slot = SIM_EVENT_IDLE;
}

void sim_queue_init(struct sim_queue *queue)
{
    memset(queue, 0, sizeof *queue);
}

void sim_queue_fini(struct sim_queue *queue)
{
    for (uint32_t slot = root_is_open(queue) ? 1 : 0; slot < queue->count; slot++)
        queue->heap[slot].event->slot = SIM_EVENT_IDLE;
    free(queue->heap);
    memset(queue, 0, sizeof *queue);
}

void sim_queue_schedule(struct sim_queue *queue, struct sim_event *event, uint64_t at_ns,
                        enum sim_phase phase)
{
    assert(at_ns >= queue->now_ns);
    struct sim_queue_entry entry = {at_ns, (uint64_t)phase << PHASE_SHIFT | queue->sequence++,
                                    event};
    if (sim_event_pending(event)) {
        settle(queue, event->slot, entry);
    } else if (root_is_open(queue)) {
        sift_down(queue, 0, entry);
    } else {
        if (queue->count == queue->capacity)
            grow(queue);
        sift_up(queue, queue->count++, entry);
    }
}

void sim_queue_cancel(struct sim_queue *queue, struct sim_event *event)
{
    if (!sim_event_pending(event))
        return;
    uint32_t slot = event->slot;
    event->slot = SIM_EVENT_IDLE;
    close_gap(queue, slot);
}

static void fire_root(struct sim_queue *queue)
{
    struct sim_event *event = queue->heap[0].event;
    uint64_t now_ns = queue->heap[0].at_ns;

    queue->now_ns = now_ns;
    queue->fired++;
    event->slot = SIM_EVENT_IDLE;
    /* Time 0 keeps the open root ahead of everything that is scheduled meanwhile. */
    queue->heap[0] = (struct sim_queue_entry){0, 0, NULL};
    event->fire(event, now_ns);
    if (root_is_open(queue))
        close_gap(queue, 0);
}

uint64_t sim_queue_run(struct sim_queue *queue, uint64_t until_ns)
{
    uint64_t fired_before = queue->fired;

    queue->stopped = false;
    while (!queue->stopped && queue->count > 0 && queue->heap[0].at_ns <= until_ns)
        fire_root(queue);
    if (!queue->stopped)
        queue->now_ns = until_ns;
    return queue->fired - fired_before;
}

void sim_queue_stop(struct sim_queue *queue)
{
    queue->stopped = true;
}
