/*
 * I/O of devices on the guest's physical pages 0 .. buffer_pages - 1: in turn, as a network stack
 * reuses its buffers, or drawn, as the pages of a disk cache are, some more often than others. The
 * guest is bare, and every I/O writes its page.
 */
#ifndef WORKLOADS_DEVICE_IO_H
#define WORKLOADS_DEVICE_IO_H

#include "workloads/wl.h"

struct wl_device_io_config {
    uint32_t buffer_pages; /* at least 1, at most the VM's pages */
    double ios_s;          /* I/Os per second, above 0 */
    bool ring;             /* in turn; else drawn: */
    double zipf;           /* the r-th page in proportion to r^-zipf; 0: all alike */
};

extern const struct wl_row wl_device_io;

#endif
