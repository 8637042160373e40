/* Curves: which sizes they have, and that they agree with LRU. */
#include "ballast/replay/curve.h"

#include <stdlib.h>

#include "tests/check.h"

static struct sim_error error;

/* Over T1; to be freed. */
static struct replay_curve *curve_of(const char *estimators, const char *sizes, uint32_t points)
{
    static const struct tr_source_options defaults = {0};
    struct replay_curve *curve = calloc(1, sizeof *curve);
    struct replay_trace *trace = NULL;
    struct sim_progress progress;

    curve->points = points;
    sim_progress_begin(&progress, "", 1, true);
    CHECK_EQ(replay_estimators_read(estimators, curve, &error), SIM_OK);
    if (sizes != NULL)
        CHECK_EQ(replay_memories_read(sizes, &curve->memories, &error), SIM_OK);
    CHECK_EQ(replay_trace_open("traces/samples/T1.btr", &defaults, &trace, &error), SIM_OK);
    if (trace != NULL)
        CHECK_EQ(replay_curve(curve, trace, &progress, &error), SIM_OK);
    replay_trace_close(trace);
    return curve;
}

static void curve__has_the_misses_of_lru(void)
{
    struct replay_curve *curve = curve_of("aet,exact", "16263,10%,10%", 0);
    CHECK_EQ(curve->sizes, 2); /* rising, each once */
    CHECK_EQ(curve->memory_pages[0], 3252);
    CHECK_EQ(curve->memory_pages[1], 16263);
    CHECK_NEAR(curve->miss_ratio[1][0] * 776968, 227479, 1e-6);
    CHECK_NEAR(curve->miss_ratio[1][1] * 776968, 45034, 1e-6);
    free(curve);
}

static void curve__points_go_to_all_pages(void)
{
    struct replay_curve *curve = curve_of("exact", NULL, 4);
    CHECK_EQ(curve->sizes, 4);
    CHECK_EQ(curve->memory_pages[0], 33);
    CHECK_EQ(curve->memory_pages[1], 325);
    CHECK_EQ(curve->memory_pages[2], 3253);
    CHECK_EQ(curve->memory_pages[3], 32526);
    CHECK_NEAR(curve->miss_ratio[0][3] * 776968, 32526, 1e-6);
    free(curve);
    curve = curve_of("exact", NULL, 1);
    CHECK_EQ(curve->sizes, 1);
    CHECK_EQ(curve->memory_pages[0], 32526);
    free(curve);
    curve = curve_of("exact,shards,aet", NULL, REPLAY_POINTS_MOST);
    for (uint32_t i = 0; i < curve->count; i++)
        for (uint32_t k = 1; k < curve->sizes; k++)
            CHECK(curve->miss_ratio[i][k] <= curve->miss_ratio[i][k - 1]);
    free(curve);
}

static void curve__wrong_names_get_the_nearest(void)
{
    struct replay_curve *curve = calloc(1, sizeof *curve);
    CHECK_EQ(replay_estimators_read("shard", curve, &error), SIM_USAGE);
    CHECK_TEXT(error.text, "--estimate: expected one of exact, shards, aet; found 'shard' (did you "
                           "mean 'shards'?)");
    free(curve);
}

TEST_SUITE(replay_curve, TEST(curve__has_the_misses_of_lru), TEST(curve__points_go_to_all_pages),
           TEST(curve__wrong_names_get_the_nearest))
