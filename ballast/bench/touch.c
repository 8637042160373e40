/*
 * The touch of a resident page: from a process of a Linux guest, through the host's mappings. The
 * pages are settled, so the guest touches a run of them at once; the bare loop touches each. And
 * how many bytes the simulator holds for each page that is resident.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ballast/bench/bench.h"
#include "ballast/bench/machine.h"

#define AREA_PAGES  40000u
#define RUN_PAGES   64u
#define RUNS        65536u
#define GUEST_PAGES 65536u /* 256 MB */

void bench_machine_make(struct bench_machine *machine, enum guest_os os, uint32_t memory_pages,
                        bool sharing, struct guest_program *program)
{
    struct host_config config = {
        .machine = {.machine_pages = memory_pages + memory_pages / 10 + 8192,
                    .swap_pages = memory_pages},
        .cpu_mhz = 800,
        .vms = 1,
        .seed = 1};
    mp_tunables_preset(&config.tunables);
    config.tunables.share_enabled = sharing;
    config.tunables.share_scan_vm_pages_s = 1000000; /* all frames are soon in use */
    config.tunables.share_scan_total_pages_s = 1000000;
    struct guest_config guest = {.os = os,
                                 .memory_pages = memory_pages,
                                 .swap_pages = memory_pages,
                                 .boot = {.early_ns = SIM_SECOND, .balloon_ns = SIM_NEVER},
                                 .balloon_pages_s = 1000,
                                 .balloon_deflate_pages_s = 500,
                                 .balloon_most_pages = UINT32_MAX,
                                 .name = "bench"};
    struct mp_vm_config memory = {
        .max_pages = memory_pages, .min_pages = memory_pages / 2, .shares = 1000};
    sim_queue_init(&machine->queue);
    struct sim_error error;
    machine->host = host_new(&config, &machine->queue, &error);
    if (!machine->host || host_vm_add(machine->host, &guest, &memory, &error) != 0) {
        fprintf(stderr, "ballast: %s\n", error.text);
        exit(error.status);
    }
    machine->guest = host_vm_guest(machine->host, 0);
    guest_spawn(machine->guest, program, 0);
    bench_check(host_vm_power_on(machine->host, 0));
}

void bench_machine_free(struct bench_machine *machine)
{
    host_free(machine->host);
    sim_queue_fini(&machine->queue);
}

/* ---- Touches ----------------------------------------------------------------------------- */

struct touching {
    struct guest_program program;
    struct bench_machine machine;
    uint32_t *first; /* page of each run of pages, the same for both */
    uint8_t *table;  /* that the bare loop touches */
    uint32_t run, populated;
};

static void touching_next(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    struct touching *t = sim_event_owner(program, struct touching, program);
    (void)now_ns;
    *op =
        (struct guest_op){.kind = GUEST_OP_MEMORY, .write = true, .content = GUEST_CONTENT_PRIVATE};
    if (t->populated < AREA_PAGES) {
        op->first = t->populated;
        op->pages = RUN_PAGES;
        t->populated += RUN_PAGES;
        if (t->populated == AREA_PAGES)
            sim_queue_stop(&t->machine.queue);
        return;
    }
    op->first = t->first[t->run];
    op->pages = RUN_PAGES;
    if (++t->run == RUNS) {
        t->run = 0;
        sim_queue_stop(&t->machine.queue);
    }
}

static void touching_run(void *context)
{
    struct touching *t = context;
    sim_queue_run(&t->machine.queue, SIM_NEVER - 1);
}

static void bare_touch_run(void *context)
{
    struct touching *t = context;
    uint64_t cost = 0;
    for (uint32_t i = 0; i < RUNS; i++) {
        for (uint32_t page = t->first[i]; page < t->first[i] + RUN_PAGES; page++) {
            cost += t->table[page];
            t->table[page] |= 2;
        }
    }
    bench_use(cost);
}

void bench_touch(void)
{
    struct touching t = {.program = {.next = touching_next, .memory_pages = AREA_PAGES}};
    t.first = malloc(RUNS * sizeof *t.first);
    t.table = calloc(AREA_PAGES, 1);
    bench_check(t.first && t.table);
    uint64_t state = 11;
    for (uint32_t i = 0; i < RUNS; i++)
        t.first[i] = (uint32_t)(bench_next(&state) % (AREA_PAGES - RUN_PAGES));
    bench_machine_make(&t.machine, GUEST_LINUX_2_4, GUEST_PAGES, false, &t.program);
    touching_run(&t); /* until all of the area is resident */
    bench_pair_run(&(struct bench_pair){.name = "touch of a resident page, guest+host",
                                        .reference_name = "bare loop, same pages",
                                        .operations = (uint64_t)RUNS * RUN_PAGES,
                                        .context = &t,
                                        .ours = touching_run,
                                        .reference = bare_touch_run,
                                        .least_ratio = 1,
                                        .aim_ratio = 2});
    bench_machine_free(&t.machine);
    free(t.first);
    free(t.table);
}

/* ---- Size -------------------------------------------------------------------------------- */

struct filling {
    struct guest_program program;
    struct bench_machine machine;
    uint32_t next_page, pages;
    bool physical;
};

static void filling_next(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    struct filling *f = sim_event_owner(program, struct filling, program);
    (void)now_ns;
    *op = (struct guest_op){.kind = f->physical ? GUEST_OP_PHYSICAL : GUEST_OP_MEMORY,
                            .write = true,
                            .first = f->next_page,
                            .pages = 1,
                            .content = GUEST_CONTENT_PRIVATE};
    if (f->next_page++ == f->pages) {
        op->kind = GUEST_OP_EXIT;
        sim_queue_stop(&f->machine.queue);
    }
}

static double resident_bytes(void)
{
    long total = 0, resident = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    if (!statm || fscanf(statm, "%ld %ld", &total, &resident) != 2)
        resident = 0;
    if (statm)
        fclose(statm);
    return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

static void size_row(const char *name, enum guest_os os, bool sharing, const char *aim)
{
    const uint32_t pages = 1u << 21; /* 8 GB: fixed costs do not show */
    struct filling f = {.program = {.next = filling_next, .memory_pages = pages},
                        .physical = os == GUEST_BARE,
                        .pages = os == GUEST_BARE ? pages : pages / 10 * 9};
    double before = resident_bytes();
    bench_machine_make(&f.machine, os, pages, sharing, &f.program);
    sim_queue_run(&f.machine.queue, SIM_NEVER - 1);
    if (sharing) /* after four draws per page, all but 2% of the pages have a frame */
        sim_queue_run(&f.machine.queue, f.machine.queue.now_ns + 4 * SIM_US * pages);
    struct mp_vm_status status;
    mp_vm_status(host_policy(f.machine.host), 0, &status);
    bench_value(name, (resident_bytes() - before) / status.alloc_pages, "bytes per resident page",
                aim);
    bench_machine_free(&f.machine);
}

void bench_size(void)
{
    size_row("host and policy, no sharing", GUEST_BARE, false, "24 at most");
    size_row("host and policy, sharing", GUEST_BARE, true, "40 at most");
    size_row("with a Linux guest, sharing", GUEST_LINUX_2_4, true, "60 at most");
}
