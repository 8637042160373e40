/* Who is offered for sharing and when (section 4.3): the scanner's rates, its order, victims of
 * paging, and what the metadata cost. */
#include "models/policy/mp_governor.h"
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

static void start(struct fake *fake, uint32_t machine_pages)
{
    fake_init(fake, machine_pages);
    fake->machine.max_vms = 8;
    fake->machine.swap_pages = 8 * machine_pages;
    fake_start(fake);
}

static double scanned(const struct fake *fake)
{
    return (double)fake_status(fake).pages_scanned;
}

static double vm_scanned(const struct fake *fake, uint16_t vm)
{
    return (double)fake_vm_status(fake, vm).pages_scanned;
}

static void scan__at_most_50_pages_a_second(void)
{
    struct fake fake;
    start(&fake, 4000);
    fake_vm_start(&fake, 0, 3000, 0, 1000);
    fake_fill(&fake, 0, 0, 3000);
    fake_run(&fake, 10 * FAKE_SECOND);
    CHECK_NEAR(scanned(&fake), 500, 10);
    CHECK_EQ(fake_vm_status(&fake, 0).pages_scanned, fake_status(&fake).pages_scanned);
    fake_fini(&fake);
}

/* Pages of 64 KiB: the rates count 4 KiB. */
static void scan__rates_are_of_small_pages(void)
{
    struct fake fake;
    fake_init(&fake, 4000);
    fake.machine.max_vms = 8;
    fake.machine.swap_pages = 32000;
    fake.machine.page_scale = 16;
    fake_start(&fake);
    for (uint16_t vm = 0; vm < 4; vm++) {
        fake_vm_start(&fake, vm, 700, 0, 1000);
        fake_fill(&fake, vm, 0, 700);
    }
    fake_run(&fake, 64 * FAKE_SECOND);
    CHECK_NEAR(scanned(&fake), 800, 16); /* 4 x 50 x 64 / 16 */
    for (uint16_t vm = 0; vm < 4; vm++)
        CHECK_NEAR(vm_scanned(&fake, vm), 200, 8);
    fake_fini(&fake);
}

static void scan__at_most_200_pages_a_second_of_all(void)
{
    struct fake fake;
    start(&fake, 8000);
    for (uint16_t vm = 0; vm < 8; vm++) {
        fake_vm_start(&fake, vm, 900, 0, 1000);
        fake_fill(&fake, vm, 0, 900);
    }
    fake_run(&fake, 10 * FAKE_SECOND);
    CHECK_NEAR(scanned(&fake), 2000, 40);
    for (uint16_t vm = 0; vm < 8; vm++)
        CHECK_NEAR(vm_scanned(&fake, vm), 250, 25);
    fake_fini(&fake);
}

/* A VM that has nothing to scan leaves its turn to the others. */
static void scan__idle_vms_cost_no_turn(void)
{
    struct fake fake;
    start(&fake, 8000);
    for (uint16_t vm = 0; vm < 8; vm++)
        fake_vm_start(&fake, vm, 900, 0, 1000);
    fake_fill(&fake, 6, 0, 900);
    fake_run(&fake, 10 * FAKE_SECOND);
    CHECK_NEAR(vm_scanned(&fake, 6), 500, 10);
    fake_fini(&fake);
}

static void scan__rates_can_be_changed(void)
{
    struct fake fake;
    start(&fake, 4000);
    fake_vm_start(&fake, 0, 3000, 0, 1000);
    fake_fill(&fake, 0, 0, 3000);
    fake.tunables.share_scan_vm_pages_s = 0;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    fake_run(&fake, 10 * FAKE_SECOND);
    CHECK_NEAR(scanned(&fake), 0, 1);
    CHECK(mp_next_deadline(fake.mp) > fake.now_ns + FAKE_SECOND / 10); /* nor is it asked */
    fake.tunables.share_scan_vm_pages_s = 7;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    fake_run(&fake, 110 * FAKE_SECOND);
    CHECK_NEAR(scanned(&fake), 700, 10);
    fake_fini(&fake);
}

/* In the end every page that could be shared is shared. */
/* What the busy time would have allowed is not made up for. */
static void scan__in_idle_cycles_only(void)
{
    struct fake fake;
    fake_init(&fake, 4000);
    fake.tunables.share_scan_idle = 1;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 3000, 0, 1000);
    fake_fill(&fake, 0, 0, 3000);
    fake.is_busy = true;
    fake_run(&fake, 10 * FAKE_SECOND);
    CHECK_EQ(scanned(&fake), 0);
    fake.is_busy = false;
    fake_run(&fake, 14 * FAKE_SECOND);
    CHECK_NEAR(scanned(&fake), 200, 10);
    fake.is_busy = true;
    fake.tunables.share_scan_idle = 0;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    fake_run(&fake, 20 * FAKE_SECOND);
    CHECK_NEAR(scanned(&fake), 500, 15);
    fake_fini(&fake);
}

static void scan__finds_everything(void)
{
    struct fake fake;
    start(&fake, 4000);
    for (uint16_t vm = 0; vm < 3; vm++) {
        fake_vm_start(&fake, vm, 300, 0, 1000);
        for (uint32_t ppn = 0; ppn < 300; ppn++)
            fake_write(&fake, vm, ppn, ppn < 200 ? ppn / 2 : fake_unique(vm, ppn));
    }
    fake_run(&fake, 300 * FAKE_SECOND);
    struct mp_status status = fake_status(&fake);
    CHECK_EQ(status.shared_pages, 600);
    CHECK_EQ(status.shared_mpns, 100);
    CHECK_EQ(status.zero_saved_pages, 5);
    CHECK_EQ(status.in_use_pages, 100 + 300);
    for (uint16_t vm = 0; vm < 3; vm++) {
        for (uint32_t ppn = 0; ppn < 300; ppn++)
            CHECK_EQ(fake_read(&fake, vm, ppn), ppn < 200 ? ppn / 2 : fake_unique(vm, ppn));
    }
    fake_fini(&fake);
}

/* Candidates are drawn from pages that are not yet shared: of 1,000 pages of which 900 are shared,
 * the last 100 are soon looked at. */
static void scan__draws_from_what_is_not_shared(void)
{
    struct fake fake;
    start(&fake, 4000);
    fake_vm_start(&fake, 0, 1000, 0, 1000);
    for (uint32_t ppn = 0; ppn < 900; ppn++) {
        fake_write(&fake, 0, ppn, 42);
        mp_share_page(fake.mp, 0, ppn, fake.now_ns);
    }
    fake_fill(&fake, 0, 900, 1000);
    fake_run(&fake, 10 * FAKE_SECOND); /* 500 draws: all but e^-5 of the 100 */
    CHECK(fake_status(&fake).hint_frames >= 95);
    fake_fini(&fake);
}

static void scan__never_without_sharing(void)
{
    struct fake fake;
    fake_init(&fake, 4000);
    fake.tunables.share_enabled = 0;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 1000, 0, 1000);
    fake_fill(&fake, 0, 0, 1000);
    fake_write(&fake, 0, 0, fake_unique(0, 1));
    CHECK(!mp_share_page(fake.mp, 0, 0, fake.now_ns));
    CHECK(!mp_share_page(fake.mp, 0, 1, fake.now_ns));
    fake_run(&fake, 60 * FAKE_SECOND);
    CHECK_EQ(fake_status(&fake).pages_scanned, 0);
    CHECK_EQ(fake_status(&fake).shared_pages, 0);
    fake_fini(&fake);
}

static void footprint__half_a_percent_of_memory(void)
{
    static const uint32_t sizes_mb[] = {64, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536};
    for (uint32_t i = 0; i < sizeof sizes_mb / sizeof sizes_mb[0]; i++) {
        struct mp_tunables tunables;
        const struct mp_machine machine = {.machine_pages = sizes_mb[i] * FAKE_MB, .max_vms = 8};
        mp_tunables_preset(&tunables);
        size_t with = mp_footprint(&machine, &tunables, NULL);
        tunables.share_enabled = 0;
        size_t without = mp_footprint(&machine, &tunables, NULL);
        CHECK(without < machine.machine_pages + 65536);
        CHECK((with - without) * 200 <= (size_t)machine.machine_pages * MP_PAGE_SIZE);
    }
    struct fake fake;
    start(&fake, 16384);
    CHECK(fake_status(&fake).metadata_bytes > 0);
    CHECK(fake_status(&fake).metadata_bytes * 200 <= (uint64_t)16384 * MP_PAGE_SIZE);
    fake_fini(&fake);
}

/* The system always tries to share a page before it pages it out. */
static void victim__is_shared_instead_of_written(void)
{
    struct fake fake;
    fake_init(&fake, 1000);
    fake.tunables.share_scan_total_pages_s = 0;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 400, 400, 1000);
    fake_vm_start(&fake, 1, 400, 0, 1000);
    for (uint32_t ppn = 0; ppn < 400; ppn++) {
        fake_write(&fake, 0, ppn, 1000 + ppn);
        fake_write(&fake, 1, ppn, 1000 + ppn);
        CHECK(!mp_share_page(fake.mp, 0, ppn, fake.now_ns));
    }
    fake_vm_start(&fake, 2, 150, 150, 1000); /* 390 pages are left to VM 1 */
    fake_run(&fake, fake.now_ns + 60 * FAKE_SECOND);
    CHECK(fake_vm_status(&fake, 1).shared_before_swap_pages >= 10);
    CHECK_EQ(fake_status(&fake).saved_pages, fake_vm_status(&fake, 1).shared_before_swap_pages);
    CHECK_EQ(fake_vm_status(&fake, 1).swap_out_pages, 0);
    for (uint32_t ppn = 0; ppn < 400; ppn++) {
        CHECK_EQ(fake_read(&fake, 0, ppn), 1000 + ppn);
        CHECK_EQ(fake_read(&fake, 1, ppn), 1000 + ppn);
    }
    fake_fini(&fake);
}

/* Sharing frees memory, and memory that is free is shared out. */
static void target__saved_pages_are_shared_out(void)
{
    struct fake fake;
    start(&fake, 1000);
    fake_vm_start(&fake, 0, 900, 0, 1000);
    CHECK_EQ(fake_status(&fake).target_total_pages, 940);
    for (uint32_t ppn = 0; ppn < 101; ppn++) {
        fake_write(&fake, 0, ppn, 42);
        mp_share_page(fake.mp, 0, ppn, fake.now_ns);
    }
    fake_run(&fake, fake.now_ns + 16 * FAKE_SECOND);
    CHECK_EQ(fake_status(&fake).saved_pages, 100);
    CHECK_EQ(fake_status(&fake).target_total_pages, 1040);
    fake_fini(&fake);
}

/* A caller's range ends as page after page does. */
static void share_range__as_page_after_page(void)
{
    struct fake one, many;
    start(&one, 4000);
    start(&many, 4000);
    for (uint32_t ppn = 0; ppn < 1000; ppn++) {
        for (uint16_t vm = 0; vm < 2 && ppn == 0; vm++) {
            fake_vm_start(&one, vm, 1000, 0, 1000);
            fake_vm_start(&many, vm, 1000, 0, 1000);
        }
        for (uint16_t vm = 0; vm < 2; vm++) {
            uint64_t contents = ppn % 3 ? 7 + ppn % 300 : fake_unique(vm, ppn);
            fake_write(&one, vm, ppn, contents);
            fake_write(&many, vm, ppn, contents);
        }
    }
    for (uint16_t vm = 0; vm < 2; vm++) {
        for (uint32_t ppn = 3; ppn < 900; ppn++)
            mp_share_page(one.mp, vm, ppn, one.now_ns);
        mp_share_range(many.mp, vm, 3, 0, many.now_ns);
        mp_share_range(many.mp, vm, 3, 897, many.now_ns);
    }
    for (uint16_t vm = 0; vm < 2; vm++)
        for (uint32_t ppn = 0; ppn < 1000; ppn++)
            CHECK_EQ(mp_pmap(many.mp, vm)[ppn].where, mp_pmap(one.mp, vm)[ppn].where);
    CHECK_EQ(fake_status(&many).pages_scanned, fake_status(&one).pages_scanned);
    CHECK_EQ(fake_status(&many).saved_pages, fake_status(&one).saved_pages);
    CHECK(fake_status(&many).saved_pages > 900);
    CHECK_EQ(fake_status(&many).hint_frames, fake_status(&one).hint_frames);
    fake_check(&many);
    fake_fini(&one);
    fake_fini(&many);
}

/* A tick that is a second late does all steps; a later one only the last. */
static void scan__late_steps(void)
{
    static const struct {
        uint64_t ms, pages;
    } rows[] = {{99, 0}, {100, 5}, {199, 5}, {950, 45}, {1100, 55}, {1101, 5}, {60000, 5}};
    for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fake fake;
        start(&fake, 4000);
        fake_vm_start(&fake, 0, 3000, 0, 1000);
        fake_fill(&fake, 0, 0, 3000);
        fake.now_ns = rows[i].ms * FAKE_MS;
        fake_tick(&fake);
        CHECK_EQ(fake_status(&fake).pages_scanned, rows[i].pages);
        fake_tick(&fake);
        CHECK_EQ(fake_status(&fake).pages_scanned, rows[i].pages);
        fake.now_ns += 100 * FAKE_MS; /* steps stay at whole tenths of a second */
        fake_tick(&fake);
        CHECK_EQ(fake_status(&fake).pages_scanned, rows[i].pages + 5);
        fake_fini(&fake);
    }
}

/* A VM that had nothing to scan does not save up for later. */
static void scan__what_is_not_used_is_lost(void)
{
    struct fake fake;
    start(&fake, 4000);
    fake_vm_start(&fake, 0, 1000, 0, 1000);
    fake_run(&fake, 10 * FAKE_SECOND);
    fake_fill(&fake, 0, 0, 1000);
    fake_run(&fake, fake.now_ns + 100 * FAKE_MS);
    CHECK_EQ(fake_status(&fake).pages_scanned, 5);
    fake.tunables.share_scan_vm_pages_s = 15; /* a page and a half in a step */
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    uint64_t before = fake_status(&fake).pages_scanned;
    fake_run(&fake, fake.now_ns + 2 * FAKE_SECOND);
    CHECK_NEAR(scanned(&fake) - (double)before, 30, 1);
    fake_fini(&fake);
}

/* Three VMs may scan 5 pages each in a step, and all of them 7: who comes short is the first next
 * time. */
static void scan__the_total_is_carried_on(void)
{
    struct fake fake;
    start(&fake, 8000);
    for (uint16_t vm = 0; vm < 3; vm++) {
        fake_vm_start(&fake, vm, 900, 0, 1000);
        fake_fill(&fake, vm, 0, 900);
    }
    fake.tunables.share_scan_total_pages_s = 70;
    mp_retune(fake.mp, &fake.tunables, 0);
    static const double expected[][3] = {{5, 2, 0}, {5, 4, 5}, {10, 6, 5}, {11, 11, 6}};
    for (uint32_t step = 0; step < 2; step++) {
        fake_run(&fake, fake.now_ns + 100 * FAKE_MS);
        CHECK_EQ(fake_status(&fake).pages_scanned, 7 * (step + 1));
    }
    CHECK_NEAR(vm_scanned(&fake, 0), expected[0][0], 0);
    CHECK(vm_scanned(&fake, 1) >= 5);
    fake_run(&fake, 3 * FAKE_SECOND);
    CHECK_EQ(fake_status(&fake).pages_scanned, 210);
    for (uint16_t vm = 0; vm < 3; vm++)
        CHECK_NEAR(vm_scanned(&fake, vm), 70, 8);
    fake_fini(&fake);
}

/* New rates hold from now on: what the old ones allowed until now is done first. */
static void retune__what_was_due_is_scanned_first(void)
{
    struct fake fake;
    start(&fake, 4000);
    fake_vm_start(&fake, 0, 3000, 0, 1000);
    fake_fill(&fake, 0, 0, 3000);
    fake.now_ns = 500 * FAKE_MS;
    fake.tunables.share_scan_vm_pages_s = 200;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    CHECK_EQ(fake_status(&fake).pages_scanned, 25);
    fake_run(&fake, 600 * FAKE_MS);
    CHECK_EQ(fake_status(&fake).pages_scanned, 25 + 20);
    fake.tunables.share_scan_total_pages_s = 0; /* nothing is due any more */
    fake.tunables.rebalance_ms = 3600000;
    fake.tunables.sample_period_ms = 3600000;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    fake_run(&fake, 60 * FAKE_SECOND);
    CHECK_EQ(fake_status(&fake).pages_scanned, 25 + 20);
    fake_fini(&fake);
}

/* Steps are counted from then on. */
static void scan__begins_with_the_first_vm(void)
{
    struct fake fake;
    start(&fake, 4000);
    fake_run(&fake, 10 * FAKE_SECOND + 50 * FAKE_MS);
    fake_vm_start(&fake, 0, 1000, 0, 1000);
    fake_fill(&fake, 0, 0, 1000);
    CHECK_EQ(mp_next_deadline(fake.mp), 10 * FAKE_SECOND + 150 * FAKE_MS);
    fake.now_ns = 10 * FAKE_SECOND + 149 * FAKE_MS;
    fake_tick(&fake);
    CHECK_EQ(fake_status(&fake).pages_scanned, 0);
    fake.now_ns = 10 * FAKE_SECOND + 150 * FAKE_MS;
    fake_tick(&fake);
    CHECK_EQ(fake_status(&fake).pages_scanned, 5);
    fake_fini(&fake);
}

/* A VM that never shares is passed over by the scanner, and its pages go to the swap device as they
 * are. */
static void scan__a_vm_may_never_share(void)
{
    const struct mp_vm_config never = {.max_pages = 400, .shares = 1000, .never_shares = true};
    struct fake fake;
    start(&fake, 4000);
    fake_vm_start(&fake, 0, 400, 0, 1000);
    CHECK_EQ(fake_vm_on(&fake, 1, &never), MP_ADMITTED);
    for (uint16_t vm = 0; vm < 2; vm++)
        for (uint32_t ppn = 0; ppn < 400; ppn++)
            fake_write(&fake, vm, ppn, 1 + ppn / 2);
    fake_run(&fake, 60 * FAKE_SECOND);
    CHECK_EQ(fake_count(&fake, 0, MP_SHARED), 400);
    CHECK_EQ(fake_count(&fake, 1, MP_SHARED), 0);
    CHECK_EQ(vm_scanned(&fake, 1), 0);
    fake_vm_start(&fake, 2, 3600, 0, 100000);
    fake_fill(&fake, 2, 0, 3600);
    fake_run(&fake, 90 * FAKE_SECOND);
    CHECK(fake_count(&fake, 1, MP_SWAPPED) > 0);
    CHECK_EQ(fake_count(&fake, 1, MP_SHARED), 0);
    fake_fini(&fake);
}

/* The governor mom orders rates whether or not there is sharing. */
static void scan__a_governors_rate_without_sharing_is_nothing(void)
{
    struct fake fake;
    fake_init(&fake, 4000);
    fake.members.governor = mp_governor_find("mom");
    fake.tunables.share_enabled = 0;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 3900, 0, 1000);
    fake_fill(&fake, 0, 0, 3900);
    fake_run(&fake, 120 * FAKE_SECOND);
    CHECK_EQ(scanned(&fake), 0);
    CHECK_EQ(fake_status(&fake).shared_pages, 0);
    fake_fini(&fake);
}

TEST_SUITE(policy_scan, TEST(scan__a_governors_rate_without_sharing_is_nothing),
           TEST(scan__a_vm_may_never_share), TEST(scan__at_most_50_pages_a_second),
           TEST(scan__rates_are_of_small_pages), TEST(scan__at_most_200_pages_a_second_of_all),
           TEST(scan__idle_vms_cost_no_turn), TEST(scan__rates_can_be_changed),
           TEST(scan__in_idle_cycles_only), TEST(scan__finds_everything),
           TEST(scan__draws_from_what_is_not_shared), TEST(scan__never_without_sharing),
           TEST(footprint__half_a_percent_of_memory), TEST(victim__is_shared_instead_of_written),
           TEST(target__saved_pages_are_shared_out), TEST(share_range__as_page_after_page),
           TEST(scan__late_steps), TEST(scan__what_is_not_used_is_lost),
           TEST(scan__the_total_is_carried_on), TEST(retune__what_was_due_is_scanned_first),
           TEST(scan__begins_with_the_first_vm))
