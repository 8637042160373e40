/*
 * Regions. The oracle is chance: a page that is touched once in T on average is hit in a check of
 * 5 ms with probability 1 - e^(-0.005 / T). With T = 0.1 s that is 4.9%, so of 20 checks 0.98 hit,
 * and 37% of aggregations see nothing.
 */
#include <math.h>

#include "models/policy/mp_estimator.h"
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#define PAGES 10000u

enum { REGIONS, QUIET, HITS };

static void start(struct fake *fake, const uint32_t *values)
{
    fake_init(fake, 2 * PAGES);
    fake->members.estimators[0] = mp_estimator_find("damon");
    fake->members.estimator_values[0] = values;
    fake->members.estimator_count = 1;
    fake->tunables.share_enabled = 0;
    fake_start(fake);
    fake_vm_start(fake, 0, PAGES, 0, 1000);
    fake_fill(fake, 0, 0, PAGES);
}

static int64_t counted(const struct fake *fake, int which)
{
    int64_t values[MP_MOST_COUNTERS];
    mp_estimate_count(fake->mp, 0, 0, values);
    return values[which];
}

static struct mp_estimate_status status_of(const struct fake *fake)
{
    struct mp_estimate_status status;
    mp_estimate_status(fake->mp, 0, 0, &status);
    return status;
}

/* Before the next check, each page of those from `from` on is accessed with a probability, all in
 * one moment. */
static void check(struct fake *fake, uint64_t *random, uint32_t from, uint32_t to, double chance)
{
    struct mp_accessed *accessed = mp_accessed(fake->mp, 0);
    const uint64_t below = (uint64_t)(chance * 0x1p32);
    for (uint32_t ppn = from; ppn < to; ppn++) {
        if (below >> 32 || fake_random(random) >> 32 < below)
            mp_accessed_note(accessed, ppn);
    }
    if (from < to)
        mp_vm_accessed(fake->mp, 0, fake->now_ns);
    fake->now_ns += 5 * FAKE_MS;
    fake_tick(fake);
}

/* With ten regions at most nothing merges into fewer, and nothing is cut: their bounds stay. */
static void damon__hits_are_as_likely_as_arithmetic_says(void)
{
    static const uint32_t ten[] = {5, 20, 10, 10, 1200};
    const double chance = 1 - exp(-0.005 / 0.1);
    struct fake fake;
    uint64_t random = 1;
    int64_t hits = 0, quiet = 0, regions = 0;
    start(&fake, ten);
    CHECK_EQ(counted(&fake, REGIONS), 10);
    for (uint32_t i = 0; i < 20 * 1000; i++) {
        check(&fake, &random, 0, PAGES, chance);
        if (i % 20 == 19) {
            hits += counted(&fake, HITS);
            quiet += counted(&fake, QUIET);
            regions += 10;
        }
    }
    CHECK_NEAR((double)hits / (double)regions, 0.975, 0.04); /* four standard errors of 10,000 */
    CHECK_NEAR((double)quiet / (double)regions, pow(1 - chance, 20), 0.02);
    CHECK_NEAR(pow(1 - chance, 20), 0.37, 0.005);
    fake_fini(&fake);
}

/* A page that ESX Server's sampling would always call active: touched once in 30 s. */
static void damon__a_slow_page_is_seen_in_one_of_300_aggregations(void)
{
    static const uint32_t ten[] = {5, 20, 10, 10, 1200};
    struct fake fake;
    uint64_t random = 7;
    int64_t loud = 0, regions = 0;
    start(&fake, ten);
    for (uint32_t i = 0; i < 20 * 1000; i++) {
        check(&fake, &random, 0, PAGES, 1 - exp(-0.005 / 30));
        if (i % 20 == 19) {
            loud += 10 - counted(&fake, QUIET);
            regions += 10;
        }
    }
    CHECK_NEAR((double)loud / (double)regions, 0.0033, 0.0024); /* four standard errors */
    fake_fini(&fake);
}

/* Pages that are always touched, and others never: the cut between them is found, and after 120 s
 * without a touch the others are cold. */
static void damon__finds_where_the_hot_memory_ends(void)
{
    struct fake fake;
    uint64_t random = 3;
    start(&fake, NULL);
    fake_tick(&fake);
    CHECK_EQ(status_of(&fake).estimate.pages, PAGES); /* nothing is known to be cold */
    for (uint32_t i = 0; i < 200 * 130; i++)
        check(&fake, &random, 0, 3450, 1); /* of ten equal regions, four would seem hot */
    CHECK_NEAR(status_of(&fake).estimate.pages, 3450, 345);
    CHECK(counted(&fake, REGIONS) >= 10);
    CHECK(counted(&fake, REGIONS) <= 60); /* homogeneous memory needs few */
    fake_fini(&fake);
}

/* The cost depends on the number of regions alone. */
static void damon__clears_a_bit_of_each_region_for_each_check(void)
{
    static const uint32_t ten[] = {5, 20, 10, 10, 1200};
    struct fake fake;
    uint64_t random = 3;
    start(&fake, ten);
    for (uint32_t i = 0; i < 200; i++)
        check(&fake, &random, 0, i % 2 ? PAGES : 0, 0.5);
    CHECK_EQ(status_of(&fake).armed_pages, 200 * 10);
    CHECK_EQ(status_of(&fake).faults, 0);
    fake_fini(&fake);
}

/* A page is drawn for a check, not for each moment in which the VM runs: what is accessed twice is
 * seen once, and each of many moments has no chance of its own. */
static void damon__a_check_of_many_moments_has_one_page(void)
{
    static const uint32_t ten[] = {5, 20, 10, 10, 1200};
    struct fake fake;
    int64_t hits = 0;
    start(&fake, ten);
    for (uint32_t i = 0; i < 20 * 500; i++) {
        struct mp_accessed *accessed = mp_accessed(fake.mp, 0);
        for (uint32_t moment = 0; moment < 10; moment++) { /* a tenth of each region, twice */
            for (uint32_t ppn = 0; ppn < PAGES; ppn += 10)
                mp_accessed_note(accessed, ppn);
            mp_vm_accessed(fake.mp, 0, fake.now_ns);
        }
        fake.now_ns += 5 * FAKE_MS;
        fake_tick(&fake);
        if (i % 20 == 19)
            hits += counted(&fake, HITS);
    }
    /* 10 regions, 500 aggregations; four standard errors */
    CHECK_NEAR((double)hits / (10 * 500), 2, 4 * sqrt(20 * 0.1 * 0.9 / 5000));
    fake_fini(&fake);
}

/* At the very end of an aggregation no page is drawn anew: a region has one hit for each check. */
static void damon__the_end_is_part_of_the_last_check(void)
{
    static const uint32_t ten[] = {5, 20, 10, 10, 1200};
    struct fake fake;
    start(&fake, ten);
    fake.now_ns += 100 * FAKE_MS;
    fake_tick(&fake);
    fake.now_ns += 95 * FAKE_MS;
    for (uint32_t moment = 0; moment < 2; moment++) {
        for (uint32_t ppn = 0; ppn < PAGES; ppn++)
            mp_accessed_note(mp_accessed(fake.mp, 0), ppn);
        mp_vm_accessed(fake.mp, 0, fake.now_ns);
        fake.now_ns += 5 * FAKE_MS;
    }
    fake.now_ns -= 5 * FAKE_MS;
    fake_tick(&fake);
    CHECK_EQ(counted(&fake, HITS), 10);
    fake_fini(&fake);
}

/* It begins with the fewest regions; with the most where that is less. */
static void damon__begins_with_the_least_regions(void)
{
    static const uint32_t values[][5] = {{5, 20, 10, 1000, 1200},
                                         {5, 20, 37, 1000, 1200},
                                         {5, 20, 100, 100, 1},
                                         {5, 20, 100, 10, 1}};
    static const uint32_t regions[] = {10, 37, 100, 10};
    for (uint32_t i = 0; i < sizeof regions / sizeof regions[0]; i++) {
        struct fake fake;
        start(&fake, values[i]);
        CHECK_EQ(counted(&fake, REGIONS), regions[i]);
        fake_fini(&fake);
    }
}

/* Regions of two pages become regions of one: every other page is in use, and no more. */
static void damon__two_pages_are_cut_into_one_each(void)
{
    static const uint32_t at_once[] = {5, 20, 10, 1000, 1};
    struct fake fake;
    start(&fake, at_once);
    fake_vm_start(&fake, 1, 20, 0, 1000);
    fake_fill(&fake, 1, 0, 20);
    for (uint32_t i = 0; i < 20 * 3; i++) {
        for (uint32_t ppn = 0; ppn < 20; ppn += 2)
            mp_accessed_note(mp_accessed(fake.mp, 1), ppn);
        mp_vm_accessed(fake.mp, 1, fake.now_ns);
        fake.now_ns += 5 * FAKE_MS;
        fake_tick(&fake);
    }
    struct mp_estimate_status status;
    mp_estimate_status(fake.mp, 1, 0, &status);
    CHECK_EQ(status.estimate.pages, 10);
    fake_fini(&fake);
}

/* One touch in an aggregation is enough for a region to be in use. */
static void damon__one_hit_is_use(void)
{
    static const uint32_t at_once[] = {5, 20, 10, 10, 1};
    struct fake fake;
    uint64_t random = 3;
    start(&fake, at_once);
    for (uint32_t i = 0; i < 200; i++)
        check(&fake, &random, 0, i % 20 == 7 ? PAGES : 0, 1);
    CHECK_EQ(counted(&fake, HITS), 10);
    CHECK_EQ(status_of(&fake).estimate.pages, PAGES);
    fake_fini(&fake);
}

/* With one aggregation, what the user tool calls the working set: no memory. */
static void damon__one_quiet_aggregation_can_be_enough(void)
{
    static const uint32_t at_once[] = {5, 20, 10, 1000, 1};
    struct fake fake;
    uint64_t random = 3;
    start(&fake, at_once);
    for (uint32_t i = 0; i < 200; i++)
        check(&fake, &random, 0, 0, 0);
    CHECK_EQ(status_of(&fake).estimate.pages, 0);
    for (uint32_t i = 0; i < 40; i++)
        check(&fake, &random, 0, PAGES, 1);
    CHECK_EQ(status_of(&fake).estimate.pages, PAGES);
    fake_fini(&fake);
}

static void damon__the_balloon_and_small_vms(void)
{
    struct fake fake;
    uint64_t random = 3;
    start(&fake, NULL);
    fake_driver(&fake, 0, true);
    for (uint32_t ppn = 0; ppn < PAGES; ppn++) {
        if (ppn != 5000)
            mp_balloon_taken(fake.mp, 0, ppn, fake.now_ns);
    }
    for (uint32_t i = 0; i < 100; i++)
        check(&fake, &random, 5000, 5001, 1);
    CHECK_EQ(status_of(&fake).estimate.pages, 1);
    fake_vm_start(&fake, 1, 3, 0, 1000); /* three pages are three regions */
    fake_fill(&fake, 1, 0, 3);
    for (uint32_t i = 0; i < 100; i++)
        check(&fake, &random, 0, 0, 0);
    int64_t values[MP_MOST_COUNTERS];
    mp_estimate_count(fake.mp, 1, 0, values);
    CHECK(values[REGIONS] <= 3);
    fake_fini(&fake);
}

TEST_SUITE(policy_estimator_damon, TEST(damon__hits_are_as_likely_as_arithmetic_says),
           TEST(damon__a_slow_page_is_seen_in_one_of_300_aggregations),
           TEST(damon__finds_where_the_hot_memory_ends),
           TEST(damon__clears_a_bit_of_each_region_for_each_check),
           TEST(damon__a_check_of_many_moments_has_one_page),
           TEST(damon__the_end_is_part_of_the_last_check),
           TEST(damon__begins_with_the_least_regions), TEST(damon__two_pages_are_cut_into_one_each),
           TEST(damon__one_hit_is_use), TEST(damon__one_quiet_aggregation_can_be_enough),
           TEST(damon__the_balloon_and_small_vms))
