/*
 * Free page reporting: the guest tells the hypervisor which of its pages are free, and the
 * hypervisor takes their memory back (Linux mm/page_reporting.c). The next touch of such a page
 * finds zeroes.
 */
#ifndef GUEST_REPORTING_H
#define GUEST_REPORTING_H

#include <stdint.h>

struct guest;

struct reporting {
    uint64_t due_ns; /* 0: nothing new is known to be free */
};

uint64_t guest_reporting_next_ns(const struct guest *guest); /* SIM_NEVER: nothing is due */
void guest_reporting_tick(struct guest *guest);              /* at that time */

#endif
