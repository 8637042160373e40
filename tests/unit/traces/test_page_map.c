#include "tests/check.h"
#include "traces/page_map.h"

static void page_map__numbers_keys_in_order_of_first_sight(void)
{
    static const uint64_t keys[] = {UINT64_MAX, 0, 7, 0, UINT64_MAX, UINT64_C(1) << 63, 7};
    static const uint32_t expected[] = {0, 1, 2, 1, 0, 3, 2};
    struct tr_page_map map;
    struct sim_error error;
    uint32_t ppn;

    CHECK_EQ(tr_page_map_init(&map, "t", &error), SIM_OK);
    for (unsigned i = 0; i < sizeof keys / sizeof *keys; i++) {
        CHECK_EQ(tr_page_map_find(&map, keys[i], &ppn, &error), SIM_OK);
        CHECK_EQ(ppn, expected[i]);
    }
    CHECK_EQ(map.pages, 4);
    tr_page_map_fini(&map);
}

/* Every key keeps its number when the table grows. Keys with equal low bits do not share slots. */
static void page_map__keeps_numbers_while_it_grows(void)
{
    enum { KEYS = 100000 };
    struct tr_page_map map;
    struct sim_error error;
    uint32_t ppn, wrong = 0;

    CHECK_EQ(tr_page_map_init(&map, "t", &error), SIM_OK);
    for (unsigned round = 0; round < 2; round++) {
        for (uint64_t i = 0; i < KEYS; i++) {
            tr_page_map_prefetch(&map, i << 32);
            wrong += tr_page_map_find(&map, i << 32, &ppn, &error) != SIM_OK || ppn != i;
        }
    }
    CHECK_EQ(wrong, 0);
    CHECK_EQ(map.pages, KEYS);
    CHECK(map.mask + 1 <= 6 * KEYS);
    tr_page_map_fini(&map);
    tr_page_map_fini(&map);
}

/* Many keys at once get the numbers that one after the other gets, new keys twice in one call and a
 * table that grows in the middle included. */
static void page_map__finds_many_as_one_by_one(void)
{
    enum { ROUNDS = 2000 };
    struct tr_page_map one, many;
    struct sim_error error;
    uint32_t wrong = 0;
    uint64_t state = 3;

    CHECK_EQ(tr_page_map_init(&one, "t", &error), SIM_OK);
    CHECK_EQ(tr_page_map_init(&many, "t", &error), SIM_OK);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint64_t keys[TR_PAGE_MAP_AT_ONCE];
        uint32_t found[TR_PAGE_MAP_AT_ONCE], expected, count = 1 + round % TR_PAGE_MAP_AT_ONCE;
        for (uint32_t i = 0; i < count; i++) {
            state = state * UINT64_C(6364136223846793005) + 1;
            keys[i] = i % 3 == 2 ? keys[i - 1] : state >> 48;
        }
        CHECK_EQ(tr_page_map_find_all(&many, keys, count, found, &error), SIM_OK);
        for (uint32_t i = 0; i < count; i++)
            wrong += tr_page_map_find(&one, keys[i], &expected, &error) != SIM_OK ||
                     found[i] != expected;
    }
    CHECK_EQ(wrong, 0);
    CHECK_EQ(many.pages, one.pages);
    tr_page_map_fini(&one);
    tr_page_map_fini(&many);
}

TEST_SUITE(traces_page_map, TEST(page_map__finds_many_as_one_by_one),
           TEST(page_map__numbers_keys_in_order_of_first_sight),
           TEST(page_map__keeps_numbers_while_it_grows))
