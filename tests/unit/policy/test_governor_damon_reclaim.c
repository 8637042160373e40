/* The governor `damon-reclaim` against its watermarks and its quota. */
#include "tests/check.h"
#include "tests/unit/policy/shown.h"

#define GB            (1024 * SHOWN_MB)
#define MACHINE_PAGES (16777200u) /* nearly 64 GiB, in whole percents */

/* A VM of 8 GiB on 64 GiB, half of it cold, that has been watched for so long. */
static void start(struct shown *shown, uint64_t until_s, uint32_t free_pct)
{
    shown_init(shown, "damon-reclaim", 1);
    shown->vms[0].max_pages = shown->vms[0].limit_pages = shown->vms[0].alloc_pages = 8 * GB;
    shown->vms[0].active_pages = 4 * GB;
    shown->view.machine_pages = MACHINE_PAGES;
    shown->view.free_pages = MACHINE_PAGES / 100 * free_pct;
    shown_start(shown, 0);
    for (uint64_t s = 0; s <= until_s; s++)
        shown_ask(shown, s * SHOWN_SECOND);
}

static bool is_on(struct shown *shown, uint32_t free_pct)
{
    shown->view.free_pages = MACHINE_PAGES / 100 * free_pct;
    for (uint64_t i = 0; i < 5; i++) /* to the next check */
        shown_ask(shown, shown->view.now_ns + SHOWN_SECOND);
    return shown->orders.vms[0].swap_target_pages > 0;
}

static void watermarks__start_and_stop_it(void)
{
    struct shown shown;
    start(&shown, 200, 45);
    CHECK(!is_on(&shown, 45));
    CHECK(!is_on(&shown, 40));
    CHECK(is_on(&shown, 39));
    CHECK(is_on(&shown, 49));
    CHECK(!is_on(&shown, 51));
    CHECK(is_on(&shown, 39));
    CHECK(!is_on(&shown, 19));
    CHECK(is_on(&shown, 21));
    shown_fini(&shown);
}

/* 128 MiB a second. */
static void quota__takes_32_s_for_4_gib(void)
{
    struct shown shown;
    uint32_t rounds = 0;
    start(&shown, 200, 30);
    for (; shown.vms[0].alloc_pages > 4 * GB && rounds < 1000; rounds++) {
        uint32_t before = shown.vms[0].alloc_pages;
        shown_ask(&shown, shown.view.now_ns + SHOWN_SECOND);
        shown_carry_out(&shown);
        CHECK_EQ(before - shown.vms[0].alloc_pages, 128 * SHOWN_MB);
    }
    CHECK_EQ(rounds, 32);
    shown_ask(&shown, shown.view.now_ns + SHOWN_SECOND);
    CHECK_EQ(shown.orders.vms[0].swap_target_pages, 0); /* no limit is left */
    shown_fini(&shown);
}

/* What was used at any time in the last 120 s is not cold. */
static void cold__counts_from_the_last_use(void)
{
    struct shown shown;
    start(&shown, 119, 30);
    CHECK_EQ(shown.orders.vms[0].swap_target_pages, 0);
    shown_fini(&shown);
    start(&shown, 120, 30);
    CHECK(shown.orders.vms[0].swap_target_pages > 0);
    shown.vms[0].active_pages = 8 * GB;
    shown_ask(&shown, 121 * SHOWN_SECOND);
    CHECK_EQ(shown.orders.vms[0].swap_target_pages, 0);
    shown.vms[0].active_pages = 4 * GB;
    for (uint64_t s = 122; s < 240; s++) {
        shown_ask(&shown, s * SHOWN_SECOND);
        CHECK_EQ(shown.orders.vms[0].swap_target_pages, 0);
    }
    for (uint64_t s = 240; s < 260; s++)
        shown_ask(&shown, s * SHOWN_SECOND);
    CHECK(shown.orders.vms[0].swap_target_pages > 0);
    shown_fini(&shown);
}

TEST_SUITE(policy_governor_damon_reclaim, TEST(watermarks__start_and_stop_it),
           TEST(quota__takes_32_s_for_4_gib), TEST(cold__counts_from_the_last_use))
