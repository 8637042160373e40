/*
 * Faults that wait for memory, of several VMs: who is next. What becomes of the faults of one VM is
 * in test_pages.c.
 */
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#define VMS 3u

/* Three VMs fill memory and nothing can be paged out. Faults of all of them wait. */
static void start_waiting(struct fake *fake)
{
    fake_init(fake, 300);
    fake->tunables.share_enabled = 0;
    fake->accept_pages = 0;
    fake_start(fake);
    for (uint16_t vm = 0; vm < VMS; vm++) {
        fake_vm_start(fake, vm, 200, 0, 1000);
        fake_driver(fake, vm, true);
        fake_fill(fake, vm, 0, 100);
    }
    CHECK_EQ(fake_status(fake).free_pages, 0);
    for (uint32_t ppn = 150; ppn < 155; ppn++) {
        for (uint16_t vm = 0; vm < VMS; vm++)
            CHECK(!fake_access(fake, vm, ppn, true, &(uint64_t){1}, NULL));
    }
}

/* A VM with many faults must not keep the others waiting. */
static void resume__vms_take_turns(void)
{
    struct fake fake;
    start_waiting(&fake);
    uint32_t turns[VMS] = {0};
    for (uint32_t page = 0; page < 2 * VMS; page++) {
        uint32_t tried = 0;
        fake_retries_clear(&fake);
        mp_balloon_taken(fake.mp, 0, page, fake.now_ns); /* one page is free */
        for (uint16_t vm = 0; vm < VMS; vm++) {
            for (uint32_t ppn = 150; ppn < 155; ppn++) {
                if (!fake_retried(&fake, vm, ppn))
                    continue;
                CHECK(fake_access(&fake, vm, ppn, true, &(uint64_t){1}, NULL));
                turns[vm]++;
                tried++;
            }
        }
        CHECK_EQ(tried, 1);
    }
    for (uint16_t vm = 0; vm < VMS; vm++)
        CHECK_EQ(turns[vm], 2);
    fake_fini(&fake);
}

TEST_SUITE(policy_stall, TEST(resume__vms_take_turns))
