/* A run under way. engine.c drives it, power.c starts its VMs, record.c writes its rows, watch.c
 * shows it. */
#ifndef RUN_INTERNAL_H
#define RUN_INTERNAL_H

#include "ballast/config/config.h"
#include "ballast/results/metrics.h"
#include "ballast/results/results.h"
#include "ballast/run/device_io.h"
#include "ballast/run/run.h"
#include "ballast/run/values.h"
#include "models/host/host.h"
#include "sim/progress.h"

struct run;
struct run_vm;

/* What the results of one VM are divided by, and what is divided. */
struct run_times {
    double on_s;      /* the VM was on */
    double working_s; /* and its workload had started; the guest had not killed all of it */
    double overhead_ns, work;
};

/* At this event a VM is powered on or off, or its guest reboots. */
struct run_power {
    struct run_vm *vm;
    enum config_power_kind kind;
    struct sim_event event;
};

struct run_vm {
    struct run *run;
    int number; /* of the host's VM */
    const struct config_vm *config;
    bool on;
    bool is_killed;         /* a fault keeps it off, where the schedule has it on */
    bool is_used;           /* its guest has run: the next power-on needs a new one */
    struct wl *workload;    /* NULL: idle */
    double works_since_s;   /* the workload's start, in the run's time */
    double progress_before; /* at the last sample */
    double throughput;      /* per second since then */

    /* lives.c */
    uint32_t lives; /* times that it was powered on */
    uint64_t on_since_ns;
    struct run_times times_before, times_last;
    double before[METRIC_COUNT]; /* counters: what the times before this one add */
    double last[METRIC_COUNT];   /* all metrics, when it was last powered off */
    struct device_io device_io;
};

struct run_change {
    struct run *run;
    const struct config_change *config;
    struct sim_event event;
};

/* Something that breaks at this event, and is mended at its next. */
struct run_fault {
    struct run *run;
    const struct config_fault *config;
    struct sim_event event;
    bool is_active;
    struct guest_program program; /* of a guest that it makes grow */
    uint32_t pages;               /* that the program took */
};

struct run {
    const struct experiment_config *config;
    const struct run_options *options;
    struct results *db;
    int64_t run_id;
    struct sim_queue queue;
    struct host *host;
    const struct mp_tunables *tunables; /* in force now */
    struct run_vm *vms;
    struct run_change *changes;
    struct run_power *powers;
    uint32_t power_count;
    struct run_fault *faults;
    struct sim_event record, check;
    uint64_t checked_fired; /* events until the last check */
    uint64_t end_ns, record_every_ns;
    struct sim_progress progress;
    uint32_t warnings;           /* events told on standard error */
    double watched_s;            /* wall clock: when --watch showed the VMs last */
    bool recorded[METRIC_COUNT]; /* a row of this metric was written */
    struct sim_error *error;
    int status; /* of the first thing that went wrong while events fired */
};

/* Of pages of 4 KiB, or of the model where the value goes through run_scaled(). */
static inline double run_mb(uint64_t pages)
{
    return (double)pages * MP_PAGE_SIZE / (1024 * 1024);
}

/* Ends the run at this event with the error in run->error, which a later one does not replace. */
static inline void run_failed(struct run *run, int status)
{
    if (run->status == SIM_OK)
        run->status = status;
    sim_queue_stop(&run->queue);
}

/* watch.c: shows the VMs on the terminal, where that is wanted and due. */
void run_watch(struct run *run, uint64_t now_ns);

/* ---- power.c ----------------------------------------------------------------------------- */

/* Starts the VM's workload, for a power-on at that time: as long after it as after the VM's first
 * power-on. SIM_OK, or the status of the error in run->error. */
int run_vm_start_workload(struct run_vm *vm, uint64_t power_on_ns);
/* Schedules one of the events for which run->powers has room. */
void run_power_at(struct run_vm *vm, double at_s, enum config_power_kind kind);
/* A VM that is on, or off, is not afterwards. */
void run_vm_power_on(struct run_vm *vm, uint64_t now_ns);
void run_vm_power_off(struct run_vm *vm);
void run_vm_reboot(struct run_vm *vm, uint64_t now_ns);

/* check.c: schedules the first check of the books, at the start; the last one is at the end. */
void run_check_begin(struct run *run);
/* Of those on the way, is this one to be made? It would look at so many pages. */
bool run_check_is_due(const struct run *run, uint64_t now_ns, uint64_t pages);

/* faults.c: schedules what breaks. False: no memory. */
bool run_faults_schedule(struct run *run);

/* ---- times.c ----------------------------------------------------------------------------- */

/* Since the VM was powered on last. `overhead_ns` is the host's count for it now. */
struct run_times run_vm_times_now(const struct run_vm *vm, uint64_t overhead_ns);
/* Over all times that the VM was on. */
struct run_times run_vm_times(const struct run_vm *vm, uint64_t overhead_ns);
struct run_times run_times_subtract(struct run_times a, struct run_times b);

/* ---- lives.c: the times that a VM was on ------------------------------------------------- */

/* It has just been powered on. */
void run_vm_powered_on(struct run_vm *vm, uint64_t now_ns);
/* It is on and about to be powered off: keeps its results. */
void run_vm_powers_off(struct run_vm *vm);
/* The value of a metric of a VM that is on; a counter with what it had before. */
double run_vm_total(enum metric_id id, struct vm_view *it);

/* ---- record.c: what is written to the database ------------------------------------------- */

/* The rows of `series`: of each VM that is on, and of the host, at this moment. */
void run_record_sample(struct run *run, uint64_t now_ns);
/* The rows of `result`: of each VM that was on at any time, and of the host. Then a row of `metric`
 * for each metric that was written. */
void run_record_results(struct run *run);
/* counted.c: what the scanner and the estimators count themselves, as rows of `series` or, at the
 * end, of `result`; and the rows of `metric` that explain them. */
void run_record_counted(struct run *run, double t_s, bool is_final);
void run_record_counted_meanings(struct run *run);
/* A row of `decision`. A price of UINT64_MAX, and pages of MP_NO_PAGE, say that the governor has
 * none: NULL. */
void run_record_decision(void *context, const char *vm, const struct mp_decision *decision);
/* Rows of `decision_input`: what else the governor read for the decision recorded last. */
void run_record_inputs(void *context, uint64_t at_ns, const char *vm, const struct mp_input *inputs,
                       uint32_t count);
/* A row of `event`. A VM that was refused is also told on standard error, unless the run is
 * quiet. */
void run_record_event(void *context, uint64_t at_ns, const char *vm, const char *kind,
                      const char *detail);
/* Tells on standard error, unless the run is quiet, that a fault comes after the end. */
void run_record_idle_fault(struct run *run, const struct config_fault *fault);

#endif
