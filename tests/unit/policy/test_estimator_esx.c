/*
 * Working-set sampling (section 5.3): which pages, which periods, and the three averages by hand.
 *
 * One VM of 1,000 pages, 100 of them sampled per 30 s of its time; the test touches as many of the
 * sampled pages as it likes and so knows the truth.
 */
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#define PAGES  1000u
#define PERIOD (30 * FAKE_SECOND)

static void start(struct fake *fake)
{
    fake_init(fake, 4000);
    fake->tunables.share_enabled = 0;
    fake_start(fake);
    fake_vm_start(fake, 0, PAGES, 0, 1000);
    fake_fill(fake, 0, 0, PAGES);
}

static void period_end(struct fake *fake)
{
    fake_run(fake, fake->now_ns + PERIOD);
    fake_tick(fake);
}

/* Touches up to `most` pages of the present sample; returns how many. Pages of earlier samples that
 * were not touched then have no mapping either, but a touch of them does not count. */
static uint32_t touch_sampled(struct fake *fake, uint32_t most)
{
    uint32_t touched = 0;
    for (uint32_t ppn = 0; ppn < PAGES && touched < most; ppn++) {
        struct mp_fault_work work;
        uint64_t contents;
        if (fake->vms[0].pages[ppn].mpn != MP_NO_PAGE || fake_backing(fake, 0, ppn) != MP_PRIVATE)
            continue;
        CHECK(fake_access(fake, 0, ppn, false, &contents, &work));
        CHECK(!work.zeroed && !work.copied);
        CHECK_EQ(contents, fake_unique(0, ppn));
        touched += work.sampled;
    }
    return touched;
}

static uint32_t dropped(const struct fake *fake)
{
    uint32_t count = 0;
    for (uint32_t ppn = 0; ppn < PAGES; ppn++)
        count += fake->vms[0].pages[ppn].mpn == MP_NO_PAGE;
    return count;
}

static void sample__drops_100_pages_of_all(void)
{
    struct fake fake;
    start(&fake);
    period_end(&fake);
    CHECK_EQ(dropped(&fake), 100);
    uint32_t upper = 0;
    for (uint32_t ppn = PAGES / 2; ppn < PAGES; ppn++)
        upper += fake.vms[0].pages[ppn].mpn == MP_NO_PAGE;
    CHECK_NEAR(upper, 50, 20); /* four standard deviations */
    uint64_t before = fake_vm_status(&fake, 0).sampled_touches;
    CHECK_EQ(touch_sampled(&fake, PAGES), 100);
    CHECK_EQ(fake_vm_status(&fake, 0).sampled_touches, before + 100);
    fake_fini(&fake);
}

static void sample__a_second_touch_does_not_count(void)
{
    struct fake fake;
    start(&fake);
    period_end(&fake);
    uint64_t before = fake_vm_status(&fake, 0).sampled_touches;
    touch_sampled(&fake, 10);
    for (uint32_t ppn = 0; ppn < PAGES; ppn++) {
        if (fake.vms[0].pages[ppn].mpn != MP_NO_PAGE)
            fake_read(&fake, 0, ppn);
    }
    CHECK_EQ(fake_vm_status(&fake, 0).sampled_touches, before + 10);
    fake_fini(&fake);
}

/* Brings both averages to nothing, whatever they were at power-on. */
static void settle_idle(struct fake *fake)
{
    for (int i = 0; i < 60; i++)
        period_end(fake);
}

/* Gains 1/4 and 3/4: after idle periods, 40%, then 0%, then 80%, of 1,000 pages. */
static void sample__slow_and_fast_averages(void)
{
    static const struct {
        uint32_t touched, slow, fast, active;
    } rows[] = {
        {40, 100, 300, 300}, {0, 75, 75, 75},      {80, 256, 619, 619},
        {0, 192, 155, 192},  {100, 394, 789, 789}, {10, 321, 272, 321},
    };
    struct fake fake;
    start(&fake);
    settle_idle(&fake);
    CHECK_NEAR(fake_vm_status(&fake, 0).active_pages, 0, 1);
    for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        touch_sampled(&fake, rows[i].touched);
        period_end(&fake);
        struct mp_vm_status status = fake_vm_status(&fake, 0);
        CHECK_NEAR(status.active_slow_pages, rows[i].slow, 1);
        CHECK_NEAR(status.active_fast_pages, rows[i].fast, 1);
        CHECK_NEAR(status.active_pages, rows[i].active, 1);
    }
    fake_fini(&fake);
}

/* Inside a period the estimate rises with every touch: 1/4 of fast plus 3/4 of what is touched, out
 * of the full 100. */
static void sample__the_unfinished_period_counts(void)
{
    struct fake fake;
    start(&fake);
    settle_idle(&fake);
    touch_sampled(&fake, 40);
    period_end(&fake); /* fast 300 */
    touch_sampled(&fake, 20);
    fake_tick(&fake);
    CHECK_NEAR(fake_vm_status(&fake, 0).active_pages, 300, 1); /* 75 + 150 is less */
    touch_sampled(&fake, 40);
    fake_tick(&fake);
    CHECK_NEAR(fake_vm_status(&fake, 0).active_pages, 525, 1); /* 75 + 450 */
    fake_fini(&fake);
}

/* The period is the VM's own time: while it does not run, nothing decays. */
static void sample__periods_are_of_vm_time(void)
{
    struct fake fake;
    start(&fake);
    settle_idle(&fake);
    touch_sampled(&fake, 80);
    period_end(&fake);
    uint32_t active = fake_vm_status(&fake, 0).active_pages;
    CHECK_NEAR(active, 600, 1);
    for (int i = 0; i < 20; i++) {
        fake.now_ns += PERIOD;
        fake_tick(&fake);
    }
    CHECK_EQ(fake_vm_status(&fake, 0).active_pages, active);
    fake_fini(&fake);
}

/* The percentage is of max less balloon: Figure 7's estimates are multiples of 1% of 128 MB. */
static void sample__fraction_of_what_is_not_ballooned(void)
{
    struct fake fake;
    start(&fake);
    settle_idle(&fake);
    fake_driver(&fake, 0, true);
    touch_sampled(&fake, 40);
    period_end(&fake);
    CHECK_NEAR(fake_vm_status(&fake, 0).active_pages, 300, 1);
    for (uint32_t ppn = 500; ppn < PAGES; ppn++)
        mp_balloon_taken(fake.mp, 0, ppn, fake.now_ns);
    CHECK_NEAR(fake_vm_status(&fake, 0).active_pages, 150, 1);
    touch_sampled(&fake, PAGES / 2); /* so that the next sample's pages alone have no mapping */
    period_end(&fake);
    uint32_t low = 0;
    for (uint32_t ppn = 0; ppn < 500; ppn++)
        low += fake.vms[0].pages[ppn].mpn == MP_NO_PAGE;
    CHECK_EQ(low, 100); /* samples are drawn from pages that are not ballooned */
    fake_fini(&fake);
}

static void sample__ballooned_later_counts_as_untouched(void)
{
    struct fake fake;
    start(&fake);
    settle_idle(&fake);
    fake_driver(&fake, 0, true);
    for (uint32_t ppn = 500; ppn < PAGES; ppn++)
        mp_balloon_taken(fake.mp, 0, ppn, fake.now_ns);
    uint32_t touched = touch_sampled(&fake, PAGES) * 10; /* of the lower half: about 50 pages */
    CHECK_NEAR(touched, 500, 200);
    period_end(&fake);
    CHECK_NEAR(fake_vm_status(&fake, 0).active_fast_pages, touched * 3 / 8.0, 1);
    fake_fini(&fake);
}

/* A sampled page without memory behind it counts when it gets some. */
static void sample__counts_untouched_pages(void)
{
    struct fake fake;
    fake_init(&fake, 4000);
    fake.tunables.share_enabled = 0;
    fake_start(&fake);
    fake_vm_start(&fake, 0, PAGES, 0, 1000);
    period_end(&fake);
    uint64_t before = fake_vm_status(&fake, 0).sampled_touches;
    fake_fill(&fake, 0, 0, PAGES);
    CHECK_EQ(fake_vm_status(&fake, 0).sampled_touches, before + 100);
    fake_fini(&fake);
}

/* Fewer pages than samples: all of them, and the fraction is of those. */
static void sample__a_vm_smaller_than_the_sample(void)
{
    struct fake fake;
    fake_init(&fake, 4000);
    fake.tunables.share_enabled = 0;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 8, 0, 1000);
    for (int i = 0; i < 40; i++) {
        fake_fill(&fake, 0, 0, 8);
        period_end(&fake);
    }
    CHECK_NEAR(fake_vm_status(&fake, 0).active_pages, 8, 1);
    fake_fini(&fake);
}

/* With a gain of 1 the averages are the last period: all of it in use, then none. */
static void sample__a_full_gain_is_exact(void)
{
    struct fake fake;
    fake_init(&fake, 80000);
    fake.tunables.share_enabled = 0;
    fake.tunables.sample_gain_slow_bp = 10000;
    fake.tunables.sample_gain_fast_bp = 10000;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 60000, 0, 1000);
    for (uint32_t ppn = 0; ppn < 60000; ppn++)
        fake_read(&fake, 0, ppn);
    CHECK_EQ(fake_vm_status(&fake, 0).active_slow_pages, 0);
    CHECK_EQ(fake_vm_status(&fake, 0).active_fast_pages, 60000);
    period_end(&fake);
    CHECK_EQ(fake_vm_status(&fake, 0).active_slow_pages, 60000);
    CHECK_EQ(fake_vm_status(&fake, 0).active_fast_pages, 60000);
    period_end(&fake);
    CHECK_EQ(fake_vm_status(&fake, 0).active_slow_pages, 0);
    CHECK_EQ(fake_vm_status(&fake, 0).active_pages, 0);
    fake_fini(&fake);
}

/* Only one page is not in the balloon, wherever it lies: it is the sample. */
static void sample__the_last_page_that_is_left(void)
{
    static const uint32_t left[] = {0, 1, 500, PAGES - 2, PAGES - 1};
    for (uint32_t i = 0; i < sizeof left / sizeof left[0]; i++) {
        struct fake fake;
        start(&fake);
        fake_driver(&fake, 0, true);
        for (uint32_t ppn = 0; ppn < PAGES; ppn++) {
            if (ppn != left[i])
                mp_balloon_taken(fake.mp, 0, ppn, 0);
        }
        period_end(&fake);
        CHECK(mp_page_awaited(fake.mp, 0, left[i]));
        CHECK_EQ(fake_read(&fake, 0, left[i]), fake_unique(0, left[i]));
        CHECK_EQ(fake_vm_status(&fake, 0).active_fast_pages, 1);
        fake_fini(&fake);
    }
}

/* A VM that stands still a moment before its period ends. */
static void sample__asks_again_after_10_ms(void)
{
    struct fake fake;
    start(&fake);
    fake.tunables.rebalance_ms = 3600000;
    mp_retune(fake.mp, &fake.tunables, 0);
    CHECK_EQ(mp_next_deadline(fake.mp), PERIOD);
    fake.now_ns = PERIOD;
    fake.vms[0].vm_ns = PERIOD - 1;
    fake_tick(&fake);
    CHECK_EQ(mp_next_deadline(fake.mp), PERIOD + 10 * FAKE_MS);
    fake.now_ns += 10 * FAKE_MS;
    fake.vms[0].vm_ns = PERIOD - 20 * FAKE_MS; /* more is left than that */
    fake_tick(&fake);
    CHECK_EQ(mp_next_deadline(fake.mp), PERIOD + 30 * FAKE_MS);
    fake.now_ns += 20 * FAKE_MS;
    fake.vms[0].vm_ns = PERIOD;
    fake_tick(&fake);
    CHECK_EQ(mp_next_deadline(fake.mp), 2 * PERIOD + 30 * FAKE_MS);
    fake_fini(&fake);
}

TEST_SUITE(policy_estimator_esx, TEST(sample__drops_100_pages_of_all),
           TEST(sample__a_second_touch_does_not_count), TEST(sample__slow_and_fast_averages),
           TEST(sample__the_unfinished_period_counts), TEST(sample__periods_are_of_vm_time),
           TEST(sample__fraction_of_what_is_not_ballooned),
           TEST(sample__ballooned_later_counts_as_untouched), TEST(sample__counts_untouched_pages),
           TEST(sample__a_vm_smaller_than_the_sample), TEST(sample__a_full_gain_is_exact),
           TEST(sample__the_last_page_that_is_left), TEST(sample__asks_again_after_10_ms))
