/*
 * The whole square root, rounded down: the kernel's int_sqrt() sets watermarks and ratios.
 */
#ifndef GUEST_ROOT_H
#define GUEST_ROOT_H

#include <stdint.h>

static inline uint64_t guest_root(uint64_t square)
{
    uint64_t root = 0;
    for (uint64_t bit = UINT64_C(1) << 31; bit > 0; bit >>= 1)
        root += (root + bit) * (root + bit) <= square ? bit : 0;
    return root;
}

#endif
