/* models/cost/device.c: the list of devices. */
#include "models/cost/device.h"

#include "tests/check.h"

static void device__has_a_name_and_its_functions(void)
{
    for (uint32_t id = 0; id < COST_DEVICES; id++) {
        const struct cost_device *device = cost_device_of((enum cost_device_id)id);
        CHECK(device->name[0] != '\0' && device->summary[0] != '\0');
        CHECK(device->most_at_once != NULL && device->end_ns != NULL);
        for (uint32_t other = 0; other < id; other++)
            CHECK(strcmp(device->name, cost_device_of((enum cost_device_id)other)->name) != 0);
    }
    CHECK_TEXT(cost_device_of(COST_DEVICE_DISK)->name, "disk");
}

/* Work of a CPU takes the CPU; work of a device does not. */
static void device__takes_a_cpu_only_where_it_compresses(void)
{
    for (uint32_t id = 0; id < COST_DEVICES; id++) {
        const struct cost_device *device = cost_device_of((enum cost_device_id)id);
        CHECK_EQ(device->cpu_ns != NULL, device->is_compressed);
    }
}

static void storage_init__takes_clock_and_costs_of_the_run(void)
{
    struct cost_table table;
    struct cost_storage storage;
    cost_table_preset(&table);
    table.nvme_read_ns = 5;
    table.zram_compress = 8000;
    cost_storage_init(&storage, 4000, &table, 1);
    CHECK_EQ(storage.disk.nvme_read_ns, 5);
    CHECK_EQ(storage.cpu.zram_compress_ns, 2000);
}

#define SCALE 16u
#define READS 1000u

/* A device, with blocks of so many pages, that has served nothing. */
struct served {
    const struct cost_device *device;
    struct cost_storage storage;
    struct cost_device_state state;
    struct sim_random random;
};

static void make(struct served *served, uint32_t id, uint32_t block_pages)
{
    struct cost_table table;
    cost_table_preset(&table);
    CHECK(cost_table_scale(&table, block_pages));
    *served = (struct served){.device = cost_device_of((enum cost_device_id)id)};
    cost_storage_init(&served->storage, 3000, &table, block_pages);
    sim_random_init(&served->random, 1, 0, "test");
    served->state.random = &served->random;
}

static uint64_t end_of(struct served *served, const struct cost_request *request, uint64_t now_ns)
{
    return served->device->end_ns(&served->storage, &served->state, request, now_ns);
}

/* A reader who waits for each of the pages, wherever they are. */
static void scale__a_block_is_read_as_its_pages_are(void)
{
    for (uint32_t id = 0; id < COST_DEVICES; id++) {
        struct served one, many;
        struct sim_random places;
        uint64_t one_ns = 0, many_ns = 0;
        sim_random_init(&places, 1, 0, "places");
        make(&one, id, 1);
        make(&many, id, SCALE);
        for (uint32_t i = 0; i < READS; i++) {
            struct cost_request block = {sim_random_below(&places, 278528), 1, false, SCALE, true};
            many_ns = end_of(&many, &block, many_ns);
            for (uint32_t j = 0; j < SCALE; j++) {
                struct cost_request page = {sim_random_below(&places, 4456448), 1, false, 0, false};
                one_ns = end_of(&one, &page, one_ns);
            }
        }
        CHECK_NEAR((double)many_ns / (double)one_ns, 1, one.device->has_heads ? 0.03 : 1e-4);
        sim_random_fini(&places);
        sim_random_fini(&one.random);
        sim_random_fini(&many.random);
    }
}

/* A pager writes clusters of 16 pages one behind the other, and waits for none. */
static void scale__blocks_are_written_as_their_pages_are(void)
{
    for (uint32_t id = 0; id < COST_DEVICES; id++) {
        struct served one, many;
        struct cost_request blocks = {1000, 8, true, 8, false};
        uint64_t one_ns = 0;
        make(&one, id, 1);
        make(&many, id, SCALE);
        for (uint32_t i = 0; i < 8; i++) {
            struct cost_request cluster = {SCALE * (1000 + i), SCALE, true, 0, false};
            one_ns =
                end_of(&one, &cluster, one.device->most_at_once(&one.storage) > 1 ? 0 : one_ns);
        }
        CHECK_NEAR((double)end_of(&many, &blocks, 0) / (double)one_ns, 1, 1e-4);
        if (one.device->cpu_ns) {
            struct cost_request pages = {SCALE * 1000, SCALE * 8, true, 0, false};
            CHECK_NEAR((double)many.device->cpu_ns(&many.storage, &blocks) /
                           (double)one.device->cpu_ns(&one.storage, &pages),
                       1, 1e-4);
        }
        sim_random_fini(&one.random);
        sim_random_fini(&many.random);
    }
}

TEST_SUITE(cost_device, TEST(device__has_a_name_and_its_functions),
           TEST(scale__a_block_is_read_as_its_pages_are),
           TEST(scale__blocks_are_written_as_their_pages_are),
           TEST(device__takes_a_cpu_only_where_it_compresses),
           TEST(storage_init__takes_clock_and_costs_of_the_run))
