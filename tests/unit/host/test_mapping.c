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

TEST_SUITE(host_mapping, TEST(mapping__double_paged_only_for_the_guests_disk));
