/* The governor `esx-6` against the published minFree and states. */
#include "models/policy/governors/rules.h"
#include "tests/check.h"
#include "tests/unit/policy/shown.h"

static void min_free__of_the_documents(void)
{
    CHECK_EQ(mp_esx6_min_free_cmb(100 * 1000, 1000), 161900);
    CHECK_EQ(mp_esx6_min_free_cmb(128 * 1024, 1024), 192300);
    CHECK_EQ(mp_esx6_min_free_cmb(144 * 1024, 1024), 208684);
    CHECK_EQ(mp_esx6_min_free_cmb(256 * 1024, 1024), 323372);
    CHECK_EQ(mp_esx6_min_free_cmb(28 * 1024, 1024), 89900);
}

/* Below 28 GB: an assumption that meets the published number there, and is 6% at the low end. */
static void min_free__of_small_hosts(void)
{
    CHECK_EQ(mp_esx6_min_free_cmb(0, 1024), 0);
    CHECK_EQ(mp_esx6_min_free_cmb(4 * 1024, 1024), 89900 * 24 / 88);
    CHECK_EQ(mp_esx6_min_free_cmb(12 * 1024, 1024), 89900 * 56 / 88);
    CHECK_EQ(mp_esx6_min_free_cmb(28 * 1024 - 1, 1024), 89898);
}

static int64_t state_at(uint32_t free_mb, int32_t pages)
{
    struct mp_input inputs[MP_MOST_INPUTS];
    struct shown shown;
    uint32_t count;
    shown_init(&shown, "esx-6", 1);
    shown.values[shown_parameter(&shown, "mb_per_gb")] = 1000;
    shown.view.machine_pages = 100 * 1000 * SHOWN_MB;
    shown.view.free_pages = (uint32_t)((int32_t)(free_mb * SHOWN_MB) + pages);
    shown_start(&shown, 0);
    shown_ask(&shown, 15 * SHOWN_SECOND);
    count = shown.governor->explain(shown.state, &shown.view, 0, inputs, MP_MOST_INPUTS);
    CHECK_TEXT(inputs[count - 1].name, "own_state");
    shown_fini(&shown);
    return inputs[count - 1].value;
}

/* A host of 100 GB: 6476, 1619, 1036.16, 518.08 and 259.04 MB. */
static void states__of_the_documents(void)
{
    static const struct {
        uint32_t mb, pages;
    } thresholds[] = {{6476, 0}, {1619, 0}, {1036, 41}, {518, 21}, {259, 11}};
    for (int64_t i = 0; i < 5; i++) {
        CHECK_EQ(state_at(thresholds[i].mb, (int32_t)thresholds[i].pages), i);
        CHECK_EQ(state_at(thresholds[i].mb, (int32_t)thresholds[i].pages - 1), i + 1);
    }
}

/* Two VMs of equal shares on 100 GB, all active: half each of what minFree leaves. */
static void targets__leave_min_free(void)
{
    struct shown shown;
    shown_init(&shown, "esx-6", 2);
    shown.values[shown_parameter(&shown, "mb_per_gb")] = 1000;
    shown.view.machine_pages = 100 * 1000 * SHOWN_MB;
    for (uint32_t i = 0; i < 2; i++) {
        shown.vms[i].max_pages = shown.vms[i].limit_pages = 90 * 1000 * SHOWN_MB;
        shown.vms[i].active_pages = shown.vms[i].alloc_pages = 50 * 1000 * SHOWN_MB;
    }
    shown_start(&shown, 0);
    shown_ask(&shown, 15 * SHOWN_SECOND);
    CHECK_EQ(shown.orders.vms[0].target_pages, (100000 - 1619) * SHOWN_MB / 2);
    CHECK_EQ(shown.orders.vms[1].target_pages, (100000 - 1619) * SHOWN_MB / 2);
    shown_fini(&shown);
}

/* 500 MB free are hard: the balloon stays as it is, and the rest is swapped. */
static void hard__swaps_and_does_not_balloon(void)
{
    struct shown shown;
    shown_init(&shown, "esx-6", 1);
    shown.view.machine_pages = 100 * 1024 * SHOWN_MB;
    shown.view.free_pages = 500 * SHOWN_MB;
    shown.vms[0].max_pages = shown.vms[0].limit_pages = 102000 * SHOWN_MB;
    shown.vms[0].balloon_cap_pages = 51000 * SHOWN_MB;
    shown.vms[0].ballooned_pages = 100 * SHOWN_MB;
    shown.vms[0].alloc_pages = shown.vms[0].active_pages = 101900 * SHOWN_MB;
    shown_start(&shown, 0);
    shown_ask(&shown, 15 * SHOWN_SECOND);
    CHECK_EQ(shown.orders.vms[0].target_pages, MP_UNCHANGED);
    CHECK_EQ(shown.orders.vms[0].balloon_target_pages, 100 * SHOWN_MB);
    CHECK(shown.orders.vms[0].swap_target_pages > 0);
    shown_fini(&shown);
}

/* A host of 100 GB: large pages above 6476 MB, and the scanner at once below 1619. */
static void sharing__by_state(void)
{
    static const struct {
        uint32_t free_mb, large_pages, vm_pages_s, total_pages_s;
    } steps[] = {{6476, 1, MP_UNCHANGED, MP_UNCHANGED}, {6475, 0, MP_UNCHANGED, MP_UNCHANGED},
                 {1619, 0, MP_UNCHANGED, MP_UNCHANGED}, {1618, 0, 10000, 20000},
                 {500, 0, MP_UNCHANGED, MP_UNCHANGED},  {1700, 0, 50, 20000},
                 {7000, 1, MP_UNCHANGED, MP_UNCHANGED}};
    struct shown shown;
    shown_init(&shown, "esx-6", 1);
    shown.values[shown_parameter(&shown, "mb_per_gb")] = 1000;
    shown.view.machine_pages = 100 * 1000 * SHOWN_MB;
    shown.view.scan_vm_pages_s = 50;
    shown.view.scan_total_pages_s = 20000; /* higher than the governor's */
    shown_start(&shown, 0);
    for (uint32_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        shown.view.free_pages = steps[i].free_mb * SHOWN_MB;
        shown_ask(&shown, (i + 1) * 15 * SHOWN_SECOND);
        CHECK_EQ(shown.orders.large_pages, steps[i].large_pages);
        CHECK_EQ(shown.orders.scan_vm_pages_s, steps[i].vm_pages_s);
        CHECK_EQ(shown.orders.scan_total_pages_s, steps[i].total_pages_s);
        if (shown.orders.scan_vm_pages_s != MP_UNCHANGED)
            shown.view.scan_vm_pages_s = shown.orders.scan_vm_pages_s;
    }
    shown_fini(&shown);
}

TEST_SUITE(policy_governor_esx_6, TEST(min_free__of_the_documents), TEST(min_free__of_small_hosts),
           TEST(states__of_the_documents), TEST(targets__leave_min_free),
           TEST(hard__swaps_and_does_not_balloon), TEST(sharing__by_state))
