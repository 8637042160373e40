/*
 * Devices that reach only low memory (paper, section 7): network cards and disk adapters with
 * 32-bit addresses. Such I/O on a high page goes through a buffer in low memory, which costs a
 * copy; the policy counts it and may move the page.
 */
#include "models/host/internal.h"

/* A page that moves is copied, and no CPU may keep its old mapping. */
static uint64_t move_ns(const struct host *host)
{
    return host->cpu_cost.copy_ns + host->cpu_cost.tlb_invalidate_ns;
}

static uint64_t hw_device_io(void *context, uint32_t ppn)
{
    struct host_vm *vm = context;
    struct host *host = vm->host;
    struct mp_device_work work;
    mp_device_io(host->policy, vm->number, ppn, host->queue->now_ns, &work);
    host_policy_called(host);
    uint64_t ns = (work.copied ? host->cpu_cost.copy_ns : 0) + (work.remapped ? move_ns(host) : 0) +
                  (work.returned ? move_ns(host) : 0);
    vm->overhead_ns += ns;
    return ns;
}

void host_device_hw(struct host_vm *vm)
{
    vm->hw.device_io = hw_device_io;
}
