/*
 * A solid-state disk on PCIe. Many requests are under way at a time, and where they lie does not
 * matter. Each direction has its own rate, as PCIe has.
 *
 * The hazard is a device that looks as fast as its data sheet's first line: a single reader waits
 * for the flash each time, and gets 11,000 pages a second of 854,000.
 */
#include "models/cost/device.h"

static uint32_t most_at_once(const struct cost_storage *storage)
{
    return (uint32_t)storage->disk.nvme_queue_depth;
}

/* The transfers go one after another; the time in flash or cache overlaps. */
static uint64_t end_ns(const struct cost_storage *storage, struct cost_device_state *state,
                       const struct cost_request *request, uint64_t now_ns)
{
    const struct cost_disk *disk = &storage->disk;
    uint64_t *free_ns = &state->free_ns[request->write];
    uint64_t reads = request->requests > 0 ? request->requests : 1;
    uint64_t transfer_ns =
        (uint64_t)request->count * storage->block_bytes * UINT64_C(1000) / disk->nvme_mb_s;
    *free_ns = (*free_ns > now_ns ? *free_ns : now_ns) + transfer_ns;
    return *free_ns + (request->write ? disk->nvme_write_ns : reads * disk->nvme_read_ns);
}

const struct cost_device cost_device_nvme = {
    .name = "nvme",
    .summary = "a solid-state disk: latency, rate and queue depth",
    .most_at_once = most_at_once,
    .end_ns = end_ns,
};
