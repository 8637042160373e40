/*
 * A storage device and the queue before it. The kind of device (models/cost/device.h) says how many
 * requests are under way at a time, and when each ends.
 *
 * A disk with heads serves one at a time, and has the elevator of an operating system before it.
 * The elevator and the disk's own queue both go in one direction over the blocks (C-LOOK). The
 * disk's queue is bounded: cost_disk's queue_depth. Other devices take requests as they come.
 */
#ifndef HOST_DISK_H
#define HOST_DISK_H

#include <stdbool.h>
#include <stdint.h>

#include "models/cost/device.h"
#include "sim/event.h"
#include "sim/random.h"

struct host_disk_request {
    uint64_t block;
    uint32_t count;
    uint32_t tag;
    /* It is made then, if that is later than now: a guest's slice runs at its start. Requests of
     * several slices begin in the order of their moments. A disk with heads takes longer than a
     * slice, and takes them now. */
    uint64_t at_ns;
    bool write;
    uint32_t requests; /* struct cost_request explains both */
    bool is_scattered;
};
/* As the device gets it. */
struct cost_request host_disk_asked(const struct host_disk_request *request);

struct host_disk_service {
    struct host_disk_request request;
    uint64_t end_ns;
};

struct host_disk {
    struct sim_queue *queue;
    const struct cost_device *device;
    struct cost_storage storage;
    struct cost_device_state state;
    struct sim_random random; /* rotational position */
    struct sim_event next;    /* a request ends, or one that is made later begins */
    /* waiting[first_waiting .. waiting_end), by at_ns; with heads, first_waiting is 0. Grows, never
     * shrinks. */
    struct host_disk_request *waiting;
    uint32_t first_waiting, waiting_end, waiting_room;
    uint32_t at_disk; /* with heads: so many of them, the first ones, are in the disk's queue */
    uint64_t elevator_block;
    struct host_disk_service *in_service; /* in order of their ends; grows */
    uint32_t in_service_count, in_service_room, most_at_once;
    uint64_t busy_until_ns;
    uint64_t busy_ns, requests;
    uint32_t slow_permille; /* service takes so many thousandths of its time; 0: it is in order */
    void *owner;
    void (*done)(void *owner, const struct host_disk_request *request, uint64_t now_ns);
};

void host_disk_init(struct host_disk *disk, struct sim_queue *queue,
                    const struct cost_device *device, const struct cost_storage *storage,
                    uint64_t seed, uint32_t replicate, const char *name, void *owner,
                    void (*done)(void *owner, const struct host_disk_request *request,
                                 uint64_t now_ns));
void host_disk_fini(struct host_disk *disk);
/* Drops all requests, that under way included: `done` is not called for them. */
void host_disk_reset(struct host_disk *disk);
void host_disk_submit(struct host_disk *disk, const struct host_disk_request *request);

#endif
