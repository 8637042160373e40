/*
 * The operations of processes. Each step is at most one page's work: an access that stalls the
 * virtual CPU ends the step that it is in, and the operation goes on from there.
 */
#include "models/guest/operate.h"

#include <assert.h>
#include <stdlib.h>

#include "models/guest/cache.h"
#include "models/guest/memory.h"
#include "models/guest/state.h"

static enum step compute_step(struct guest *guest, struct process *process, uint64_t limit_ns)
{
    uint64_t left_ns = process->op.ns - process->done;
    uint64_t room_ns = limit_ns > guest->used_ns ? limit_ns - guest->used_ns : 0;
    uint64_t ns = left_ns < room_ns ? left_ns : room_ns;
    guest->used_ns += ns;
    process->done += ns;
    return process->done == process->op.ns ? STEP_DONE : STEP_MORE;
}

/* An operation on files has a fixed cost. It is paid once, at the first step. */
static void charge(struct guest *guest, struct process *process, uint32_t operations)
{
    if (!process->charged)
        guest->used_ns += operations * guest->cost.file_op_ns;
    process->charged = true;
}

static enum step truncate_step(struct guest *guest, struct process *process, uint64_t bytes)
{
    assert(process->op.file < guest->files.count);
    charge(guest, process, 1);
    guest_cache_truncate(guest, &guest->files.file[process->op.file], bytes);
    return STEP_DONE;
}

static enum step commit_step(struct guest *guest, struct process *process)
{
    process->promised_pages += process->op.pages;
    guest->promised_pages += process->op.pages;
    return STEP_DONE;
}

static enum step physical_step(struct guest *guest, const struct guest_op *op)
{
    assert(op->first < guest->config.memory_pages);
    guest_touch(guest, op->first, op->write, op->content);
    return STEP_DONE;
}

/* A request through the virtual adapter. When the access to the buffer stalls, the whole step is
 * repeated later: the device must find the page in memory. */
static enum step device_io_step(struct guest *guest, const struct guest_op *op)
{
    physical_step(guest, op);
    if (guest->hw->stalled)
        return STEP_MORE;
    guest->used_ns += guest->cost.io_start_ns;
    guest->used_ns += guest->hw->device_io(guest->hw->context, op->first);
    return STEP_DONE;
}

enum step guest_operate(struct guest *guest, struct process *process, uint64_t limit_ns)
{
    const struct guest_op *op = &process->op;
    switch (op->kind) {
    case GUEST_OP_COMPUTE:
        return compute_step(guest, process, limit_ns);
    case GUEST_OP_MEMORY:
        return guest_memory_step(guest, process, limit_ns);
    case GUEST_OP_MEMORY_FREE:
        return guest_memory_free_step(guest, process, limit_ns);
    case GUEST_OP_COMMIT:
        return commit_step(guest, process);
    case GUEST_OP_FILE_READ:
        charge(guest, process, 1);
        return guest_cache_read_step(guest, process);
    case GUEST_OP_FILE_WRITE:
        charge(guest, process, 1);
        return guest_cache_write_step(guest, process);
    case GUEST_OP_FILE_SYNC:
        charge(guest, process, 1);
        return guest_cache_sync_step(guest, process);
    case GUEST_OP_FILE_TRUNCATE:
        return truncate_step(guest, process, op->bytes);
    case GUEST_OP_FILE_DELETE:
        return truncate_step(guest, process, 0);
    case GUEST_OP_META:
        charge(guest, process, op->count);
        return STEP_DONE;
    case GUEST_OP_PHYSICAL:
        return physical_step(guest, op);
    case GUEST_OP_DEVICE_IO:
        return device_io_step(guest, op);
    case GUEST_OP_RECLAIM:
        return guest_kswapd_step(guest, process);
    case GUEST_OP_ZERO_FREE:
        return guest_memory_zero_step(guest, process);
    case GUEST_OP_SLEEP:
    case GUEST_OP_EXIT:
        break;
    }
    abort(); /* sleep and exit end in the scheduler */
}
