/*
 * The inside of a guest, shared by the files of this folder only: one part for each file.
 *
 * Numbers instead of pointers: a page is its PPN; a *place* is where a page's data belongs, either
 * a block of the virtual disk's file area or a page of some process's memory; a process and a disk
 * request are indices of their arrays.
 */
#ifndef GUEST_INTERNAL_H
#define GUEST_INTERNAL_H

#include "models/cost/cost.h"
#include "models/guest/guest.h"
#include "sim/event.h"

#define NONE UINT32_MAX

struct guest;

/* ---- page.c: what each physical page is used for ----------------------------------------- */

enum page_list {
    PAGE_FRESH, /* never used since power-on; not linked */
    PAGE_FREE,
    PAGE_ZEROED, /* free, and known to hold zeroes (Windows) */
    PAGE_INACTIVE,
    PAGE_ACTIVE,
    PAGE_KERNEL, /* wired; those of the boot, the lowest PPNs, are not linked */
    PAGE_BALLOON,
    PAGE_DROPPED, /* lost its place while a device still reads or writes it; not linked */
    PAGE_LISTS,
};

/* Dirty pages lie in lists by the interval of the flush daemon in which they became dirty. */
#define DIRTY_LISTS 8

struct page { /* 12 bytes for each PPN */
    uint32_t prev, next;
    uint32_t owner : 27; /* the place, for pages on the inactive and active lists */
    uint32_t list : 3;   /* enum page_list */
    uint32_t dirty : 1;  /* newer than its block on the disk */
    uint32_t busy : 1;   /* a device reads or writes it */
};

/* Of a dirty page; an array of its own, so that pages that are never dirty need no memory here. */
struct dirty_link {
    uint32_t prev, next;
};

struct watermarks {
    uint32_t least, low, high; /* free pages: for nobody; reclaim begins; reclaim ends */
};

/* Returns NULL or zeroed memory, backed only where it is touched. */
void *guest_reserve(uint64_t bytes);
void guest_release(void *memory, uint64_t bytes);

void guest_page_init(struct guest *guest);
void guest_page_put(struct guest *guest, uint32_t ppn, enum page_list list);      /* at the head */
void guest_page_put_last(struct guest *guest, uint32_t ppn, enum page_list list); /* at the tail */
void guest_page_remove(struct guest *guest, uint32_t ppn);
uint32_t guest_page_last(const struct guest *guest, enum page_list list); /* NONE if empty */
uint32_t guest_page_free_count(const struct guest *guest);
/* A free page, the last freed first, pages never used last; NONE if there is none. `*zeroed`: does
 * it hold zeroes? They are preferred if `*zeroed` is set on entry. */
uint32_t guest_page_take(struct guest *guest, bool *zeroed);
/* The same, but none of those that are known to hold zeroes. */
uint32_t guest_page_take_unzeroed(struct guest *guest);
void guest_page_release(struct guest *guest, uint32_t ppn);
void guest_page_dirty(struct guest *guest, uint32_t ppn);
void guest_page_clean(struct guest *guest, uint32_t ppn);
/* NONE if that list is empty. */
uint32_t guest_page_oldest_dirty(const struct guest *guest, uint32_t dirty_list);
/* Time goes on to the next dirty list; what is still in it joins the oldest. */
void guest_page_next_dirty_list(struct guest *guest);

/* ---- Places ------------------------------------------------------------------------------ */

#define PLACE_FILES (UINT32_C(1) << 22) /* file blocks 1 .. PLACE_FILES - 1: 16 GB */
#define PLACE_COUNT (UINT32_C(1) << 27) /* the rest is the memory of processes */

/* What is at a place; 0 = not in memory, and for process memory nothing on the paging device. */
#define PLACE_PRESENT (UINT32_C(1) << 31)
#define PLACE_USED    (UINT32_C(1) << 30) /* referenced since reclaim looked last */
#define PLACE_READING (UINT32_C(1) << 29) /* the page is being filled by the disk */
#define PLACE_SWAPPED (UINT32_C(1) << 28) /* the low bits are a slot of the paging device */
#define PLACE_NUMBER  (PLACE_SWAPPED - 1) /* PPN or slot */

/* A place gets a page; the page goes to the head of the inactive list. */
void guest_place_fill(struct guest *guest, uint32_t place, uint32_t ppn, uint32_t flags);
/* A place loses its page, dirty or not. The page becomes free, at once or when its device is done.
 */
void guest_place_empty(struct guest *guest, uint32_t place);

/* ---- file.c: files and the blocks that they lie in --------------------------------------- */

/* A file lies in extents of 16, 32, 64, ... blocks, so a page's block is found without a search. */
#define FILE_FIRST_BLOCKS 16u
#define FILE_EXTENTS      16u
#define FILE_MOST         (UINT32_C(1) << 20)

struct file {
    uint64_t bytes;
    uint32_t extent[FILE_EXTENTS];   /* first block; 0 = none yet */
    uint32_t dirty_first, dirty_end; /* pages dirtied since the last sync lie in here */
    uint32_t read_next, read_window; /* read-ahead: the page after the last read; pages */
    bool written;                    /* contents are its own, no longer the image's */
};

uint32_t guest_file_place(const struct file *file, uint32_t page); /* 0 if it has no block there */
/* Gives the page a block; false if the disk is full. */
bool guest_file_grow(struct guest *guest, struct file *file, uint32_t page);
void guest_file_shrink(struct guest *guest, struct file *file, uint32_t pages);

/* ---- io.c: disk requests ----------------------------------------------------------------- */

#define IO_PAGES 32u /* 128 KiB: 2.4 blkdev.h, MAX_READAHEAD: 31 pages beside the one asked for */

enum io_kind { IO_FREE, IO_READ, IO_WRITE, IO_SWAP_IN, IO_SWAP_OUT };

struct queue { /* of processes, first in first out */
    uint32_t head, tail;
};

struct request {
    enum io_kind kind;
    uint32_t first; /* place of a file block, or slot */
    uint32_t count;
    uint32_t next_free;
    struct queue waiters;
    uint32_t ppn[IO_PAGES]; /* NONE: a gap in a cluster read from the paging device */
};

void guest_io_init(struct guest *guest);
/* A free request of this direction to fill in (kind, first); NONE if all are under way. */
uint32_t guest_io_begin(struct guest *guest, enum io_kind kind, uint32_t first);
/* Adds the next page. Its data are where the device will read them, or be put. */
void guest_io_add(struct guest *guest, uint32_t tag, uint32_t ppn, bool filled, uint64_t content);
void guest_io_submit(struct guest *guest, uint32_t tag); /* an empty request is given back */
bool guest_io_possible(const struct guest *guest, bool write);
uint32_t guest_io_of_page(const struct guest *guest, uint32_t ppn); /* of a busy page */

/* ---- swap.c: the guest's own paging device ----------------------------------------------- */

struct swap {
    uint32_t *owner;   /* of each slot: the place; 0 = free */
    uint64_t *content; /* of each slot, where contents matter */
    uint32_t next, used;
    uint32_t batch[IO_PAGES]; /* pages chosen for the next clustered write */
    uint32_t batch_count;
};

bool guest_swap_out(struct guest *guest, uint32_t ppn); /* into the batch; false: no room */
void guest_swap_submit(struct guest *guest);            /* writes the batch */
/* Begins to read a swapped place and its neighbours; the request's tag, or NONE. */
uint32_t guest_swap_in(struct guest *guest, uint32_t place);
void guest_swap_done(struct guest *guest, const struct request *request);
void guest_swap_free(struct guest *guest, uint32_t slot);

/* ---- process.c: the run queue ------------------------------------------------------------ */

enum process_state { PROCESS_NEW, PROCESS_READY, PROCESS_SLEEPING, PROCESS_WAITING, PROCESS_ENDED };

struct process {
    struct guest_program *program;
    uint32_t first_place, pages; /* its own memory */
    enum process_state state;
    uint32_t next; /* in a queue */
    uint64_t wake_ns;
    struct guest_op op;
    uint64_t done;   /* bytes, pages or nanoseconds of the operation */
    uint32_t cursor; /* of a sync: the page that it has come to */
    bool busy;       /* an operation is under way */
    bool charged;    /* its fixed cost is paid */
    bool waited;     /* for the page that it is at now */
};

#define PROCESS_MOST 4096u

uint32_t guest_process_new(struct guest *guest, struct guest_program *program, uint64_t start_ns);
void guest_process_start(struct guest *guest, uint32_t number, uint64_t at_ns);
void guest_queue_push(struct guest *guest, struct queue *queue, uint32_t number);
void guest_queue_wake(struct guest *guest, struct queue *queue); /* all of them become ready */
void guest_process_wait(struct guest *guest, struct process *process, struct queue *queue);
void guest_process_end(struct guest *guest, struct process *process);
void guest_process_wake_sleepers(struct guest *guest);
/* Runs ready processes until used_ns reaches `limit_ns`; false when none is ready. */
bool guest_process_run(struct guest *guest, uint64_t limit_ns);

/* ---- operate.c, cache.c, memory.c: what processes do ------------------------------------- */

enum step {
    STEP_MORE,    /* one page's work is done, there is more */
    STEP_DONE,    /* the operation is complete */
    STEP_BLOCKED, /* the process waits */
};

enum step guest_operate(struct guest *guest, struct process *process, uint64_t limit_ns);
enum step guest_memory_step(struct guest *guest, struct process *process, uint64_t limit_ns);
enum step guest_memory_free_step(struct guest *guest, struct process *process, uint64_t limit_ns);
void guest_memory_free(struct guest *guest, struct process *process); /* all of it */
bool guest_memory_zero_one(struct guest *guest); /* false if all free pages are zeroed */
enum step guest_memory_zero_step(struct guest *guest, struct process *process);
enum step guest_cache_read_step(struct guest *guest, struct process *process);
enum step guest_cache_write_step(struct guest *guest, struct process *process);
enum step guest_cache_sync_step(struct guest *guest, struct process *process);
void guest_cache_truncate(struct guest *guest, struct file *file, uint64_t bytes);

/* ---- reclaim.c --------------------------------------------------------------------------- */

/* A page to use; reclaims where free memory is short. NONE: wait, or give up. */
uint32_t guest_reclaim_page(struct guest *guest, bool *zeroed);
/* What a process does that got none: waits for memory; ends if none can ever come. */
enum step guest_reclaim_wait(struct guest *guest, struct process *process);

/* ---- flush.c ----------------------------------------------------------------------------- */

#define FLUSH_TICK_NS UINT64_C(5000000000) /* Linux 2.4 buffer.c, bdf_prm: interval 5 s */

/* Writes a dirty page that is not busy, and its dirty neighbours; false if no request is free. */
bool guest_flush_write(struct guest *guest, uint32_t ppn);
bool guest_flush_wanted(const struct guest *guest);
void guest_flush_work(struct guest *guest);
void guest_flush_tick(struct guest *guest);
bool guest_flush_throttles(const struct guest *guest); /* must writers wait? */

/* ---- balloon.c --------------------------------------------------------------------------- */

struct balloon {
    bool running;
    uint64_t start_ns; /* SIM_NEVER: no driver */
    uint64_t poll_ns, work_ns;
    uint32_t target_pages;
    uint32_t rate_pages_s; /* now; adapts */
    uint64_t failures;
};

void guest_balloon_init(struct guest *guest);
void guest_balloon_tick(struct guest *guest);
uint64_t guest_balloon_next_ns(const struct guest *guest);

/* ---- system.c: the operating system's own process ---------------------------------------- */

enum system_phase { SYSTEM_EARLY, SYSTEM_ZERO, SYSTEM_SERVICES, SYSTEM_IDLE };

struct os_system {
    struct guest_program program;
    struct guest *guest;
    enum system_phase phase;
    uint64_t phase_ns; /* when the phase began */
    uint64_t done;     /* pages of the phase, or of the round through the background set */
};

void guest_system_init(struct guest *guest);
void guest_system_booted(struct guest *guest); /* programs may start */

/* ---- linux.c, windows.c, bare.c ---------------------------------------------------------- */

struct os {
    const char *name;
    const struct guest_kernel_item *kernel;
    bool manages_memory; /* has an allocator, a cache, a system process */
    bool zeroes_memory;  /* zeroes free memory at boot and when idle */
    uint64_t quantum_ns;
    void (*watermarks)(uint32_t pages, struct watermarks *out);
    /* Disk requests that may be under way at a time, half of them reads. */
    uint32_t (*request_slots)(uint32_t pages);
    uint32_t cache_heads_per_page; /* cached pages that a page of kernel memory manages; 0: all */
    uint32_t flush_percent;        /* dirty share of usable memory above which pages are written */
    uint32_t throttle_percent;     /* and above which writers wait for that */
    uint32_t flush_age_ticks; /* pages are written when they are so old, in ticks of the daemon */
};

extern const struct os guest_os_bare, guest_os_linux, guest_os_windows;

/* ---- kernel.c ---------------------------------------------------------------------------- */

uint32_t guest_kernel_boot_pages(const struct os *os, uint32_t memory_pages);
void guest_kernel_adjust(struct guest *guest); /* after cache or balloon have changed */

/* ---- The whole --------------------------------------------------------------------------- */

struct guest {
    const struct os *os;
    struct guest_hw *hw;
    struct cost_cpu cost;
    struct guest_config config;
    char name[64];

    uint64_t now_ns;          /* start of the slice */
    uint64_t used_ns;         /* CPU time used in it */
    uint64_t halted_since_ns; /* SIM_NEVER: not halted */
    uint64_t power_on_ns, flush_tick_ns, sleep_ns;
    bool on, booted;

    struct page *page;        /* memory_pages records, then one head for each list */
    struct dirty_link *dirty; /* memory_pages links, then one head for each dirty list */
    uint32_t list_pages[PAGE_LISTS];
    uint32_t fresh;        /* the first PPN that was never used */
    uint32_t kernel_pages; /* of the boot */
    uint32_t dirty_pages, cache_pages, process_pages;
    uint32_t dirty_list; /* the one that is being filled */
    struct watermarks watermarks;
    bool reclaiming; /* free memory fell below low and is not yet back at high */

    uint32_t *place;
    uint32_t places; /* of process memory given out */
    struct file *file;
    uint32_t files;
    uint32_t blocks; /* of the file area given out */
    uint32_t free_extent[FILE_EXTENTS];

    struct request *request;
    uint32_t request_slots;
    uint32_t free_request, requests_of[2]; /* reads and writes under way */
    struct swap swap;

    struct process *process;
    uint32_t processes, current;
    uint64_t quantum_left_ns;
    struct queue ready, memory_waiters, request_waiters, throttled;

    struct balloon balloon;
    struct os_system system;
    struct guest_status count; /* running totals; the rest is filled in on demand */
};

static inline uint64_t guest_now(const struct guest *guest)
{
    return guest->now_ns + guest->used_ns;
}

static inline void guest_touch(struct guest *guest, uint32_t ppn, bool write, uint64_t content)
{
    guest->used_ns += guest_hw_touch(guest->hw, ppn, write, content);
}

#endif
