/*
 * What the formats of requests to caches and disks share. A request has a time, an operation, and
 * an object or a run of pages, perhaps of a volume. Internal to traces and its rooms.
 *
 * An object becomes one page, whatever its size. A run becomes a touch of each page. Requests with
 * the same time form a window. All of them are kept, in their order, so a page may be touched
 * several times in a window. A time that is earlier than the one before is refused.
 */
#ifndef TR_REQUESTS_H
#define TR_REQUESTS_H

#include "traces/formats/source_format.h"
#include "traces/page_map.h"

/* Requests are read in batches, so that the slots of the page map can be prefetched. Our choice. */
#define TR_REQUESTS_AT_ONCE 128u

struct tr_request {
    uint64_t at_ns;
    uint64_t object; /* or the number of the first page */
    uint64_t volume; /* objects are unique within it; 0: within the recording */
    uint32_t pages;  /* 0 counts as 1 */
    uint8_t access;  /* enum tr_access; 0: the object is deleted */
};

/* The struct of each such format begins with this one. */
struct tr_requests {
    struct tr_source base;
    /* Set by begin(). 1: *request is the next request; 0: the end; -1. */
    int (*read)(struct tr_requests *requests, struct tr_request *request, struct sim_error *error);
    /* In place of read(), for a format whose requests have one length: fills `batch`, and sets
     * `count`, which is 0 at the end. 1 or -1. */
    int (*read_all)(struct tr_requests *requests, struct sim_error *error);
    /* For touches(), beside read_all(), where every request reads one page of no volume: *count
     * objects of the next requests, at most `most`; none at the end. 1 or -1. */
    int (*read_objects)(struct tr_requests *requests, uint64_t *objects, uint32_t most,
                        uint32_t *count, struct sim_error *error);
    struct tr_page_map map;
    bool has_window;
    uint64_t window_ns;
    uint64_t last_ns;      /* of the request that was read last */
    uint64_t late_most_ns; /* begin(): requests may be this much older than the one before */
    uint64_t late;         /* how many were */
    unsigned count, next;
    uint32_t page; /* of the request that is next: how many of its pages were given out */
    struct tr_request batch[TR_REQUESTS_AT_ONCE];
};

int tr_requests_begin(struct tr_requests *requests, struct sim_error *error);
/* For read(): sets the time of the request, which must not be earlier than that of the one before.
 * To be called while the input is at the request. 1 or -1. */
int tr_requests_set_earlier_time(struct tr_requests *requests, struct tr_request *request,
                                 uint64_t at_ns, struct sim_error *error);
static inline int tr_requests_set_time(struct tr_requests *requests, struct tr_request *request,
                                       uint64_t at_ns, struct sim_error *error)
{
    if (at_ns < requests->last_ns)
        return tr_requests_set_earlier_time(requests, request, at_ns, error);
    request->at_ns = requests->last_ns = at_ns;
    return 1;
}
/* next(), touches() and end() of every such format. */
int tr_requests_next(struct tr_source *source, struct tr_record *record, struct sim_error *error);
int tr_requests_touches(struct tr_source *source, uint32_t *ppn, size_t room, size_t *count,
                        struct tr_summary *summary, struct sim_error *error);
void tr_requests_end(struct tr_source *source);

#endif
