/* The governor `senpai` against the limits of the original: from 1 GiB, in bytes. */
#include "tests/check.h"
#include "tests/unit/policy/shown.h"

#define PAGE UINT64_C(4096)

static void start(struct shown *shown)
{
    shown_init(shown, "senpai", 1);
    shown->vms[0].max_pages = shown->vms[0].limit_pages = 4096 * SHOWN_MB;
    shown->vms[0].alloc_pages = 1024 * SHOWN_MB;
    shown->vms[0].untouched_pages = 3072 * SHOWN_MB;
    shown_start(shown, 0);
}

static uint64_t limit_bytes(struct shown *shown, uint64_t s)
{
    shown_ask(shown, s * SHOWN_SECOND);
    CHECK_EQ(shown->orders.vms[0].balloon_target_pages, 0);
    return (shown->vms[0].max_pages - shown->orders.vms[0].swap_target_pages) * PAGE;
}

static void quiet__sinks_by_1_percent_each_6_s(void)
{
    struct shown shown;
    start(&shown);
    for (uint64_t s = 1; s <= 6; s++)
        CHECK_EQ(limit_bytes(&shown, s), UINT64_C(1) << 30);
    for (uint64_t s = 7; s <= 12; s++)
        CHECK_EQ(limit_bytes(&shown, s), 1063002112);
    for (uint64_t s = 13; s <= 18; s++)
        CHECK_EQ(limit_bytes(&shown, s), 1052368896);
    CHECK(limit_bytes(&shown, 19) < 1052368896);
    shown_fini(&shown);
}

/* So many us of stall by the seventh second. */
static void stall__decides_by_how_much(void)
{
    static const struct {
        uint64_t us, limit;
    } cases[] = {{1000, 1063002112},  {5000, 1073311744},   {10000, 1073631232},
                 {40000, 1116688384}, {200000, 2147483648}, {900000, 2147483648}};
    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct shown shown;
        start(&shown);
        for (uint64_t s = 1; s < 7; s++)
            limit_bytes(&shown, s);
        shown.vms[0].stall_ns = cases[i].us * 1000;
        CHECK_EQ(limit_bytes(&shown, 7), cases[i].limit);
        shown_fini(&shown);
    }
}

static void stall__raises_at_once(void)
{
    struct shown shown;
    start(&shown);
    CHECK_EQ(limit_bytes(&shown, 1), UINT64_C(1) << 30);
    shown.vms[0].stall_ns = 40000000;
    CHECK_EQ(limit_bytes(&shown, 2), 1116688384);
    for (uint64_t s = 3; s <= 7; s++) /* it waits for five ticks, and sinks in the sixth */
        CHECK_EQ(limit_bytes(&shown, s), 1116688384);
    CHECK(limit_bytes(&shown, 8) < 1116688384);
    shown_fini(&shown);
}

static void limit__stays_within_its_ends(void)
{
    struct shown shown;
    start(&shown);
    shown.vms[0].alloc_pages = 50 * SHOWN_MB;
    CHECK_EQ(limit_bytes(&shown, 1), UINT64_C(100) << 20);
    for (uint64_t s = 2; s < 100; s++)
        CHECK_EQ(limit_bytes(&shown, s), UINT64_C(100) << 20);
    shown_fini(&shown);
}

TEST_SUITE(policy_governor_senpai, TEST(quiet__sinks_by_1_percent_each_6_s),
           TEST(stall__decides_by_how_much), TEST(stall__raises_at_once),
           TEST(limit__stays_within_its_ends))
