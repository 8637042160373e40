#include "sim/entry_set.h"
#include "tests/check.h"

static void entry_set__an_empty_one_has_nothing(void)
{
    struct sim_entry_set set = {0};
    CHECK(!sim_entry_set_remove(&set, (struct sim_entry){1, 8}));
    sim_entry_set_fini(&set);
}

static void entry_set__tells_time_phase_and_event(void)
{
    struct sim_entry_set set = {0};
    sim_entry_set_add(&set, (struct sim_entry){7, 64 + 2});
    CHECK(!sim_entry_set_remove(&set, (struct sim_entry){8, 64 + 2}));
    CHECK(!sim_entry_set_remove(&set, (struct sim_entry){7, 64 + 3}));
    CHECK(!sim_entry_set_remove(&set, (struct sim_entry){7, 72 + 2}));
    CHECK(sim_entry_set_remove(&set, (struct sim_entry){7, 64 + 2}));
    CHECK_EQ(set.count, 0);
    sim_entry_set_fini(&set);
}

#define KINDS 97u
#define STEPS 50000u

static void entry_set__counts_as_an_array_does(void)
{
    struct sim_entry_set set = {0};
    uint32_t counts[KINDS] = {0}, all = 0, wrong = 0;
    uint64_t random = 88172645463325252u;
    for (uint32_t i = 0; i < STEPS; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        uint32_t kind = (uint32_t)(random >> 32) % KINDS;
        struct sim_entry entry = {kind % 5, 8 * (1 + (uintptr_t)kind)};
        /* It grows, and then it shrinks. */
        if (random % 8 < (i < STEPS / 2 ? 5u : 3u)) {
            sim_entry_set_add(&set, entry);
            counts[kind]++;
            all++;
        } else {
            bool there = sim_entry_set_remove(&set, entry);
            wrong += there != (counts[kind] > 0);
            counts[kind] -= there;
            all -= there;
        }
        wrong += set.count != all;
    }
    CHECK_EQ(wrong, 0);
    sim_entry_set_fini(&set);
}

TEST_SUITE(sim_entry_set, TEST(entry_set__an_empty_one_has_nothing),
           TEST(entry_set__tells_time_phase_and_event), TEST(entry_set__counts_as_an_array_does))
