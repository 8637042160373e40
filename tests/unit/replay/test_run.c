/* Policies over a recording: names, sizes in any order, streamed and held. */
#include "ballast/replay/run.h"

#include <stdlib.h>

#include "tests/unit/replay/requests.h"

static struct sim_error error;

static void run_over(const char *path, const char *policies, const char *sizes,
                     struct replay_run *run)
{
    static const struct tr_source_options defaults = {0};
    struct replay_trace *trace = NULL;
    struct sim_progress progress;

    *run = (struct replay_run){.seed = 1};
    sim_progress_begin(&progress, "", 1, true);
    CHECK_EQ(replay_policies_read(policies, run, &error), SIM_OK);
    CHECK_EQ(replay_memories_read(sizes, &run->memories, &error), SIM_OK);
    CHECK_EQ(replay_trace_open(path, &defaults, &trace, &error), SIM_OK);
    if (trace != NULL)
        CHECK_EQ(replay_run(run, trace, &progress, &error), SIM_OK);
    replay_trace_close(trace);
}

/* T1 with LRU: counted by another program (tests/cli/replay.golden). */
static void run__sizes_keep_their_order(void)
{
    static struct replay_run run;
    run_over("traces/samples/T1.btr", "clock,lru", "16263,500,16263,10%", &run);
    CHECK_EQ(run.facts.touches, 776968);
    CHECK_EQ(run.misses[1][0], 45034);
    CHECK_EQ(run.misses[1][2], 45034);
    CHECK_EQ(run.misses[1][3], 227479);
    CHECK_EQ(run.misses[0][3], 222556);
    CHECK(run.misses[1][1] > run.misses[1][3]);
}

static void run__streamed_is_as_held(void)
{
    static struct replay_run streamed, held;
    run_over("traces/samples/T1.btr", "lru,clock,fifo,random", "500,3252,32526", &streamed);
    run_over("traces/samples/T1.btr", "lru,clock,fifo,random,opt", "500,3252,32526", &held);
    for (uint32_t i = 0; i < 4; i++)
        for (uint32_t m = 0; m < 3; m++)
            CHECK_EQ(streamed.misses[i][m], held.misses[i][m]);
    CHECK_EQ(held.misses[4][2], 32526);
}

/* Nobody knows beforehand that the recording is so small. */
static void run__a_size_above_a_stream_is_refused(void)
{
    static const uint32_t objects[] = {1, 2, 3, 1};
    static const struct tr_source_options defaults = {0};
    struct replay_run run = {.seed = 1};
    struct replay_trace *trace;
    struct sim_progress progress;
    struct files files;

    files_init(&files);
    const char *path = files_path(&files, "t");
    requests_put(path, objects, 4);
    sim_progress_begin(&progress, "", 1, true);
    CHECK_EQ(replay_policies_read("lru", &run, &error), SIM_OK);
    CHECK_EQ(replay_memories_read("4", &run.memories, &error), SIM_OK);
    CHECK_EQ(replay_trace_open(path, &defaults, &trace, &error), SIM_OK);
    CHECK_EQ(replay_run(&run, trace, &progress, &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, "at most the 3 pages");
    replay_trace_close(trace);
    files_fini(&files);
}

static void run__wrong_names_get_the_nearest(void)
{
    struct replay_run run = {.seed = 1};
    CHECK_EQ(replay_policies_read("lru,clok", &run, &error), SIM_USAGE);
    CHECK_TEXT(error.text, "--policy: expected one of lru, clock, fifo, random, esx, esx-lru, "
                           "esx-clock, opt; found 'clok' (did you mean 'clock'?)");
    CHECK_EQ(replay_policies_read("lru,lru", &run, &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, "found lru twice");
    CHECK_EQ(replay_policies_read("", &run, &error), SIM_USAGE);
    CHECK_EQ(replay_policies_read("lru,", &run, &error), SIM_USAGE);
    CHECK_EQ(replay_policies_read("lru,clock,opt", &run, &error), SIM_OK);
    CHECK_EQ(run.count, 3);
}

TEST_SUITE(replay_run, TEST(run__sizes_keep_their_order), TEST(run__streamed_is_as_held),
           TEST(run__a_size_above_a_stream_is_refused), TEST(run__wrong_names_get_the_nearest))
