/* models/host/cpu.c: vCPUs that share CPUs. */
#include "models/host/internal.h"
#include "tests/unit/host/fixture.h"

#define SLICE_S   0.005
#define SLICE_NS  (5 * SIM_MS)
#define SWITCH_NS UINT64_C(4375) /* 3,500 cycles at 800 MHz */

static struct fixture f;

static void make(uint32_t vms, uint32_t cpus)
{
    fixture_make(
        &f,
        &(struct fixture_shape){
            .machine_pages = 20000, .vm_pages = 1000, .min_pages = 500, .vms = vms, .cpus = cpus});
}

static void compute_for_ever(uint32_t vms)
{
    for (uint32_t vm = 0; vm < vms; vm++)
        fixture_compute(&f, (int)vm, 10000 * SIM_SECOND);
}

static uint64_t cpu_ns(int vm)
{
    struct guest_status status;
    guest_status(host_vm_guest(f.host, vm), &status);
    return status.cpu_ns;
}

static double cpu_s(int vm)
{
    return (double)cpu_ns(vm) / 1e9;
}

static uint64_t ready_ns(int vm)
{
    struct host_vm_status status;
    host_vm_status(f.host, vm, &status);
    return status.ready_ns;
}

static double ready_s(int vm)
{
    return (double)ready_ns(vm) / 1e9;
}

static void cpu__shares_1_2_3_get_a_sixth_two_and_three(void)
{
    make(3, 1);
    compute_for_ever(3);
    for (int vm = 0; vm < 3; vm++)
        host_vm_set_cpu_shares(f.host, vm, 500 * ((uint32_t)vm + 1));
    for (uint64_t s = 1; s <= 10; s++) {
        fixture_run(&f, s * SIM_SECOND);
        uint64_t all_ns = cpu_ns(0) + cpu_ns(1) + cpu_ns(2);
        CHECK(all_ns > s * SIM_SECOND - s * 201 * SWITCH_NS);
        for (int vm = 0; vm < 3; vm++)
            CHECK_NEAR(cpu_s(vm), (double)all_ns / 1e9 * (vm + 1) / 6, SLICE_S);
    }
    fixture_free(&f);
}

static void cpu__ten_equal_vms_get_a_fifth_of_two_each(void)
{
    make(10, 2);
    compute_for_ever(10);
    fixture_run(&f, 10 * SIM_SECOND);
    for (int vm = 0; vm < 10; vm++) {
        CHECK_NEAR(cpu_s(vm), 2, SLICE_S);
        CHECK_NEAR(ready_s(vm), 8, SLICE_S);
    }
    fixture_free(&f);
}

static void cpu__no_share_buys_more_than_a_cpu(void)
{
    make(3, 2);
    compute_for_ever(3);
    host_vm_set_cpu_shares(f.host, 0, 100000);
    fixture_run(&f, 10 * SIM_SECOND);
    CHECK_NEAR(cpu_s(0), 10, SLICE_S);
    CHECK_NEAR(cpu_s(1), 5, 2 * SLICE_S);
    CHECK_NEAR(cpu_s(2), 5, 2 * SLICE_S);
    CHECK(ready_ns(0) < SLICE_NS);
    fixture_free(&f);
}

/* Shares that buy two CPUs earn no credit for later, when they no longer do: 30 s in which they
 * have a CPU of their own, and then two others come. */
static void cpu__who_never_waits_gathers_no_credit(void)
{
    make(5, 2);
    host_vm_set_cpu_shares(f.host, 0, 10000);
    for (int vm = 3; vm < 5; vm++) {
        host_vm_set_cpu_shares(f.host, vm, 10000);
        fixture_sleep(&f, vm, 30 * SIM_SECOND);
    }
    compute_for_ever(5);
    fixture_run(&f, 30 * SIM_SECOND);
    double before_s = cpu_s(0);
    CHECK_NEAR(before_s, 30, SLICE_S);
    fixture_run(&f, 46 * SIM_SECOND);
    /* Of 2 CPUs, 10 parts in 32 each: 0.625 of one. */
    CHECK_NEAR(cpu_s(0) - before_s, 10, 0.15);
    CHECK_NEAR(cpu_s(3), 10, 0.15);
    CHECK_NEAR(cpu_s(4), 10, 0.15);
    fixture_free(&f);
}

static void cpu__who_was_halted_comes_back_without_credit(void)
{
    make(2, 1);
    fixture_sleep(&f, 0, 20 * SIM_SECOND);
    compute_for_ever(2);
    fixture_run(&f, 20 * SIM_SECOND);
    CHECK_NEAR(cpu_s(1), 20, SLICE_S);
    CHECK(ready_ns(1) < SLICE_NS);
    fixture_run(&f, 21 * SIM_SECOND);
    CHECK_NEAR(cpu_s(0), 0.5, SLICE_S);
    fixture_free(&f);
}

static void cpu__who_halts_leaves_its_part_to_the_others(void)
{
    make(3, 1);
    fixture_compute(&f, 0, 100 * SIM_MS);
    fixture_sleep(&f, 0, 9 * SIM_SECOND);
    fixture_compute(&f, 1, 10000 * SIM_SECOND);
    fixture_compute(&f, 2, 10000 * SIM_SECOND);
    fixture_run(&f, 5 * SIM_SECOND);
    CHECK_NEAR(cpu_s(0), 0.1, 0.001);
    CHECK_NEAR(cpu_s(1), 2.45, 2 * SLICE_S);
    CHECK_NEAR(cpu_s(2), 2.45, 2 * SLICE_S);
    fixture_free(&f);
}

static void cpu__one_share_among_many_does_not_starve(void)
{
    make(4, 1);
    compute_for_ever(4);
    host_vm_set_cpu_shares(f.host, 0, 1);
    for (int vm = 1; vm < 4; vm++)
        host_vm_set_cpu_shares(f.host, vm, 1000);
    fixture_run(&f, 100 * SIM_SECOND);
    CHECK_NEAR(cpu_s(0), 100.0 / 3001, SLICE_S);
    CHECK(cpu_ns(0) > SLICE_NS);
    fixture_free(&f);
}

/* A timer that comes due while the vCPU waits is late by the wait. */
static void cpu__timers_of_a_waiting_guest_are_late(void)
{
    make(2, 1);
    fixture_compute(&f, 0, 10000 * SIM_SECOND);
    fixture_sleep(&f, 1, SIM_SECOND);
    fixture_compute(&f, 1, 1000);
    fixture_run(&f, 2 * SIM_SECOND);
    CHECK(f.programs[1].last_ns > SIM_SECOND);
    CHECK(f.programs[1].last_ns <= SIM_SECOND + SLICE_NS + SWITCH_NS + 2000);
    CHECK_EQ(ready_ns(1) > 0, f.programs[1].last_ns > SIM_SECOND + 1000);
    fixture_free(&f);
}

static void cpu__who_is_powered_off_while_waiting_leaves_the_queue(void)
{
    make(3, 1);
    compute_for_ever(3);
    fixture_run(&f, SIM_SECOND + SIM_MS);
    uint64_t before_ns[3];
    for (int vm = 0; vm < 3; vm++)
        before_ns[vm] = cpu_ns(vm);
    host_vm_power_off(f.host, 0); /* one of these waits, the other runs or waits */
    host_vm_power_off(f.host, 1);
    uint64_t ready_before_ns = ready_ns(2);
    fixture_run(&f, 2 * SIM_SECOND + SIM_MS);
    CHECK_EQ(cpu_ns(0), before_ns[0]);
    CHECK_EQ(cpu_ns(1), before_ns[1]);
    CHECK_NEAR((double)(cpu_ns(2) - before_ns[2]) / 1e9, 1, SLICE_S);
    CHECK(ready_ns(2) - ready_before_ns < SLICE_NS);
    fixture_free(&f);
}

static void cpu__power_off_in_a_slice_frees_the_cpu_at_once(void)
{
    make(2, 1);
    compute_for_ever(2);
    fixture_run(&f, SIM_MS);
    host_vm_power_off(f.host, 0);
    fixture_run(&f, SIM_SECOND);
    CHECK_EQ(ready_ns(1), SIM_MS);
    fixture_free(&f);
}

/* Blocked by the policy, it waits for memory, not for a CPU; neither counts as the VM's time. */
static void cpu__who_is_blocked_while_waiting_is_not_ready(void)
{
    make(2, 1);
    compute_for_ever(2);
    fixture_run(&f, SIM_MS);
    struct host_vm *vm = &f.host->vms[1];
    host_vcpu_block(vm, true);
    fixture_run(&f, SIM_SECOND + SIM_MS);
    CHECK_EQ(cpu_ns(1), 0);
    CHECK_EQ(ready_ns(1), SIM_MS);
    CHECK_EQ(host_vcpu_time_ns(vm), 0);
    host_vcpu_block(vm, false);
    fixture_run(&f, 2 * SIM_SECOND + SIM_MS);
    CHECK_NEAR(cpu_s(1), 0.5, SLICE_S);
    CHECK_EQ(vm->stalled_ns, SIM_SECOND);
    CHECK_EQ(host_vcpu_time_ns(vm), 2 * SIM_SECOND + SIM_MS - SIM_SECOND - ready_ns(1));
    fixture_free(&f);
}

/* 24,000 cycles of each millisecond are 3% at 800 MHz: of 1.03 s the VM has 1 s, and knows it. */
static void cpu__the_monitors_part_is_not_the_vms_time(void)
{
    fixture_make(&f, &(struct fixture_shape){.machine_pages = 20000,
                                             .vm_pages = 1000,
                                             .min_pages = 500,
                                             .vms = 1,
                                             .monitor_cycles = 24000});
    compute_for_ever(1);
    fixture_run(&f, 1030 * SIM_MS);
    CHECK_NEAR(cpu_s(0), 1, SLICE_S);
    CHECK_NEAR((double)host_vcpu_time_ns(&f.host->vms[0]) / 1e9, 1, SLICE_S);
    CHECK_EQ(ready_ns(0), 0);
    fixture_free(&f);
}

/* The hypervisor's work waits for no VM, and takes the idle one of two CPUs. */
static void cpu__scanning_takes_idle_cycles_first(void)
{
    make(2, 1);
    compute_for_ever(2);
    fixture_run(&f, SIM_SECOND);
    host_cpu_take(f.host, SIM_SECOND);
    fixture_run(&f, 3 * SIM_SECOND);
    CHECK_NEAR(cpu_s(0), 1, 2 * SLICE_S);
    CHECK_NEAR(cpu_s(1), 1, 2 * SLICE_S);
    fixture_free(&f);
    make(3, 2);
    compute_for_ever(1);
    fixture_run(&f, SIM_SECOND);
    host_cpu_take(f.host, SIM_SECOND);
    fixture_run(&f, 3 * SIM_SECOND);
    CHECK_NEAR(cpu_s(0), 3, 2 * SLICE_S);
    fixture_free(&f);
}

static void cpu__a_cpu_of_ones_own_costs_neither_waits_nor_switches(void)
{
    make(2, 2);
    compute_for_ever(2);
    fixture_run(&f, SIM_SECOND);
    struct host_vm_status status;
    host_vm_status(f.host, 1, &status);
    CHECK_EQ(cpu_ns(1), SIM_SECOND + SLICE_NS);
    CHECK_EQ(status.ready_ns, 0);
    CHECK_EQ(status.overhead_ns, 0);
    fixture_free(&f);
}

static void cpu__a_switch_is_paid_when_a_cpu_changes_hands(void)
{
    make(2, 1);
    compute_for_ever(2);
    fixture_run(&f, SIM_SECOND);
    struct host_vm_status status;
    host_vm_status(f.host, 0, &status);
    CHECK_EQ(status.overhead_ns, (cpu_ns(0) / SLICE_NS) * SWITCH_NS);
    fixture_free(&f);
    make(2, 1); /* alone, after the first slice: none */
    fixture_compute(&f, 0, 10000 * SIM_SECOND);
    fixture_run(&f, SIM_SECOND);
    host_vm_status(f.host, 0, &status);
    CHECK(status.overhead_ns <= 2 * SWITCH_NS);
    fixture_free(&f);
}

/* How many of `vms` compute, on so many CPUs: is one left over? */
static bool is_idle(uint32_t vms, uint32_t cpus, uint32_t computing)
{
    make(vms, cpus);
    compute_for_ever(computing);
    fixture_run(&f, SIM_SECOND);
    bool idle = host_cpu_idle(f.host);
    fixture_free(&f);
    return idle;
}

static void cpu__is_idle_while_fewer_compute_than_there_are_cpus(void)
{
    CHECK(is_idle(2, 0, 1));
    CHECK(!is_idle(2, 0, 2));
    CHECK(is_idle(2, 3, 2));
    CHECK(is_idle(3, 2, 1));
    CHECK(!is_idle(3, 2, 2));
    CHECK(!is_idle(3, 2, 3));
    CHECK(is_idle(3, 1, 0));
}

/* A slice that ends at this very moment is followed by the next: no time is free between them. */
static void cpu__is_not_idle_between_two_slices(void)
{
    make(1, 0);
    compute_for_ever(1);
    fixture_run(&f, 0);
    sim_queue_run(&f.queue, SLICE_NS - 1);
    CHECK(!host_cpu_idle(f.host));
    f.queue.now_ns = SLICE_NS; /* as for whoever comes before the next slice */
    CHECK(!host_cpu_idle(f.host));
    fixture_free(&f);
}

static void cpu__runs_repeat(void)
{
    uint64_t first_ns[5];
    for (int round = 0; round < 2; round++) {
        make(5, 2);
        for (int vm = 0; vm < 5; vm++) {
            host_vm_set_cpu_shares(f.host, vm, 1 + 77 * (uint32_t)vm);
            for (uint64_t i = 0; i < 200; i++) {
                fixture_compute(&f, vm, (1 + (i * 7919 + (uint64_t)vm * 104729) % 11) * SIM_MS);
                fixture_sleep(&f, vm, i * 17 * SIM_MS);
            }
        }
        fixture_run(&f, 3 * SIM_SECOND);
        for (int vm = 0; vm < 5; vm++) {
            if (round == 0)
                first_ns[vm] = cpu_ns(vm) ^ ready_ns(vm) << 20;
            else
                CHECK_EQ(cpu_ns(vm) ^ ready_ns(vm) << 20, first_ns[vm]);
        }
        fixture_free(&f);
    }
}

TEST_SUITE(host_cpu, TEST(cpu__shares_1_2_3_get_a_sixth_two_and_three),
           TEST(cpu__ten_equal_vms_get_a_fifth_of_two_each),
           TEST(cpu__no_share_buys_more_than_a_cpu), TEST(cpu__who_never_waits_gathers_no_credit),
           TEST(cpu__who_was_halted_comes_back_without_credit),
           TEST(cpu__who_halts_leaves_its_part_to_the_others),
           TEST(cpu__one_share_among_many_does_not_starve),
           TEST(cpu__timers_of_a_waiting_guest_are_late),
           TEST(cpu__who_is_powered_off_while_waiting_leaves_the_queue),
           TEST(cpu__power_off_in_a_slice_frees_the_cpu_at_once),
           TEST(cpu__who_is_blocked_while_waiting_is_not_ready),
           TEST(cpu__the_monitors_part_is_not_the_vms_time),
           TEST(cpu__scanning_takes_idle_cycles_first),
           TEST(cpu__a_cpu_of_ones_own_costs_neither_waits_nor_switches),
           TEST(cpu__a_switch_is_paid_when_a_cpu_changes_hands),
           TEST(cpu__is_idle_while_fewer_compute_than_there_are_cpus),
           TEST(cpu__is_not_idle_between_two_slices), TEST(cpu__runs_repeat))
