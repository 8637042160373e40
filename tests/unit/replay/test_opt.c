/* OPT against a slow one that looks ahead at every miss, and against all other policies. */
#include "ballast/replay/policies.h"
#include "tests/unit/replay/naive.h"

static uint64_t naive_opt(const uint32_t *pages, size_t count, uint32_t memory_pages)
{
    uint32_t memory[NAIVE_PAGES], used = 0;
    uint64_t misses = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t at = 0, victim = 0;
        while (at < used && memory[at] != pages[i])
            at++;
        if (at < used)
            continue;
        misses++;
        if (used < memory_pages) {
            memory[used++] = pages[i];
            continue;
        }
        /* The page whose next touch is found last; those that are never touched again are not
         * found at all. */
        bool found[NAIVE_PAGES] = {false};
        uint32_t left = used;
        for (size_t later = i + 1; later < count && left > 1; later++)
            for (at = 0; at < used; at++)
                if (memory[at] == pages[later] && !found[at]) {
                    found[at] = true;
                    left--;
                }
        while (found[victim])
            victim++;
        memory[victim] = pages[i];
    }
    return misses;
}

static void opt__misses_are_those_of_the_slow_one(void)
{
    naive_compare(&replay_opt, naive_opt);
}

static void opt__no_policy_misses_less(void)
{
    for (enum naive_kind kind = 0; kind < NAIVE_KINDS; kind++) {
        uint32_t *pages = naive_touches(kind);
        uint64_t least[NAIVE_SIZES], misses[NAIVE_SIZES];
        naive_run(&replay_opt, pages, naive_sizes, NAIVE_SIZES, 1, least);
        for (const struct replay_policy *const *policy = replay_policies; *policy != NULL;
             policy++) {
            naive_run(*policy, pages, naive_sizes, NAIVE_SIZES, 1, misses);
            for (uint32_t k = 0; k < NAIVE_SIZES; k++)
                CHECK(misses[k] >= least[k]);
        }
        free(pages);
    }
}

TEST_SUITE(replay_opt, TEST(opt__misses_are_those_of_the_slow_one),
           TEST(opt__no_policy_misses_less))
