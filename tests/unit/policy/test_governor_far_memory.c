/* The governor `far-memory` against its limit on promotions and its worked example. */
#include "models/policy/governors/rules.h"
#include "tests/check.h"
#include "tests/unit/policy/shown.h"

#define MINUTE_NS (60 * SHOWN_SECOND)

static void threshold__of_the_worked_example(void)
{
    static const uint32_t promotions[] = {5000, 2500, 1500};
    static const uint32_t ages_s[] = {120, 240, 480};
    CHECK_EQ(ages_s[mp_far_memory_threshold(promotions, 3, 2000)], 480);
    CHECK_EQ(ages_s[mp_far_memory_threshold(promotions, 3, 2500)], 240);
    CHECK_EQ(ages_s[mp_far_memory_threshold(promotions, 3, 2499)], 480);
    CHECK_EQ(ages_s[mp_far_memory_threshold(promotions, 3, 9999)], 120);
    CHECK_EQ(ages_s[mp_far_memory_threshold(promotions, 3, 0)], 480); /* none does: the last */
}

/* A working set of a million pages of two. */
static void start(struct shown *shown)
{
    shown_init(shown, "far-memory", 1);
    shown->vms[0].max_pages = shown->vms[0].limit_pages = shown->vms[0].alloc_pages = 2000000;
    shown->vms[0].active_pages = 1000000;
    shown_start(shown, 0);
}

static int64_t doublings(const struct shown *shown)
{
    struct mp_input inputs[MP_MOST_INPUTS];
    uint32_t count =
        shown->governor->explain(shown->state, &shown->view, 0, inputs, MP_MOST_INPUTS);
    CHECK_TEXT(inputs[count - 1].name, "age_doublings");
    return inputs[count - 1].value;
}

/* In a minute 2,000 pages may come back, and not one more. */
static void limit__is_0_2_percent_of_the_working_set(void)
{
    for (uint32_t more = 0; more < 2; more++) {
        struct shown shown;
        start(&shown);
        for (uint64_t minute = 1; minute <= 6; minute++)
            shown_ask(&shown, minute * MINUTE_NS);
        CHECK_EQ(doublings(&shown), 0);
        CHECK_EQ(shown.orders.vms[0].swap_target_pages, 1000000);
        shown.vms[0].refault_pages = 2000 + more;
        shown_ask(&shown, 7 * MINUTE_NS);
        CHECK_EQ(doublings(&shown), more);
        shown_fini(&shown);
    }
}

static void start__it_is_left_alone(void)
{
    struct shown shown;
    start(&shown);
    for (uint64_t minute = 1; minute <= 4; minute++) {
        shown_ask(&shown, minute * MINUTE_NS);
        CHECK_EQ(shown.orders.vms[0].swap_target_pages, 0);
    }
    shown_ask(&shown, 5 * MINUTE_NS);
    CHECK_EQ(shown.orders.vms[0].swap_target_pages, 1000000);
    shown_ask(&shown, 5 * MINUTE_NS + SHOWN_SECOND); /* the request has ended */
    CHECK_EQ(shown.orders.vms[0].swap_target_pages, 0);
    shown_fini(&shown);
}

/* One bad minute of 100 is forgotten after it; three are not. */
static void percentile__forgets_2_percent(void)
{
    for (uint32_t bad = 1; bad <= 3; bad += 2) {
        struct shown shown;
        start(&shown);
        for (uint64_t minute = 1; minute <= 104; minute++) {
            if (minute > 100 - bad && minute <= 100)
                shown.vms[0].refault_pages += 3000;
            shown_ask(&shown, minute * MINUTE_NS);
            if (minute == 100) /* each bad minute doubles the age at once */
                CHECK_EQ(doublings(&shown), bad);
        }
        CHECK_EQ(doublings(&shown), bad == 3);
        shown_fini(&shown);
    }
}

TEST_SUITE(policy_governor_far_memory, TEST(threshold__of_the_worked_example),
           TEST(limit__is_0_2_percent_of_the_working_set), TEST(start__it_is_left_alone),
           TEST(percentile__forgets_2_percent))
