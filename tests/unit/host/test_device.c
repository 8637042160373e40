/* models/host/device.c: I/O by devices that reach only low memory. */
#include "models/host/internal.h"
#include "tests/unit/host/fixture.h"

static struct fixture f;

static struct host_vm_status status_of(int vm)
{
    struct host_vm_status status;
    host_vm_status(f.host, vm, &status);
    return status;
}

static uint64_t content_of(int vm, uint32_t ppn)
{
    return f.host->content[mp_pmap(f.host->policy, (uint16_t)vm)[ppn].where];
}

static void make(uint32_t low_pages)
{
    fixture_make(&f, &(struct fixture_shape){.machine_pages = 8000,
                                             .vm_pages = 1000,
                                             .min_pages = 500,
                                             .vms = 2,
                                             .keep_contents = true,
                                             .low_pages = low_pages,
                                             .remap_threshold = 2});
}

static void device__high_pages_are_copied_until_they_are_low(void)
{
    make(100);
    for (uint32_t i = 0; i < 10; i++)
        fixture_device_io(&f, 0, 5, 4711 + i);
    fixture_device_io(&f, 0, 6, 815);
    fixture_run(&f, SIM_SECOND);
    CHECK_EQ(status_of(0).policy.io_copies, 3 + 1);
    CHECK_EQ(status_of(0).policy.io_remaps, 1);
    CHECK_EQ(content_of(0, 5), 4720);
    CHECK_EQ(content_of(0, 6), 815);
    CHECK(mp_pmap(f.host->policy, 0)[5].where < 100);
    const struct cost_cpu *cost = &f.host->cpu_cost;
    CHECK_EQ(status_of(0).overhead_ns, 2 * (cost->fault_ns + cost->zero_ns) + 4 * cost->copy_ns +
                                           cost->copy_ns + cost->tlb_invalidate_ns);
    fixture_free(&f);
}

static void device__nothing_is_copied_where_all_memory_is_low(void)
{
    make(8000);
    for (uint32_t i = 0; i < 10; i++)
        fixture_device_io(&f, 0, 5, 4711);
    fixture_run(&f, SIM_SECOND);
    CHECK_EQ(status_of(0).policy.io_copies, 0);
    CHECK_EQ(status_of(0).policy.io_remaps, 0);
    const struct cost_cpu *cost = &f.host->cpu_cost;
    CHECK_EQ(status_of(0).overhead_ns, cost->fault_ns + cost->zero_ns);
    fixture_free(&f);
}

static void device__a_move_changes_what_other_vms_hold_in_nothing(void)
{
    make(20);
    for (uint32_t ppn = 0; ppn < 100; ppn++) {
        for (uint32_t i = 0; i < 4; i++)
            fixture_device_io(&f, 0, ppn, 1000 + ppn);
        fixture_write(&f, 1, ppn, 5000 + ppn);
    }
    fixture_run(&f, SIM_SECOND);
    CHECK_EQ(status_of(0).policy.io_remaps, 20);
    CHECK_EQ(status_of(0).policy.io_copies, 20 * 3 + 80 * 4);
    for (uint32_t ppn = 0; ppn < 100; ppn++) {
        CHECK_EQ(content_of(0, ppn), 1000 + ppn);
        CHECK_EQ(content_of(1, ppn), 5000 + ppn);
    }
    fixture_free(&f);
}

TEST_SUITE(host_device, TEST(device__high_pages_are_copied_until_they_are_low),
           TEST(device__nothing_is_copied_where_all_memory_is_low),
           TEST(device__a_move_changes_what_other_vms_hold_in_nothing))
