/*
 * The governor `host-swap`, and what all governors for such hosts share: who pages out how much
 * when the host is short.
 */
#include "tests/check.h"
#include "tests/unit/policy/shown.h"

/* Two VMs of 1,000 MB; 200 MB are to be left free, 40 MB are. */
static void start(struct shown *shown, enum mp_state state)
{
    shown_init(shown, "host-swap", 2);
    for (uint32_t i = 0; i < 2; i++) {
        shown->vms[i].max_pages = shown->vms[i].limit_pages = 1000 * SHOWN_MB;
        shown->vms[i].alloc_pages = 1000 * SHOWN_MB;
        shown->vms[i].active_pages = 1000 * SHOWN_MB;
    }
    shown->view.state = state;
    shown->view.reserve_pages = 200 * SHOWN_MB;
    shown->view.free_pages = 40 * SHOWN_MB;
    shown_start(shown, 0);
}

static uint32_t out_mb(const struct shown *shown, uint32_t vm)
{
    CHECK_EQ(shown->orders.vms[vm].balloon_target_pages, 0);
    CHECK_EQ(shown->orders.vms[vm].swap_target_pages % SHOWN_MB, 0);
    return shown->orders.vms[vm].swap_target_pages / SHOWN_MB;
}

static void tick__nothing_before_the_state_hard(void)
{
    struct shown shown;
    start(&shown, MP_STATE_SOFT);
    shown_ask(&shown, SHOWN_SECOND);
    CHECK_EQ(out_mb(&shown, 0), 0);
    CHECK_EQ(out_mb(&shown, 1), 0);
    CHECK_EQ(shown_next_ns(&shown, SHOWN_SECOND), 10 * SHOWN_SECOND);
    shown_fini(&shown);
}

/* 60 MB are wanted, to half of what is to be left free. */
static void tick__idle_pages_first(void)
{
    struct shown shown;
    start(&shown, MP_STATE_HARD);
    shown.vms[0].active_pages = 900 * SHOWN_MB;
    shown.vms[1].active_pages = 800 * SHOWN_MB;
    shown_ask(&shown, SHOWN_SECOND);
    CHECK_EQ(out_mb(&shown, 0), 20);
    CHECK_EQ(out_mb(&shown, 1), 40);
    CHECK_EQ(shown_next_ns(&shown, SHOWN_SECOND), 2 * SHOWN_SECOND);
    shown_fini(&shown);
}

static void tick__then_what_is_above_min(void)
{
    struct shown shown;
    start(&shown, MP_STATE_LOW);
    shown.vms[0].active_pages = 980 * SHOWN_MB; /* the only idle pages, 20 MB */
    shown.vms[0].min_pages = 900 * SHOWN_MB;    /* 80 MB more to give */
    shown.vms[1].min_pages = 680 * SHOWN_MB;    /* 320 MB */
    shown_ask(&shown, SHOWN_SECOND);
    CHECK_EQ(out_mb(&shown, 0), 20 + 8);
    CHECK_EQ(out_mb(&shown, 1), 32);
    shown_fini(&shown);
}

static void tick__never_below_min(void)
{
    struct shown shown;
    start(&shown, MP_STATE_LOW);
    shown.vms[0].min_pages = 990 * SHOWN_MB;
    shown.vms[1].min_pages = 1000 * SHOWN_MB;
    shown_ask(&shown, SHOWN_SECOND);
    CHECK_EQ(out_mb(&shown, 0), 10);
    CHECK_EQ(out_mb(&shown, 1), 0);
    shown_fini(&shown);
}

/* A VM that has touched 600 of its 1,000 MB is to have 570. */
static void tick__untouched_memory_is_no_reserve(void)
{
    struct shown shown;
    start(&shown, MP_STATE_HARD);
    shown.vms[0].alloc_pages = shown.vms[1].alloc_pages = 600 * SHOWN_MB;
    shown.vms[0].untouched_pages = shown.vms[1].untouched_pages = 400 * SHOWN_MB;
    shown.vms[0].active_pages = shown.vms[1].active_pages = 0;
    shown_ask(&shown, SHOWN_SECOND);
    CHECK_EQ(out_mb(&shown, 0), 1000 - 570);
    shown_fini(&shown);
}

TEST_SUITE(policy_governor_host_swap, TEST(tick__nothing_before_the_state_hard),
           TEST(tick__idle_pages_first), TEST(tick__then_what_is_above_min),
           TEST(tick__never_below_min), TEST(tick__untouched_memory_is_no_reserve))
