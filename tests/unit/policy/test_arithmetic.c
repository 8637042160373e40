/* Fractions of whole numbers, against 128 bits. */
#include "models/policy/governors/arithmetic.h"

#include "tests/check.h"
#include "tests/unit/policy/fake.h"

__extension__ typedef unsigned __int128 wide;

static uint64_t expected(uint64_t a, uint64_t n, uint64_t d)
{
    return (uint64_t)((wide)a * n / d);
}

/* Of all lengths, so that half of the products need more than 64 bits. */
static void fraction__of_any_numbers(void)
{
    uint64_t random = 1;
    for (uint32_t i = 0; i < 20000; i++) {
        uint64_t a = fake_random(&random) >> fake_random(&random) % 64;
        uint64_t d = (fake_random(&random) >> (1 + fake_random(&random) % 62)) + 1;
        uint64_t n = fake_random(&random) % d + 1;
        if (!CHECK_EQ(mp_fraction(a, n, d), expected(a, n, d)))
            return;
    }
}

static void fraction__at_the_ends(void)
{
    const uint64_t most = UINT64_MAX, largest = (UINT64_C(1) << 63) - 1;
    CHECK_EQ(mp_fraction(most, largest, largest), most);
    CHECK_EQ(mp_fraction(most, largest - 1, largest), expected(most, largest - 1, largest));
    CHECK_EQ(mp_fraction(most, 1, largest), 2);
    CHECK_EQ(mp_fraction(most, 0, 7), 0);
    CHECK_EQ(mp_fraction(7, 0, 0), 0);
    CHECK_EQ(mp_fraction(7, 1, 0), 0);
    CHECK_EQ(mp_fraction(0, largest, largest), 0);
}

TEST_SUITE(policy_arithmetic, TEST(fraction__of_any_numbers), TEST(fraction__at_the_ends))
