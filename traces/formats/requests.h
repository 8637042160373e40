/*
 * What the traces of requests to caches have in common (libCacheSim's formats, csv): a time, an
 * object, read or written. Internal to this folder.
 *
 * An object becomes one page, whatever its size. Requests of one time form a window; they keep
 * their order and their number, so a page may be touched often in a window. Times that fall are
 * refused.
 */
#ifndef TR_REQUESTS_H
#define TR_REQUESTS_H

#include "traces/formats/source_format.h"
#include "traces/page_map.h"

/* Requests are fetched in batches, so that the page map's slots can be, too. Our choice. */
#define TR_REQUESTS_AT_ONCE 64u

struct tr_request {
    uint64_t at_ns;
    uint64_t object;
    uint8_t access; /* 0: the object is deleted */
};

/* A format's struct begins with one of these. */
struct tr_requests {
    struct tr_source base;
    /* 1: *request was filled; 0: the end; -1. */
    int (*read)(struct tr_requests *requests, struct tr_request *request, struct sim_error *error);
    struct tr_page_map map;
    bool has_window;
    uint64_t window_ns;
    uint64_t last_ns; /* of the request that was read last */
    unsigned count, next;
    struct tr_request batch[TR_REQUESTS_AT_ONCE];
};

int tr_requests_begin(struct tr_requests *requests, struct sim_error *error);
/* For read(), while the input is at the request: its time, which must not fall. 1 or -1. */
int tr_requests_set_time(struct tr_requests *requests, struct tr_request *request, uint64_t at_ns,
                         struct sim_error *error);
/* tr_source_format's `next` and `end`. */
int tr_requests_next(struct tr_source *source, struct tr_record *record, struct sim_error *error);
void tr_requests_end(struct tr_source *source);

/* libCacheSim's operations, as numbered in lcs files. None (0) and unknown count as reads. */
enum { TR_OP_DELETE = 9, TR_OP_READ = 12, TR_OP_WRITE = 13, TR_OPS = 15, TR_OP_UNKNOWN = 255 };
/* The access of an operation, 0: a deletion. False: there is no such operation. */
bool tr_op_access(uint32_t op, uint8_t *access);
/* The same by name, in small or capital letters, or by number. */
bool tr_op_access_of_text(const char *text, uint8_t *access);

#endif
