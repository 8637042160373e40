/*
 * Which pages are in a sample. The oracle is splitmix64, whose mix the fake has too: a page is in
 * the sample if the upper half of the hash of (seed, PPN) is below its share of all pages.
 */
#include "models/policy/mp_estimator.h"
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#define PAGES    2000u
#define BAD_LUCK 20687657u

static void start(struct fake *fake, uint32_t max_pages, uint32_t sample_pages, uint64_t random)
{
    static uint32_t values[3];
    values[0] = sample_pages;
    values[1] = 1000;
    fake_init(fake, max_pages + 100);
    fake->members.estimators[0] = mp_estimator_find("shards");
    fake->members.estimator_values[0] = values;
    fake->members.estimator_count = 1;
    fake->tunables.share_enabled = 0;
    fake_start(fake);
    fake->vms[0].random[MP_STREAM_SAMPLE] = random;
    fake_vm_start(fake, 0, max_pages, 0, 1000);
}

static uint64_t sampled(const struct fake *fake)
{
    int64_t values[MP_MOST_COUNTERS];
    mp_estimate_count(fake->mp, 0, 0, values);
    return (uint64_t)values[0];
}

static uint64_t cleared(const struct fake *fake)
{
    struct mp_estimate_status status;
    mp_estimate_status(fake->mp, 0, 0, &status);
    return status.armed_pages;
}

/* A page of the sample that is accessed costs a cleared bit at the end of the step. */
static void sample__is_by_a_hash_of_the_number(void)
{
    struct fake fake;
    uint64_t random = 9, hashed = 0;
    start(&fake, PAGES, 100, random);
    uint64_t seed = fake_random(&random) % UINT32_MAX;
    for (uint32_t ppn = 0; ppn < PAGES; ppn++) {
        bool is_in = fake_mix(seed << 32 | ppn) >> 32 < (UINT64_C(100) << 32) / PAGES;
        uint64_t before = cleared(&fake);
        fake_read(&fake, 0, ppn);
        fake.now_ns += FAKE_SECOND;
        fake_tick(&fake);
        if (!CHECK_EQ(cleared(&fake) - before, is_in))
            break;
        hashed += is_in;
    }
    CHECK_EQ(sampled(&fake), hashed);
    fake_fini(&fake);
}

/* With this seed ten pages or more of 100 are in a sample of one: it has room for nine. */
static void sample__of_bad_luck_ends_where_its_room_ends(void)
{
    struct fake fake;
    uint64_t random = BAD_LUCK, seed = fake_random(&random) % UINT32_MAX, hashed = 0;
    for (uint32_t ppn = 0; ppn < 100; ppn++)
        hashed += fake_mix(seed << 32 | ppn) >> 32 < (UINT64_C(1) << 32) / 100;
    CHECK(hashed > 9);
    start(&fake, 100, 1, BAD_LUCK);
    CHECK_EQ(sampled(&fake), 9);
    fake_fini(&fake);
}

/* A sample of more pages than there are is all of them. */
static void sample__of_all_pages(void)
{
    struct fake fake;
    start(&fake, 100, 100, 9);
    CHECK_EQ(sampled(&fake), 100);
    fake_fini(&fake);
    start(&fake, 100, 1000, 9);
    CHECK_EQ(sampled(&fake), 100);
    fake_fini(&fake);
}

TEST_SUITE(policy_estimator_sample, TEST(sample__is_by_a_hash_of_the_number),
           TEST(sample__of_bad_luck_ends_where_its_room_ends), TEST(sample__of_all_pages))
