/*
 * The event queue is a 4-ary heap. Keys are in an array of their own, so comparing touches no
 * event, and the four children of a place share a cache line.
 *
 * The hazard is a model that changes the queue while an event fires. During that time the place of
 * the event, the root, stays open. Most events schedule their own successor, which then takes the
 * root in one pass down the heap; to remove one event and insert another would take two passes.
 */
#include "sim/event.h"
#include "sim/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define PHASE_SHIFT 56
#define FANOUT      4u

/* The children of a place are at FANOUT * (place - 2) and the next three places. The root is at 3,
 * so each group of children starts at a multiple of four keys, which is a cache line. */
#define ROOT           3u
#define FIRST_CAPACITY 64u
#define CACHE_LINE     64u

/* The keys beyond the end, so that a group of children is always complete. */
#define KEY_NONE ((sim_key)-1)

static uint32_t first_child(uint32_t place)
{
    return FANOUT * (place - 2);
}

static uint32_t parent(uint32_t place)
{
    return place / FANOUT + 2;
}

static sim_key key_make(uint64_t at_ns, enum sim_phase phase, uint64_t sequence)
{
    assert(sequence >> PHASE_SHIFT == 0);
    return (sim_key)at_ns << 64 | (uint64_t)phase << PHASE_SHIFT | sequence;
}

static uint64_t key_at_ns(sim_key key)
{
    return (uint64_t)(key >> 64);
}

static void put(struct sim_queue *queue, uint32_t place, sim_key key, struct sim_event *event)
{
    queue->keys[place] = key;
    queue->events[place] = event;
    event->slot = place;
}

static bool is_empty(const struct sim_queue *queue)
{
    return queue->end <= ROOT;
}

static bool root_is_open(const struct sim_queue *queue)
{
    return !is_empty(queue) && queue->events[ROOT] == NULL;
}

/* Moves the event up from `place`, which may be overwritten. */
static void sift_up(struct sim_queue *queue, uint32_t place, sim_key key, struct sim_event *event)
{
    while (place > ROOT) {
        uint32_t above = parent(place);
        if (queue->keys[above] < key)
            break;
        put(queue, place, queue->keys[above], queue->events[above]);
        place = above;
    }
    put(queue, place, key, event);
}

/* Loads the lines of all 16 grandchildren while the four children are compared. The address may lie
 * beyond the array, where a prefetch does nothing. */

/* The least of four keys, without branches, because a branch could not be predicted. */
static uint32_t least_of_group(const sim_key *keys)
{
    uint32_t left = keys[1] < keys[0];
    uint32_t right = keys[3] < keys[2];
    uint32_t other = keys[2 + right] < keys[left];
    return left + other * (2 + right - left);
}

static void sift_down(struct sim_queue *queue, uint32_t place, sim_key key, struct sim_event *event)
{
    const sim_key *keys = queue->keys;
    uint32_t end = queue->end;

    for (;;) {
        uint32_t child = first_child(place);
        if (child >= end)
            break;
        /* Load the lines of all 16 grandchildren while the four children are compared. They may lie
         * beyond the array, where a prefetch does nothing. */
        uintptr_t line = (uintptr_t)keys + (uintptr_t)first_child(child) * sizeof *keys;
        __builtin_prefetch((const void *)line);
        __builtin_prefetch((const void *)(line + CACHE_LINE));
        __builtin_prefetch((const void *)(line + 2 * CACHE_LINE));
        __builtin_prefetch((const void *)(line + 3 * CACHE_LINE));

        child += least_of_group(&keys[child]);
        if (key < keys[child])
            break;
        put(queue, place, keys[child], queue->events[child]);
        place = child;
    }
    put(queue, place, key, event);
}

static void settle(struct sim_queue *queue, uint32_t place, sim_key key, struct sim_event *event)
{
    if (place > ROOT && key < queue->keys[parent(place)])
        sift_up(queue, place, key, event);
    else
        sift_down(queue, place, key, event);
}

/* Moves the last event to a free place. */
static void close_gap(struct sim_queue *queue, uint32_t place)
{
    uint32_t last = --queue->end;
    sim_key key = queue->keys[last];
    queue->keys[last] = KEY_NONE;
    if (place < last)
        settle(queue, place, key, queue->events[last]);
}

static void *grown(void *old, size_t old_bytes, size_t new_bytes)
{
    void *memory = sim_memory_need(aligned_alloc(CACHE_LINE, new_bytes));
    if (old_bytes > 0)
        memcpy(memory, old, old_bytes);
    free(old);
    return memory;
}

static void grow(struct sim_queue *queue)
{
    uint32_t before = queue->capacity;
    uint32_t after = before == 0 ? FIRST_CAPACITY : before * 2;

    assert(after > before);
    queue->keys = grown(queue->keys, before * sizeof(sim_key), after * sizeof(sim_key));
    queue->events =
        grown(queue->events, before * sizeof *queue->events, after * sizeof *queue->events);
    for (uint32_t place = before; place < after; place++) {
        queue->keys[place] = KEY_NONE;
        queue->events[place] = NULL;
    }
    queue->capacity = after;
}

void sim_event_init(struct sim_event *event, void (*fire)(struct sim_event *, uint64_t now_ns))
{
    event->fire = fire;
    event->slot = SIM_EVENT_IDLE;
}

void sim_queue_init(struct sim_queue *queue)
{
    *queue = (struct sim_queue){.end = ROOT, .last = KEY_NONE};
}

void sim_queue_fini(struct sim_queue *queue)
{
    for (uint32_t place = ROOT; place < queue->end; place++) {
        if (queue->events[place] != NULL)
            queue->events[place]->slot = SIM_EVENT_IDLE;
    }
    free(queue->keys);
    free(queue->events);
    sim_queue_init(queue);
}

void sim_queue_schedule(struct sim_queue *queue, struct sim_event *event, uint64_t at_ns,
                        enum sim_phase phase)
{
    assert(at_ns >= queue->now_ns);
    sim_key key = key_make(at_ns, phase, queue->sequence++);
    if (sim_event_pending(event)) {
        settle(queue, event->slot, key, event);
    } else if (root_is_open(queue)) {
        sift_down(queue, ROOT, key, event);
    } else {
        if (queue->end >= queue->capacity)
            grow(queue);
        sift_up(queue, queue->end++, key, event);
    }
}

void sim_queue_cancel(struct sim_queue *queue, struct sim_event *event)
{
    if (!sim_event_pending(event))
        return;
    uint32_t place = event->slot;
    event->slot = SIM_EVENT_IDLE;
    close_gap(queue, place);
}

static void fire_root(struct sim_queue *queue)
{
    struct sim_event *event = queue->events[ROOT];
    sim_key key = queue->keys[ROOT];

    queue->ties += key >> PHASE_SHIFT == queue->last >> PHASE_SHIFT;
    queue->last = key;
    queue->now_ns = key_at_ns(key);
    queue->fired++;
    event->slot = SIM_EVENT_IDLE;
    /* The open root has key 0, which is less than any key that is scheduled meanwhile. */
    queue->keys[ROOT] = 0;
    queue->events[ROOT] = NULL;
    /* One of the children of the root is likely to fire next, and its owner is not in the cache. */
    for (uint32_t child = first_child(ROOT); child < first_child(ROOT) + FANOUT; child++)
        __builtin_prefetch(queue->events[child]);

    event->fire(event, queue->now_ns);
    if (root_is_open(queue))
        close_gap(queue, ROOT);
}

uint64_t sim_queue_run(struct sim_queue *queue, uint64_t until_ns)
{
    uint64_t fired_before = queue->fired;

    queue->stopped = false;
    while (!queue->stopped && !is_empty(queue) && key_at_ns(queue->keys[ROOT]) <= until_ns)
        fire_root(queue);
    if (!queue->stopped)
        queue->now_ns = until_ns;
    return queue->fired - fired_before;
}

void sim_queue_stop(struct sim_queue *queue)
{
    queue->stopped = true;
}
