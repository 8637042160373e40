/*
 * The list of storage devices.
 */
#include "models/cost/device.h"

#define PAGE_BYTES 4096u

#define COST_DEVICE(id, name) extern const struct cost_device cost_device_##name;
#include "models/cost/devices.def"
#undef COST_DEVICE

const struct cost_device *cost_device_of(enum cost_device_id id)
{
    static const struct cost_device *const devices[COST_DEVICES] = {
#define COST_DEVICE(id, name) [COST_DEVICE_##id] = &cost_device_##name,
#include "models/cost/devices.def"
#undef COST_DEVICE
    };
    return devices[id];
}

void cost_storage_init(struct cost_storage *storage, uint32_t mhz, const struct cost_table *table,
                       uint32_t block_pages)
{
    cost_disk_init(&storage->disk, table);
    cost_cpu_init(&storage->cpu, mhz, table);
    storage->block_bytes = PAGE_BYTES * (block_pages > 0 ? block_pages : 1);
}
