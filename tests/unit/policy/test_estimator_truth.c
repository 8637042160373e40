/* What the embedder tells, and that it ends with the VM. */
#include "models/policy/mp_estimator.h"
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

static void truth__is_what_the_embedder_tells(void)
{
    struct fake fake;
    struct mp_estimate_status status;
    fake_init(&fake, 4000);
    fake.members.estimators[0] = mp_estimator_find("truth");
    fake.members.estimator_count = 1;
    fake_start(&fake);
    CHECK(fake.members.estimators[0]->needs_truth);
    fake_vm_start(&fake, 0, 1000, 0, 1000);
    for (uint32_t pages = 0; pages <= 1000; pages += 500) {
        mp_vm_truth(fake.mp, 0, pages);
        mp_estimate_status(fake.mp, 0, 0, &status);
        CHECK_EQ(status.estimate.pages, pages);
        CHECK_EQ(status.faults, 0);
    }
    fake_vm_off(&fake, 0);
    mp_estimate_status(fake.mp, 0, 0, &status);
    CHECK_EQ(status.estimate.pages, 0);
    fake_vm_start(&fake, 0, 1000, 0, 1000);
    mp_estimate_status(fake.mp, 0, 0, &status);
    CHECK_EQ(status.estimate.pages, 0);
    fake_fini(&fake);
}

TEST_SUITE(policy_estimator_truth, TEST(truth__is_what_the_embedder_tells))
