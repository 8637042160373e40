/*
 * The balloon driver inside the guest (paper, section 3.2).
 */
#ifndef GUEST_BALLOON_H
#define GUEST_BALLOON_H

#include <stdbool.h>
#include <stdint.h>

struct guest;

void guest_balloon_init(struct guest *guest);              /* at power-on */
uint64_t guest_balloon_next_ns(const struct guest *guest); /* its timer; SIM_NEVER: none */
void guest_balloon_tick(struct guest *guest);              /* the timer is due */
/* A process is about to be killed: gives pages back instead. False: it has none, or may not. */
bool guest_balloon_relieve(struct guest *guest);

#endif
