/* The governor `selfballoon` against its worked examples. */
#include "tests/check.h"
#include "tests/unit/policy/shown.h"

#define ROUND_NS (5 * SHOWN_SECOND)

/* A guest of so many MB that has promised nothing to anybody. */
static void start_floor(struct shown *shown, uint32_t max_mb, uint32_t floor)
{
    shown_init(shown, "selfballoon", 1);
    shown->values[shown_parameter(shown, "floor")] = floor;
    if (floor > 0)
        shown->values[shown_parameter(shown, "reserve_mb")] = 0;
    shown->vms[0].max_pages = shown->vms[0].limit_pages = max_mb * SHOWN_MB;
    shown->vms[0].alloc_pages = shown->vms[0].balloon_cap_pages = max_mb * SHOWN_MB;
    shown_start(shown, 0);
}

static uint32_t floor_of(uint32_t max_mb, uint32_t floor)
{
    struct shown shown;
    uint32_t left;
    start_floor(&shown, max_mb, floor);
    for (uint64_t round = 1; round <= 200; round++) {
        shown_ask(&shown, round * ROUND_NS);
        shown_carry_out(&shown);
    }
    left = shown_left_pages(&shown, 0);
    CHECK_EQ(left % SHOWN_MB, 0);
    shown_fini(&shown);
    return left / SHOWN_MB;
}

/* With the reserve of 40 MB: 139 and a 32nd of what 2,008 is above 99. */
static void floor__of_the_kernel(void)
{
    CHECK_EQ(floor_of(2048, 0), 198);
    CHECK_EQ(floor_of(40 + 512, 0), 40 + 99 + (512 - 99) / 32);
    CHECK_EQ(floor_of(40 + 511, 0), 40 + 40 + (511 - 40) / 8);
    CHECK_EQ(floor_of(40 + 64, 0), 40 + 40 + (64 - 40) / 8);
    CHECK_EQ(floor_of(40 + 63, 0), 40 + 16 + (63 - 16) / 2);
    CHECK_EQ(floor_of(40 + 15, 0), 40 + 15); /* no ballooning */
}

static void floor__of_the_script(void)
{
    static const uint32_t max[] = {64, 256, 512, 1024, 2048, 4096};
    static const uint32_t floor[] = {40, 104, 168, 232, 360, 424};
    for (uint32_t i = 0; i < 6; i++)
        CHECK_EQ(floor_of(max[i], 1), floor[i]);
}

/* A page stands for a unit of the worked example, so there is neither floor nor reserve. */
static void start(struct shown *shown, uint32_t max, uint32_t has, uint32_t goal)
{
    start_floor(shown, 1, 2);
    shown->vms[0].max_pages = shown->vms[0].limit_pages = shown->vms[0].balloon_cap_pages = max;
    shown->vms[0].ballooned_pages = shown->vms[0].balloon_target_pages = max - has;
    shown->vms[0].alloc_pages = has;
    shown->vms[0].report.committed_pages = goal;
}

static void down__by_an_eighth(void)
{
    static const uint32_t expected[] = {1872, 1718, 1584, 1466, 1363, 1273};
    struct shown shown;
    start(&shown, 2048, 2048, 640);
    for (uint32_t i = 0; i < 100; i++) {
        shown_ask(&shown, (i + 1) * ROUND_NS);
        if (i < 6)
            CHECK_EQ(shown_left_pages(&shown, 0), expected[i]);
        shown_carry_out(&shown);
    }
    CHECK_EQ(shown_left_pages(&shown, 0), 647); /* an eighth of 7 is nothing */
    shown_fini(&shown);
}

static void up__at_once(void)
{
    struct shown shown;
    start(&shown, 2048, 700, 1500);
    shown_ask(&shown, ROUND_NS);
    CHECK_EQ(shown_left_pages(&shown, 0), 1500);
    shown_fini(&shown);
}

static void silent__guest_keeps_its_balloon(void)
{
    struct shown shown;
    start(&shown, 2048, 700, 1500);
    shown.vms[0].has_report = false;
    shown_ask(&shown, ROUND_NS);
    CHECK_EQ(shown_left_pages(&shown, 0), 700);
    shown_fini(&shown);
}

TEST_SUITE(policy_governor_selfballoon, TEST(floor__of_the_kernel), TEST(floor__of_the_script),
           TEST(down__by_an_eighth), TEST(up__at_once), TEST(silent__guest_keeps_its_balloon))
