/*
 * The four states of free memory (section 6.3), their hysteresis, and what each forces.
 *
 * The machine has 10,000 pages, so a basis point is a page. VM 1 is below its target all along and
 * takes memory by touching it; VM 0 is above its target and gives it by its balloon, one page at a
 * time, so that free memory is set to the page. The swap device accepts nothing unless told.
 */
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#define HELD 4990u /* pages that VM 0 holds at first */

static void start(struct fake *fake)
{
    fake_init(fake, 10000);
    fake->tunables.share_enabled = 0;
    fake_start(fake);
    fake->accept_pages = 0;
    fake_vm_start(fake, 0, 5000, 0, 1000);
    fake_driver(fake, 0, true);
    fake_fill(fake, 0, 0, HELD);
    fake_vm_start(fake, 1, 5000, 5000, 1000);
}

/* Touches pages of VM 1, or takes pages of VM 0 into its balloon, until so many are free. */
static void set_free(struct fake *fake, uint32_t free_pages)
{
    struct mp_status status = fake_status(fake);
    while (status.free_pages > free_pages) {
        uint32_t ppn = 0;
        while (fake_backing(fake, 1, ppn) != MP_UNTOUCHED)
            ppn++;
        fake_write(fake, 1, ppn, 1);
        status = fake_status(fake);
    }
    for (uint32_t ppn = 0; status.free_pages < free_pages && ppn < HELD; ppn++) {
        if (fake_backing(fake, 0, ppn) == MP_PRIVATE)
            mp_balloon_taken(fake->mp, 0, ppn, fake->now_ns);
        status = fake_status(fake);
    }
    CHECK_EQ(status.free_pages, free_pages);
    fake_tick(fake);
}

static void state__falls_below_4_2_1_percent(void)
{
    static const struct {
        uint32_t free_pages;
        enum mp_state state;
    } rows[] = {{401, MP_STATE_HIGH}, {400, MP_STATE_HIGH}, {399, MP_STATE_SOFT},
                {200, MP_STATE_SOFT}, {199, MP_STATE_HARD}, {100, MP_STATE_HARD},
                {99, MP_STATE_LOW}};
    struct fake fake;
    start(&fake);
    for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        set_free(&fake, rows[i].free_pages);
        CHECK_EQ(fake_status(&fake).state, rows[i].state);
    }
    CHECK_EQ(fake.events[MP_EVENT_STATE], 3);
    CHECK_EQ(fake.event.a, MP_STATE_HARD);
    CHECK_EQ(fake.event.b, MP_STATE_LOW);
    fake_fini(&fake);
}

/* Back up past 2, 4, 6% only when exceeded by the margin of 0.5%. */
static void state__rises_past_the_margin(void)
{
    static const struct {
        uint32_t free_pages;
        enum mp_state state;
    } rows[] = {{99, MP_STATE_LOW},   {200, MP_STATE_LOW},  {249, MP_STATE_LOW},
                {251, MP_STATE_HARD}, {400, MP_STATE_HARD}, {449, MP_STATE_HARD},
                {451, MP_STATE_SOFT}, {600, MP_STATE_SOFT}, {649, MP_STATE_SOFT},
                {651, MP_STATE_HIGH}};
    struct fake fake;
    start(&fake);
    for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        set_free(&fake, rows[i].free_pages);
        CHECK_EQ(fake_status(&fake).state, rows[i].state);
    }
    fake_fini(&fake);
}

static void state__does_not_flutter_within_the_margin(void)
{
    struct fake fake;
    start(&fake);
    set_free(&fake, 399);
    uint32_t changes = fake.events[MP_EVENT_STATE];
    for (uint32_t i = 0; i < 8; i++) {
        set_free(&fake, 420);
        set_free(&fake, 380);
    }
    CHECK_EQ(fake.events[MP_EVENT_STATE], changes);
    fake_fini(&fake);
}

static void state__may_skip(void)
{
    struct fake fake;
    start(&fake);
    set_free(&fake, 50);
    CHECK_EQ(fake_status(&fake).state, MP_STATE_LOW);
    fake_vm_off(&fake, 0);
    fake_tick(&fake);
    CHECK_EQ(fake_status(&fake).state, MP_STATE_HIGH);
    CHECK_EQ(fake.event.a, MP_STATE_LOW);
    CHECK_EQ(fake.event.b, MP_STATE_HIGH);
    fake_fini(&fake);
}

static void state__a_crossing_computes_targets(void)
{
    struct fake fake;
    start(&fake);
    set_free(&fake, 401);
    uint32_t before = fake.reasons[MP_REASON_THRESHOLD];
    set_free(&fake, 399);
    CHECK_EQ(fake.reasons[MP_REASON_THRESHOLD], before + 2); /* one decision for each VM */
    CHECK_EQ(fake.vms[0].decision.state, MP_STATE_SOFT);
    CHECK_EQ(fake.vms[0].decision.reason, MP_REASON_THRESHOLD);
    fake_fini(&fake);
}

/* Targets leave 6% free, and outside state high up to two margins more: at 6% sharp free memory
 * would never exceed the threshold significantly, and the state would not rise again. */
static void target__leaves_the_high_threshold_free(void)
{
    static const uint32_t rows[] = {700, 401, 399, 199, 99};
    struct fake fake;
    start(&fake);
    for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        set_free(&fake, rows[i]);
        uint32_t more = fake_status(&fake).state == MP_STATE_HIGH ? 0 : 100;
        CHECK_EQ(fake_status(&fake).target_total_pages, 9400 - more);
        CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 4400 - more);
        CHECK_EQ(fake_vm_status(&fake, 1).target_pages, 5000);
    }
    fake_fini(&fake);
}

static void soft__balloons_and_does_not_page(void)
{
    struct fake fake;
    start(&fake);
    fake.accept_pages = UINT32_MAX;
    set_free(&fake, 399);
    fake_run(&fake, fake.now_ns + 5 * FAKE_SECOND);
    struct mp_vm_status status = fake_vm_status(&fake, 0);
    CHECK_EQ(fake_status(&fake).state, MP_STATE_SOFT);
    CHECK(status.alloc_pages > status.target_pages);
    CHECK_EQ(fake.vms[0].balloon_target_pages, status.alloc_pages - status.target_pages);
    CHECK_EQ(fake_vm_status(&fake, 0).swap_target_pages, 0);
    CHECK_EQ(fake_vm_status(&fake, 0).swap_out_pages, 0);
    fake_fini(&fake);
}

static void soft__pages_where_there_is_no_balloon(void)
{
    struct fake fake;
    start(&fake);
    fake_driver(&fake, 0, false);
    fake.accept_pages = UINT32_MAX;
    set_free(&fake, 399);
    fake_run(&fake, fake.now_ns + 20 * FAKE_SECOND);
    CHECK_NEAR(fake_vm_status(&fake, 0).alloc_pages, 4350, 50);
    CHECK_EQ(fake_vm_status(&fake, 0).swapped_pages, HELD - fake_vm_status(&fake, 0).alloc_pages);
    CHECK_EQ(fake_status(&fake).state, MP_STATE_HIGH);
    fake_fini(&fake);
}

/* A driver that is disabled, or whose guest allows no more: ballooning is not possible either. */
static void soft__pages_what_a_stuck_driver_does_not_take(void)
{
    struct fake fake;
    start(&fake);
    fake.accept_pages = UINT32_MAX;
    set_free(&fake, 399);
    fake_run(&fake, fake.now_ns + 9 * FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 0).swap_out_pages, 0);
    fake_run(&fake, fake.now_ns + 20 * FAKE_SECOND);
    CHECK(fake_vm_status(&fake, 0).swapped_pages > 0);
    CHECK_EQ(fake_vm_status(&fake, 0).ballooned_pages, 0);
    CHECK_EQ(fake_status(&fake).state, MP_STATE_HIGH);
    fake_fini(&fake);
}

static void soft__waits_for_a_slow_driver(void)
{
    struct fake fake;
    start(&fake);
    fake.accept_pages = UINT32_MAX;
    set_free(&fake, 399);
    for (int i = 0; i < 40; i++) {
        fake_run(&fake, fake.now_ns + FAKE_SECOND);
        fake_balloon_poll(&fake, 0, 1);
    }
    CHECK_EQ(fake_status(&fake).state, MP_STATE_SOFT);
    CHECK_EQ(fake_vm_status(&fake, 0).ballooned_pages, 40);
    CHECK_EQ(fake_vm_status(&fake, 0).swap_out_pages, 0);
    fake_fini(&fake);
}

static void hard__pages_though_there_is_a_balloon(void)
{
    struct fake fake;
    start(&fake);
    set_free(&fake, 150);
    CHECK_EQ(fake_status(&fake).state, MP_STATE_HARD);
    CHECK(fake_vm_status(&fake, 0).swap_target_pages > 0);
    CHECK(!fake.vms[0].blocked && !fake.vms[1].blocked);
    fake.accept_pages = UINT32_MAX;
    fake_run(&fake, fake.now_ns + 5 * FAKE_SECOND);
    CHECK(fake_vm_status(&fake, 0).swap_out_pages > 0);
    CHECK_EQ(fake_vm_status(&fake, 1).swap_out_pages, 0); /* it is below its target */
    CHECK(fake_status(&fake).free_pages > 400);
    fake_fini(&fake);
}

static void low__blocks_vms_above_target(void)
{
    struct fake fake;
    start(&fake);
    set_free(&fake, 99);
    CHECK(fake.vms[0].blocked && fake_vm_status(&fake, 0).blocked);
    CHECK(!fake.vms[1].blocked && !fake_vm_status(&fake, 1).blocked);
    set_free(&fake, 251); /* hard again */
    CHECK(!fake.vms[0].blocked && !fake_vm_status(&fake, 0).blocked);
    fake_fini(&fake);
}

/* A VM may also come down to its target while memory is still low. */
static void low__unblocks_a_vm_at_its_target(void)
{
    struct fake fake;
    start(&fake);
    set_free(&fake, 99);
    CHECK(fake.vms[0].blocked);
    CHECK_EQ(mp_vm_configure(fake.mp, 0, 1000, 4995, fake.now_ns), MP_ADMITTED);
    fake_tick(&fake);
    CHECK_EQ(fake_status(&fake).state, MP_STATE_LOW);
    CHECK(fake_vm_status(&fake, 0).target_pages >= 4995);
    CHECK(!fake.vms[0].blocked);
    fake_fini(&fake);
}

static void low__ends_by_paging(void)
{
    struct fake fake;
    start(&fake);
    set_free(&fake, 20);
    fake.accept_pages = UINT32_MAX;
    fake_run(&fake, fake.now_ns + 20 * FAKE_SECOND);
    CHECK(fake_status(&fake).free_pages > 200);
    CHECK(!fake.vms[0].blocked);
    fake_run_with_balloons(&fake, fake.now_ns + 30 * FAKE_SECOND);
    CHECK(fake_vm_status(&fake, 0).alloc_pages <= 4400);
    CHECK_EQ(fake_status(&fake).state, MP_STATE_HIGH);
    fake_fini(&fake);
}

/* Nobody waits for the next rebalancing: VM 1 grows above its target while memory is low. */
static void low__blocks_a_vm_that_grows_above_its_target(void)
{
    struct fake fake;
    fake_init(&fake, 10000);
    fake.tunables.share_enabled = 0;
    fake_start(&fake);
    fake.accept_pages = 0;
    fake_vm_start(&fake, 0, 5000, 0, 1000);
    fake_vm_start(&fake, 1, 5000, 4930, 1000);
    fake_fill(&fake, 0, 0, 5000);
    for (uint32_t ppn = 0; ppn < 4930; ppn++)
        fake_write(&fake, 1, ppn, 1);
    CHECK_EQ(fake_status(&fake).state, MP_STATE_LOW);
    CHECK_EQ(fake_vm_status(&fake, 1).target_pages, 4930);
    CHECK(fake.vms[0].blocked);
    CHECK(!fake.vms[1].blocked);
    CHECK(fake_access(&fake, 1, 4930, true, &(uint64_t){1}, NULL));
    CHECK(fake.vms[1].blocked && fake_vm_status(&fake, 1).blocked);
    fake_fini(&fake);
}

/* Its guest gives pages back while it stands still. */
static void low__unblocks_a_vm_that_shrinks_to_its_target(void)
{
    struct fake fake;
    start(&fake);
    CHECK_EQ(mp_vm_configure(fake.mp, 0, 1000, 4980, fake.now_ns), MP_ADMITTED);
    set_free(&fake, 60);
    uint32_t target = fake_vm_status(&fake, 0).target_pages;
    uint32_t above = fake_vm_status(&fake, 0).alloc_pages - target;
    CHECK(target >= 4980 && above > 0 && above <= 10);
    for (uint32_t ppn = 0; ppn < above; ppn++) {
        CHECK(fake.vms[0].blocked);
        mp_balloon_taken(fake.mp, 0, ppn, fake.now_ns);
    }
    CHECK_EQ(fake_status(&fake).state, MP_STATE_LOW);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, target);
    CHECK(!fake.vms[0].blocked);
    fake_fini(&fake);
}

/* It is given its time from the first page on that is asked of it. */
static void soft__a_driver_that_had_nothing_to_do_is_not_stuck(void)
{
    struct fake fake;
    fake_init(&fake, 10000);
    fake.tunables.share_enabled = 0;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 5000, 0, 1000);
    fake_driver(&fake, 0, true);
    fake_fill(&fake, 0, 0, HELD);
    fake_run(&fake, 60 * FAKE_SECOND);
    CHECK_EQ(fake.vms[0].balloon_target_pages, 0);
    fake_vm_start(&fake, 1, 5000, 5000, 1000);
    set_free(&fake, 399);
    CHECK_EQ(fake_status(&fake).state, MP_STATE_SOFT);
    fake_run(&fake, 69 * FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 0).swap_out_pages, 0);
    fake_run(&fake, 90 * FAKE_SECOND);
    CHECK(fake_vm_status(&fake, 0).swap_out_pages > 0);
    fake_fini(&fake);
}

TEST_SUITE(policy_reclaim, TEST(state__falls_below_4_2_1_percent),
           TEST(state__rises_past_the_margin), TEST(state__does_not_flutter_within_the_margin),
           TEST(state__may_skip), TEST(state__a_crossing_computes_targets),
           TEST(target__leaves_the_high_threshold_free), TEST(soft__balloons_and_does_not_page),
           TEST(soft__pages_where_there_is_no_balloon),
           TEST(soft__pages_what_a_stuck_driver_does_not_take), TEST(soft__waits_for_a_slow_driver),
           TEST(hard__pages_though_there_is_a_balloon), TEST(low__blocks_vms_above_target),
           TEST(low__unblocks_a_vm_at_its_target), TEST(low__ends_by_paging),
           TEST(low__blocks_a_vm_that_grows_above_its_target),
           TEST(low__unblocks_a_vm_that_shrinks_to_its_target),
           TEST(soft__a_driver_that_had_nothing_to_do_is_not_stuck))
