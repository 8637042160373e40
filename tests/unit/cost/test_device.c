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
    cost_storage_init(&storage, 4000, &table);
    CHECK_EQ(storage.disk.nvme_read_ns, 5);
    CHECK_EQ(storage.cpu.zram_compress_ns, 2000);
}

TEST_SUITE(cost_device, TEST(device__has_a_name_and_its_functions),
           TEST(device__takes_a_cpu_only_where_it_compresses),
           TEST(storage_init__takes_clock_and_costs_of_the_run))
