/*
 * Programs: what the processes of a guest do, one operation after the other. A workload provides
 * the programs (workloads/); the guest carries the operations out.
 */
#ifndef GUEST_PROGRAM_H
#define GUEST_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

enum guest_op_kind {
    GUEST_OP_COMPUTE,     /* ns of CPU time */
    GUEST_OP_SLEEP,       /* until at_ns */
    GUEST_OP_MEMORY,      /* touch `pages` pages of the process's memory from page `first` on, with
                             `ns` of other work at each */
    GUEST_OP_COMMIT,      /* ask for `pages` more pages and never touch them: a promise */
    GUEST_OP_MEMORY_FREE, /* give those pages back to the system; their next touch gets new ones */
    GUEST_OP_FILE_READ,   /* `bytes` at `offset` of `file`, through the page cache */
    GUEST_OP_FILE_WRITE,  /* the same; extends the file where needed */
    GUEST_OP_FILE_SYNC,   /* wait until the file's dirty pages are on the disk */
    GUEST_OP_FILE_TRUNCATE, /* to `bytes`; pages beyond are dropped, dirty or not */
    GUEST_OP_FILE_DELETE,   /* its pages leave the cache at once, dirty ones unwritten */
    GUEST_OP_META,      /* `count` operations on names and attributes (open, stat, rename, ...) */
    GUEST_OP_RECLAIM,   /* free pages in the background, without an end: the OS's own kswapd */
    GUEST_OP_ZERO_FREE, /* zero up to `pages` free pages: the boot of Windows */
    GUEST_OP_PHYSICAL,  /* write `content` to PPN `first`, or only read that page: recordings of
                           whole machines */
    GUEST_OP_DEVICE_IO, /* the same access, and then I/O of that page by a device */
    GUEST_OP_EXIT,
};

struct guest_op {
    enum guest_op_kind kind;
    bool write;
    uint32_t file; /* from guest_files_new() */
    uint32_t first, pages, count;
    uint64_t offset, bytes;
    uint64_t ns, at_ns;
    uint64_t content; /* that MEMORY, PHYSICAL and DEVICE_IO write; FILE_WRITE is always private */
};

struct guest_program {
    /* Called when the last operation of the process is complete, at `now_ns`. Fills in the next
     * one; `op` comes as GUEST_OP_EXIT with all else 0. An operation costs 1 ns at least. */
    void (*next)(struct guest_program *program, uint64_t now_ns, struct guest_op *op);
    /* Called when the guest has killed the process, because no memory was left. NULL: nobody has to
     * know. */
    void (*killed)(struct guest_program *program, uint64_t now_ns);
    uint32_t memory_pages; /* the process's own memory; it gets a page at the first touch */
    const char *name;      /* in messages; may be NULL */
};

/* The most that one file and one process may hold. The OS's own process and one more of that size
 * have room beside each other. */
#define GUEST_FILE_PAGES_MOST    1048560u /* 4 GB: 16 extents that double, from 16 blocks on */
#define GUEST_PROCESS_PAGES_MOST (UINT32_C(62) << 20) /* 248 GB */

#endif
