/*
 * Virtual CPUs: each VM's guest runs in slices of CPU time, and stops for four reasons: it halts
 * with nothing to do, it stalls on a page that the hypervisor must first read back, the policy
 * blocks it (state low), or it waits for a CPU (cpu.c). The VM's own time runs in the first case
 * and not in the other three. Nor does it run in the part of each slice that the hypervisor takes.
 *
 * The hazard is a wake-up that comes while the slice that it is meant for is still being computed:
 * it is kept in `woken` and honoured at the slice's end.
 */
#include "models/host/internal.h"

/* Long enough that a slice costs far more than its event, short against disks and periods. */
#define SLICE_NS (5 * SIM_MS)

static void stall_begin(struct host_vm *vm, uint64_t now_ns)
{
    if (vm->in_stall)
        return;
    vm->in_stall = true;
    vm->stall_began_ns = now_ns;
}

static void stall_end(struct host_vm *vm, uint64_t now_ns)
{
    /* A power-off may come while the slice that ended in the stall is still going on. */
    if (vm->in_stall && now_ns > vm->stall_began_ns)
        vm->stalled_ns += now_ns - vm->stall_began_ns;
    vm->in_stall = false;
}

/* May the guest run? Makes its pending accesses first. */
static bool ready(struct host_vm *vm)
{
    if (vm->blocked)
        return false;
    if (vm->pending_count > 0 && !host_mapping_retry(vm))
        return false;
    return !vm->blocked;
}

static void vcpu_ready(struct sim_event *event, uint64_t now_ns)
{
    struct host_vm *vm = sim_event_owner(event, struct host_vm, cpu);
    if (!ready(vm)) {
        stall_begin(vm, now_ns);
        return;
    }
    stall_end(vm, now_ns);
    if (vm->host->cpus)
        host_cpu_wait(vm);
    else
        host_vcpu_run(vm, 0);
}

void host_vcpu_run(struct host_vm *vm, uint64_t delay_ns)
{
    struct sim_queue *queue = vm->host->queue;
    uint64_t now_ns = queue->now_ns;
    vm->hw.stalled = false;
    vm->woken = false;
    vm->host->running = vm;
    struct guest_slice slice = guest_run(vm->guest, now_ns, SLICE_NS);
    vm->host->running = NULL;
    if (vm->has_accessed)
        host_mapping_accessed(vm);
    uint64_t monitor_ns = slice.used_ns * vm->host->cpu_cost.monitor_ms_ns / SIM_MS;
    vm->monitor_ns += monitor_ns;
    vm->busy_until_ns = now_ns + delay_ns + slice.used_ns + monitor_ns;
    if (!vm->on)
        return;

    bool waits = vm->blocked || vm->pending_count > 0;
    if (waits)
        stall_begin(vm, vm->busy_until_ns);
    if (vm->woken || (!waits && !slice.halted)) {
        uint64_t next_ns = vm->busy_until_ns > now_ns ? vm->busy_until_ns : now_ns + SIM_US;
        sim_queue_schedule(queue, &vm->cpu, next_ns, SIM_PHASE_CPU);
    } else if (!waits && slice.wake_ns != SIM_NEVER) {
        uint64_t next_ns = slice.wake_ns > vm->busy_until_ns ? slice.wake_ns : vm->busy_until_ns;
        sim_queue_schedule(queue, &vm->cpu, next_ns, SIM_PHASE_CPU);
    }
}

uint64_t host_vcpu_now_ns(const struct host *host)
{
    return host->running ? guest_now_ns(host->running->guest) : host->queue->now_ns;
}

void host_vcpu_init(struct host_vm *vm)
{
    sim_event_init(&vm->cpu, vcpu_ready);
}

void host_vcpu_start(struct host_vm *vm)
{
    vm->on = true;
    vm->on_ns = vm->host->queue->now_ns;
    vm->busy_until_ns = vm->on_ns;
    vm->stalled_before_ns = vm->stalled_ns;
    vm->ready_before_ns = vm->ready_ns;
    vm->monitor_ns = 0;
    vm->pass = vm->host->pass;
    sim_queue_schedule(vm->host->queue, &vm->cpu, vm->on_ns, SIM_PHASE_CPU);
}

void host_vcpu_stop(struct host_vm *vm)
{
    vm->on = false;
    vm->pending_count = 0;
    vm->blocked = vm->woken = vm->hw.stalled = false;
    stall_end(vm, vm->host->queue->now_ns);
    sim_queue_cancel(vm->host->queue, &vm->cpu);
    host_cpu_release(vm);
}

void host_vcpu_restart(struct host_vm *vm)
{
    uint64_t now_ns = vm->host->queue->now_ns;
    vm->pending_count = 0;
    vm->woken = false;
    host_cpu_leave(vm);
    /* A slice of the old guest may end later than now. If the VM is blocked, it stays so. */
    sim_queue_schedule(vm->host->queue, &vm->cpu,
                       vm->busy_until_ns > now_ns ? vm->busy_until_ns : now_ns, SIM_PHASE_CPU);
}

void host_vcpu_wake(struct host_vm *vm)
{
    struct sim_queue *queue = vm->host->queue;
    if (!vm->on || vm->waiting)
        return;
    if (vm->host->running == vm) {
        vm->woken = true;
        return;
    }
    uint64_t at_ns = vm->busy_until_ns > queue->now_ns ? vm->busy_until_ns : queue->now_ns;
    if (!sim_event_pending(&vm->cpu) || sim_event_at_ns(&vm->cpu) > at_ns)
        sim_queue_schedule(queue, &vm->cpu, at_ns, SIM_PHASE_CPU);
}

void host_vcpu_block(struct host_vm *vm, bool blocked)
{
    vm->blocked = blocked;
    if (!blocked) {
        host_vcpu_wake(vm);
        return;
    }
    vm->hw.stalled = true;
    if (vm->waiting) {
        host_cpu_leave(vm);
        stall_begin(vm, vm->host->queue->now_ns);
    }
}

void host_vcpu_stall(struct host_vm *vm)
{
    uint64_t now_ns = vm->host->queue->now_ns;
    if (vm->waiting)
        host_cpu_leave(vm);
    stall_begin(vm, vm->busy_until_ns > now_ns ? vm->busy_until_ns : now_ns);
}

uint64_t host_vcpu_stalled_ns(const struct host_vm *vm)
{
    uint64_t now_ns = vm->host->queue->now_ns;
    bool is_counted = !vm->in_stall || now_ns <= vm->stall_began_ns;
    uint64_t lasting_ns = is_counted ? 0 : now_ns - vm->stall_began_ns;
    return vm->stalled_ns - vm->stalled_before_ns + lasting_ns;
}

uint64_t host_vcpu_time_ns(const struct host_vm *vm)
{
    uint64_t ready_ns = host_cpu_ready_ns(vm) - vm->ready_before_ns;
    /* A slice that lasts is counted as if it had ended. */
    uint64_t now_ns = vm->host->queue->now_ns, on_ns = now_ns - vm->on_ns;
    uint64_t not_own_ns = host_vcpu_stalled_ns(vm) + ready_ns + vm->monitor_ns;
    return on_ns > not_own_ns ? on_ns - not_own_ns : 0;
}
