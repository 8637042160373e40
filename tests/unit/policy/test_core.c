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
    CHECK_TEXT(mp_state_name((enum mp_state)99), "unknown");
    CHECK_TEXT(mp_reason_name((enum mp_reason)99), "unknown");
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
/* What was given up and is touched again is no more than the VM had. */
static void overhead__of_a_second_first_touch(void)
{
    struct fake fake;
    fake_init(&fake, 4000);
    fake.tunables.overhead_start_pages = 20;
    fake.tunables.overhead_full_pages = 100;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 1000, 0, 1000);
    fake_fill(&fake, 0, 0, 500);
    uint32_t overhead_pages = fake_vm_status(&fake, 0).overhead_pages;
    for (uint32_t round = 0; round < 100; round++) {
        mp_page_unneeded(fake.mp, 0, round, fake.now_ns);
        fake_read(&fake, 0, round);
    }
    CHECK_EQ(fake_vm_status(&fake, 0).overhead_pages, overhead_pages);
    fake_fini(&fake);
}

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

/* A machine may stand without VMs for long. */
static void decision__the_first_period_begins_with_the_first_vm(void)
{
    struct fake fake;
    start(&fake);
    fake_run(&fake, 107 * FAKE_SECOND);
    fake_vm_start(&fake, 0, 4000, 0, 1000);
    CHECK_EQ(mp_next_deadline(fake.mp) > fake.now_ns, true);
    fake_run(&fake, 122 * FAKE_SECOND - 1);
    CHECK_EQ(fake.reasons[MP_REASON_PERIODIC], 0);
    fake_run(&fake, 122 * FAKE_SECOND);
    CHECK_EQ(fake.reasons[MP_REASON_PERIODIC], 1);
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

/* What a VM has touched is remembered, whatever the overhead is set to. */
static void retune__overhead(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 0, 1000, 0, 1000);
    fake_vm_start(&fake, 1, 1000, 0, 1000);
    fake_fill(&fake, 0, 0, 500);
    CHECK_EQ(fake_status(&fake).overhead_pages, 0);
    fake.tunables.overhead_start_pages = 20;
    fake.tunables.overhead_full_pages = 101;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    CHECK_EQ(fake_vm_status(&fake, 0).overhead_pages, 60); /* 20 + 81 / 2, rounded down */
    CHECK_EQ(fake_vm_status(&fake, 1).overhead_pages, 20);
    CHECK_EQ(fake_status(&fake).overhead_pages, 80);
    CHECK_EQ(fake_status(&fake).free_pages, 9600 - 500 - 80);
    fake_write(&fake, 0, 500, 1); /* the half page that was left */
    CHECK_EQ(fake_vm_status(&fake, 0).overhead_pages, 60);
    fake_fill(&fake, 0, 501, 507);
    CHECK_EQ(fake_vm_status(&fake, 0).overhead_pages, 61);
    fake_fini(&fake);
}

/* 10 pages are free when 50 are wanted. */
static void overhead__is_in_use_only_as_far_as_there_is_memory(void)
{
    struct fake fake;
    fake_init(&fake, 1000);
    fake.tunables.share_enabled = 0;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 990, 0, 1000);
    fake_fill(&fake, 0, 0, 990);
    fake.tunables.overhead_start_pages = fake.tunables.overhead_full_pages = 50;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    CHECK_EQ(fake_status(&fake).overhead_pages, 10);
    CHECK_EQ(fake_status(&fake).in_use_pages, 990);
    CHECK_EQ(fake_status(&fake).free_pages, 0);
    for (uint32_t ppn = 0; ppn < 100; ppn++)
        mp_balloon_taken(fake.mp, 0, ppn, fake.now_ns);
    CHECK_EQ(fake_status(&fake).overhead_pages, 50);
    CHECK_EQ(fake_status(&fake).free_pages, 60);
    fake_fini(&fake);
}

/* 10,000 pages, 900 of them free, until a VM of 600 pages of overhead comes: 3%. */
static void overhead__of_a_new_vm_can_change_the_state(void)
{
    struct fake fake;
    fake_init(&fake, 10000);
    fake.tunables.share_enabled = 0;
    fake.tunables.overhead_start_pages = fake.tunables.overhead_full_pages = 600;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 9000, 0, 1000);
    fake_fill(&fake, 0, 0, 8500);
    CHECK_EQ(fake_status(&fake).free_pages, 900);
    CHECK_EQ(fake_status(&fake).state, MP_STATE_HIGH);
    fake_vm_start(&fake, 1, 100, 0, 1000);
    CHECK_EQ(fake_status(&fake).free_pages, 300);
    CHECK_EQ(fake_status(&fake).state, MP_STATE_SOFT);
    fake_fini(&fake);
}

/* A fault leaves paging to the next tick, which is due at the time of the last call. */
static void call__its_time_counts(void)
{
    struct fake fake;
    struct mp_device_work work;
    fake_init(&fake, 1000);
    fake.tunables.share_enabled = 0;
    fake.accept_pages = 0;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 999, 0, 1000);
    for (uint32_t ppn = 0; mp_next_deadline(fake.mp) > fake.now_ns; ppn++)
        CHECK(fake_access(&fake, 0, ppn, true, &(uint64_t){1}, NULL));
    fake.now_ns = 5 * FAKE_MS;
    mp_device_io(fake.mp, 0, 0, fake.now_ns, &work);
    CHECK_EQ(mp_next_deadline(fake.mp), fake.now_ns);
    fake.now_ns = 6 * FAKE_MS;
    CHECK_EQ(mp_fault(fake.mp, 0, 0, true, fake.now_ns, NULL), MP_FAULT_DONE);
    CHECK_EQ(mp_next_deadline(fake.mp), fake.now_ns);
    fake_fini(&fake);
}

static void clock__never_runs_backward(void)
{
    struct fake fake;
    start(&fake);
    fake_run(&fake, 10 * FAKE_SECOND);
    fake_vm_start(&fake, 0, 100, 0, 1000);
    CHECK_EQ(fake.vms[0].decision.at_ns, 10 * FAKE_SECOND);
    CHECK_EQ(mp_vm_configure(fake.mp, 0, 10, 0, 3 * FAKE_SECOND), MP_ADMITTED);
    CHECK_EQ(fake.vms[0].decision.at_ns, 10 * FAKE_SECOND);
    fake_fini(&fake);
}

/* Without a VM nothing is due. */
static void deadline__none_while_nothing_runs(void)
{
    struct fake fake;
    start(&fake);
    CHECK_EQ(mp_next_deadline(fake.mp), MP_NEVER);
    fake_vm_start(&fake, 2, 100, 0, 1000);
    CHECK(mp_next_deadline(fake.mp) <= 15 * FAKE_SECOND);
    fake_run(&fake, 20 * FAKE_SECOND);
    fake_vm_off(&fake, 2);
    fake_run(&fake, 21 * FAKE_SECOND);
    CHECK_EQ(mp_next_deadline(fake.mp), MP_NEVER);
    fake_fini(&fake);
}

/* ---- What cannot be ---------------------------------------------------------------------- */

static const char off[] = "a call names a VM that is off";

/* Above the highest VM that is on, and between two of them. */
static void call__of_a_vm_that_is_off_panics(void)
{
    struct fake fake;
    struct mp_guest_report report = {0};
    struct mp_device_work work;
    struct mp_sharing_split split;
    uint8_t seen[10000 / 8] = {0};
    start(&fake);
    fake_vm_start(&fake, 0, 100, 0, 1000);
    fake_vm_start(&fake, 2, 100, 0, 1000);
    for (uint16_t vm = 1; vm <= 3; vm += 2) {
        FAKE_PANICS(&fake, mp_fault(fake.mp, vm, 0, false, 0, NULL), off);
        FAKE_PANICS(&fake, mp_device_io(fake.mp, vm, 0, 0, &work), off);
        FAKE_PANICS(&fake, mp_balloon_driver(fake.mp, vm, true, 0), off);
        FAKE_PANICS(&fake, mp_balloon_taken(fake.mp, vm, 0, 0), off);
        FAKE_PANICS(&fake, mp_balloon_returned(fake.mp, vm, 0, 0), off);
        FAKE_PANICS(&fake, mp_share_page(fake.mp, vm, 0, 0), off);
        FAKE_PANICS(&fake, mp_share_range(fake.mp, vm, 0, 1, 0), off);
        FAKE_PANICS(&fake, mp_vm_off(fake.mp, vm, 0), off);
        FAKE_PANICS(&fake, mp_vm_configure(fake.mp, vm, 1, 0, 0), off);
        FAKE_PANICS(&fake, mp_vm_time(fake.mp, vm, 0), off);
        FAKE_PANICS(&fake, mp_vm_stalled(fake.mp, vm, 0), off);
        FAKE_PANICS(&fake, mp_guest_report(fake.mp, vm, &report, 0), off);
        FAKE_PANICS(&fake, mp_pmap(fake.mp, vm), off);
        FAKE_PANICS(&fake, mp_sharing_split(fake.mp, vm, seen, &split), off);
        CHECK(!fake_vm_status(&fake, vm).on);
    }
    CHECK(fake_vm_status(&fake, 0).on && fake_vm_status(&fake, 2).on);
    fake_fini(&fake);
}

static void call__beyond_a_vms_max_panics(void)
{
    struct fake fake;
    struct mp_device_work work;
    const char *pages = "pages beyond the VM's max";
    fake_init(&fake, 1000);
    fake_start(&fake);
    fake_vm_start(&fake, 0, 100, 0, 1000);
    fake_fill(&fake, 0, 99, 100);
    mp_share_page(fake.mp, 0, 99, 0);
    mp_share_range(fake.mp, 0, 0, 100, 0);
    mp_share_range(fake.mp, 0, 100, 0, 0);
    mp_device_io(fake.mp, 0, 99, 0, &work);
    FAKE_PANICS(&fake, mp_fault(fake.mp, 0, 100, false, 0, NULL),
                "a fault names a page beyond the VM's max");
    FAKE_PANICS(&fake, mp_share_page(fake.mp, 0, 100, 0), "a page beyond the VM's max");
    FAKE_PANICS(&fake, mp_share_range(fake.mp, 0, 101, 0, 0), pages);
    FAKE_PANICS(&fake, mp_share_range(fake.mp, 0, 99, 2, 0), pages);
    FAKE_PANICS(&fake, mp_share_range(fake.mp, 0, 1, UINT32_MAX, 0), pages);
    FAKE_PANICS(&fake, mp_device_io(fake.mp, 0, 100, 0, &work),
                "device I/O on a page beyond the VM's max");
    FAKE_PANICS(&fake, mp_device_io(fake.mp, 0, 5, 0, &work),
                "device I/O on a page that is not in memory");
    fake_fini(&fake);
}

static enum mp_refusal power_on(struct fake *fake, uint16_t vm, uint32_t max_pages,
                                uint32_t min_pages, uint32_t limit_pages)
{
    const struct mp_vm_config config = {
        .max_pages = max_pages, .min_pages = min_pages, .limit_pages = limit_pages};
    struct mp_admission answer;
    return mp_vm_on(fake->mp, vm, &config, NULL, fake->now_ns, &answer);
}

static void vm_on__what_cannot_be_panics(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 3, 100, 100, 1000); /* the highest number, min = max */
    FAKE_PANICS(&fake, power_on(&fake, 3, 100, 0, 0), "the VM's number is taken");
    FAKE_PANICS(&fake, power_on(&fake, 4, 100, 0, 0), "the VM's number is taken");
    FAKE_PANICS(&fake, power_on(&fake, 0, 0, 0, 0),
                "a VM's max must be above 0 and not below its min");
    FAKE_PANICS(&fake, power_on(&fake, 0, 100, 101, 0),
                "a VM's max must be above 0 and not below its min");
    FAKE_PANICS(&fake, power_on(&fake, 0, 100, 50, 49), "a VM's limit must not be below its min");
    CHECK_EQ(fake_vm_on(&fake, 0,
                        &(struct mp_vm_config){.max_pages = 1, .min_pages = 1, .limit_pages = 1}),
             MP_ADMITTED);
    CHECK_EQ(mp_vm_configure(fake.mp, 0, 5, 1, 0), MP_ADMITTED);
    FAKE_PANICS(&fake, mp_vm_configure(fake.mp, 0, 5, 2, 0),
                "a VM's min must be at most its limit");
    fake_fini(&fake);
}

static void init__what_cannot_be_panics(void)
{
    struct fake fake;
    fake_init(&fake, 1000);
    fake.machine.hypervisor_pages = 1001;
    FAKE_PANICS(&fake, fake_start(&fake), "hypervisor_pages must be at most machine_pages");
    fake_fini(&fake);
    fake_init(&fake, 1000);
    fake.machine.hypervisor_pages = 1000; /* of no use, but in order */
    fake_start(&fake);
    CHECK_EQ(fake_status(&fake).free_pages, 0);
    fake_fini(&fake);
    fake_init(&fake, 1000);
    fake.tunables.idle_tax_bp = 9901;
    FAKE_PANICS(&fake, fake_start(&fake), "a tunable is out of range");
    fake_fini(&fake);
    start(&fake);
    fake.tunables.idle_tax_bp = 9901;
    FAKE_PANICS(&fake, mp_retune(fake.mp, &fake.tunables, 0), "a tunable is out of range");
    fake_fini(&fake);
}

static void retune__the_next_rebalancing(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 0, 100, 0, 1000);
    fake_run(&fake, 4 * FAKE_SECOND);
    fake.tunables.rebalance_ms = 1000;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    fake_run(&fake, 4 * FAKE_SECOND + 999 * FAKE_MS);
    CHECK_EQ(fake.reasons[MP_REASON_PERIODIC], 0);
    fake_run(&fake, 5 * FAKE_SECOND);
    CHECK_EQ(fake.reasons[MP_REASON_PERIODIC], 1);
    fake_run(&fake, 8 * FAKE_SECOND);
    CHECK_EQ(fake.reasons[MP_REASON_PERIODIC], 4);
    fake.now_ns = 11 * FAKE_SECOND + 500 * FAKE_MS; /* three times are missed and done once */
    fake_tick(&fake);
    CHECK_EQ(fake.reasons[MP_REASON_PERIODIC], 5);
    CHECK_EQ(mp_next_deadline(fake.mp), 12 * FAKE_SECOND);
    fake_fini(&fake);
}

/* Sharing costs 20 bytes of a machine page, and a set of pages in each VM; low memory another. */
static void footprint__by_its_parts(void)
{
    const struct mp_vm_config config = {.max_pages = 1000};
    size_t set_bytes = (8 * 16 + 9 * 4 + 63) / 64 * 64, sizes[2], machine[2];
    for (uint32_t share = 0; share < 2; share++) {
        struct fake fake;
        fake_init(&fake, 10000);
        fake.tunables.share_enabled = share;
        fake_start(&fake);
        sizes[share] = mp_vm_footprint(fake.mp, &config);
        machine[share] = fake.buffer_bytes;
        fake_fini(&fake);
        fake_init(&fake, 10000);
        fake.tunables.share_enabled = share;
        fake.machine.low_pages = 100;
        fake_start(&fake);
        CHECK_EQ(mp_vm_footprint(fake.mp, &config), sizes[share] + set_bytes);
        CHECK_EQ(fake.buffer_bytes, machine[share]);
        fake_fini(&fake);
    }
    struct fake fake;
    const struct mp_vm_config whole = {.max_pages = 512}, more = {.max_pages = 513};
    start(&fake); /* 64 bytes of pmap */
    CHECK_EQ(mp_vm_footprint(fake.mp, &more), mp_vm_footprint(fake.mp, &whole) + 64);
    fake_fini(&fake);
    CHECK_EQ(sizes[1], sizes[0] + set_bytes);
    CHECK_EQ(machine[1], machine[0] + 10000 * 20 + 8); /* and an entry of the overflow table */
    CHECK(sizes[0] >= 1000 * sizeof(struct mp_pmap_entry) + set_bytes);
}

/* 650 pages are for overhead, though nobody has taken them. */
static void overhead__is_not_given_to_vms(void)
{
    struct fake fake;
    fake_init(&fake, 1000);
    fake.tunables.share_enabled = 0;
    fake.tunables.overhead_start_pages = fake.tunables.overhead_full_pages = 650;
    fake.accept_pages = 0;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 400, 0, 1000);
    fake_fill(&fake, 0, 0, 350);
    CHECK_EQ(fake_status(&fake).free_pages, 0);
    CHECK(!fake_access(&fake, 0, 350, true, &(uint64_t){1}, NULL));
    CHECK_EQ(fake_status(&fake).in_use_pages, 350);
    fake_fini(&fake);
}

/* 6% of 200,000 pages, and half of 40,000. */
static void basis_points__of_large_numbers(void)
{
    struct fake fake;
    fake_init(&fake, 200000);
    fake_start(&fake);
    fake_vm_start(&fake, 0, 40000, 0, 1000);
    CHECK_EQ(fake_status(&fake).target_total_pages, 188000);
    fake_driver(&fake, 0, true);
    fake_vm_start(&fake, 1, 190000, 188000, 1000);
    fake_fill(&fake, 0, 0, 40000);
    fake_run(&fake, fake.now_ns + 16 * FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 0);
    CHECK_EQ(fake_vm_status(&fake, 0).balloon_target_pages, 20000);
    fake_fini(&fake);
}

static jmp_buf after_panic;
static const char *panic;

static void note_panic(void *context, const char *what)
{
    (void)context;
    panic = what;
    longjmp(after_panic, 1);
}

static void init__of_a_machine_beyond_all_numbers_panics(void)
{
    static _Alignas(64) uint8_t buffer[65536]; /* far too small, but not looked at */
    const struct mp_machine machine = {.machine_pages = UINT32_MAX / 2};
    struct mp_tunables tunables;
    struct mp_ops ops = mp_ops_inert;
    ops.panic = note_panic;
    panic = NULL;
    mp_tunables_preset(&tunables);
    if (setjmp(after_panic) == 0)
        mp_init(buffer, &machine, &tunables, NULL, &ops, NULL, 0);
    CHECK_TEXT(panic, "machine_pages must be below 2^31");
}

TEST_SUITE(policy_core, TEST(init__all_is_free), TEST(names__for_every_value),
           TEST(vm_number__can_be_used_again), TEST(overhead__grows_with_touched_memory),
           TEST(overhead__of_a_second_first_touch),
           TEST(overhead__of_a_vm_above_1_gb_grows_further), TEST(decision__on_every_trigger),
           TEST(decision__the_first_period_begins_with_the_first_vm),
           TEST(decision__price_of_taxed_memory), TEST(decision__active_capped_at_alloc),
           TEST(target__total_of_all_vms), TEST(retune__moves_targets_and_state),
           TEST(deadline__is_never_missed_by_much), TEST(tick__late), TEST(retune__overhead),
           TEST(overhead__of_a_new_vm_can_change_the_state), TEST(call__its_time_counts),
           TEST(call__of_a_vm_that_is_off_panics), TEST(call__beyond_a_vms_max_panics),
           TEST(vm_on__what_cannot_be_panics), TEST(init__what_cannot_be_panics),
           TEST(deadline__none_while_nothing_runs), TEST(clock__never_runs_backward),
           TEST(retune__the_next_rebalancing), TEST(footprint__by_its_parts),
           TEST(overhead__is_not_given_to_vms),
           TEST(overhead__is_in_use_only_as_far_as_there_is_memory),
           TEST(basis_points__of_large_numbers), TEST(init__of_a_machine_beyond_all_numbers_panics))
