/* The delay of memory.high against the table that the kernel publishes. */
#include "models/policy/governors/rules.h"
#include "tests/check.h"

#define M (UINT64_C(1) << 20)

static void delay__of_the_table(void)
{
    static const uint32_t usage[] = {101, 102, 105, 110, 115, 117, 118};
    static const uint32_t ms[] = {6, 25, 159, 639, 1439, 1849, 2000};
    for (uint32_t i = 0; i < 7; i++)
        CHECK_EQ(mp_memory_high_delay_ms(usage[i] * M, 100 * M, 32), ms[i]);
}

static void delay__in_proportion_to_the_charge(void)
{
    CHECK_EQ(mp_memory_high_delay_ms(110 * M, 100 * M, 64), 1278);
    CHECK_EQ(mp_memory_high_delay_ms(110 * M, 100 * M, 16), 319);
    CHECK_EQ(mp_memory_high_delay_ms(110 * M, 100 * M, 0), 0);
}

static void delay__at_the_ends(void)
{
    CHECK_EQ(mp_memory_high_delay_ms(100 * M, 100 * M, 32), 0);
    CHECK_EQ(mp_memory_high_delay_ms(0, 0, 32), 0);
    CHECK_EQ(mp_memory_high_delay_ms(1, 0, 32), 0); /* the kernel's least limit is 1 */
    CHECK_EQ(mp_memory_high_delay_ms(2, 0, 32), 2000);
    CHECK_EQ(mp_memory_high_delay_ms(UINT64_MAX, 1, 32), 2000);
    CHECK_EQ(mp_memory_high_delay_ms(UINT64_MAX, UINT64_MAX / 100 * 95, 32), 177);
    CHECK(mp_memory_high_delay_ms(101 * M, 100 * M, 32) <= MP_MEMORY_HIGH_IGNORED_MS);
    CHECK(mp_memory_high_delay_ms(102 * M, 100 * M, 32) > MP_MEMORY_HIGH_IGNORED_MS);
}

TEST_SUITE(policy_memory_high, TEST(delay__of_the_table), TEST(delay__in_proportion_to_the_charge),
           TEST(delay__at_the_ends))
