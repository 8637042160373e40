/* models/cost/zram.c: compression by CPUs. */
#include "models/cost/device.h"
#include "tests/check.h"

static const struct cost_device *zram;
static struct cost_storage storage;
static struct cost_device_state state;

static void make(uint32_t mhz)
{
    zram = cost_device_of(COST_DEVICE_ZRAM);
    cost_storage_init(&storage, mhz, NULL, 1);
    state = (struct cost_device_state){.head_block = 0};
}

static uint64_t end_of(uint32_t count, bool write, uint64_t now_ns)
{
    struct cost_request request = {.count = count, .write = write};
    return zram->end_ns(&storage, &state, &request, now_ns);
}

/* LZO 2.06 at 2.7 GHz: 414 MB/s are 9.9 us for 4 KiB, 600 MB/s are 6.8 us. */
static void end__is_that_of_lzo_at_its_clock(void)
{
    make(2700);
    CHECK_NEAR((double)end_of(1, true, 0), 4096 / 414e6 * 1e9, 10);
    CHECK_NEAR((double)end_of(1, false, 0), 4096 / 600e6 * 1e9, 15);
    make(1350);
    CHECK_NEAR((double)end_of(1, false, 0), 2 * 4096 / 600e6 * 1e9, 30);
}

/* One thread compresses; each reader decompresses by himself. */
static void end__writes_wait_for_each_other_and_reads_do_not(void)
{
    make(2670);
    CHECK_EQ(end_of(1, true, 0), 10000);
    CHECK_EQ(end_of(2, true, 0), 30000);
    CHECK_EQ(end_of(1, true, 100000), 110000);
    uint64_t alone_ns = end_of(1, false, 0);
    CHECK_EQ(end_of(1, false, 0), alone_ns);
}

static void cpu__is_taken_for_every_page(void)
{
    struct cost_request write = {.count = 3, .write = true}, read = {.count = 3};
    make(2670);
    CHECK_EQ(zram->cpu_ns(&storage, &write), 30000);
    CHECK_EQ(zram->cpu_ns(&storage, &read), 3 * storage.cpu.zram_decompress_ns);
}

/* 4,096 B in 1,500 B: the measured 1 in 2.7. */
static void ratio__is_the_measured_one(void)
{
    make(0);
    CHECK_NEAR(4096.0 / (double)storage.disk.zram_page_bytes, 2.71, 0.03);
}

TEST_SUITE(cost_zram, TEST(end__is_that_of_lzo_at_its_clock),
           TEST(end__writes_wait_for_each_other_and_reads_do_not),
           TEST(cpu__is_taken_for_every_page), TEST(ratio__is_the_measured_one))
