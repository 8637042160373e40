/*
 * What the formats of requests to caches share (libCacheSim's formats and csv). A request has a
 * time, an object, and an operation. Internal to traces and its rooms.
 *
 * An object becomes one page, whatever its size. Requests with the same time form a window. All of
 * them are kept, in their order, so a page may be touched several times in a window. A time that is
 * earlier than the one before is refused.
 */
#ifndef TR_REQUESTS_H
#define TR_REQUESTS_H

#include "traces/formats/source_format.h"
#include "traces/page_map.h"

/* Requests are read in batches, so that the slots of the page map can be prefetched. Our choice. */
#define TR_REQUESTS_AT_ONCE 64u

struct tr_request {
    uint64_t at_ns;
    uint64_t object;
    uint8_t access; /* enum tr_access; 0: the object is deleted */
};

/* The struct of each such format begins with this one. */
struct tr_requests {
    struct tr_source base;
    /* Set by begin(). 1: *request is the next request; 0: the end; -1. */
    int (*read)(struct tr_requests *requests, struct tr_request *request, struct sim_error *error);
    struct tr_page_map map;
    bool has_window;
    uint64_t window_ns;
    uint64_t last_ns; /* of the request that was read last */
    unsigned count, next;
    struct tr_request batch[TR_REQUESTS_AT_ONCE];
};

int tr_requests_begin(struct tr_requests *requests, struct sim_error *error);
/* For read(): sets the time of the request, which must not be earlier than that of the one before.
 * To be called while the input is at the request. 1 or -1. */
int tr_requests_set_time(struct tr_requests *requests, struct tr_request *request, uint64_t at_ns,
                         struct sim_error *error);
/* next() and end() of every such format. */
int tr_requests_next(struct tr_source *source, struct tr_record *record, struct sim_error *error);
void tr_requests_end(struct tr_source *source);

/* The numbers of libCacheSim's operations in lcs files. "None" (0) and "unknown" count as reads. */
enum { TR_OP_DELETE = 9, TR_OP_READ = 12, TR_OP_WRITE = 13, TR_OPS = 15, TR_OP_UNKNOWN = 255 };
/* Sets *access to that of an operation (0: a deletion). False if there is no such operation. */
bool tr_op_access(uint32_t op, uint8_t *access);
/* The same for an operation's name, in small or capital letters, or its number. */
bool tr_op_access_of_text(const char *text, uint8_t *access);

#endif
