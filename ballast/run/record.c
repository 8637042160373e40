/*
 * What a run leaves in the database. The names of the metrics are those of the contract; each is in
 * MB of 2^20 bytes unless its name says otherwise.
 */
#include <stdio.h>
#include <string.h>

#include "ballast/run/internal.h"

struct sampler {
    struct run *run;
    double t_s;
    const char *vm;
};

static void put(const struct sampler *s, const char *metric, double value)
{
    struct run *run = s->run;
    if (run->status != SIM_OK)
        return;
    int status = results_series(run->db, run->run_id, s->t_s, s->vm, metric, value, run->error);
    if (status != SIM_OK)
        run_failed(run, status);
}

/* ---- Device I/O --------------------------------------------------------------------------- */

struct device_io {
    uint64_t requests, copies, remaps, returns;
    uint64_t
        copies_expected; /* from the workload's own counts: each page up to the threshold + 1 */
};

static bool does_device_io(const struct run_vm *vm)
{
    return vm->on && vm->workload && vm->workload->kind->device_ios;
}

static void device_io_add(struct run *run, const struct run_vm *vm, struct device_io *sum)
{
    const struct mp_tunables *tunables = &run->config->tunables;
    uint64_t most = tunables->remap_enabled ? tunables->remap_threshold + 1u : UINT64_MAX;
    struct host_vm_status status;
    uint32_t pages;
    const uint32_t *ios = vm->workload->kind->device_ios(vm->workload, &pages);
    host_vm_status(run->host, vm->number, &status);
    sum->copies += status.policy.io_copies;
    sum->remaps += status.policy.io_remaps;
    sum->returns += status.policy.io_returns;
    for (uint32_t page = 0; page < pages; page++) {
        sum->requests += ios[page];
        sum->copies_expected += ios[page] < most ? ios[page] : most;
    }
}

static bool device_io_all(struct run *run, struct device_io *sum)
{
    bool any = false;
    for (uint32_t i = 0; i < run->config->vm_count; i++) {
        if (!does_device_io(&run->vms[i]))
            continue;
        device_io_add(run, &run->vms[i], sum);
        any = true;
    }
    return any;
}

static void sample_device_io(const struct sampler *s, const struct device_io *sum)
{
    put(s, "io_requests", (double)sum->requests);
    put(s, "io_copies", (double)sum->copies);
    put(s, "io_remaps", (double)sum->remaps);
}

/* ---- Samples ------------------------------------------------------------------------------ */

static void sample_vm(struct run *run, struct run_vm *vm, double t_s)
{
    struct sampler s = {run, t_s, vm->config->name};
    struct host_vm_status status;
    host_vm_status(run->host, vm->number, &status);
    const struct mp_vm_status *policy = &status.policy;
    uint32_t active = policy->active_pages;
    put(&s, "alloc_mb", run_mb(policy->alloc_pages));
    put(&s, "active_mb", run_mb(active));
    put(&s, "active_slow_mb", run_mb(policy->active_slow_pages));
    put(&s, "active_fast_mb", run_mb(policy->active_fast_pages));
    if (run->config->record.touched)
        put(&s, "touched_mb", run_mb(status.touched_pages));
    put(&s, "target_mb", run_mb(policy->target_pages));
    put(&s, "balloon_mb", run_mb(policy->ballooned_pages));
    put(&s, "balloon_target_mb", run_mb(policy->balloon_target_pages));
    put(&s, "swapped_mb", run_mb(policy->swapped_pages));
    put(&s, "swap_in_mb", run_mb(policy->swap_in_pages));
    put(&s, "swap_out_mb", run_mb(policy->swap_out_pages));
    put(&s, "double_paged", (double)status.double_paged_pages);
    if (run->config->tunables.share_enabled) {
        struct mp_sharing_split split;
        host_vm_sharing(run->host, vm->number, &split);
        put(&s, "shared_mb", run_mb(split.shared_pages));
        put(&s, "zero_mb", run_mb(split.zero_pages));
        put(&s, "cow_breaks", (double)policy->cow_breaks);
    }
    if (vm->workload)
        put(&s, "throughput", vm->throughput);
    if (does_device_io(vm)) {
        struct device_io sum = {0};
        device_io_add(run, vm, &sum);
        sample_device_io(&s, &sum);
    }
}

static void sample_host(struct run *run, double t_s)
{
    struct sampler s = {run, t_s, ""};
    struct mp_status status;
    mp_status(host_policy(run->host), &status);
    put(&s, "free_mb", run_mb(status.free_pages));
    put(&s, "state", (double)status.state);
    put(&s, "overhead_mb", run_mb(status.overhead_pages));
    if (run->config->tunables.share_enabled) {
        struct host_sharing sharing;
        host_sharing(run->host, &sharing);
        put(&s, "shared_mb", run_mb(status.shared_pages));
        put(&s, "shared_copies_mb", run_mb(status.shared_mpns));
        put(&s, "saved_mb", run_mb(status.saved_pages));
        put(&s, "zero_mb", run_mb(status.zero_saved_pages));
        put(&s, "self_saved_mb", run_mb(sharing.self_saved_pages));
        put(&s, "inter_saved_mb", run_mb(sharing.inter_saved_pages));
        put(&s, "pages_scanned", (double)status.pages_scanned);
    }
    struct device_io sum = {0};
    if (device_io_all(run, &sum)) {
        sample_device_io(&s, &sum);
        put(&s, "free_low_mb", run_mb(status.free_low_pages));
    }
    if (run->config->record.optimum) {
        struct host_optimum optimum;
        host_optimum(run->host, &optimum);
        put(&s, "optimum_shared_mb", run_mb(optimum.shared_pages));
        put(&s, "optimum_saved_mb", run_mb(optimum.saved_pages));
        put(&s, "optimum_zero_mb", run_mb(optimum.zero_pages));
        put(&s, "optimum_self_saved_mb", run_mb(optimum.self_saved_pages));
    }
}

void run_record_sample(struct run *run, uint64_t now_ns)
{
    double t_s = (double)now_ns / 1e9;
    for (uint32_t i = 0; i < run->config->vm_count; i++) {
        struct run_vm *vm = &run->vms[i];
        if (vm->workload) {
            double progress = vm->workload->kind->progress(vm->workload, now_ns);
            vm->throughput =
                (progress - vm->progress_before) / ((double)run->record_every_ns / 1e9);
            vm->progress_before = progress;
        }
        if (vm->on)
            sample_vm(run, vm, t_s);
    }
    sample_host(run, t_s);
}

/* ---- At the end --------------------------------------------------------------------------- */

static void result(struct run *run, const char *vm, const char *metric, double value,
                   const char *unit)
{
    if (run->status != SIM_OK)
        return;
    int status = results_result(run->db, run->run_id, vm, metric, value, unit, run->error);
    if (status != SIM_OK)
        run->status = status;
}

static void device_io_results(struct run *run, const char *vm, const struct device_io *sum)
{
    result(run, vm, "io_requests", (double)sum->requests, "pages");
    result(run, vm, "io_copies", (double)sum->copies, "pages");
    result(run, vm, "io_copies_expected", (double)sum->copies_expected, "pages");
    result(run, vm, "io_remaps", (double)sum->remaps, "pages");
    result(run, vm, "io_returns", (double)sum->returns, "pages");
}

static void vm_results(struct run *run, struct run_vm *vm)
{
    const char *name = vm->config->name;
    struct host_vm_status status;
    host_vm_status(run->host, vm->number, &status);
    const struct mp_vm_status *policy = &status.policy;
    result(run, name, "swap_in_mb", run_mb(policy->swap_in_pages), "MB");
    result(run, name, "swap_out_mb", run_mb(policy->swap_out_pages), "MB");
    result(run, name, "double_paged", (double)status.double_paged_pages, "pages");
    result(run, name, "pages_scanned", (double)policy->pages_scanned, "pages");
    result(run, name, "cow_breaks", (double)policy->cow_breaks, "pages");
    double on_s = (double)run->queue.now_ns / 1e9 - vm->config->power_on_s;
    result(run, name, "stalled_s", (double)status.stalled_ns / 1e9, "s");
    result(run, name, "ready_s", (double)status.ready_ns / 1e9, "s");
    result(run, name, "overhead_cycles_pct", 100 * (double)status.overhead_ns / 1e9 / on_s, "%");
    if (vm->workload) {
        double busy_s = (double)run->queue.now_ns / 1e9 - vm->config->workload.start_s;
        char unit[40];
        snprintf(unit, sizeof unit, "%s/s", vm->workload->kind->progress_unit);
        result(run, name, "throughput",
               busy_s > 0 ? vm->workload->kind->progress(vm->workload, run->queue.now_ns) / busy_s
                          : 0,
               unit);
    }
    if (does_device_io(vm)) {
        struct device_io sum = {0};
        device_io_add(run, vm, &sum);
        device_io_results(run, name, &sum);
    }
    struct guest_status guest;
    guest_status(host_vm_guest(run->host, vm->number), &guest);
    result(run, name, "guest_cache_mb", run_mb(guest.cache_pages), "MB");
    result(run, name, "guest_cache_misses", (double)guest.cache_misses, "pages");
    result(run, name, "guest_swap_out_mb", run_mb(guest.swap_out_pages), "MB");
    result(run, name, "guest_disk_requests", (double)(guest.disk_reads + guest.disk_writes),
           "requests");
}

void run_record_results(struct run *run)
{
    for (uint32_t i = 0; i < run->config->vm_count; i++) {
        if (run->vms[i].on)
            vm_results(run, &run->vms[i]);
    }
    struct mp_status status;
    mp_status(host_policy(run->host), &status);
    struct host_status host;
    host_status(run->host, &host);
    double seconds = (double)run->queue.now_ns / 1e9;
    for (int state = MP_STATE_HIGH; state <= MP_STATE_LOW; state++) {
        char metric[40];
        snprintf(metric, sizeof metric, "time_in_%s_pct", mp_state_name((enum mp_state)state));
        result(run, "", metric, 100 * host.state_fraction[state], "%");
    }
    result(run, "", "shared_pages", status.shared_pages, "pages");
    result(run, "", "saved_pages", status.saved_pages, "pages");
    result(run, "", "zero_saved_pages", status.zero_saved_pages, "pages");
    result(run, "", "pages_scanned", (double)status.pages_scanned, "pages");
    result(run, "", "hints_found", (double)status.hints_found, "pages");
    result(run, "", "hints_stale", (double)status.hints_stale, "pages");
    result(run, "", "hint_frames", status.hint_frames, "pages");
    result(run, "", "false_matches", (double)status.false_matches, "pages");
    result(run, "", "private_write_faults", (double)host.private_write_faults, "faults");
    if (run->config->record.written)
        result(run, "", "hint_writes", (double)host.hint_writes, "writes");
    result(run, "", "sharing_metadata_mb", (double)status.metadata_bytes / (1024 * 1024), "MB");
    result(run, "", "scan_cycles_pct", 100 * (double)host.scan_ns / 1e9 / seconds, "%");
    result(run, "", "swap_disk_busy_pct", 100 * (double)host.disk_busy_ns / 1e9 / seconds, "%");
    struct device_io sum = {0};
    if (device_io_all(run, &sum))
        device_io_results(run, "", &sum);
    if (run->config->record.optimum) {
        struct host_sharing sharing;
        host_sharing(run->host, &sharing);
        result(run, "", "self_saved_pages", sharing.self_saved_pages, "pages");
        result(run, "", "inter_saved_pages", sharing.inter_saved_pages, "pages");
        struct host_optimum optimum;
        host_optimum(run->host, &optimum);
        result(run, "", "optimum_total_pages", optimum.total_pages, "pages");
        result(run, "", "optimum_distinct_pages", optimum.distinct_pages, "pages");
        result(run, "", "optimum_shared_pages", optimum.shared_pages, "pages");
        result(run, "", "optimum_saved_pages", optimum.saved_pages, "pages");
        result(run, "", "optimum_zero_pages", optimum.zero_pages, "pages");
        result(run, "", "optimum_self_saved_pages", optimum.self_saved_pages, "pages");
    }
}

/* ---- While events fire ------------------------------------------------------------------- */

void run_record_decision(void *context, const char *vm, const struct mp_decision *decision)
{
    struct run *run = context;
    if (run->status != SIM_OK)
        return;
    struct results_decision row = {.t_s = (double)decision->at_ns / 1e9,
                                   .vm = vm,
                                   .reason = mp_reason_name(decision->reason),
                                   .active_mb = run_mb(decision->active_pages),
                                   .target_mb = run_mb(decision->target_pages),
                                   .alloc_mb = run_mb(decision->alloc_pages),
                                   .price = (double)decision->price_milli / 1000,
                                   .balloon_target_mb = run_mb(decision->balloon_target_pages),
                                   .swap_target_mb = run_mb(decision->swap_target_pages)};
    int status = results_decision(run->db, run->run_id, &row, run->error);
    if (status != SIM_OK)
        run_failed(run, status);
}

void run_record_event(void *context, uint64_t at_ns, const char *vm, const char *kind,
                      const char *detail)
{
    struct run *run = context;
    if (run->status != SIM_OK)
        return;
    if (strcmp(kind, "refused") == 0 && !run->options->quiet)
        fprintf(stderr, "ballast: %s %s seed %llu: VM %s was refused at %.10g s: %s\n",
                run->config->name, run->config->variant, (unsigned long long)run->options->seed, vm,
                (double)at_ns / 1e9, detail);
    int status =
        results_event(run->db, run->run_id, (double)at_ns / 1e9, vm, kind, detail, run->error);
    if (status != SIM_OK)
        run_failed(run, status);
}
