/*
 * The governor `mom` against runs of MOM's rules in its own evaluator, and ksmtuned's numbers. A
 * page stands for a kB, as the numbers are in kB.
 */
#include "tests/check.h"
#include "tests/unit/policy/shown.h"

#define HOST_KB  10000000u
#define ROUND_NS (10 * SHOWN_SECOND)

static void start(struct shown *shown, uint32_t has, uint32_t unused, uint32_t min, uint32_t max)
{
    struct mp_vm_view *vm;
    shown_init(shown, "mom", 1);
    vm = &shown->vms[0];
    vm->max_pages = vm->limit_pages = vm->balloon_cap_pages = max;
    vm->min_pages = min;
    vm->ballooned_pages = vm->balloon_target_pages = max - has;
    vm->alloc_pages = has;
    vm->report.free_pages = unused;
    shown->view.machine_pages = HOST_KB;
    shown_start(shown, 0);
}

static void rounds__of_the_original(void)
{
    static const struct {
        uint32_t free_pct, has, unused, min, max, after;
    } cases[] = {
        {10, 2000000, 1800000, 0, 4000000, 1900000},
        {10, 2000000, 1800000, 1950000, 4000000, 1950000},
        {10, 2000000, 100000, 0, 4000000, 2000000},
        {10, 2000000, 280000, 500000, 4000000, 1920000},
        {4, 2000000, 20000, 1000000, 4000000, 1960000},
        {30, 1000000, 10000, 0, 2000000, 1190000},
        {30, 1000000, 500000, 0, 2000000, 1050000},
        {30, 1950000, 10000, 0, 2000000, 2000000},
    };
    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct shown shown;
        start(&shown, cases[i].has, cases[i].unused, cases[i].min, cases[i].max);
        shown.view.free_pages = HOST_KB / 100 * cases[i].free_pct;
        shown_ask(&shown, ROUND_NS / 2);
        CHECK_EQ(shown_left_pages(&shown, 0), cases[i].has); /* it has only collected */
        shown_ask(&shown, ROUND_NS);
        CHECK_EQ(shown_left_pages(&shown, 0), cases[i].after);
        shown_fini(&shown);
    }
}

/* A step of 0.25% is left alone: the floor is 1,995,000 of 2,000,000, or one less. */
static void round__small_changes_are_left_alone(void)
{
    for (uint32_t less = 0; less < 2; less++) {
        struct shown shown;
        start(&shown, 2000000, 205000 + less, 0, 4000000);
        shown.view.free_pages = HOST_KB / 10;
        shown_ask(&shown, ROUND_NS);
        CHECK_EQ(shown_left_pages(&shown, 0), less ? 1994999 : 2000000);
        shown_fini(&shown);
    }
}

/* Samples are taken every 5 s, and the last ten count. */
static void samples__are_averaged(void)
{
    struct shown shown;
    start(&shown, 1000000, 0, 0, 2000000);
    shown.view.free_pages = 0; /* nobody grows, and a guest that uses all does not shrink much */
    for (uint32_t i = 1; i <= 19; i++) {
        shown.vms[0].report.free_pages =
            i < 10 ? 900000 : 10000 * i; /* the last: 100,000..190,000 */
        shown_ask(&shown, i * ROUND_NS / 2);
    }
    shown.view.free_pages = HOST_KB * 3 / 10;
    shown.vms[0].report.free_pages = 200000; /* 110,000..200,000: 155,000 on the mean */
    shown_ask(&shown, 20 * ROUND_NS / 2);
    CHECK_EQ(shown_left_pages(&shown, 0),
             1000000 - 155000 + 200000 > 1050000 ? 1000000 - 155000 + 200000 : 1050000);
    shown_fini(&shown);
}

static void samples__of_a_former_vm_do_not_count(void)
{
    struct shown shown;
    start(&shown, 1000000, 0, 0, 2000000);
    shown.view.free_pages = HOST_KB * 3 / 10;
    for (uint32_t i = 1; i < 10; i++)
        shown_ask(&shown, i * ROUND_NS / 2);
    shown.vms[0].on_ns = 48 * SHOWN_SECOND;
    shown.vms[0].report.free_pages = 500000;
    shown_ask(&shown, 10 * ROUND_NS / 2);
    CHECK_EQ(shown_left_pages(&shown, 0), 1050000);
    shown.vms[0].has_report = false;
    shown.vms[0].on_ns = 51 * SHOWN_SECOND;
    shown_ask(&shown, 12 * ROUND_NS / 2);
    CHECK_EQ(shown_left_pages(&shown, 0), 1000000); /* nothing is known of it */
    shown_fini(&shown);
}

/* ---- The scanner: pages of 4 kB again ---------------------------------------------------- */

static void start_ksm(struct shown *shown, uint32_t host_gb, uint32_t ksm)
{
    shown_init(shown, "mom", 1);
    shown->values[shown_parameter(shown, "ksm")] = ksm;
    shown->view.machine_pages = host_gb * 1024 * SHOWN_MB;
    shown_start(shown, 0);
}

static uint32_t batch(struct shown *shown, uint64_t now_ns, uint32_t sleep_ms)
{
    shown_ask(shown, now_ns);
    CHECK_EQ(shown->orders.scan_vm_pages_s, shown->orders.scan_total_pages_s);
    return shown->orders.scan_total_pages_s * sleep_ms / 1000;
}

static void ksm__under_pressure_and_back(void)
{
    static const uint32_t up[] = {300, 600, 900, 1200, 1250, 1250}, down[] = {1200, 1150};
    for (uint32_t ksm = 1; ksm <= 2; ksm++) {
        struct shown shown;
        uint64_t period_ns = (ksm == 1 ? 10 : 60) * SHOWN_SECOND, now_ns = 0;
        start_ksm(&shown, 16, ksm);
        shown.view.free_pages = 1024 * SHOWN_MB;
        for (uint32_t i = 0; i < 6; i++)
            CHECK_EQ(batch(&shown, now_ns += period_ns, 10), up[i]);
        shown.view.free_pages = 4096 * SHOWN_MB;
        shown.vms[0].max_pages = shown.vms[0].alloc_pages = 14 * 1024 * SHOWN_MB;
        for (uint32_t i = 0; i < 2; i++)
            CHECK_EQ(batch(&shown, now_ns += period_ns, 10), down[i]);
        shown_ask(&shown, now_ns + period_ns / 2);
        CHECK_EQ(shown.orders.scan_total_pages_s, MP_UNCHANGED); /* in between */
        shown.vms[0].alloc_pages = 1024 * SHOWN_MB;              /* and a fifth is less than all */
        CHECK_EQ(batch(&shown, now_ns + 2 * period_ns, 10), 0);
        shown_fini(&shown);
    }
}

/* A batch of 300 each 20 ms on 8 GiB, each 10 ms on 64 GiB. */
static void ksm__sleeps_longer_on_small_hosts(void)
{
    static const uint32_t gb[] = {8, 16, 64}, pages_s[] = {15000, 30000, 30000};
    for (uint32_t i = 0; i < 3; i++) {
        struct shown shown;
        start_ksm(&shown, gb[i], 2);
        shown.view.free_pages = 0;
        shown_ask(&shown, 60 * SHOWN_SECOND);
        CHECK_EQ(shown.orders.scan_total_pages_s, pages_s[i]);
        shown_fini(&shown);
    }
}

/* A fifth of 64 GiB is 13,421,772 kB, in pages 3,355,443. */
static void ksm__threshold_of_64_gib(void)
{
    for (uint32_t more = 0; more < 2; more++) {
        struct shown shown;
        start_ksm(&shown, 64, 2);
        shown.view.free_pages = 13421772 / 4 - 1 + more;
        shown_ask(&shown, 60 * SHOWN_SECOND);
        CHECK_EQ(shown.orders.scan_total_pages_s, more ? 6400 : 30000);
        shown_fini(&shown);
    }
}

/* A fifth of 2,000 pages is less than 2 MB: then the threshold is 512 pages. */
static void ksm__threshold_of_a_tiny_host(void)
{
    for (uint32_t more = 0; more < 2; more++) {
        struct shown shown;
        start_ksm(&shown, 1, 2);
        shown.view.machine_pages = 2000;
        shown.view.free_pages = 511 + more;
        shown_ask(&shown, 60 * SHOWN_SECOND);
        CHECK_EQ(shown.orders.scan_total_pages_s, more ? 3 : 14); /* 64 or 300 each 20,971 ms */
        shown_fini(&shown);
    }
}

static void ksm__can_be_left_alone(void)
{
    struct shown shown;
    start_ksm(&shown, 16, 0);
    shown_ask(&shown, 600 * SHOWN_SECOND);
    CHECK_EQ(shown.orders.scan_total_pages_s, MP_UNCHANGED);
    shown_fini(&shown);
}

TEST_SUITE(policy_governor_mom, TEST(rounds__of_the_original),
           TEST(round__small_changes_are_left_alone), TEST(samples__are_averaged),
           TEST(samples__of_a_former_vm_do_not_count), TEST(ksm__under_pressure_and_back),
           TEST(ksm__sleeps_longer_on_small_hosts), TEST(ksm__threshold_of_64_gib),
           TEST(ksm__threshold_of_a_tiny_host), TEST(ksm__can_be_left_alone))
