/*
 * What one operating system is like: its parameters, one struct for each system. linux.c,
 * linux_6.c, windows.c and bare.c each define one; nothing else in this folder knows a system by
 * name.
 */
#ifndef GUEST_OS_H
#define GUEST_OS_H

#include <stdbool.h>
#include <stdint.h>

#include "models/guest/config.h"

/* Numbers of free pages. */
struct watermarks {
    uint32_t least; /* no process gets one of these */
    uint32_t low;   /* reclaim begins */
    uint32_t high;  /* reclaim ends */
};

struct os {
    const char *name;
    const struct guest_kernel_item *kernel; /* the first item is program text */
    bool manages_memory;                    /* has an allocator, a cache, a system process */
    bool zeroes_memory;                     /* zeroes free memory at boot and when idle */
    bool estimates_available;               /* says MemAvailable (meminfo.h) */
    bool splits_lists;   /* lists of files and of processes apart (lru.h), and kswapd */
    uint64_t quantum_ns; /* a process runs so long before the next one's turn */
    void (*watermarks)(uint32_t memory_pages, struct watermarks *out);
    /* How many disk requests can be under way at a time; half of them are reads. */
    uint32_t (*request_slots)(uint32_t memory_pages);
    uint32_t cache_heads_per_page; /* cached pages that one page of kernel memory manages; 0: all */
    uint32_t swap_cluster_slots;   /* that are read back from the paging device at a time */
    uint32_t flush_percent;        /* dirty share of usable memory above which pages are written */
    uint32_t throttle_percent;     /* and above which writers wait */
    uint32_t flush_age_ticks;      /* pages are written when they are so old, in ticks of flush.h */
};

extern const struct os guest_os_bare, guest_os_linux, guest_os_linux_6, guest_os_windows;

#endif
