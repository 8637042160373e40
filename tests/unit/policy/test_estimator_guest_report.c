/*
 * What the guest reports as an estimate. The oracle: a VM of 4 GB with 1 GB of hot memory, 1 GB
 * that was promised and never touched, and 1.5 GB of cold file cache. The truth is 1 GB; committed
 * memory says 2, all but what is unused says 2.5, all but what is available says 1.
 */
#include "models/policy/mp_estimator.h"
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#define GB (1024 * FAKE_MB)

static void start(struct fake *fake)
{
    fake_init(fake, 4 * GB + 100);
    fake->members.estimators[0] = mp_estimator_find("guest-unused");
    fake->members.estimators[1] = mp_estimator_find("guest-available");
    fake->members.estimators[2] = mp_estimator_find("guest-committed");
    fake->members.estimator_count = 3;
    fake->tunables.share_enabled = 0;
    fake_start(fake);
    fake_vm_start(fake, 0, 4 * GB, 0, 1000);
}

static uint32_t pages(const struct fake *fake, uint32_t place)
{
    struct mp_estimate_status status;
    mp_estimate_status(fake->mp, 0, place, &status);
    CHECK_EQ(status.faults + status.armed_pages, 0);
    return status.estimate.pages;
}

static void guest_report__the_three_numbers_of_one_guest(void)
{
    struct fake fake;
    start(&fake);
    mp_guest_report(fake.mp, 0,
                    &(struct mp_guest_report){.free_pages = GB * 3 / 2,
                                              .available_pages = 3 * GB,
                                              .cache_pages = GB * 3 / 2,
                                              .committed_pages = 2 * GB},
                    0);
    CHECK_EQ(pages(&fake, 0), GB * 5 / 2);
    CHECK_EQ(pages(&fake, 1), GB);
    CHECK_EQ(pages(&fake, 2), 2 * GB);
    fake_fini(&fake);
}

static void guest_report__before_the_first_all_is_in_use(void)
{
    struct fake fake;
    start(&fake);
    fake_fill(&fake, 0, 0, 70);
    for (uint32_t place = 0; place < 3; place++)
        CHECK_EQ(pages(&fake, place), 70);
    fake_fini(&fake);
}

/* The balloon's pages are none that the guest has. */
static void guest_report__is_of_what_the_balloon_leaves(void)
{
    struct fake fake;
    start(&fake);
    fake_driver(&fake, 0, true);
    for (uint32_t ppn = 0; ppn < 1000; ppn++)
        mp_balloon_taken(fake.mp, 0, ppn, fake.now_ns);
    mp_guest_report(fake.mp, 0, &(struct mp_guest_report){.free_pages = GB}, 0);
    CHECK_EQ(pages(&fake, 0), 3 * GB - 1000);
    mp_guest_report(fake.mp, 0, &(struct mp_guest_report){.free_pages = 5 * GB}, 0);
    CHECK_EQ(pages(&fake, 0), 0);
    fake_fini(&fake);
}

TEST_SUITE(policy_estimator_guest_report, TEST(guest_report__the_three_numbers_of_one_guest),
           TEST(guest_report__before_the_first_all_is_in_use),
           TEST(guest_report__is_of_what_the_balloon_leaves))
