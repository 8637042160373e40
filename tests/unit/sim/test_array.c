/* Arrays that grow: contents stay, new elements are zeroes, a failure changes nothing. */
#include "sim/array.h"

#include <stdint.h>
#include <stdlib.h>

#include "tests/check.h"
#include "tests/short_memory.h"

static void array_reserve__keeps_what_is_there_and_zeroes_the_rest(void)
{
    uint32_t *numbers = NULL;
    size_t room = 0, sum = 0;
    for (uint32_t i = 0; i < 1000; i++) {
        CHECK(sim_array_reserve(numbers, room, i + 1u));
        CHECK_EQ(numbers[i], 0);
        numbers[i] = i;
    }
    for (uint32_t i = 0; i < 1000; i++)
        sum += numbers[i];
    CHECK_EQ(sum, 499500);
    CHECK(room >= 1000 && room < 1600);
    CHECK_EQ(numbers[room - 1], 0);
    free(numbers);
}

static void array_reserve__makes_room_for_a_far_element_at_once(void)
{
    uint64_t *numbers = NULL;
    size_t room = 0;
    CHECK(sim_array_reserve(numbers, room, 5000));
    CHECK_EQ(room, 5000);
    CHECK_EQ(numbers[4999], 0);
    uint64_t *before = numbers;
    CHECK(sim_array_reserve(numbers, room, 5000));
    CHECK(numbers == before && room == 5000);
    free(numbers);
}

static void array_reserve__leaves_the_array_where_memory_is_short(void)
{
    uint32_t *numbers = NULL;
    size_t room = 0;
    CHECK(sim_array_reserve(numbers, room, 1));
    numbers[0] = 7;
    uint32_t *before = numbers;
    size_t room_before = room;
    short_memory_after(0);
    CHECK(!sim_array_reserve(numbers, room, room + 1));
    CHECK(short_memory_end());
    CHECK(numbers == before && room == room_before && numbers[0] == 7);
    CHECK(!sim_array_reserve(numbers, room, SIZE_MAX / 2)); /* no size overflows */
    CHECK(numbers == before && room == room_before);
    free(numbers);
}

TEST_SUITE(sim_array, TEST(array_reserve__keeps_what_is_there_and_zeroes_the_rest),
           TEST(array_reserve__makes_room_for_a_far_element_at_once),
           TEST(array_reserve__leaves_the_array_where_memory_is_short))
