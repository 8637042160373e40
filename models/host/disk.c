/*
 * A disk with a queue. The hazard is starvation and order: requests wait in an unordered array, and
 * the next one is the lowest block at or above the head, or else the lowest of all, so every
 * request is reached within two sweeps; equal blocks go in order of their tags.
 */
#include "models/host/disk.h"

#include <stdlib.h>

#include "sim/error.h"

static void start_next(struct host_disk *disk, uint64_t now_ns)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < disk->waiting_count; i++) {
        const struct host_disk_request *a = &disk->waiting[i], *b = &disk->waiting[best];
        bool ahead_a = a->block >= disk->head_block, ahead_b = b->block >= disk->head_block;
        if (ahead_a != ahead_b     ? ahead_a
            : a->block != b->block ? a->block < b->block
                                   : a->tag < b->tag)
            best = i;
    }
    disk->current = disk->waiting[best];
    disk->waiting[best] = disk->waiting[--disk->waiting_count];
    disk->busy = true;
    uint64_t ns = cost_disk_service_ns(&disk->cost, &disk->random, disk->head_block,
                                       disk->current.block, disk->current.count);
    disk->head_block = disk->current.block + disk->current.count;
    disk->busy_ns += ns;
    disk->requests++;
    sim_queue_schedule(disk->queue, &disk->served, now_ns + ns, SIM_PHASE_DEVICE);
}

static void disk_served(struct sim_event *event, uint64_t now_ns)
{
    struct host_disk *disk = sim_event_owner(event, struct host_disk, served);
    struct host_disk_request finished = disk->current;
    disk->busy = false;
    disk->done(disk->owner, &finished, now_ns);
    if (!disk->busy && disk->waiting_count > 0)
        start_next(disk, now_ns);
}

void host_disk_init(struct host_disk *disk, struct sim_queue *queue, const struct cost_disk *cost,
                    uint64_t seed, uint32_t replicate, const char *name, void *owner,
                    void (*done)(void *owner, const struct host_disk_request *request,
                                 uint64_t now_ns))
{
    *disk = (struct host_disk){.queue = queue, .cost = *cost, .owner = owner, .done = done};
    sim_random_init(&disk->random, seed, replicate, name);
    sim_event_init(&disk->served, disk_served);
}

void host_disk_fini(struct host_disk *disk)
{
    if (!disk->queue)
        return;
    sim_queue_cancel(disk->queue, &disk->served);
    sim_random_fini(&disk->random);
    free(disk->waiting);
    *disk = (struct host_disk){0};
}

void host_disk_reset(struct host_disk *disk)
{
    sim_queue_cancel(disk->queue, &disk->served);
    disk->waiting_count = 0;
    disk->busy = false;
}

void host_disk_submit(struct host_disk *disk, const struct host_disk_request *request)
{
    if (disk->waiting_count == disk->waiting_room) {
        uint32_t room = disk->waiting_room ? 2 * disk->waiting_room : 64;
        struct host_disk_request *grown = realloc(disk->waiting, room * sizeof *grown);
        if (!grown)
            abort(); /* a few kilobytes: the machine is beyond help */
        disk->waiting = grown;
        disk->waiting_room = room;
    }
    disk->waiting[disk->waiting_count++] = *request;
    if (!disk->busy)
        start_next(disk, disk->queue->now_ns);
}
