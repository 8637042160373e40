/* What others tell of a VM: its guest's report, the time that it stood still, and refaults. */
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

static void start(struct fake *fake)
{
    fake_init(fake, 1000);
    fake->tunables.share_enabled = 0;
    fake->tunables.idle_tax_bp = 0;
    fake_start(fake);
    fake_vm_start(fake, 0, 800, 0, 1000);
}

static void guest_report__the_last_one_counts(void)
{
    struct fake fake;
    start(&fake);
    CHECK(!fake_vm_status(&fake, 0).has_report);
    for (uint32_t i = 1; i <= 3; i++) {
        const struct mp_guest_report report = {i, 10 * i, 5 * i, 700 - i, 2 * i};
        mp_guest_report(fake.mp, 0, &report, i * FAKE_SECOND);
    }
    struct mp_vm_status status = fake_vm_status(&fake, 0);
    CHECK(status.has_report);
    CHECK_EQ(status.report_ns, 3 * FAKE_SECOND);
    CHECK_EQ(status.report.free_pages, 3);
    CHECK_EQ(status.report.available_pages, 30);
    CHECK_EQ(status.report.cache_pages, 15);
    CHECK_EQ(status.report.committed_pages, 697);
    CHECK_EQ(status.report.swapped_pages, 6);
    fake_fini(&fake);
}

static void guest_report__ends_with_the_vm(void)
{
    struct fake fake;
    start(&fake);
    mp_guest_report(fake.mp, 0, &(struct mp_guest_report){.free_pages = 1}, 0);
    mp_vm_stalled(fake.mp, 0, 77);
    CHECK_EQ(fake_vm_status(&fake, 0).stalled_ns, 77);
    fake_vm_off(&fake, 0);
    fake_vm_start(&fake, 0, 800, 0, 1000);
    CHECK(!fake_vm_status(&fake, 0).has_report);
    CHECK_EQ(fake_vm_status(&fake, 0).stalled_ns, 0);
    fake_fini(&fake);
}

static void hold__what_is_known_stays_until_it_is_let_go(void)
{
    struct fake fake;
    start(&fake);
    fake_fill(&fake, 0, 0, 800);
    mp_guest_report(fake.mp, 0, &(struct mp_guest_report){.free_pages = 1}, FAKE_SECOND);
    mp_vm_hold(fake.mp, 0, true);
    uint32_t active = fake_vm_status(&fake, 0).active_pages;
    for (uint64_t at_s = 1; at_s < 300; at_s++) {
        fake.vms[0].vm_ns = at_s * FAKE_SECOND;
        fake_run(&fake, at_s * FAKE_SECOND);
        mp_guest_report(fake.mp, 0, &(struct mp_guest_report){.free_pages = 2}, fake.now_ns);
    }
    CHECK_EQ(fake_vm_status(&fake, 0).active_pages, active);
    CHECK_EQ(fake_vm_status(&fake, 0).report.free_pages, 1);
    CHECK_EQ(fake_vm_status(&fake, 0).report_ns, FAKE_SECOND);
    mp_vm_hold(fake.mp, 0, false);
    CHECK(fake_vm_status(&fake, 0).active_pages != active); /* it was idle meanwhile */
    fake_fini(&fake);
}

/* One page is touched while it is being written, and stays; one after, and is read back. */
static void refaults__pages_caught_and_pages_read_back(void)
{
    struct fake fake;
    start(&fake);
    fake_fill(&fake, 0, 0, 800);
    fake_vm_start(&fake, 1, 800, 0, 1000);
    fake_tick(&fake);
    while (fake.io_count == 0) {
        fake.now_ns += FAKE_SECOND;
        fake_tick(&fake);
    }
    uint32_t caught = fake.io[0].page.ppn, left = fake.io[1].page.ppn;
    CHECK_EQ(fake_vm_status(&fake, 0).refault_pages, 0);
    CHECK(fake_open(&fake, 0, caught, false, NULL) == NULL);
    CHECK(fake_open(&fake, 0, caught, false, NULL) == NULL); /* the same touch, tried again */
    CHECK_EQ(fake_vm_status(&fake, 0).refault_pages, 1);
    fake_io_end_all(&fake);
    fake_read(&fake, 0, left);
    CHECK_EQ(fake_vm_status(&fake, 0).refault_pages, 2);
    CHECK_EQ(fake_vm_status(&fake, 0).swap_in_pages, 1);
    fake_fini(&fake);
}

TEST_SUITE(policy_report, TEST(guest_report__the_last_one_counts),
           TEST(guest_report__ends_with_the_vm), TEST(hold__what_is_known_stays_until_it_is_let_go),
           TEST(refaults__pages_caught_and_pages_read_back));
