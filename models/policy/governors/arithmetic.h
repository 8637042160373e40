/*
 * Whole-number arithmetic that the rules share. The library has no floating point, so a rule that
 * was published with fractions is computed by fractions of whole numbers, rounded down.
 */
#ifndef MP_GOVERNORS_ARITHMETIC_H
#define MP_GOVERNORS_ARITHMETIC_H

#include "../mp_governor.h"

#define MP_SECOND_NS    UINT64_C(1000000000)
#define MP_PAGES_PER_MB ((1u << 20) / MP_PAGE_SIZE)

/* a * n / d, rounded down, for n <= d < 2^63: no product that overflows, no division of 128 bits.
 */
static inline uint64_t mp_fraction(uint64_t a, uint64_t n, uint64_t d)
{
    uint64_t quotient = 0, rest = 0;

    if (n == 0 || d == 0)
        return 0;
    if (a <= UINT64_MAX / n)
        return a * n / d;
    for (int bit = 63; bit >= 0; bit--) {
        quotient <<= 1;
        rest <<= 1;
        if (rest >= d) {
            rest -= d;
            quotient++;
        }
        if (!(a >> bit & 1))
            continue;
        rest += n;
        if (rest >= d) {
            rest -= d;
            quotient++;
        }
    }
    return quotient;
}

static inline uint64_t mp_clamp(uint64_t value, uint64_t least, uint64_t most)
{
    return value < least ? least : value > most ? most : value;
}

/* a - b, or 0 where b is more. */
static inline uint64_t mp_less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

#endif
