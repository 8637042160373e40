/*
 * A guest operating system on one virtual CPU: processes, files over a page cache, the OS's own
 * paging, and the balloon driver inside it (paper, section 3).
 *
 * A guest sees only its virtual hardware (struct guest_hw): "physical" pages that it touches, a
 * disk, a channel to the hypervisor for its balloon driver. It does not know which of its pages have
 * machine memory behind them. The host calls guest_run() with a budget of time; programs (struct
 * guest_program) give the processes their operations.
 *
 * A touch that the hypervisor cannot satisfy at once (a page that it has swapped out) stalls the
 * virtual CPU: the hardware notes the access, makes it good when the page is there, and sets
 * `stalled`; the guest finishes the step that it is in (at most one page's work) and returns from
 * guest_run(). The host calls it again when the stall is over.
 *
 * Units: pages of 4 KiB, nanoseconds. All sizes of arrays are fixed at guest_new(); nothing is
 * allocated per page or per operation.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"
#include "sim/random.h"

#define GUEST_PAGE_SIZE 4096u

/* Contents that a write gives a page; any other value is a content id as it stands. */
#define GUEST_CONTENT_ZERO    UINT64_C(0)
#define GUEST_CONTENT_PRIVATE UINT64_C(1) /* unlike any other page's: the host makes an id of it */
#define GUEST_CONTENT_KEPT    UINT64_C(2) /* what is there already: a write that changes nothing */

/* A content id out of any 64 bits: none of the words above. */
static inline uint64_t guest_content_plain(uint64_t bits)
{
    return bits > GUEST_CONTENT_KEPT ? bits : bits + GUEST_CONTENT_KEPT + 1;
}

/* ---- Virtual hardware, provided by the host ---------------------------------------------- */

enum guest_map { GUEST_MAP_READ = 1, GUEST_MAP_WRITE = 2 };

struct guest_io {
    bool write;
    uint64_t block; /* 4 KiB block of the virtual disk */
    uint32_t count; /* blocks, contiguous */
    uint32_t tag;   /* the guest's own, handed back by guest_io_done() */
};

struct guest_hw {
    void *context;
    /* One byte per PPN, kept by the host: which accesses go through without a fault. */
    const uint8_t *map;
    /* Does anybody look at contents? If not, writes that the map allows need not be reported. */
    bool contents_matter;
    bool stalled;      /* set by the host inside `access` */
    bool to_disk;      /* set by the guest: the access is that of a device that writes the page out */
    uint64_t touch_ns; /* CPU time of a touch that the map allows (models/cost) */

    /* An access that the map does not allow, or a write while contents matter. Returns the CPU time
     * that it took, over and above touch_ns. */
    uint64_t (*access)(void *context, uint32_t ppn, bool write, uint64_t content);
    /* The content id of a page that a device has just read from or written to: what a disk keeps. */
    uint64_t (*content)(void *context, uint32_t ppn);
    /* Starts disk I/O; ends in guest_io_done(), never before it has returned. The disk queues. */
    void (*disk)(void *context, const struct guest_io *io);
    /* A device that may not reach all memory reads or writes a page that the map allows. Returns the
     * CPU time that the hypervisor spent on it; the transfer itself costs none and ends at once. */
    uint64_t (*device_io)(void *context, uint32_t ppn);
    /* The balloon driver's private channel. */
    void (*balloon_driver)(void *context, bool present);
    uint32_t (*balloon_poll)(void *context); /* the target, in pages */
    void (*balloon_taken)(void *context, uint32_t ppn);
    void (*balloon_returned)(void *context, uint32_t ppn);
};

/* One access to a page. Returns its CPU time. The hot path of the whole simulator. */
static inline uint64_t guest_hw_touch(struct guest_hw *hw, uint32_t ppn, bool write,
                                      uint64_t content)
{
    uint8_t need = write ? GUEST_MAP_WRITE : GUEST_MAP_READ;
    if ((hw->map[ppn] & need) && !(write && hw->contents_matter))
        return hw->touch_ns;
    return hw->touch_ns + hw->access(hw->context, ppn, write, content);
}

/* ---- Programs that processes run --------------------------------------------------------- */

enum guest_op_kind {
    GUEST_OP_COMPUTE,    /* ns of CPU time */
    GUEST_OP_SLEEP,      /* until at_ns */
    GUEST_OP_MEMORY,     /* touch `pages` pages of the process's memory from page `first` on, with
                            `ns` of other work at each */
    GUEST_OP_MEMORY_FREE, /* give those pages back to the system; their next touch gets new ones */
    GUEST_OP_FILE_READ,  /* bytes at offset of file, through the page cache */
    GUEST_OP_FILE_WRITE, /* the same; extends the file where needed */
    GUEST_OP_FILE_SYNC,  /* wait until the file's dirty pages are on disk */
    GUEST_OP_FILE_TRUNCATE, /* to `bytes`; what lies behind is dropped, dirty or not */
    GUEST_OP_FILE_DELETE,   /* its pages leave the cache at once, dirty ones unwritten */
    GUEST_OP_META,       /* `count` operations on names and attributes (open, stat, rename, ...) */
    GUEST_OP_ZERO_FREE,  /* zero up to `pages` free pages: the boot of Windows */
    GUEST_OP_PHYSICAL,   /* write `content` to PPN `first`, or only read it: traces of whole guests */
    GUEST_OP_DEVICE_IO,  /* the same access, and I/O of one page at PPN `first` by a device */
    GUEST_OP_EXIT,
};

struct guest_op {
    enum guest_op_kind kind;
    bool write;
    uint32_t file;   /* from guest_files_new() */
    uint32_t first, pages, count;
    uint64_t offset, bytes;
    uint64_t ns, at_ns;
    uint64_t content; /* of pages written by MEMORY, PHYSICAL and DEVICE_IO; FILE_WRITE is always private */
};

struct guest_program {
    /* Called when the process's last operation is complete, at `now_ns`. Fills in the next; `op` comes
     * as GUEST_OP_EXIT with all else 0. An operation costs at least 1 ns. */
    void (*next)(struct guest_program *program, uint64_t now_ns, struct guest_op *op);
    uint32_t memory_pages; /* size of the process's own memory; touched pages are allocated lazily */
};

/* ---- The guest --------------------------------------------------------------------------- */

enum guest_os { GUEST_BARE, GUEST_LINUX_2_4, GUEST_WINDOWS_2000, GUEST_OS_COUNT };
const char *guest_os_name(enum guest_os os); /* "bare", "linux-2.4", "windows-2000" */

/* How a boot goes is an input of the experiment. Times count from power-on. */
struct guest_boot {
    uint64_t early_ns;       /* loader and kernel start: `early_pages` are touched evenly over it, */
    uint32_t early_pages;    /* the kernel's own first; no fewer than those */
    uint64_t zero_pages_s;   /* Windows: then all of memory is zeroed, so fast; 0 = as fast as it goes */
    uint64_t services_ns;    /* then services start and touch `services_pages`, evenly */
    uint32_t services_pages;
    uint64_t balloon_ns;     /* the balloon driver starts; SIM_NEVER = there is none */
    uint64_t image;          /* which disk image: contents of its files and programs */
};

struct guest_config {
    enum guest_os os;
    uint32_t memory_pages; /* PPNs 0 .. memory_pages - 1 */
    uint32_t swap_pages;   /* the guest's own paging device */
    struct guest_boot boot;
    uint32_t background_pages; /* set of pages that the idle OS keeps touching */
    uint32_t balloon_pages_s;  /* the driver's highest rate, about 1,000 */
    uint32_t balloon_most_pages; /* the OS's own cap on the balloon, or UINT32_MAX */
    uint32_t cpu_mhz;            /* clock of the machine (models/cost); 0 = its default */
    uint64_t seed;
    uint32_t replicate;
    const char *name; /* of the VM: names its random streams; copied */
};

/* What one file, and one process, may hold. */
#define GUEST_FILE_PAGES_MOST    1048560u            /* 4 GB: 16 extents that double, from 16 blocks on */
#define GUEST_PROCESS_PAGES_MOST (UINT32_C(1) << 26) /* 256 GB */

struct guest; /* opaque */

/* Allocates all that the guest will ever need. On failure NULL, `error` filled. */
struct guest *guest_new(const struct guest_config *config, struct guest_hw *hw,
                        struct sim_error *error);
void guest_free(struct guest *guest);

/* Adds a process that starts once the boot has ended, but not before `start_ns`. */
void guest_spawn(struct guest *guest, struct guest_program *program, uint64_t start_ns);
/* Makes `count` files with consecutive numbers; returns the first. Files start empty unless
 * `image_bytes` > 0: then each has that size, and contents equal in every VM of the image. */
uint32_t guest_files_new(struct guest *guest, uint32_t count, uint64_t image_bytes);

void guest_power_on(struct guest *guest, uint64_t now_ns);

struct guest_slice {
    uint64_t used_ns; /* CPU time used; may exceed the budget by one step */
    bool halted;      /* nothing to run until an I/O ends or wake_ns comes */
    uint64_t wake_ns; /* the guest's nearest timer (SIM_NEVER: none), halted or not */
};
/* Runs from `now_ns` for about `budget_ns`; does the timers that are due first. */
struct guest_slice guest_run(struct guest *guest, uint64_t now_ns, uint64_t budget_ns);
void guest_io_done(struct guest *guest, uint32_t tag, uint64_t now_ns);
/* Is a device reading or writing this page now? */
bool guest_page_pinned(const struct guest *guest, uint32_t ppn);

struct guest_status {
    bool booted, balloon_running;
    uint32_t free_pages, kernel_pages, cache_pages, dirty_pages, process_pages, balloon_pages;
    uint64_t ops; /* completed by programs */
    uint64_t file_read_bytes, file_written_bytes, cache_hits, cache_misses; /* misses in pages */
    uint64_t disk_reads, disk_writes, disk_read_pages, disk_written_pages;
    uint64_t swap_in_pages, swap_out_pages; /* the guest's own paging */
    uint64_t zeroed_pages; /* by the boot and the zero-page thread */
    uint64_t oom_kills;        /* processes that ended because no memory was left */
    uint64_t balloon_failures; /* allocations refused to the driver */
    uint64_t cpu_ns, idle_ns;
};
void guest_status(const struct guest *guest, struct guest_status *status);
/* Every list and count checked from scratch; NULL, or what is wrong. */
const char *guest_verify(const struct guest *guest);

/* The OS's kernel memory for a given size, itemised: rows until name is NULL (paper, Figure 2). */
struct guest_kernel_item { /* memory taken at boot; more comes with use (kernel.c) */
    const char *name;
    uint32_t fixed_kb;      /* whatever the size */
    double bytes_per_page;  /* of configured memory */
    const char *source;
};
const struct guest_kernel_item *guest_kernel_items(enum guest_os os);
uint32_t guest_kernel_pages(enum guest_os os, uint32_t memory_pages);

#endif
