/*
 * One VM on a host: touches of pages that are resident; touches where the VM's memory is larger
 * than the machine, so that pages go out and come in; and pages that are scanned for sharing.
 */
#include <stdlib.h>

#include "models/host/host.h"
#include "tests/gates/gates.h"

#define VM_PAGES   16384u /* 64 MB */
#define RUN_PAGES  64u
#define AREA_PAGES 8192u
#define RUNS       8192u  /* of RUN_PAGES each */
#define TOUCHES    40000u /* with reclaim */

#define SCANNED_PAGES_S 1000000u
#define SCANNED_PAGES   200000u

static struct sim_queue queue;
static struct host *host;
static uint64_t touched, touches_most;
static bool ends; /* the program */

/* ---- Programs ---------------------------------------------------------------------------- */

/* Writes runs of pages of a process, first all of them in order. */
static void area_next(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    (void)program, (void)now_ns;
    uint64_t first = touched < AREA_PAGES ? touched : gate_random() % (AREA_PAGES - RUN_PAGES);
    *op = (struct guest_op){.kind = GUEST_OP_MEMORY,
                            .write = true,
                            .first = (uint32_t)first,
                            .pages = RUN_PAGES,
                            .content = GUEST_CONTENT_PRIVATE};
    touched += RUN_PAGES;
    if (touched >= touches_most)
        sim_queue_stop(&queue);
}

/* Writes pages of the VM, first all of them in order; near ones more often than far ones. */
static void physical_next(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    (void)program, (void)now_ns;
    if (ends) {
        *op = (struct guest_op){.kind = GUEST_OP_EXIT};
        return;
    }
    uint64_t range = gate_random() % 4 == 0 ? VM_PAGES : VM_PAGES / 4;
    *op =
        (struct guest_op){.kind = GUEST_OP_PHYSICAL,
                          .write = true,
                          .first = (uint32_t)(touched < VM_PAGES ? touched : gate_random() % range),
                          .pages = 1,
                          .content = GUEST_CONTENT_PRIVATE};
    touched++;
    if (touched >= touches_most)
        sim_queue_stop(&queue);
}

static struct guest_program area = {.next = area_next, .memory_pages = AREA_PAGES};
static struct guest_program physical = {.next = physical_next, .memory_pages = VM_PAGES};

/* ---- Preparation ------------------------------------------------------------------------- */

/* Runs the program until it has made `touches`. */
static void run_until(uint64_t touches)
{
    touches_most = touches;
    sim_queue_run(&queue, SIM_NEVER - 1);
}

static void machine_make(enum guest_os os, uint32_t machine_pages, bool sharing,
                         struct guest_program *program)
{
    struct host_config config = {
        .machine = {.machine_pages = machine_pages, .swap_pages = VM_PAGES},
        .cpu_mhz = 800,
        .vms = 1,
        .seed = 1};
    mp_tunables_preset(&config.tunables);
    config.tunables.share_enabled = sharing;
    config.tunables.share_scan_vm_pages_s = SCANNED_PAGES_S;
    config.tunables.share_scan_total_pages_s = SCANNED_PAGES_S;
    config.tunables.overhead_start_pages = config.tunables.overhead_full_pages = 0;
    struct guest_config guest = {.os = os,
                                 .memory_pages = VM_PAGES,
                                 .swap_pages = VM_PAGES,
                                 .boot = {.early_ns = SIM_SECOND, .balloon_ns = SIM_NEVER},
                                 .balloon_pages_s = 1000,
                                 .balloon_deflate_pages_s = 500,
                                 .balloon_most_pages = UINT32_MAX,
                                 .name = "gate"};
    struct mp_vm_config memory = {.max_pages = VM_PAGES, .min_pages = 1024, .shares = 1000};
    struct sim_error error;
    sim_queue_init(&queue);
    host = host_new(&config, &queue, &error);
    gate_check(host != NULL && host_vm_add(host, &guest, &memory, &error) == 0);
    guest_spawn(host_vm_guest(host, 0), program, 0);
    gate_check(host_vm_power_on(host, 0));
}

static void prepare_touch(void)
{
    machine_make(GUEST_LINUX_2_4, 2 * VM_PAGES, false, &area);
    run_until(AREA_PAGES);
}

static void prepare_reclaim(void)
{
    machine_make(GUEST_BARE, VM_PAGES + VM_PAGES / 4, false, &physical);
    run_until(VM_PAGES);
}

static void prepare_scan(void)
{
    machine_make(GUEST_BARE, 2 * VM_PAGES, true, &physical);
    run_until(VM_PAGES);
}

/* ---- Work -------------------------------------------------------------------------------- */

static void run_touch(void)
{
    run_until(AREA_PAGES + RUNS * RUN_PAGES);
}

static void run_reclaim(void)
{
    run_until(VM_PAGES + TOUCHES);
}

/* The program ends, so that the time is the scanner's. */
static void run_scan(void)
{
    ends = true;
    sim_queue_run(&queue, queue.now_ns + SCANNED_PAGES * (SIM_SECOND / SCANNED_PAGES_S));
}

const struct gate gate_touch = {"touch", RUNS *RUN_PAGES, prepare_touch, run_touch};
const struct gate gate_touch_reclaim = {"touch-reclaim", TOUCHES, prepare_reclaim, run_reclaim};
const struct gate gate_scan = {"scan", SCANNED_PAGES, prepare_scan, run_scan};
