/* Tests of models/cost/disk.c: service times of a disk. */
#include "models/cost/cost.h"

#include "tests/check.h"

static struct cost_disk disk;
static struct sim_random random_stream;

static void set_up(void)
{
    cost_disk_init(&disk, NULL);
    sim_random_init(&random_stream, 1, 0, "disk");
}

static void service__sequential_needs_no_seek_and_no_rotation(void)
{
    set_up();
    uint64_t ns = cost_disk_service_ns(&disk, &random_stream, 1000, 1000, 32);
    uint64_t transfer_ns = 32 * UINT64_C(4096) * 1000000000 / disk.transfer_bytes_s;
    CHECK_EQ(ns, disk.command_ns + transfer_ns);
    sim_random_fini(&random_stream);
}

static void service__a_little_ahead_waits_for_the_gap_to_pass(void)
{
    set_up();
    uint64_t near = cost_disk_service_ns(&disk, &random_stream, 1000, 1002, 1);
    uint64_t at = cost_disk_service_ns(&disk, &random_stream, 1000, 1000, 1);
    CHECK_EQ(near - at, 2 * UINT64_C(4096) * 1000000000 / disk.transfer_bytes_s);
    sim_random_fini(&random_stream);
}

static void service__going_back_costs_a_revolution(void)
{
    set_up();
    double sum = 0;
    for (int i = 0; i < 2000; i++)
        sum += (double)cost_disk_service_ns(&disk, &random_stream, 1000, 999, 1);
    double transfer_ns = 4096e9 / (double)disk.transfer_bytes_s;
    double fixed = (double)(disk.command_ns + disk.seek_least_ns) + transfer_ns;
    CHECK_NEAR(sum / 2000, fixed + (double)disk.rotation_ns / 2, 1.5e5);
    sim_random_fini(&random_stream);
}

static void service__random_places_cost_the_average_seek(void)
{
    set_up();
    double sum = 0;
    uint64_t head = 0;
    for (int i = 0; i < 20000; i++) {
        uint64_t block = sim_random_below(&random_stream, (uint32_t)disk.disk_blocks);
        sum += (double)cost_disk_service_ns(&disk, &random_stream, head, block, 1);
        head = block + 1;
    }
    double transfer_ns = 4096e9 / (double)disk.transfer_bytes_s;
    double expected = (double)(disk.command_ns + disk.seek_average_ns + disk.rotation_ns / 2);
    CHECK_NEAR(sum / 20000, expected + transfer_ns, 1e5);
    sim_random_fini(&random_stream);
}

static void service__is_the_same_for_the_same_stream(void)
{
    set_up();
    uint64_t first = cost_disk_service_ns(&disk, &random_stream, 5, 90000, 4);
    sim_random_fini(&random_stream);
    set_up();
    CHECK_EQ(cost_disk_service_ns(&disk, &random_stream, 5, 90000, 4), first);
    sim_random_fini(&random_stream);
}

static void service__survives_blocks_beyond_the_disk(void)
{
    set_up();
    uint64_t ns = cost_disk_service_ns(&disk, &random_stream, 0, UINT64_MAX / 2, 1);
    CHECK(ns < 30 * UINT64_C(1000000));
    sim_random_fini(&random_stream);
}

TEST_SUITE(cost_disk, TEST(service__sequential_needs_no_seek_and_no_rotation),
           TEST(service__a_little_ahead_waits_for_the_gap_to_pass),
           TEST(service__going_back_costs_a_revolution),
           TEST(service__random_places_cost_the_average_seek),
           TEST(service__is_the_same_for_the_same_stream),
           TEST(service__survives_blocks_beyond_the_disk))
