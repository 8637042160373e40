/* Expected copies of device I/O, with and without changes of the rules. */
#include "ballast/run/device_io.h"

#include "tests/check.h"

static struct mp_tunables rules(uint32_t enabled, uint32_t threshold)
{
    struct mp_tunables tunables;
    mp_tunables_preset(&tunables);
    tunables.remap_enabled = enabled;
    tunables.remap_threshold = threshold;
    return tunables;
}

static void device_io__each_page_up_to_the_threshold_and_one_more(void)
{
    static const uint32_t ios[] = {0, 3, 4, 5, 100};
    struct mp_tunables tunables = rules(1, 4);
    struct device_io io = {0};
    CHECK_EQ(device_io_copies(&io, ios, 5, &tunables), 0 + 3 + 4 + 5 + 5);
    tunables = rules(1, 0);
    CHECK_EQ(device_io_copies(&io, ios, 5, &tunables), 0 + 1 + 1 + 1 + 1);
    tunables = rules(0, 0);
    CHECK_EQ(device_io_copies(&io, ios, 5, &tunables), 112);
}

/* One page; the threshold falls below what it has had: it moves at its next I/O. */
static void device_io__a_lower_threshold_counts_from_its_time_on(void)
{
    struct mp_tunables before = rules(1, 100), after = rules(1, 4);
    struct device_io io = {0};
    CHECK(device_io_settle(&io, &(uint32_t){50}, 1, &before));
    CHECK_EQ(device_io_copies(&io, &(uint32_t){50}, 1, &after), 50);
    CHECK_EQ(device_io_copies(&io, &(uint32_t){51}, 1, &after), 51);
    CHECK_EQ(device_io_copies(&io, &(uint32_t){90}, 1, &after), 51);
    device_io_fini(&io);
}

static void device_io__a_page_that_has_moved_is_never_copied_again(void)
{
    struct mp_tunables first = rules(1, 4), second = rules(0, 0), third = rules(1, 60);
    struct device_io io = {0};
    CHECK(device_io_settle(&io, (uint32_t[]){10, 2}, 2, &first));
    CHECK(device_io_settle(&io, (uint32_t[]){50, 40}, 2, &second));
    CHECK_EQ(device_io_copies(&io, (uint32_t[]){90, 70}, 2, &third), 5 + 61);
    device_io_fini(&io);
    CHECK_EQ(device_io_copies(&io, (uint32_t[]){1, 1}, 2, &third), 2);
}

TEST_SUITE(run_device_io, TEST(device_io__each_page_up_to_the_threshold_and_one_more),
           TEST(device_io__a_lower_threshold_counts_from_its_time_on),
           TEST(device_io__a_page_that_has_moved_is_never_copied_again))
