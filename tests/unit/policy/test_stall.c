/*
 * Faults that wait for memory, of several VMs: who is next, and who gives. What becomes of the
 * faults of one VM is in test_pages.c.
 */
#include "models/policy/mp_governor.h"
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

/* ---- Nobody is above its target, and memory is full -------------------------------------- */

static void no_orders(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    (void)state, (void)view, (void)orders;
}

static const struct mp_governor idle = {
    .abi = MP_GOVERNOR_ABI, .name = "idle", .summary = "orders nothing", .tick = no_orders};

/* Three VMs whose targets are their max fill the machine: 100, 400 and 500 pages, of which 0, 50
 * and 450 are their min. The second has most to spare. */
static void start_rich(struct fake *fake)
{
    static const uint32_t held[] = {100, 400, 500}, min[] = {0, 50, 450};
    fake_init(fake, 1000);
    fake->tunables.share_enabled = 0;
    fake->members.governor = &idle;
    fake_start(fake);
    for (uint16_t vm = 0; vm < 3; vm++)
        fake_vm_start(fake, vm, 600, min[vm], 1000);
    for (uint16_t vm = 0; vm < 3; vm++)
        fake_fill(fake, vm, 0, held[vm]);
    CHECK_EQ(fake_status(fake).free_pages, 0);
    fake_run(fake, FAKE_SECOND);
    CHECK_EQ(fake->io_count, 0);
}

static void stalled__the_richest_gives_a_cluster(void)
{
    struct fake fake;
    start_rich(&fake);
    CHECK_EQ(mp_vm_configure(fake.mp, 0, 500, 0, fake.now_ns), MP_ADMITTED); /* it looks again */
    CHECK_EQ(fake.io_count, 0); /* while no fault waits */
    CHECK(!fake_access(&fake, 0, 500, true, &(uint64_t){1}, NULL));
    CHECK_EQ(fake.io_count, fake.tunables.swap_cluster_pages);
    for (uint32_t i = 0; i < fake.io_count; i++)
        CHECK_EQ(fake.io[i].page.vm, 1);
    fake.now_ns += 20 * FAKE_MS;
    fake_tick(&fake);
    CHECK_EQ(fake.io_count, fake.tunables.swap_cluster_pages); /* these are on their way out */
    fake_io_end(&fake, 0, true);
    CHECK(fake_retried(&fake, 0, 500));
    CHECK(fake_access(&fake, 0, 500, true, &(uint64_t){1}, NULL));
    fake_run(&fake, fake.now_ns + FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 1).swap_out_pages, fake.tunables.swap_cluster_pages);
    fake_fini(&fake);
}

/* The richest VM gives no more than it has above its min. */
static void stalled__nobody_goes_below_its_min(void)
{
    struct fake fake;
    start_rich(&fake);
    CHECK_EQ(mp_vm_configure(fake.mp, 0, 1000, 100, fake.now_ns), MP_ADMITTED);
    CHECK_EQ(mp_vm_configure(fake.mp, 1, 1000, 397, fake.now_ns), MP_ADMITTED);
    CHECK_EQ(mp_vm_configure(fake.mp, 2, 1000, 500, fake.now_ns), MP_ADMITTED);
    CHECK(!fake_access(&fake, 0, 500, true, &(uint64_t){1}, NULL));
    CHECK_EQ(fake.io_count, 3);
    for (uint32_t i = 0; i < fake.io_count; i++)
        CHECK_EQ(fake.io[i].page.vm, 1);
    fake_io_end_all(&fake);
    CHECK_EQ(fake_vm_status(&fake, 1).alloc_pages, 397);
    fake_fini(&fake);
}

/* Whoever holds no more than its min gives nothing. */
static void stalled__ask_the_device_again(void)
{
    struct fake fake;
    start_rich(&fake);
    fake.accept_pages = 0;
    CHECK(!fake_access(&fake, 2, 599, true, &(uint64_t){1}, NULL));
    CHECK_EQ(fake.io_count, 0);
    CHECK_EQ(mp_next_deadline(fake.mp), fake.now_ns + 10 * FAKE_MS);
    fake.accept_pages = UINT32_MAX;
    fake.now_ns = mp_next_deadline(fake.mp);
    fake_tick(&fake);
    CHECK_EQ(fake.io_count, fake.tunables.swap_cluster_pages);
    fake_io_end_all(&fake);
    CHECK(fake_retried(&fake, 2, 599));
    fake_fini(&fake);
}

TEST_SUITE(policy_stall, TEST(resume__vms_take_turns), TEST(stalled__the_richest_gives_a_cluster),
           TEST(stalled__nobody_goes_below_its_min), TEST(stalled__ask_the_device_again))
