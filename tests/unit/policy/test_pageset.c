/* The set of pages against a plain array of booleans. */
#include "models/policy/mp_pageset.h"
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#include <stdlib.h>

static void *buffer_of(uint32_t size)
{
    return calloc(mp_pageset_footprint(size) / 8 + 1, 8);
}

static void pageset__as_an_array(void)
{
    static const uint32_t sizes[] = {1, 2, 63, 64, 65, 511, 512, 513, 4095, 4097, 10007};
    uint64_t state = 7;
    for (uint32_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint32_t size = sizes[i], count = 0;
        void *buffer = buffer_of(size);
        bool *in = calloc(size, sizeof *in);
        struct mp_pageset set;
        mp_pageset_init(&set, buffer, size);
        for (uint32_t step = 0; step < 3000; step++) {
            uint32_t page = (uint32_t)(fake_random(&state) % size);
            if (in[page])
                mp_pageset_remove(&set, page);
            else
                mp_pageset_add(&set, page);
            in[page] = !in[page];
            count += in[page] ? 1 : UINT32_MAX;
        }
        CHECK_EQ(set.count, count);
        CHECK(mp_pageset_verify(&set, set.size));
        uint32_t rank = 0, next = mp_pageset_next(&set, 0);
        for (uint32_t page = 0; page < size; page++) {
            CHECK_EQ(mp_pageset_has(&set, page), in[page]);
            if (!in[page])
                continue;
            CHECK_EQ(mp_pageset_select(&set, rank), page);
            CHECK_EQ(next, page);
            next = mp_pageset_next(&set, page + 1);
            rank++;
        }
        CHECK_EQ(next, UINT32_MAX);
        next = mp_pageset_next_absent(&set, 0, size);
        for (uint32_t page = 0; page < size; page++) {
            if (in[page])
                continue;
            CHECK_EQ(next, page);
            next = mp_pageset_next_absent(&set, page + 1, size);
        }
        CHECK_EQ(next, size);
        CHECK_EQ(mp_pageset_next_absent(&set, size, size), size);
        free(buffer);
        free(in);
    }
}

static void pageset_fill__from_the_first(void)
{
    for (uint32_t first = 0; first <= 1500; first += 75) {
        void *buffer = buffer_of(1500);
        struct mp_pageset set;
        mp_pageset_init(&set, buffer, 1500);
        mp_pageset_fill(&set, first);
        CHECK_EQ(set.count, 1500 - first);
        CHECK(mp_pageset_verify(&set, set.size));
        if (first < 1500) {
            CHECK_EQ(mp_pageset_select(&set, 0), first);
            CHECK_EQ(mp_pageset_select(&set, 1499 - first), 1499);
        }
        free(buffer);
    }
}

static void pageset_verify__sees_damage(void)
{
    void *buffer = buffer_of(5000);
    struct mp_pageset set;
    mp_pageset_init(&set, buffer, 5000);
    mp_pageset_fill(&set, 0);
    set.bits[17] ^= 16;
    CHECK(!mp_pageset_verify(&set, set.size));
    set.bits[17] ^= 16;
    set.count--;
    CHECK(!mp_pageset_verify(&set, set.size));
    set.count++;
    CHECK(mp_pageset_verify(&set, set.size));
    CHECK(!mp_pageset_verify(&set, 4000)); /* some pages lie behind */
    for (uint32_t page = 4000; page < 5000; page++)
        mp_pageset_remove(&set, page);
    CHECK(mp_pageset_verify(&set, 4000));
    free(buffer);
}

/* A bit for each page, four bytes for each block of 128, and four more. */
static void pageset_footprint__of_whole_lines(void)
{
    for (uint32_t size = 0; size < 20000; size++) {
        size_t blocks = (size + 127u) / 128, bytes = blocks * 16 + (blocks + 1) * 4;
        size_t found = mp_pageset_footprint(size);
        if (found < bytes || found >= bytes + 64 || found % 64 != 0)
            CHECK_EQ(found, (bytes + 63) / 64 * 64);
    }
}

TEST_SUITE(policy_pageset, TEST(pageset__as_an_array), TEST(pageset_fill__from_the_first),
           TEST(pageset_verify__sees_damage), TEST(pageset_footprint__of_whole_lines))
