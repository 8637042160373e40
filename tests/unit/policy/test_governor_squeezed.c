/* The governor `squeezed` against its worked example, and its rules for VMs that do not move. */
#include "tests/check.h"
#include "tests/unit/policy/shown.h"

#define GB (1024 * SHOWN_MB)

/* Two VMs at their max, 1 to 2 and 1 to 4 GiB; nothing is free, and 2 GiB are wanted. */
static void start(struct shown *shown)
{
    shown_init(shown, "squeezed", 2);
    for (uint32_t i = 0; i < 2; i++) {
        struct mp_vm_view *vm = &shown->vms[i];
        vm->min_pages = GB;
        vm->max_pages = vm->limit_pages = vm->alloc_pages = (i == 0 ? 2 : 4) * GB;
        vm->balloon_cap_pages = vm->max_pages;
    }
    shown->view.machine_pages = 6 * GB;
    shown->view.free_pages = 0;
    shown->view.reserve_pages = 2 * GB;
    shown_start(shown, 0);
}

static void place__of_the_worked_example(void)
{
    struct shown shown;
    start(&shown);
    shown_ask(&shown, 10 * SHOWN_SECOND);
    CHECK_EQ(shown_left_pages(&shown, 0), GB + GB / 2);
    CHECK_EQ(shown_left_pages(&shown, 1), 2 * GB + GB / 2);
    CHECK_EQ(shown_next_ns(&shown, 10 * SHOWN_SECOND), 11 * SHOWN_SECOND); /* it balances */
    shown_carry_out(&shown);
    CHECK_EQ(shown.view.free_pages, 2 * GB);
    shown_ask(&shown, 11 * SHOWN_SECOND);
    CHECK_EQ(shown_left_pages(&shown, 0), GB + GB / 2);
    CHECK_EQ(shown_next_ns(&shown, 11 * SHOWN_SECOND), 21 * SHOWN_SECOND);
    shown_fini(&shown);
}

/* Between 10 s and 15 s it does not move; then the other one has to give all, down to its min. */
static void stuck__is_left_out_after_5_s(void)
{
    struct shown shown;
    start(&shown);
    for (uint64_t s = 10; s < 15; s++) {
        shown_ask(&shown, s * SHOWN_SECOND);
        CHECK_EQ(shown_left_pages(&shown, 0), GB + GB / 2);
        CHECK_EQ(shown_left_pages(&shown, 1), 2 * GB + GB / 2);
        shown.vms[1].ballooned_pages += 10; /* it moves, the first one does not */
        shown.vms[1].alloc_pages -= 10;
        shown.view.free_pages += 10;
    }
    shown_ask(&shown, 15 * SHOWN_SECOND);
    CHECK_EQ(shown_left_pages(&shown, 0), GB + GB / 2); /* it keeps its order */
    CHECK_EQ(shown_left_pages(&shown, 1), 2 * GB);
    shown.vms[0].ballooned_pages = shown.view.free_pages = 10; /* it moves after all */
    shown.vms[0].alloc_pages -= 10;
    shown.view.free_pages = 60;
    shown_ask(&shown, 16 * SHOWN_SECOND);
    CHECK_EQ(shown_left_pages(&shown, 0), GB + GB / 2);
    CHECK_EQ(shown_left_pages(&shown, 1), 2 * GB + GB / 2);
    shown_fini(&shown);
}

/* The first has 1 GiB and is to grow to 1.5, the second has 3 and is to shrink to 2.5. */
static void grow__waits_for_those_that_shrink(void)
{
    struct shown shown;
    start(&shown);
    shown.vms[0].ballooned_pages = shown.vms[0].balloon_target_pages = GB;
    shown.vms[0].alloc_pages = GB;
    shown.vms[1].ballooned_pages = shown.vms[1].balloon_target_pages = GB;
    shown.vms[1].alloc_pages = 3 * GB;
    shown.view.free_pages = 2 * GB;
    shown_ask(&shown, 10 * SHOWN_SECOND);
    CHECK_EQ(shown_left_pages(&shown, 0), GB);
    CHECK_EQ(shown_left_pages(&shown, 1), 2 * GB + GB / 2);
    shown_carry_out(&shown);
    shown_ask(&shown, 11 * SHOWN_SECOND);
    CHECK_EQ(shown_left_pages(&shown, 0), GB + GB / 2);
    CHECK_EQ(shown_left_pages(&shown, 1), 2 * GB + GB / 2);
    shown_fini(&shown);
}

/* Xen gives a VM its memory at once: what it has not touched yet is not free. */
static void untouched__is_not_free(void)
{
    struct shown shown;
    start(&shown);
    shown.vms[1].alloc_pages = GB;
    shown.vms[1].untouched_pages = 3 * GB;
    shown.view.free_pages = 3 * GB;
    shown_ask(&shown, 10 * SHOWN_SECOND);
    CHECK_EQ(shown_left_pages(&shown, 0), GB + GB / 2);
    CHECK_EQ(shown_left_pages(&shown, 1), 2 * GB + GB / 2);
    shown_fini(&shown);
}

static void no_driver__is_left_out(void)
{
    struct shown shown;
    start(&shown);
    shown.vms[0].has_driver = false;
    shown.vms[0].balloon_cap_pages = 0;
    shown_ask(&shown, 10 * SHOWN_SECOND);
    CHECK_EQ(shown_left_pages(&shown, 0), 2 * GB);
    CHECK_EQ(shown_left_pages(&shown, 1), 2 * GB);
    shown_fini(&shown);
}

/* With more memory than all may have, each gets its limit, and nothing moves. */
static void place__beyond_the_limits(void)
{
    struct shown shown;
    start(&shown);
    shown.view.free_pages = 20 * GB;
    shown_ask(&shown, 10 * SHOWN_SECOND);
    CHECK_EQ(shown_left_pages(&shown, 0), 2 * GB);
    CHECK_EQ(shown_left_pages(&shown, 1), 4 * GB);
    CHECK_EQ(shown_next_ns(&shown, 10 * SHOWN_SECOND), 20 * SHOWN_SECOND);
    shown_fini(&shown);
}

/* One page is as good as many. */
static void place__of_one_page(void)
{
    struct shown shown;
    start(&shown);
    shown.vms[1].has_driver = false;
    shown.vms[1].balloon_cap_pages = 0;
    shown.vms[0].ballooned_pages = shown.vms[0].balloon_target_pages = GB;
    shown.vms[0].alloc_pages = GB;
    shown.view.free_pages = 1;
    shown.view.reserve_pages = 0;
    shown_ask(&shown, 10 * SHOWN_SECOND);
    CHECK_EQ(shown_left_pages(&shown, 0), GB + 1);
    shown_fini(&shown);
}

/* A VM that starts takes part at once. */
static void vm_on__balances_at_once(void)
{
    struct shown shown;
    start(&shown);
    shown_ask_for(&shown, 3 * SHOWN_SECOND, MP_REASON_VM_ON);
    CHECK_EQ(shown_left_pages(&shown, 0), GB + GB / 2);
    shown_fini(&shown);
}

TEST_SUITE(policy_governor_squeezed, TEST(place__of_the_worked_example),
           TEST(stuck__is_left_out_after_5_s), TEST(grow__waits_for_those_that_shrink),
           TEST(untouched__is_not_free), TEST(place__beyond_the_limits), TEST(place__of_one_page),
           TEST(no_driver__is_left_out), TEST(vm_on__balances_at_once))
