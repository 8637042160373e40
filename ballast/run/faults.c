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

static void add_to_swap(const struct run *run, struct host_swap_fault *swap,
                        const struct config_fault *fault)
{
    uint32_t capacity_pages = config_own_pages(run->config, fault->capacity_mb);
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
    if (fault->kind == CONFIG_FAULT_BALLOON_LIES)
        driver->lies_s = greater(driver->lies_s, (uint32_t)fault->pages_s);
    if (fault->kind == CONFIG_FAULT_BALLOON_SLOW)
        driver->slow_permille = greater(driver->slow_permille, permille(fault->factor));
}

static void swap_ails(struct run *run, struct run_fault *of)
{
    struct host_swap_fault swap = {0};
    (void)of;
    for (uint32_t i = 0; i < run->config->fault_count; i++)
        if (run->faults[i].is_active)
            add_to_swap(run, &swap, run->faults[i].config);
    host_swap_fault(run->host, &swap);
}

static void driver_ails(struct run *run, struct run_fault *of)
{
    uint32_t vm = of->config->vm;
    struct guest_driver_fault driver = {0};
    for (uint32_t i = 0; i < run->config->fault_count; i++)
        if (run->faults[i].is_active && run->faults[i].config->vm == vm)
            add_to_driver(&driver, run->faults[i].config);
    host_vm_driver_fault(run->host, run->vms[vm].number, &driver);
}

/* Does a fault of this kind last for the VM? */
static bool lasts(const struct run *run, enum config_fault_kind kind, uint32_t vm)
{
    for (uint32_t i = 0; i < run->config->fault_count; i++) {
        const struct run_fault *fault = &run->faults[i];
        if (fault->is_active && fault->config->kind == kind && fault->config->vm == vm)
            return true;
    }
    return false;
}

static void statistics_ail(struct run *run, struct run_fault *fault)
{
    uint32_t vm = fault->config->vm;
    if (run->vms[vm].on)
        host_vm_hold(run->host, run->vms[vm].number, lasts(run, CONFIG_FAULT_STATS_STALE, vm));
}

/* Each is another bank. */
static void memory_goes(struct run *run, struct run_fault *fault)
{
    double mb = 0;
    (void)fault;
    for (uint32_t i = 0; i < run->config->fault_count; i++)
        if (run->faults[i].is_active && run->faults[i].config->kind == CONFIG_FAULT_MEMORY_LOST)
            mb += run->faults[i].config->lost_mb;
    host_lose_memory(run->host,
                     config_own_pages(run->config, fmin(mb, run->config->machine.memory_mb)));
}

/* ---- What happens to a VM ----------------------------------------------------------------- */

/* A process that does not know when it has enough. */
static void next_page(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    struct run_fault *fault = sim_event_owner(program, struct run_fault, program);
    uint32_t scale = fault->run->config->machine.scale;
    (void)now_ns;
    if (!fault->is_active || fault->pages == program->memory_pages)
        return; /* it ends */
    *op = (struct guest_op){.kind = GUEST_OP_MEMORY,
                            .first = fault->pages++,
                            .pages = 1,
                            .write = true,
                            .content = GUEST_CONTENT_PRIVATE,
                            .ns = (uint64_t)(1e9 * scale / fault->config->pages_s)};
}

static void guest_grows(struct run *run, struct run_fault *fault)
{
    struct run_vm *vm = &run->vms[fault->config->vm];
    const struct config_vm *config = vm->config;
    if (!vm->on)
        return;
    uint64_t pages = (uint64_t)config_own_pages(run->config, config->memory_mb) +
                     config_own_pages(run->config, config->guest.swap_mb);
    fault->program = (struct guest_program){.next = next_page,
                                            .memory_pages = pages < GUEST_PROCESS_PAGES_MOST
                                                                ? (uint32_t)pages
                                                                : GUEST_PROCESS_PAGES_MOST,
                                            .name = "grows"};
    host_vm_spawn(run->host, vm->number, &fault->program);
}

static void ends_by_itself(struct run *run, struct run_fault *fault)
{
    (void)run, (void)fault; /* next_page() sees it */
}

static void driver_restarts(struct run *run, struct run_fault *of)
{
    uint32_t vm = of->config->vm;
    if (run->vms[vm].on)
        host_vm_driver_restart(run->host, run->vms[vm].number);
}

static void reboots(struct run *run, struct run_fault *of)
{
    uint32_t vm = of->config->vm;
    if (run->vms[vm].on)
        run_vm_reboot(&run->vms[vm], run->queue.now_ns);
}

static void is_killed(struct run *run, struct run_fault *of)
{
    uint32_t vm = of->config->vm;
    if (!run->vms[vm].on)
        return;
    run_vm_power_off(&run->vms[vm]);
    run->vms[vm].is_killed = true;
}

/* Not where the schedule has powered it on or off meanwhile, nor where another fault keeps it off.
 */
static void comes_back(struct run *run, struct run_fault *of)
{
    uint32_t vm = of->config->vm;
    if (!run->vms[vm].is_killed || lasts(run, CONFIG_FAULT_KILL, vm))
        return;
    run->vms[vm].is_killed = false;
    run_vm_power_on(&run->vms[vm], run->queue.now_ns);
}

static const struct {
    void (*begins)(struct run *run, struct run_fault *fault);
    void (*ends)(struct run *run, struct run_fault *fault);
} acts[CONFIG_FAULTS] = {
    [CONFIG_FAULT_SWAP_WRITES_FAIL] = {swap_ails, swap_ails},
    [CONFIG_FAULT_SWAP_READS_FAIL] = {swap_ails, swap_ails},
    [CONFIG_FAULT_SWAP_SLOW] = {swap_ails, swap_ails},
    [CONFIG_FAULT_SWAP_FULL] = {swap_ails, swap_ails},
    [CONFIG_FAULT_BALLOON_STUCK] = {driver_ails, driver_ails},
    [CONFIG_FAULT_BALLOON_SLOW] = {driver_ails, driver_ails},
    [CONFIG_FAULT_BALLOON_GONE] = {driver_ails, driver_ails},
    [CONFIG_FAULT_BALLOON_RESTART] = {driver_restarts, NULL},
    [CONFIG_FAULT_BALLOON_LIES] = {driver_ails, driver_ails},
    [CONFIG_FAULT_REBOOT] = {reboots, NULL},
    [CONFIG_FAULT_KILL] = {is_killed, comes_back},
    [CONFIG_FAULT_GUEST_OOM] = {guest_grows, ends_by_itself},
    [CONFIG_FAULT_STATS_STALE] = {statistics_ail, statistics_ail},
    [CONFIG_FAULT_MEMORY_LOST] = {memory_goes, memory_goes},
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
    if (fault->is_active && config_fault_has(config->kind, "lost_mb"))
        snprintf(detail + length, sizeof detail - (size_t)length, " of %.10g MB", config->lost_mb);
    if (fault->is_active && config_fault_has(config->kind, "pages_s"))
        snprintf(detail + length, sizeof detail - (size_t)length, " of %.10g pages/s",
                 config->pages_s);
    run_record_event(fault->run, now_ns, config->vm_name != NULL ? config->vm_name : "",
                     fault->is_active ? "fault" : "fault_end", detail);
}

static void turn(struct sim_event *event, uint64_t now_ns)
{
    struct run_fault *fault = sim_event_owner(event, struct run_fault, event);
    const struct config_fault *config = fault->config;
    struct run *run = fault->run;
    bool has_end = config_fault_has(config->kind, "for_s");
    fault->is_active = !fault->is_active;
    tell(fault, now_ns);
    if (!fault->is_active) {
        acts[config->kind].ends(run, fault);
        return;
    }
    acts[config->kind].begins(run, fault);
    if (has_end && !isinf(config->for_s))
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
        if (fault->config->at_s > config->duration_s)
            run_record_idle_fault(run, fault->config);
        sim_event_init(&fault->event, turn);
        sim_queue_schedule(&run->queue, &fault->event, config_ns(config->faults[i].at_s),
                           SIM_PHASE_SCHEDULE);
    }
    return true;
}
