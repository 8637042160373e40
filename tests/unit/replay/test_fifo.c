/* FIFO against a slow one: a queue. */
#include "ballast/replay/policies.h"
#include "tests/unit/replay/naive.h"

static uint64_t naive_fifo(const uint32_t *pages, size_t count, uint32_t memory_pages)
{
    uint32_t queue[NAIVE_PAGES], used = 0;
    uint64_t misses = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t at = 0;
        while (at < used && queue[at] != pages[i])
            at++;
        if (at < used)
            continue;
        misses++;
        if (used == memory_pages)
            memmove(queue, queue + 1, --used * sizeof *queue);
        queue[used++] = pages[i];
    }
    return misses;
}

static void fifo__misses_are_those_of_the_slow_one(void)
{
    naive_compare(&replay_fifo, naive_fifo);
}

/* Belady's anomaly, with his own touches: four pages of memory miss more than three. */
static void fifo__more_memory_can_miss_more(void)
{
    static const uint32_t pages[] = {1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5}, sizes[] = {3, 4};
    struct replay_setup setup = {.count = 2, .memory_pages = sizes, .pages = 6};
    void *state = replay_fifo.begin(&setup);
    uint64_t misses[2] = {0, 0};
    replay_fifo.touch(state, pages, 12, misses);
    CHECK_EQ(misses[0], 9);
    CHECK_EQ(misses[1], 10);
    replay_fifo.end(state);
}

TEST_SUITE(replay_fifo, TEST(fifo__misses_are_those_of_the_slow_one),
           TEST(fifo__more_memory_can_miss_more))
