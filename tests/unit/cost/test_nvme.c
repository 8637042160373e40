/* models/cost/nvme.c: latency, rate and depth of a solid-state disk, by its data sheet. */
#include "models/cost/device.h"
#include "tests/check.h"

#define SECOND_NS UINT64_C(1000000000)

static const struct cost_device *nvme;
static struct cost_storage storage;
static struct cost_device_state state;

static void make(void)
{
    nvme = cost_device_of(COST_DEVICE_NVME);
    cost_storage_init(&storage, 3000, NULL, 1);
    state = (struct cost_device_state){.head_block = 0};
}

static uint64_t end_of(uint64_t block, uint32_t count, bool write, uint64_t now_ns)
{
    struct cost_request request = {.block = block, .count = count, .write = write};
    return nvme->end_ns(&storage, &state, &request, now_ns);
}

/* 4,096 B at 3.5 GB/s are 1,170 ns. */
static void end__is_latency_and_transfer(void)
{
    make();
    CHECK_EQ(end_of(7, 1, false, 1000), 1000 + 1170 + 92000);
    CHECK_EQ(end_of(7, 1, true, 1000), 1000 + 1170 + 21000);
    make();
    CHECK_EQ(end_of(7, 32, false, 0), 32 * 4096 * 1000 / 3500 + 92000);
}

static void end__does_not_depend_on_the_place(void)
{
    make();
    uint64_t first = end_of(0, 1, false, 0);
    CHECK_EQ(end_of(UINT32_MAX, 1, false, SECOND_NS) - SECOND_NS, first);
    CHECK_EQ(end_of(UINT32_MAX + UINT64_C(1), 1, false, 2 * SECOND_NS) - 2 * SECOND_NS, first);
}

/* A reader who waits for each page gets 10,700 a second; a thousand at once get the rate of the
 * bus, and the data sheet says 840,000. */
static void rate__is_that_of_the_data_sheet(void)
{
    make();
    uint64_t now_ns = 0, last_ns = 0;
    uint32_t reads = 0;
    while (now_ns < SECOND_NS) {
        now_ns = end_of(reads * 100, 1, false, now_ns);
        reads++;
    }
    CHECK_NEAR(reads, 10733, 1);

    make();
    for (uint32_t i = 0; i < 854000; i++)
        last_ns = end_of(i * 7919, 1, false, 0);
    CHECK_NEAR((double)last_ns, 1e9, 1e6);
    CHECK_EQ(nvme->most_at_once(&storage), 1023);
}

/* Reads and writes do not share a rate. */
static void directions__do_not_wait_for_each_other(void)
{
    make();
    for (uint32_t i = 0; i < 1000; i++)
        end_of(i, 32, true, 0);
    CHECK_EQ(end_of(5, 1, false, 0), 1170 + 92000);
}

TEST_SUITE(cost_nvme, TEST(end__is_latency_and_transfer), TEST(end__does_not_depend_on_the_place),
           TEST(rate__is_that_of_the_data_sheet), TEST(directions__do_not_wait_for_each_other))
