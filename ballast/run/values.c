/*
 * The expressions of metrics.def, expanded, and what they read.
 */
#include "ballast/run/values.h"

#include <math.h>
#include <string.h>

#include "ballast/run/internal.h"

/* ---- What the expressions call ------------------------------------------------------------- */

#define MB(pages) run_mb(pages)

static const struct mp_sharing_split *vm_sharing(struct vm_view *it)
{
    if (!it->has_sharing)
        host_vm_sharing(it->vm->run->host, it->vm->number, &it->sharing);
    it->has_sharing = true;
    return &it->sharing;
}

static const struct guest_status *guest_of(struct vm_view *it)
{
    if (!it->has_guest)
        guest_status(host_vm_guest(it->vm->run->host, it->vm->number), &it->guest);
    it->has_guest = true;
    return &it->guest;
}

static double overhead_pct(const struct vm_view *it)
{
    struct run_times times = run_vm_times(it->vm, it->host.overhead_ns);
    return times.on_s > 0 ? 100 * times.overhead_ns / 1e9 / times.on_s : NAN;
}

static double throughput(const struct vm_view *it)
{
    if (!it->is_final)
        return it->vm->throughput;
    struct run_times times = run_vm_times(it->vm, it->host.overhead_ns);
    return times.working_s > 0 ? times.work / times.working_s : 0;
}

static uint64_t device_requests(const struct vm_view *it)
{
    uint32_t pages;
    const uint32_t *ios = it->vm->workload->kind->device_ios(it->vm->workload, &pages);
    uint64_t requests = 0;
    for (uint32_t page = 0; page < pages; page++)
        requests += ios[page];
    return requests;
}

static uint64_t device_copies_expected(const struct vm_view *it)
{
    uint32_t pages;
    const uint32_t *ios = it->vm->workload->kind->device_ios(it->vm->workload, &pages);
    return device_io_copies(&it->vm->device_io, ios, pages, it->vm->run->tunables);
}

static const struct host_sharing *host_sharing_of(struct host_view *it)
{
    if (!it->has_sharing)
        host_sharing(it->run->host, &it->sharing);
    it->has_sharing = true;
    return &it->sharing;
}

static const struct host_optimum *optimum_of(struct host_view *it)
{
    if (!it->has_optimum)
        host_optimum(it->run->host, &it->optimum);
    it->has_optimum = true;
    return &it->optimum;
}

/* ---- The expressions ----------------------------------------------------------------------- */

#define VALUE_CASE(name, value)                                                                    \
    case METRIC_##name:                                                                            \
        return (double)(value);

double run_vm_value(enum metric_id id, struct vm_view *it)
{
    switch (id) {
#define METRIC_VM(name, unit, kind, series, result, shown, value, meaning)  VALUE_CASE(name, value)
#define METRIC_SUM(name, unit, kind, series, result, shown, value, meaning) VALUE_CASE(name, value)
#define METRIC_HOST(name, unit, kind, series, result, shown, value, meaning)
#define METRIC_BOTH(name, unit, kind, series, result, shown, vm_value, host_value, meaning)        \
    VALUE_CASE(name, vm_value)
#include "ballast/results/metrics.def"
#undef METRIC_VM
#undef METRIC_SUM
#undef METRIC_HOST
#undef METRIC_BOTH
    default:
        return NAN;
    }
}

double run_host_value(enum metric_id id, struct host_view *it)
{
    switch (id) {
#define METRIC_VM(name, unit, kind, series, result, shown, value, meaning)
#define METRIC_SUM(name, unit, kind, series, result, shown, value, meaning)
#define METRIC_HOST(name, unit, kind, series, result, shown, value, meaning) VALUE_CASE(name, value)
#define METRIC_BOTH(name, unit, kind, series, result, shown, vm_value, host_value, meaning)        \
    VALUE_CASE(name, host_value)
#include "ballast/results/metrics.def"
    default:
        return NAN;
    }
}

/* ---- Views and conditions ------------------------------------------------------------------ */

void run_vm_view(const struct run_vm *vm, bool is_final, struct vm_view *view)
{
    *view = (struct vm_view){.vm = vm, .is_final = is_final};
    host_vm_status(vm->run->host, vm->number, &view->host);
    view->policy = view->host.policy;
}

void run_host_view(struct run *run, struct host_view *view)
{
    *view = (struct host_view){.run = run, .run_s = (double)run->queue.now_ns / 1e9};
    mp_status(host_policy(run->host), &view->policy);
    host_status(run->host, &view->host);
}

static bool config_when(enum metric_when when, const struct run *run)
{
    switch (when) {
    case METRIC_ALWAYS:
        return true;
    case METRIC_SHARING:
        return run->config->tunables.share_enabled;
    case METRIC_TOUCHED:
        return run->config->record.touched;
    case METRIC_COLOURS:
        return run->config->tunables.page_colours > 1;
    case METRIC_WRITTEN:
        return run->config->record.written;
    case METRIC_OPTIMUM:
        return run->config->record.optimum;
    case METRIC_FAULTS:
        return run->config->fault_count > 0;
    case METRIC_LARGE:
        return run->config->tunables.large_pages;
    case METRIC_COMPRESSION:
        return run->config->tunables.compress_cache_bp > 0;
    case METRIC_SWAP_MEMORY:
        return cost_device_of(run->config->machine.swap_device)->is_compressed;
    case METRIC_NEVER:
    case METRIC_GUEST_LISTS:
    case METRIC_HOST_SHARING:
    case METRIC_WORKLOAD:
    case METRIC_RUNS:
    case METRIC_DEVICE_IO:
        break;
    }
    return false;
}

bool run_vm_when(enum metric_when when, const struct run_vm *vm)
{
    switch (when) {
    case METRIC_GUEST_LISTS:
        return guest_os_splits_lists(vm->config->guest.os);
    case METRIC_WORKLOAD:
        return vm->workload != NULL;
    case METRIC_RUNS:
        return vm->workload != NULL && vm->workload->kind->run_figure != NULL;
    case METRIC_DEVICE_IO:
        return vm->workload != NULL && vm->workload->kind->device_ios != NULL;
    default:
        return config_when(when, vm->run);
    }
}

bool run_host_when(enum metric_when when, const struct run *run)
{
    if (when == METRIC_HOST_SHARING)
        return config_when(METRIC_SHARING, run);
    for (uint32_t i = 0; when == METRIC_DEVICE_IO && i < run->config->vm_count; i++) {
        if (run->vms[i].lives > 0 && run_vm_when(when, &run->vms[i]))
            return true;
    }
    return config_when(when, run);
}

double run_scaled(const struct run *run, const char *unit, double value)
{
    bool counts_pages = strcmp(unit, "MB") == 0 || strcmp(unit, "pages") == 0;
    return counts_pages ? value * run->config->machine.scale : value;
}
