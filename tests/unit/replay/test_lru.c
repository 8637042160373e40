/* LRU against a slow one: an array in the order of touches. */
#include "ballast/replay/policies.h"
#include "tests/unit/replay/naive.h"

static uint64_t naive_lru(const uint32_t *pages, size_t count, uint32_t memory_pages)
{
    uint32_t youngest_first[NAIVE_PAGES], used = 0;
    uint64_t misses = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t at = 0;
        while (at < used && youngest_first[at] != pages[i])
            at++;
        if (at == used) {
            misses++;
            used += used < memory_pages;
            at = used - 1;
        }
        memmove(youngest_first + 1, youngest_first, at * sizeof *youngest_first);
        youngest_first[0] = pages[i];
    }
    return misses;
}

static void lru__misses_are_those_of_the_slow_one(void)
{
    naive_compare(&replay_lru, naive_lru);
}

/* A scan of all pages in turn misses always where one page has no room, and once each where all
 * have. */
static void lru__a_cyclic_scan_is_a_step(void)
{
    static const uint32_t sizes[] = {NAIVE_PAGES - 1, NAIVE_PAGES};
    uint32_t *pages = naive_touches(NAIVE_CYCLIC);
    uint64_t misses[2];
    naive_run(&replay_lru, pages, sizes, 2, 1, misses);
    CHECK_EQ(misses[0], NAIVE_TOUCHES);
    CHECK_EQ(misses[1], NAIVE_PAGES);
    free(pages);
}

TEST_SUITE(replay_lru, TEST(lru__misses_are_those_of_the_slow_one),
           TEST(lru__a_cyclic_scan_is_a_step))
