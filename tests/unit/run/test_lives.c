/*
 * A VM that is powered on twice. The second time is another VM of the host here, so that all
 * counters of the host, of the guest and of the workload begin anew, as they may.
 */
#include <stdlib.h>

#include "ballast/run/internal.h"
#include "tests/check.h"
#include "workloads/fill.h"

#define VM_PAGES 2000u

static struct run run;
static struct run_vm vms[1];
static struct experiment_config config;
static struct config_vm vm_config;

static struct wl *start(int number, uint64_t start_ns)
{
    static const struct wl_fill_config fill = {.pages = 1000, .contents = 10, .writes_s = 50};
    struct wl_context context = {.guest = host_vm_guest(run.host, number),
                                 .vm_name = "vm",
                                 .memory_pages = VM_PAGES,
                                 .is_bare = true,
                                 .seed = 1,
                                 .start_ns = start_ns};
    struct wl *workload = NULL;
    CHECK_EQ(wl_fill.start(&context, &fill, &workload, NULL), SIM_OK);
    return workload;
}

static void make(void)
{
    struct host_config host = {.machine = {.machine_pages = 8000, .swap_pages = 8000},
                               .cpu_mhz = 800,
                               .vms = 2,
                               .seed = 1};
    struct guest_config guest = {.os = GUEST_BARE,
                                 .memory_pages = VM_PAGES,
                                 .boot = {.balloon_ns = SIM_NEVER},
                                 .balloon_most_pages = UINT32_MAX,
                                 .name = "vm"};
    struct mp_vm_config memory = {.max_pages = VM_PAGES, .min_pages = 1000, .shares = 100};
    mp_tunables_preset(&host.tunables);
    host.tunables.overhead_start_pages = host.tunables.overhead_full_pages = 0;
    config = (struct experiment_config){.machine = {.scale = 1}, .vms = &vm_config, .vm_count = 1};
    config.tunables = host.tunables;
    vm_config = (struct config_vm){.name = "vm"};
    memset(&run, 0, sizeof run);
    memset(vms, 0, sizeof vms);
    run.config = &config;
    run.tunables = &config.tunables;
    run.vms = vms;
    sim_queue_init(&run.queue);
    run.host = host_new(&host, &run.queue, NULL);
    for (int i = 0; i < 2; i++)
        CHECK_EQ(host_vm_add(run.host, &guest, &memory, NULL), i);
    vms[0] = (struct run_vm){.run = &run, .config = &vm_config};
}

static void power_on(int number)
{
    vms[0].number = number;
    vms[0].workload = start(number, run.queue.now_ns);
    vms[0].works_since_s = (double)run.queue.now_ns / 1e9;
    CHECK(host_vm_power_on(run.host, number));
    run_vm_powered_on(&vms[0], run.queue.now_ns);
}

static void power_off(void)
{
    run_vm_powers_off(&vms[0]);
    CHECK(!vms[0].on);
    host_vm_power_off(run.host, vms[0].number);
}

static void unmake(struct wl *first)
{
    vms[0].workload->kind->stop(vms[0].workload);
    if (first)
        first->kind->stop(first);
    host_free(run.host);
    sim_queue_fini(&run.queue);
}

static double total(enum metric_id id)
{
    struct vm_view view;
    run_vm_view(&vms[0], true, &view);
    return run_vm_total(id, &view);
}

static double alone(enum metric_id id)
{
    struct vm_view view;
    run_vm_view(&vms[0], true, &view);
    return run_vm_value(id, &view);
}

static void lives__counters_add_up(void)
{
    make();
    power_on(0);
    sim_queue_run(&run.queue, 10 * SIM_SECOND);
    double first_scanned = total(METRIC_pages_scanned), first_breaks = total(METRIC_cow_breaks);
    CHECK(first_scanned > 100);
    CHECK(first_breaks > 10);
    power_off();
    CHECK_NEAR(vms[0].last[METRIC_pages_scanned], first_scanned, 0);
    sim_queue_run(&run.queue, 15 * SIM_SECOND);

    struct wl *first = vms[0].workload;
    power_on(1);
    CHECK_NEAR(total(METRIC_pages_scanned), first_scanned, 0);
    sim_queue_run(&run.queue, 19 * SIM_SECOND);
    CHECK(alone(METRIC_pages_scanned) > 100);
    CHECK_NEAR(total(METRIC_pages_scanned), first_scanned + alone(METRIC_pages_scanned), 0);
    CHECK_NEAR(total(METRIC_cow_breaks), first_breaks + alone(METRIC_cow_breaks), 0);
    CHECK_NEAR(total(METRIC_alloc_mb), alone(METRIC_alloc_mb), 0); /* a gauge */
    power_off();
    unmake(first);
}

static void lives__counters_that_go_on_are_not_added_twice(void)
{
    make();
    power_on(0);
    sim_queue_run(&run.queue, 10 * SIM_SECOND);
    double first = total(METRIC_pages_scanned);
    run_vm_powers_off(&vms[0]); /* the host's own counters know nothing of it */
    run_vm_powered_on(&vms[0], run.queue.now_ns);
    CHECK_NEAR(total(METRIC_pages_scanned), first, 0);
    sim_queue_run(&run.queue, 19 * SIM_SECOND);
    CHECK(total(METRIC_pages_scanned) > first);
    CHECK_NEAR(total(METRIC_pages_scanned), alone(METRIC_pages_scanned), 0);
    unmake(NULL);
}

/* Rates and percentages are those of the time that the VM was on: 10 s, then 4 s. */
static void lives__rates_are_of_the_time_on(void)
{
    make();
    power_on(0);
    sim_queue_run(&run.queue, 10 * SIM_SECOND);
    double first_work = 10 * total(METRIC_throughput);
    double first_overhead = 10 * total(METRIC_overhead_cycles_pct);
    CHECK(first_work > 1000);
    CHECK(first_overhead > 0);
    power_off();
    sim_queue_run(&run.queue, 15 * SIM_SECOND);

    struct wl *first = vms[0].workload;
    power_on(1);
    sim_queue_run(&run.queue, 19 * SIM_SECOND);
    struct vm_view view;
    run_vm_view(&vms[0], true, &view);
    double work = vms[0].workload->kind->progress(vms[0].workload, run.queue.now_ns);
    double overhead = 100 * (double)view.host.overhead_ns / 1e9;
    CHECK_NEAR(total(METRIC_throughput), (first_work + work) / 14, 1e-9);
    CHECK_NEAR(total(METRIC_overhead_cycles_pct), (first_overhead + overhead) / 14, 1e-9);
    unmake(first);
}

TEST_SUITE(run_lives, TEST(lives__counters_add_up),
           TEST(lives__counters_that_go_on_are_not_added_twice),
           TEST(lives__rates_are_of_the_time_on))
