/* The governor `tmo` against its worked examples: 10 GiB that stall half as much as they may. */
#include "tests/check.h"
#include "tests/unit/policy/shown.h"

#define GB (1024 * SHOWN_MB)

static void start(struct shown *shown)
{
    shown_init(shown, "tmo", 1);
    shown->vms[0].max_pages = shown->vms[0].limit_pages = shown->vms[0].alloc_pages = 10 * GB;
}

/* Looks each 2 s until `until_s`, with so many ppm of stall; answers the pages that are to leave at
 * the last look. */
static uint32_t run(struct shown *shown, uint64_t until_s, uint64_t ppm)
{
    for (uint64_t s = 2; s <= until_s; s += 2) {
        shown->vms[0].stall_ns += ppm * 2000;
        shown_ask(shown, s * SHOWN_SECOND);
    }
    return shown->orders.vms[0].swap_target_pages;
}

static void reclaim__of_the_paper(void)
{
    struct shown shown;
    start(&shown);
    shown_start(&shown, 0);
    CHECK_EQ(run(&shown, 600, 500), 655); /* 2.56 MiB */
    CHECK_EQ(run(&shown, 0, 0), 655);
    shown_ask(&shown, 602 * SHOWN_SECOND); /* the request has ended, and the next one is not due */
    CHECK_EQ(shown.orders.vms[0].swap_target_pages, 0);
    shown_fini(&shown);
}

static void reclaim__of_katalyst(void)
{
    struct shown shown;
    start(&shown);
    shown.values[shown_parameter(&shown, "ratio_ppm")] = 10000;
    shown.values[shown_parameter(&shown, "period_s")] = 30;
    shown.values[shown_parameter(&shown, "average")] = 1;
    shown_start(&shown, 0);
    CHECK_EQ(run(&shown, 1200, 500), 13107); /* 51.2 MiB */
    shown_fini(&shown);
}

static void reclaim__nothing_at_the_threshold(void)
{
    static const uint64_t ppm[] = {1000, 1001, 500000, 3000000};
    for (uint32_t i = 0; i < 4; i++) {
        struct shown shown;
        start(&shown);
        shown_start(&shown, 0);
        CHECK_EQ(run(&shown, 600, ppm[i]), 0);
        shown_fini(&shown);
    }
}

/* Without any stall: 10 GiB * 0.0005. */
static void reclaim__all_without_stall(void)
{
    struct shown shown;
    start(&shown);
    shown_start(&shown, 0);
    CHECK_EQ(run(&shown, 6, 0), 1310);
    shown_fini(&shown);
}

/* A second of stall within one look raises the average over 10 s at once, and it decays by e in
 * 10 s. */
static void pressure__decays_over_10_s(void)
{
    struct mp_input inputs[MP_MOST_INPUTS];
    struct shown shown;
    uint32_t count;
    start(&shown);
    shown_start(&shown, 0);
    run(&shown, 2, 500000);
    count = shown.governor->explain(shown.state, &shown.view, 0, inputs, MP_MOST_INPUTS);
    CHECK_TEXT(inputs[count - 1].name, "pressure_ppm");
    CHECK_EQ(inputs[count - 1].value, (500000 * 371 + 2047) / 2048);
    for (uint64_t s = 4; s <= 12; s += 2)
        shown_ask(&shown, s * SHOWN_SECOND);
    shown.governor->explain(shown.state, &shown.view, 0, inputs, MP_MOST_INPUTS);
    CHECK(33000 < inputs[count - 1].value && inputs[count - 1].value < 33600); /* 90,576 / e */
    shown_fini(&shown);
}

static void pressure__over_60_s_follows_by_67_of_2048_parts(void)
{
    struct mp_input inputs[MP_MOST_INPUTS];
    struct shown shown;

    start(&shown);
    shown.values[shown_parameter(&shown, "average")] = 1;
    shown_start(&shown, 0);
    run(&shown, 2, 500000);

    uint32_t count = shown.governor->explain(shown.state, &shown.view, 0, inputs, MP_MOST_INPUTS);

    CHECK_EQ(inputs[count - 1].value, (500000 * 67 + 2047) / 2048);
    shown_fini(&shown);
}

TEST_SUITE(policy_governor_tmo, TEST(reclaim__of_the_paper), TEST(reclaim__of_katalyst),
           TEST(reclaim__nothing_at_the_threshold), TEST(reclaim__all_without_stall),
           TEST(pressure__decays_over_10_s), TEST(pressure__over_60_s_follows_by_67_of_2048_parts))
