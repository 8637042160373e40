/*
 * The guest's physical pages 0 .. pages - 1 are filled in order as fast as it can. Then pages drawn
 * at random are written anew, evenly spread over time. The guest is bare.
 */
#ifndef WORKLOADS_FILL_H
#define WORKLOADS_FILL_H

#include "workloads/wl.h"

struct wl_fill_config {
    uint32_t pages;    /* at least 1, at most the VM's pages */
    uint32_t contents; /* a write draws from so many, the same in every VM; 0: unlike any other */
    double writes_s;   /* once all are filled; 0: none */
};

extern const struct wl_row wl_fill;

#endif
