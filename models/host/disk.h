/*
 * A disk with the elevator of an operating system before it. Requests are served one at a time,
 * each with the service time that models/cost gives it. The elevator and the disk's own queue both
 * go in one direction over the blocks (C-LOOK). The disk's queue is bounded: cost_disk's
 * queue_depth.
 */
#ifndef HOST_DISK_H
#define HOST_DISK_H

#include <stdbool.h>
#include <stdint.h>

#include "models/cost/cost.h"
#include "sim/event.h"
#include "sim/random.h"

struct host_disk_request {
    uint64_t block;
    uint32_t count;
    uint32_t tag;
    bool write;
};

struct host_disk {
    struct sim_queue *queue;
    struct cost_disk cost;
    struct sim_random random; /* rotational position */
    struct sim_event served;
    struct host_disk_request *waiting; /* grows, never shrinks */
    uint32_t waiting_count, waiting_room;
    uint32_t at_disk; /* so many of them, the first ones, are in the disk's queue */
    uint64_t elevator_block;
    struct host_disk_request current;
    bool busy;
    uint64_t head_block;
    uint64_t busy_ns, requests;
    uint32_t slow_permille; /* service takes so many thousandths of its time; 0: it is in order */
    void *owner;
    void (*done)(void *owner, const struct host_disk_request *request, uint64_t now_ns);
};

void host_disk_init(struct host_disk *disk, struct sim_queue *queue, const struct cost_disk *cost,
                    uint64_t seed, uint32_t replicate, const char *name, void *owner,
                    void (*done)(void *owner, const struct host_disk_request *request,
                                 uint64_t now_ns));
void host_disk_fini(struct host_disk *disk);
/* Drops all requests, that under way included: `done` is not called for them. */
void host_disk_reset(struct host_disk *disk);
void host_disk_submit(struct host_disk *disk, const struct host_disk_request *request);

#endif
