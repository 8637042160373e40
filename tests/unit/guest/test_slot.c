/* Tests of models/guest/slot.c: slots of the paging device. */
#include "models/guest/slot.h"
#include "tests/check.h"

static uint32_t owners[5];

static void take__goes_round_and_skips_what_is_in_use(void)
{
    memset(owners, 0, sizeof owners);
    struct slots slots = {.owner = owners, .total = 5};
    for (uint32_t i = 0; i < 5; i++)
        CHECK_EQ(guest_slot_take(&slots, 50 + i), i);
    CHECK_EQ(slots.used, 5);
    guest_slot_free(&slots, 3);
    guest_slot_free(&slots, 1);
    CHECK_EQ(slots.used, 3);
    CHECK_EQ(guest_slot_take(&slots, 60), 1);
    CHECK_EQ(guest_slot_take(&slots, 61), 3);
    CHECK_EQ(owners[3], 61);
}

TEST_SUITE(guest_slot, TEST(take__goes_round_and_skips_what_is_in_use))
