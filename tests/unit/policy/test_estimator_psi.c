/*
 * Pressure as an estimate. The oracle is Senpai's arithmetic from 1 GiB, to the byte: without
 * pressure 1,063,002,112; with so many us of stall time in six ticks, the limits of the table.
 */
#include "models/policy/mp_estimator.h"
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#define GB (1024 * FAKE_MB)

static void start_with(struct fake *fake, const uint32_t *values)
{
    fake_init(fake, 3 * GB);
    fake->members.estimators[0] = mp_estimator_find("psi");
    fake->members.estimator_values[0] = values;
    fake->members.estimator_count = 1;
    fake->tunables.share_enabled = 0;
    fake_start(fake);
    fake_vm_start(fake, 0, 2 * GB, 0, 1000);
    fake_fill(fake, 0, 0, GB);
}

static void start(struct fake *fake)
{
    start_with(fake, NULL);
}

static uint64_t bytes(const struct fake *fake)
{
    struct mp_estimate_status status;
    mp_estimate_status(fake->mp, 0, 0, &status);
    return (uint64_t)status.estimate.pages * 4096;
}

static void psi__is_what_the_vm_has_before_six_seconds_are_over(void)
{
    struct fake fake;
    start(&fake);
    fake_run(&fake, 6 * FAKE_SECOND);
    CHECK_EQ(bytes(&fake), UINT64_C(1) << 30);
    fake_run(&fake, 7 * FAKE_SECOND);
    CHECK_EQ(bytes(&fake), 1063002112);
    fake_run(&fake, 100 * FAKE_SECOND); /* nobody took it: there is nothing new to say */
    CHECK_EQ(bytes(&fake), 1063002112);
    fake_fini(&fake);
}

static void psi__says_what_senpai_would(void)
{
    static const struct {
        uint64_t stalled_us, bytes;
    } rows[] = {
        {0, 1063002112},
        {1000, 1063002112},
        {5000, 1073311744},
        {10000, 1073631232},
        {40000, 1116688384},
        {200000, UINT64_C(1) << 31},
        {900000, UINT64_C(1) << 31},
    };
    for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fake fake;
        start(&fake);
        fake_run(&fake, FAKE_SECOND / 2);
        mp_vm_stalled(fake.mp, 0, rows[i].stalled_us * 1000);
        /* Pressure is told with the next tick, that there is none after six. */
        fake_run(&fake, rows[i].stalled_us > 10000 ? FAKE_SECOND : 7 * FAKE_SECOND);
        CHECK_EQ(bytes(&fake), rows[i].bytes);
        fake_fini(&fake);
    }
}

/* Once the pressure is gone the claim falls again. */
static void psi__pressure_is_forgotten_after_six_seconds(void)
{
    struct fake fake;
    start(&fake);
    fake_run(&fake, FAKE_SECOND / 2);
    mp_vm_stalled(fake.mp, 0, 40000000);
    fake_run(&fake, FAKE_SECOND);
    CHECK_EQ(bytes(&fake), 1116688384);
    fake_run(&fake, 6 * FAKE_SECOND);
    CHECK_EQ(bytes(&fake), 1116688384);
    fake_run(&fake, 7 * FAKE_SECOND);
    CHECK_EQ(bytes(&fake), 1063002112);
    fake_fini(&fake);
}

/* No stall counts as 1 us: where 1 us is aimed at, and a tenth of it is the most that a probe
 * takes, it takes a hundredth of all. */
static void psi__no_stall_is_a_microsecond(void)
{
    static const uint32_t values[] = {1, 6, 10000, 20, 10};
    struct fake fake;
    start_with(&fake, values);
    fake_run(&fake, 7 * FAKE_SECOND);
    CHECK_EQ(bytes(&fake) / 4096, GB - (GB + 99) / 100);
    fake_fini(&fake);
}

TEST_SUITE(policy_estimator_psi, TEST(psi__is_what_the_vm_has_before_six_seconds_are_over),
           TEST(psi__says_what_senpai_would), TEST(psi__pressure_is_forgotten_after_six_seconds),
           TEST(psi__no_stall_is_a_microsecond))
