/* The policy library as the one that chooses. */
#include "ballast/replay/policies.h"
#include "tests/unit/replay/naive.h"

static const struct replay_policy *const rows[] = {&replay_esx, &replay_esx_lru, &replay_esx_clock};
enum { ROWS = sizeof rows / sizeof *rows };

/* As for random replacement: touches say nothing of the future. 100,000 touches: four standard
 * errors are 0.0064 at most. */
static void esx__even_touches_miss_by_what_is_left_out(void)
{
    uint32_t *pages = naive_touches(NAIVE_UNIFORM);
    for (uint32_t row = 0; row < ROWS; row++) {
        uint64_t misses[NAIVE_SIZES];
        naive_run(rows[row], pages, naive_sizes, NAIVE_SIZES, 1, misses);
        for (uint32_t k = 0; k < NAIVE_SIZES; k++)
            CHECK_NEAR((double)misses[k] / NAIVE_TOUCHES,
                       1 - (double)naive_sizes[k] / NAIVE_PAGES + NAIVE_PAGES / 2.0 / NAIVE_TOUCHES,
                       0.0064);
    }
    free(pages);
}

/* Where all pages have room, none is ever paged out. */
static void esx__what_fits_stays(void)
{
    for (enum naive_kind kind = 0; kind < NAIVE_KINDS; kind++) {
        static const uint32_t sizes[] = {NAIVE_PAGES};
        uint32_t *pages = naive_touches(kind);
        for (uint32_t row = 0; row < ROWS; row++) {
            uint64_t misses;
            naive_run(rows[row], pages, sizes, 1, 1, &misses);
            CHECK(misses <= NAIVE_PAGES);
        }
        free(pages);
    }
}

/* Where touches have a past that tells of the future, the three differ as they should: LRU and
 * clock find cold pages, random does not. */
static void esx__cold_pages_are_found(void)
{
    static const uint32_t sizes[] = {50};
    uint32_t *pages = naive_touches(NAIVE_SKEWED);
    uint64_t misses[ROWS];
    for (uint32_t row = 0; row < ROWS; row++)
        naive_run(rows[row], pages, sizes, 1, 1, &misses[row]);
    CHECK(misses[1] < misses[0]);
    CHECK(misses[2] < misses[0]);
    free(pages);
}

/* A seed gives its own misses, and one size of memory does not disturb another. */
static void esx__a_size_stands_for_itself(void)
{
    uint32_t *pages = naive_touches(NAIVE_SKEWED);
    uint64_t together[NAIVE_SIZES], alone, other;
    for (uint32_t row = 0; row < ROWS; row++) {
        naive_run(rows[row], pages, naive_sizes, NAIVE_SIZES, 1, together);
        naive_run(rows[row], pages, &naive_sizes[6], 1, 1, &alone);
        CHECK_EQ(alone, together[6]);
    }
    naive_run(&replay_esx, pages, naive_sizes, NAIVE_SIZES, 1, together);
    naive_run(&replay_esx, pages, &naive_sizes[6], 1, 2, &other);
    CHECK(other != together[6]);
    free(pages);
}

TEST_SUITE(replay_esx, TEST(esx__even_touches_miss_by_what_is_left_out), TEST(esx__what_fits_stays),
           TEST(esx__cold_pages_are_found), TEST(esx__a_size_stands_for_itself))
