/*
 * Every page's accessed bit. The oracle is arithmetic: the pages touched in a period, exactly, in
 * whatever order. A cyclic access that has come to page p has touched p pages; of N pages, n
 * uniform touches leave N (1 - 1/N)^n untouched.
 */
#include <math.h>

#include "models/policy/mp_estimator.h"
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#define PAGES  1000u
#define PERIOD (30 * FAKE_SECOND)

static void start(struct fake *fake)
{
    fake_init(fake, 4000);
    fake->members.estimators[0] = mp_estimator_find("idle");
    fake->members.estimator_count = 1;
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

static struct mp_estimate_status status_of(const struct fake *fake)
{
    struct mp_estimate_status status;
    mp_estimate_status(fake->mp, 0, 0, &status);
    return status;
}

static void idle__counts_first_touches_too(void)
{
    struct fake fake;
    start(&fake);
    CHECK_EQ(status_of(&fake).estimate.pages, PAGES);
    CHECK_EQ(status_of(&fake).armed_pages, 0);
    fake_fini(&fake);
}

static void idle__a_cycle_is_as_long_as_it_came(void)
{
    struct fake fake;
    start(&fake);
    for (uint32_t pages = 0; pages <= PAGES; pages += 125) {
        period_end(&fake);
        for (uint32_t ppn = 0; ppn < pages; ppn++) {
            fake_read(&fake, 0, ppn);
            fake_read(&fake, 0, ppn);
        }
        period_end(&fake);
        CHECK_EQ(status_of(&fake).estimate.slow_pages, pages);
        CHECK_EQ(status_of(&fake).estimate.fast_pages, 0);
        CHECK_EQ(status_of(&fake).estimate.pages, pages);
    }
    fake_fini(&fake);
}

static void idle__uniform_touches_leave_what_chance_leaves(void)
{
    struct fake fake;
    uint64_t random = 1;
    bool is_touched[PAGES] = {false};
    uint32_t touched = 0;
    start(&fake);
    period_end(&fake);
    for (uint32_t i = 0; i < PAGES; i++) {
        uint32_t ppn = (uint32_t)(fake_random(&random) % PAGES);
        fake_read(&fake, 0, ppn);
        touched += !is_touched[ppn];
        is_touched[ppn] = true;
    }
    period_end(&fake);
    CHECK_EQ(status_of(&fake).estimate.pages, touched);
    CHECK_NEAR(touched, PAGES * (1 - pow(1 - 1.0 / PAGES, PAGES)), 40); /* four standard errors */
    fake_fini(&fake);
}

/* A VM that wakes up is believed before its period ends. */
static void idle__the_present_period_counts_where_it_has_more(void)
{
    struct fake fake;
    start(&fake);
    period_end(&fake);
    period_end(&fake);
    CHECK_EQ(status_of(&fake).estimate.pages, 0);
    for (uint32_t ppn = 0; ppn < 300; ppn++)
        fake_read(&fake, 0, ppn);
    CHECK_EQ(status_of(&fake).estimate.pages, 300);
    CHECK_EQ(status_of(&fake).estimate.slow_pages, 0);
    fake_fini(&fake);
}

/* Each page in use costs a cleared bit in every period; others cost nothing, and nothing faults. */
static void idle__costs_a_bit_for_each_page_in_use(void)
{
    struct fake fake;
    start(&fake);
    period_end(&fake);
    uint64_t armed_pages = status_of(&fake).armed_pages;
    CHECK_EQ(armed_pages, PAGES);
    for (uint32_t period = 0; period < 10; period++) {
        for (uint32_t ppn = 0; ppn < 70; ppn++)
            fake_read(&fake, 0, ppn);
        period_end(&fake);
    }
    CHECK_EQ(status_of(&fake).faults, 0);
    CHECK_EQ(status_of(&fake).armed_pages, armed_pages + 700);
    fake_fini(&fake);
}

static void idle__the_balloon_has_no_pages_in_use(void)
{
    struct fake fake;
    start(&fake);
    fake_driver(&fake, 0, true);
    period_end(&fake);
    for (uint32_t ppn = 500; ppn < PAGES; ppn++)
        mp_balloon_taken(fake.mp, 0, ppn, fake.now_ns);
    period_end(&fake);
    for (uint32_t ppn = 0; ppn < 500; ppn++)
        fake_read(&fake, 0, ppn);
    CHECK_EQ(status_of(&fake).estimate.pages, 500);
    mp_balloon_returned(fake.mp, 0, 500, fake.now_ns);
    fake_write(&fake, 0, 500, 1); /* what the balloon gave back counts at once */
    CHECK_EQ(status_of(&fake).estimate.fast_pages, 501);
    fake_fini(&fake);
}

TEST_SUITE(policy_estimator_idle, TEST(idle__counts_first_touches_too),
           TEST(idle__a_cycle_is_as_long_as_it_came),
           TEST(idle__uniform_touches_leave_what_chance_leaves),
           TEST(idle__the_present_period_counts_where_it_has_more),
           TEST(idle__costs_a_bit_for_each_page_in_use),
           TEST(idle__the_balloon_has_no_pages_in_use))
