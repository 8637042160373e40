/* Tests of models/guest/settled.c: which pages a touch does not change. */
#include "models/guest/settled.h"

#include "tests/check.h"

#define FIRST PLACE_FILES

static uint64_t reads[4], writes[4];
static struct settled settled = {{reads, writes}};

static void set_up(uint32_t first, uint32_t end)
{
    memset(reads, 0, sizeof reads);
    memset(writes, 0, sizeof writes);
    for (uint32_t place = first; place < end; place++)
        guest_settled_set(&settled, false, place);
}

static void run__goes_over_words(void)
{
    set_up(FIRST + 3, FIRST + 200);
    CHECK_EQ(guest_settled_run(&settled, false, FIRST + 2, FIRST + 256), 0);
    CHECK_EQ(guest_settled_run(&settled, false, FIRST + 3, FIRST + 256), 197);
    CHECK_EQ(guest_settled_run(&settled, false, FIRST + 64, FIRST + 256), 136);
    CHECK_EQ(guest_settled_run(&settled, false, FIRST + 199, FIRST + 256), 1);
    CHECK_EQ(guest_settled_run(&settled, false, FIRST + 200, FIRST + 256), 0);
}

static void run__ends_where_it_is_told_to(void)
{
    set_up(FIRST, FIRST + 256);
    CHECK_EQ(guest_settled_run(&settled, false, FIRST, FIRST + 256), 256);
    CHECK_EQ(guest_settled_run(&settled, false, FIRST + 10, FIRST + 20), 10);
    CHECK_EQ(guest_settled_run(&settled, false, FIRST + 60, FIRST + 128), 68);
    CHECK_EQ(guest_settled_run(&settled, false, FIRST + 10, FIRST + 10), 0);
}

static void set__is_for_one_kind_of_access(void)
{
    set_up(FIRST, FIRST + 10);
    guest_settled_set(&settled, true, FIRST + 4);
    CHECK_EQ(guest_settled_run(&settled, true, FIRST, FIRST + 10), 0);
    CHECK_EQ(guest_settled_run(&settled, true, FIRST + 4, FIRST + 10), 1);
}

static void clear__is_for_both(void)
{
    set_up(FIRST, FIRST + 100);
    guest_settled_set(&settled, true, FIRST + 70);
    guest_settled_clear(&settled, FIRST + 70);
    guest_settled_clear(&settled, FIRST - 1); /* a file's block */
    CHECK_EQ(guest_settled_run(&settled, false, FIRST, FIRST + 100), 70);
    CHECK_EQ(guest_settled_run(&settled, false, FIRST + 71, FIRST + 100), 29);
    CHECK_EQ(guest_settled_run(&settled, true, FIRST + 70, FIRST + 100), 0);
}

static void clear_all__leaves_nothing_below_the_end(void)
{
    set_up(FIRST, FIRST + 200);
    guest_settled_clear_all(&settled, FIRST + 129);
    CHECK(reads[0] == 0 && reads[1] == 0 && reads[2] == 0);
    CHECK_EQ(reads[3], 0xff); /* nobody has these places */
    guest_settled_clear_all(&settled, FIRST);
    CHECK_EQ(reads[3], 0xff);
}

TEST_SUITE(guest_settled, TEST(run__goes_over_words), TEST(run__ends_where_it_is_told_to),
           TEST(set__is_for_one_kind_of_access), TEST(clear__is_for_both),
           TEST(clear_all__leaves_nothing_below_the_end))
