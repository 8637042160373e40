/* CLOCK against a slow one: a queue whose first page goes to its end where it was touched. */
#include "ballast/replay/policies.h"
#include "tests/unit/replay/naive.h"

static uint64_t naive_clock(const uint32_t *pages, size_t count, uint32_t memory_pages)
{
    uint32_t queue[NAIVE_PAGES], used = 0;
    bool touched[NAIVE_PAGES] = {false};
    uint64_t misses = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t at = 0;
        while (at < used && queue[at] != pages[i])
            at++;
        if (at < used) {
            touched[pages[i]] = true;
            continue;
        }
        misses++;
        while (used == memory_pages) {
            uint32_t first = queue[0];
            memmove(queue, queue + 1, (used - 1) * sizeof *queue);
            if (touched[first])
                queue[used - 1] = first;
            else
                used--;
            touched[first] = false;
        }
        queue[used++] = pages[i];
    }
    return misses;
}

static void clock__misses_are_those_of_the_slow_one(void)
{
    naive_compare(&replay_clock, naive_clock);
}

/* Memory of two pages. The second touch of 1 saves it from 3, which takes the place of 2; the third
 * one saves it from 4. Nothing saves it from the second touch of 3. */
static void clock__a_touched_page_has_one_more_chance(void)
{
    static const uint32_t pages[] = {1, 2, 1, 3, 1, 4, 3, 1}, sizes[] = {2};
    struct replay_setup setup = {.count = 1, .memory_pages = sizes, .pages = 5};
    void *state = replay_clock.begin(&setup);
    uint64_t misses = 0;
    replay_clock.touch(state, pages, 5, &misses);
    CHECK_EQ(misses, 3);
    replay_clock.touch(state, pages + 5, 3, &misses);
    CHECK_EQ(misses, 6);
    replay_clock.end(state);
}

TEST_SUITE(replay_clock, TEST(clock__misses_are_those_of_the_slow_one),
           TEST(clock__a_touched_page_has_one_more_chance))
