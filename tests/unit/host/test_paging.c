/* models/host/paging.c: the hypervisor's swap device. */
#include "models/host/internal.h"
#include "tests/unit/host/fixture.h"

static struct fixture f;

static struct host_vm_status status_of(int vm)
{
    struct host_vm_status status;
    host_vm_status(f.host, vm, &status);
    return status;
}

/* Two VMs of 1,000 pages on a machine of 1,500, without balloon drivers: a page that was written
 * out must come back with what it held, and the VM's time stands still meanwhile. */
static void paging__contents_survive_the_swap_device(void)
{
    fixture_make(&f, &(struct fixture_shape){.machine_pages = 1500,
                                             .vm_pages = 1000,
                                             .min_pages = 300,
                                             .vms = 2,
                                             .keep_contents = true});
    for (uint32_t ppn = 0; ppn < 1000; ppn++) {
        fixture_write(&f, 0, ppn, 10000 + ppn);
        fixture_write(&f, 1, ppn, 20000 + ppn);
    }
    for (uint32_t ppn = 0; ppn < 1000; ppn++)
        fixture_read(&f, 0, ppn);
    fixture_run(&f, 600 * SIM_SECOND);
    struct mp_vm_status a = status_of(0).policy;
    CHECK(a.swap_out_pages > 0);
    CHECK(a.swap_in_pages > 0);
    CHECK_EQ(f.programs[0].done, 2000);
    const struct mp_pmap_entry *pmap = mp_pmap(host_policy(f.host), 0);
    struct host_optimum optimum;
    host_optimum(f.host, &optimum);
    uint32_t resident = 0;
    for (uint32_t ppn = 0; ppn < 1000; ppn++)
        resident += pmap[ppn].backing == MP_PRIVATE || pmap[ppn].backing == MP_PAGING_OUT;
    CHECK(resident >= 300);
    CHECK_EQ(optimum.distinct_pages, optimum.total_pages); /* nothing was mixed up into equality */
    CHECK(status_of(0).stalled_ns > 0);
    CHECK_CONTAINS(f.log, "state");
    fixture_free(&f);
}

/* A host that was short has memory again, and one VM reads all its pages, many in each slice. Each
 * page that comes back takes the device's time from the moment of its access on: all of it but the
 * CPU time of the access is a stall, wherever in the slice it began. */
static void paging__a_page_in_begins_at_its_access(void)
{
    fixture_make(&f, &(struct fixture_shape){.machine_pages = 1500,
                                             .vm_pages = 1000,
                                             .min_pages = 300,
                                             .vms = 2,
                                             .swap_device = COST_DEVICE_NVME});
    for (uint32_t ppn = 0; ppn < 1000; ppn++) {
        fixture_write(&f, 0, ppn, GUEST_CONTENT_PRIVATE);
        fixture_write(&f, 1, ppn, GUEST_CONTENT_PRIVATE);
    }
    fixture_sleep(&f, 0, 60 * SIM_SECOND);
    for (uint32_t ppn = 0; ppn < 1000; ppn++) {
        fixture_compute(&f, 0, 70 * SIM_US);
        fixture_read(&f, 0, ppn);
    }
    fixture_run(&f, 59 * SIM_SECOND);
    host_vm_power_off(f.host, 1);
    struct host_vm_status before = status_of(0);
    CHECK(before.policy.swapped_pages > 300);
    fixture_run(&f, 62 * SIM_SECOND);
    struct host_vm_status after = status_of(0);
    uint64_t pages = after.policy.swap_in_pages - before.policy.swap_in_pages;
    CHECK_EQ(pages, before.policy.swapped_pages);
    const struct cost_cpu *cpu = &f.host->cpu_cost;
    CHECK_EQ(after.stalled_ns - before.stalled_ns,
             pages * (92000 + 1170 - cpu->touch_ns - cpu->fault_ns));
    fixture_free(&f);
}

TEST_SUITE(host_paging, TEST(paging__contents_survive_the_swap_device),
           TEST(paging__a_page_in_begins_at_its_access))
