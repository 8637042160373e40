/*
 * Disk requests: a fixed number of them, half for reads and half for writes; each is a cluster of
 * contiguous blocks, with the processes that wait for its end.
 *
 * This is bookkeeping only; io.h gives a request its pages and sends it to the disk.
 */
#ifndef GUEST_REQUEST_H
#define GUEST_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "models/guest/none.h"
#include "models/guest/process.h"

#define IO_PAGES 32u /* 128 KiB: 2.4 blkdev.h, MAX_READAHEAD: 31 pages beside the one asked for */

enum io_kind { IO_FREE, IO_READ, IO_WRITE, IO_SWAP_IN, IO_SWAP_OUT };

static inline bool io_kind_writes(enum io_kind kind)
{
    return kind == IO_WRITE || kind == IO_SWAP_OUT;
}

struct request {
    enum io_kind kind;
    uint32_t first; /* place of a file block, or slot */
    uint32_t count;
    uint32_t next_free;
    struct queue waiters;
    uint32_t ppn[IO_PAGES]; /* NONE: a gap in a cluster that is read from the paging device */
};

struct requests {
    struct request *request;
    uint32_t slots;        /* records of that array */
    uint32_t free;         /* the first that is free, linked by next_free */
    uint32_t under_way[2]; /* reads, writes */
};

void guest_request_init(struct requests *requests); /* `request` and `slots` are set */
/* Is a request of this direction free? Reclaim asks this for every dirty page that it meets. */
static inline bool guest_request_possible(const struct requests *requests, bool write)
{
    return requests->under_way[write] < requests->slots / 2;
}
/* A free request to fill in, by its tag. NONE: all of that direction are under way. */
uint32_t guest_request_begin(struct requests *requests, enum io_kind kind, uint32_t first);
void guest_request_end(struct requests *requests, uint32_t tag); /* it is free again */
/* The request that a busy page is in; NONE: in none. */
uint32_t guest_request_of_page(const struct requests *requests, uint32_t ppn);

#endif
