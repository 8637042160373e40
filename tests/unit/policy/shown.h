/*
 * A governor alone, without the library: it is shown views that a test makes by hand, and its
 * orders are read. Everything is checked as the library would: an order that cannot be fails the
 * test.
 */
#ifndef TESTS_POLICY_SHOWN_H
#define TESTS_POLICY_SHOWN_H

#include "models/policy/mp_governor.h"

#define SHOWN_MB     256u /* pages */
#define SHOWN_SECOND UINT64_C(1000000000)

struct shown {
    const struct mp_governor *governor;
    void *state;
    uint32_t values[MP_MOST_PARAMETERS];
    struct mp_view view; /* the test fills in what the governor reads */
    struct mp_vm_view *vms;
    struct mp_orders orders; /* after shown_ask() */
};

/* A machine in which all memory is free, and so many VMs of 1024 MB: no min, 1,000 shares, a driver
 * with no cap, a report of no free memory, all memory allocated. Values are the presets; they may
 * be changed until shown_start(). */
void shown_init(struct shown *shown, const char *governor, uint32_t vms);
void shown_start(struct shown *shown, uint64_t now_ns);
void shown_fini(struct shown *shown);

/* The number of the governor's parameter, to index `values`. */
uint32_t shown_parameter(const struct shown *shown, const char *name);

/* Asks at this time, for this reason, and checks the orders. */
void shown_ask_for(struct shown *shown, uint64_t now_ns, enum mp_reason reason);
void shown_ask(struct shown *shown, uint64_t now_ns); /* periodically */
uint64_t shown_next_ns(const struct shown *shown, uint64_t now_ns);

/* What the balloon would leave the VM by its last order. */
uint32_t shown_left_pages(const struct shown *shown, uint32_t vm);
/* Carries the last orders out: balloons and swap as ordered, free memory as the VMs leave it. */
void shown_carry_out(struct shown *shown);

#endif
