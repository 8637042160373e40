/*
 * A disk and its service times (paper, Figure 2: throughput follows what the buffer cache spares
 * it).
 *
 * The hazard is a disk that treats all requests alike: clustered and sequential transfers are what
 * the guest's cache, read-ahead and write-back are made for.
 */
#include <math.h>

#include "models/cost/device.h"

#define BLOCK_BYTES 4096u

/* The mean of sqrt(distance / span) between two uniformly random places. */
#define MEAN_ROOT_DISTANCE (8.0 / 15.0)

void cost_disk_init(struct cost_disk *disk, const struct cost_table *table)
{
    struct cost_table preset;
    if (!table) {
        cost_table_preset(&preset);
        table = &preset;
    }
#define COST_CYCLES(name, cycles, source)
#define COST_MEMORY(name, ns, source)
#define COST_DISK(name, unit, value, source) disk->name = table->name;
#include "models/cost/cost.def"
#undef COST_CYCLES
#undef COST_MEMORY
#undef COST_DISK
}

static uint64_t transfer_ns(const struct cost_disk *disk, uint64_t blocks)
{
    return blocks * BLOCK_BYTES * UINT64_C(1000000000) / disk->transfer_bytes_s;
}

static uint64_t seek_ns(const struct cost_disk *disk, uint64_t distance)
{
    double span = (double)(disk->seek_average_ns - disk->seek_least_ns) / MEAN_ROOT_DISTANCE;
    double part = (double)distance / (double)disk->disk_blocks;
    return disk->seek_least_ns + (uint64_t)(span * sqrt(part < 1.0 ? part : 1.0));
}

uint64_t cost_disk_service_ns(const struct cost_disk *disk, struct sim_random *random,
                              uint64_t head, uint64_t block, uint32_t count)
{
    uint64_t ns = disk->command_ns + transfer_ns(disk, count);
    if (block == head)
        return ns;
    if (block > head && block - head <= disk->disk_blocks) {
        uint64_t pass_ns = transfer_ns(disk, block - head);
        if (pass_ns <= disk->seek_least_ns)
            return ns + pass_ns;
    }
    uint64_t distance = block > head ? block - head : head - block;
    return ns + seek_ns(disk, distance) + sim_random_below(random, (uint32_t)disk->rotation_ns);
}

static uint32_t most_at_once(const struct cost_storage *storage)
{
    (void)storage;
    return 1;
}

static uint64_t end_ns(const struct cost_storage *storage, struct cost_device_state *state,
                       const struct cost_request *request, uint64_t now_ns)
{
    uint64_t from = request->is_scattered ? state->head_block : request->block;
    uint64_t ns = cost_disk_service_ns(&storage->disk, state->random, state->head_block,
                                       request->block, request->count);
    for (uint32_t i = 1; i < request->requests; i++)
        ns += cost_disk_service_ns(&storage->disk, state->random, from, request->block, 0);
    state->head_block = request->block + request->count;
    return now_ns + ns;
}

const struct cost_device cost_device_disk = {
    .name = "disk",
    .summary = "a SCSI disk of 2001: heads, cylinders, an elevator",
    .has_heads = true,
    .most_at_once = most_at_once,
    .end_ns = end_ns,
};
