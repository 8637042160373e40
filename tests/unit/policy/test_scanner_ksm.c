/* The scanner of Linux KSM, against worked examples of its published rules. */
#include "models/policy/mp_scanner.h"
#include "models/policy/scanners/ksm.h"
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#include <string.h>

enum { PAGES_TO_SCAN, SLEEP_MS, MOST_SHARING, ZERO_PAGES, SMART_SCAN, STABLE_FIRST, ADVISOR };

static uint32_t values[MP_MOST_PARAMETERS];

/* One VM; a batch of `pages` of 4 KiB each 20 ms. */
static void start_scaled(struct fake *fake, uint32_t page_scale, uint32_t pages, int key,
                         uint32_t value)
{
    const struct mp_scanner *ksm = mp_scanner_find("ksm");
    for (uint32_t i = 0; i < ksm->parameter_count; i++)
        values[i] = ksm->parameters[i].preset;
    values[PAGES_TO_SCAN] = pages;
    values[SMART_SCAN] = 0;
    values[key] = value;
    fake_init(fake, 10000);
    fake->machine.max_vms = 4;
    fake->machine.page_scale = page_scale;
    fake->machine.swap_pages = 20000;
    fake->members.scanner = ksm;
    fake->members.scanner_values = values;
    fake_start(fake);
    fake_vm_start(fake, 0, 4000, 0, 1000);
}

static void start_with(struct fake *fake, uint32_t pages, int key, uint32_t value)
{
    start_scaled(fake, 1, pages, key, value);
}

static void start(struct fake *fake, uint32_t pages)
{
    start_with(fake, pages, SMART_SCAN, 0);
}

static void write_all(struct fake *fake, uint16_t vm, uint32_t pages, uint64_t contents)
{
    for (uint32_t ppn = 0; ppn < pages; ppn++)
        fake_write(fake, vm, ppn, contents);
}

/* Until so many batches of 20 ms are done. */
static void run_batches(struct fake *fake, uint64_t batches)
{
    fake_run(fake, batches * 20 * FAKE_MS);
}

static int64_t counted(const struct fake *fake, const char *name)
{
    const struct mp_scanner *ksm = mp_scanner_find("ksm");
    int64_t counts[MP_MOST_COUNTERS];
    mp_scan_count(fake->mp, counts);
    for (uint32_t i = 0; i < ksm->counter_count; i++)
        if (strcmp(ksm->counters[i].name, name) == 0)
            return counts[i];
    CHECK(false);
    return 0;
}

static void ksm__static_pages_merge_in_the_second_full_scan(void)
{
    struct fake fake;
    start(&fake, 100);
    write_all(&fake, 0, 250, 7);
    run_batches(&fake, 3); /* 100, 100, 50 */
    CHECK_EQ(counted(&fake, "full_scans"), 1);
    CHECK_EQ(fake_status(&fake).shared_pages, 0);
    CHECK_EQ(counted(&fake, "pages_volatile"), 250);
    run_batches(&fake, 4);
    CHECK_EQ(fake_status(&fake).shared_pages, 100);
    run_batches(&fake, 6);
    CHECK_EQ(counted(&fake, "full_scans"), 2);
    CHECK_EQ(counted(&fake, "pages_shared"), 1);
    CHECK_EQ(counted(&fake, "pages_sharing"), 249);
    CHECK_EQ(counted(&fake, "pages_unshared"), 0);
    CHECK_EQ(counted(&fake, "general_profit"), 249 * 4096 - 250 * 64);
    fake_fini(&fake);
}

static void ksm__a_merged_page_stands_for_at_most_256(void)
{
    struct fake fake;
    start(&fake, 1000);
    write_all(&fake, 0, 1000, 7);
    run_batches(&fake, 6);
    CHECK_EQ(counted(&fake, "pages_shared"), 4);
    CHECK_EQ(counted(&fake, "pages_sharing"), 996);
    fake_fini(&fake);

    start(&fake, 1000);
    write_all(&fake, 0, 769, 7);
    run_batches(&fake, 6);
    CHECK_EQ(counted(&fake, "pages_shared"), 3);
    CHECK_EQ(counted(&fake, "pages_sharing"), 765);
    CHECK_EQ(counted(&fake, "pages_unshared"), 1);
    fake_fini(&fake);
}

static void ksm__pages_of_zeroes_have_no_limit_on_demand(void)
{
    struct fake fake;
    start_with(&fake, 1000, ZERO_PAGES, 1);
    write_all(&fake, 0, 1000, 0);
    run_batches(&fake, 6);
    CHECK_EQ(counted(&fake, "pages_shared"), 1);
    CHECK_EQ(counted(&fake, "pages_sharing"), 999);
    fake_fini(&fake);
}

/* The partner is the page that is tried later in the same full scan, or a merged one. */
static void ksm__a_partner_is_of_the_same_full_scan(void)
{
    struct fake fake;
    start(&fake, 10);
    for (uint32_t ppn = 0; ppn < 25; ppn++)
        fake_write(&fake, 0, ppn, 100 + ppn);
    run_batches(&fake, 6); /* two full scans: page 15 waits in the unstable tree of the second */
    fake_write(&fake, 0, 5, 115);
    run_batches(&fake, 9); /* the third: page 5 has changed */
    CHECK_EQ(fake_backing(&fake, 0, 15), MP_PRIVATE);
    run_batches(&fake, 10); /* the fourth: page 5 is the same, page 15 not yet met in it */
    CHECK_EQ(fake_backing(&fake, 0, 5), MP_PRIVATE);
    run_batches(&fake, 11);
    CHECK_EQ(fake_backing(&fake, 0, 5), MP_SHARED);
    CHECK_EQ(fake_backing(&fake, 0, 15), MP_SHARED);
    fake_fini(&fake);
}

/* With a merged page of equal contents: a full scan earlier in the older order. */
static void ksm__older_kernels_search_the_stable_tree_first(void)
{
    for (uint32_t is_first = 0; is_first < 2; is_first++) {
        struct fake fake;
        start_with(&fake, 1000, STABLE_FIRST, is_first);
        write_all(&fake, 0, 10, 7);
        run_batches(&fake, 2);
        fake_write(&fake, 0, 20, 7);
        run_batches(&fake, 3);
        CHECK_EQ(fake_backing(&fake, 0, 20), is_first ? MP_SHARED : MP_PRIVATE);
        CHECK_EQ(counted(&fake, "pages_volatile"), is_first ? 0 : 1);
        run_batches(&fake, 4);
        CHECK_EQ(fake_backing(&fake, 0, 20), MP_SHARED);
        fake_fini(&fake);
    }
}

/* 1,048,576 pages of 4 GB would take 10,486 batches: here 1,000 pages take 10. */
static void ksm__a_batch_each_20_ms(void)
{
    struct fake fake;
    start(&fake, 100);
    for (uint32_t ppn = 0; ppn < 1000; ppn++)
        fake_write(&fake, 0, ppn, 100 + ppn);
    run_batches(&fake, 9);
    CHECK_EQ(fake_status(&fake).pages_scanned, 900);
    run_batches(&fake, 10);
    CHECK_EQ(fake_status(&fake).pages_scanned, 1000);
    CHECK_EQ(counted(&fake, "full_scans"), 0); /* the next batch finds nothing more */
    fake_fini(&fake);
}

/* 100 pages of 4 KiB are one page of 256 KiB and a rest, which goes to the next batch. */
static void ksm__a_batch_of_large_pages_carries_its_rest(void)
{
    struct fake fake;
    start_scaled(&fake, 64, 100, SMART_SCAN, 0);
    for (uint32_t ppn = 0; ppn < 1000; ppn++)
        fake_write(&fake, 0, ppn, 100 + ppn);
    for (uint32_t batches = 1; batches <= 40; batches++) {
        run_batches(&fake, batches);
        CHECK_EQ(fake_status(&fake).pages_scanned, batches * 100 / 64);
    }
    fake_fini(&fake);
}

/* Up to a second late all batches are made up for; later than that they are lost. */
static void ksm__batches_are_lost_after_a_second(void)
{
    for (uint32_t late = 0; late < 2; late++) {
        struct fake fake;
        start(&fake, 10);
        for (uint32_t ppn = 0; ppn < 1000; ppn++)
            fake_write(&fake, 0, ppn, 100 + ppn);
        run_batches(&fake, 1);
        fake.now_ns = 40 * FAKE_MS + FAKE_SECOND + late;
        fake_tick(&fake);
        CHECK_EQ(fake_status(&fake).pages_scanned, 10 + (late ? 10 : 51 * 10));
        CHECK_EQ(mp_next_deadline(fake.mp), fake.now_ns + 20 * FAKE_MS);
        fake_fini(&fake);
    }
}

/* A page that was away for a full scan is as good as new: what it was once does not count. */
static void ksm__a_page_that_was_away_is_new(void)
{
    struct fake fake;
    start(&fake, 1000);
    for (uint32_t ppn = 0; ppn < 10; ppn++)
        fake_write(&fake, 0, ppn, 100 + ppn);
    run_batches(&fake, 2);
    CHECK_EQ(counted(&fake, "pages_volatile"), 0);
    mp_page_unneeded(fake.mp, 0, 3, fake.now_ns);
    run_batches(&fake, 3);
    fake_write(&fake, 0, 3, 103);
    run_batches(&fake, 4);
    CHECK_EQ(counted(&fake, "pages_volatile"), 1);
    run_batches(&fake, 5);
    CHECK_EQ(counted(&fake, "pages_volatile"), 0);
    mp_page_unneeded(fake.mp, 0, 3, fake.now_ns);
    fake_write(&fake, 0, 3, 103); /* back before it was missed */
    run_batches(&fake, 6);
    CHECK_EQ(counted(&fake, "pages_volatile"), 0);
    fake_fini(&fake);
}

static void ksm__scans_only_vms_that_may_share(void)
{
    struct fake fake;
    start(&fake, 1000);
    const struct mp_vm_config never = {.max_pages = 100, .shares = 1000, .never_shares = true};
    CHECK_EQ(fake_vm_on(&fake, 1, &never), MP_ADMITTED);
    write_all(&fake, 0, 10, 7);
    write_all(&fake, 1, 10, 7);
    run_batches(&fake, 10);
    CHECK_EQ(fake_vm_status(&fake, 0).cow_pages, 10);
    CHECK_EQ(fake_vm_status(&fake, 1).cow_pages, 0);
    fake_fini(&fake);
}

static void ksm__vms_take_turns(void)
{
    struct fake fake;
    start(&fake, 1000);
    fake_vm_start(&fake, 2, 100, 0, 1000);
    write_all(&fake, 0, 10, 7);
    write_all(&fake, 2, 10, 7);
    run_batches(&fake, 2);
    CHECK_EQ(counted(&fake, "full_scans"), 2);
    CHECK_EQ(counted(&fake, "pages_sharing"), 19);
    CHECK_EQ(counted(&fake, "pages_shared"), 1);
    fake_fini(&fake);
}

/* ---- Smart scan -------------------------------------------------------------------------- */

static void ksm_is_skipped__looks_at_one_in_nine_in_the_end(void)
{
    static const int looked_at[] = {1, 2, 3, 4, 6, 9, 14, 23, 32, 41, 50, 59};
    struct ksm_item item = {.pass = 0};
    int next = 0;
    for (int scan = 1; scan <= 59; scan++)
        if (!ksm_is_skipped(&item))
            CHECK_EQ(looked_at[next++], scan);
    CHECK_EQ(next, 12);
    for (int scan = 60; scan < 60 + 900; scan++) /* beyond the greatest age */
        next += !ksm_is_skipped(&item);
    CHECK_EQ(next, 12 + 100);
}

static void ksm__smart_scan_leaves_pages_out(void)
{
    struct fake fake;
    start_with(&fake, 1000, SMART_SCAN, 1);
    for (uint32_t ppn = 0; ppn < 50; ppn++)
        fake_write(&fake, 0, ppn, 100 + ppn);
    run_batches(&fake, 9);
    CHECK_EQ(counted(&fake, "full_scans"), 9);
    CHECK_EQ(fake_status(&fake).pages_scanned, 6 * 50);
    CHECK_EQ(counted(&fake, "pages_skipped"), 3 * 50);
    fake_fini(&fake);
}

/* ---- The advisor ------------------------------------------------------------------------- */

static const struct ksm_advisor usual = {
    .target_s = 200, .least_cpu_pc = 10, .most_cpu_pc = 70, .most_pages = 30000};

static uint32_t advised(uint32_t pages, uint32_t scan_s, uint32_t last_s, uint32_t change,
                        uint32_t cpu_pc)
{
    struct ksm_advice advice = {.pages = pages, .change = change, .last_s = last_s};
    ksm_advise(&advice, &usual, scan_s * UINT64_C(1000), scan_s * UINT64_C(10) * cpu_pc);
    CHECK_EQ(advice.last_s, scan_s);
    return advice.pages;
}

static void ksm_advise__worked_examples(void)
{
    CHECK_EQ(advised(500, 400, 0, 100, 10), 1000);
    CHECK_EQ(advised(1000, 100, 400, 100, 30), 385);
    CHECK_EQ(advised(2000, 800, 400, 100, 80), 1750);
    CHECK_EQ(advised(500, 400, 0, 0, 10), 500);
}

static void ksm_advise__bounds(void)
{
    struct ksm_advice advice = {.pages = 30000, .change = 100};
    ksm_advise(&advice, &usual, 4000000, 1);
    CHECK_EQ(advice.pages, 30000);
    ksm_advise(&advice, &usual, 0, 0); /* at least 1 s, 1% */
    CHECK_EQ(advice.last_s, 1);
}

/* At 10% of a CPU for 1,000 pages: 1,000 pages are the least of 10%, 7,000 the most of 70%. */
static void ksm_advise__between_the_shares_of_a_cpu(void)
{
    CHECK_EQ(advised(1000, 20, 0, 100, 10), 1000);
    CHECK_EQ(advised(1000, 4000, 0, 100, 10), 7000);
    CHECK_EQ(advised(1000, 200, 0, 100, 10), 1000);
    CHECK_EQ(advised(1000, 300, 0, 100, 10), 1515); /* a factor of 66% */
    CHECK_EQ(advised(1000, 300, 200, 100, 10), 1742);
    CHECK_EQ(advised(10000, 4000, 0, 100, 10), 30000);
}

static void ksm__the_advisor_sets_the_batch(void)
{
    struct fake fake;
    start_with(&fake, 100, ADVISOR, 1);
    CHECK_EQ(counted(&fake, "pages_to_scan"), 500);
    for (uint32_t ppn = 0; ppn < 3000; ppn++)
        fake_write(&fake, 0, ppn, 100 + ppn);
    /* A full scan of 0.14 s and 6 ms of CPU: 1%, of which 10% is the least. */
    run_batches(&fake, 7);
    CHECK_EQ(counted(&fake, "full_scans"), 1);
    CHECK_EQ(counted(&fake, "pages_to_scan"), 5000);
    fake_fini(&fake);
}

TEST_SUITE(policy_scanner_ksm, TEST(ksm__static_pages_merge_in_the_second_full_scan),
           TEST(ksm__a_merged_page_stands_for_at_most_256),
           TEST(ksm__pages_of_zeroes_have_no_limit_on_demand),
           TEST(ksm__a_partner_is_of_the_same_full_scan),
           TEST(ksm__older_kernels_search_the_stable_tree_first), TEST(ksm__a_batch_each_20_ms),
           TEST(ksm__a_batch_of_large_pages_carries_its_rest),
           TEST(ksm__batches_are_lost_after_a_second), TEST(ksm__a_page_that_was_away_is_new),
           TEST(ksm__scans_only_vms_that_may_share), TEST(ksm__vms_take_turns),
           TEST(ksm_is_skipped__looks_at_one_in_nine_in_the_end),
           TEST(ksm__smart_scan_leaves_pages_out), TEST(ksm_advise__worked_examples),
           TEST(ksm_advise__bounds), TEST(ksm_advise__between_the_shares_of_a_cpu),
           TEST(ksm__the_advisor_sets_the_batch));
