/*
 * What a guest tells of itself: sizes at this moment, and totals since power-on.
 */
#ifndef GUEST_STATUS_H
#define GUEST_STATUS_H

#include <stdbool.h>
#include <stdint.h>

struct guest_status {
    bool booted, balloon_running;
    uint32_t programs_alive; /* of those spawned: neither ended nor killed */
    uint32_t free_pages, kernel_pages, cache_pages, dirty_pages, process_pages, balloon_pages;
    uint32_t swap_used_pages;                         /* of the guest's own paging device */
    uint32_t active_file_pages, active_process_pages; /* where lists are kept apart (lru.h) */
    uint32_t available_pages, committed_pages;        /* meminfo.h */
    /* Totals from here on. */
    uint64_t ops; /* completed by programs */
    uint64_t file_read_bytes, file_written_bytes;
    uint64_t cache_hits, cache_misses; /* in pages */
    uint64_t disk_reads, disk_writes, disk_read_pages, disk_written_pages;
    uint64_t swap_in_pages, swap_out_pages; /* the guest's own paging */
    uint64_t zeroed_pages;                  /* by the boot and the zero-page thread */
    uint64_t swap_refusals;        /* page-outs that reclaim wanted while the device was full */
    uint64_t oom_kills;            /* processes ended because no memory was left */
    uint64_t last_end_ns;          /* when a program ended or was killed last; 0: never */
    uint64_t balloon_failures;     /* allocations that the OS refused to the driver */
    uint64_t balloon_relief_pages; /* given back so that no process was killed */
    uint64_t reported_pages;       /* free pages that the hypervisor was told of */
    uint64_t refault_pages;        /* came back after reclaim took them; where lists are apart */
    uint64_t huge_pages;           /* blocks given at one touch (huge.h) */
    uint64_t direct_reclaims;      /* pages for which a process had to reclaim itself (kswapd.h) */
    uint64_t kswapd_ns;            /* CPU time of kswapd */
    uint64_t stalled_ns;           /* some process waited for memory (stall.h) */
    uint64_t cpu_ns, idle_ns;
};

#endif
