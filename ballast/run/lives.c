/*
 * The times that a VM was on: what its metrics were at the end of each, so that a VM that is off
 * when the run ends has results, and counters add up over all of them.
 *
 * A VM that is powered on again has a new guest and a new workload. Some of the host's counters
 * begin anew with it, others go on. So each counter is read at power-on too, and only what it grows
 * by from there on is added.
 */
#include "ballast/run/internal.h"

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
    vm->times_before =
        run_times_subtract(vm->times_last, run_vm_times_now(vm, view.host.overhead_ns));
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
