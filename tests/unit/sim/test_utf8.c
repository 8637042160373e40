/* The lengths of characters; test_json.c has more of the bytes that are none. */
#include "sim/utf8.h"

#include "tests/check.h"

static void utf8_length__of_every_kind_of_character(void)
{
    CHECK_EQ(sim_utf8_length(""), 1);
    CHECK_EQ(sim_utf8_length("a"), 1);
    CHECK_EQ(sim_utf8_length("\xc3\xa9"), 2);
    CHECK_EQ(sim_utf8_length("\xe2\x82\xac"), 3);
    CHECK_EQ(sim_utf8_length("\xf0\x9f\x98\x80"), 4);
    CHECK_EQ(sim_utf8_length("\xc3"), 0);
    CHECK_EQ(sim_utf8_length("\xed\xa0\x80"), 0);
    CHECK_EQ(sim_utf8_length("\xf4\x90\x80\x80"), 0);
}

TEST_SUITE(sim_utf8, TEST(utf8_length__of_every_kind_of_character))
