/*
 * A set of entries of the event queue, in which an entry may be several times. Private to it.
 */
#ifndef SIM_ENTRY_SET_H
#define SIM_ENTRY_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/entry.h"

struct sim_entry_set {
    struct sim_entry *slots; /* who = 0 in a free one */
    uint32_t room, count;
};

/* The set may be all zeroes, which is an empty one. */
void sim_entry_set_fini(struct sim_entry_set *set);
void sim_entry_set_add(struct sim_entry_set *set, struct sim_entry entry);
/* Takes it out once. False if it is not there. */
bool sim_entry_set_remove(struct sim_entry_set *set, struct sim_entry entry);

#endif
