/* When pages go to the swap device, and of which VM (section 3.3): targets, rates, turns. */
#include "tests/unit/policy/swapping.h"

static void page_out__down_to_the_target(void)
{
    struct fake fake;
    start(&fake);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, TARGET);
    CHECK_EQ(fake_vm_status(&fake, 0).swap_target_pages, HELD - TARGET);
    fake_run(&fake, 20 * FAKE_SECOND);
    struct mp_vm_status status = fake_vm_status(&fake, 0);
    CHECK_EQ(status.alloc_pages, TARGET);
    CHECK_EQ(status.swapped_pages, HELD - TARGET);
    CHECK_EQ(status.swap_out_pages, HELD - TARGET);
    check_contents(&fake);
    CHECK(fake_vm_status(&fake, 0).swap_in_pages >= HELD - TARGET);
    fake_fini(&fake);
}

static void page_out__not_more_under_way_than_allowed(void)
{
    struct fake fake;
    start_alone(&fake);
    fake.tunables.swap_outstanding_pages = 10;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    fake_vm_start(&fake, 1, HELD, 0, 1000);
    for (int i = 0; i < 50; i++) {
        wait_for_io(&fake);
        CHECK(fake.io_count <= 10);
        fake_io_end(&fake, 0, true);
    }
    fake_fini(&fake);
}

/* The pager takes up no more in a second than it may, and a cluster or a tenth of that at once. */
static void page_out__not_faster_than_allowed(void)
{
    struct fake fake;
    start_alone(&fake);
    fake.tunables.swap_pages_s = 100;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    fake_vm_start(&fake, 1, HELD, 0, 1000);
    uint64_t before = fake_vm_status(&fake, 0).swap_out_pages;
    uint64_t began_ns = fake.now_ns;
    for (int second = 1; second <= 3; second++) {
        fake_run(&fake, began_ns + (uint64_t)second * FAKE_SECOND);
        uint64_t out = fake_vm_status(&fake, 0).swap_out_pages - before;
        CHECK(out <= 100u * (uint32_t)second + fake.tunables.swap_cluster_pages);
        CHECK(out + 2 * fake.tunables.swap_cluster_pages >= 100u * (uint32_t)second);
    }
    fake_fini(&fake);
}

/* Pages that go out in `seconds`, of 4 KiB. */
static uint32_t small_pages_out(uint32_t page_scale, uint32_t pages_s, uint32_t seconds)
{
    struct fake fake;
    start_alone_scaled(&fake, page_scale);
    fake.tunables.swap_pages_s = pages_s;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    fake_vm_start(&fake, 1, HELD, 0, 1000);
    fake_run(&fake, seconds * FAKE_SECOND);
    uint32_t pages = (uint32_t)fake_vm_status(&fake, 0).swap_out_pages;
    fake_fini(&fake);
    return pages * page_scale;
}

static void page_out__large_pages_as_fast_as_small_ones(void)
{
    CHECK_NEAR((double)small_pages_out(16, 1600, 2), 3200, 176);
    CHECK_NEAR((double)small_pages_out(4096, 1024, 20), 20480, 4096); /* a page in 4 s */
}

/* It took 3 pages: no more are offered before one of them is written, or a while has passed. */
static void page_out__a_busy_device_is_left_alone(void)
{
    struct fake fake;
    start_alone(&fake);
    fake.accept_pages = 3;
    fake_run(&fake, FAKE_SECOND);
    fake_vm_start(&fake, 1, HELD, 0, 1000);
    CHECK_EQ(fake.io_count, 3);
    fake_tick(&fake);
    CHECK_EQ(fake.io_count, 3);
    fake_io_end(&fake, 0, true);
    CHECK_EQ(fake.io_count, 2 + 3);
    fake.now_ns = mp_next_deadline(fake.mp);
    CHECK(fake.now_ns <= FAKE_SECOND + 10 * FAKE_MS);
    fake_tick(&fake);
    CHECK_EQ(fake.io_count, 2 + 3 + 3);
    fake_fini(&fake);
}

/* The same pages are in VM 1, which has hints of them, and in every other page of VM 0. */
static void page_out__goes_on_when_half_of_a_cluster_is_shared(void)
{
    struct fake fake;
    fake_init(&fake, 1000);
    fake.machine.swap_pages = 2000;
    fake.tunables.share_scan_total_pages_s = 0;
    fake.tunables.idle_tax_bp = 0;
    fake.tunables.swap_victim = 2; /* in order */
    fake.tunables.swap_pages_s = 100000000;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 400, 0, 1000);
    fake_vm_start(&fake, 1, 400, 400, 1000);
    for (uint32_t ppn = 0; ppn < 400; ppn++) {
        fake_write(&fake, 1, ppn, 1000 + ppn);
        fake_write(&fake, 0, ppn, ppn % 2 ? fake_unique(0, ppn) : 1000 + ppn);
        mp_share_page(fake.mp, 1, ppn, 0);
    }
    fake_run(&fake, FAKE_SECOND);
    fake_vm_start(&fake, 2, 340, 340, 1000); /* leaves 200 pages to VM 0, and what is shared */
    uint32_t shared = (uint32_t)fake_vm_status(&fake, 0).shared_before_swap_pages;
    CHECK(shared > 60);
    CHECK_NEAR(fake.io_count, shared, 32);
    CHECK_EQ(fake.io_count + shared, 200);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 200 + shared);
    CHECK_EQ(fake_status(&fake).target_total_pages, 940 + shared);
    fake_fini(&fake);
}

/* Three VMs have too much, and the pager takes up a cluster at each tick: none has to wait until
 * another is done. */
static void page_out__vms_take_turns(void)
{
    struct fake fake;
    uint32_t out[5] = {0};
    fake_init(&fake, 1000);
    fake.machine.swap_pages = 2000;
    fake.machine.max_vms = 5;
    fake.tunables.share_enabled = 0;
    fake.tunables.swap_pages_s = 100;
    fake.tunables.swap_cluster_pages = 10;
    fake_start(&fake);
    for (uint16_t vm = 0; vm < 3; vm++) {
        fake_vm_start(&fake, vm, 300, 0, 1000);
        fake_fill(&fake, vm, 0, 300);
    }
    fake_vm_start(&fake, 4, 600, 600, 1000);
    for (int i = 0; i < 12; i++) {
        fake.now_ns += FAKE_SECOND / 10;
        fake_tick(&fake);
    }
    CHECK_EQ(fake.io_count, 120);
    for (uint32_t i = 0; i < fake.io_count; i++)
        out[fake.io[i].page.vm]++;
    CHECK(out[0] >= 20 && out[1] >= 20 && out[2] >= 20);
    fake_fini(&fake);
}

/* The device takes one cluster at a time, and the pager also runs when it can do nothing: whenever
 * a page of the cluster is done. Such runs take no VM's turn. */
static void page_out__a_turn_is_a_cluster(void)
{
    struct fake fake;
    uint32_t out[4] = {0};
    fake_init(&fake, 1000);
    fake.machine.swap_pages = 2000;
    fake.tunables.share_enabled = 0;
    fake.tunables.swap_cluster_pages = 8; /* twice the number of VMs */
    fake.tunables.swap_outstanding_pages = 8;
    fake_start(&fake);
    for (uint16_t vm = 0; vm < 3; vm++) {
        fake_vm_start(&fake, vm, 300, 0, 1000);
        fake_fill(&fake, vm, 0, 300);
    }
    fake_vm_start(&fake, 3, 600, 600, 1000);
    for (int cluster = 0; cluster < 6; cluster++) {
        fake.now_ns += FAKE_SECOND / 10;
        fake_tick(&fake);
        if (!CHECK_EQ(fake.io_count, 8))
            break;
        out[fake.io[0].page.vm]++;
        for (int page = 0; page < 8; page++)
            fake_io_end(&fake, 0, true);
    }
    CHECK(out[0] == 2 && out[1] == 2 && out[2] == 2);
    fake_fini(&fake);
}

/* Figure 8: at most 86 MB in 5 s. */
static void page_out__as_fast_as_the_preset_says(void)
{
    struct fake fake;
    fake_init(&fake, 40000);
    fake.tunables.share_enabled = 0;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 37000, 0, 1000);
    fake_fill(&fake, 0, 0, 37000);
    fake_run(&fake, FAKE_SECOND);
    fake_vm_start(&fake, 1, 36000, 36000, 1000);
    uint64_t began_ns = fake.now_ns;
    fake_run(&fake, began_ns + 5 * FAKE_SECOND);
    CHECK_NEAR((double)fake_vm_status(&fake, 0).swap_out_pages / FAKE_MB, 86, 2);
    fake_run(&fake, began_ns + 6 * FAKE_SECOND);
    CHECK_NEAR((double)fake_vm_status(&fake, 0).swap_out_pages, 6 * 4400, 450);
    fake_fini(&fake);
}

static void page_out__a_page_each_second(void)
{
    struct fake fake;
    start_alone(&fake);
    fake.tunables.swap_pages_s = 1;
    fake.tunables.swap_cluster_pages = 1;
    mp_retune(fake.mp, &fake.tunables, 0);
    fake_vm_start(&fake, 1, HELD, 0, 1000);
    for (uint32_t second = 1; second <= 3; second++) {
        fake.now_ns = second * FAKE_SECOND - 10 * FAKE_MS - 1;
        fake_tick(&fake);
        fake.now_ns += 10 * FAKE_MS; /* the next time that it looks */
        CHECK_EQ(mp_next_deadline(fake.mp), fake.now_ns);
        fake_tick(&fake);
        CHECK_EQ(fake.io_count, second - 1);
        fake.now_ns += 10 * FAKE_MS;
        fake_tick(&fake);
        CHECK_EQ(fake.io_count, second);
    }
    fake.now_ns = 100 * FAKE_SECOND; /* what was not used then is lost */
    fake_tick(&fake);
    CHECK_EQ(fake.io_count, 4);
    fake_fini(&fake);
}

/* The clock of the embedder need not begin at 0. */
static void page_out__saves_nothing_up_before_the_machine_runs(void)
{
    struct fake fake;
    fake_init(&fake, 1000);
    fake.machine.swap_pages = 2000;
    fake.tunables.share_enabled = 0;
    fake.now_ns = 100 * FAKE_SECOND;
    fake_start(&fake);
    fake_vm_start(&fake, 0, HELD, 0, 1000);
    fake_fill(&fake, 0, 0, HELD);
    fake_vm_start(&fake, 1, HELD, 0, 1000);
    CHECK_EQ(fake.io_count, 0);
    wait_for_io(&fake);
    CHECK(fake.now_ns <= 100 * FAKE_SECOND + 20 * FAKE_MS);
    fake_fini(&fake);
}

static void page_out__goes_on_after_a_cluster_of_one(void)
{
    struct fake fake;
    start_alone(&fake);
    fake.tunables.swap_cluster_pages = 1;
    mp_retune(fake.mp, &fake.tunables, 0);
    fake_run(&fake, FAKE_SECOND);
    fake_vm_start(&fake, 1, HELD, 0, 1000);
    CHECK_EQ(fake.io_count, fake.tunables.swap_outstanding_pages);
    fake_fini(&fake);
}

/* However long nothing had to leave: with the highest rate, the product of rate and time would pass
 * 64 bits after three minutes. */
static void page_out__after_a_long_time_of_nothing(void)
{
    struct fake fake;
    start_alone(&fake);
    fake.tunables.swap_pages_s = 100000000;
    mp_retune(fake.mp, &fake.tunables, 0);
    fake.now_ns = UINT64_MAX / 100000000 + 1;
    fake_vm_start(&fake, 1, HELD, 0, 1000);
    CHECK_EQ(fake.io_count, fake.tunables.swap_outstanding_pages);
    fake_fini(&fake);
}

TEST_SUITE(policy_pager, TEST(page_out__down_to_the_target),
           TEST(page_out__not_more_under_way_than_allowed), TEST(page_out__not_faster_than_allowed),
           TEST(page_out__large_pages_as_fast_as_small_ones),
           TEST(page_out__a_busy_device_is_left_alone),
           TEST(page_out__goes_on_when_half_of_a_cluster_is_shared), TEST(page_out__vms_take_turns),
           TEST(page_out__a_turn_is_a_cluster), TEST(page_out__as_fast_as_the_preset_says),
           TEST(page_out__a_page_each_second),
           TEST(page_out__saves_nothing_up_before_the_machine_runs),
           TEST(page_out__goes_on_after_a_cluster_of_one),
           TEST(page_out__after_a_long_time_of_nothing))
