/*
 * Small fixed pieces of work whose instructions callgrind counts: see README.md.
 */
#ifndef TESTS_GATES_H
#define TESTS_GATES_H

#include <stdint.h>

struct gate {
    const char *name;
    uint64_t operations; /* of one run */
    void (*prepare)(void);
    void (*run)(void);
};

extern const struct gate gate_event, gate_event_few, gate_touch, gate_touch_reclaim, gate_scan,
    gate_governor;

/* A sequence of numbers that is the same everywhere (xorshift). */
uint64_t gate_random(void);
/* Ends the program where a step failed. */
void gate_check(int ok);

#endif
