/* The governor `hyperv-like`: the published numbers of the guest's side, and what was assumed. */
#include "models/policy/governors/rules.h"
#include "tests/check.h"
#include "tests/unit/policy/shown.h"

static void floor__of_the_driver(void)
{
    static const uint32_t max[] = {0, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768};
    static const uint32_t floor[] = {8, 40, 72, 104, 168, 232, 360, 488, 744, 1000, 1512};
    for (uint32_t i = 0; i < sizeof max / sizeof max[0]; i++)
        CHECK_EQ(mp_hyperv_floor_mb(max[i]), floor[i]);
    CHECK_EQ(mp_hyperv_floor_mb(127), 8 + 63);
}

/* Guests of 2,048 MB with a floor of 360 MB each, which demand 1,000 MB and have 1,000. */
static void start(struct shown *shown, uint32_t vms)
{
    shown_init(shown, "hyperv-like", vms);
    for (uint32_t i = 0; i < vms; i++) {
        struct mp_vm_view *vm = &shown->vms[i];
        vm->max_pages = vm->limit_pages = vm->balloon_cap_pages = 2048 * SHOWN_MB;
        vm->min_pages = 200 * SHOWN_MB;
        vm->ballooned_pages = vm->balloon_target_pages = 1048 * SHOWN_MB;
        vm->alloc_pages = 1000 * SHOWN_MB;
        vm->report.committed_pages = 640 * SHOWN_MB;
    }
    shown_start(shown, 0);
}

static void demand__and_a_fifth(void)
{
    struct mp_input inputs[MP_MOST_INPUTS];
    struct shown shown;
    uint32_t count;
    start(&shown, 1);
    shown_ask(&shown, SHOWN_SECOND);
    CHECK_EQ(shown_left_pages(&shown, 0), 1200 * SHOWN_MB);
    count = shown.governor->explain(shown.state, &shown.view, 0, inputs, MP_MOST_INPUTS);
    CHECK_TEXT(inputs[count - 1].name, "pressure_pct");
    CHECK_EQ(inputs[count - 1].value, 120);
    shown_fini(&shown);
}

/* 200 MB are free for two that want 200 more each: both get 100. */
static void shortage__all_at_one_place(void)
{
    struct shown shown;
    start(&shown, 2);
    shown.view.free_pages = 300 * SHOWN_MB;
    shown.view.reserve_pages = 100 * SHOWN_MB;
    shown_ask(&shown, SHOWN_SECOND);
    CHECK_EQ(shown_left_pages(&shown, 0), 1100 * SHOWN_MB);
    CHECK_EQ(shown_left_pages(&shown, 1), 1100 * SHOWN_MB);
    shown_fini(&shown);
}

/* 200 MB are free beyond the reserve, and 80 of them will be touched or read back. The two VMs that
 * have a part share 2,120 MB: their mins, and 1,620 MB by what each wants above its min. */
static void shortage__of_those_with_driver_and_report(void)
{
    const uint64_t above = 1620 * SHOWN_MB, wanted = 1900 * SHOWN_MB;
    struct shown shown;
    start(&shown, 4);
    shown.view.free_pages = 300 * SHOWN_MB;
    shown.view.reserve_pages = 100 * SHOWN_MB;
    shown.vms[0].min_pages = 100 * SHOWN_MB;
    shown.vms[1].min_pages = 400 * SHOWN_MB;
    shown.vms[1].untouched_pages = 50 * SHOWN_MB;
    shown.vms[1].alloc_pages = 950 * SHOWN_MB;
    shown.vms[2].has_driver = false;
    shown.vms[2].balloon_cap_pages = shown.vms[2].ballooned_pages = 0;
    shown.vms[2].balloon_target_pages = 0;
    shown.vms[3].has_report = false;
    shown.vms[3].swapped_pages = 30 * SHOWN_MB;
    shown.vms[3].alloc_pages = 970 * SHOWN_MB;
    shown_ask(&shown, SHOWN_SECOND);
    CHECK_EQ(shown_left_pages(&shown, 0), 100 * SHOWN_MB + 1100 * SHOWN_MB * above / wanted);
    CHECK_EQ(shown_left_pages(&shown, 1), 400 * SHOWN_MB + 800 * SHOWN_MB * above / wanted);
    CHECK_EQ(shown_left_pages(&shown, 2), 2048 * SHOWN_MB);
    CHECK_EQ(shown_left_pages(&shown, 3), 1000 * SHOWN_MB);
    shown_fini(&shown);
}

/* With less than the mins there is, nobody has more than its min. */
static void shortage__below_the_mins(void)
{
    struct shown shown;
    start(&shown, 2);
    shown.vms[0].min_pages = 900 * SHOWN_MB;
    shown.view.free_pages = 0;
    shown.view.reserve_pages = 1500 * SHOWN_MB;
    shown_ask(&shown, SHOWN_SECOND);
    CHECK_EQ(shown_left_pages(&shown, 0), 900 * SHOWN_MB);
    CHECK_EQ(shown_left_pages(&shown, 1), 200 * SHOWN_MB);
    shown_fini(&shown);
}

/* What a guest has too much is taken by half each 30 s, while nobody needs it. */
static void removal__is_slow(void)
{
    struct shown shown;
    start(&shown, 1);
    shown.vms[0].ballooned_pages = shown.vms[0].balloon_target_pages = 48 * SHOWN_MB;
    shown.vms[0].alloc_pages = 2000 * SHOWN_MB;
    shown_ask(&shown, SHOWN_SECOND);
    CHECK_EQ(shown_left_pages(&shown, 0), 2000 * SHOWN_MB);
    shown_ask(&shown, 30 * SHOWN_SECOND);
    CHECK_EQ(shown_left_pages(&shown, 0), 1600 * SHOWN_MB);
    shown_carry_out(&shown);
    shown_ask(&shown, 31 * SHOWN_SECOND);
    CHECK_EQ(shown_left_pages(&shown, 0), 1600 * SHOWN_MB);
    shown_ask(&shown, 60 * SHOWN_SECOND);
    CHECK_EQ(shown_left_pages(&shown, 0), 1400 * SHOWN_MB);
    shown_fini(&shown);
}

TEST_SUITE(policy_governor_hyperv_like, TEST(floor__of_the_driver), TEST(demand__and_a_fifth),
           TEST(shortage__all_at_one_place), TEST(shortage__of_those_with_driver_and_report),
           TEST(shortage__below_the_mins), TEST(removal__is_slow))
