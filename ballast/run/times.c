/*
 * How long a VM was on, how long its workload worked, and how much it did: what the rates among the
 * metrics are of.
 */
#include <math.h>

#include "ballast/run/internal.h"

/* The workload does nothing more once its last process has ended, or the guest has killed it. */
static double works_until_s(const struct run_vm *vm)
{
    struct guest_status guest;
    guest_status(host_vm_guest(vm->run->host, vm->number), &guest);
    bool is_over = guest.last_end_ns > 0 && guest.programs_alive == 0;
    return (double)(is_over ? guest.last_end_ns : vm->run->queue.now_ns) / 1e9;
}

struct run_times run_vm_times_now(const struct run_vm *vm, uint64_t overhead_ns)
{
    uint64_t now_ns = vm->run->queue.now_ns;
    double now_s = (double)now_ns / 1e9, on_since_s = (double)vm->on_since_ns / 1e9;
    struct run_times times = {.on_s = now_s - on_since_s, .overhead_ns = (double)overhead_ns};
    if (!vm->workload)
        return times;
    times.working_s = fmax(works_until_s(vm) - vm->works_since_s, 0);
    times.work = vm->workload->kind->progress(vm->workload, now_ns);
    return times;
}

static struct run_times times_add(struct run_times a, struct run_times b)
{
    return (struct run_times){a.on_s + b.on_s, a.working_s + b.working_s,
                              a.overhead_ns + b.overhead_ns, a.work + b.work};
}

struct run_times run_times_subtract(struct run_times a, struct run_times b)
{
    return (struct run_times){a.on_s - b.on_s, a.working_s - b.working_s,
                              a.overhead_ns - b.overhead_ns, a.work - b.work};
}

struct run_times run_vm_times(const struct run_vm *vm, uint64_t overhead_ns)
{
    return times_add(run_vm_times_now(vm, overhead_ns), vm->times_before);
}
