/*
 * The times that a VM was on: what its metrics were at the end of each, so that a VM that is off
 * when the run ends has results, and counters add up over all of them.
 *
 * A VM that is powered on again has a new guest and a new workload. Some of the host's counters
 * begin anew with it, others go on. So each counter is read at power-on too, and only what it grows
 * by from there on is added.
 */
#include "ballast/run/internal.h"

/* The workload does nothing more once its last process has ended, or the guest has killed it. */
static double works_until_s(const struct run_vm *vm)
{
    struct guest_status guest;
    guest_status(host_vm_guest(vm->run->host, vm->number), &guest);
    bool is_over = guest.last_end_ns > 0 && guest.programs_alive == 0;
    return (double)(is_over ? guest.last_end_ns : vm->run->queue.now_ns) / 1e9;
}

static struct run_times times_now(const struct run_vm *vm, uint64_t overhead_ns)
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

static struct run_times times_subtract(struct run_times a, struct run_times b)
{
    return (struct run_times){a.on_s - b.on_s, a.working_s - b.working_s,
                              a.overhead_ns - b.overhead_ns, a.work - b.work};
}

struct run_times run_vm_times(const struct run_vm *vm, uint64_t overhead_ns)
{
    return times_add(times_now(vm, overhead_ns), vm->times_before);
}

double run_vm_total(enum metric_id id, struct vm_view *it)
{
    double value = run_vm_value(id, it);
    return metrics[id].kind == METRIC_COUNTER ? value + it->vm->before[id] : value;
}

static bool is_due(const struct metric *metric, const struct run_vm *vm)
{
    return metric_is_of_vm(metric) &&
           (run_vm_when(metric->series, vm) || run_vm_when(metric->result, vm));
}

void run_vm_powered_on(struct run_vm *vm, uint64_t now_ns)
{
    struct vm_view view;
    bool was_on = vm->lives > 0;
    vm->on = true;
    vm->lives++;
    vm->on_since_ns = now_ns;
    if (!was_on)
        return;
    run_vm_view(vm, true, &view);
    vm->times_before = times_subtract(vm->times_last, times_now(vm, view.host.overhead_ns));
    for (enum metric_id id = 0; id < METRIC_COUNT; id++) {
        if (metrics[id].kind == METRIC_COUNTER && is_due(&metrics[id], vm))
            vm->before[id] = vm->last[id] - run_vm_value(id, &view);
    }
}

void run_vm_powers_off(struct run_vm *vm)
{
    struct vm_view view;
    run_vm_view(vm, true, &view);
    vm->times_last = run_vm_times(vm, view.host.overhead_ns);
    for (enum metric_id id = 0; id < METRIC_COUNT; id++) {
        if (is_due(&metrics[id], vm))
            vm->last[id] = run_vm_total(id, &view);
    }
    device_io_fini(&vm->device_io);
    vm->on = false;
}
