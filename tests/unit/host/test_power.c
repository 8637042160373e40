/* models/host/host.c: VMs that are powered off and on again, and a host that cannot be made. */
#include <sys/resource.h>

#include "sim/random.h"
#include "tests/unit/host/fixture.h"

#define VMS      4
#define VM_PAGES 6000u

/* Touches all of its memory again and again. */
struct hog {
    struct guest_program program;
    uint64_t rounds;
};

struct power {
    uint32_t pops, reboots;
    struct sim_queue queue;
    struct host *host;
    struct hog hogs[VMS];
    bool is_on[VMS], was_on[VMS];
    uint32_t ons, refusals;
};

static struct power p;

static void hog_next(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    struct hog *hog = sim_event_owner(program, struct hog, program);
    if (hog->rounds++ % 2) {
        *op = (struct guest_op){.kind = GUEST_OP_SLEEP, .at_ns = now_ns + 100 * SIM_MS};
        return;
    }
    *op = (struct guest_op){.kind = GUEST_OP_MEMORY,
                            .write = true,
                            .pages = program->memory_pages,
                            .content = GUEST_CONTENT_PRIVATE};
}

static void observe(void *context, uint64_t at_ns, const char *vm, const char *kind,
                    const char *detail)
{
    (void)at_ns, (void)vm, (void)detail;
    struct power *power = context;
    power->refusals += strcmp(kind, "refused") == 0;
    power->pops += strcmp(kind, "balloon_pop") == 0;
    power->reboots += strcmp(kind, "reboot") == 0;
}

static void spawn(int vm)
{
    p.hogs[vm] = (struct hog){.program = {.next = hog_next, .memory_pages = 4500}};
    guest_spawn(host_vm_guest(p.host, vm), &p.hogs[vm].program, 0);
}

/* The last VM cannot be admitted while all others are on. */
static void make(uint32_t cpus)
{
    struct sim_error error = {0};
    memset(&p, 0, sizeof p);
    sim_queue_init(&p.queue);
    struct host_config config = {.machine = {.machine_pages = 3 * VM_PAGES - 2000,
                                             .low_pages = 3 * VM_PAGES,
                                             .swap_pages = 3 * VM_PAGES},
                                 .cpu_mhz = 800,
                                 .cpus = cpus,
                                 .vms = VMS,
                                 .keep_touched = true,
                                 .keep_contents = true,
                                 .keep_written = true,
                                 .seed = 5,
                                 .observer = {.context = &p, .event = observe}};
    mp_tunables_preset(&config.tunables);
    config.tunables.overhead_start_pages = config.tunables.overhead_full_pages = 0;
    p.host = host_new(&config, &p.queue, &error);
    for (int vm = 0; vm < VMS; vm++) {
        static const char *const names[VMS] = {"a", "b", "c", "d"};
        struct guest_config guest = {.os = GUEST_LINUX_2_4,
                                     .memory_pages = VM_PAGES,
                                     .swap_pages = VM_PAGES,
                                     .boot = {.early_ns = SIM_SECOND, .balloon_ns = 2 * SIM_SECOND},
                                     .balloon_pages_s = 1000,
                                     .balloon_deflate_pages_s = 500,
                                     .balloon_most_pages = 1500,
                                     .name = names[vm]};
        struct mp_vm_config memory = {.max_pages = VM_PAGES, .min_pages = 4600, .shares = 1000};
        CHECK_EQ(host_vm_add(p.host, &guest, &memory, &error), vm);
        spawn(vm);
    }
}

static void unmake(void)
{
    host_free(p.host);
    sim_queue_fini(&p.queue);
}

static void verify(void)
{
    const char *wrong = host_verify(p.host);
    CHECK_TEXT(wrong ? wrong : "", "");
}

static void power_on(int vm)
{
    struct sim_error error = {0};
    if (p.was_on[vm]) {
        CHECK_EQ(host_vm_renew(p.host, vm, &error), SIM_OK);
        spawn(vm);
        p.was_on[vm] = false;
    }
    p.is_on[vm] = p.was_on[vm] = host_vm_power_on(p.host, vm);
    p.ons += p.is_on[vm];
}

static void power_off(int vm)
{
    host_vm_power_off(p.host, vm);
    p.is_on[vm] = false;
}

static void reboot(int vm)
{
    struct sim_error error = {0};
    CHECK_EQ(host_vm_reboot(p.host, vm, &error), SIM_OK);
    spawn(vm);
}

static struct host_vm_status status_of(int vm)
{
    struct host_vm_status status;
    host_vm_status(p.host, vm, &status);
    return status;
}

static void power__on_again_is_a_fresh_boot(void)
{
    make(0);
    for (int vm = 0; vm < 3; vm++)
        power_on(vm);
    sim_queue_run(&p.queue, 60 * SIM_SECOND);
    struct host_vm_status first = status_of(0);
    CHECK(first.policy.ballooned_pages > 0);
    CHECK(first.stalled_ns > 0);
    CHECK(p.hogs[0].rounds > 10);
    power_off(0);
    sim_queue_run(&p.queue, 90 * SIM_SECOND);
    power_on(0);
    struct guest_status guest;
    guest_status(host_vm_guest(p.host, 0), &guest);
    CHECK(!guest.booted && !guest.balloon_running);
    CHECK_EQ(guest.cpu_ns, 0);
    CHECK_EQ(status_of(0).policy.ballooned_pages, 0);
    CHECK_EQ(status_of(0).policy.untouched_pages, VM_PAGES);
    CHECK_EQ(status_of(0).touched_pages, 0);
    CHECK(status_of(0).stalled_ns >= first.stalled_ns); /* a total over the VM's whole life */
    sim_queue_run(&p.queue, 91 * SIM_SECOND - 100 * SIM_MS);
    guest_status(host_vm_guest(p.host, 0), &guest);
    CHECK(!guest.booted);
    sim_queue_run(&p.queue, 150 * SIM_SECOND);
    guest_status(host_vm_guest(p.host, 0), &guest);
    CHECK(guest.booted && guest.balloon_running);
    CHECK(status_of(0).policy.ballooned_pages > 0);
    CHECK(p.hogs[0].rounds > 10);
    verify();
    unmake();
}

static void power__off_and_on_at_one_moment(void)
{
    make(2);
    for (int vm = 0; vm < 3; vm++)
        power_on(vm);
    for (uint64_t at = 20; at < 60; at++) {
        sim_queue_run(&p.queue, at * SIM_SECOND + 3333333 * at);
        power_off((int)at % 3);
        power_on((int)at % 3);
        CHECK(p.is_on[at % 3]);
    }
    verify();
    unmake();
}

/* Requests of disks, page-outs, stalls and balloons are under way at each of these moments. */
static void power__at_random_moments(void)
{
    struct sim_random random;
    sim_random_init(&random, 7, 0, "power");
    for (uint32_t cpus = 0; cpus <= 2; cpus += 2) {
        make(cpus);
        for (int i = 0; i < 300; i++) {
            uint64_t wait_ns = (uint64_t)sim_random_below(&random, 3000) * SIM_MS;
            int vm = (int)sim_random_below(&random, VMS);
            sim_queue_run(&p.queue, p.queue.now_ns + wait_ns + sim_random_below(&random, 999999));
            if (p.is_on[vm])
                power_off(vm);
            else
                power_on(vm);
            verify();
        }
        CHECK(p.ons > 100);
        CHECK(p.refusals > 0);
        unmake();
    }
    sim_random_fini(&random);
}

/* ---- Reboots: the hypervisor sees nothing, until the new guest touches a ballooned page --- */

static void reboot__pops_the_balloon_and_the_driver_returns(void)
{
    make(0);
    for (int vm = 0; vm < 3; vm++)
        power_on(vm);
    sim_queue_run(&p.queue, 60 * SIM_SECOND);
    struct host_vm_status before = status_of(0), after;
    CHECK(before.policy.ballooned_pages > 0);
    reboot(0);
    after = status_of(0);
    CHECK_EQ(after.policy.alloc_pages, before.policy.alloc_pages);
    CHECK_EQ(after.policy.ballooned_pages, before.policy.ballooned_pages);
    CHECK_EQ(p.pops, 0);
    struct guest_status guest;
    guest_status(host_vm_guest(p.host, 0), &guest);
    CHECK(!guest.booted && !guest.balloon_running);
    sim_queue_run(&p.queue, 62 * SIM_SECOND - 100 * SIM_MS); /* booted, and no driver yet */
    CHECK_EQ(p.pops, 1);
    CHECK_EQ(status_of(0).policy.ballooned_pages, 0);
    CHECK(p.hogs[0].rounds > 0);
    verify();
    sim_queue_run(&p.queue, 150 * SIM_SECOND);
    CHECK(status_of(0).policy.ballooned_pages > 0);
    CHECK_EQ(p.pops, 1);
    CHECK_EQ(p.reboots, 1);
    verify();
    unmake();
}

/* What the old driver was told is no target of the new one's. */
static void reboot__the_new_driver_knows_no_target(void)
{
    make(0);
    for (int vm = 0; vm < 3; vm++)
        power_on(vm);
    sim_queue_run(&p.queue, 60 * SIM_SECOND);
    CHECK(status_of(0).policy.balloon_target_pages > 0);
    power_off(1);
    power_off(2);
    reboot(0);
    sim_queue_run(&p.queue, 100 * SIM_SECOND);
    CHECK(status_of(0).policy.balloon_driver);
    CHECK_EQ(status_of(0).policy.balloon_target_pages, 0);
    CHECK_EQ(status_of(0).policy.ballooned_pages, 0);
    verify();
    unmake();
}

/* Disk requests, page-outs and page-ins, stalls, blocks and balloons are under way. */
static void reboot__at_random_moments(void)
{
    struct sim_random random;
    sim_random_init(&random, 8, 0, "reboot");
    for (uint32_t cpus = 0; cpus <= 2; cpus += 2) {
        make(cpus);
        for (int vm = 0; vm < 3; vm++)
            power_on(vm);
        for (int i = 0; i < 200; i++) {
            uint64_t wait_ns = (uint64_t)sim_random_below(&random, 6000) * SIM_MS;
            sim_queue_run(&p.queue, p.queue.now_ns + wait_ns + sim_random_below(&random, 999999));
            reboot((int)sim_random_below(&random, 3));
            verify();
        }
        CHECK_EQ(p.reboots, 200);
        CHECK(p.pops > 20);
        sim_queue_run(&p.queue, p.queue.now_ns + 60 * SIM_SECOND);
        for (int vm = 0; vm < 3; vm++)
            CHECK(p.hogs[vm].rounds > 10);
        verify();
        unmake();
    }
    sim_random_fini(&random);
}

/* ---- A host that cannot be made ---------------------------------------------------------- */

static uint64_t address_space_bytes(void)
{
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%llu", &pages) != 1)
        pages = 0;
    if (file)
        fclose(file);
    return pages * 4096;
}

static void new__gives_everything_back_when_memory_is_short(void)
{
    struct host_config config = {.machine = {.machine_pages = 1 << 24, .swap_pages = 1 << 24},
                                 .vms = 1,
                                 .keep_contents = true};
    struct rlimit before, limit;
    sim_queue_init(&p.queue);
    mp_tunables_preset(&config.tunables);
    getrlimit(RLIMIT_AS, &before);
    uint64_t bytes = address_space_bytes();
    int refused = 0;
    for (uint64_t room = 0; room < 2000; room += 50) { /* in MB; the host wants some 1.5 GB */
        struct sim_error error = {0};
        limit = (struct rlimit){bytes + (room << 20), before.rlim_max};
        setrlimit(RLIMIT_AS, &limit);
        struct host *host = host_new(&config, &p.queue, &error);
        setrlimit(RLIMIT_AS, &before);
        refused += host == NULL;
        if (!host)
            CHECK_CONTAINS(error.text, "no memory for a machine of 16777216 pages");
        host_free(host);
        CHECK(address_space_bytes() < bytes + (16 << 20));
    }
    CHECK(refused > 5 && refused < 40);
    sim_queue_fini(&p.queue);
}

TEST_SUITE(host_power, TEST(power__on_again_is_a_fresh_boot), TEST(power__off_and_on_at_one_moment),
           TEST(power__at_random_moments), TEST(reboot__pops_the_balloon_and_the_driver_returns),
           TEST(reboot__the_new_driver_knows_no_target), TEST(reboot__at_random_moments),
           TEST(new__gives_everything_back_when_memory_is_short))
