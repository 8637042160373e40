/* The machine and its VMs as a whole: life, time, overhead, and the decisions with their inputs. */
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

static void start(struct fake *fake)
{
    fake_init(fake, 10000);
    fake->machine.hypervisor_pages = 400;
    fake->tunables.share_enabled = 0;
    fake_start(fake);
}

static void init__all_is_free(void)
{
    struct fake fake;
    start(&fake);
    struct mp_status status = fake_status(&fake);
    CHECK_EQ(status.free_pages, 9600);
    CHECK_EQ(status.in_use_pages, 0);
    CHECK_EQ(status.state, MP_STATE_HIGH);
    CHECK(!fake_vm_status(&fake, 3).on);
    fake_run(&fake, 100 * FAKE_SECOND); /* nothing to do, nothing breaks */
    fake_fini(&fake);
}

static void names__for_every_value(void)
{
    CHECK_TEXT(mp_state_name(MP_STATE_HIGH), "high");
    CHECK_TEXT(mp_state_name(MP_STATE_SOFT), "soft");
    CHECK_TEXT(mp_state_name(MP_STATE_HARD), "hard");
    CHECK_TEXT(mp_state_name(MP_STATE_LOW), "low");
    for (int a = MP_REASON_PERIODIC; a <= MP_REASON_THRESHOLD; a++) {
        CHECK(mp_reason_name((enum mp_reason)a)[0] != '\0');
        for (int b = MP_REASON_PERIODIC; b < a; b++)
            CHECK(strcmp(mp_reason_name((enum mp_reason)a), mp_reason_name((enum mp_reason)b)));
    }
}

static void vm_number__can_be_used_again(void)
{
    struct fake fake;
    start(&fake);
    for (int round = 0; round < 3; round++) {
        fake_vm_start(&fake, 2, 500, 0, 1000);
        CHECK_EQ(fake_vm_status(&fake, 2).untouched_pages, 500);
        CHECK_EQ(fake_vm_status(&fake, 2).active_pages, 0);
        fake_fill(&fake, 2, 0, 500);
        fake_check(&fake);
        fake_vm_off(&fake, 2);
        CHECK(!fake_vm_status(&fake, 2).on);
        CHECK_EQ(fake_status(&fake).free_pages, 9600);
    }
    fake_fini(&fake);
}

/* 8 MB at power-on, 32 MB when all memory was touched: here 20 and 100 pages. */
static void overhead__grows_with_touched_memory(void)
{
    struct fake fake;
    fake_init(&fake, 10000);
    fake.tunables.overhead_start_pages = 20;
    fake.tunables.overhead_full_pages = 100;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 1000, 0, 1000);
    CHECK_EQ(fake_vm_status(&fake, 0).overhead_pages, 20);
    CHECK_EQ(fake_status(&fake).free_pages, 9980);
    fake_fill(&fake, 0, 0, 500);
    CHECK_NEAR(fake_vm_status(&fake, 0).overhead_pages, 60, 1);
    fake_fill(&fake, 0, 0, 1000);
    CHECK_EQ(fake_vm_status(&fake, 0).overhead_pages, 100);
    CHECK_EQ(fake_status(&fake).overhead_pages, 100);
    CHECK_EQ(fake_status(&fake).free_pages, 8900);
    fake_run(&fake, 20 * FAKE_SECOND);
    CHECK_EQ(fake_status(&fake).target_total_pages, 10000 - 600 - 100);
    fake_vm_off(&fake, 0);
    CHECK_EQ(fake_status(&fake).free_pages, 10000);
    fake_fini(&fake);
}

/* A VM of 2 GB grows to more than one of 1 GB, and what is counted one by one agrees with the sum.
 */
static void overhead__of_a_vm_above_1_gb_grows_further(void)
{
    struct fake fake;
    uint32_t gb = 1024 * FAKE_MB;
    fake_init(&fake, 2 * gb + 10000);
    fake.tunables.overhead_start_pages = 20;
    fake.tunables.overhead_full_pages = 100;
    fake.tunables.overhead_more_pages_gb = 50;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 2 * gb, 0, 1000);
    fake_fill(&fake, 0, 0, gb);
    CHECK_EQ(fake_vm_status(&fake, 0).overhead_pages, 20 + (150 - 20) / 2);
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    CHECK_EQ(fake_vm_status(&fake, 0).overhead_pages, 20 + (150 - 20) / 2);
    CHECK(mp_verify(fake.mp) == NULL);
    fake_fini(&fake);
}

static void decision__on_every_trigger(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 0, 4000, 0, 1000);
    CHECK_EQ(fake.reasons[MP_REASON_VM_ON], 1);
    fake_vm_start(&fake, 1, 4000, 0, 1000);
    CHECK_EQ(fake.reasons[MP_REASON_VM_ON], 3);
    CHECK_EQ(mp_vm_configure(fake.mp, 0, 2000, 0, fake.now_ns), MP_ADMITTED);
    CHECK_EQ(fake.reasons[MP_REASON_PARAMETERS], 2);
    fake.tunables.idle_tax_bp = 5000;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    CHECK_EQ(fake.reasons[MP_REASON_PARAMETERS], 4);
    fake_vm_off(&fake, 1);
    CHECK_EQ(fake.reasons[MP_REASON_VM_OFF], 1);
    CHECK_EQ(fake.reasons[MP_REASON_PERIODIC], 0);
    fake_run(&fake, 60 * FAKE_SECOND);
    CHECK_NEAR(fake.reasons[MP_REASON_PERIODIC], 4, 1); /* every 15 s */
    fake_fini(&fake);
}

/* One MB with 1,000 shares: a price of 1,000 per MB if it is active, a quarter of that if idle. */
static void decision__price_of_taxed_memory(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 0, FAKE_MB, 0, 1000);
    fake_fill(&fake, 0, 0, FAKE_MB);
    fake_run(&fake, 1200 * FAKE_SECOND); /* idle: both averages are at nothing */
    const struct mp_decision *decision = &fake.vms[0].decision;
    CHECK_EQ(decision->alloc_pages, FAKE_MB);
    CHECK_EQ(decision->active_pages, 0);
    CHECK_NEAR((double)decision->price_milli, 250000, 1);
    CHECK_EQ(decision->state, MP_STATE_HIGH);
    CHECK_EQ(decision->target_pages, FAKE_MB);
    for (int period = 0; period < 40; period++) {
        fake_fill(&fake, 0, 0, FAKE_MB); /* touches whatever is in the sample */
        fake_run(&fake, fake.now_ns + 30 * FAKE_SECOND);
    }
    CHECK_NEAR(decision->active_pages, FAKE_MB, 1);
    CHECK_NEAR((double)decision->price_milli, 1000000, 12000);
    CHECK(decision->at_ns <= fake.now_ns && decision->at_ns + 15 * FAKE_SECOND >= fake.now_ns);
    fake_fini(&fake);
}

/* The estimate in the price is capped at what the VM holds. */
static void decision__active_capped_at_alloc(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 0, 1000, 0, 1000);
    for (int period = 0; period < 20; period++) {
        fake_fill(&fake, 0, 0, 1000);
        fake_run(&fake, fake.now_ns + 30 * FAKE_SECOND);
    }
    CHECK_NEAR(fake_vm_status(&fake, 0).active_pages, 1000, 2);
    fake_driver(&fake, 0, true);
    for (uint32_t ppn = 0; ppn < 400; ppn++)
        mp_balloon_taken(fake.mp, 0, ppn, fake.now_ns);
    fake_driver(&fake, 0, false); /* 600 pages are left, the estimate is of 1,000 again */
    fake_run(&fake, fake.now_ns + 15 * FAKE_SECOND);
    CHECK(fake_vm_status(&fake, 0).active_pages > 700);
    CHECK_EQ(fake.vms[0].decision.alloc_pages, 600);
    CHECK_EQ(fake.vms[0].decision.active_pages, 600);
    fake_fini(&fake);
}

static void target__total_of_all_vms(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 0, 4000, 0, 1000);
    fake_vm_start(&fake, 1, 4000, 0, 2000);
    fake_vm_start(&fake, 2, 4000, 0, 3000);
    uint32_t total = 0;
    for (uint16_t vm = 0; vm < 3; vm++)
        total += fake_vm_status(&fake, vm).target_pages;
    CHECK_EQ(fake_status(&fake).target_total_pages, 9000); /* 10,000 - 400 - 6% */
    CHECK_EQ(total, 9000);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 1667);
    CHECK_EQ(fake_vm_status(&fake, 2).target_pages, 4000);
    fake_fini(&fake);
}

static void retune__moves_targets_and_state(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 0, 9000, 0, 1000);
    fake_fill(&fake, 0, 0, 9000);
    CHECK_EQ(fake_status(&fake).free_pages, 600);
    CHECK_EQ(fake_status(&fake).state, MP_STATE_HIGH);
    fake.tunables.free_high_bp = 1000;
    fake.tunables.free_soft_bp = 700;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    CHECK_EQ(fake_status(&fake).state, MP_STATE_SOFT);
    CHECK(fake_vm_status(&fake, 0).target_pages <= 8600); /* 10,000 - 400 - 10% */
    CHECK(fake_vm_status(&fake, 0).target_pages >= 8500);
    fake_fini(&fake);
}

static void deadline__is_never_missed_by_much(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 0, 1000, 0, 1000);
    for (int i = 0; i < 100; i++) {
        uint64_t next_ns = mp_next_deadline(fake.mp);
        CHECK(next_ns > fake.now_ns && next_ns <= fake.now_ns + 15 * FAKE_SECOND);
        fake_run(&fake, next_ns);
    }
    fake_fini(&fake);
}

/* A tick that comes very late does once what was missed many times. */
static void tick__late(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 0, 1000, 0, 1000);
    fake_fill(&fake, 0, 0, 1000);
    fake.now_ns = 3600 * FAKE_SECOND;
    fake.vms[0].vm_ns = fake.now_ns;
    fake_tick(&fake);
    CHECK(fake.reasons[MP_REASON_PERIODIC] <= 2);
    CHECK(mp_next_deadline(fake.mp) > fake.now_ns);
    fake_fini(&fake);
}

TEST_SUITE(policy_core, TEST(init__all_is_free), TEST(names__for_every_value),
           TEST(vm_number__can_be_used_again), TEST(overhead__grows_with_touched_memory),
           TEST(overhead__of_a_vm_above_1_gb_grows_further), TEST(decision__on_every_trigger),
           TEST(decision__price_of_taxed_memory), TEST(decision__active_capped_at_alloc),
           TEST(target__total_of_all_vms), TEST(retune__moves_targets_and_state),
           TEST(deadline__is_never_missed_by_much), TEST(tick__late))
