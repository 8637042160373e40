/*
 * The hypervisor's own paging (section 3.3): which pages go, that they come back as they were, and
 * every way in which page I/O meets faults, failures, and a VM that is gone.
 *
 * VM 0 holds 800 of 1,000 pages and has no balloon driver; when VM 1 comes, its target is 470.
 */

#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#define HELD   800u
#define TARGET 470u

static void start_alone(struct fake *fake)
{
    fake_init(fake, 1000);
    fake->machine.swap_pages = 2000;
    fake->tunables.share_enabled = 0;
    fake->tunables.idle_tax_bp = 0;
    fake_start(fake);
    fake_vm_start(fake, 0, HELD, 0, 1000);
    fake_fill(fake, 0, 0, HELD);
}

static void start(struct fake *fake)
{
    start_alone(fake);
    fake_vm_start(fake, 1, HELD, 0, 1000);
}

/* Ticks, without ending any page I/O, until some is under way. */
static void wait_for_io(struct fake *fake)
{
    for (int i = 0; i < 100 && fake->io_count == 0; i++) {
        if (mp_next_deadline(fake->mp) > fake->now_ns)
            fake->now_ns = mp_next_deadline(fake->mp);
        fake_tick(fake);
    }
    CHECK(fake->io_count > 0);
}

static void check_contents(struct fake *fake)
{
    for (uint32_t ppn = 0; ppn < HELD; ppn++)
        CHECK_EQ(fake_read(fake, 0, ppn), fake_unique(0, ppn));
}

static uint32_t a_swapped_page(struct fake *fake)
{
    fake_run(fake, fake->now_ns + 20 * FAKE_SECOND);
    uint32_t ppn = 0;
    while (ppn < HELD - 1 && fake_backing(fake, 0, ppn) != MP_SWAPPED)
        ppn++;
    CHECK_EQ(fake_backing(fake, 0, ppn), MP_SWAPPED);
    return ppn;
}

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
        CHECK(fake.event.kind == MP_EVENT_SWAP_FULL && fake.event.a > 0 && fake.event.b == 0);
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
    fake.refuse_page_ins = 2;
    CHECK(!fake_access(&fake, 0, ppn, false, &contents, NULL));
    CHECK_EQ(fake.io_count, 0);
    fake_check(&fake);
    fake_run(&fake, fake.now_ns + 20 * FAKE_SECOND);
    CHECK_EQ(fake.refuse_page_ins, 0);
    CHECK(fake_retried(&fake, 0, ppn));
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

/* 330 pages go out. Where the device compresses them to 1,500 B each, they take 121 pages of the
 * memory that they free, until they are gone. */
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

TEST_SUITE(policy_swap, TEST(page_out__down_to_the_target), TEST(page_out__victims_are_random),
           TEST(page_out__not_more_under_way_than_allowed), TEST(page_out__not_faster_than_allowed),
           TEST(page_out__partly_accepted), TEST(page_out__failure_keeps_the_page),
           TEST(page_out__pinned_pages_stay), TEST(page_out__all_pinned),
           TEST(page_out__not_the_page_just_touched), TEST(page_out__swap_full),
           TEST(page_out__written_meanwhile), TEST(page_in__waits_and_is_retried),
           TEST(page_in__refused_is_begun_again_by_a_tick), TEST(page_in__failure_keeps_the_slot),
           TEST(vm_off__with_page_io_under_way), TEST(slot__is_free_again),
           TEST(page_out__a_busy_device_is_left_alone),
           TEST(page_out__goes_on_when_half_of_a_cluster_is_shared), TEST(page_out__vms_take_turns),
           TEST(page_out__a_turn_is_a_cluster), TEST(page_out__as_fast_as_the_preset_says),
           TEST(page_out__in_one_piece), TEST(page_out__a_page_each_second),
           TEST(page_out__goes_on_behind_the_last_cluster),
           TEST(page_in__refused_is_begun_when_another_ends),
           TEST(page_in__refused_again_waits_for_the_next_end),
           TEST(page_out__saves_nothing_up_before_the_machine_runs),
           TEST(page_out__goes_on_after_a_cluster_of_one),
           TEST(slot__takes_memory_where_swap_is_compressed))
