#include "sim/later.h"
#include "tests/check.h"

#define MOST 4u
#define ROOM 200u

static const struct sim_entry start = {0, SIM_PHASES - 1};

/* `who` tells entries of one time apart. */
static struct sim_entry entry(uint64_t at_ns, uint32_t number)
{
    return (struct sim_entry){at_ns, SIM_PHASES * (uintptr_t)(number + 1)};
}

static void later_put__buckets_come_in_order_of_time(void)
{
    struct sim_later later;
    struct sim_entry out[ROOM], horizon = start;
    sim_later_init(&later);
    for (uint32_t i = 0; i < 100; i++) {
        uint64_t at_ns = 1 + UINT64_C(37) * i % 100 * 1000000;
        sim_later_put(&later, horizon, entry(at_ns, 0));
    }
    uint64_t last_ns = 0;
    uint32_t all = 0;
    while (sim_later_due(&later, UINT64_MAX, MOST) > 0) {
        uint32_t count = sim_later_take(&later, MOST, out, &horizon);
        CHECK(count >= 1 && count <= MOST);
        uint64_t most_ns = 0;
        for (uint32_t i = 0; i < count; i++) {
            CHECK(out[i].at_ns > last_ns && out[i].at_ns <= horizon.at_ns);
            most_ns = out[i].at_ns > most_ns ? out[i].at_ns : most_ns;
        }
        last_ns = most_ns;
        all += count;
    }
    CHECK_EQ(all, 100);
    CHECK(sim_later_empty(&later));
    sim_later_fini(&later);
}

static void later_take__equal_keys_come_together_as_they_came(void)
{
    struct sim_later later;
    struct sim_entry out[ROOM], horizon = start;
    sim_later_init(&later);
    for (uint32_t i = 0; i < 100; i++) {
        sim_later_put(&later, horizon, entry(123456789, i));
        sim_later_put(&later, horizon, entry(123456790, i));
    }
    for (uint64_t at_ns = 123456789; at_ns <= 123456790; at_ns++) {
        CHECK_EQ(sim_later_due(&later, UINT64_MAX, MOST), 100);
        CHECK_EQ(sim_later_take(&later, MOST, out, &horizon), 100);
        for (uint32_t i = 0; i < 100; i++) {
            CHECK_EQ(out[i].at_ns, at_ns);
            CHECK_EQ(out[i].who, entry(at_ns, i).who);
        }
        CHECK_EQ(horizon.at_ns, at_ns);
    }
    sim_later_fini(&later);
}

static void later_due__a_bucket_waits_for_its_first_entry(void)
{
    struct sim_later later;
    struct sim_entry out[ROOM], horizon = start;
    sim_later_init(&later);
    CHECK_EQ(sim_later_due(&later, UINT64_MAX, MOST), 0);
    sim_later_put(&later, horizon, entry(5000, 0));
    sim_later_put(&later, horizon, entry(5003, 0));
    CHECK_EQ(sim_later_due(&later, 4096, MOST), 0); /* before all times of the bucket */
    CHECK_EQ(sim_later_due(&later, 4999, MOST), 0); /* within them */
    CHECK_EQ(sim_later_due(&later, 5000, MOST), 2);
    CHECK_EQ(sim_later_take(&later, MOST, out, &horizon), 2);
    sim_later_fini(&later);
}

static bool keep_even(void *context, struct sim_entry kept)
{
    ++*(uint32_t *)context;
    return kept.who / SIM_PHASES % 2 == 0;
}

static void later_filter__drops_what_is_not_kept(void)
{
    struct sim_later later;
    struct sim_entry out[ROOM], horizon = start;
    uint32_t asked = 0, left = 0;
    sim_later_init(&later);
    for (uint32_t i = 0; i < 100; i++)
        sim_later_put(&later, horizon, entry(1 + (UINT64_C(1) << i % 40), i));
    sim_later_filter(&later, keep_even, &asked);
    CHECK_EQ(asked, 100);
    while (sim_later_due(&later, UINT64_MAX, MOST) > 0) {
        uint32_t count = sim_later_take(&later, MOST, out, &horizon);
        for (uint32_t i = 0; i < count; i++)
            left += out[i].who / SIM_PHASES % 2 == 0;
    }
    CHECK_EQ(left, 50);
    sim_later_fini(&later);
}

TEST_SUITE(sim_later, TEST(later_put__buckets_come_in_order_of_time),
           TEST(later_take__equal_keys_come_together_as_they_came),
           TEST(later_due__a_bucket_waits_for_its_first_entry),
           TEST(later_filter__drops_what_is_not_kept))
