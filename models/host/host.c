/*
 * The host as a whole: making it, adding VMs, switching them on and off, and the tick that drives
 * the policy.
 */
#include "models/host/host.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/host/internal.h"

/* ---- What the policy tells --------------------------------------------------------------- */

static void op_block(void *context, uint16_t number, bool blocked)
{
    host_vcpu_block(&((struct host *)context)->vms[number], blocked);
}

static bool op_cpu_idle(void *context)
{
    return host_cpu_idle(context);
}

static uint32_t op_random_below(void *context, uint16_t number, enum mp_stream stream, uint32_t n)
{
    return sim_random_below(&((struct host *)context)->vms[number].random[stream], n);
}

static void op_decision(void *context, const struct mp_decision *decision)
{
    struct host *host = context;
    const struct host_observer *observer = &host->config.observer;
    if (observer->decision)
        observer->decision(observer->context, host->vms[decision->vm].name, decision);
}

static void tell(struct host *host, uint64_t at_ns, const char *vm, const char *kind,
                 const char *detail)
{
    const struct host_observer *observer = &host->config.observer;
    if (observer->event)
        observer->event(observer->context, at_ns, vm, kind, detail);
}

/* A device that is broken fails thousands of pages. All are counted; one a second is told. */
static void io_failed(struct host *host, const struct mp_event *event)
{
    struct host_vm *vm = &host->vms[event->vm];
    bool is_in = event->b;
    char detail[40];
    vm->io_errors[is_in]++;
    if (event->at_ns < vm->io_error_due_ns[is_in])
        return;
    vm->io_error_due_ns[is_in] = event->at_ns + SIM_SECOND;
    snprintf(detail, sizeof detail, "%s of page %u", is_in ? "page-in" : "page-out", event->a);
    tell(host, event->at_ns, vm->name, "io_failed", detail);
}

static void op_event(void *context, const struct mp_event *event)
{
    struct host *host = context;
    char detail[100];
    switch (event->kind) {
    case MP_EVENT_STATE:
        snprintf(detail, sizeof detail, "%s to %s", mp_state_name((enum mp_state)event->a),
                 mp_state_name((enum mp_state)event->b));
        tell(host, event->at_ns, "", "state", detail);
        sim_gauge_set(&host->in_state[event->a], event->at_ns, 0);
        sim_gauge_set(&host->in_state[event->b], event->at_ns, 1);
        return;
    case MP_EVENT_BALLOON_POP:
        snprintf(detail, sizeof detail, "page %u was touched", event->a);
        tell(host, event->at_ns, host->vms[event->vm].name, "balloon_pop", detail);
        return;
    case MP_EVENT_FALSE_MATCH:
        snprintf(detail, sizeof detail, "page %u", event->a);
        tell(host, event->at_ns, host->vms[event->vm].name, "false_match", detail);
        return;
    case MP_EVENT_SWAP_FULL:
        snprintf(detail, sizeof detail, "%u pages wanted", event->a);
        tell(host, event->at_ns, "", "swap_full", detail);
        return;
    case MP_EVENT_IO_FAILED:
        io_failed(host, event);
        return;
    }
}

static void op_decision_input(void *context, uint64_t at_ns, uint16_t number,
                              const struct mp_input *inputs, uint32_t count)
{
    struct host *host = context;
    const struct host_observer *observer = &host->config.observer;
    if (observer->decision_input)
        observer->decision_input(observer->context, at_ns, host->vms[number].name, inputs, count);
}

static void op_bad_order(void *context, const struct mp_bad_order *order)
{
    struct host *host = context;
    const struct host_observer *observer = &host->config.observer;
    const char *vm = order->vm == MP_NO_VM ? "" : host->vms[order->vm].name;
    if (observer->bad_order) {
        observer->bad_order(observer->context, vm, order);
        return;
    }
    fprintf(stderr, "ballast: bug in the governor %s at %.9f s: it ordered %s %u for VM %s\n",
            order->governor, (double)order->at_ns / 1e9, order->what, order->ordered, vm);
    abort();
}

static void op_panic(void *context, const char *what)
{
    struct host *host = context;
    fprintf(stderr, "ballast: bug in the memory policy at %.9f s, seed %llu: %s\n",
            (double)host->queue->now_ns / 1e9, (unsigned long long)host->config.seed, what);
    abort();
}

/* ---- The tick ---------------------------------------------------------------------------- */

void host_policy_called(struct host *host)
{
    host_cpu_take(host, host->scan_ns - host->scan_charged_ns);
    host->scan_charged_ns = host->scan_ns;
    uint64_t deadline_ns = mp_next_deadline(host->policy);
    if (deadline_ns < host->queue->now_ns)
        deadline_ns = host->queue->now_ns;
    if (deadline_ns < host->tick_ns) {
        host->tick_ns = deadline_ns;
        sim_queue_schedule(host->queue, &host->tick, deadline_ns, SIM_PHASE_POLICY);
    }
}

static void host_tick(struct sim_event *event, uint64_t now_ns)
{
    struct host *host = sim_event_owner(event, struct host, tick);
    for (uint32_t i = 0; i < host->vm_count; i++) {
        if (!host->vms[i].on)
            continue;
        if (host->vms[i].has_accessed)
            host_mapping_accessed(&host->vms[i]);
        mp_vm_time(host->policy, host->vms[i].number, host_vcpu_time_ns(&host->vms[i]));
        mp_vm_stalled(host->policy, host->vms[i].number, host_vcpu_stalled_ns(&host->vms[i]));
        mp_vm_truth(host->policy, host->vms[i].number, host_mapping_touched(&host->vms[i]));
    }
    mp_tick(host->policy, now_ns);
    host->tick_ns = SIM_NEVER;
    host_policy_called(host);
}

/* ---- The balloon driver's channel, and the guest's disk ---------------------------------- */

static void hw_disk(void *context, const struct guest_io *io)
{
    struct host_vm *vm = context;
    host_disk_submit(&vm->disk, &(struct host_disk_request){.block = io->block,
                                                            .count = io->count,
                                                            .tag = io->tag,
                                                            .at_ns = io->at_ns,
                                                            .write = io->write,
                                                            .requests = io->requests});
}

static void disk_done(void *owner, const struct host_disk_request *request, uint64_t now_ns)
{
    struct host_vm *vm = owner;
    if (!vm->on)
        return;
    guest_io_done(vm->guest, request->tag, now_ns);
    host_vcpu_wake(vm);
}

static void hw_balloon_driver(void *context, bool present)
{
    struct host_vm *vm = context;
    mp_balloon_driver(vm->host->policy, vm->number, present, vm->host->queue->now_ns);
    host_policy_called(vm->host);
}

/* With each poll the driver tells how the guest's memory is used. */
static void report_guest(struct host_vm *vm)
{
    struct guest_status guest;
    guest_status(vm->guest, &guest);
    struct mp_guest_report report = {.free_pages = guest.free_pages,
                                     .available_pages = guest.available_pages,
                                     .cache_pages = guest.cache_pages,
                                     .committed_pages = guest.committed_pages,
                                     .swapped_pages = guest.swap_used_pages};
    mp_guest_report(vm->host->policy, vm->number, &report, vm->host->queue->now_ns);
}

static uint32_t hw_balloon_poll(void *context)
{
    struct host_vm *vm = context;
    report_guest(vm);
    uint32_t pages = mp_balloon_poll(vm->host->policy, vm->number, vm->host->queue->now_ns);
    host_policy_called(vm->host);
    return pages;
}

static bool hw_balloon_taken(void *context, uint32_t ppn)
{
    struct host_vm *vm = context;
    bool is_taken = mp_balloon_taken(vm->host->policy, vm->number, ppn, vm->host->queue->now_ns);
    if (is_taken)
        host_written_note(vm, ppn, GUEST_CONTENT_ZERO);
    host_policy_called(vm->host);
    return is_taken;
}

static void hw_balloon_returned(void *context, uint32_t ppn)
{
    struct host_vm *vm = context;
    mp_balloon_returned(vm->host->policy, vm->number, ppn, vm->host->queue->now_ns);
    host_policy_called(vm->host);
}

static void hw_free_pages(void *context, uint32_t ppn, uint32_t count)
{
    struct host_vm *vm = context;
    for (uint32_t i = 0; i < count; i++) {
        mp_page_unneeded(vm->host->policy, vm->number, ppn + i, vm->host->queue->now_ns);
        host_written_note(vm, ppn + i, GUEST_CONTENT_ZERO);
    }
    host_policy_called(vm->host);
}

static void hw_event(void *context, const char *kind, const char *detail)
{
    struct host_vm *vm = context;
    tell(vm->host, vm->host->queue->now_ns, vm->name, kind, detail);
}

/* ---- Making and ending ------------------------------------------------------------------- */

static void fill_ops(struct mp_ops *ops)
{
    host_contents_ops(ops);
    host_mapping_ops(ops);
    host_paging_ops(ops);
    host_sharing_ops(ops);
    ops->balloon_target = mp_ops_inert.balloon_target; /* the driver asks: hw_balloon_poll() */
    ops->block = op_block;
    ops->cpu_idle = op_cpu_idle;
    ops->random_below = op_random_below;
    ops->decision = op_decision;
    ops->decision_input = op_decision_input;
    ops->bad_order = op_bad_order;
    ops->event = op_event;
    ops->panic = op_panic;
}

struct host *host_new(const struct host_config *config, struct sim_queue *queue,
                      struct sim_error *error)
{
    struct host *host = calloc(1, sizeof *host);
    if (!host)
        goto refused;
    host->config = *config;
    host->config.machine.max_vms = (uint16_t)(config->vms ? config->vms : 1);
    host->config.machine.zero_hash = host_content_hash(host, GUEST_CONTENT_ZERO);
    host->config.machine.slot_bytes = host_paging_slot_bytes(config);
    host->queue = queue;
    host->tick_ns = SIM_NEVER;
    sim_event_init(&host->tick, host_tick);
    for (int state = MP_STATE_HIGH; state <= MP_STATE_LOW; state++)
        sim_gauge_init(&host->in_state[state], queue->now_ns, state == MP_STATE_HIGH);
    cost_cpu_init(&host->cpu_cost, config->cpu_mhz, config->costs);
    cost_disk_init(&host->disk_cost, config->costs);
    if (!host_cpu_init(host, config->cpus))
        goto refused;
    const struct mp_machine *machine = &host->config.machine;

    host->vms = calloc(machine->max_vms, sizeof *host->vms);
    host->policy_bytes = mp_footprint(machine, &config->tunables, &config->members);
    host->policy_buffer = sim_reserve(host->policy_bytes);
    host->swap_io = sim_reserve(machine->swap_pages * sizeof *host->swap_io);
    if (!host->vms || !host->policy_buffer || !host->swap_io)
        goto refused;
    if (config->tunables.share_enabled || config->tunables.compress_cache_bp > 0 ||
        config->keep_contents) {
        host->content = sim_reserve(machine->machine_pages * sizeof *host->content);
        host->slot_content = sim_reserve(machine->swap_pages * sizeof *host->slot_content);
        if (!host->content || !host->slot_content)
            goto refused;
    }
    if (config->tunables.share_enabled) {
        host->sharers = sim_reserve(machine->machine_pages * sizeof *host->sharers);
        host->seen = sim_reserve((machine->machine_pages + 7) / 8);
        if (!host->sharers || !host->seen)
            goto refused;
    }
    host_paging_init(host);
    struct mp_ops ops = mp_ops_inert;
    fill_ops(&ops);
    host->policy = mp_init(host->policy_buffer, machine, &config->tunables, &config->members, &ops,
                           host, queue->now_ns);
    host->content_writes = 1; /* so that the first optimum is counted */
    host_policy_called(host);
    return host;

refused:
    sim_error_set(error, SIM_SYSTEM, "no memory for a machine of %u pages",
                  config->machine.machine_pages);
    host_free(host);
    return NULL;
}

/* What a VM that is on has for the policy: made anew at each power-on. */
static void buffers_init(struct host_vm *vm)
{
    const struct mp *policy = vm->host->policy;
    vm->policy_bytes = mp_vm_footprint(policy, &vm->memory);
    vm->policy_buffer = sim_reserve(vm->policy_bytes);
    vm->compressed_bytes =
        mp_compress_places(policy, vm->memory.max_pages) * sizeof *vm->compressed;
    if (vm->compressed_bytes > 0)
        vm->compressed = sim_reserve(vm->compressed_bytes);
    if (!vm->policy_buffer || (vm->compressed_bytes > 0 && !vm->compressed))
        abort();
}

static void buffers_fini(struct host_vm *vm)
{
    sim_release(vm->policy_buffer, vm->policy_bytes);
    sim_release(vm->compressed, vm->compressed_bytes);
    vm->policy_buffer = NULL;
    vm->compressed = NULL;
}

static void vm_fini(struct host_vm *vm)
{
    sim_queue_cancel(vm->host->queue, &vm->cpu);
    host_mapping_fini(vm);
    host_written_fini(vm);
    host_disk_fini(&vm->disk);
    for (int i = 0; i < MP_STREAM_COUNT; i++)
        sim_random_fini(&vm->random[i]);
    guest_free(vm->guest);
    buffers_fini(vm);
}

void host_free(struct host *host)
{
    if (!host)
        return;
    for (uint32_t i = 0; i < host->vm_count; i++)
        vm_fini(&host->vms[i]);
    if (host->policy)
        mp_fini(host->policy);
    sim_queue_cancel(host->queue, &host->tick);
    host_cpu_fini(host);
    host_paging_fini(host);
    sim_release(host->policy_buffer, host->policy_bytes);
    sim_release(host->swap_io, host->config.machine.swap_pages * sizeof *host->swap_io);
    sim_release(host->content, host->config.machine.machine_pages * sizeof *host->content);
    sim_release(host->slot_content, host->config.machine.swap_pages * sizeof *host->slot_content);
    sim_release(host->sharers, host->config.machine.machine_pages * sizeof *host->sharers);
    sim_release(host->seen, (host->config.machine.machine_pages + 7) / 8);
    free(host->pairs.all);
    free(host->vms);
    free(host);
}

static void vm_streams(struct host_vm *vm)
{
    static const char *const names[MP_STREAM_COUNT] = {"scan",    "sample",  "victim",  "remap",
                                                       "sample2", "sample3", "sample4", "sample5",
                                                       "sample6", "sample7", "sample8"};
    for (int i = 0; i < MP_STREAM_COUNT; i++) {
        char name[100];
        snprintf(name, sizeof name, "vm.%s.%s", vm->name, names[i]);
        sim_random_init(&vm->random[i], vm->host->config.seed, vm->host->config.replicate, name);
    }
}

int host_vm_add(struct host *host, const struct guest_config *guest,
                const struct mp_vm_config *memory, struct sim_error *error)
{
    if (host->vm_count == host->config.machine.max_vms) {
        sim_error_set(error, SIM_USAGE, "VM %s: the host was made for %u VMs", guest->name,
                      host->vm_count);
        return -1;
    }
    struct host_vm *vm = &host->vms[host->vm_count];
    *vm = (struct host_vm){.host = host,
                           .number = (uint16_t)host->vm_count,
                           .memory = *memory,
                           .cpu_shares = HOST_CPU_SHARES};
    snprintf(vm->name, sizeof vm->name, "%s", guest->name);
    host_vcpu_init(vm);
    host->vm_count++; /* from here on host_free() cleans it up, half-built or not */
    if (host_mapping_init(vm, memory->max_pages, host->config.keep_touched, error) != SIM_OK)
        return -1;
    if (!host_written_init(vm)) {
        sim_error_set(error, SIM_SYSTEM, "VM %s: no memory for %u pages", vm->name,
                      memory->max_pages);
        return -1;
    }
    host_mapping_hw(vm);
    vm->hw.disk = hw_disk;
    host_device_hw(vm);
    vm->hw.balloon_driver = hw_balloon_driver;
    vm->hw.balloon_poll = hw_balloon_poll;
    vm->hw.balloon_taken = hw_balloon_taken;
    vm->hw.balloon_returned = hw_balloon_returned;
    vm->hw.free_pages = hw_free_pages;
    vm->hw.event = hw_event;
    vm_streams(vm);

    char name[100];
    struct cost_storage storage;
    cost_storage_init(&storage, host->config.cpu_mhz, host->config.costs,
                      host->config.machine.page_scale);
    snprintf(name, sizeof name, "vm.%s.disk", vm->name);
    host_disk_init(&vm->disk, host->queue, cost_device_of(host->config.disk_device), &storage,
                   host->config.seed, host->config.replicate, name, vm, disk_done);
    vm->guest_config = *guest;
    vm->guest_config.name = vm->name;
    vm->guest = guest_new(&vm->guest_config, &vm->hw, error);
    return vm->guest ? (int)vm->number : -1;
}

void host_vm_set_cpu_shares(struct host *host, int number, uint32_t shares)
{
    assert(shares > 0 && !host->vms[number].on);
    host->vms[number].cpu_shares = shares;
}

static double mb(const struct host *host, uint32_t pages)
{
    uint32_t scale = host->config.machine.page_scale;
    return pages / 256.0 * (scale > 0 ? scale : 1);
}

bool host_vm_power_on(struct host *host, int number)
{
    struct host_vm *vm = &host->vms[number];
    struct mp_admission answer;
    buffers_init(vm);
    uint64_t now_ns = host->queue->now_ns;
    if (mp_vm_on(host->policy, vm->number, &vm->memory, vm->policy_buffer, now_ns, &answer) !=
        MP_ADMITTED) {
        char detail[200];
        bool memory = answer.refusal == MP_NO_MEMORY;
        snprintf(detail, sizeof detail, "needs %.1f MB of %s, %.1f MB are not reserved",
                 mb(host, memory ? answer.memory_needed_pages : answer.swap_needed_pages),
                 memory ? "machine memory (min and overhead)" : "swap (max less min)",
                 mb(host, memory ? answer.memory_left_pages : answer.swap_left_pages));
        tell(host, now_ns, vm->name, "refused", detail);
        buffers_fini(vm);
        return false;
    }
    host_mapping_begin(vm);
    tell(host, now_ns, vm->name, "power_on", "");
    guest_power_on(vm->guest, now_ns);
    host_vcpu_start(vm);
    if (vm->touched) {
        uint64_t period_ns = host->config.tunables.sample_period_ms * SIM_MS;
        sim_queue_schedule(host->queue, &vm->touched_period, now_ns + period_ns, SIM_PHASE_RECORD);
    }
    host_policy_called(host);
    return true;
}

void host_vm_power_off(struct host *host, int number)
{
    struct host_vm *vm = &host->vms[number];
    if (!vm->on)
        return;
    host_vcpu_stop(vm);
    host_disk_reset(&vm->disk);
    host_mapping_forget(vm);
    mp_vm_off(host->policy, vm->number, host->queue->now_ns);
    buffers_fini(vm);
    host_written_forget(vm);
    tell(host, host->queue->now_ns, vm->name, "power_off", "");
    host_policy_called(host);
}

int host_vm_renew(struct host *host, int number, struct sim_error *error)
{
    struct host_vm *vm = &host->vms[number];
    assert(!vm->on);
    guest_free(vm->guest);
    vm->guest = guest_new(&vm->guest_config, &vm->hw, error);
    if (!vm->guest)
        return error->status;
    guest_driver_fault(vm->guest, &vm->driver_fault);
    return SIM_OK;
}

int host_vm_reboot(struct host *host, int number, struct sim_error *error)
{
    struct host_vm *vm = &host->vms[number];
    assert(vm->on);
    struct guest *guest = guest_new(&vm->guest_config, &vm->hw, error);
    if (!guest) {
        host_vm_power_off(host, number);
        return error->status;
    }
    guest_free(vm->guest);
    vm->guest = guest;
    guest_driver_fault(guest, &vm->driver_fault);
    host_disk_reset(&vm->disk);
    guest_power_on(guest, host->queue->now_ns);
    host_vcpu_restart(vm);
    tell(host, host->queue->now_ns, vm->name, "reboot", "");
    return SIM_OK;
}

void host_vm_write_shared(struct host *host, int number)
{
    char detail[40];
    struct host_vm *vm = &host->vms[number];
    assert(vm->on);
    snprintf(detail, sizeof detail, "%u pages", host_mapping_write_shared(vm));
    tell(host, host->queue->now_ns, vm->name, "write_shared", detail);
}

void host_vm_driver_fault(struct host *host, int number, const struct guest_driver_fault *fault)
{
    struct host_vm *vm = &host->vms[number];
    vm->driver_fault = *fault;
    guest_driver_fault(vm->guest, fault);
    host_vcpu_wake(vm);
}

void host_vm_spawn(struct host *host, int number, struct guest_program *program)
{
    struct host_vm *vm = &host->vms[number];
    assert(vm->on);
    guest_spawn(vm->guest, program, host->queue->now_ns);
    host_vcpu_wake(vm);
}

void host_vm_hold(struct host *host, int number, bool is_held)
{
    mp_vm_hold(host->policy, host->vms[number].number, is_held);
}

void host_lose_memory(struct host *host, uint32_t pages)
{
    char detail[100];
    uint32_t lost_pages = mp_lose_memory(host->policy, pages, host->queue->now_ns);
    snprintf(detail, sizeof detail, "%.1f MB of %.1f MB; the rest is promised to VMs",
             mb(host, lost_pages), mb(host, pages));
    if (lost_pages < pages)
        tell(host, host->queue->now_ns, "", "refused", detail);
    host_policy_called(host);
}

void host_vm_driver_restart(struct host *host, int number)
{
    struct host_vm *vm = &host->vms[number];
    assert(vm->on);
    guest_driver_restart(vm->guest);
    host_vcpu_wake(vm);
}

bool host_retune(struct host *host, const struct mp_tunables *tunables)
{
    if (mp_retune(host->policy, tunables, host->queue->now_ns) != MP_ADMITTED) {
        tell(host, host->queue->now_ns, "", "refused",
             "the VMs' mins and so much overhead are more than there is");
        return false;
    }
    host->config.tunables = *tunables;
    host_policy_called(host);
    return true;
}

/* ---- Reading ----------------------------------------------------------------------------- */

struct guest *host_vm_guest(struct host *host, int vm)
{
    return host->vms[vm].guest;
}

const struct mp *host_policy(const struct host *host)
{
    return host->policy;
}

const char *host_vm_name(const struct host *host, int vm)
{
    return host->vms[vm].name;
}

void host_vm_status(const struct host *host, int number, struct host_vm_status *status)
{
    const struct host_vm *vm = &host->vms[number];
    *status = (struct host_vm_status){.touched_pages = vm->touched_last_pages,
                                      .stalled_ns = vm->stalled_ns,
                                      .ready_ns = host_cpu_ready_ns(vm),
                                      .overhead_ns = vm->overhead_ns,
                                      .double_paged_pages = vm->double_paged_pages,
                                      .page_out_errors = vm->io_errors[0],
                                      .page_in_errors = vm->io_errors[1]};
    if (vm->on)
        mp_vm_status(host->policy, vm->number, &status->policy);
}

void host_status(const struct host *host, struct host_status *status)
{
    *status = (struct host_status){.scan_ns = host->scan_ns,
                                   .disk_busy_ns = host->swap.busy_ns,
                                   .private_write_faults = host->private_write_faults,
                                   .hint_writes = host->hint_writes};
    for (int state = MP_STATE_HIGH; state <= MP_STATE_LOW; state++)
        status->state_fraction[state] = sim_gauge_mean(&host->in_state[state], host->queue->now_ns);
}

uint64_t host_watch_ns(const struct host *host, uint64_t armed_pages, uint64_t faults)
{
    return armed_pages * host->cpu_cost.tlb_invalidate_ns + faults * host->cpu_cost.fault_ns;
}

/* Are 64 pages from `ppn` on, or as many as there are, neither mapped nor seen by the guest? */
static bool is_unmapped(const struct host_vm *vm, uint32_t ppn)
{
    uint32_t left = vm->memory.max_pages - ppn;
    uint8_t any = 0;
    for (uint32_t i = 0; i < 64 && i < left; i++)
        any |= vm->allowed[ppn + i] | vm->map[ppn + i];
    return any == 0;
}

const char *host_verify(const struct host *host)
{
    const char *wrong = mp_verify(host->policy);
    for (uint32_t i = 0; !wrong && i < host->vm_count; i++) {
        const struct host_vm *vm = &host->vms[i];
        if (!vm->on)
            continue;
        wrong = guest_verify(vm->guest);
        const struct mp_pmap_entry *pmap = mp_pmap(host->policy, vm->number);
        for (uint32_t ppn = 0; !wrong && ppn < vm->memory.max_pages; ppn++) {
            if (ppn % 64 == 0 && is_unmapped(vm, ppn)) {
                ppn += 63;
                continue;
            }
            bool backed = pmap[ppn].backing == MP_PRIVATE || pmap[ppn].backing == MP_SHARED;
            if (vm->allowed[ppn] && !backed)
                wrong = "a page is mapped and has no machine page";
            else if ((vm->allowed[ppn] & GUEST_MAP_WRITE) && pmap[ppn].backing == MP_SHARED)
                wrong = "a shared page is mapped writable";
            else if (vm->allowed[ppn] && mp_page_awaited(host->policy, vm->number, ppn))
                wrong = "a page is mapped whose next touch must fault";
            else if (vm->map[ppn] & ~vm->allowed[ppn])
                wrong = "the guest sees a mapping that the policy does not allow";
        }
        if (!wrong)
            wrong = host_written_verify(vm);
        if (!wrong)
            wrong = host_sharing_verify(host, vm);
    }
    return wrong;
}

uint64_t host_verify_pages(const struct host *host)
{
    uint64_t pages = 0;
    for (uint32_t i = 0; i < host->vm_count; i++) {
        struct mp_vm_status status;
        mp_vm_status(host->policy, host->vms[i].number, &status);
        pages += status.config.max_pages - status.untouched_pages;
    }
    return pages;
}

double host_bytes_per_page(const struct host *host)
{
    const struct mp_machine *machine = &host->config.machine;
    size_t bytes = host->policy_bytes + (host->content ? machine->machine_pages * 8u : 0);
    for (uint32_t i = 0; i < host->vm_count; i++) {
        const struct host_vm *vm = &host->vms[i];
        bytes += vm->policy_bytes + vm->compressed_bytes + vm->memory.max_pages;
    }
    return (double)bytes / machine->machine_pages;
}
