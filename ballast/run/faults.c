/*
 * What breaks during a run, as the configuration's list of faults says.
 *
 * The hazard is faults that overlap: one that ends must not mend what another still breaks. So at
 * every begin and end, what is wrong with the device or the driver is made anew of all faults that
 * last. Of two on the same thing the worse counts.
 */
#include <stdio.h>
#include <stdlib.h>

#include "ballast/run/internal.h"

static uint32_t greater(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static uint32_t permille(double factor)
{
    return (uint32_t)(factor * 1000 + 0.5);
}

/* ---- What is wrong at this moment --------------------------------------------------------- */

static void add_to_swap(struct host_swap_fault *swap, const struct config_fault *fault)
{
    uint32_t capacity_pages = config_pages(fault->capacity_mb);
    switch (fault->kind) {
    case CONFIG_FAULT_SWAP_WRITES_FAIL:
        swap->write_errors_bp = greater(swap->write_errors_bp, fault->share_bp);
        break;
    case CONFIG_FAULT_SWAP_READS_FAIL:
        swap->read_errors_bp = greater(swap->read_errors_bp, fault->share_bp);
        break;
    case CONFIG_FAULT_SWAP_SLOW:
        swap->slow_permille = greater(swap->slow_permille, permille(fault->factor));
        break;
    case CONFIG_FAULT_SWAP_FULL:
        if (!swap->is_full || capacity_pages < swap->capacity_pages)
            swap->capacity_pages = capacity_pages;
        swap->is_full = true;
        break;
    default:
        break;
    }
}

static void add_to_driver(struct guest_driver_fault *driver, const struct config_fault *fault)
{
    driver->is_stuck |= fault->kind == CONFIG_FAULT_BALLOON_STUCK;
    driver->is_gone |= fault->kind == CONFIG_FAULT_BALLOON_GONE;
    if (fault->kind == CONFIG_FAULT_BALLOON_SLOW)
        driver->slow_permille = greater(driver->slow_permille, permille(fault->factor));
}

static void swap_ails(struct run *run, uint32_t vm)
{
    struct host_swap_fault swap = {0};
    (void)vm;
    for (uint32_t i = 0; i < run->config->fault_count; i++)
        if (run->faults[i].is_active)
            add_to_swap(&swap, run->faults[i].config);
    host_swap_fault(run->host, &swap);
}

static void driver_ails(struct run *run, uint32_t vm)
{
    struct guest_driver_fault driver = {0};
    for (uint32_t i = 0; i < run->config->fault_count; i++)
        if (run->faults[i].is_active && run->faults[i].config->vm == vm)
            add_to_driver(&driver, run->faults[i].config);
    host_vm_driver_fault(run->host, run->vms[vm].number, &driver);
}

/* ---- What happens to a VM ----------------------------------------------------------------- */

static void driver_restarts(struct run *run, uint32_t vm)
{
    if (run->vms[vm].on)
        host_vm_driver_restart(run->host, run->vms[vm].number);
}

static void reboots(struct run *run, uint32_t vm)
{
    if (run->vms[vm].on)
        run_vm_reboot(&run->vms[vm], run->queue.now_ns);
}

static void is_killed(struct run *run, uint32_t vm)
{
    if (!run->vms[vm].on)
        return;
    run_vm_power_off(&run->vms[vm]);
    run->vms[vm].is_killed = true;
}

/* Not where the schedule has powered it on or off meanwhile, nor where another fault keeps it off.
 */
static void comes_back(struct run *run, uint32_t vm)
{
    bool stays = !run->vms[vm].is_killed;
    for (uint32_t i = 0; i < run->config->fault_count; i++) {
        const struct run_fault *fault = &run->faults[i];
        stays |=
            fault->is_active && fault->config->kind == CONFIG_FAULT_KILL && fault->config->vm == vm;
    }
    if (stays)
        return;
    run->vms[vm].is_killed = false;
    run_vm_power_on(&run->vms[vm], run->queue.now_ns);
}

static const struct {
    void (*begins)(struct run *run, uint32_t vm);
    void (*ends)(struct run *run, uint32_t vm);
} acts[CONFIG_FAULTS] = {
    [CONFIG_FAULT_SWAP_WRITES_FAIL] = {swap_ails, swap_ails},
    [CONFIG_FAULT_SWAP_READS_FAIL] = {swap_ails, swap_ails},
    [CONFIG_FAULT_SWAP_SLOW] = {swap_ails, swap_ails},
    [CONFIG_FAULT_SWAP_FULL] = {swap_ails, swap_ails},
    [CONFIG_FAULT_BALLOON_STUCK] = {driver_ails, driver_ails},
    [CONFIG_FAULT_BALLOON_SLOW] = {driver_ails, driver_ails},
    [CONFIG_FAULT_BALLOON_GONE] = {driver_ails, driver_ails},
    [CONFIG_FAULT_BALLOON_RESTART] = {driver_restarts, NULL},
    [CONFIG_FAULT_REBOOT] = {reboots, NULL},
    [CONFIG_FAULT_KILL] = {is_killed, comes_back},
};

/* ---- Events ------------------------------------------------------------------------------- */

/* "swap-slow", and the keys that say how much. */
static void tell(const struct run_fault *fault, uint64_t now_ns)
{
    const struct config_fault *config = fault->config;
    char detail[100];
    int length = snprintf(detail, sizeof detail, "%s", config_fault_kinds[config->kind].name);
    if (fault->is_active && config_fault_has(config->kind, "share"))
        snprintf(detail + length, sizeof detail - (size_t)length, " of %.10g%%",
                 config->share_bp / 100.0);
    if (fault->is_active && config_fault_has(config->kind, "factor"))
        snprintf(detail + length, sizeof detail - (size_t)length, " by %.10g", config->factor);
    if (fault->is_active && config_fault_has(config->kind, "capacity_mb"))
        snprintf(detail + length, sizeof detail - (size_t)length, " at %.10g MB",
                 config->capacity_mb);
    run_record_event(fault->run, now_ns, config->vm_name != NULL ? config->vm_name : "",
                     fault->is_active ? "fault" : "fault_end", detail);
}

static void turn(struct sim_event *event, uint64_t now_ns)
{
    struct run_fault *fault = sim_event_owner(event, struct run_fault, event);
    const struct config_fault *config = fault->config;
    struct run *run = fault->run;
    bool lasts = config_fault_has(config->kind, "for_s");
    fault->is_active = !fault->is_active;
    tell(fault, now_ns);
    if (!fault->is_active) {
        acts[config->kind].ends(run, config->vm);
        return;
    }
    acts[config->kind].begins(run, config->vm);
    if (lasts && !isinf(config->for_s))
        sim_queue_schedule(&run->queue, event, now_ns + config_ns(config->for_s),
                           SIM_PHASE_SCHEDULE);
}

bool run_faults_schedule(struct run *run)
{
    const struct experiment_config *config = run->config;
    run->faults = calloc(config->fault_count + 1, sizeof *run->faults);
    if (run->faults == NULL)
        return false;
    for (uint32_t i = 0; i < config->fault_count; i++) {
        struct run_fault *fault = &run->faults[i];
        *fault = (struct run_fault){.run = run, .config = &config->faults[i]};
        sim_event_init(&fault->event, turn);
        sim_queue_schedule(&run->queue, &fault->event, config_ns(config->faults[i].at_s),
                           SIM_PHASE_SCHEDULE);
    }
    return true;
}
