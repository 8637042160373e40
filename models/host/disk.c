/*
 * A disk with two queues, as a guest's elevator and a disk of 2001 make them. The first requests of
 * `waiting` are at the disk, at most queue_depth; the disk chooses among them. The others are in
 * the elevator, which hands over the next one whenever the disk has room. A request that comes
 * later can pass those in the elevator and none that the disk holds.
 *
 * The hazard is starvation: both queues choose the lowest block at or above where they are, or else
 * the lowest of all, so every request is reached within two sweeps of each.
 */
#include "models/host/disk.h"

#include <stdlib.h>

#include "sim/error.h"
#include "sim/memory.h"

/* The next of waiting[from .. end) on the way upward from a block; equal blocks in order of tags.
 */
static uint32_t next_upward(const struct host_disk *disk, uint32_t from, uint32_t end,
                            uint64_t block)
{
    uint32_t best = from;
    for (uint32_t i = from + 1; i < end; i++) {
        const struct host_disk_request *a = &disk->waiting[i], *b = &disk->waiting[best];
        bool ahead_a = a->block >= block, ahead_b = b->block >= block;
        if (ahead_a != ahead_b     ? ahead_a
            : a->block != b->block ? a->block < b->block
                                   : a->tag < b->tag)
            best = i;
    }
    return best;
}

static void hand_over(struct host_disk *disk)
{
    while (disk->at_disk < disk->cost.queue_depth && disk->at_disk < disk->waiting_count) {
        uint32_t next = next_upward(disk, disk->at_disk, disk->waiting_count, disk->elevator_block);
        struct host_disk_request request = disk->waiting[next];
        disk->waiting[next] = disk->waiting[disk->at_disk];
        disk->waiting[disk->at_disk++] = request;
        disk->elevator_block = request.block;
    }
}

static void start_next(struct host_disk *disk, uint64_t now_ns)
{
    hand_over(disk);
    uint32_t best = next_upward(disk, 0, disk->at_disk, disk->head_block);
    disk->current = disk->waiting[best];
    disk->waiting[best] = disk->waiting[--disk->at_disk];
    disk->waiting[disk->at_disk] = disk->waiting[--disk->waiting_count];
    disk->busy = true;
    uint64_t ns = cost_disk_service_ns(&disk->cost, &disk->random, disk->head_block,
                                       disk->current.block, disk->current.count);
    if (disk->slow_permille > 0)
        ns = ns * disk->slow_permille / 1000;
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
    disk->waiting_count = disk->at_disk = 0;
    disk->busy = false;
}

void host_disk_submit(struct host_disk *disk, const struct host_disk_request *request)
{
    if (disk->waiting_count == disk->waiting_room) {
        uint32_t room = disk->waiting_room ? 2 * disk->waiting_room : 64;
        struct host_disk_request *grown =
            sim_memory_need(realloc(disk->waiting, room * sizeof *grown));
        disk->waiting = grown;
        disk->waiting_room = room;
    }
    disk->waiting[disk->waiting_count++] = *request;
    hand_over(disk);
    if (!disk->busy)
        start_next(disk, disk->queue->now_ns);
}
