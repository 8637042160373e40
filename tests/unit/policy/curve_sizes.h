/*
 * A size from a miss-ratio curve: what every estimator that makes one must answer. The oracles: a
 * cyclic access of N pages hits with N pages and misses with fewer, so the size is N, to the error
 * of a sample at rate R = 0.01: N +- sqrt(100 N), one standard error. Uniform access of N pages
 * misses 1 - c / N of the touches with c pages, so with 10% of misses the size is 0.9 N.
 */
#ifndef TESTS_POLICY_CURVE_SIZES_H
#define TESTS_POLICY_CURVE_SIZES_H

#include <math.h>

#include "models/policy/mp_estimator.h"
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

/* sample_pages, step_ms, within_bp */
static void curve_start(struct fake *fake, const char *name, const uint32_t *values,
                        uint32_t max_pages)
{
    fake_init(fake, max_pages + 1000);
    fake->members.estimators[0] = mp_estimator_find(name);
    fake->members.estimator_values[0] = values;
    fake->members.estimator_count = 1;
    fake->tunables.share_enabled = 0;
    fake_start(fake);
    fake_vm_start(fake, 0, max_pages, 0, 1000);
}

/* Time enough that what was touched is heard of. */
static void curve_step(struct fake *fake)
{
    fake_run(fake, fake->now_ns + 10 * FAKE_MS);
    fake_tick(fake);
}

static void curve_touch(struct fake *fake, uint32_t ppn)
{
    struct mp_accessed *accessed = mp_accessed(fake->mp, 0);
    if (fake_backing(fake, 0, ppn) == MP_UNTOUCHED)
        fake_read(fake, 0, ppn);
    mp_accessed_note(accessed, ppn);
    mp_vm_accessed(fake->mp, 0, fake->now_ns);
}

/* So many laps over the first pages of the VM, each in 100 steps. */
static void curve_cycle(struct fake *fake, uint32_t pages, uint32_t laps)
{
    for (uint32_t lap = 0; lap < laps; lap++) {
        for (uint32_t ppn = 0; ppn < pages; ppn++) {
            curve_touch(fake, ppn);
            if (ppn % (pages / 100) == 0)
                curve_step(fake);
        }
    }
}

static struct mp_estimate_status curve_status(const struct fake *fake)
{
    struct mp_estimate_status status;
    mp_estimate_status(fake->mp, 0, 0, &status);
    return status;
}

/* Ends the window, and answers what it says. */
static uint32_t curve_size(struct fake *fake)
{
    fake_run(fake, fake->now_ns + 31 * FAKE_SECOND);
    return curve_status(fake).estimate.pages;
}

static void curve_of_a_cycle(const char *name)
{
    static const uint32_t rate[] = {12500, 10, 100};
    const uint32_t pages = 1000000;
    struct fake fake;
    curve_start(&fake, name, rate, 1250000);
    curve_cycle(&fake, pages, 3);
    CHECK_NEAR(curve_size(&fake), pages, 3 * sqrt(100.0 * pages));
    fake_fini(&fake);
}

/* All pages are in the sample: no error but that of the steps, a hundredth of a lap. */
static void curve_of_all_pages(const char *name)
{
    static const uint32_t all[] = {20000, 10, 0};
    struct fake fake;
    curve_start(&fake, name, all, 10000);
    curve_cycle(&fake, 5000, 5);
    CHECK_NEAR(curve_size(&fake), 5000, 80);
    curve_cycle(&fake, 1000, 5); /* the first lap's distances are those of before */
    curve_size(&fake);
    curve_cycle(&fake, 1000, 5);
    CHECK_NEAR(curve_size(&fake), 1000, 16);
    CHECK_EQ(curve_size(&fake), 0); /* a window without touches */
    fake_fini(&fake);
}

/* Each step lets all pages be touched anew, so each of these touches is heard. */
static void curve_of_uniform_access(const char *name)
{
    static const uint32_t tenth[] = {2000, 10, 1000}; /* 10% of misses */
    struct fake fake;
    uint64_t random = 5;
    curve_start(&fake, name, tenth, 2000);
    for (uint32_t round = 0; round < 2; round++) { /* first touches are in a window of their own */
        curve_size(&fake);
        for (uint32_t i = 0; i < 30000; i++) {
            curve_touch(&fake, (uint32_t)(fake_random(&random) % 1000));
            if (i % 20 == 0)
                curve_step(&fake);
        }
    }
    CHECK_NEAR(curve_size(&fake), 900, 30);
    fake_fini(&fake);
}

/* A page that the balloon took is heard of again when it is back. */
static void curve_balloon(const char *name)
{
    static const uint32_t all[] = {2000, 10, 0};
    struct fake fake;
    curve_start(&fake, name, all, 1000);
    fake_driver(&fake, 0, true);
    curve_cycle(&fake, 1000, 2);
    for (uint32_t ppn = 500; ppn < 1000; ppn++)
        mp_balloon_taken(fake.mp, 0, ppn, fake.now_ns);
    curve_size(&fake);
    curve_cycle(&fake, 500, 5);
    curve_size(&fake);
    curve_cycle(&fake, 500, 5);
    CHECK_NEAR(curve_size(&fake), 500, 10);
    mp_balloon_returned(fake.mp, 0, 500, fake.now_ns);
    curve_cycle(&fake, 1000, 5);
    curve_size(&fake);
    curve_cycle(&fake, 1000, 5);
    CHECK_NEAR(curve_size(&fake), 1000, 16);
    fake_fini(&fake);
}

/* All pages are in the sample, and all are accessed in one moment, again and again: each time they
 * cost a bit each, and nothing in between. */
static void curve_of_all_at_once(const char *name)
{
    static const uint32_t all[] = {1000, 10, 0};
    struct fake fake;
    curve_start(&fake, name, all, 1000);
    fake_fill(&fake, 0, 0, 1000);
    curve_step(&fake);
    for (uint32_t round = 0; round < 20; round++) {
        uint64_t before = curve_status(&fake).armed_pages;
        curve_step(&fake);
        CHECK_EQ(curve_status(&fake).armed_pages, before);
        for (uint32_t ppn = 0; ppn < 1000; ppn++)
            mp_accessed_note(mp_accessed(fake.mp, 0), ppn);
        mp_vm_accessed(fake.mp, 0, fake.now_ns);
        curve_step(&fake);
        CHECK_EQ(curve_status(&fake).armed_pages, before + 1000);
    }
    CHECK_EQ(curve_size(&fake), 1000);
    fake_fini(&fake);
}

/* Each VM has steps of its own: at another one's end no touch of this one counts again. Such
 * touches would be half of all, and at no distance; so a size with 60% of misses would be small. */
static void curve_of_two_vms(const char *name)
{
    static const uint32_t most[] = {20000, 10, 6000};
    struct fake fake;
    curve_start(&fake, name, most, 10000);
    curve_cycle(&fake, 1000, 1);
    fake.now_ns += 5 * FAKE_MS; /* between two ends */
    fake_vm_start(&fake, 1, 100, 0, 1000);
    curve_cycle(&fake, 1000, 4);
    curve_size(&fake);
    curve_cycle(&fake, 1000, 5);
    CHECK_NEAR(curve_size(&fake), 1000, 16);
    fake_fini(&fake);
}

/* A page of the sample costs a cleared bit once a step at most, others nothing. */
static void curve_cost(const char *name)
{
    static const uint32_t some[] = {100, 10, 100};
    struct fake fake;
    curve_start(&fake, name, some, 10000);
    curve_cycle(&fake, 10000, 1);
    curve_step(&fake);
    uint64_t before = curve_status(&fake).armed_pages;
    int64_t sampled[MP_MOST_COUNTERS];
    mp_estimate_count(fake.mp, 0, 0, sampled);
    CHECK_NEAR((double)sampled[0], 100, 40);
    curve_cycle(&fake, 10000, 4);
    curve_step(&fake);
    CHECK_EQ(curve_status(&fake).armed_pages - before, 4 * (uint64_t)sampled[0]);
    CHECK_EQ(curve_status(&fake).faults, 0);
    fake_fini(&fake);
}

#endif
