/*
 * Kinds of storage devices: how many requests one serves at a time, and when each ends. A kind is
 * one file and one row of devices.def. The queue before the device is the host's
 * (models/host/disk.h).
 */
#ifndef COST_DEVICE_H
#define COST_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/cost/cost.h"

enum cost_device_id {
#define COST_DEVICE(id, name) COST_DEVICE_##id,
#include "models/cost/devices.def"
#undef COST_DEVICE
    COST_DEVICES
};

/* What a device's constants come to on one machine. */
struct cost_storage {
    struct cost_disk disk;
    struct cost_cpu cpu; /* for devices that are code */
    uint32_t block_bytes;
};
/* Arguments as for cost_cpu_init(), and how many pages of 4 KiB a block stands for, as the table
 * was scaled by (cost_table_scale()); 0: one. */
void cost_storage_init(struct cost_storage *storage, uint32_t mhz, const struct cost_table *table,
                       uint32_t block_pages);

struct cost_request {
    uint64_t block; /* of block_bytes */
    uint32_t count;
    bool write;
    /* Where a block stands for many of 4 KiB, those who ask for them make so many requests in all
     * (0: one): all over the device, or one behind the other. Reads follow each other in time, as
     * who waits for a page goes on to the next; writes are under way together where the device can
     * do that. */
    uint32_t requests;
    bool is_scattered;
};

/* Where one device is. All zeroes, and a random stream, is one that has served nothing. */
struct cost_device_state {
    uint64_t head_block; /* behind the last request */
    uint64_t free_ns[2]; /* what serves reads, and writes, one at a time is free from then on */
    struct sim_random *random; /* where the disk is in its revolution */
};

struct cost_device {
    const char *name, *summary;
    bool has_heads;     /* what lies near is fast: the requests that wait are sorted */
    bool is_compressed; /* keeps pages in machine memory, compressed; cannot hold files */
    uint32_t (*most_at_once)(const struct cost_storage *storage);
    /* When a request ends that the device begins at now_ns. */
    uint64_t (*end_ns)(const struct cost_storage *storage, struct cost_device_state *state,
                       const struct cost_request *request, uint64_t now_ns);
    /* CPU time that the request takes; NULL: none, a device does the work. */
    uint64_t (*cpu_ns)(const struct cost_storage *storage, const struct cost_request *request);
};

const struct cost_device *cost_device_of(enum cost_device_id id);

#endif
