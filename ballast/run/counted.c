/*
 * What members of the policy library count themselves, as rows of the database: the scanner's own
 * counters; of each estimator what it says, what that costs, and its own counters.
 *
 * A scanner's rows have the names of its counters. An estimator's have its name before them, as
 * several can run beside each other: "active_idle_mb", "idle_faults". ESX Server's alone has no
 * such rows: active_mb and sampled_touches are about it then.
 */
#include <stdio.h>

#include "ballast/run/internal.h"
#include "models/policy/mp_estimator.h"
#include "models/policy/mp_scanner.h"

struct counted {
    struct run *run;
    double t_s;
    bool is_final;  /* rows of `result`, not of `series` */
    const char *vm; /* "": the whole host */
};

static void put(const struct counted *counted, const char *name, const char *unit, double value)
{
    struct run *run = counted->run;
    if (run->status != SIM_OK)
        return;
    value = run_scaled(run, unit, value);
    int status = counted->is_final ? results_result(run->db, run->run_id, counted->vm, name, value,
                                                    unit, run->error)
                                   : results_series(run->db, run->run_id, counted->t_s, counted->vm,
                                                    name, value, run->error);
    if (status != SIM_OK)
        run_failed(run, status);
}

static void explain(struct run *run, const char *name, const char *unit, const char *kind,
                    const char *meaning)
{
    if (run->status != SIM_OK)
        return;
    int status = results_metric(run->db, name, unit, kind, meaning, run->error);
    if (status != SIM_OK)
        run_failed(run, status);
}

/* ---- The scanner ------------------------------------------------------------------------- */

static const struct mp_scanner *scanner_of(const struct run *run)
{
    const struct mp_scanner *scanner = run->config->members.scanner;
    return run->config->tunables.share_enabled ? scanner : NULL;
}

static void put_scanner(const struct counted *counted)
{
    const struct mp_scanner *scanner = scanner_of(counted->run);
    int64_t values[MP_MOST_COUNTERS];
    if (!scanner || !scanner->count)
        return;
    mp_scan_count(host_policy(counted->run->host), values);
    for (uint32_t i = 0; i < scanner->counter_count; i++)
        put(counted, scanner->counters[i].name, scanner->counters[i].unit, (double)values[i]);
}

static void explain_scanner(struct run *run)
{
    const struct mp_scanner *scanner = scanner_of(run);
    for (uint32_t i = 0; scanner && i < scanner->counter_count; i++) {
        const struct mp_counter *counter = &scanner->counters[i];
        explain(run, counter->name, counter->unit, "gauge", counter->meaning);
    }
}

/* ---- The estimators ---------------------------------------------------------------------- */

#define MOST_NAME_BYTES (2 * MP_MOST_NAME_BYTES)

/* The estimator's name, as part of a metric's, between two others. */
static const char *named(char name[MOST_NAME_BYTES], const char *before,
                         const struct mp_estimator *estimator, const char *after)
{
    snprintf(name, MOST_NAME_BYTES, "%s%s%s", before, estimator->name, after);
    for (char *at = name; *at; at++)
        *at = *at == '-' ? '_' : *at;
    return name;
}

static uint32_t estimators_of(const struct run *run)
{
    const struct mp_members *members = &run->config->members;
    bool is_first_alone =
        members->estimator_count == 1 && members->estimators[0] == mp_estimator_at(0);
    return is_first_alone ? 0 : members->estimator_count;
}

static double cpu_pct(const struct run_vm *vm, const struct mp_estimate_status *status)
{
    uint64_t ns = host_watch_ns(vm->run->host, status->armed_pages, status->faults);
    uint64_t on_ns = vm->run->queue.now_ns - vm->on_since_ns;
    return on_ns > 0 ? 100 * (double)ns / (double)on_ns : 0;
}

static void put_estimator(const struct counted *counted, const struct run_vm *vm, uint32_t place)
{
    const struct mp *policy = host_policy(vm->run->host);
    const struct mp_estimator *estimator = vm->run->config->members.estimators[place];
    struct mp_estimate_status status;
    int64_t values[MP_MOST_COUNTERS];
    char name[MOST_NAME_BYTES];
    mp_estimate_status(policy, (uint16_t)vm->number, place, &status);
    put(counted, named(name, "active_", estimator, "_mb"), "MB", run_mb(status.estimate.pages));
    put(counted, named(name, "", estimator, "_armed"), "pages", (double)status.armed_pages);
    put(counted, named(name, "", estimator, "_faults"), "faults", (double)status.faults);
    if (counted->is_final)
        put(counted, named(name, "", estimator, "_cpu_pct"), "%", cpu_pct(vm, &status));
    mp_estimate_count(policy, (uint16_t)vm->number, place, values);
    for (uint32_t i = 0; estimator->count && i < estimator->counter_count; i++) {
        char last[MP_MOST_NAME_BYTES];
        snprintf(last, sizeof last, "_%s", estimator->counters[i].name);
        put(counted, named(name, "", estimator, last), estimator->counters[i].unit,
            (double)values[i]);
    }
}

static void explain_estimator(struct run *run, const struct mp_estimator *estimator)
{
    char name[MOST_NAME_BYTES];
    explain(run, named(name, "active_", estimator, "_mb"), "MB", "gauge",
            "estimate of memory in use by the estimator of this name, believed or not");
    explain(run, named(name, "", estimator, "_armed"), "pages", "counter",
            "mappings that the estimator dropped, accessed bits that it cleared, so that the next "
            "touch shows");
    explain(run, named(name, "", estimator, "_faults"), "faults", "counter",
            "touches that faulted only because the estimator had dropped the mapping");
    explain(run, named(name, "", estimator, "_cpu_pct"), "%", "result",
            "CPU time of both, as a share of the time since the VM was last powered on");
    for (uint32_t i = 0; i < estimator->counter_count; i++) {
        char last[MP_MOST_NAME_BYTES];
        snprintf(last, sizeof last, "_%s", estimator->counters[i].name);
        explain(run, named(name, "", estimator, last), estimator->counters[i].unit, "gauge",
                estimator->counters[i].meaning);
    }
}

/* ---- All --------------------------------------------------------------------------------- */

void run_record_counted(struct run *run, double t_s, bool is_final)
{
    struct counted counted = {run, t_s, is_final, ""};
    put_scanner(&counted);
    for (uint32_t i = 0; i < run->config->vm_count; i++) {
        counted.vm = run->vms[i].config->name;
        for (uint32_t place = 0; run->vms[i].on && place < estimators_of(run); place++)
            put_estimator(&counted, &run->vms[i], place);
    }
}

void run_record_counted_meanings(struct run *run)
{
    explain_scanner(run);
    for (uint32_t place = 0; place < estimators_of(run); place++)
        explain_estimator(run, run->config->members.estimators[place]);
}
