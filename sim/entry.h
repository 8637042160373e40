/*
 * What the event queue moves about: the key of an event, and where the event is. Private to it.
 */
#ifndef SIM_ENTRY_H
#define SIM_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

/* The phase lies in the low bits of the event's address, which are zeroes there. */
#define SIM_PHASE_BITS 3u
#define SIM_PHASES     (1u << SIM_PHASE_BITS)

struct sim_event;

struct sim_entry {
    uint64_t at_ns;
    uintptr_t who; /* the event's address and the phase */
};

static inline uint32_t sim_entry_phase(struct sim_entry entry)
{
    return (uint32_t)(entry.who % SIM_PHASES);
}

static inline struct sim_event *sim_entry_event(struct sim_entry entry)
{
    return (struct sim_event *)(entry.who - entry.who % SIM_PHASES);
}

static inline unsigned __int128 sim_entry_key(struct sim_entry entry)
{
    return (unsigned __int128)entry.at_ns << SIM_PHASE_BITS | entry.who % SIM_PHASES;
}

static inline bool sim_entry_before(struct sim_entry a, struct sim_entry b)
{
    return a.at_ns != b.at_ns ? a.at_ns < b.at_ns : a.who % SIM_PHASES < b.who % SIM_PHASES;
}

#endif
