/*
 * Remapping of hot I/O pages (section 7): which memory pages come from, when one is copied, when it
 * moves, and who makes room for it. In every case the contents stay what they were.
 */
#include "models/policy/mp_internal.h"
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#define PAGES 1000u /* of the machine */
#define LOW   100u  /* of these, low */

static void start(struct fake *fake, uint32_t low_pages, uint32_t threshold)
{
    fake_init(fake, PAGES);
    fake->machine.low_pages = low_pages;
    fake->tunables.remap_threshold = threshold;
    fake_start(fake);
    fake_vm_start(fake, 0, 400, 0, 1000);
}

static struct mp_device_work device_io(struct fake *fake, uint16_t vm, uint32_t ppn)
{
    struct mp_device_work work;
    mp_device_io(fake->mp, vm, ppn, fake->now_ns, &work);
    fake_check(fake);
    return work;
}

static uint32_t mpn_of(const struct fake *fake, uint16_t vm, uint32_t ppn)
{
    return mp_pmap(fake->mp, vm)[ppn].where;
}

static bool is_low(const struct fake *fake, uint16_t vm, uint32_t ppn)
{
    return mpn_of(fake, vm, ppn) < fake->machine.low_pages;
}

/* Device I/O until the page is low; answers how many were copied. */
static uint32_t copies_until_low(struct fake *fake, uint16_t vm, uint32_t ppn)
{
    uint32_t copies = 0;
    while (!is_low(fake, vm, ppn) && copies < 1000)
        copies += device_io(fake, vm, ppn).copied;
    return copies;
}

/* Fills low memory with the pages 0 .. LOW - 1 of VM 0, each with as much I/O as it took. */
static void fill_low(struct fake *fake)
{
    fake_fill(fake, 0, 0, LOW);
    for (uint32_t ppn = 0; ppn < LOW; ppn++)
        copies_until_low(fake, 0, ppn);
    CHECK_EQ(fake_status(fake).free_low_pages, 0);
}

static void contents_are_kept(struct fake *fake, uint32_t pages)
{
    for (uint32_t ppn = 0; ppn < pages; ppn++) {
        if (fake_read(fake, 0, ppn) != fake_unique(0, ppn))
            CHECK_EQ(ppn, UINT32_MAX);
    }
}

static void pools__high_memory_goes_first(void)
{
    struct fake fake;
    start(&fake, PAGES - 10, 16);
    fake_fill(&fake, 0, 0, 12);
    for (uint32_t ppn = 0; ppn < 10; ppn++)
        CHECK_EQ(mpn_of(&fake, 0, ppn), PAGES - 10 + ppn);
    CHECK_EQ(mpn_of(&fake, 0, 10), 0);
    CHECK_EQ(mpn_of(&fake, 0, 11), 1);
    CHECK_EQ(fake_status(&fake).free_low_pages, PAGES - 12);
    fake_fini(&fake);
}

/* What the hypervisor keeps is taken from low memory, all of it if need be. */
static void pools__the_hypervisor_is_low(void)
{
    struct fake fake;
    fake_init(&fake, PAGES);
    fake.machine.low_pages = LOW;
    fake.machine.hypervisor_pages = LOW + 5;
    fake_start(&fake);
    CHECK_EQ(fake_status(&fake).free_low_pages, 0);
    CHECK(!mp_is_split(fake.mp));
    fake_vm_start(&fake, 0, 400, 0, 1000);
    fake_fill(&fake, 0, 0, 1);
    CHECK_EQ(mpn_of(&fake, 0, 0), LOW + 5);
    fake_fini(&fake);
}

static void io__low_pages_need_no_copy(void)
{
    struct fake fake;
    start(&fake, PAGES, 0);
    fake_fill(&fake, 0, 0, 1);
    struct mp_device_work work = device_io(&fake, 0, 0);
    CHECK(!work.copied && !work.remapped && !work.returned);
    CHECK_EQ(fake_vm_status(&fake, 0).io_copies, 0);
    CHECK_EQ(mp_pmap(fake.mp, 0)[0].device_ios, 1);
    fake_fini(&fake);
}

static void io__remapped_when_copies_exceed_the_threshold(void)
{
    static const uint32_t thresholds[] = {0, 1, 16, 300};
    for (uint32_t i = 0; i < sizeof thresholds / sizeof thresholds[0]; i++) {
        struct fake fake;
        start(&fake, LOW, thresholds[i]);
        fake_fill(&fake, 0, 0, 3);
        uint32_t old_mpn = mpn_of(&fake, 0, 1), free_pages = fake_status(&fake).free_pages;
        CHECK_EQ(copies_until_low(&fake, 0, 1), thresholds[i] + 1);
        CHECK_EQ(fake.vms[0].pages[1].mpn, mpn_of(&fake, 0, 1)); /* the mapping moved too */
        CHECK(fake.vms[0].pages[1].writable);
        CHECK(!device_io(&fake, 0, 1).copied);
        CHECK_EQ(fake_vm_status(&fake, 0).io_copies, thresholds[i] + 1);
        CHECK_EQ(fake_vm_status(&fake, 0).io_remaps, 1);
        CHECK_EQ(fake_status(&fake).free_pages, free_pages);
        fake_fill(&fake, 0, 3, 4);
        CHECK_EQ(mpn_of(&fake, 0, 3), old_mpn); /* the high page is free */
        contents_are_kept(&fake, 4);
        fake_fini(&fake);
    }
}

static void io__never_when_it_is_off(void)
{
    struct fake fake;
    start(&fake, LOW, 0);
    fake.tunables.remap_enabled = 0;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    fake_fill(&fake, 0, 0, 1);
    for (uint32_t i = 0; i < 100; i++)
        CHECK(device_io(&fake, 0, 0).copied);
    CHECK_EQ(fake_vm_status(&fake, 0).io_copies, 100);
    fake_fini(&fake);
}

static void io__the_count_stays_at_its_most(void)
{
    struct fake fake;
    start(&fake, 0, 65534);
    fake_fill(&fake, 0, 0, 1);
    struct mp_device_work work;
    for (uint32_t i = 0; i < 70000; i++)
        mp_device_io(fake.mp, 0, 0, fake.now_ns, &work);
    CHECK_EQ(mp_pmap(fake.mp, 0)[0].device_ios, UINT16_MAX);
    CHECK_EQ(fake_vm_status(&fake, 0).io_copies, 70000);
    fake_fini(&fake);
}

/* A page that lost its memory in between begins anew. */
static void io__counts_end_with_the_memory(void)
{
    struct fake fake;
    start(&fake, LOW, 4);
    fake_driver(&fake, 0, true);
    fake_fill(&fake, 0, 0, 1);
    for (uint32_t i = 0; i < 4; i++)
        device_io(&fake, 0, 0);
    mp_balloon_taken(fake.mp, 0, 0, fake.now_ns);
    mp_balloon_returned(fake.mp, 0, 0, fake.now_ns);
    fake_fill(&fake, 0, 0, 1);
    CHECK_EQ(copies_until_low(&fake, 0, 0), 5);
    fake_fini(&fake);
}

static void io__a_shared_page_is_copied_until_it_is_private(void)
{
    struct fake fake;
    start(&fake, LOW, 2);
    fake_write(&fake, 0, 0, 7);
    fake_write(&fake, 0, 1, 7);
    mp_share_page(fake.mp, 0, 0, fake.now_ns);
    CHECK(mp_share_page(fake.mp, 0, 1, fake.now_ns));
    for (uint32_t i = 0; i < 10; i++)
        CHECK(device_io(&fake, 0, 1).copied && !is_low(&fake, 0, 1));
    fake_write(&fake, 0, 1, 8);
    CHECK_EQ(copies_until_low(&fake, 0, 1), 1);
    CHECK_EQ(fake_read(&fake, 0, 0), 7);
    CHECK_EQ(fake_read(&fake, 0, 1), 8);
    fake_fini(&fake);
}

static void io__a_pinned_page_stays(void)
{
    struct fake fake;
    start(&fake, LOW, 2);
    fake_fill(&fake, 0, 0, 1);
    fake.vms[0].pages[0].pinned = true;
    for (uint32_t i = 0; i < 10; i++)
        CHECK(device_io(&fake, 0, 0).copied);
    fake.vms[0].pages[0].pinned = false;
    CHECK_EQ(copies_until_low(&fake, 0, 0), 1);
    fake_fini(&fake);
}

/* Its next touch must still be counted. */
static void io__a_sampled_page_stays_unmapped(void)
{
    struct fake fake;
    start(&fake, LOW, 0);
    fake.tunables.sample_pages = 400;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    fake_fill(&fake, 0, 0, 400);
    fake_run(&fake, 31 * FAKE_SECOND);
    CHECK(mp_page_awaited(fake.mp, 0, 5));
    CHECK(device_io(&fake, 0, 5).remapped);
    CHECK_EQ(fake.vms[0].pages[5].mpn, MP_NO_PAGE);
    struct mp_fault_work work;
    CHECK(fake_open(&fake, 0, 5, false, &work) != NULL);
    CHECK(work.sampled);
    contents_are_kept(&fake, 400);
    fake_fini(&fake);
}

/* A move is no change of free memory: all of it may be spoken for. */
static void io__remaps_while_overhead_takes_the_rest(void)
{
    struct fake fake;
    fake_init(&fake, PAGES);
    fake.machine.low_pages = LOW;
    fake.tunables.remap_threshold = 0;
    fake.tunables.overhead_start_pages = fake.tunables.overhead_full_pages = 650;
    fake_start(&fake);
    fake.accept_pages = 0;
    fake_vm_start(&fake, 0, 400, 0, 1000);
    fake_fill(&fake, 0, 0, 350);
    CHECK_EQ(fake_status(&fake).free_pages, 0);
    CHECK_EQ(copies_until_low(&fake, 0, 0), 1);
    CHECK_EQ(fake_status(&fake).free_pages, 0);
    fake_fini(&fake);
}

/* ---- Low memory is full ------------------------------------------------------------------ */

static void full__without_a_return_pages_are_copied(void)
{
    struct fake fake;
    start(&fake, LOW, 2);
    fill_low(&fake);
    fake_fill(&fake, 0, 200, 201);
    for (uint32_t i = 0; i < 50; i++)
        CHECK(device_io(&fake, 0, 200).copied);
    fake_driver(&fake, 0, true);
    mp_balloon_taken(fake.mp, 0, 7, fake.now_ns); /* a low page becomes free */
    CHECK(device_io(&fake, 0, 200).remapped);
    fake_fini(&fake);
}

static void full__random_makes_room(void)
{
    struct fake fake;
    start(&fake, LOW, 2);
    fake.tunables.remap_return = 1;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    fill_low(&fake);
    fake_fill(&fake, 0, LOW, 300);
    for (uint32_t ppn = 0; ppn < LOW; ppn++) /* all but one of the low pages are pinned */
        fake.vms[0].pages[ppn].pinned = ppn != 42;
    struct mp_device_work work = {.copied = false};
    for (uint32_t i = 0; i < 1000 && !work.remapped; i++)
        work = device_io(&fake, 0, 200);
    CHECK(work.copied && work.returned && work.remapped);
    CHECK(is_low(&fake, 0, 200) && !is_low(&fake, 0, 42));
    CHECK_EQ(fake_vm_status(&fake, 0).io_returns, 1);
    CHECK_EQ(mp_pmap(fake.mp, 0)[42].device_ios, 0);
    contents_are_kept(&fake, 300);
    fake_fini(&fake);
}

/* Without a high page to go to, nobody makes room. */
static void full__random_needs_a_high_page(void)
{
    struct fake fake;
    start(&fake, PAGES - 10, 0);
    fake.tunables.remap_return = 1;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    fake_fill(&fake, 0, 0, 400);
    fake_vm_start(&fake, 1, 600, 0, 1000);
    fake.accept_pages = 0;
    fake_fill(&fake, 1, 0, 600);
    CHECK_EQ(fake_status(&fake).free_pages, 0);
    struct mp_device_work work = device_io(&fake, 0, 0);
    CHECK(work.copied && !work.returned && !work.remapped);
    fake_fini(&fake);
}

static void full__cost_benefit_spares_the_busy(void)
{
    struct fake fake;
    start(&fake, LOW, 2);
    fake.tunables.remap_return = 2;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    fill_low(&fake);
    for (uint32_t ppn = 0; ppn < LOW; ppn++) {
        for (uint32_t i = 0; i < 1000; i++)
            if (ppn != 42)
                device_io(&fake, 0, ppn);
    }
    fake_fill(&fake, 0, LOW, 300);
    struct mp_device_work work = {.copied = false};
    uint32_t ios = 0;
    for (; ios < 2000 && !work.remapped; ios++)
        work = device_io(&fake, 0, 200);
    /* More than twice the I/O of page 42 (3) and 2: at the 9th if it is drawn then. */
    CHECK(ios >= 6);
    CHECK(work.returned && !is_low(&fake, 0, 42));
    contents_are_kept(&fake, 300);
    fake_fini(&fake);
}

/* Two pages that are used alike do not change places. */
static void full__cost_benefit_leaves_equals(void)
{
    struct fake fake;
    start(&fake, LOW, 2);
    fake.tunables.remap_return = 2;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    fill_low(&fake);
    fake_fill(&fake, 0, LOW, LOW + 1);
    for (uint32_t round = 0; round < 50; round++) {
        for (uint32_t ppn = 0; ppn <= LOW; ppn++)
            device_io(&fake, 0, ppn);
    }
    CHECK_EQ(fake_vm_status(&fake, 0).io_returns, 0);
    CHECK_EQ(fake_vm_status(&fake, 0).io_remaps, LOW);
    fake_fini(&fake);
}

/* What was busy once gives way in the end. */
static void full__cost_benefit_forgets(void)
{
    struct fake fake;
    start(&fake, 1, 2);
    fake.tunables.remap_return = 2;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    fake_fill(&fake, 0, 0, 2);
    for (uint32_t i = 0; i < 1000; i++)
        device_io(&fake, 0, 0);
    CHECK(is_low(&fake, 0, 0));
    CHECK(copies_until_low(&fake, 0, 1) < 100);
    CHECK(!is_low(&fake, 0, 0));
    contents_are_kept(&fake, 2);
    fake_fini(&fake);
}

/* Page 0 is low after 3 copies, and then used until 100. Page 1 needs more than twice that and 2.
 */
static void full__cost_benefit_halves_both_counts(void)
{
    struct fake fake;
    start(&fake, 1, 2);
    fake.tunables.remap_return = 2;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    fake_fill(&fake, 0, 0, 2);
    for (uint32_t i = 0; i < 100; i++)
        device_io(&fake, 0, 0);
    const struct mp_pmap_entry *pmap = mp_pmap(fake.mp, 0);
    CHECK_EQ(pmap[0].device_ios, 100);
    device_io(&fake, 0, 1);
    device_io(&fake, 0, 1);
    CHECK_EQ(pmap[0].device_ios, 100); /* two copies are not above the threshold */
    CHECK_EQ(pmap[1].device_ios, 2);
    CHECK(!device_io(&fake, 0, 1).remapped);
    CHECK_EQ(pmap[0].device_ios, 50);
    CHECK_EQ(pmap[1].device_ios, 1);
    fake_fini(&fake);
}

/* A page of 10 copies gives way to one of more than 22. */
static void full__cost_benefit_to_the_copy(void)
{
    struct fake fake;
    start(&fake, 1, 22);
    fake.tunables.remap_return = 2;
    fake_fill(&fake, 0, 0, 2);
    for (uint32_t i = 0; i < 23; i++)
        device_io(&fake, 0, 0); /* moves down, as low memory is free */
    CHECK(is_low(&fake, 0, 0));
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    struct mp_pmap_entry *pmap = (struct mp_pmap_entry *)mp_pmap(fake.mp, 0);
    pmap[0].device_ios = 10;
    pmap[1].device_ios = 21;
    CHECK(!device_io(&fake, 0, 1).remapped); /* its 22nd, at most the threshold */
    CHECK_EQ(pmap[1].device_ios, 22);
    fake.tunables.remap_threshold = 0;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    pmap[1].device_ios = 21;
    CHECK(!device_io(&fake, 0, 1).remapped);
    CHECK_EQ(pmap[0].device_ios, 5); /* both were halved */
    CHECK_EQ(pmap[1].device_ios, 11);
    pmap[0].device_ios = 10;
    pmap[1].device_ios = 22;
    CHECK(device_io(&fake, 0, 1).remapped);
    CHECK(is_low(&fake, 0, 1) && !is_low(&fake, 0, 0));
    CHECK_EQ(pmap[0].device_ios, 0);
    CHECK_EQ(pmap[1].device_ios, 23);
    fake_fini(&fake);
}

/* One of two low pages is busy: whichever is drawn first, the other one is found. */
static void full__cost_benefit_looks_at_several_pages(void)
{
    for (uint32_t busy = 0; busy < 2; busy++) {
        struct fake fake;
        start(&fake, 2, 0);
        fake.tunables.remap_return = 2;
        mp_retune(fake.mp, &fake.tunables, fake.now_ns);
        fake_fill(&fake, 0, 0, 10);
        for (uint32_t ppn = 0; ppn < 2; ppn++)
            copies_until_low(&fake, 0, ppn);
        struct mp_pmap_entry *pmap = (struct mp_pmap_entry *)mp_pmap(fake.mp, 0);
        for (uint32_t ppn = 2; ppn < 10; ppn++) {
            pmap[0].device_ios = busy == 0 ? 1000 : 0;
            pmap[1].device_ios = busy == 1 ? 1000 : 0;
            uint32_t cold = 1 - busy;
            pmap[ppn].device_ios = 10;
            CHECK(device_io(&fake, 0, ppn).remapped);
            CHECK(is_low(&fake, 0, busy) && !is_low(&fake, 0, cold));
            CHECK(device_io(&fake, 0, cold).copied); /* and back again */
            pmap[cold].device_ios = 1000;
            pmap[ppn].device_ios = 0;
            CHECK(device_io(&fake, 0, cold).remapped);
        }
        fake_fini(&fake);
    }
}

/* The same page moves up, whichever is busy. */
static void full__random_does_not_mind_what_is_busy(void)
{
    uint32_t moved[2];
    for (uint32_t busy = 0; busy < 2; busy++) {
        struct fake fake;
        start(&fake, 2, 0);
        fake.tunables.remap_return = 1;
        mp_retune(fake.mp, &fake.tunables, fake.now_ns);
        fake_fill(&fake, 0, 0, 3);
        for (uint32_t ppn = 0; ppn < 2; ppn++)
            copies_until_low(&fake, 0, ppn);
        struct mp_pmap_entry *pmap = (struct mp_pmap_entry *)mp_pmap(fake.mp, 0);
        pmap[0].device_ios = busy == 0 ? 1000 : 0;
        pmap[1].device_ios = busy == 1 ? 1000 : 0;
        CHECK(device_io(&fake, 0, 2).remapped);
        moved[busy] = is_low(&fake, 0, 0);
        fake_fini(&fake);
    }
    CHECK_EQ(moved[0], moved[1]);
}

TEST_SUITE(policy_remap, TEST(pools__high_memory_goes_first), TEST(pools__the_hypervisor_is_low),
           TEST(io__low_pages_need_no_copy), TEST(io__remapped_when_copies_exceed_the_threshold),
           TEST(io__never_when_it_is_off), TEST(io__the_count_stays_at_its_most),
           TEST(io__counts_end_with_the_memory),
           TEST(io__a_shared_page_is_copied_until_it_is_private), TEST(io__a_pinned_page_stays),
           TEST(io__a_sampled_page_stays_unmapped), TEST(io__remaps_while_overhead_takes_the_rest),
           TEST(full__without_a_return_pages_are_copied), TEST(full__random_makes_room),
           TEST(full__random_needs_a_high_page), TEST(full__cost_benefit_spares_the_busy),
           TEST(full__cost_benefit_leaves_equals), TEST(full__cost_benefit_forgets),
           TEST(full__cost_benefit_halves_both_counts), TEST(full__cost_benefit_to_the_copy),
           TEST(full__cost_benefit_looks_at_several_pages),
           TEST(full__random_does_not_mind_what_is_busy))
