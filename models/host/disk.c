/*
 * The queue before a storage device. One with heads has two queues, as a guest's elevator and a
 * disk of 2001 make them. The first requests of `waiting` are at the disk, at most queue_depth; the
 * disk chooses among them. The others are in the elevator, which hands over the next one whenever
 * the disk has room. A request that comes later can pass those in the elevator and none that the
 * disk holds.
 *
 * The hazard is starvation: both queues choose the lowest block at or above where they are, or else
 * the lowest of all, so every request is reached within two sweeps of each.
 */
#include "models/host/disk.h"

#include <stdlib.h>
#include <string.h>

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
    while (disk->at_disk < disk->storage.disk.queue_depth && disk->at_disk < disk->waiting_end) {
        uint32_t next = next_upward(disk, disk->at_disk, disk->waiting_end, disk->elevator_block);
        struct host_disk_request request = disk->waiting[next];
        disk->waiting[next] = disk->waiting[disk->at_disk];
        disk->waiting[disk->at_disk++] = request;
        disk->elevator_block = request.block;
    }
}

static struct host_disk_request take_nearest(struct host_disk *disk)
{
    hand_over(disk);
    uint32_t best = next_upward(disk, 0, disk->at_disk, disk->state.head_block);
    struct host_disk_request request = disk->waiting[best];
    disk->waiting[best] = disk->waiting[--disk->at_disk];
    disk->waiting[disk->at_disk] = disk->waiting[--disk->waiting_end];
    return request;
}

static struct host_disk_request take_first(struct host_disk *disk)
{
    struct host_disk_request request = disk->waiting[disk->first_waiting++];
    if (disk->first_waiting == disk->waiting_end)
        disk->first_waiting = disk->waiting_end = 0;
    return request;
}

static void make_room_in_service(struct host_disk *disk)
{
    if (disk->in_service_count < disk->in_service_room)
        return;
    disk->in_service_room = disk->in_service_room ? 2 * disk->in_service_room : 1;
    disk->in_service = sim_memory_need(
        realloc(disk->in_service, disk->in_service_room * sizeof *disk->in_service));
}

struct cost_request host_disk_asked(const struct host_disk_request *request)
{
    return (struct cost_request){.block = request->block,
                                 .count = request->count,
                                 .write = request->write,
                                 .requests = request->requests,
                                 .is_scattered = request->is_scattered};
}

/* Of two requests that end at one time the one that began first is served first. */
static void begin(struct host_disk *disk, const struct host_disk_request *request, uint64_t now_ns)
{
    struct cost_request asked = host_disk_asked(request);
    uint64_t end_ns = disk->device->end_ns(&disk->storage, &disk->state, &asked, now_ns);
    if (disk->slow_permille > 0)
        end_ns = now_ns + (end_ns - now_ns) * disk->slow_permille / 1000;
    make_room_in_service(disk);
    uint32_t at = disk->in_service_count++;
    for (; at > 0 && disk->in_service[at - 1].end_ns > end_ns; at--)
        disk->in_service[at] = disk->in_service[at - 1];
    disk->in_service[at] = (struct host_disk_service){*request, end_ns};
    disk->requests++;
    if (end_ns <= disk->busy_until_ns)
        return;
    disk->busy_ns += end_ns - (disk->busy_until_ns > now_ns ? disk->busy_until_ns : now_ns);
    disk->busy_until_ns = end_ns;
}

/* When the device can begin the first request that waits, as far as is known. */
static uint64_t begins_ns(const struct host_disk *disk)
{
    if (disk->in_service_count == disk->most_at_once || disk->waiting_end == 0)
        return SIM_NEVER;
    return disk->waiting[disk->first_waiting].at_ns;
}

static void begin_next(struct host_disk *disk, uint64_t now_ns)
{
    while (begins_ns(disk) <= now_ns) {
        struct host_disk_request request =
            disk->device->has_heads ? take_nearest(disk) : take_first(disk);
        begin(disk, &request, now_ns);
    }
    uint64_t next_ns = begins_ns(disk);
    if (disk->in_service_count > 0 && disk->in_service[0].end_ns < next_ns)
        next_ns = disk->in_service[0].end_ns;
    if (next_ns == SIM_NEVER)
        return;
    if (!sim_event_pending(&disk->next) || sim_event_at_ns(&disk->next) != next_ns)
        sim_queue_schedule(disk->queue, &disk->next, next_ns, SIM_PHASE_DEVICE);
}

static void end_first(struct host_disk *disk, uint64_t now_ns)
{
    struct host_disk_request finished = disk->in_service[0].request;
    disk->in_service_count--;
    memmove(disk->in_service, disk->in_service + 1,
            disk->in_service_count * sizeof *disk->in_service);
    disk->done(disk->owner, &finished, now_ns);
}

static void disk_next(struct sim_event *event, uint64_t now_ns)
{
    struct host_disk *disk = sim_event_owner(event, struct host_disk, next);
    if (disk->in_service_count > 0 && disk->in_service[0].end_ns == now_ns)
        end_first(disk, now_ns);
    begin_next(disk, now_ns);
}

void host_disk_init(struct host_disk *disk, struct sim_queue *queue,
                    const struct cost_device *device, const struct cost_storage *storage,
                    uint64_t seed, uint32_t replicate, const char *name, void *owner,
                    void (*done)(void *owner, const struct host_disk_request *request,
                                 uint64_t now_ns))
{
    *disk = (struct host_disk){
        .queue = queue, .device = device, .storage = *storage, .owner = owner, .done = done};
    sim_random_init(&disk->random, seed, replicate, name);
    disk->state.random = &disk->random;
    disk->most_at_once = device->most_at_once(storage);
    sim_event_init(&disk->next, disk_next);
}

void host_disk_fini(struct host_disk *disk)
{
    if (!disk->queue)
        return;
    sim_queue_cancel(disk->queue, &disk->next);
    sim_random_fini(&disk->random);
    free(disk->waiting);
    free(disk->in_service);
    *disk = (struct host_disk){0};
}

void host_disk_reset(struct host_disk *disk)
{
    sim_queue_cancel(disk->queue, &disk->next);
    disk->first_waiting = disk->waiting_end = disk->at_disk = disk->in_service_count = 0;
    disk->busy_until_ns = disk->state.free_ns[false] = disk->state.free_ns[true] = 0;
}

/* Room for one more at the end. Where half of the array has been served, the rest moves there. */
static void make_room(struct host_disk *disk)
{
    uint32_t waiting = disk->waiting_end - disk->first_waiting;
    if (disk->waiting_end < disk->waiting_room)
        return;
    if (disk->first_waiting > disk->waiting_room / 2) {
        memmove(disk->waiting, disk->waiting + disk->first_waiting,
                waiting * sizeof *disk->waiting);
        disk->first_waiting = 0;
        disk->waiting_end = waiting;
        return;
    }
    disk->waiting_room = disk->waiting_room ? 2 * disk->waiting_room : 64;
    disk->waiting =
        sim_memory_need(realloc(disk->waiting, disk->waiting_room * sizeof *disk->waiting));
}

void host_disk_submit(struct host_disk *disk, const struct host_disk_request *request)
{
    uint64_t now_ns = disk->queue->now_ns;
    bool is_later = request->at_ns > now_ns && !disk->device->has_heads;
    uint64_t at_ns = is_later ? request->at_ns : now_ns;
    make_room(disk);
    uint32_t place = disk->waiting_end++;
    for (; place > disk->first_waiting && disk->waiting[place - 1].at_ns > at_ns; place--)
        disk->waiting[place] = disk->waiting[place - 1];
    disk->waiting[place] = *request;
    disk->waiting[place].at_ns = at_ns;
    if (disk->device->has_heads)
        hand_over(disk);
    begin_next(disk, now_ns);
}
