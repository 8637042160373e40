/*
 * What a guest is made from: its operating system, its size, how it boots. All of it is fixed when
 * the guest is made.
 */
#ifndef GUEST_CONFIG_H
#define GUEST_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

enum guest_os { GUEST_BARE, GUEST_LINUX_2_4, GUEST_WINDOWS_2000, GUEST_LINUX_6, GUEST_OS_COUNT };

/* What the guest's own paging device is: a part of its disk, or memory of its own, compressed. */
enum guest_swap_device { GUEST_SWAP_DISK, GUEST_SWAP_ZRAM };

/* How a boot goes is an input of the experiment. Times count from power-on. */
struct guest_boot {
    uint64_t early_ns;     /* loader and kernel start: `early_pages` are touched evenly over it, */
    uint32_t early_pages;  /* the kernel's own first; at least those */
    uint64_t zero_pages_s; /* Windows then zeroes all memory at this rate; 0: as fast as it can */
    uint64_t services_ns;  /* then services start and touch `services_pages`, evenly */
    uint32_t services_pages;
    uint64_t balloon_ns; /* the balloon driver starts; SIM_NEVER: the guest has none */
    uint64_t image;      /* the disk image: guests of one image have equal files and programs */
};

/* The most pages of a guest's memory, and of its paging device. */
#define GUEST_PAGES_MOST (UINT32_C(1) << 28) /* 1 TiB */

/* What is wrong with the balloon driver. */
struct guest_driver_fault {
    bool is_gone;  /* it is not loaded; the pages that it held are the guest's again */
    bool is_stuck; /* it asks for its target, and neither takes a page nor gives one back */
    uint32_t slow_permille; /* it moves pages in so many thousandths of the time; 0: in order */
    uint32_t lies_s; /* it also reports so many random pages a second, some of them beyond memory */
};

struct cost_table; /* models/cost/cost.h */

struct guest_config {
    enum guest_os os;
    uint32_t page_scale;   /* a page has so many of 4 KiB (machine.scale); 0: one. Rates count those
                              of   4 KiB */
    uint32_t memory_pages; /* PPNs 0 .. memory_pages - 1; at most GUEST_PAGES_MOST */
    uint32_t swap_pages;   /* the guest's own paging device, at most as many; 0: it has none */
    enum guest_swap_device swap_device;
    struct guest_boot boot;
    uint32_t background_pages;        /* the set of pages that the idle OS keeps touching */
    uint32_t balloon_pages_s;         /* the driver's highest rate, about 1,000 */
    uint32_t balloon_deflate_pages_s; /* the rate at which it gives back, about 500 */
    uint32_t balloon_most_pages;      /* the OS's own cap on the balloon; UINT32_MAX: none */
    bool balloon_deflates_on_oom;     /* rather than that a process is killed */
    bool reports_free_pages;          /* the hypervisor takes back what is free (reporting.h) */
    uint32_t swappiness;              /* 0 to 200: what taking a page of files costs, beside one of
                                         processes (lru.h) */
    uint32_t huge_share_bp;           /* of the memory of processes, in huge pages (huge.h) */
    bool ignores_refaults;            /* a page that comes back is new (workingset.h) */
    uint32_t cpu_mhz;                 /* clock of the machine (models/cost); 0: the default there */
    const struct cost_table *costs;   /* of the machine; NULL: the preset. Read while it is made */
    uint64_t seed;
    uint32_t replicate;
    const char *name; /* of the VM: names its random streams and stands in messages; copied */
};

/* At least 1. */
static inline uint32_t guest_page_scale(const struct guest_config *config)
{
    return config->page_scale > 0 ? config->page_scale : 1;
}

/* Of so many pages of 4 KiB, how many the guest's are: at least one. */
static inline uint32_t guest_scaled_pages(const struct guest_config *config, uint32_t pages)
{
    uint32_t scale = guest_page_scale(config);
    return pages >= scale ? pages / scale : 1;
}

/* One part of an OS's kernel memory (paper, Figure 2). It is taken at boot; use takes more
 * (kernel.h). */
struct guest_kernel_item {
    const char *name;
    uint32_t fixed_kb;     /* whatever the size of memory */
    double bytes_per_page; /* of configured memory */
    const char *source;
};

#endif
