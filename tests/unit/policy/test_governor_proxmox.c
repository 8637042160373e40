/*
 * The governor `proxmox` against the numbers of its own public test suite and of runs of the
 * original: each is stated exactly. Sizes are in MiB.
 */
#include "tests/check.h"
#include "tests/unit/policy/shown.h"

#define ROUND_NS (10 * SHOWN_SECOND)

struct vm {
    uint32_t has, min, max, free, shares;
};

static void start(struct shown *shown, const struct vm *vms, uint32_t count)
{
    shown_init(shown, "proxmox", count);
    for (uint32_t i = 0; i < count; i++) {
        struct mp_vm_view *vm = &shown->vms[i];
        vm->max_pages = vm->limit_pages = vms[i].max * SHOWN_MB;
        vm->min_pages = vms[i].min * SHOWN_MB;
        vm->shares = vms[i].shares;
        vm->balloon_cap_pages = vm->max_pages;
        vm->ballooned_pages = vm->balloon_target_pages = (vms[i].max - vms[i].has) * SHOWN_MB;
        vm->alloc_pages = vms[i].has * SHOWN_MB;
        vm->report.free_pages = vms[i].free * SHOWN_MB;
    }
    shown_start(shown, 0);
}

/* 80% of the machine less what is used. */
static void set_goal(struct shown *shown, int goal)
{
    shown->view.machine_pages = 100000 * SHOWN_MB;
    shown->view.free_pages = (uint32_t)(20000 + goal) * SHOWN_MB;
}

static void play(struct shown *shown, int goal)
{
    set_goal(shown, goal);
    shown_ask(shown, shown->view.now_ns + ROUND_NS);
}

static uint32_t has(const struct shown *shown, uint32_t vm)
{
    CHECK_EQ(shown_left_pages(shown, vm) % SHOWN_MB, 0);
    return shown_left_pages(shown, vm) / SHOWN_MB;
}

static void two(struct shown *shown)
{
    const struct vm vms[] = {{1000, 1000, 2000, 0, 2000}, {1000, 1000, 2000, 0, 1000}};
    start(shown, vms, 2);
}

static void round__of_the_public_suite(void)
{
    static const struct {
        int goal;
        uint32_t first, second;
    } cases[] = {{90, 1060, 1030}, {150, 1100, 1050}, {270, 1100, 1090}};
    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct shown shown;
        two(&shown);
        play(&shown, cases[i].goal);
        CHECK_EQ(has(&shown, 0), cases[i].first);
        CHECK_EQ(has(&shown, 1), cases[i].second);
        shown_fini(&shown);
    }
}

/* The guests use what they used, so what they gain is free, and makes them rich in the end: then
 * the poorer one comes first. */
static void rounds__of_the_public_suite(void)
{
    static const struct {
        int goal;
        uint32_t first, second;
    } cases[] = {{600, 1300, 1300}, {900, 1600, 1300}};
    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct shown shown;
        two(&shown);
        for (int round = 0, goal = cases[i].goal; round < 20; round++) {
            play(&shown, goal);
            goal = cases[i].goal + 2000 - (int)has(&shown, 0) - (int)has(&shown, 1);
            shown_carry_out(&shown);
            for (uint32_t vm = 0; vm < 2; vm++)
                shown.vms[vm].report.free_pages = shown.vms[vm].alloc_pages - 1000 * SHOWN_MB;
        }
        CHECK_EQ(has(&shown, 0), cases[i].first);
        CHECK_EQ(has(&shown, 1), cases[i].second);
        shown_fini(&shown);
    }
}

static void round__of_three(void)
{
    static const struct vm vms[] = {{4096, 1024, 4096, 3072, 1000},
                                    {4096, 1024, 4096, 100, 1000},
                                    {2048, 1024, 4096, 1024, 3000}};
    static const struct {
        int goal;
        uint32_t has[3];
    } cases[] = {{-1000, {3996, 4096, 2048}},
                 {-50, {4046, 4096, 2048}},
                 {-10, {4096, 4096, 2048}},
                 {1000, {3996, 3996, 2148}}};
    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct shown shown;
        start(&shown, vms, 3);
        play(&shown, cases[i].goal);
        for (uint32_t vm = 0; vm < 3; vm++)
            CHECK_EQ(has(&shown, vm), cases[i].has[vm]);
        shown_fini(&shown);
    }
}

static void round__at_the_min(void)
{
    static const struct vm vms[] = {{1024, 1024, 4096, 0, 1000}, {1024, 1024, 4096, 0, 3000}};
    static const struct {
        int goal;
        uint32_t first, second;
    } cases[] = {{80, 1044, 1084}, {4000, 1124, 1124}, {10, 1024, 1024}, {-4000, 1024, 1024}};
    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct shown shown;
        start(&shown, vms, 2);
        play(&shown, cases[i].goal);
        CHECK_EQ(has(&shown, 0), cases[i].first);
        CHECK_EQ(has(&shown, 1), cases[i].second);
        shown_fini(&shown);
    }
}

/* 85,899.3 MiB of 107,374.1 are to be used; the fraction of a page is dropped. */
static void goal__is_a_whole_number(void)
{
    const struct vm vm = {2000, 1000, 4000, 0, 1000};
    struct shown shown;
    start(&shown, &vm, 1);
    shown.view.machine_pages = 104858; /* pages; 80% is 83,886.4 */
    shown.view.free_pages = 104858 - (83886 - 2561);
    shown_ask(&shown, ROUND_NS);
    CHECK_EQ(shown_left_pages(&shown, 0), 2000 * SHOWN_MB + 2561);
    shown_fini(&shown);
}

static void who_is_left_out(void)
{
    static const struct vm vms[] = {{1024, 512, 4096, 0, 1000}, {1024, 512, 4096, 0, 1000}};
    for (uint32_t why = 0; why < 4; why++) {
        struct shown shown;
        start(&shown, vms, 2);
        if (why == 0)
            shown.vms[0].has_report = false;
        else if (why == 1)
            shown.vms[0].has_driver = false;
        else if (why == 2)
            shown.vms[0].min_pages = 0;
        else
            shown.vms[0].shares = 0;
        play(&shown, 80);
        CHECK_EQ(has(&shown, 0), 1024);
        CHECK_EQ(has(&shown, 1), 1104);
        shown_fini(&shown);
    }
}

/* Asked in between, it keeps its balloons and its rounds. */
static void rounds__are_10_s_apart(void)
{
    struct shown shown;
    two(&shown);
    CHECK_EQ(shown_next_ns(&shown, 0), ROUND_NS);
    set_goal(&shown, 90);
    shown_ask_for(&shown, 4 * SHOWN_SECOND, MP_REASON_VM_ON);
    CHECK_EQ(has(&shown, 0), 1000);
    CHECK_EQ(shown_next_ns(&shown, 4 * SHOWN_SECOND), ROUND_NS);
    shown_ask(&shown, ROUND_NS);
    CHECK_EQ(has(&shown, 0), 1060);
    CHECK_EQ(shown_next_ns(&shown, ROUND_NS), 2 * ROUND_NS);
    shown_fini(&shown);
}

/* Balloons have no say in that: the host pages out when it is short, and looks again in a second.
 */
static void host__pages_out_when_short(void)
{
    static const struct vm vms[] = {{1024, 512, 1024, 0, 1000}, {1024, 512, 1024, 0, 1000}};
    struct shown shown;
    start(&shown, vms, 2);
    set_goal(&shown, 0);
    shown.view.state = MP_STATE_HARD;
    shown.view.free_pages = 10 * SHOWN_MB;
    shown.view.reserve_pages = 80 * SHOWN_MB;
    shown.vms[0].active_pages = 1024 * SHOWN_MB; /* only the other one has idle pages */
    shown_ask_for(&shown, SHOWN_SECOND, MP_REASON_THRESHOLD);
    CHECK_EQ(shown.orders.vms[0].swap_target_pages, 0);
    CHECK_EQ(shown.orders.vms[1].swap_target_pages, 30 * SHOWN_MB);
    CHECK_EQ(shown_next_ns(&shown, SHOWN_SECOND), 2 * SHOWN_SECOND);
    shown_fini(&shown);
}

TEST_SUITE(policy_governor_proxmox, TEST(round__of_the_public_suite),
           TEST(rounds__of_the_public_suite), TEST(round__of_three), TEST(round__at_the_min),
           TEST(goal__is_a_whole_number), TEST(who_is_left_out), TEST(rounds__are_10_s_apart),
           TEST(host__pages_out_when_short))
