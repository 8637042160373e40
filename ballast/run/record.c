/*
 * What a run leaves in the database. Which metrics there are, when each is written and in which
 * order is said by ballast/results/metrics.def alone.
 */
#include <stdio.h>
#include <string.h>

#include "ballast/results/event_kinds.h"
#include "ballast/run/internal.h"

/* ---- Metrics ----------------------------------------------------------------------------- */

struct sample {
    struct run *run;
    double t_s;
    bool is_final;  /* rows of `result`, not of `series` */
    bool is_scaled; /* values count pages of the model */
    double sums[METRIC_COUNT];
};

static enum metric_when when_of(const struct sample *sample, enum metric_id id)
{
    return sample->is_final ? metrics[id].result : metrics[id].series;
}

/* `vm` is NULL for the host. */
static int put_result(struct run *run, const struct run_vm *vm, enum metric_id id, double value)
{
    const char *name = vm ? vm->config->name : "", *unit = metrics[id].unit;
    char own_unit[40];
    if (vm && vm->workload && strcmp(unit, METRIC_WORK_UNIT) == 0) {
        snprintf(own_unit, sizeof own_unit, "%s/s", vm->workload->kind->progress_unit);
        unit = own_unit;
    }
    return results_result(run->db, run->run_id, name, metrics[id].name, value, unit, run->error);
}

static void put(struct sample *sample, const struct run_vm *vm, enum metric_id id, double value)
{
    struct run *run = sample->run;
    int status;
    if (run->status != SIM_OK)
        return;
    if (sample->is_scaled)
        value = run_scaled(run, metrics[id].unit, value);
    if (sample->is_final)
        status = put_result(run, vm, id, value);
    else
        status = results_series(run->db, run->run_id, sample->t_s, vm ? vm->config->name : "",
                                metrics[id].name, value, run->error);
    run->recorded[id] = true;
    if (status != SIM_OK)
        run_failed(run, status);
}

static void put_vm(struct sample *sample, const struct run_vm *vm)
{
    struct vm_view view;
    if (vm->lives == 0)
        return;
    if (vm->on)
        run_vm_view(vm, sample->is_final, &view);
    for (enum metric_id id = 0; id < METRIC_COUNT; id++) {
        if (!metric_is_of_vm(&metrics[id]) || !run_vm_when(when_of(sample, id), vm))
            continue;
        double value = vm->on ? run_vm_total(id, &view) : vm->last[id];
        sample->sums[id] += value;
        if (vm->on || sample->is_final)
            put(sample, vm, id, value);
    }
}

static void put_host(struct sample *sample)
{
    struct host_view view;
    run_host_view(sample->run, &view);
    for (enum metric_id id = 0; id < METRIC_COUNT; id++) {
        if (!metric_is_of_host(&metrics[id]) || !run_host_when(when_of(sample, id), sample->run))
            continue;
        bool is_sum = metrics[id].scope == METRIC_OF_SUM;
        put(sample, NULL, id, is_sum ? sample->sums[id] : run_host_value(id, &view));
    }
}

/* ---- Samples and results ----------------------------------------------------------------- */

static void throughput_update(struct run_vm *vm, uint64_t now_ns)
{
    double every_s = (double)vm->run->record_every_ns / 1e9;
    double progress = vm->workload->kind->progress(vm->workload, now_ns);
    vm->throughput = (progress - vm->progress_before) / every_s;
    vm->progress_before = progress;
}

void run_record_sample(struct run *run, uint64_t now_ns)
{
    struct sample sample = {
        .run = run, .t_s = (double)now_ns / 1e9, .is_scaled = run->config->machine.scale > 1};
    for (uint32_t i = 0; i < run->config->vm_count; i++) {
        if (run->vms[i].workload)
            throughput_update(&run->vms[i], now_ns);
        put_vm(&sample, &run->vms[i]);
    }
    put_host(&sample);
    run_record_counted(run, sample.t_s, false);
}

static void put_meanings(struct run *run)
{
    for (enum metric_id id = 0; id < METRIC_COUNT; id++) {
        if (!run->recorded[id] || run->status != SIM_OK)
            continue;
        int status =
            results_metric(run->db, metrics[id].name, metrics[id].unit,
                           metric_kind_name(metrics[id].kind), metrics[id].meaning, run->error);
        if (status != SIM_OK)
            run_failed(run, status);
    }
}

void run_record_results(struct run *run)
{
    struct sample sample = {
        .run = run, .is_final = true, .is_scaled = run->config->machine.scale > 1};
    for (uint32_t i = 0; i < run->config->vm_count; i++)
        put_vm(&sample, &run->vms[i]);
    put_host(&sample);
    run_record_counted(run, 0, true);
    put_meanings(run);
    run_record_counted_meanings(run);
}

/* ---- Decisions and events ---------------------------------------------------------------- */

/* MP_NO_PAGE stands for none. */
static double mb_or_none(uint32_t pages)
{
    return pages == MP_NO_PAGE ? NAN : run_mb(pages);
}

/* UINT64_MAX stands for none. */
static double price_or_none(uint64_t price_milli)
{
    return price_milli == UINT64_MAX ? NAN : (double)price_milli / 1000;
}

void run_record_decision(void *context, const char *vm, const struct mp_decision *decision)
{
    struct run *run = context;
    if (run->status != SIM_OK)
        return;
    struct results_decision row = {.t_s = (double)decision->at_ns / 1e9,
                                   .vm = vm,
                                   .reason = mp_reason_name(decision->reason),
                                   .active_mb = mb_or_none(decision->active_pages),
                                   .target_mb = mb_or_none(decision->target_pages),
                                   .alloc_mb = run_mb(decision->alloc_pages),
                                   .price = price_or_none(decision->price_milli),
                                   .balloon_target_mb = mb_or_none(decision->balloon_target_pages),
                                   .swap_target_mb = mb_or_none(decision->swap_target_pages)};
    int status = results_decision(run->db, run->run_id, &row, run->error);
    if (status != SIM_OK)
        run_failed(run, status);
}

void run_record_inputs(void *context, uint64_t at_ns, const char *vm, const struct mp_input *inputs,
                       uint32_t count)
{
    struct run *run = context;
    int status = run->status;
    for (uint32_t i = 0; i < count && status == SIM_OK; i++)
        status = results_decision_input(run->db, run->run_id, (double)at_ns / 1e9, vm,
                                        inputs[i].name, (double)inputs[i].value, run->error);
    if (status != SIM_OK)
        run_failed(run, status);
}

/* What spoils a run is told on standard error too, but not without end. */
#define WARNINGS_MOST 10u

static void warn(struct run *run, uint64_t at_ns, const char *vm, const char *kind,
                 const char *detail)
{
    const struct event_kind *found = event_kind_find(kind);
    if (!found || run->options->quiet || ++run->warnings > WARNINGS_MOST)
        return;
    fprintf(stderr, "ballast: %s%s%s seed %llu: VM %s %s at %.10g s: %s\n", run->config->name,
            run->config->variant[0] != '\0' ? " " : "", run->config->variant,
            (unsigned long long)run->options->seed, vm, found->words, (double)at_ns / 1e9, detail);
    if (run->warnings == WARNINGS_MOST)
        fprintf(stderr, "ballast: further such events are in the table event only\n");
}

void run_record_idle_fault(struct run *run, const struct config_fault *fault)
{
    if (run->options->quiet || ++run->warnings > WARNINGS_MOST)
        return;
    fprintf(stderr,
            "ballast: %s%s%s seed %llu: fault.%u (%s at %.10g s) comes after the end of the run at "
            "%.10g s, and nothing breaks\n",
            run->config->name, run->config->variant[0] != '\0' ? " " : "", run->config->variant,
            (unsigned long long)run->options->seed, fault->number,
            config_fault_kinds[fault->kind].name, fault->at_s, run->config->duration_s);
}

void run_record_event(void *context, uint64_t at_ns, const char *vm, const char *kind,
                      const char *detail)
{
    struct run *run = context;
    if (run->status != SIM_OK)
        return;
    warn(run, at_ns, vm, kind, detail);
    int status =
        results_event(run->db, run->run_id, (double)at_ns / 1e9, vm, kind, detail, run->error);
    if (status != SIM_OK)
        run_failed(run, status);
}
