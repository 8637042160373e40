/*
 * A load file of dbench 4, read once into an array: names and handles are resolved to file numbers
 * when it is parsed, so that replay meets numbers only.
 */
#ifndef WORKLOADS_DBENCH_LOAD_H
#define WORKLOADS_DBENCH_LOAD_H

#include <stdint.h>

#include "sim/error.h"

enum dbench_kind {
    DBENCH_META, /* `bytes` operations on names and attributes in a row */
    DBENCH_READ,
    DBENCH_WRITE,
    DBENCH_SYNC,
    DBENCH_TRUNCATE, /* to nothing */
    DBENCH_DELETE,
};

struct dbench_op {
    uint32_t kind; /* enum dbench_kind */
    uint32_t file; /* 0 .. files - 1, each client has its own */
    uint32_t offset;
    uint32_t bytes;
};

struct dbench_load {
    struct dbench_op *ops; /* one pass; it begins and ends without files */
    uint32_t count;
    uint32_t files;                     /* the most that exist at once */
    uint32_t lines;                     /* operations of the load file that were read */
    uint64_t read_bytes, written_bytes; /* of one pass */
};

/* Reads at most `most` operations (0: all), and stops after the one with which `most_bytes` are
 * read and written (0: never). `load` is to be freed by dbench_load_free(). A file that cannot be
 * read is SIM_USAGE, one that is no load file, or contradicts itself, SIM_BAD_DATA.
 */
int dbench_load_read(const char *path, uint32_t most, uint64_t most_bytes, struct dbench_load *load,
                     struct sim_error *error);
void dbench_load_free(struct dbench_load *load);

#endif
