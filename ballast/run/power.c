/*
 * VMs come on, go off and start again: by the schedule, or by a fault. A VM that was on before has
 * a new guest then, and its workload begins anew in it.
 */
#include "ballast/run/internal.h"

/* ---- The workload ------------------------------------------------------------------------ */

int run_vm_start_workload(struct run_vm *vm, uint64_t power_on_ns)
{
    struct run *run = vm->run;
    const struct config_workload *workload = &vm->config->workload;
    uint64_t first_ns = config_ns(vm->config->power_on_s), start_ns = config_ns(workload->start_s);
    if (power_on_ns > first_ns)
        start_ns = start_ns > first_ns ? start_ns - first_ns + power_on_ns : power_on_ns;
    vm->works_since_s = (double)start_ns / 1e9;
    struct wl_context context = {
        .guest = host_vm_guest(run->host, vm->number),
        .vm_name = vm->config->name,
        .page_scale = run->config->machine.scale,
        .memory_pages = config_own_pages(run->config, vm->config->memory_mb),
        .is_bare = vm->config->guest.os == GUEST_BARE,
        .background_pages = config_own_pages(run->config, vm->config->guest.background_mb),
        .seed = run->options->seed,
        .replicate = run->options->replicate,
        .start_ns = start_ns,
        .base_dir = run->config->base_dir,
        .needs_contents = run->config->record.optimum,
        .needs_touches = run->config->record.touched};
    if (workload->row->start == NULL)
        return SIM_OK;
    return workload->row->start(&context, workload->config, &vm->workload, run->error);
}

static void stop_workload(struct run_vm *vm)
{
    if (vm->workload)
        vm->workload->kind->stop(vm->workload);
    vm->workload = NULL;
    vm->progress_before = 0;
}

/* ---- On and off -------------------------------------------------------------------------- */

/* A VM that was on before starts anew: its guest, and its workload in it. */
static int renew(struct run_vm *vm, uint64_t now_ns)
{
    stop_workload(vm);
    int status = host_vm_renew(vm->run->host, vm->number, vm->run->error);
    return status == SIM_OK ? run_vm_start_workload(vm, now_ns) : status;
}

void run_vm_power_on(struct run_vm *vm, uint64_t now_ns)
{
    int status = vm->is_used ? renew(vm, now_ns) : SIM_OK;
    vm->is_used = false;
    if (status != SIM_OK) {
        run_failed(vm->run, status);
    } else if (host_vm_power_on(vm->run->host, vm->number)) {
        vm->is_used = true;
        run_vm_powered_on(vm, now_ns);
    }
}

void run_vm_power_off(struct run_vm *vm)
{
    run_vm_powers_off(vm);
    host_vm_power_off(vm->run->host, vm->number);
}

/* Its results are those of a VM that was off for no time. */
void run_vm_reboot(struct run_vm *vm, uint64_t now_ns)
{
    run_vm_powers_off(vm);
    stop_workload(vm);
    int status = host_vm_reboot(vm->run->host, vm->number, vm->run->error);
    if (status == SIM_OK)
        status = run_vm_start_workload(vm, now_ns);
    if (status == SIM_OK)
        run_vm_powered_on(vm, now_ns);
    else
        run_failed(vm->run, status);
}

/* ---- The schedule ------------------------------------------------------------------------ */

/* A VM whose power-on was refused is off already when its power-off comes. */
static void power(struct sim_event *event, uint64_t now_ns)
{
    struct run_power *scheduled = sim_event_owner(event, struct run_power, event);
    struct run_vm *vm = scheduled->vm;
    if (scheduled->kind == CONFIG_POWER_ON || scheduled->kind == CONFIG_POWER_OFF)
        vm->is_killed = false; /* from here on the schedule holds */
    if (scheduled->kind == CONFIG_POWER_ON && !vm->on)
        run_vm_power_on(vm, now_ns);
    else if (scheduled->kind == CONFIG_POWER_OFF && vm->on)
        run_vm_power_off(vm);
    else if (scheduled->kind == CONFIG_REBOOT && vm->on)
        run_vm_reboot(vm, now_ns);
    else if (scheduled->kind == CONFIG_WRITE_SHARED && vm->on)
        host_vm_write_shared(vm->run->host, vm->number);
}

void run_power_at(struct run_vm *vm, double at_s, enum config_power_kind kind)
{
    struct run_power *scheduled = &vm->run->powers[vm->run->power_count++];
    *scheduled = (struct run_power){.vm = vm, .kind = kind};
    sim_event_init(&scheduled->event, power);
    sim_queue_schedule(&vm->run->queue, &scheduled->event, config_ns(at_s), SIM_PHASE_SCHEDULE);
}
