/*
 * Accesses of guests to their pages, and the mappings that mirror the policy's pmap.
 *
 * The hazard is an access that cannot be made now, because its page must first be read from swap.
 * It is noted, the guest's virtual CPU stalls, and the access is made when the policy says so;
 * meanwhile the guest's own state is already beyond it, but nobody else can see that page's
 * contents.
 */
#include <stdlib.h>
#include <string.h>

#include "models/host/internal.h"
#include "sim/memory.h"

static void note_touch(struct host_vm *vm, uint32_t ppn)
{
    uint8_t bit = (uint8_t)(1u << (ppn & 7));
    if (vm->touched[ppn >> 3] & bit)
        return;
    vm->touched[ppn >> 3] |= bit;
    vm->touched_now_pages++;
}

static void hw_accessed(void *context, const uint32_t *pages, uint32_t count)
{
    struct host_vm *vm = context;
    const uint32_t mask = (UINT32_C(1) << GUEST_PPN_BITS) - 1;
    struct mp_accessed accessed = *vm->accessed; /* a copy: nothing that is written may alias it */
    for (uint32_t i = 0; i < count; i++)
        mp_accessed_note(&accessed, pages[i] & mask);
    vm->accessed->pages = accessed.pages;
    vm->has_accessed = true;
}

/* Somebody asks which pages are accessed. */
static void note_access(struct host_vm *vm, uint32_t ppn)
{
    if (vm->touched) {
        note_touch(vm, ppn);
        vm->map[ppn] = vm->allowed[ppn];
    }
    if (vm->accessed)
        hw_accessed(vm, &ppn, 1);
}

void host_mapping_accessed(struct host_vm *vm)
{
    vm->has_accessed = false;
    mp_vm_accessed(vm->host->policy, vm->number, vm->host->queue->now_ns);
}

/* A private write makes an id that no other page has: a chain of mixes that depends on the run, the
 * VM, the page and what was written to it before, and on nothing else. */
static void store(struct host_vm *vm, uint32_t ppn, uint64_t content)
{
    struct host *host = vm->host;
    if (!host->content)
        return;
    uint32_t mpn = mp_pmap(host->policy, vm->number)[ppn].where;
    if (content == GUEST_CONTENT_KEPT)
        content = host->content[mpn];
    if (content == GUEST_CONTENT_PRIVATE) {
        uint64_t page = sim_mix64(host->config.seed, (uint64_t)vm->number << 32 | ppn);
        content = sim_mix64(host->content[mpn], page);
    }
    host->content[mpn] = content;
    host->content_writes++;
    host_written_note(vm, ppn, content);
}

static uint64_t fault_cost_ns(const struct host *host, const struct mp_fault_work *work)
{
    const struct cost_cpu *cost = &host->cpu_cost;
    return cost->fault_ns + (work->zeroed ? cost->zero_ns : 0) +
           (work->copied ? cost->copy_ns : 0) + (work->decompressed ? cost->zram_decompress_ns : 0);
}

/* True when the access was made; *ns grows by what the hypervisor spent. */
static bool access_once(struct host_vm *vm, uint32_t ppn, bool write, uint64_t content,
                        uint64_t *ns)
{
    struct host *host = vm->host;
    if (!(vm->allowed[ppn] & guest_map_need(write))) {
        struct mp_fault_work work = {0};
        bool was_private = mp_pmap(host->policy, vm->number)[ppn].backing == MP_PRIVATE;
        host->private_write_faults += was_private && vm->allowed[ppn] == GUEST_MAP_READ;
        enum mp_fault_result result =
            mp_fault(host->policy, vm->number, ppn, write, host->queue->now_ns, &work);
        host_policy_called(host);
        uint64_t cost = fault_cost_ns(host, &work);
        vm->overhead_ns += cost;
        *ns += cost;
        if (result == MP_FAULT_WAIT)
            return false;
    } else if (write && vm->written) {
        host->hint_writes += mp_page_hinted(host->policy, vm->number, ppn);
    }
    if (vm->is_watched)
        note_access(vm, ppn);
    if (write)
        store(vm, ppn, content);
    return true;
}

/* Will the hypervisor read this page back for this access alone (paper, 3.1)? An access of the CPU
 * that waits for the same page would have brought it back anyway. */
static bool is_double_paging(const struct host_vm *vm, uint32_t ppn)
{
    if (!vm->hw.to_disk || mp_pmap(vm->host->policy, vm->number)[ppn].backing != MP_SWAPPED)
        return false;
    for (uint32_t i = 0; i < vm->pending_count; i++) {
        if (vm->pending[i].ppn == ppn)
            return false;
    }
    return true;
}

static void pending_add(struct host_vm *vm, uint32_t ppn, bool write, uint64_t content)
{
    if (vm->pending_count == vm->pending_room) {
        uint32_t room = vm->pending_room ? 2 * vm->pending_room : 16;
        struct pending_access *grown = sim_memory_need(realloc(vm->pending, room * sizeof *grown));
        vm->pending = grown;
        vm->pending_room = room;
    }
    vm->pending[vm->pending_count++] = (struct pending_access){ppn, write, content};
}

static uint64_t hw_access(void *context, uint32_t ppn, bool write, uint64_t content)
{
    struct host_vm *vm = context;
    uint64_t ns = 0;
    vm->double_paged_pages += is_double_paging(vm, ppn);
    if (access_once(vm, ppn, write, content, &ns))
        return ns;
    pending_add(vm, ppn, write, content);
    vm->hw.stalled = true;
    return ns;
}

uint32_t host_mapping_write_shared(struct host_vm *vm)
{
    const struct mp_pmap_entry *pmap = mp_pmap(vm->host->policy, vm->number);
    uint32_t pages = 0;
    for (uint32_t ppn = 0; ppn < vm->memory.max_pages; ppn++) {
        if (pmap[ppn].backing == MP_SHARED) {
            pending_add(vm, ppn, true, GUEST_CONTENT_PRIVATE);
            pages++;
        }
    }
    if (!host_mapping_retry(vm))
        host_vcpu_stall(vm);
    return pages;
}

/* A device holds its pages pinned, so the page has machine memory; if not, its content is as good
 * as any other that nobody knows. */
static uint64_t hw_content(void *context, uint32_t ppn)
{
    struct host_vm *vm = context;
    const struct mp_pmap_entry *entry = &mp_pmap(vm->host->policy, vm->number)[ppn];
    bool backed = entry->backing == MP_PRIVATE || entry->backing == MP_SHARED;
    return backed ? vm->host->content[entry->where] : GUEST_CONTENT_PRIVATE;
}

bool host_mapping_retry(struct host_vm *vm)
{
    uint32_t done = 0;
    uint64_t ns = 0; /* too short to matter beside the stall itself */
    while (done < vm->pending_count) {
        const struct pending_access *access = &vm->pending[done];
        if (!access_once(vm, access->ppn, access->write, access->content, &ns))
            break;
        done++;
    }
    vm->pending_count -= done;
    if (vm->pending_count > 0) /* there may be no list yet */
        memmove(vm->pending, vm->pending + done, vm->pending_count * sizeof *vm->pending);
    return vm->pending_count == 0;
}

static void op_map(void *context, uint16_t number, uint32_t ppn, uint32_t mpn, bool writable)
{
    struct host_vm *vm = &((struct host *)context)->vms[number];
    uint8_t before = vm->map[ppn];
    (void)mpn;
    vm->allowed[ppn] = writable ? GUEST_MAP_READ | GUEST_MAP_WRITE : GUEST_MAP_READ;
    if (vm->touched)
        vm->map[ppn] &= vm->allowed[ppn];
    if (before & ~vm->map[ppn])
        guest_unmapped(vm->guest, ppn);
}

static void op_unmap(void *context, uint16_t number, uint32_t ppn, uint32_t mpn)
{
    struct host_vm *vm = &((struct host *)context)->vms[number];
    bool was_mapped = vm->map[ppn] != 0;
    (void)mpn;
    vm->allowed[ppn] = 0;
    vm->map[ppn] = 0;
    if (was_mapped)
        guest_unmapped(vm->guest, ppn);
}

static void op_drop(void *context, uint16_t number, uint32_t ppn)
{
    op_unmap(context, number, ppn, MP_NO_PAGE);
}

static void op_retry(void *context, uint16_t number, uint32_t ppn)
{
    (void)ppn;
    host_vcpu_wake(&((struct host *)context)->vms[number]);
}

/* Of 2 MiB, whatever a page stands for. */
static void op_large_broken(void *context, uint16_t number, uint32_t ppn)
{
    struct host *host = context;
    (void)number, (void)ppn;
    host_cpu_take(host, host->cpu_cost.large_break_ns);
}

static bool op_pinned(void *context, uint16_t number, uint32_t ppn)
{
    return guest_page_pinned(((struct host *)context)->vms[number].guest, ppn);
}

void host_mapping_ops(struct mp_ops *ops)
{
    ops->map = op_map;
    ops->unmap = op_unmap;
    ops->drop = op_drop;
    ops->retry = op_retry;
    ops->pinned = op_pinned;
    ops->large_broken = op_large_broken;
}

void host_mapping_hw(struct host_vm *vm)
{
    vm->hw.context = vm;
    vm->hw.map = vm->map;
    vm->hw.contents_matter = vm->host->content != NULL;
    vm->hw.touch_ns = vm->host->cpu_cost.touch_ns;
    vm->hw.access = hw_access;
    vm->hw.content = hw_content;
}

static void touched_period_ends(struct sim_event *event, uint64_t now_ns)
{
    struct host_vm *vm = sim_event_owner(event, struct host_vm, touched_period);
    vm->touched_last_pages = vm->touched_now_pages;
    vm->touched_now_pages = 0;
    memset(vm->touched, 0, (vm->memory.max_pages + 7) / 8);
    memset(vm->map, 0, vm->memory.max_pages);
    guest_unmapped_all(vm->guest);
    uint64_t period_ns = vm->host->config.tunables.sample_period_ms * SIM_MS;
    sim_queue_schedule(vm->host->queue, event, now_ns + period_ns, SIM_PHASE_RECORD);
}

uint32_t host_mapping_touched(const struct host_vm *vm)
{
    return vm->touched_now_pages > vm->touched_last_pages ? vm->touched_now_pages
                                                          : vm->touched_last_pages;
}

int host_mapping_init(struct host_vm *vm, uint32_t pages, bool keep_touched,
                      struct sim_error *error)
{
    sim_event_init(&vm->touched_period, touched_period_ends);
    vm->allowed = sim_reserve(pages);
    vm->map = keep_touched ? sim_reserve(pages) : vm->allowed;
    vm->touched = keep_touched ? sim_reserve((pages + 7) / 8) : NULL;
    if (!vm->allowed || !vm->map || (keep_touched && !vm->touched))
        return sim_error_set(error, SIM_SYSTEM, "VM %s: no memory for %u pages", vm->name, pages);
    return SIM_OK;
}

void host_mapping_begin(struct host_vm *vm)
{
    vm->accessed = mp_accessed(vm->host->policy, vm->number);
    vm->hw.accessed = vm->accessed ? hw_accessed : NULL;
    vm->hw.told = vm->accessed        ? GUEST_MAP_READ | GUEST_MAP_WRITE
                  : vm->host->content ? GUEST_MAP_WRITE
                                      : 0;
    vm->is_watched = vm->accessed || vm->touched;
}

void host_mapping_forget(struct host_vm *vm)
{
    vm->accessed = NULL;
    vm->hw.accessed = NULL;
    vm->has_accessed = false;
    sim_queue_cancel(vm->host->queue, &vm->touched_period);
    vm->touched_now_pages = vm->touched_last_pages = 0;
    if (vm->touched)
        memset(vm->touched, 0, (vm->memory.max_pages + 7) / 8);
}

void host_mapping_fini(struct host_vm *vm)
{
    uint32_t pages = vm->memory.max_pages;
    sim_queue_cancel(vm->host->queue, &vm->touched_period);
    if (vm->map != vm->allowed)
        sim_release(vm->map, pages);
    sim_release(vm->allowed, pages);
    sim_release(vm->touched, (pages + 7) / 8);
    free(vm->pending);
}
