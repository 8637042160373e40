/*
 * CPUs that more VMs share than there are: proportional share by stride scheduling (Waldspurger and
 * Weihl, MIT/LCS/TM-528, 1995). A vCPU's pass grows with the CPU time that it used, divided by its
 * shares; a free CPU takes the waiting vCPU of the least pass, ties by VM number. All arithmetic is
 * exact to 2^-32 ns, so a run repeats.
 *
 * The hazard is credit. A vCPU that was halted must not come back with the pass of long ago and
 * then hold a CPU until it has caught up: it starts where the others are. Nor may one gather credit
 * whose shares would buy more than a whole CPU, and which therefore never waits: its pass follows
 * the others' at a distance of LAG_NS.
 *
 * Those who become ready at one moment are compared with each other, whatever the order of their
 * events: CPUs choose in a phase of their own, after all slices of that moment have ended.
 *
 * The hypervisor's own work between the slices, hashing and comparing pages (4.3), takes the CPU
 * that is free first, so it takes idle cycles where there are any.
 *
 * A host with a CPU for each VM uses none of this: one of its CPUs is always idle enough.
 */
#include <stdlib.h>

#include "models/host/internal.h"

#define PASS_SHIFT 32
#define LAG_NS     (100 * SIM_MS) /* our choice: 20 slices */

struct host_cpu {
    struct host_vm *vm; /* whose state it holds: running, or the last that ran */
    uint64_t free_ns;   /* the end of that slice */
};

static host_pass pass_of(uint64_t cpu_ns, uint32_t shares)
{
    return ((host_pass)cpu_ns << PASS_SHIFT) / shares;
}

static bool goes_before(const struct host_vm *a, const struct host_vm *b)
{
    return a->pass != b->pass ? a->pass < b->pass : a->number < b->number;
}

/* The free CPU that holds the vCPU's state already, or else the first free one; NULL if none is. */
static struct host_cpu *cpu_for(struct host *host, const struct host_vm *vm, uint64_t now_ns)
{
    struct host_cpu *found = NULL;
    for (uint32_t i = 0; i < host->cpu_count; i++) {
        struct host_cpu *cpu = &host->cpus[i];
        if (cpu->free_ns > now_ns)
            continue;
        if (cpu->vm == vm)
            return cpu;
        if (!found)
            found = cpu;
    }
    return found;
}

static void dispatch_schedule(struct host *host)
{
    uint64_t at_ns = SIM_NEVER;
    if (!host->waiting) {
        sim_queue_cancel(host->queue, &host->dispatch);
        return;
    }
    for (uint32_t i = 0; i < host->cpu_count; i++) {
        if (host->cpus[i].free_ns < at_ns)
            at_ns = host->cpus[i].free_ns;
    }
    if (at_ns < host->queue->now_ns)
        at_ns = host->queue->now_ns;
    sim_queue_schedule(host->queue, &host->dispatch, at_ns, SIM_PHASE_DISPATCH);
}

static void dispatch(struct sim_event *event, uint64_t now_ns)
{
    struct host *host = sim_event_owner(event, struct host, dispatch);
    struct host_cpu *cpu;
    /* A slice may block VMs that wait: look at the head anew each time. */
    while (host->waiting && (cpu = cpu_for(host, host->waiting, now_ns)) != NULL) {
        struct host_vm *vm = host->waiting;
        host_cpu_leave(vm);
        if (vm->pass > host->pass)
            host->pass = vm->pass;
        uint64_t switch_ns = cpu->vm == vm ? 0 : host->cpu_cost.world_switch_ns;
        vm->overhead_ns += switch_ns;
        cpu->vm = vm;
        host_vcpu_run(vm, switch_ns);
        cpu->free_ns = vm->busy_until_ns;
        vm->pass += pass_of(vm->busy_until_ns - now_ns, vm->cpu_shares);
    }
    dispatch_schedule(host);
}

bool host_cpu_init(struct host *host, uint32_t cpus)
{
    sim_event_init(&host->dispatch, dispatch);
    if (cpus == 0 || cpus >= host->config.machine.max_vms)
        return true;
    host->cpus = calloc(cpus, sizeof *host->cpus);
    host->cpu_count = host->cpus ? cpus : 0;
    return host->cpus != NULL;
}

void host_cpu_fini(struct host *host)
{
    sim_queue_cancel(host->queue, &host->dispatch);
    free(host->cpus);
}

void host_cpu_wait(struct host_vm *vm)
{
    struct host *host = vm->host;
    uint64_t now_ns = host->queue->now_ns;
    bool rested = now_ns > vm->busy_until_ns;
    host_pass lag = rested ? 0 : pass_of(LAG_NS, vm->cpu_shares);
    if (vm->pass + lag < host->pass)
        vm->pass = host->pass - lag;

    struct host_vm **place = &host->waiting;
    while (*place && goes_before(*place, vm))
        place = &(*place)->next_waiting;
    vm->next_waiting = *place;
    *place = vm;
    vm->waiting = true;
    vm->wait_began_ns = now_ns;
    dispatch_schedule(host);
}

void host_cpu_leave(struct host_vm *vm)
{
    if (!vm->waiting)
        return;
    struct host_vm **place = &vm->host->waiting;
    while (*place != vm)
        place = &(*place)->next_waiting;
    *place = vm->next_waiting;
    vm->waiting = false;
    vm->ready_ns += vm->host->queue->now_ns - vm->wait_began_ns;
}

void host_cpu_release(struct host_vm *vm)
{
    struct host *host = vm->host;
    host_cpu_leave(vm);
    for (uint32_t i = 0; i < host->cpu_count; i++) {
        if (host->cpus[i].vm == vm)
            host->cpus[i] = (struct host_cpu){0};
    }
    dispatch_schedule(host);
}

uint64_t host_cpu_ready_ns(const struct host_vm *vm)
{
    return vm->ready_ns + (vm->waiting ? vm->host->queue->now_ns - vm->wait_began_ns : 0);
}

void host_cpu_take(struct host *host, uint64_t ns)
{
    uint64_t now_ns = host->queue->now_ns;
    struct host_cpu *first = host->cpus;
    for (uint32_t i = 1; i < host->cpu_count; i++) {
        if (host->cpus[i].free_ns < first->free_ns)
            first = &host->cpus[i];
    }
    if (!first || ns == 0)
        return;
    first->free_ns = (first->free_ns > now_ns ? first->free_ns : now_ns) + ns;
    dispatch_schedule(host);
}

/* Its slice lasts; or it ends at this moment, and the next one begins. */
static bool is_running(const struct host_vm *vm)
{
    const struct sim_queue *queue = vm->host->queue;
    uint64_t now_ns = queue->now_ns;
    if (!vm->on)
        return false;
    return vm->waiting || vm->busy_until_ns > now_ns ||
           (vm->busy_until_ns == now_ns && sim_event_pending(&vm->cpu) &&
            sim_event_at_ns(&vm->cpu) == now_ns);
}

bool host_cpu_idle(const struct host *host)
{
    uint32_t idle = host->config.cpus ? host->config.cpus : host->vm_count;
    for (uint32_t i = 0; i < host->vm_count && idle > 0; i++)
        idle -= is_running(&host->vms[i]);
    return idle > 0;
}
