/* workloads/fill.c: what pages hold, and how often they are written anew. */
#include "tests/check.h"
#include "tests/unit/workloads/rig.h"
#include "workloads/fill.h"

static struct rig *start(const struct wl_fill_config *config, uint64_t seed)
{
    struct rig *rig = rig_new(GUEST_BARE, seed);
    struct sim_error error = {0};

    CHECK_EQ(wl_fill.start(&rig->context, config, &rig->wl, &error), SIM_OK);
    CHECK_TEXT(error.text, "");
    return rig;
}

static void fill__writes_each_page_once_in_order(void)
{
    struct rig *rig = start(&(struct wl_fill_config){.pages = 1000}, 1);

    rig_run(rig, rig->context.start_ns + 10 * SIM_SECOND);
    CHECK_EQ(rig->writes, 1000);
    for (uint32_t i = 0; i < 1000; i++) {
        CHECK_EQ(rig->log[i].ppn, i);
        CHECK_EQ(rig->log[i].content, GUEST_CONTENT_PRIVATE);
    }
    CHECK_EQ(rig_progress(rig), 1000);
    rig_free(rig);
}

static void fill__then_rewrites_at_its_rate(void)
{
    static const double rates[] = {0.5, 40, 4000};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        struct rig *rig = start(&(struct wl_fill_config){.pages = 1000, .writes_s = rates[i]}, 2);

        rig_run(rig, rig->context.start_ns + 10 * SIM_SECOND);
        CHECK_NEAR(rig_progress(rig), 1000 + 10 * rates[i], 1 + rates[i] / 100);
        rig_free(rig);
    }
}

/* So slow that the time of the next rewrite has no room in 64 bits: it never comes. */
static void fill__a_rate_near_zero_rewrites_nothing(void)
{
    static const double rates[] = {1e-11, 1e-300};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        struct rig *rig = start(&(struct wl_fill_config){.pages = 1000, .writes_s = rates[i]}, 2);
        rig_run(rig, rig->context.start_ns + 10 * SIM_SECOND);
        CHECK_EQ(rig_progress(rig), 1000);
        rig_free(rig);
    }
}

/* 200 rewrites each, six standard deviations. */
static void fill__rewrites_every_page_alike(void)
{
    struct rig *rig = start(&(struct wl_fill_config){.pages = 100, .writes_s = 2000}, 2);
    uint32_t count[100] = {0};

    rig_run(rig, rig->context.start_ns + 10 * SIM_SECOND);
    for (uint64_t write = 100; write < rig->writes; write++)
        count[rig->log[write].ppn]++;
    for (uint32_t ppn = 0; ppn < 100; ppn++)
        CHECK_NEAR(count[ppn], 200, 6 * 14.1);
    rig_free(rig);
}

/* Of 64 contents all must occur, and no other; two VMs have the same ones, each in its own order.
 */
static void fill__draws_from_contents_that_vms_have_in_common(void)
{
    const struct wl_fill_config config = {.pages = 2000, .contents = 64};
    struct rig *rigs[2] = {start(&config, 1), start(&config, 2)};
    uint32_t distinct = 0, common = 0, equal = 0;

    for (int i = 0; i < 2; i++)
        rig_run(rigs[i], rigs[i]->context.start_ns + 10 * SIM_SECOND);
    for (uint32_t ppn = 0; ppn < 2000; ppn++) {
        bool seen = false, seen_there = false;
        CHECK(rigs[0]->content[ppn] > GUEST_CONTENT_PRIVATE);
        for (uint32_t before = 0; before < ppn && !seen; before++)
            seen = rigs[0]->content[before] == rigs[0]->content[ppn];
        for (uint32_t there = 0; there < 2000 && !seen_there; there++)
            seen_there = rigs[1]->content[there] == rigs[0]->content[ppn];
        distinct += !seen;
        common += seen_there;
        equal += rigs[0]->content[ppn] == rigs[1]->content[ppn];
    }
    CHECK_EQ(distinct, 64);
    CHECK_EQ(common, 2000);
    CHECK(equal < 100); /* 2,000 / 64 by chance */
    rig_free(rigs[0]);
    rig_free(rigs[1]);
}

static void fill__repeats_with_the_seed(void)
{
    const struct wl_fill_config config = {.pages = 500, .contents = 1000, .writes_s = 100};
    struct rig *first = start(&config, 3), *same = start(&config, 3);

    rig_run(first, first->context.start_ns + 10 * SIM_SECOND);
    rig_run(same, same->context.start_ns + 10 * SIM_SECOND);
    CHECK_EQ(first->writes, same->writes);
    CHECK(memcmp(first->content, same->content, sizeof first->content) == 0);
    rig_free(first);
    rig_free(same);
}

TEST_SUITE(workloads_fill, TEST(fill__writes_each_page_once_in_order),
           TEST(fill__then_rewrites_at_its_rate), TEST(fill__a_rate_near_zero_rewrites_nothing),
           TEST(fill__rewrites_every_page_alike),
           TEST(fill__draws_from_contents_that_vms_have_in_common),
           TEST(fill__repeats_with_the_seed))
