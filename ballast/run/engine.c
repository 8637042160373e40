/*
 * One run of an experiment. It builds the host and its VMs from the resolved configuration, lets
 * simulated time pass, and marks what reaches the database as whole or as unfinished.
 *
 * Power-ons (power.c), changes of tunables, samples and checks are events like all others. So where
 * several things happen at one moment, enum sim_phase says in which order.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/run/internal.h"
#include "ballast/run/interrupt.h"

/* ---- Events of the schedule ---------------------------------------------------------------------
 */

/* From now on device I/O costs copies by other rules. */
static void device_io_period_ends(struct run *run)
{
    for (uint32_t i = 0; i < run->config->vm_count; i++) {
        struct run_vm *vm = &run->vms[i];
        uint32_t pages;
        if (!vm->on || !run_vm_when(METRIC_DEVICE_IO, vm))
            continue;
        const uint32_t *ios = vm->workload->kind->device_ios(vm->workload, &pages);
        if (!device_io_settle(&vm->device_io, ios, pages, run->tunables))
            run_failed(run, sim_error_set(run->error, SIM_SYSTEM, "VM %s: no memory for %u pages",
                                          vm->config->name, pages));
    }
}

static void change(struct sim_event *event, uint64_t now_ns)
{
    struct run_change *scheduled = sim_event_owner(event, struct run_change, event);
    char detail[200];
    snprintf(detail, sizeof detail, "%s = %s", scheduled->config->key, scheduled->config->value);
    run_record_event(scheduled->run, now_ns, "", "change", detail);
    device_io_period_ends(scheduled->run);
    if (host_retune(scheduled->run->host, &scheduled->config->tunables))
        scheduled->run->tunables = &scheduled->config->tunables;
}

static void record(struct sim_event *event, uint64_t now_ns)
{
    struct run *run = sim_event_owner(event, struct run, record);
    if (interrupt_status() != 0) { /* a signal from before the queue ran */
        sim_queue_stop(&run->queue);
        return;
    }
    run_record_sample(run, now_ns);
    run_watch(run, now_ns);
    sim_progress_update(&run->progress, (double)now_ns / 1e9);
    if (now_ns + run->record_every_ns <= run->end_ns)
        sim_queue_schedule(&run->queue, event, now_ns + run->record_every_ns, SIM_PHASE_RECORD);
}

/* A governor that orders what cannot be ends its run. */
static void bad_order(void *context, const char *vm, const struct mp_bad_order *order)
{
    struct run *run = context;
    if (run->status != SIM_OK)
        return;
    run_failed(run,
               sim_error_set(run->error, SIM_FAILED,
                             "%s %s seed %llu: at %.10g s the governor %s ordered %s = %u "
                             "pages%s%s, expected %u to %u",
                             run->config->name, run->config->variant,
                             (unsigned long long)run->options->seed, (double)order->at_ns / 1e9,
                             order->governor, order->what, order->ordered,
                             vm[0] != '\0' ? " for VM " : "", vm, order->least, order->most));
}

/* ---- Building -----------------------------------------------------------------------------------
 */

static struct guest_config guest_of(const struct run *run, const struct config_vm *vm)
{
    struct guest_config guest = config_guest_of(run->config, vm);
    guest.seed = run->options->seed;
    guest.replicate = run->options->replicate;
    return guest;
}

static int add_vm(struct run *run, struct run_vm *vm, const struct config_vm *config)
{
    *vm = (struct run_vm){.run = run, .config = config};
    struct guest_config guest = guest_of(run, config);
    struct mp_vm_config memory = {.max_pages = guest.memory_pages,
                                  .min_pages = config_own_pages(run->config, config->min_mb),
                                  .shares = config->shares,
                                  .limit_pages = config_own_pages(run->config, config->limit_mb),
                                  .never_shares = !config->page_sharing,
                                  .share_salt = config->share_salt};
    vm->number = host_vm_add(run->host, &guest, &memory, run->error);
    if (vm->number < 0)
        return run->error->status;
    host_vm_set_cpu_shares(run->host, vm->number, config->cpu_shares);
    int status = run_vm_start_workload(vm, config_ns(config->power_on_s));
    if (status != SIM_OK)
        return status;
    run_power_at(vm, config->power_on_s, CONFIG_POWER_ON);
    if (!isinf(config->power_off_s))
        run_power_at(vm, config->power_off_s, CONFIG_POWER_OFF);
    return SIM_OK;
}

static int build(struct run *run)
{
    const struct experiment_config *config = run->config;
    struct host_config host = {
        .machine = {.machine_pages = config_own_pages(run->config, config->machine.memory_mb),
                    .low_pages = config_own_pages(run->config, config->machine.low_mb),
                    .hypervisor_pages =
                        config_own_pages(run->config, config->machine.hypervisor_mb),
                    .swap_pages = config_own_pages(run->config, config->machine.swap_mb),
                    .page_scale = config->machine.scale},
        .tunables = config->tunables,
        .members = config->members,
        .cpu_mhz = config->machine.cpu_mhz,
        .costs = &config->own_costs,
        .swap_device = config->machine.swap_device,
        .disk_device = config->machine.disk_device,
        .hash_bits = config->machine.hash_bits,
        .vms = config->vm_count,
        .cpus = config->machine.cpus,
        .keep_contents = config->record.optimum,
        .keep_touched = config->record.touched,
        .keep_written = config->record.written,
        .seed = run->options->seed,
        .replicate = run->options->replicate,
        .observer = {.context = run,
                     .decision = run_record_decision,
                     .decision_input = run_record_inputs,
                     .bad_order = bad_order,
                     .event = run_record_event}};
    run->host = host_new(&host, &run->queue, run->error);
    run->vms = calloc(config->vm_count + 1, sizeof *run->vms);
    run->changes = calloc(config->change_count + 1, sizeof *run->changes);
    run->powers = calloc(2 * config->vm_count + config->power_count + 1, sizeof *run->powers);
    if (!run->host || !run->vms || !run->changes || !run->powers)
        return run->host
                   ? sim_error_set(run->error, SIM_SYSTEM, "no memory for %u VMs", config->vm_count)
                   : run->error->status;
    for (uint32_t i = 0; i < config->vm_count; i++) {
        int status = add_vm(run, &run->vms[i], &config->vms[i]);
        if (status != SIM_OK)
            return status;
    }
    for (uint32_t i = 0; i < config->power_count; i++)
        run_power_at(&run->vms[config->powers[i].vm], config->powers[i].at_s,
                     config->powers[i].kind);
    for (uint32_t i = 0; i < config->change_count; i++) {
        run->changes[i] = (struct run_change){.run = run, .config = &config->changes[i]};
        sim_event_init(&run->changes[i].event, change);
        sim_queue_schedule(&run->queue, &run->changes[i].event, config_ns(config->changes[i].at_s),
                           SIM_PHASE_SCHEDULE);
    }
    if (!run_faults_schedule(run))
        return sim_error_set(run->error, SIM_SYSTEM, "no memory for %u faults",
                             config->fault_count);
    sim_event_init(&run->record, record);
    sim_queue_schedule(&run->queue, &run->record, 0, SIM_PHASE_RECORD);
    run_check_begin(run);
    return SIM_OK;
}

static void unbuild(struct run *run)
{
    for (uint32_t i = 0; run->vms && i < run->config->vm_count; i++) {
        if (run->vms[i].workload)
            run->vms[i].workload->kind->stop(run->vms[i].workload);
        device_io_fini(&run->vms[i].device_io);
    }
    host_free(run->host);
    sim_queue_fini(&run->queue);
    free(run->vms);
    free(run->changes);
    free(run->powers);
    free(run->faults);
}

/* ---- The run ------------------------------------------------------------------------------------
 */

struct param_writer {
    struct run *run;
    int status;
};

static void write_param(void *context, const char *key, const char *value)
{
    struct param_writer *writer = context;
    if (writer->status == SIM_OK)
        writer->status =
            results_param(writer->run->db, writer->run->run_id, key, value, writer->run->error);
}

/* A file that the configuration names, by its name there, with the hash of its contents. */
static void write_input(void *context, const struct config_input *input)
{
    const struct param_writer *writer = context;
    const char *base_dir = writer->run->config->base_dir, *name = input->path;
    char key[600], value[24];
    size_t length = strlen(base_dir);
    if (strncmp(name, base_dir, length) == 0 && name[length] == '/')
        name += length + 1;
    snprintf(key, sizeof key, "input.%.500s", name);
    snprintf(value, sizeof value, "%016" PRIx64, input->hash);
    write_param(context, key, value);
}

static int begin(struct run *run)
{
    char *yaml = config_yaml(run->config);
    if (!yaml)
        return sim_error_set(run->error, SIM_SYSTEM, "no memory for the configuration's text");
    struct results_run row = {.experiment = run->config->name,
                              .variant = run->config->variant,
                              .version = BALLAST_VERSION,
                              .build = program_build(),
                              .governor = run->config->chosen[0].name,
                              .estimator = run->config->names.estimator,
                              .scanner = run->config->names.scanner,
                              .seed = run->options->seed,
                              .replicate = run->options->replicate,
                              .config = yaml,
                              .config_hash = config_hash(run->config)};
    int status = results_run_begin(run->db, &row, &run->run_id, run->error);
    free(yaml);
    struct param_writer writer = {run, status};
    if (status == SIM_OK)
        config_each_param(run->config, write_param, &writer);
    config_each_input(run->config, write_input, &writer);
    return writer.status;
}

/* After a signal: the run's own error, if nothing else went wrong. */
static void end_if_interrupted(struct run *run)
{
    int status = interrupt_status();
    if (status == 0 || run->status != SIM_OK)
        return;
    run_failed(run, sim_error_set(run->error, status,
                                  "%s%s%s seed %llu: interrupted at %.10g of %.10g s; the run is "
                                  "on record as failed",
                                  run->config->name, run->config->variant[0] != '\0' ? " " : "",
                                  run->config->variant, (unsigned long long)run->options->seed,
                                  (double)run->queue.now_ns / 1e9, (double)run->end_ns / 1e9));
}

/* Lets time pass, and writes what comes of it. */
static int live(struct run *run)
{
    const struct experiment_config *config = run->config;
    char label[80];
    snprintf(label, sizeof label, "%s %s seed %llu", config->name, config->variant,
             (unsigned long long)run->options->seed);
    sim_progress_begin(&run->progress, label, config->duration_s,
                       run->options->quiet || run->options->watch);
    sim_queue_run(&run->queue, run->end_ns);
    sim_progress_end(&run->progress);
    end_if_interrupted(run);
    if (run->status == SIM_OK)
        run_record_results(run);
    return run->status;
}

int run_experiment(const struct experiment_config *config, const struct run_options *options,
                   struct results *db, struct sim_error *error)
{
    struct sim_error ignored, *told = error != NULL ? error : &ignored;
    struct run run = {.config = config,
                      .options = options,
                      .db = db,
                      .tunables = &config->tunables,
                      .error = told,
                      .end_ns = config_ns(config->duration_s),
                      .record_every_ns = config_ns(config->sample_every_s)};
    double began_s = sim_progress_wall_s();
    sim_queue_init(&run.queue);
    int status = build(&run);
    if (status == SIM_OK) {
        interrupt_stops(&run.queue);
        status = begin(&run);
    }
    if (status == SIM_OK) {
        status = live(&run);
        int ended =
            results_run_end(db, run.run_id, status == SIM_OK, (double)run.queue.now_ns / 1e9,
                            sim_progress_wall_s() - began_s, status == SIM_OK ? told : &ignored);
        if (status == SIM_OK)
            status = ended;
    }
    interrupt_stops(NULL);
    unbuild(&run);
    return status;
}
