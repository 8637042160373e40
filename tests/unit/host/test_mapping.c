/* Double paging, counted page by page. */
#include "models/host/internal.h"
#include "tests/unit/host/fixture.h"

static struct fixture f;

static uint64_t double_paged(void)
{
    struct host_vm_status status;
    host_vm_status(f.host, 0, &status);
    return status.double_paged_pages;
}

static void access_page(uint32_t ppn, bool to_disk)
{
    struct guest_hw *hw = &f.host->vms[0].hw;
    hw->to_disk = to_disk;
    hw->access(hw->context, ppn, false, 0);
    hw->to_disk = false;
}

static uint32_t next_page(uint32_t ppn, enum mp_backing backing)
{
    while (mp_pmap(host_policy(f.host), 0)[ppn].backing != backing)
        ppn++;
    return ppn;
}

static void mapping__double_paged_only_for_the_guests_disk(void)
{
    fixture_make(&f, &(struct fixture_shape){
                         .machine_pages = 1500, .vm_pages = 1000, .min_pages = 300, .vms = 2});
    for (uint32_t ppn = 0; ppn < 1000; ppn++) {
        fixture_write(&f, 0, ppn, 1);
        fixture_write(&f, 1, ppn, 1);
    }
    fixture_run(&f, 600 * SIM_SECOND);
    CHECK_EQ(double_paged(), 0); /* all that came back was touched by the CPU */

    uint32_t ppn = 0;
    for (int i = 0; i < 5; i++) {
        ppn = next_page(ppn, MP_SWAPPED);
        access_page(ppn, true);
        access_page(ppn, true); /* it is on its way in already */
    }
    CHECK_EQ(double_paged(), 5);
    ppn = next_page(ppn, MP_SWAPPED);
    access_page(ppn, false);
    access_page(ppn, true); /* the CPU wanted it first */
    access_page(next_page(0, MP_PRIVATE), true);
    CHECK_EQ(double_paged(), 5);
    fixture_run(&f, 610 * SIM_SECOND);
    CHECK_EQ(double_paged(), 5);
    fixture_free(&f);
}

static uint32_t shared_pages(void)
{
    struct mp_status status;
    mp_status(host_policy(f.host), &status);
    return status.shared_pages;
}

/* Every page of both VMs has the same contents as one of the other. */
static void share_all(uint32_t machine_pages, uint32_t cpus)
{
    fixture_make(&f, &(struct fixture_shape){.machine_pages = machine_pages,
                                             .vm_pages = 1000,
                                             .min_pages = 300,
                                             .vms = 2,
                                             .sharing = true,
                                             .keep_contents = true,
                                             .keep_written = true,
                                             .scan_pages_s = 500,
                                             .cpus = cpus});
    for (uint32_t ppn = 0; ppn < 1000; ppn++) {
        fixture_write(&f, 0, ppn, 1000 + ppn);
        fixture_write(&f, 1, ppn, 1000 + ppn);
    }
    fixture_run(&f, 60 * SIM_SECOND);
    CHECK(shared_pages() > 500);
}

static void mapping__all_shared_pages_are_written_at_once(void)
{
    share_all(4000, 0);
    host_vm_write_shared(f.host, 0);
    CHECK(shared_pages() < 10); /* VM b has nobody left to share with */
    CHECK_CONTAINS(f.log, "write_shared a 1000 pages;");
    fixture_run(&f, 70 * SIM_SECOND); /* all invariants hold */
    fixture_free(&f);
}

/* Of a VM that never waited for memory either: it has no list of accesses that wait. */
static void mapping__no_page_is_shared(void)
{
    fixture_make(&f, &(struct fixture_shape){.machine_pages = 1000,
                                             .vm_pages = 100,
                                             .min_pages = 30,
                                             .vms = 1,
                                             .sharing = true,
                                             .keep_contents = true});
    fixture_write(&f, 0, 1, 7);
    fixture_run(&f, SIM_SECOND);
    host_vm_write_shared(f.host, 0);
    CHECK_CONTAINS(f.log, "write_shared a 0 pages;");
    CHECK(f.host->vms[0].pending == NULL); /* else the case tests nothing */
    fixture_run(&f, 2 * SIM_SECOND);
    fixture_free(&f);
}

/* There is no memory for the copies: the VM stalls while the hypervisor pages, and goes on. */
static void mapping__a_storm_of_writes_waits_for_memory(void)
{
    for (uint32_t cpus = 0; cpus < 2; cpus++) {
        share_all(1500, cpus);
        host_vm_write_shared(f.host, 0);
        host_vm_write_shared(f.host, 1);
        fixture_write(&f, 0, 1, 7);
        fixture_run(&f, 61 * SIM_SECOND);
        struct host_vm_status status;
        host_vm_status(f.host, 0, &status);
        CHECK(status.stalled_ns > 0);
        fixture_run(&f, 600 * SIM_SECOND);
        CHECK_EQ(f.host->vms[0].pending_count, 0);
        CHECK_EQ(f.host->vms[1].pending_count, 0);
        CHECK(!f.host->vms[0].in_stall);
        fixture_free(&f);
    }
}

TEST_SUITE(host_mapping, TEST(mapping__all_shared_pages_are_written_at_once),
           TEST(mapping__no_page_is_shared), TEST(mapping__a_storm_of_writes_waits_for_memory),
           TEST(mapping__double_paged_only_for_the_guests_disk));
