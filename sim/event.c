/*
 * The event queue has two parts. The front holds what is due up to a horizon, in order. What is due
 * later lies in buckets (later.c), and comes to the front by bucket.
 *
 * To find an entry in the buckets would take a search, or a note in its event at each move. So an
 * event that is cancelled leaves its entry behind, unless it is in the front: a set keeps which
 * ones these are, and they are dropped when their turn comes. The event may be freed at once;
 * entries are compared, not followed. When more entries are cancelled than pending, all of them are
 * dropped together. Of two equal entries, the one that was cancelled came earlier, so it also comes
 * up earlier.
 *
 * The hazard is a pattern of times that makes one operation slow. An entry is inserted into the
 * front only where few entries must move for it. Where many would have to, the front gives its end
 * to the buckets. Entries of equal keys never move: the later one goes behind the others.
 */
#include "sim/event.h"
#include "sim/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Our choice, by measurement: how many entries come to the front at a time, and how many may move
 * for one. */
#define FILL       32u
#define MOVED_MOST 64u
#define FIRST_ROOM 256u

/* Among how many equal keys an entry is looked for when it is cancelled. */
#define TIES_MOST 8u

/* How many events ahead their memory is asked for. */
#define AHEAD 8u

/* Cancelled entries below this number are never dropped together. */
#define CANCELLED_LEAST 64u

#define ENTRY_LAST ((struct sim_entry){UINT64_MAX, SIM_PHASES - 1})

static_assert(SIM_PHASE_RECORD < SIM_PHASES - 1, "ENTRY_LAST is after all entries");
static_assert(_Alignof(struct sim_event) % SIM_PHASES == 0, "a phase fits beside an address");

void sim_event_init(struct sim_event *event, void (*fire)(struct sim_event *, uint64_t now_ns))
{
    event->fire = fire;
    event->phase = SIM_EVENT_IDLE;
}

void sim_queue_init(struct sim_queue *queue)
{
    *queue = (struct sim_queue){.horizon = ENTRY_LAST, .last = ENTRY_LAST};
    sim_later_init(&queue->later);
}

static void *grown(void *memory, size_t bytes)
{
    return sim_memory_need(realloc(memory, bytes));
}

/* ---- The front --------------------------------------------------------------------------- */

/* Makes room for `count` entries at the end. */
static void front_reserve(struct sim_queue *queue, uint32_t count)
{
    uint32_t used = queue->end - queue->first;
    if (count <= queue->room - queue->end)
        return;
    uint32_t room = queue->room == 0 ? FIRST_ROOM : queue->room;
    while (room / 2 < used + count) {
        assert(room <= UINT32_MAX / 2);
        room *= 2;
    }
    if (room > queue->room)
        queue->front = grown(queue->front, room * sizeof *queue->front);
    queue->room = room;
    memmove(queue->front, queue->front + queue->first, used * sizeof *queue->front);
    queue->first = 0;
    queue->end = used;
}

/* Gives to the buckets what differs in the highest digit from `earliest`, which is before the last
 * entry. */
static void front_spill(struct sim_queue *queue, struct sim_entry earliest)
{
    uint32_t end = queue->end;
    const struct sim_entry *front = queue->front;
    queue->horizon = sim_level_end(earliest, sim_level_between(earliest, front[end - 1]));
    while (queue->end > queue->first && sim_entry_before(queue->horizon, front[queue->end - 1]))
        queue->end--;
    for (uint32_t i = queue->end; i < end; i++)
        sim_later_put(&queue->later, queue->horizon, front[i]);
}

/* Puts an entry that is before the last one into its place: the nearer end makes way. Where it goes
 * can hardly be foretold, so one loop both looks for the place and moves, which costs one branch
 * that was guessed wrong; a search by halves costs several. False where too many would move. */
static bool front_put(struct sim_queue *queue, struct sim_entry entry)
{
    uint32_t count = queue->end - queue->first;
    uint32_t most = count / 2 < MOVED_MOST ? count / 2 : MOVED_MOST;
    struct sim_entry *front = queue->front;

    if (queue->first > 0 && sim_entry_before(entry, front[queue->first + most])) {
        struct sim_entry *at = front + --queue->first;
        for (; !sim_entry_before(entry, at[1]); at++)
            *at = at[1];
        *at = entry;
        return true;
    }
    if (count > MOVED_MOST && sim_entry_before(entry, front[queue->end - 1 - MOVED_MOST]))
        return false;
    struct sim_entry *at = front + queue->end++;
    const struct sim_entry *first = front + queue->first;
    for (; at > first && sim_entry_before(entry, at[-1]); at--)
        *at = at[-1];
    *at = entry;
    return true;
}

static void insert(struct sim_queue *queue, struct sim_entry entry)
{
    for (;;) {
        if (sim_entry_before(queue->horizon, entry)) {
            sim_later_put(&queue->later, queue->horizon, entry);
            return;
        }
        front_reserve(queue, 1);
        if (queue->first == queue->end || !sim_entry_before(entry, queue->front[queue->end - 1])) {
            queue->front[queue->end++] = entry;
            return;
        }
        if (front_put(queue, entry))
            return;
        const struct sim_entry *first = &queue->front[queue->first];
        front_spill(queue, sim_entry_before(entry, *first) ? entry : *first);
    }
}

/* The place of the first entry that is after `entry`: the entries before it are due before. */
static uint32_t front_place(const struct sim_queue *queue, struct sim_entry entry)
{
    const struct sim_entry *front = queue->front + queue->first;
    uint32_t count = queue->end - queue->first;
    while (count > 0) {
        uint32_t half = count / 2;
        bool behind = !sim_entry_before(entry, front[half]);
        front = behind ? front + half + 1 : front;
        count = behind ? count - half - 1 : half;
    }
    return (uint32_t)(front - queue->front);
}

/* Takes an entry out if it is near enough to an end. What moves most often is due soon, and a queue
 * of few events is all front. */
static bool front_remove(struct sim_queue *queue, struct sim_entry entry)
{
    struct sim_entry *front = queue->front;
    if (sim_entry_before(queue->horizon, entry))
        return false;
    for (uint32_t place = front_place(queue, entry), ties = 0; ties < TIES_MOST; ties++) {
        if (place == queue->first || sim_entry_before(front[--place], entry))
            return false;
        if (front[place].who != entry.who)
            continue;
        uint32_t before = place - queue->first, behind = queue->end - place - 1;
        if (before <= behind && before <= MOVED_MOST) {
            memmove(&front[queue->first + 1], &front[queue->first], before * sizeof *front);
            queue->first++;
        } else if (behind <= MOVED_MOST) {
            memmove(&front[place], &front[place + 1], behind * sizeof *front);
            queue->end--;
        } else {
            return false;
        }
        return true;
    }
    return false;
}

/* A bucket is nearly in order, because its neighbours are, and because ties keep their order. */
static void sort(struct sim_entry *entries, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct sim_entry entry = entries[i];
        uint32_t place = i;
        for (; place > 0 && sim_entry_before(entry, entries[place - 1]); place--)
            entries[place] = entries[place - 1];
        entries[place] = entry;
    }
}

/* Events lie all over memory, and no cache may hold them: asks for one before it fires. The memory
 * of an event that was freed is asked for in vain. */
static void prefetch(const struct sim_queue *queue, uint32_t place)
{
    if (place < queue->end)
        __builtin_prefetch(sim_entry_event(queue->front[place]), 1);
}

/* Fills the empty front with what is due next. False where nothing is due at `until_ns`. */
static bool refill(struct sim_queue *queue, uint64_t until_ns)
{
    queue->first = queue->end = 0;
    uint32_t count = sim_later_due(&queue->later, until_ns, FILL);
    if (count > 0) {
        front_reserve(queue, count > FILL ? count : FILL);
        queue->end = sim_later_take(&queue->later, FILL, queue->front, &queue->horizon);
        sort(queue->front, queue->end);
        for (uint32_t place = 0; place < AHEAD; place++)
            prefetch(queue, place);
    }
    if (sim_later_empty(&queue->later))
        queue->horizon = ENTRY_LAST;
    return count > 0;
}

/* ---- Schedule, cancel, fire -------------------------------------------------------------- */

static struct sim_entry entry_of(struct sim_event *event)
{
    return (struct sim_entry){event->at_ns, (uintptr_t)event | event->phase};
}

static bool keep_pending(void *context, struct sim_entry entry)
{
    struct sim_queue *queue = context;
    return !sim_entry_set_remove(&queue->cancelled, entry);
}

static void drop_cancelled(struct sim_queue *queue)
{
    uint32_t end = queue->first;
    for (uint32_t i = queue->first; i < queue->end; i++) {
        if (keep_pending(queue, queue->front[i]))
            queue->front[end++] = queue->front[i];
    }
    queue->end = end;
    sim_later_filter(&queue->later, keep_pending, queue);
}

void sim_queue_cancel(struct sim_queue *queue, struct sim_event *event)
{
    if (!sim_event_pending(event))
        return;
    struct sim_entry entry = entry_of(event);
    event->phase = SIM_EVENT_IDLE;
    queue->pending--;
    if (front_remove(queue, entry))
        return;
    sim_entry_set_add(&queue->cancelled, entry);
    if (queue->cancelled.count >= CANCELLED_LEAST && queue->cancelled.count > queue->pending)
        drop_cancelled(queue);
}

void sim_queue_schedule(struct sim_queue *queue, struct sim_event *event, uint64_t at_ns,
                        enum sim_phase phase)
{
    assert(at_ns >= queue->now_ns);
    sim_queue_cancel(queue, event);
    event->at_ns = at_ns;
    event->phase = (uint32_t)phase;
    queue->pending++;
    insert(queue, entry_of(event));
}

static bool idle(void *context, struct sim_entry entry)
{
    if (keep_pending(context, entry))
        sim_entry_event(entry)->phase = SIM_EVENT_IDLE;
    return false;
}

void sim_queue_fini(struct sim_queue *queue)
{
    for (uint32_t i = queue->first; i < queue->end; i++)
        idle(queue, queue->front[i]);
    sim_later_filter(&queue->later, idle, queue);
    free(queue->front);
    sim_later_fini(&queue->later);
    sim_entry_set_fini(&queue->cancelled);
    sim_queue_init(queue);
}

static void fire(struct sim_queue *queue, struct sim_entry entry)
{
    if (sim_entry_set_remove(&queue->cancelled, entry))
        return;
    struct sim_event *event = sim_entry_event(entry);
    event->phase = SIM_EVENT_IDLE;
    queue->pending--;
    queue->ties += sim_entry_key(entry) == sim_entry_key(queue->last);
    queue->last = entry;
    queue->now_ns = entry.at_ns;
    queue->fired++;
    event->fire(event, entry.at_ns);
}

uint64_t sim_queue_run(struct sim_queue *queue, uint64_t until_ns)
{
    uint64_t fired_before = queue->fired;

    queue->stopped = false;
    while (!queue->stopped) {
        if ((queue->first == queue->end && !refill(queue, until_ns)) ||
            queue->front[queue->first].at_ns > until_ns) {
            queue->now_ns = until_ns;
            break;
        }
        prefetch(queue, queue->first + AHEAD);
        fire(queue, queue->front[queue->first++]);
    }
    return queue->fired - fired_before;
}

void sim_queue_stop(struct sim_queue *queue)
{
    queue->stopped = true;
}
