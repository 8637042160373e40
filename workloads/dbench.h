/*
 * dbench: its own load file, replayed by `clients` guest processes, run after run (dbench.c).
 */
#ifndef WORKLOADS_DBENCH_H
#define WORKLOADS_DBENCH_H

#include "workloads/wl.h"

struct wl_dbench_config {
    uint32_t clients;         /* at least 1 */
    const char *loadfile;     /* NULL: /usr/share/dbench/client.txt */
    uint32_t most_operations; /* of the load file, from its start; 0: all */
    double client_mb;         /* of 10^6 bytes: a client's part of a run ends with them; 0: all */
    uint32_t runs;            /* then the clients exit; 0: run after run */
    uint64_t stagger_ns;      /* clients start evenly over this time */
};

/* What one client has read and written. */
uint64_t wl_dbench_client_bytes(const struct wl *wl, uint32_t client);

/* One client, for those who want to see it end early. */
struct guest_program *wl_dbench_client_program(struct wl *wl, uint32_t client);

extern const struct wl_row wl_dbench;

#endif
