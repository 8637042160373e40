/*
 * Compressed memory as a swap device, as Linux's zram: a page that is written is compressed by a
 * CPU and stays in machine memory, smaller.
 *
 * One thread writes, as kswapd does, so pages that are written come one after another. Who reads a
 * page decompresses it himself, at once. The data of a device are never moved: what lies in memory
 * counts as machine memory of the host (models/host) or of the guest (models/guest).
 */
#include "models/cost/device.h"

#define MOST_AT_ONCE 1024u /* our choice: readers do not wait for each other */

static uint32_t most_at_once(const struct cost_storage *storage)
{
    (void)storage;
    return MOST_AT_ONCE;
}

static uint64_t cpu_ns(const struct cost_storage *storage, const struct cost_request *request)
{
    const struct cost_cpu *cpu = &storage->cpu;
    return request->count * (request->write ? cpu->zram_compress_ns : cpu->zram_decompress_ns);
}

static uint64_t end_ns(const struct cost_storage *storage, struct cost_device_state *state,
                       const struct cost_request *request, uint64_t now_ns)
{
    uint64_t *free_ns = &state->free_ns[true], work_ns = cpu_ns(storage, request);
    if (!request->write)
        return now_ns + work_ns;
    *free_ns = (*free_ns > now_ns ? *free_ns : now_ns) + work_ns;
    return *free_ns;
}

const struct cost_device cost_device_zram = {
    .name = "zram",
    .summary = "compressed memory: CPU time for each page, and machine memory",
    .is_compressed = true,
    .most_at_once = most_at_once,
    .end_ns = end_ns,
    .cpu_ns = cpu_ns,
};
