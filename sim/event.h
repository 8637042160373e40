/*
 * The event queue, the heart of the discrete-event simulation. Events fire in the order of (time,
 * phase, sequence).
 *
 * An event is a struct inside its owner's state, so nothing is allocated for an event. The owner
 * gives it a function, schedules it, and may cancel or move it at any time. Each of these takes
 * constant time on average, whatever the times are. Events of
 * the same time fire in the order of their phases. Events of the same time and phase fire in the
 * order in which they were scheduled. So the order is always defined, and a run repeats bit for
 * bit.
 */
#ifndef SIM_EVENT_H
#define SIM_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/entry_set.h"
#include "sim/later.h"

/* Simulated time is an unsigned 64-bit count of nanoseconds since the start of the run. */
#define SIM_US     UINT64_C(1000)
#define SIM_MS     UINT64_C(1000000)
#define SIM_SECOND UINT64_C(1000000000)
#define SIM_NEVER  UINT64_MAX

/* The order of events that are due at the same nanosecond. */
enum sim_phase {
    SIM_PHASE_DEVICE,   /* completions of disks and other devices */
    SIM_PHASE_SCHEDULE, /* scheduled changes of the configuration, power-on */
    SIM_PHASE_POLICY,   /* ticks of the memory policy */
    SIM_PHASE_CPU,      /* slices of virtual CPUs */
    SIM_PHASE_DISPATCH, /* CPUs choose among the virtual CPUs that are ready */
    SIM_PHASE_RECORD,   /* samples of the series, always last */
};

struct sim_event {
    void (*fire)(struct sim_event *event, uint64_t now_ns);
    uint64_t at_ns; /* private: when it is due, if it is pending */
    uint32_t phase; /* private: its phase, or SIM_EVENT_IDLE */
};

#define SIM_EVENT_IDLE UINT32_MAX

/* The struct of type `type` whose member `member` is `event`. */
#define sim_event_owner(event, type, member)                                                       \
    ((type *)(void *)((char *)(event)-offsetof(type, member)))

struct sim_queue {
    /* Private: what is due next, in order, up to the horizon; what is due later; which of these
     * were cancelled. */
    struct sim_entry *front;
    uint32_t first, end, room;
    uint32_t pending; /* events, without those that were cancelled */
    struct sim_entry horizon;
    struct sim_later later;
    struct sim_entry_set cancelled;
    struct sim_entry last; /* what fired last */

    uint64_t now_ns; /* the time of the event that fires, or fired last */
    uint64_t fired;
    uint64_t ties; /* events that fired at the time and phase of the event before */
    bool stopped;
};

/* Prepares an event; must be called once before its first use. The event is not scheduled. */
void sim_event_init(struct sim_event *event, void (*fire)(struct sim_event *, uint64_t now_ns));
static inline bool sim_event_pending(const struct sim_event *event)
{
    return event->phase != SIM_EVENT_IDLE;
}

/* The time at which a pending event is due. */
static inline uint64_t sim_event_at_ns(const struct sim_event *event)
{
    return event->at_ns;
}

void sim_queue_init(struct sim_queue *queue);
void sim_queue_fini(struct sim_queue *queue); /* pending events become idle */

/* Schedules an idle event, or moves a pending one. `at_ns` must not be in the past. */
void sim_queue_schedule(struct sim_queue *queue, struct sim_event *event, uint64_t at_ns,
                        enum sim_phase phase);
/* Makes a pending event idle; does nothing to an idle one. */
void sim_queue_cancel(struct sim_queue *queue, struct sim_event *event);

/* Fires all events that are due at `until_ns` or before, in order, and then sets now_ns to
 * `until_ns`. If an event calls sim_queue_stop(), the run ends after that event. Returns how many
 * events fired. */
uint64_t sim_queue_run(struct sim_queue *queue, uint64_t until_ns);
/* An event calls this to make sim_queue_run() return after it. */
void sim_queue_stop(struct sim_queue *queue);

#endif
