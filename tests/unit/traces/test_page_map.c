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
    CHECK(map.mask + 1 <= 4 * KEYS);
    tr_page_map_fini(&map);
    tr_page_map_fini(&map);
}

TEST_SUITE(traces_page_map, TEST(page_map__numbers_keys_in_order_of_first_sight),
           TEST(page_map__keeps_numbers_while_it_grows))
