/*
 * The hypervisor's own paging (section 3.3): which pages go, that they come back as they were, and
 * every way in which page I/O meets faults, failures, and a VM that is gone.
 */
#include "tests/unit/policy/swapping.h"

static uint32_t a_swapped_page(struct fake *fake)
{
    fake_run(fake, fake->now_ns + 20 * FAKE_SECOND);
    uint32_t ppn = 0;
    while (ppn < HELD - 1 && fake_backing(fake, 0, ppn) != MP_SWAPPED)
        ppn++;
    CHECK_EQ(fake_backing(fake, 0, ppn), MP_SWAPPED);
    return ppn;
}

/* Victims are random: neither the first pages nor the last. */
static void page_out__victims_are_random(void)
{
    struct fake fake;
    start(&fake);
    fake_run(&fake, 20 * FAKE_SECOND);
    uint32_t lower = 0, neighbours = 0;
    for (uint32_t ppn = 0; ppn < HELD; ppn++) {
        bool swapped = fake_backing(&fake, 0, ppn) == MP_SWAPPED;
        lower += ppn < HELD / 2 && swapped;
        neighbours += ppn > 0 && swapped && fake_backing(&fake, 0, ppn - 1) == MP_SWAPPED;
    }
    CHECK_NEAR(lower, (HELD - TARGET) / 2.0, 40); /* 4 sigma */
    CHECK_NEAR(neighbours, (HELD - TARGET) * (double)(HELD - TARGET) / HELD, 50);
    fake_fini(&fake);
}

/* The device takes only some: the others stay where they are and go later. */
static void page_out__partly_accepted(void)
{
    struct fake fake;
    start(&fake);
    fake.accept_pages = 3;
    fake_run(&fake, 1 * FAKE_SECOND);
    fake_check(&fake);
    check_contents(&fake);
    fake.accept_pages = 0;
    fake_run(&fake, fake.now_ns + 5 * FAKE_SECOND);
    fake_check(&fake);
    fake.accept_pages = 7;
    fake_run(&fake, fake.now_ns + 60 * FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 0).alloc_pages, TARGET);
    check_contents(&fake);
    fake_fini(&fake);
}

static void page_out__failure_keeps_the_page(void)
{
    struct fake fake;
    start(&fake);
    wait_for_io(&fake);
    uint32_t ppn = fake.io[0].page.ppn, alloc = fake_vm_status(&fake, 0).alloc_pages;
    fake_io_end(&fake, 0, false);
    CHECK_EQ(fake.events[MP_EVENT_IO_FAILED], 1);
    CHECK_EQ(fake.event.a, ppn);
    CHECK_EQ(fake.event.b, 0);
    CHECK_EQ(fake_vm_status(&fake, 0).alloc_pages, alloc);
    fake_check(&fake);
    check_contents(&fake);
    fake_fini(&fake);
}

static void page_out__pinned_pages_stay(void)
{
    struct fake fake;
    start_alone(&fake);
    for (uint32_t ppn = 0; ppn < 500; ppn++)
        fake.vms[0].pages[ppn].pinned = true;
    fake_vm_start(&fake, 1, HELD, 0, 1000);
    fake_run(&fake, 30 * FAKE_SECOND);
    for (uint32_t ppn = 0; ppn < 500; ppn++)
        CHECK_EQ(fake_backing(&fake, 0, ppn), MP_PRIVATE);
    CHECK(fake_vm_status(&fake, 0).swapped_pages >= 200);
    fake_fini(&fake);
}

/* Every page pinned: nothing can be done, and nothing hangs. */
static void page_out__all_pinned(void)
{
    struct fake fake;
    start_alone(&fake);
    for (uint32_t ppn = 0; ppn < HELD; ppn++)
        fake.vms[0].pages[ppn].pinned = true;
    fake_vm_start(&fake, 1, HELD, 0, 1000);
    fake_run(&fake, 30 * FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 0).alloc_pages, HELD);
    fake_fini(&fake);
}

/* A touch crosses a threshold, so that pages must go at once, and all but the touched one are
 * pinned: it must still be there for the access that faulted. */
static void page_out__not_the_page_just_touched(void)
{
    struct fake fake;
    uint64_t contents = 5;
    fake_init(&fake, 1000);
    fake.tunables.share_enabled = 0;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 20, 0, 1000);
    fake_fill(&fake, 0, 0, 10);
    for (uint32_t ppn = 0; ppn < 10; ppn++)
        fake.vms[0].pages[ppn].pinned = true;
    fake_vm_start(&fake, 1, 950, 950, 1000); /* nothing is left to the other */
    fake_fill(&fake, 1, 0, 950);
    CHECK_EQ(fake_status(&fake).state, MP_STATE_HIGH);
    CHECK(fake_access(&fake, 0, 10, true, &contents, NULL));
    CHECK_EQ(fake_status(&fake).state, MP_STATE_SOFT);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 0);
    fake_run(&fake, fake.now_ns + FAKE_SECOND);
    CHECK_EQ(fake_backing(&fake, 0, 10), MP_SWAPPED); /* later it may go */
    CHECK_EQ(fake_read(&fake, 0, 10), 5);
    fake_fini(&fake);
}

/* The slots of a VM that is gone are in use until its page-outs end. */
static void page_out__swap_full(void)
{
    struct fake fake;
    fake_init(&fake, 1000);
    fake.machine.swap_pages = 300;
    fake.tunables.share_enabled = 0;
    fake.tunables.swap_outstanding_pages = 1000;
    fake.tunables.swap_pages_s = 1000000;
    fake_start(&fake);
    fake_vm_start(&fake, 1, 600, 600, 1000); /* leaves 340 pages to the other */
    fake_vm_start(&fake, 0, 600, 300, 1000);
    for (uint32_t round = 0; round < 2; round++) {
        uint32_t before = fake.events[MP_EVENT_SWAP_FULL];
        for (uint32_t ppn = 0; ppn < 600; ppn++)
            fake_access(&fake, 0, ppn, true, &(uint64_t){fake_unique(0, ppn)}, NULL);
        wait_for_io(&fake);
        uint32_t under_way = fake.io_count;
        CHECK(under_way > 200);
        fake_vm_off(&fake, 0);
        fake_vm_start(&fake, 0, 600, 300, 1000);
        for (uint32_t ppn = 0; ppn < 600; ppn++)
            fake_access(&fake, 0, ppn, true, &(uint64_t){fake_unique(0, ppn)}, NULL);
        for (int i = 0; i < 10; i++) {
            fake.now_ns += FAKE_SECOND;
            fake_tick(&fake);
        }
        CHECK_EQ(fake.events[MP_EVENT_SWAP_FULL], before + 1); /* once, not at every try */
        CHECK(fake.event.kind == MP_EVENT_SWAP_FULL && fake.event.b == 0);
        CHECK(fake.event.a > 0 && fake.event.a < fake.tunables.swap_cluster_pages);
        CHECK_EQ(fake.io_count, 300);
        fake_check(&fake);
        fake_run(&fake, fake.now_ns + 20 * FAKE_SECOND);
        CHECK_EQ(fake_vm_status(&fake, 0).alloc_pages, 340);
        fake_vm_off(&fake, 0); /* slots are free again, and so this is told again */
        fake_vm_start(&fake, 0, 600, 300, 1000);
    }
    fake_fini(&fake);
}

/* A write that comes while the page is on its way out must not be lost with the old bytes. */
static void page_out__written_meanwhile(void)
{
    for (int ok = 0; ok < 2; ok++) {
        struct fake fake;
        uint64_t contents = 77;
        start(&fake);
        wait_for_io(&fake);
        uint32_t ppn = fake.io[0].page.ppn;
        bool done = fake_access(&fake, 0, ppn, true, &contents, NULL);
        fake_check(&fake);
        fake_io_end(&fake, 0, ok);
        fake_check(&fake);
        if (!done) {
            CHECK(fake_retried(&fake, 0, ppn));
            fake_write(&fake, 0, ppn, 77);
        }
        CHECK_EQ(fake_read(&fake, 0, ppn), 77);
        fake_run(&fake, fake.now_ns + 20 * FAKE_SECOND);
        CHECK_EQ(fake_read(&fake, 0, ppn), 77);
        fake_fini(&fake);
    }
}

static void page_in__waits_and_is_retried(void)
{
    struct fake fake;
    struct mp_fault_work work;
    uint64_t contents = 0;
    start(&fake);
    uint32_t ppn = a_swapped_page(&fake);
    CHECK(!fake_access(&fake, 0, ppn, false, &contents, &work));
    CHECK_EQ(fake_backing(&fake, 0, ppn), MP_PAGING_IN);
    CHECK_EQ(fake.io_count, 1);
    CHECK(!fake_access(&fake, 0, ppn, true, &contents, NULL)); /* a second process */
    CHECK_EQ(fake.io_count, 1);
    CHECK(!fake_retried(&fake, 0, ppn));
    fake_check(&fake);
    fake_io_end(&fake, 0, true);
    CHECK(fake_retried(&fake, 0, ppn));
    CHECK(fake_access(&fake, 0, ppn, false, &contents, NULL));
    CHECK_EQ(contents, fake_unique(0, ppn));
    CHECK_EQ(fake_vm_status(&fake, 0).swap_in_pages, 1);
    fake_fini(&fake);
}

static void page_in__refused_is_begun_again_by_a_tick(void)
{
    struct fake fake;
    uint64_t contents = 0;
    start(&fake);
    uint32_t ppn = a_swapped_page(&fake);
    struct mp_fault_work work;
    fake.refuse_page_ins = 2;
    CHECK(!fake_access(&fake, 0, ppn, false, &contents, &work));
    CHECK(!work.paged_in);
    CHECK_EQ(fake.io_count, 0);
    fake_check(&fake);
    fake_run(&fake, fake.now_ns + 20 * FAKE_SECOND);
    CHECK_EQ(fake.refuse_page_ins, 0);
    CHECK(fake_retried(&fake, 0, ppn));
    CHECK(!fake_access(&fake, 0, a_swapped_page(&fake), false, &contents, &work));
    CHECK(work.paged_in);
    CHECK_EQ(fake_read(&fake, 0, ppn), fake_unique(0, ppn));
    fake_fini(&fake);
}

static void page_in__failure_keeps_the_slot(void)
{
    struct fake fake;
    uint64_t contents = 0;
    start(&fake);
    uint32_t ppn = a_swapped_page(&fake);
    CHECK(!fake_access(&fake, 0, ppn, false, &contents, NULL));
    fake_io_end(&fake, 0, false);
    CHECK_EQ(fake.events[MP_EVENT_IO_FAILED], 1);
    CHECK_EQ(fake.event.a, ppn);
    CHECK_EQ(fake.event.b, 1);
    CHECK_EQ(fake_backing(&fake, 0, ppn), MP_SWAPPED);
    fake_check(&fake);
    CHECK_EQ(fake_read(&fake, 0, ppn), fake_unique(0, ppn));
    fake_fini(&fake);
}

/* The memory and the slots of a VM that is gone are not used again before its I/O has ended, even
 * by a new VM of the same number. */
static void vm_off__with_page_io_under_way(void)
{
    for (int ok = 0; ok < 2; ok++) {
        struct fake fake;
        uint64_t contents = 0;
        start(&fake);
        uint32_t ppn = a_swapped_page(&fake);
        CHECK(!fake_access(&fake, 0, ppn, false, &contents, NULL)); /* a page-in */
        fake_fill(&fake, 1, 0, 100);
        mp_vm_configure(fake.mp, 1, 100000, 0, fake.now_ns); /* and page-outs */
        fake_tick(&fake);
        uint32_t under_way = fake.io_count;
        CHECK(under_way > 1);
        fake_vm_off(&fake, 0);
        CHECK_EQ(fake.io_count, under_way);
        fake_check(&fake);
        fake_vm_start(&fake, 0, HELD, 0, 1000);
        for (uint32_t i = 0; i < HELD && fake_status(&fake).free_pages > 100; i++)
            CHECK(fake_access(&fake, 0, i, true, &(uint64_t){fake_unique(0, i)}, NULL));
        fake_check(&fake);
        uint32_t filled = fake_vm_status(&fake, 0).alloc_pages;
        uint32_t in_use = fake_status(&fake).in_use_pages;
        for (uint32_t i = 0; i < under_way; i++) {
            fake_io_end(&fake, 0, ok);
            fake_check(&fake);
        }
        CHECK(fake_status(&fake).in_use_pages <= in_use);
        for (uint32_t i = 0; i < filled; i++)
            CHECK_EQ(fake_read(&fake, 0, i), fake_unique(0, i));
        for (uint32_t i = 0; i < 100; i++)
            CHECK_EQ(fake_read(&fake, 1, i), fake_unique(1, i));
        CHECK_EQ(fake.events[MP_EVENT_IO_FAILED], 0);
        fake_fini(&fake);
    }
}

/* A slot serves again once its page is back in memory. */
static void slot__is_free_again(void)
{
    struct fake fake;
    start(&fake);
    fake_fill(&fake, 1, 0, 450);
    for (int round = 0; round < 5; round++) {
        check_contents(&fake);
        fake_run(&fake, fake.now_ns + 20 * FAKE_SECOND);
    }
    CHECK(fake_vm_status(&fake, 0).swap_out_pages > 2 * fake.machine.swap_pages / 3);
    CHECK_EQ(fake.events[MP_EVENT_SWAP_FULL], 0);
    for (uint32_t ppn = 0; ppn < 450; ppn++)
        CHECK_EQ(fake_read(&fake, 1, ppn), fake_unique(1, ppn));
    fake_fini(&fake);
}

/* A cluster's slots follow each other, and so do clusters: the disk need not seek. */
static void page_out__in_one_piece(void)
{
    struct fake fake;
    start(&fake);
    wait_for_io(&fake);
    CHECK(fake.io_count >= fake.tunables.swap_cluster_pages);
    for (uint32_t i = 0; i < fake.io_count; i++)
        CHECK_EQ(fake.io[i].page.slot, i);
    fake_fini(&fake);
}

/* A slot that became free in between is left, so that the cluster is in one piece. */
static void page_out__goes_on_behind_the_last_cluster(void)
{
    struct fake fake;
    start_alone(&fake);
    fake.tunables.swap_pages_s = 320;
    mp_retune(fake.mp, &fake.tunables, 0);
    fake_vm_start(&fake, 1, HELD, 0, 1000);
    fake.now_ns = FAKE_SECOND / 10;
    fake_tick(&fake);
    CHECK_EQ(fake.io_count, 32);
    CHECK_EQ(fake.io[5].page.slot, 5);
    uint32_t ppn = fake.io[5].page.ppn;
    fake_io_end_all(&fake);
    CHECK(!fake_access(&fake, 0, ppn, true, &(uint64_t){1}, NULL));
    fake_io_end_all(&fake);
    CHECK_EQ(fake_backing(&fake, 0, ppn), MP_PRIVATE);
    fake.now_ns += FAKE_SECOND / 10;
    fake_tick(&fake);
    CHECK_EQ(fake.io_count, 32);
    for (uint32_t i = 0; i < fake.io_count; i++)
        CHECK_EQ(fake.io[i].page.slot, 32 + i);
    fake_fini(&fake);
}

static uint32_t page_in_of(const struct fake *fake, uint32_t ppn)
{
    uint32_t i = 0;
    while (i < fake->io_count && !(fake->io[i].in && fake->io[i].page.ppn == ppn))
        i++;
    CHECK(i < fake->io_count);
    return i;
}

/* The device has room again then. */
static void page_in__refused_is_begun_when_another_ends(void)
{
    for (int ok = 0; ok < 2; ok++) {
        struct fake fake;
        uint64_t contents;
        start(&fake);
        uint32_t ppn = a_swapped_page(&fake), other = ppn + 1;
        while (fake_backing(&fake, 0, other) != MP_SWAPPED)
            other++;
        CHECK(!fake_access(&fake, 0, ppn, false, &contents, NULL));
        fake.refuse_page_ins = 1;
        CHECK(!fake_access(&fake, 0, other, false, &contents, NULL));
        CHECK_EQ(fake_backing(&fake, 0, other), MP_SWAPPED);
        fake_io_end(&fake, page_in_of(&fake, ppn), ok);
        CHECK_EQ(fake_backing(&fake, 0, other), MP_PAGING_IN);
        fake_io_end(&fake, page_in_of(&fake, other), true);
        CHECK_EQ(fake_read(&fake, 0, other), fake_unique(0, other));
        fake_fini(&fake);
    }
}

/* A device that has just refused is not asked again in the same call. */
static void page_in__refused_again_waits_for_the_next_end(void)
{
    struct fake fake;
    uint64_t contents;
    start(&fake);
    uint32_t ppn = a_swapped_page(&fake), other = ppn + 1;
    while (fake_backing(&fake, 0, other) != MP_SWAPPED)
        other++;
    CHECK(!fake_access(&fake, 0, ppn, false, &contents, NULL));
    fake.refuse_page_ins = 3;
    CHECK(!fake_access(&fake, 0, other, false, &contents, NULL));
    CHECK_EQ(fake.refuse_page_ins, 2);
    fake_io_end(&fake, page_in_of(&fake, ppn), true);
    CHECK_EQ(fake.refuse_page_ins, 1);
    CHECK_EQ(fake_backing(&fake, 0, other), MP_SWAPPED);
    fake_fini(&fake);
}

/* Where the device compresses pages to 1,500 B each, those that go out take a part of the
 * memory that they free, until their VMs are gone. */
static void slot__takes_memory_where_swap_is_compressed(void)
{
    struct fake fake;
    fake_init(&fake, 1000);
    fake.machine.swap_pages = 2000;
    fake.machine.slot_bytes = 1500;
    fake.tunables.share_enabled = 0;
    fake.tunables.idle_tax_bp = 0;
    fake.tunables.overhead_start_pages = fake.tunables.overhead_full_pages = 0;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 400, 0, 1000);
    fake_fill(&fake, 0, 0, 400);
    CHECK_EQ(fake_status(&fake).swap_memory_pages, 0);
    fake_vm_start(&fake, 1, 900, 0, 100000);
    fake_fill(&fake, 1, 0, 700);
    fake_run(&fake, 60 * FAKE_SECOND);
    uint32_t swapped =
        fake_vm_status(&fake, 0).swapped_pages + fake_vm_status(&fake, 1).swapped_pages;
    struct mp_status status = fake_status(&fake);
    CHECK(swapped > 100);
    CHECK_EQ(status.swap_memory_pages, (swapped * 1500 + 4095) / 4096);
    CHECK_EQ(status.free_pages + status.in_use_pages + status.swap_memory_pages, 1000);
    fake_vm_off(&fake, 0);
    fake_vm_off(&fake, 1);
    CHECK_EQ(fake_status(&fake).swap_memory_pages, 0);
    CHECK_EQ(fake_status(&fake).free_pages, 1000);
    fake_fini(&fake);
}

/* Slots that are given up are memory there, which a fault may wait for. */
static void slot__given_up_ends_a_wait(void)
{
    struct fake fake;
    fake_init(&fake, 1000);
    fake.machine.swap_pages = 2000;
    fake.machine.slot_bytes = 2048;
    fake.tunables.share_enabled = 0;
    fake_start(&fake);
    fake_vm_start(&fake, 0, HELD, 0, 1000);
    fake_fill(&fake, 0, 0, HELD);
    fake_vm_start(&fake, 1, HELD, 0, 1000);
    fake_run(&fake, 20 * FAKE_SECOND);
    for (uint32_t ppn = 0; ppn < HELD; ppn++) /* nothing else can leave */
        fake.vms[0].pages[ppn].pinned = fake.vms[1].pages[ppn].pinned = true;
    uint32_t other = 0, swapped = 0;
    while (fake_open(&fake, 1, other, true, NULL) != NULL && other < HELD - 1)
        other++;
    CHECK_EQ(fake_status(&fake).free_pages, 0);
    fake_retries_clear(&fake);
    for (; fake_status(&fake).free_pages == 0 && swapped < HELD; swapped++) {
        if (fake_backing(&fake, 0, swapped) == MP_SWAPPED)
            mp_page_unneeded(fake.mp, 0, swapped, fake.now_ns);
    }
    CHECK(fake_retried(&fake, 1, other));
    fake_fini(&fake);
}

TEST_SUITE(policy_swap, TEST(page_out__victims_are_random), TEST(page_out__partly_accepted),
           TEST(page_out__failure_keeps_the_page), TEST(page_out__pinned_pages_stay),
           TEST(page_out__all_pinned), TEST(page_out__not_the_page_just_touched),
           TEST(page_out__swap_full), TEST(page_out__written_meanwhile),
           TEST(page_in__waits_and_is_retried), TEST(page_in__refused_is_begun_again_by_a_tick),
           TEST(page_in__failure_keeps_the_slot), TEST(vm_off__with_page_io_under_way),
           TEST(slot__is_free_again), TEST(slot__given_up_ends_a_wait),
           TEST(page_out__in_one_piece), TEST(page_out__goes_on_behind_the_last_cluster),
           TEST(page_in__refused_is_begun_when_another_ends),
           TEST(page_in__refused_again_waits_for_the_next_end),
           TEST(slot__takes_memory_where_swap_is_compressed))
