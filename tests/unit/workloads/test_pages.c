/* Pages touched at a rate, in an order. */
#include "tests/check.h"
#include "tests/unit/workloads/rig.h"
#include "workloads/pages.h"

static struct rig *start(bool cyclic, double writes)
{
    struct rig *rig = rig_new(GUEST_LINUX_2_4, 1);
    struct sim_error error = {0};
    struct wl_pages_config config = {.memory_mb = 4,
                                     .cyclic = cyclic,
                                     .skew = 1,
                                     .fill_mb_s = 2,
                                     .rate_pages_s = 1000,
                                     .writes = writes};
    CHECK_EQ(wl_pages.start(&rig->context, &config, &rig->wl, &error), SIM_OK);
    rig_see_writes(rig);
    return rig;
}

static void pages__touched_at_their_rate(void)
{
    struct rig *rig = start(true, 0);
    rig_run(rig, rig->context.start_ns + 2 * SIM_SECOND); /* filled: 4 MB at 2 MB/s */
    CHECK(rig_progress(rig) > 1000 && rig_progress(rig) <= 1025);
    rig_run(rig, rig->context.start_ns + 12 * SIM_SECOND);
    CHECK(rig_progress(rig) > 10900 && rig_progress(rig) <= 11025);
    rig_free(rig);
}

static void pages__written_in_their_share(void)
{
    struct rig *rig = start(false, 0.25);
    rig_run(rig, rig->context.start_ns + 3 * SIM_SECOND); /* beyond the first round */
    uint64_t writes = rig->writes;
    double before = rig_progress(rig);
    rig_run(rig, rig->context.start_ns + 23 * SIM_SECOND);
    double share = (double)(rig->writes - writes) / (rig_progress(rig) - before);
    CHECK(share > 0.22 && share < 0.30); /* the OS itself writes a little */
    rig_free(rig);
}

/* Few pages, and none but the first has a rank worth the name: every draw is one of them. */
static void pages__few_and_of_any_skew(void)
{
    static const double skews[] = {0, 1, 10};
    for (uint32_t pages = 1; pages <= 40; pages += 13) {
        for (uint32_t i = 0; i < 3; i++) {
            struct rig *rig = rig_new(GUEST_LINUX_2_4, 1);
            struct sim_error error = {0};
            struct wl_pages_config config = {.memory_mb = pages / 256.0,
                                             .skew = skews[i],
                                             .fill_mb_s = 2,
                                             .rate_pages_s = 1000,
                                             .writes = 1};
            CHECK_EQ(wl_pages.start(&rig->context, &config, &rig->wl, &error), SIM_OK);
            rig_run(rig, rig->context.start_ns + 2 * SIM_SECOND);
            CHECK(rig_progress(rig) > 1900);
            rig_free(rig);
        }
    }
}

TEST_SUITE(workloads_pages, TEST(pages__touched_at_their_rate), TEST(pages__written_in_their_share),
           TEST(pages__few_and_of_any_skew));
