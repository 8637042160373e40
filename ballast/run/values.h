/*
 * The values of all metrics at one moment: what the expressions of ballast/results/metrics.def may
 * read. Each is written over `it`, a struct vm_view for a VM or a struct host_view for the host.
 *
 * What costs a walk over pages or a call into a guest is read when an expression first asks for it,
 * by a function of values.c, and kept in the view. So it happens once per sample, and only where a
 * metric that is due needs it.
 */
#ifndef RUN_VALUES_H
#define RUN_VALUES_H

#include "ballast/results/metrics.h"
#include "models/host/host.h"

struct run;
struct run_vm;

/* A VM that is on. */
struct vm_view {
    struct mp_vm_status policy;
    struct host_vm_status host;
    const struct run_vm *vm;
    bool is_final; /* for `result`, not for `series` */

    /* Private to values.c. */
    struct mp_sharing_split sharing;
    struct guest_status guest;
    bool has_sharing, has_guest;
};

struct host_view {
    struct mp_status policy;
    struct host_status host;
    double run_s; /* simulated time since the start of the run */
    struct run *run;

    struct host_sharing sharing;
    struct host_optimum optimum;
    bool has_sharing, has_optimum;
};

void run_vm_view(const struct run_vm *vm, bool is_final, struct vm_view *view);
void run_host_view(struct run *run, struct host_view *view);

/* The value of a metric now: NAN where it has none. `id` must be a metric of a VM
 * (metric_is_of_vm), or one of the host that is not the sum over its VMs. */
double run_vm_value(enum metric_id id, struct vm_view *it);
double run_host_value(enum metric_id id, struct host_view *it);

/* A value that counts pages of the model (machine.scale), as pages of 4 KiB or their MB. */
double run_scaled(const struct run *run, const char *unit, double value);

/* Does the condition hold for this VM, or for the host? DEVICE_IO holds for the host where it holds
 * for one of its VMs that was on. */
bool run_vm_when(enum metric_when when, const struct run_vm *vm);
bool run_host_when(enum metric_when when, const struct run *run);

#endif
