/*
 * Ballooning (section 3.2). The machine is the paper's Figure 7 at 1/64 of its size: two VMs of
 * 1,024 pages and equal shares, 1,430 pages to share out.
 */
#include "models/policy/mp_internal.h"
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#define VM_PAGES 1024u
#define TOTAL    1430u
#define CAP      (VM_PAGES / 2)

static void start(struct fake *fake)
{
    fake_init(fake, 1600);
    fake->machine.hypervisor_pages = 74; /* 1600 - 74 - 6% = 1430 */
    fake->machine.swap_pages = 2 * VM_PAGES;
    fake->tunables.share_enabled = 0;
    fake->tunables.idle_tax_bp = 0;
    fake_start(fake);
    fake_vm_start(fake, 0, VM_PAGES, 100, 1000);
    fake_driver(fake, 0, true);
    fake_fill(fake, 0, 0, VM_PAGES);
}

static void balloon__a_second_vm_takes_half_before_it_touches_memory(void)
{
    struct fake fake;
    start(&fake);
    fake_run_with_balloons(&fake, 20 * FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 0).alloc_pages, VM_PAGES);
    fake_vm_start(&fake, 1, VM_PAGES, 100, 1000);
    struct mp_vm_status status = fake_vm_status(&fake, 0);
    CHECK_EQ(fake_status(&fake).target_total_pages, TOTAL);
    CHECK_EQ(status.target_pages, TOTAL / 2);
    CHECK_EQ(status.balloon_target_pages, VM_PAGES - TOTAL / 2);
    CHECK_EQ(status.swap_target_pages, 0);
    CHECK_EQ(fake.vms[0].balloon_target_pages, VM_PAGES - TOTAL / 2);
    CHECK_EQ(fake_status(&fake).state, MP_STATE_HIGH);
    fake_run_with_balloons(&fake, fake.now_ns + 3 * FAKE_SECOND);
    status = fake_vm_status(&fake, 0);
    CHECK_EQ(status.alloc_pages, TOTAL / 2);
    CHECK_EQ(status.ballooned_pages, VM_PAGES - TOTAL / 2);
    CHECK_EQ(status.swap_out_pages, 0);
    fake_fini(&fake);
}

/* Beyond the cap the rest is a swap target, in state high too (Figure 7: 128 MB, then 27 MB). */
static void balloon__the_cap_then_swap_for_the_rest(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 1, VM_PAGES, 100, 4000); /* 1430 / 5 = 286, but at most 1024 for VM 1 */
    struct mp_vm_status status = fake_vm_status(&fake, 0);
    uint32_t target = TOTAL - VM_PAGES;
    CHECK_EQ(status.target_pages, target);
    CHECK_EQ(status.balloon_target_pages, CAP);
    CHECK_EQ(status.swap_target_pages, VM_PAGES - target - CAP);
    fake_balloon_poll(&fake, 0, 100); /* what it holds does not change what it cannot take */
    CHECK_EQ(fake_vm_status(&fake, 0).ballooned_pages, 100);
    CHECK_EQ(fake_vm_status(&fake, 0).swap_target_pages, VM_PAGES - target - CAP);
    fake_run_with_balloons(&fake, fake.now_ns + 40 * FAKE_SECOND);
    status = fake_vm_status(&fake, 0);
    CHECK_EQ(fake_status(&fake).state, MP_STATE_HIGH);
    CHECK_EQ(status.ballooned_pages, CAP);
    CHECK_EQ(status.swapped_pages, VM_PAGES - target - CAP);
    CHECK_EQ(status.alloc_pages, target);
    fake_fini(&fake);
}

static void balloon__without_a_driver_all_is_swapped(void)
{
    struct fake fake;
    start(&fake);
    fake_driver(&fake, 0, false);
    fake_vm_start(&fake, 1, VM_PAGES, 100, 1000);
    struct mp_vm_status status = fake_vm_status(&fake, 0);
    CHECK_EQ(status.balloon_target_pages, 0);
    CHECK_EQ(status.swap_target_pages, VM_PAGES - TOTAL / 2);
    CHECK(!status.balloon_driver);
    fake_run(&fake, fake.now_ns + 40 * FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 0).swapped_pages, VM_PAGES - TOTAL / 2);
    fake_fini(&fake);
}

/* A VM below its target has nothing to give, however much less than its max the target is. */
static void balloon__nothing_of_a_vm_below_its_target(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 1, VM_PAGES, 100, 1000);
    fake_driver(&fake, 1, true);
    fake_fill(&fake, 1, 0, 200);
    fake_run_with_balloons(&fake, fake.now_ns + 40 * FAKE_SECOND);
    struct mp_vm_status status = fake_vm_status(&fake, 1);
    CHECK_EQ(status.target_pages, TOTAL / 2);
    CHECK_EQ(status.alloc_pages, 200);
    CHECK_EQ(status.balloon_target_pages, 0);
    CHECK_EQ(status.ballooned_pages, 0);
    fake_fini(&fake);
}

/* What the balloon gave back and nobody touched is not taken again when the target sinks: only what
 * the VM has above its target is. */
static void balloon__what_was_given_back_and_not_touched_stays(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 1, VM_PAGES, 100, 1000);
    fake_run_with_balloons(&fake, fake.now_ns + 3 * FAKE_SECOND);
    fake_vm_off(&fake, 1);
    fake_run_with_balloons(&fake, fake.now_ns + 3 * FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 0).ballooned_pages, 0);
    CHECK_EQ(fake_vm_status(&fake, 0).alloc_pages, TOTAL / 2);
    fake_vm_start(&fake, 1, VM_PAGES, 100, 1000);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, TOTAL / 2);
    CHECK_EQ(fake.vms[0].balloon_target_pages, 0);
    fake_fill(&fake, 0, 0, VM_PAGES); /* now it is touched */
    fake_run_with_balloons(&fake, fake.now_ns + 20 * FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 0).alloc_pages, TOTAL / 2);
    CHECK_EQ(fake_vm_status(&fake, 0).ballooned_pages, VM_PAGES - TOTAL / 2);
    CHECK_EQ(fake_vm_status(&fake, 0).swap_out_pages, 0);
    fake_fini(&fake);
}

/* When the pressure ends the balloon empties; what was swapped comes back only by a touch. */
static void balloon__deflates_when_the_other_vm_leaves(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 1, VM_PAGES, 100, 4000);
    fake_run_with_balloons(&fake, fake.now_ns + 40 * FAKE_SECOND);
    uint32_t swapped = fake_vm_status(&fake, 0).swapped_pages;
    CHECK(swapped > 0);
    fake_vm_off(&fake, 1);
    CHECK_EQ(fake.vms[0].balloon_target_pages, 0);
    fake_run_with_balloons(&fake, fake.now_ns + 40 * FAKE_SECOND);
    struct mp_vm_status status = fake_vm_status(&fake, 0);
    CHECK_EQ(status.ballooned_pages, 0);
    CHECK_EQ(status.swapped_pages, swapped);
    CHECK_EQ(status.untouched_pages, CAP); /* a page given back has nothing behind it */
    for (uint32_t ppn = 0; ppn < VM_PAGES; ppn++) {
        uint64_t contents = fake_read(&fake, 0, ppn);
        CHECK(contents == fake_unique(0, ppn) || (contents == 0 && ppn >= VM_PAGES - CAP));
    }
    fake_fini(&fake);
}

static void balloon_driver__gone_gives_its_pages_back(void)
{
    struct fake fake;
    start(&fake);
    for (uint32_t ppn = 0; ppn < 50; ppn++)
        mp_balloon_taken(fake.mp, 0, ppn, fake.now_ns);
    CHECK_EQ(fake_vm_status(&fake, 0).ballooned_pages, 50);
    CHECK_EQ(fake_status(&fake).in_use_pages, VM_PAGES - 50);
    fake_driver(&fake, 0, false);
    CHECK_EQ(fake_vm_status(&fake, 0).ballooned_pages, 0);
    CHECK_EQ(fake_vm_status(&fake, 0).untouched_pages, 50);
    CHECK_EQ(fake_read(&fake, 0, 49), 0);
    fake_fini(&fake);
}

/* A touch of a ballooned page gets a fresh page of zeroes; the driver then starts anew. */
static void balloon__pops(void)
{
    struct fake fake;
    struct mp_fault_work work;
    uint64_t contents = 1;
    start(&fake);
    for (uint32_t ppn = 10; ppn < 20; ppn++)
        mp_balloon_taken(fake.mp, 0, ppn, fake.now_ns);
    CHECK(fake_access(&fake, 0, 15, false, &contents, &work));
    CHECK_EQ(contents, 0);
    CHECK(work.popped && work.zeroed);
    CHECK_EQ(fake.events[MP_EVENT_BALLOON_POP], 1);
    CHECK_EQ(fake.event.a, 15);
    CHECK_EQ(fake.event.vm, 0);
    CHECK_EQ(fake_vm_status(&fake, 0).balloon_pops, 1);
    CHECK_EQ(fake_backing(&fake, 0, 15), MP_PRIVATE);
    CHECK_EQ(fake_vm_status(&fake, 0).ballooned_pages, 0); /* it is popped as a whole */
    CHECK_EQ(fake_vm_status(&fake, 0).untouched_pages, 9);
    fake_check(&fake);
    fake_driver(&fake, 0, true);
    CHECK_EQ(fake_vm_status(&fake, 0).ballooned_pages, 0);
    CHECK_EQ(fake_read(&fake, 0, 16), 0);
    CHECK_EQ(fake_read(&fake, 0, 9), fake_unique(0, 9));
    fake_fini(&fake);
}

/* A page can be taken whatever is behind it; what is behind it becomes free. */
static void balloon_taken__of_a_swapped_page(void)
{
    struct fake fake;
    struct mp_admission before, after;
    start(&fake);
    fake_driver(&fake, 0, false);
    fake_vm_start(&fake, 1, VM_PAGES, 100, 1000);
    fake_run(&fake, fake.now_ns + 40 * FAKE_SECOND);
    uint32_t ppn = 0;
    while (fake_backing(&fake, 0, ppn) != MP_SWAPPED)
        ppn++;
    uint32_t swapped = fake_vm_status(&fake, 0).swapped_pages;
    mp_admit(fake.mp, &(struct mp_vm_config){.max_pages = 10, .min_pages = 10, .shares = 0},
             &before);
    fake_driver(&fake, 0, true);
    mp_balloon_taken(fake.mp, 0, ppn, fake.now_ns);
    mp_admit(fake.mp, &(struct mp_vm_config){.max_pages = 10, .min_pages = 10, .shares = 0},
             &after);
    CHECK_EQ(fake_vm_status(&fake, 0).swapped_pages, swapped - 1);
    CHECK_EQ(fake_backing(&fake, 0, ppn), MP_BALLOONED);
    CHECK_EQ(after.swap_left_pages, before.swap_left_pages); /* reservations do not change */
    fake.now_ns += FAKE_SECOND;
    mp_balloon_returned(fake.mp, 0, ppn, fake.now_ns);
    CHECK_EQ(fake.mp->now_ns, fake.now_ns);
    CHECK_EQ(fake_read(&fake, 0, ppn), 0);
    fake_fini(&fake);
}

static void balloon_taken__of_an_untouched_page(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 1, 100, 0, 1000);
    fake_driver(&fake, 1, true);
    mp_balloon_taken(fake.mp, 1, 5, fake.now_ns);
    CHECK_EQ(fake_vm_status(&fake, 1).ballooned_pages, 1);
    CHECK_EQ(fake_vm_status(&fake, 1).untouched_pages, 99);
    fake_fini(&fake);
}

/* The driver takes a page just while it is being paged out: the I/O ends without a trace. */
static void balloon_taken__while_paging_out(void)
{
    for (int ok = 0; ok < 2; ok++) {
        struct fake fake;
        start(&fake);
        fake_driver(&fake, 0, false);
        fake_vm_start(&fake, 1, VM_PAGES, 100, 1000);
        while (fake.io_count == 0) {
            fake.now_ns = mp_next_deadline(fake.mp);
            fake_tick(&fake);
        }
        uint32_t ppn = fake.io[0].page.ppn;
        fake_driver(&fake, 0, true);
        mp_balloon_taken(fake.mp, 0, ppn, fake.now_ns);
        fake_check(&fake);
        CHECK_EQ(fake_backing(&fake, 0, ppn), MP_BALLOONED);
        fake_io_end(&fake, 0, ok);
        CHECK_EQ(fake_backing(&fake, 0, ppn), MP_BALLOONED);
        fake_check(&fake);
        fake_io_end_all(&fake);
        CHECK_EQ(fake_read(&fake, 0, ppn), 0); /* pops */
        fake_fini(&fake);
    }
}

/* The same on its way in: whoever waited for it must be told, or it waits for ever. */
static void balloon_taken__while_paging_in(void)
{
    for (int ok = 0; ok < 2; ok++) {
        struct fake fake;
        uint64_t contents = 0;
        start(&fake);
        fake_driver(&fake, 0, false);
        fake_vm_start(&fake, 1, VM_PAGES, 100, 1000);
        fake_run(&fake, fake.now_ns + 40 * FAKE_SECOND);
        uint32_t ppn = 0;
        while (fake_backing(&fake, 0, ppn) != MP_SWAPPED)
            ppn++;
        CHECK(!fake_access(&fake, 0, ppn, false, &contents, NULL));
        CHECK_EQ(fake_backing(&fake, 0, ppn), MP_PAGING_IN);
        fake_driver(&fake, 0, true);
        mp_balloon_taken(fake.mp, 0, ppn, fake.now_ns);
        fake_check(&fake);
        fake_io_end(&fake, 0, ok);
        CHECK_EQ(fake_backing(&fake, 0, ppn), MP_BALLOONED);
        CHECK(fake_retried(&fake, 0, ppn));
        CHECK_EQ(fake.events[MP_EVENT_IO_FAILED], 0); /* it ends without a trace */
        mp_balloon_returned(fake.mp, 0, ppn, fake.now_ns);
        CHECK_EQ(fake_read(&fake, 0, ppn), 0);
        fake_fini(&fake);
    }
}

/* Pages are paged out between a driver's polls: balloon and paging together leave the VM its min,
 * whatever the driver was told. */
static void balloon_taken__leaves_the_min(void)
{
    struct fake fake;
    start(&fake);
    fake_driver(&fake, 0, false);
    fake_vm_start(&fake, 1, VM_PAGES, 100, 50000); /* VM 0 is to have no more than its target */
    const struct mp_vm *vm = &fake.mp->vms[0];
    CHECK_EQ(mp_vm_configure(fake.mp, 0, 1000, vm->target_pages, fake.now_ns), MP_ADMITTED);
    while (vm->pages[MP_SWAPPED] < 100 || vm->leaving_pages == 0) {
        fake.now_ns = mp_next_deadline(fake.mp);
        fake_tick(&fake);
        if (fake.io_count > 40)
            fake_io_end(&fake, 0, true);
    }
    uint32_t leaving = vm->leaving_pages, swapped = vm->pages[MP_SWAPPED];
    uint32_t room = VM_PAGES - vm->config.min_pages - swapped - leaving;
    fake_driver(&fake, 0, true);
    CHECK_EQ(fake.vms[0].balloon_target_pages, room);
    uint32_t swapped_ppn = VM_PAGES, leaving_ppn = VM_PAGES, ppn = 0;
    for (uint32_t taken = 0; taken < room; ppn++) {
        if (fake_backing(&fake, 0, ppn) == MP_SWAPPED)
            swapped_ppn = ppn;
        else if (fake_backing(&fake, 0, ppn) == MP_PAGING_OUT)
            leaving_ppn = ppn;
        else
            taken += mp_balloon_taken(fake.mp, 0, ppn, fake.now_ns);
    }
    while (fake_backing(&fake, 0, ppn) != MP_PRIVATE)
        ppn++;
    CHECK(!mp_balloon_taken(fake.mp, 0, ppn, fake.now_ns));
    CHECK_EQ(fake_backing(&fake, 0, ppn), MP_PRIVATE);
    CHECK(mp_balloon_taken(fake.mp, 0, swapped_ppn, fake.now_ns)); /* it was taken before */
    CHECK(mp_balloon_taken(fake.mp, 0, leaving_ppn, fake.now_ns));
    CHECK(!mp_balloon_taken(fake.mp, 0, leaving_ppn, fake.now_ns));
    fake_io_end_all(&fake);
    CHECK_EQ(vm->pages[MP_BALLOONED], room + 2);
    CHECK_EQ(vm->pages[MP_SWAPPED], swapped + leaving - 2);
    CHECK_EQ(mp_vm_alloc_pages(vm), vm->config.min_pages);
    fake_fini(&fake);
}

/* It is touched while it is paged out, so it stays: the balloon may have another in its place. */
static void balloon_taken__of_a_page_that_is_wanted_back(void)
{
    struct fake fake;
    uint64_t contents;
    start(&fake);
    fake_driver(&fake, 0, false);
    fake_vm_start(&fake, 1, VM_PAGES, 100, 50000);
    while (fake.io_count == 0) {
        fake.now_ns = mp_next_deadline(fake.mp);
        fake_tick(&fake);
    }
    uint32_t ppn = fake.io[0].page.ppn, leaving = fake.mp->vms[0].leaving_pages;
    CHECK_EQ(mp_vm_configure(fake.mp, 0, 1000, VM_PAGES - leaving, fake.now_ns), MP_ADMITTED);
    fake_driver(&fake, 0, true);
    CHECK(!mp_balloon_taken(fake.mp, 0, fake.io[0].page.ppn == 0, fake.now_ns));
    CHECK(!fake_access(&fake, 0, ppn, false, &contents, NULL));
    CHECK_EQ(fake.mp->vms[0].leaving_pages, leaving - 1);
    CHECK(mp_balloon_taken(fake.mp, 0, ppn, fake.now_ns));
    CHECK(!mp_balloon_taken(fake.mp, 0, ppn == 0, fake.now_ns));
    fake_io_end_all(&fake);
    CHECK_EQ(mp_vm_alloc_pages(&fake.mp->vms[0]), VM_PAGES - leaving);
    fake_fini(&fake);
}

static void balloon__cap_in_basis_points_of_max(void)
{
    struct fake fake;
    start(&fake);
    fake.tunables.balloon_cap_bp = 1000;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    fake_vm_start(&fake, 1, VM_PAGES, 100, 1000);
    CHECK_EQ(fake_vm_status(&fake, 0).balloon_target_pages, VM_PAGES / 10);
    CHECK_EQ(fake_vm_status(&fake, 0).swap_target_pages, VM_PAGES - TOTAL / 2 - VM_PAGES / 10);
    fake_fini(&fake);
}

/* Is there a line in the log that begins so? */
static bool is_logged(const struct fake *fake, const char *text)
{
    for (const char *line = fake->log; line && *line; line = strchr(line, '\n') + 1) {
        if (strncmp(line, text, strlen(text)) == 0)
            return true;
    }
    return false;
}

/* While nothing changes, the driver is left alone. */
static void balloon_target__sent_when_it_changes(void)
{
    struct fake fake;
    start(&fake);
    fake_log_start(&fake);
    fake_driver(&fake, 0, true); /* a new one knows that it has nothing to hold */
    CHECK(!is_logged(&fake, "balloon "));
    fake_vm_start(&fake, 1, VM_PAGES, 100, 1000);
    CHECK(is_logged(&fake, "balloon 0 "));
    fake_run_with_balloons(&fake, fake.now_ns + 20 * FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 0).alloc_pages, TOTAL / 2);
    fake_log_start(&fake);
    fake_run_with_balloons(&fake, fake.now_ns + 60 * FAKE_SECOND);
    CHECK(is_logged(&fake, "decision 0 periodic"));
    CHECK(!is_logged(&fake, "balloon "));
    fake_fini(&fake);
}

/* Paging waits ten seconds for a driver that takes nothing, from when its balloon fell short. */
static void balloon__is_awaited_from_when_it_fell_short(void)
{
    struct fake fake;
    start(&fake);
    const struct mp_vm *vm = &fake.mp->vms[0];
    fake_run(&fake, 60 * FAKE_SECOND); /* it lacked nothing */
    fake_vm_start(&fake, 1, VM_PAGES, 100, 1000);
    fake.mp->state = MP_STATE_SOFT;
    CHECK_EQ(mp_balloon_awaited_pages(fake.mp, vm), VM_PAGES - TOTAL / 2);
    fake.mp->now_ns += 5 * FAKE_SECOND;
    CHECK_EQ(mp_vm_configure(fake.mp, 1, 1100, 100, fake.mp->now_ns), MP_ADMITTED);
    CHECK(vm->balloon_target_pages > VM_PAGES - TOTAL / 2); /* now it lacks more */
    fake.mp->state = MP_STATE_SOFT;
    fake.mp->now_ns += 5 * FAKE_SECOND - 1;
    CHECK(mp_balloon_awaited_pages(fake.mp, vm) > 0);
    fake.mp->now_ns += 1;
    CHECK_EQ(mp_balloon_awaited_pages(fake.mp, vm), 0);
    fake.mp->state = MP_STATE_HIGH;
    CHECK(mp_balloon_awaited_pages(fake.mp, vm) > 0);
    fake_fini(&fake);
}

/* A balloon that was larger than its target has not been short. */
static void balloon__is_awaited_anew_after_deflating(void)
{
    struct fake fake;
    start(&fake);
    const struct mp_vm *vm = &fake.mp->vms[0];
    fake_vm_start(&fake, 1, VM_PAGES, 100, 1000);
    fake_run_with_balloons(&fake, fake.now_ns + 3 * FAKE_SECOND);
    fake_vm_off(&fake, 1);
    CHECK(vm->balloon_target_pages < vm->pages[MP_BALLOONED]);
    fake.mp->now_ns += 20 * FAKE_SECOND;
    CHECK_EQ(mp_vm_configure(fake.mp, 0, 1000, 100, fake.mp->now_ns), MP_ADMITTED);
    fake_vm_start(&fake, 1, VM_PAGES, 100, 4000);
    fake.mp->state = MP_STATE_SOFT;
    CHECK(vm->balloon_target_pages > vm->pages[MP_BALLOONED]);
    CHECK(mp_balloon_awaited_pages(fake.mp, vm) > 0);
    fake_fini(&fake);
}

/* It need not wait for the next rebalancing. */
static void balloon_driver__new_gets_its_target_at_once(void)
{
    struct fake fake;
    start(&fake);
    fake_driver(&fake, 0, false);
    fake_vm_start(&fake, 1, VM_PAGES, 100, 1000);
    CHECK_EQ(fake_vm_status(&fake, 0).balloon_target_pages, 0);
    fake_driver(&fake, 0, true);
    CHECK(fake_vm_status(&fake, 0).balloon_driver);
    CHECK_EQ(fake_vm_status(&fake, 0).balloon_target_pages, VM_PAGES - TOTAL / 2);
    CHECK_EQ(fake.vms[0].balloon_target_pages, VM_PAGES - TOTAL / 2);
    CHECK_EQ(fake_vm_status(&fake, 0).swap_target_pages, 0);
    fake_driver(&fake, 0, false); /* and what it does not take any more is paged out */
    CHECK_EQ(fake_vm_status(&fake, 0).balloon_target_pages, 0);
    CHECK_EQ(fake_vm_status(&fake, 0).swap_target_pages, VM_PAGES - TOTAL / 2);
    fake_fini(&fake);
}

/* A VM that is above its target is paged as soon as its driver has gone. */
static void balloon_driver__of_an_empty_balloon(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 1, VM_PAGES, 100, 1000);
    fake_run(&fake, fake.now_ns + FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 0).swap_out_pages, 0);
    CHECK_EQ(fake.io_count, 0);
    fake.now_ns += FAKE_MS; /* the pager's time runs too */
    fake_driver(&fake, 0, false);
    CHECK(fake.io_count > 0);
    fake_run(&fake, fake.now_ns + FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 0).alloc_pages, TOTAL / 2);
    fake_fini(&fake);
}

/* Pages that the VM does not have, pages taken twice, pages returned that were not taken. */
static void balloon__a_lying_guest_is_refused(void)
{
    static const uint32_t lies[] = {100, 101, 5000, INT32_MAX, UINT32_MAX};
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 1, 100, 0, 1000); /* its pmap ends within a line of the cache */
    fake_driver(&fake, 1, true);
    struct mp_pmap_entry *behind = (struct mp_pmap_entry *)mp_pmap(fake.mp, 1) + 100;
    uint64_t refused = fake_vm_status(&fake, 1).balloon_refused_pages;
    for (uint8_t backing = MP_UNTOUCHED; backing <= MP_PAGING_IN; backing++) {
        *behind = (struct mp_pmap_entry){.where = 7, .backing = backing & 0xfu};
        for (uint32_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
            CHECK(!mp_balloon_taken(fake.mp, 1, lies[i], fake.now_ns));
            CHECK_EQ(fake_vm_status(&fake, 1).balloon_refused_pages, ++refused);
            mp_balloon_returned(fake.mp, 1, lies[i], fake.now_ns);
            CHECK_EQ(fake_vm_status(&fake, 1).balloon_refused_pages, ++refused);
        }
        CHECK_EQ(behind->where, 7);
        CHECK_EQ(behind->backing, backing);
        CHECK_EQ(fake_vm_status(&fake, 1).ballooned_pages, 0);
        CHECK_EQ(fake_vm_status(&fake, 1).untouched_pages, 100);
    }
    *behind = (struct mp_pmap_entry){.where = 0};
    CHECK(mp_balloon_taken(fake.mp, 1, 99, fake.now_ns));
    CHECK(!mp_balloon_taken(fake.mp, 1, 99, fake.now_ns));
    CHECK_EQ(fake_vm_status(&fake, 1).ballooned_pages, 1);
    mp_balloon_returned(fake.mp, 1, 98, fake.now_ns);
    CHECK_EQ(fake_vm_status(&fake, 1).ballooned_pages, 1);
    CHECK_EQ(fake_vm_status(&fake, 1).untouched_pages, 99);
    fake_fini(&fake);
}

/* A page that the guest has free is nobody's, whatever was behind it; the next touch finds zeroes.
 */
static void unneeded__gives_memory_and_slots_back(void)
{
    struct fake fake;
    start(&fake);
    uint32_t free_pages = fake_status(&fake).free_pages;
    for (uint32_t ppn = 0; ppn < 100; ppn++)
        mp_page_unneeded(fake.mp, 0, ppn, fake.now_ns);
    CHECK_EQ(fake_status(&fake).free_pages, free_pages + 100);
    CHECK_EQ(fake_vm_status(&fake, 0).untouched_pages, 100);
    mp_page_unneeded(fake.mp, 0, 5, fake.now_ns); /* twice is once */
    mp_page_unneeded(fake.mp, 0, VM_PAGES, fake.now_ns);
    CHECK_EQ(fake_vm_status(&fake, 0).untouched_pages, 100);
    CHECK_EQ(fake_read(&fake, 0, 5), 0);
    CHECK_EQ(fake_read(&fake, 0, 100), fake_unique(0, 100));
    fake_vm_start(&fake, 1, VM_PAGES, 100, 1000);
    fake_run_with_balloons(&fake, 20 * FAKE_SECOND);
    uint32_t held = 0;
    while (fake_backing(&fake, 0, held) != MP_BALLOONED)
        held++;
    mp_page_unneeded(fake.mp, 0, held, fake.now_ns);
    CHECK_EQ(fake_backing(&fake, 0, held), MP_BALLOONED);
    fake_fini(&fake);
}

TEST_SUITE(policy_balloon, TEST(balloon__is_awaited_from_when_it_fell_short),
           TEST(balloon__is_awaited_anew_after_deflating),
           TEST(balloon__a_second_vm_takes_half_before_it_touches_memory),
           TEST(balloon__the_cap_then_swap_for_the_rest),
           TEST(balloon__without_a_driver_all_is_swapped),
           TEST(balloon__nothing_of_a_vm_below_its_target),
           TEST(balloon__what_was_given_back_and_not_touched_stays),
           TEST(balloon__deflates_when_the_other_vm_leaves),
           TEST(balloon_driver__gone_gives_its_pages_back), TEST(balloon__pops),
           TEST(balloon_taken__of_a_swapped_page), TEST(balloon_taken__of_an_untouched_page),
           TEST(balloon_taken__leaves_the_min), TEST(balloon_taken__of_a_page_that_is_wanted_back),
           TEST(balloon_taken__while_paging_out), TEST(balloon_taken__while_paging_in),
           TEST(balloon__cap_in_basis_points_of_max), TEST(balloon_target__sent_when_it_changes),
           TEST(balloon_driver__new_gets_its_target_at_once),
           TEST(balloon__a_lying_guest_is_refused), TEST(balloon_driver__of_an_empty_balloon),
           TEST(unneeded__gives_memory_and_slots_back))
