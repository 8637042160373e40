/*
 * The memory policy of a hypervisor, as in C. A. Waldspurger, "Memory Resource Management in VMware
 * ESX Server" (OSDI 2002): allocation by shares with an idle memory tax (sections 5, 6),
 * working-set sampling (5.3), ballooning and paging (3), content-based sharing (4), admission
 * control (6.2), remapping of hot I/O pages (7).
 *
 * A freestanding library: no clock, no allocation, no input or output, no floating point, no
 * globals. The embedder (a hypervisor, a simulator, a test) passes the time into every call,
 * provides the memory, and does what the table of operations asks for.
 *
 * Who owns what. The library owns the truth about pages: what backs each "physical" page (PPN) of
 * each VM, what each machine page (MPN) is used for, which machine pages are free. The embedder
 * owns the bytes, the mappings that mirror the pmap (page tables, TLB), and the devices.
 *
 * Units: pages, nanoseconds, basis points. A page has 4 KiB, or page_scale times as much: then
 * tunables, parameters of members, rates, governors and decisions still count in pages of 4 KiB;
 * PPNs, MPNs, slots, sizes in struct mp_machine and mp_vm_config and all counters are of pages as
 * they are. A VM is named by a small number below
 * `max_vms`, chosen by the embedder and free again after mp_vm_off().
 *
 * Calls do not nest: an operation must not call back into the library.
 */
#ifndef MP_H
#define MP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MP_PAGE_SIZE       4096u
#define MP_MOST_PAGE_SCALE 4096u /* pages of 16 MiB */
#define MP_NO_PAGE         UINT32_MAX
#define MP_NEVER           UINT64_MAX
#define MP_NO_VM           UINT16_MAX

/* ---- Tunables (mp_tunables.def) ---------------------------------------------------------- */

struct mp_tunables {
#define MP_TUNABLE(name, unit, preset, least, most, source) uint32_t name;
#include "mp_tunables.def"
#undef MP_TUNABLE
};

struct mp_tunable_row {
    const char *name, *unit, *source;
    uint32_t preset, least, most;
    uint32_t offset; /* of the field in struct mp_tunables */
};

extern const struct mp_tunable_row mp_tunable_rows[];
extern const uint32_t mp_tunable_row_count;

void mp_tunables_preset(struct mp_tunables *tunables); /* esx-2002 */
/* NULL when all values are in range and fit together, else what is wrong, naming the field. */
const char *mp_tunables_check(const struct mp_tunables *tunables);

/* ---- Members ----------------------------------------------------------------------------- */

/* A tunable of one member's own. The values of a member's parameters are an array, in the order of
 * its rows. */
struct mp_parameter {
    const char *name, *unit, *source;
    uint32_t preset, least, most;
};

/* What a member counts itself, for the record. */
struct mp_counter {
    const char *name, *unit, *meaning;
};

#define MP_MOST_PARAMETERS 64u /* of one member */
#define MP_MOST_COUNTERS   16u /* the same */
#define MP_MOST_NAME_BYTES 40u /* of a member and of a parameter, with the end */
#define MP_MOST_ESTIMATORS 8u
#define MP_MOST_ARMING     4u /* of these, that arm pages: bits of a pmap record */

/* Who decides. NULL instead of the table, and any field left out: as ESX Server did. NULL for
 * values: the presets of the rows. Values are copied. */
struct mp_members {
    const struct mp_governor *governor; /* mp_governor.h */
    const uint32_t *governor_values;
    uint32_t estimator_count; /* that run beside each other; 0: that of ESX alone */
    uint32_t believed;        /* which of them the governor believes */
    const struct mp_estimator *estimators[MP_MOST_ESTIMATORS]; /* mp_estimator.h */
    const uint32_t *estimator_values[MP_MOST_ESTIMATORS];
    const struct mp_scanner *scanner; /* mp_scanner.h */
    const uint32_t *scanner_values;
};

/* ---- Shapes ------------------------------------------------------------------------------ */

struct mp_machine {
    uint32_t machine_pages;    /* all machine memory: MPNs 0 .. machine_pages - 1; below 2^31 */
    uint32_t low_pages;        /* MPNs below are low, where every device reaches them; may be more
                                  than there are; 0: none is low, and nothing can be remapped */
    uint32_t hypervisor_pages; /* of these, never given to VMs (the lowest MPNs) */
    uint32_t swap_pages;       /* slots of the hypervisor's swap device */
    uint32_t slot_bytes;       /* of machine memory that a slot in use takes: compressed swap */
    uint16_t max_vms;
    uint32_t page_scale; /* a page has so many pages of 4 KiB; 0: one */
    uint64_t zero_hash;  /* what the operation `hash` answers for a page of zeroes */
};

struct mp_vm_config {
    uint32_t max_pages; /* the configured "physical" size: PPNs 0 .. max_pages - 1 */
    uint32_t min_pages; /* guaranteed even under overcommitment; at most max_pages */
    uint32_t shares;    /* any; 0 holds the VM at its min */
    /* The most memory that it may have, from min_pages to max_pages: no target is above it. The
     * guest sees max_pages all the same. 0: max_pages. */
    uint32_t limit_pages;
    bool never_shares; /* the scanner and the pager pass its pages over */
    /* Where the tunable share_salting asks for it, only VMs of one salt share pages; 0: it has none
     * of its own. */
    uint32_t share_salt;
};

/* Free memory's state (6.3). It forces the means of reclamation; targets hold in every state. */
enum mp_state {
    MP_STATE_HIGH, /* enough */
    MP_STATE_SOFT, /* balloon; page only where ballooning is not possible */
    MP_STATE_HARD, /* page forcibly */
    MP_STATE_LOW,  /* and block every VM above its target */
};

/* What backs a PPN. */
enum mp_backing {
    MP_UNTOUCHED,  /* nothing: it reads as zeroes */
    MP_PRIVATE,    /* `where` is an MPN of its own */
    MP_SHARED,     /* `where` is an MPN mapped copy-on-write */
    MP_BALLOONED,  /* pinned by the balloon driver; no memory behind it */
    MP_SWAPPED,    /* `where` is a slot of the hypervisor's swap device */
    MP_PAGING_OUT, /* `where` is an MPN; a write of it is under way, the slot is kept aside */
    MP_PAGING_IN,  /* `where` is an MPN; a read into it is under way */
    MP_COMPRESSED, /* `where` is a place of the VM's compression cache */
};
#define MP_BACKINGS (MP_COMPRESSED + 1)

/* One pmap record: 8 bytes for each PPN. Read-only for the embedder. */
struct mp_pmap_entry {
    uint32_t where;
    uint8_t backing : 4; /* enum mp_backing */
    uint8_t armed : 4;   /* private to the library: watch.c */
    uint8_t flags;       /* private to the library */
    uint16_t
        device_ios; /* calls of mp_device_io() since it has memory, up to 2^16 - 1 (section 7) */
};

/* ---- What the library needs -------------------------------------------------------------- */

/* Streams of random numbers, one of each per VM, so that one mechanism disturbs no other. */
enum mp_stream {
    MP_STREAM_SCAN,
    MP_STREAM_SAMPLE, /* of the first estimator */
    MP_STREAM_VICTIM,
    MP_STREAM_REMAP,
    MP_STREAM_SAMPLE_2, /* of the other estimators */
    MP_STREAM_COUNT = MP_STREAM_SAMPLE_2 + MP_MOST_ESTIMATORS - 1
};

struct mp_page_io {
    uint16_t vm;
    uint32_t ppn;
    uint32_t mpn;
    uint32_t slot;
};

/* Why a target was computed anew (6.3). */
enum mp_reason {
    MP_REASON_PERIODIC,   /* every rebalance_ms, for new estimates */
    MP_REASON_PARAMETERS, /* shares, min, max or a tunable changed */
    MP_REASON_VM_ON,
    MP_REASON_VM_OFF,
    MP_REASON_THRESHOLD, /* free memory crossed a threshold */
};
const char *mp_reason_name(enum mp_reason reason);
const char *mp_state_name(enum mp_state state);

/* One VM's share in one computation of the targets, with its inputs. */
struct mp_decision {
    uint64_t at_ns;
    uint16_t vm;
    enum mp_reason reason;
    enum mp_state state;
    uint32_t active_pages; /* the estimate, capped at alloc_pages */
    uint32_t alloc_pages;
    uint32_t target_pages;
    uint32_t balloon_target_pages;
    uint32_t swap_target_pages; /* pages that should be swapped out */
    /* Thousandths of a share per MB of taxed allocation, at alloc_pages; MP_NO_PRICE where the
     * governor has none. */
    uint64_t price_milli;
};

#define MP_NO_PRICE UINT64_MAX

/* Something else that the governor read for a decision. The name ends in the unit. */
struct mp_input {
    const char *name;
    int64_t value;
};
#define MP_MOST_INPUTS 64u

/* The governor ordered something that cannot be: a bug of the governor, not of the library. */
struct mp_bad_order {
    uint64_t at_ns;
    const char *governor;
    uint16_t vm;      /* MP_NO_VM: an order for the whole host */
    const char *what; /* the field of the orders, "target_pages" */
    uint32_t ordered, least, most;
};

enum mp_event_kind {
    MP_EVENT_STATE,       /* vm is unused; a = old state, b = new state */
    MP_EVENT_BALLOON_POP, /* a = PPN that was touched while ballooned */
    MP_EVENT_FALSE_MATCH, /* a = PPN with equal hash and other contents */
    MP_EVENT_SWAP_FULL,   /* no slot was free; a = pages wanted */
    MP_EVENT_IO_FAILED,   /* a = PPN, b = 0 page-out, 1 page-in */
};

struct mp_event {
    uint64_t at_ns;
    uint16_t vm;
    enum mp_event_kind kind;
    uint32_t a, b;
};

/*
 * The operations. Each gets the embedder's context first. All must be there, except `hash` and
 * `same` without sharing, `compress` and `decompress` without compression, `cpu_idle`,
 * `shared_page`, `shared_copies`, `large_broken`, `decision`, `decision_input`, `event` and
 * `bad_order`.
 */
struct mp_ops {
    /* The 64-bit hashes of the contents of `count` machine pages (at most 16 at a time). */
    void (*hash)(void *context, const uint32_t *mpn, uint32_t count, uint64_t *hash);
    /* Are the contents of two machine pages equal, byte by byte? The pages behind which they are
     * have been mapped read-only before, so that no write comes between this and what follows. */
    bool (*same)(void *context, uint32_t mpn, uint32_t other_mpn);
    void (*copy)(void *context, uint32_t from_mpn, uint32_t to_mpn);
    void (*zero)(void *context, uint32_t mpn);

    /* Let accesses to a PPN go to an MPN, reads only if not writable. Replaces an older mapping. A
     * private page can be mapped read-only too (after a false match); a write then faults once. */
    void (*map)(void *context, uint16_t vm, uint32_t ppn, uint32_t mpn, bool writable);
    /* The PPN loses its MPN: the next access must fault. Called before the MPN is used again. */
    void (*unmap)(void *context, uint16_t vm, uint32_t ppn, uint32_t mpn);
    /* Forget the cached mapping, so that the next access faults once; the MPN stays (5.3). */
    void (*drop)(void *context, uint16_t vm, uint32_t ppn);

    /* Begin writing pages to swap, slots in ascending order. Answers how many it accepted, from the
     * first on; each ends in one mp_page_out_done(), never before the operation has returned. */
    uint32_t (*page_out)(void *context, const struct mp_page_io *pages, uint32_t count);
    /* Begin reading one page from swap; false if the device takes no more now, in which case the
     * fault is answered with MP_FAULT_WAIT and begun again by mp_tick(). */
    bool (*page_in)(void *context, const struct mp_page_io *page);

    /* Compress what an MPN holds, which cannot be written now, into a place of the VM's compression
     * cache. False: it does not shrink to half of a page, and nothing is in the place. */
    bool (*compress)(void *context, uint16_t vm, uint32_t mpn, uint32_t place);
    /* The reverse; the place may then be used again. For a fault on the page, or because the page
     * leaves the cache to be written to swap. */
    void (*decompress)(void *context, uint16_t vm, uint32_t place, uint32_t mpn, bool is_fault);

    /* The balloon driver of this VM should hold so many pages; it learns of it at its next poll. */
    void (*balloon_target)(void *context, uint16_t vm, uint32_t pages);
    void (*block)(void *context, uint16_t vm, bool blocked); /* stop or continue its virtual CPUs */
    /* A fault that was answered with MP_FAULT_WAIT can be raised again; MP_NO_PAGE: all faults of
     * the VM that wait (more of them wait for memory than the library remembers one by one). */
    void (*retry)(void *context, uint16_t vm, uint32_t ppn);
    /* Must this page stay where it is now (a device is reading or writing it)? */
    bool (*pinned)(void *context, uint16_t vm, uint32_t ppn);

    /* Has a CPU nothing to do at this moment? Asked where scanning is for idle cycles only (4.2);
     * NULL: always. */
    bool (*cpu_idle)(void *context);

    uint32_t (*random_below)(void *context, uint16_t vm, enum mp_stream stream, uint32_t n);

    /* For an embedder that counts who shares with whom, as mp_sharing_split() does by a walk; NULL:
     * nobody does. A page of this VM is on a shared MPN from now on, or no more. `has_copies`: the
     * MPN has two references or more, with this one. */
    void (*shared_page)(void *context, uint16_t vm, uint32_t mpn, bool is_on, bool has_copies);
    /* A shared MPN has a second reference from now on, or no more. Told before the page that brings
     * it, and after the page that took it away: one page is on the MPN, or none (page I/O, and VMs
     * that are off, keep references too). */
    void (*shared_copies)(void *context, uint32_t mpn, bool has_copies);

    /* 2 MiB of the VM from this PPN on, which were mapped as one large page, are small pages from
     * now on. Their mappings stay. NULL: nobody wants to know. */
    void (*large_broken)(void *context, uint16_t vm, uint32_t ppn);

    void (*decision)(void *context, const struct mp_decision *decision);
    /* What the governor read for the decision about this VM that was told last. */
    void (*decision_input)(void *context, uint64_t at_ns, uint16_t vm,
                           const struct mp_input *inputs, uint32_t count);
    /* If it returns, the library goes on with the nearest order that can be. Without it, a wrong
     * order is a panic. */
    void (*bad_order)(void *context, const struct mp_bad_order *order);
    void (*event)(void *context, const struct mp_event *event);
    void (*panic)(void *context, const char *what); /* a bug in the library; must not return */
};

/* Does as little as is safe: no two pages are equal, no device takes a page, random numbers are 0,
 * a panic traps. An embedder copies it and puts in the operations that it needs. */
extern const struct mp_ops mp_ops_inert;

/* ---- The machine ------------------------------------------------------------------------- */

struct mp; /* lives in the embedder's buffer */

/* Admission control (6.2) has room, or not. */
enum mp_refusal { MP_ADMITTED, MP_NO_MEMORY, MP_NO_SWAP };

/* Bytes of the buffer for mp_init(): about 20 per machine page with sharing, under 1 without. */
size_t mp_footprint(const struct mp_machine *machine, const struct mp_tunables *tunables,
                    const struct mp_members *members);
/* `buffer` is zeroed memory, aligned to 64, of mp_footprint() bytes. share_enabled, page_colours
 * and the members are fixed here. */
struct mp *mp_init(void *buffer, const struct mp_machine *machine,
                   const struct mp_tunables *tunables, const struct mp_members *members,
                   const struct mp_ops *ops, void *context, uint64_t now_ns);
void mp_fini(struct mp *mp); /* ends the members; the buffer is the embedder's again */
/* New values (checked by mp_tunables_check() before); targets are computed anew. Admission is
 * checked again for more overhead: where it does not fit, nothing changes. */
enum mp_refusal mp_retune(struct mp *mp, const struct mp_tunables *tunables, uint64_t now_ns);

/* Machine memory that is lost from now on, in all, such as a bank that is retired. Its pages go as
 * they become free, before any VM gets them; what they held moves to others, and nothing is lost of
 * it. Answers how many go: no more than are not promised to VMs that are on. 0: all are back. */
uint32_t mp_lose_memory(struct mp *mp, uint32_t pages, uint64_t now_ns);

/* Does all that is due: ends sampling periods, scans, rebalances, pages out. The embedder reports
 * each VM's time (mp_vm_time) first. */
void mp_tick(struct mp *mp, uint64_t now_ns);
/* The latest time for the next mp_tick(); may move nearer by any other call. A fault that takes the
 * last pages leaves the paging to a tick at that same time. */
uint64_t mp_next_deadline(const struct mp *mp);

/* Proves from scratch that pages are conserved, reference counts equal mappings, hints point at
 * what they say, sums equal their parts, min is respected by targets, no page is ballooned and
 * mapped. NULL, or what is wrong. Costs a walk over all pages. */
const char *mp_verify(const struct mp *mp);

/* ---- VMs --------------------------------------------------------------------------------- */

/* Admission control (6.2): what a power-on needs and what there is. */
struct mp_admission {
    enum mp_refusal refusal;
    uint32_t memory_needed_pages; /* min + overhead */
    uint32_t memory_left_pages;   /* not yet reserved */
    uint32_t swap_needed_pages;   /* max - min */
    uint32_t swap_left_pages;
};
void mp_admit(const struct mp *mp, const struct mp_vm_config *config, struct mp_admission *answer);
/* The most overhead that a VM of this size has: what admission reserves for it beside its min. Both
 * are in pages of 4 KiB. */
uint32_t mp_overhead_full_pages(const struct mp_tunables *tunables, uint32_t max_pages);

size_t mp_vm_footprint(const struct mp *mp, const struct mp_vm_config *config);
/* Places of the compression cache of a VM that is powered on now: 0 .. this - 1. 0: it has none. */
uint32_t mp_compress_places(const struct mp *mp, uint32_t max_pages);
/* Powers a VM on, or refuses. `buffer` as for mp_init(), of mp_vm_footprint() bytes; the library
 * keeps it until mp_vm_off(), unless it refuses. */
enum mp_refusal mp_vm_on(struct mp *mp, uint16_t vm, const struct mp_vm_config *config,
                         void *buffer, uint64_t now_ns, struct mp_admission *answer);
/* All its pages become free; page I/O of it that is under way ends without a trace, but the
 * embedder must still report it. Returns the buffer. */
void *mp_vm_off(struct mp *mp, uint16_t vm, uint64_t now_ns);
/* New shares and min (max is fixed for the guest). Admission is checked again for a larger min. */
enum mp_refusal mp_vm_configure(struct mp *mp, uint16_t vm, uint32_t shares, uint32_t min_pages,
                                uint64_t now_ns);

/* The VM's own time so far: runs while it is on and not blocked or waiting for the hypervisor; a
 * halted (idle) virtual CPU counts. */
void mp_vm_time(struct mp *mp, uint16_t vm, uint64_t vm_ns);
/* How long the VM has stood still for the hypervisor so far: it waited for a page, or was blocked.
 */
void mp_vm_stalled(struct mp *mp, uint16_t vm, uint64_t stalled_ns);

/* What the guest says of its own memory. The hypervisor cannot check it. */
struct mp_guest_report {
    uint32_t free_pages;      /* that nothing uses */
    uint32_t available_pages; /* that programs could get without paging: free, and clean cache */
    uint32_t cache_pages;     /* of files */
    uint32_t committed_pages; /* that programs were promised, in memory, paged out or untouched */
    uint32_t swapped_pages;   /* that the guest itself has paged out */
};
/* The guest reports, at any time and as often as it likes. The last report counts. */
void mp_guest_report(struct mp *mp, uint16_t vm, const struct mp_guest_report *report,
                     uint64_t now_ns);

/* For experiments: how many different pages the VM touched in the last complete sampling period, or
 * in the present one if that is more. No hypervisor knows; an embedder that simulates does. */
void mp_vm_truth(struct mp *mp, uint16_t vm, uint32_t touched_pages);

/* When each page was accessed last: what accessed bits in page tables tell, for any number of
 * readers. The library owns it, and the embedder notes every access that is made. */
struct mp_accessed {
    uint32_t *stamps; /* by PPN; 0: never */
    uint32_t now;     /* rises with every call of mp_vm_accessed() */
    uint32_t since;   /* for an estimator that counts: of which stamp on, */
    uint32_t pages;   /* and how many pages have been accessed since */
};
/* NULL: no estimator looks, and nothing need be noted. Valid as long as the VM is on. */
struct mp_accessed *mp_accessed(struct mp *mp, uint16_t vm);
static inline void mp_accessed_note(struct mp_accessed *accessed, uint32_t ppn)
{
    accessed->pages += accessed->stamps[ppn] < accessed->since;
    accessed->stamps[ppn] = accessed->now;
}
/* Pages have been noted since the last call: to be called when the VM stops running, and before
 * mp_tick(). What was noted between two calls counts as one moment. */
void mp_vm_accessed(struct mp *mp, uint16_t vm, uint64_t now_ns);

/* What is known of the VM's use of its memory, estimates and report, stays as it is until it is let
 * go or powered off: for an embedder whose statistics are late. */
void mp_vm_hold(struct mp *mp, uint16_t vm, bool is_held);

/* ---- Pages ------------------------------------------------------------------------------- */

enum mp_fault_result {
    MP_FAULT_DONE, /* mapped: the access can be made again */
    MP_FAULT_WAIT, /* the operation `retry` will tell when to raise it again */
};
struct mp_fault_work { /* what a fault did, so that the embedder can charge its cost */
    bool zeroed, copied, sampled, paged_in, popped, decompressed;
};
/* An access that the mapping did not allow: not mapped, or a write to a page mapped read-only.
 * `work` may be NULL. */
enum mp_fault_result mp_fault(struct mp *mp, uint16_t vm, uint32_t ppn, bool write, uint64_t now_ns,
                              struct mp_fault_work *work);

/* A device that reaches only low memory is to read or write this page (7), which is mapped: the
 * embedder has made the access that raises the fault before. Called when no device uses the page
 * yet; on return its MPN may be another. */
struct mp_device_work { /* what the embedder does (a copy) or what was done, to charge its cost */
    bool copied;   /* the page is, or was, high: this I/O goes through a buffer in low memory */
    bool remapped; /* the page was copied too often: it is low from now on */
    bool returned; /* for that, another page was moved from low to high memory */
};
void mp_device_io(struct mp *mp, uint16_t vm, uint32_t ppn, uint64_t now_ns,
                  struct mp_device_work *work);

/* The balloon driver came up (its balloon empty), or went away (its pages are given back). */
void mp_balloon_driver(struct mp *mp, uint16_t vm, bool present, uint64_t now_ns);
/* The driver asks how many pages it should hold, once a second (3.2). Answers by what the VM has
 * now; the last decision said what it should have. */
uint32_t mp_balloon_poll(struct mp *mp, uint16_t vm, uint64_t now_ns);
/* The driver has taken a page from its guest. False: the hypervisor does not want it, and the
 * driver had better give it back to the guest. The VM has no such page, or it is ballooned already,
 * or with it balloon and paging would take the VM below its min: pages may have been paged out
 * since the driver asked for its target. */
bool mp_balloon_taken(struct mp *mp, uint16_t vm, uint32_t ppn, uint64_t now_ns);
/* The driver gives a page back: it has nothing behind it. */
void mp_balloon_returned(struct mp *mp, uint16_t vm, uint32_t ppn, uint64_t now_ns);
/* The guest does not need what the page holds (free page reporting): it becomes untouched. A page
 * of the balloon stays there. */
void mp_page_unneeded(struct mp *mp, uint16_t vm, uint32_t ppn, uint64_t now_ns);

/* The end of page I/O that an operation began; `page` as it was given there. */
void mp_page_out_done(struct mp *mp, const struct mp_page_io *page, bool ok, uint64_t now_ns);
void mp_page_in_done(struct mp *mp, const struct mp_page_io *page, bool ok, uint64_t now_ns);

/* Try now to share one page, as the scanner would (4.2). True if it is shared afterwards. */
bool mp_share_page(struct mp *mp, uint16_t vm, uint32_t ppn, uint64_t now_ns);
/* The same for `count` pages from `ppn` on, in order; faster, as they are hashed in batches. */
void mp_share_range(struct mp *mp, uint16_t vm, uint32_t ppn, uint32_t count, uint64_t now_ns);

/* ---- Reading ----------------------------------------------------------------------------- */

const struct mp_pmap_entry *mp_pmap(const struct mp *mp, uint16_t vm); /* max_pages records */
uint32_t mp_share_references(const struct mp *mp, uint32_t mpn);       /* 0 if not a shared page */
/* Is it a shared page of zeroes? Each salt has one, and scanners that limit the users of a page
 * more. */
bool mp_is_zero_mpn(const struct mp *mp, uint32_t mpn);
bool mp_page_hinted(const struct mp *mp, uint16_t vm, uint32_t ppn); /* does a hint point at it? */
/* Does the library wait for the page's next touch? Such a page has no mapping. */
bool mp_page_awaited(const struct mp *mp, uint16_t vm, uint32_t ppn);

struct mp_vm_status {
    bool on, balloon_driver, blocked;
    struct mp_vm_config config;
    /* configured = alloc + ballooned + compressed + swapped + untouched, always */
    uint32_t alloc_pages; /* mapped or pinned, shared pages in full */
    uint32_t ballooned_pages, compressed_pages, swapped_pages, untouched_pages;
    /* Machine pages of its compression cache. With alloc_pages they count against its target. */
    uint32_t compressed_memory_pages;
    uint32_t cow_pages; /* mapped copy-on-write */
    uint32_t target_pages, balloon_target_pages, swap_target_pages;
    /* What the estimator says that is believed, not capped. */
    uint32_t active_pages, active_slow_pages, active_fast_pages;
    uint32_t overhead_pages;
    uint64_t pages_scanned, cow_breaks, swap_in_pages, swap_out_pages;
    uint32_t large_pages;  /* of alloc_pages: in large pages */
    uint64_t large_breaks; /* large pages that were broken into small ones */
    uint64_t compress_in_pages, compress_out_pages; /* faults on compressed pages; compressed */
    uint64_t sampled_touches;                       /* of pages that an estimator had armed */
    uint64_t shared_before_swap_pages; /* victims that sharing saved from being written */
    uint64_t balloon_pops;
    uint64_t balloon_refused_pages; /* reports of the driver that did not fit */
    uint64_t io_copies, io_remaps;  /* device I/O through a buffer; pages moved to low memory */
    uint64_t io_returns;            /* pages of this VM moved up to make room for them */
    uint64_t stalled_ns;            /* as reported by mp_vm_stalled() */
    /* Touches of pages that the library had taken: swap_in_pages, compress_in_pages, and those that
     * were touched while they were still being written, which were kept. */
    uint64_t refault_pages;
    bool has_report; /* of the guest, from `report_ns` */
    uint64_t report_ns;
    struct mp_guest_report report;
};
void mp_vm_status(const struct mp *mp, uint16_t vm, struct mp_vm_status *status);

struct mp_status {
    enum mp_state state;
    /* In use: distinct MPNs behind PPNs, and those still being written for VMs that are off. The
     * three, what is lost, what swap and compressed pages take and the hypervisor's own are the
     * machine: overhead for which there is no memory yet is not counted. It takes the next pages
     * that become free, before any VM does. */
    uint32_t free_pages, overhead_pages, in_use_pages;
    uint32_t lost_pages;        /* that are gone; of the three they are none */
    uint32_t swap_memory_pages; /* that pages in the swap device take; nor are these of the three */
    uint32_t compressed_memory_pages; /* that compression caches take; nor are these */
    uint32_t free_low_pages;          /* free MPNs in low memory */
    /* What the targets shared out last: all but hypervisor, overhead and a reserve, plus what is
     * saved. The reserve is free_high_bp, and two margins more while the state is not high, so that
     * free memory ends above the high threshold by enough for the state to rise. */
    uint32_t target_total_pages;
    /* Sharing. A page whose other copies are gone stays copy-on-write, but is not counted here. */
    uint32_t shared_pages;     /* PPNs on MPNs with two references or more */
    uint32_t shared_mpns;      /* those MPNs */
    uint32_t saved_pages;      /* shared_pages - shared_mpns */
    uint32_t zero_saved_pages; /* saved through pages of zeroes: one for each salt */
    uint32_t hint_frames;
    uint64_t hints_found, hints_stale, false_matches, pages_scanned, cow_breaks;
    uint64_t metadata_bytes; /* of sharing: frames, buckets, overflow table */
    /* Pages allocated with page_colours above 1, and how many of them got their own colour. */
    uint64_t colour_requests, colour_matches;
};
void mp_status(const struct mp *mp, struct mp_status *status);

/* How the savings of one VM come about: pages that it shares (with anyone), and what would be saved
 * by its sharing with itself alone. Walks its pmap; `seen` is zeroed scratch of machine_pages bits
 * (rounded up to bytes), zeroed again on return. */
struct mp_sharing_split {
    uint32_t shared_pages;
    uint32_t self_saved_pages;
    uint32_t zero_pages; /* PPNs on a shared page of zeroes */
};
void mp_sharing_split(const struct mp *mp, uint16_t vm, uint8_t *seen,
                      struct mp_sharing_split *split);

/* The targets alone (5.1, 5.2, 6): pure, for planners and tests. Shares out `total_pages` among
 * `count` VMs by the equal price within min and max, solved exactly and rounded down; leftover
 * pages go one at a time to the highest price, ties to the lowest index. So no VM is more than one
 * page away from the equal price. Where the mins exceed the total, each gets its min. */
struct mp_claim {
    uint32_t shares, min_pages, max_pages;
    uint32_t active_pages; /* capped by the caller at the present allocation */
    uint32_t target_pages; /* result */
};
void mp_share_out(struct mp_claim *claims, uint32_t count, uint64_t total_pages,
                  uint32_t idle_tax_bp);

#endif
