/*
 * Events, ordered by (time, phase, sequence): the heart of the discrete-event simulation.
 *
 * An event is a struct embedded in its owner's state; nothing is allocated per event. The owner
 * gives it a function, schedules it, and may cancel or move it at any time in O(log n). Two events
 * at the same time fire in order of their phase, and within a phase in the order in which they
 * were scheduled, so ties are defined and a run repeats bit for bit.
 */
#ifndef SIM_EVENT_H
#define SIM_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Simulated time is an unsigned 64-bit count of nanoseconds since the start of the run. */
#define SIM_US     UINT64_C(1000)
#define SIM_MS     UINT64_C(1000000)
#define SIM_SECOND UINT64_C(1000000000)
#define SIM_NEVER  UINT64_MAX

/* What happens first among events of the same nanosecond. */
enum sim_phase {
    SIM_PHASE_DEVICE,   /* completions of disks and other devices */
    SIM_PHASE_SCHEDULE, /* scheduled changes of the configuration, power-on */
    SIM_PHASE_POLICY,   /* ticks of the memory policy */
    SIM_PHASE_CPU,      /* slices of virtual CPUs */
    SIM_PHASE_DISPATCH, /* CPUs choose among the virtual CPUs that are ready by now */
    SIM_PHASE_RECORD,   /* samples of the series, always last */
};

struct sim_event {
    void (*fire)(struct sim_event *event, uint64_t now_ns);
    uint32_t slot; /* private: place in the heap, or SIM_EVENT_IDLE */
};

#define SIM_EVENT_IDLE UINT32_MAX

/* The struct of type `type` in which `event` is the member `member`. */
#define sim_event_owner(event, type, member)                                                       \
    ((type *)(void *)((char *)(event)-offsetof(type, member)))

/* (time, phase, sequence) as one number: 64, 8 and 56 bits. */
typedef unsigned __int128 sim_key;

struct sim_queue {
    sim_key *keys;             /* private, and so are the next five */
    struct sim_event **events; /* of the same places as their keys */
    uint32_t end;              /* behind the last place in use */
    uint32_t capacity;
    uint64_t sequence;
    sim_key last; /* of the event that fired last */

    uint64_t now_ns; /* time of the event being fired, or of the last one */
    uint64_t fired;
    uint64_t ties; /* events that fired at the same time and phase as the one before */
    bool stopped;
};

/* An event that is not scheduled. Must be called once before its first use. */
void sim_event_init(struct sim_event *event, void (*fire)(struct sim_event *, uint64_t now_ns));
static inline bool sim_event_pending(const struct sim_event *event)
{
    return event->slot != SIM_EVENT_IDLE;
}

/* When a pending event is due. */
static inline uint64_t sim_event_at_ns(const struct sim_queue *queue, const struct sim_event *event)
{
    return (uint64_t)(queue->keys[event->slot] >> 64);
}

void sim_queue_init(struct sim_queue *queue);
void sim_queue_fini(struct sim_queue *queue); /* events still pending become idle */

/* Schedules an idle event, or moves a pending one. `at_ns` must not lie in the past. */
void sim_queue_schedule(struct sim_queue *queue, struct sim_event *event, uint64_t at_ns,
                        enum sim_phase phase);
/* Takes a pending event out; does nothing to an idle one. */
void sim_queue_cancel(struct sim_queue *queue, struct sim_event *event);

/* Fires events in order while their time is at most `until_ns`; then now_ns is `until_ns`, unless
 * sim_queue_stop() ended the run earlier. Returns the number of events fired. */
uint64_t sim_queue_run(struct sim_queue *queue, uint64_t until_ns);
/* To be called by an event: sim_queue_run() returns after it. */
void sim_queue_stop(struct sim_queue *queue);

#endif
