/*
 * The inside of the policy library: the records of the machine and of each VM, and what its files
 * ask of each other. Nothing here is for embedders.
 *
 * Every change of what backs a PPN goes through mp_page_set(), which keeps all counts and sets.
 * MPNs and swap slots come from mp_mpn_take() and mp_slot_take() and go back by the matching put.
 * What a change makes due (a state, new targets, paging) is noted in `due` and done by mp_settle()
 * at the end of each public call, never in the middle of one.
 */
#ifndef MP_INTERNAL_H
#define MP_INTERNAL_H

#include "mp_estimator.h"
#include "mp_governor.h"
#include "mp_pageset.h"

#define MP_MAX_CLUSTER_PAGES      256u      /* mp_tunables.def: most swap_cluster_pages */
#define MP_MAX_OUTSTANDING_PAGES  65536u    /* mp_tunables.def: most swap_outstanding_pages */
#define MP_MAX_SCAN_VM_PAGES_S    1000000u  /* mp_tunables.def: most share_scan_vm_pages_s */
#define MP_MAX_SCAN_TOTAL_PAGES_S 10000000u /* mp_tunables.def: most share_scan_total_pages_s */
#define MP_ALIGNMENT              64u       /* mp.h: of the buffers */
#define MP_STALLED_PAGES          16u /* our choice: faults of one VM that wait for memory, by PPN */
#define MP_HASH_PAGES             16u   /* mp.h: pages in one call of the operation `hash` */
#define MP_COLOUR_LOOKS           4096u /* our choice: places looked at for one page of a colour */
#define MP_VICTIM_DRAWS           32u   /* our choice: draws for one victim before giving up */
#define MP_RETURN_DRAWS           8u    /* our choice: low pages looked at for the coldest */
#define MP_PMAP_BLOCK             512u  /* records of 8 bytes: a page of memory */
#define MP_MS_NS                  UINT64_C(1000000)
#define MP_SCAN_MS                100u               /* our choice: the scanner's step */
#define MP_BALLOON_STUCK_NS       (10000 * MP_MS_NS) /* our choice: ten polls without a page */
#define MP_POLL_NS                (10 * MP_MS_NS) /* our choice: until a busy device is asked again */

/* Flags of a pmap record. */
enum {
    MP_PAGE_INELIGIBLE = 1, /* a false match; until it gets another MPN (4.3) */
    MP_PAGE_WANTED = 2,     /* touched while it was being paged out: stays */
    MP_PAGE_DROPPED = 4,    /* lost its mapping to the choice of victims, not touched since */
    MP_PAGE_LARGE = 8,      /* part of a large page */
    MP_PAGE_AGE_ONE = 16,   /* the high half counts periods in which it was not touched */
};

/* Values of the tunable swap_victim. */
enum { MP_VICTIM_RANDOM, MP_VICTIM_LRU, MP_VICTIM_CLOCK };

/* Values of the tunable share_salting. */
enum { MP_SALT_NONE, MP_SALT_GIVEN, MP_SALT_EACH };

/* What the end of the present call, or the next tick, has to do. */
enum {
    MP_DUE_STATE = 1,     /* free memory left the bounds of its state */
    MP_DUE_REBALANCE = 2, /* targets */
    MP_DUE_BLOCK = 4,     /* who is blocked */
    MP_DUE_PAGER = 8,     /* page-outs */
    MP_DUE_RESUME = 16,   /* faults that wait for memory or for the swap device */
};

/* From MP_FRAME_SHARED on it is shared. */
enum { MP_FRAME_FREE, MP_FRAME_HINT, MP_FRAME_SHARED, MP_FRAME_ZERO /* shared, of zeroes */ };

/* One machine page in the table of contents (4.3), 16 bytes, found by its MPN. */
struct mp_frame {
    uint32_t link;       /* next MPN of the chain; at its end, machine_pages + bucket */
    uint16_t count;      /* shared: references modulo 2^16; hint: the VM */
    uint8_t kind;        /* MP_FRAME_... */
    uint8_t is_overflow; /* references / 2^16 are in the overflow table */
    uint64_t key;        /* shared: the hash; hint: the hash's high half, then the PPN */
};

struct mp_overflow {
    uint32_t mpn;
    uint32_t count; /* references / 2^16, at least 1 */
};

/* How many items are somewhere out of sight, with a fingerprint of which, for mp_verify(). */
struct mp_tally {
    uint64_t sum;
    uint32_t count;
};

/* Low or high memory (7): a range of MPNs. Its free pages are in the set `free_mpns`. */
enum { MP_LOW, MP_HIGH, MP_POOLS };
struct mp_pool {
    uint32_t first, end; /* MPNs first .. end - 1 */
    uint32_t free_pages;
    uint32_t lowest_free;  /* none of the pool is free below */
    uint32_t used_end;     /* from here on none was ever used */
    uint32_t *colour_from; /* for each colour: none of it is free below */
};

/* A place of a compression cache (compress.c). A free one has only `newer`: the next free one. */
struct mp_cached {
    uint32_t ppn;
    uint32_t older, newer; /* places; MP_NO_PAGE at the ends */
};

/* An estimator of the machine. */
struct mp_running {
    const struct mp_estimator *estimator;
    uint32_t *values;
    uint64_t due_ns; /* when its tick is due in one of the VMs */
    uint32_t bit;    /* in mp_pmap_entry.armed; 0: it arms nothing */
};

struct mp_vm {
    struct mp_vm_config config;
    uint16_t number;
    bool on, driver, blocked;
    void *buffer;
    struct mp_pmap_entry *pmap;
    uint64_t *used; /* a bit for each MP_PMAP_BLOCK of records: one of them was written */
    uint32_t pages[MP_BACKINGS];  /* PPNs by backing */
    struct mp_pageset evictable;  /* private or shared */
    struct mp_pageset candidates; /* private and eligible; empty without sharing */
    struct mp_pageset low;        /* private and low; empty where all memory is alike */
    uint32_t zero_pages;          /* of pages[MP_SHARED]: of zeroes */
    uint64_t salt;                /* mixed into the hashes of its pages */
    uint32_t leaving_pages;       /* being paged out and not wanted back */
    uint16_t *private_in_run;     /* for each run of 2 MiB: how many of its pages are private */
    uint32_t runs, large_runs;    /* runs: 0 without large pages */
    uint64_t large_breaks;
    struct mp_cached *cached;
    uint32_t cache_places, fresh_place; /* from fresh_place on none was ever used */
    uint32_t oldest_place, newest_place, free_place;
    uint32_t compressed_memory_pages;
    uint32_t hand, oldest_age; /* of the choice of victims; no resident page is older */

    uint32_t touched_peak_pages, overhead_pages, overhead_rest;

    uint32_t target_pages, balloon_target_pages;
    uint64_t balloon_moved_ns; /* the balloon took a page last, or fell short of its target */
    /* The governor ordered these two, and the target is what they leave (mp_governor.h). */
    bool is_direct;
    uint32_t balloon_order_pages, swap_order_pages;
    uint64_t on_ns;

    uint64_t own_ns; /* the VM's own time */
    void *estimator_states[MP_MOST_ESTIMATORS];
    uint64_t armed_pages[MP_MOST_ESTIMATORS], armed_faults[MP_MOST_ESTIMATORS]; /* so far */
    struct mp_accessed accessed; /* no stamps: no estimator looks */
    uint32_t truth_pages;        /* as an embedder knows that simulates */

    void *scanner_state;
    uint64_t scan_credit; /* pages / 1000 that the scanner may look at */

    uint32_t stalled[MP_STALLED_PAGES]; /* PPNs, the oldest first */
    uint32_t stalled_pages;
    bool stalled_more; /* than the list holds */

    uint64_t pages_scanned, cow_breaks, swap_in_pages, swap_out_pages, sampled_touches;
    uint64_t compress_in_pages, compress_out_pages;
    uint64_t shared_before_swap_pages, balloon_pops, balloon_refused_pages;
    uint64_t io_copies, io_remaps, io_returns;
    uint64_t stalled_ns;
    uint64_t caught_pages; /* touched while they were being paged out */

    bool has_report;
    uint64_t report_ns;
    struct mp_guest_report report;

    bool is_held; /* what is known of its use stays as it is */
    struct mp_estimate held_estimates[MP_MOST_ESTIMATORS];
};

struct mp {
    struct mp_machine machine;
    struct mp_tunables tunables;
    struct mp_ops ops;
    void *context;
    struct mp_vm *vms;
    uint32_t vm_limit; /* one above the highest VM that is on */
    uint32_t vms_on;
    uint64_t now_ns;
    uint32_t due; /* MP_DUE_... */

    /* Sets of VMs that have something to do, so that nobody asks all of them. */
    struct mp_pageset above;         /* with more memory than their target */
    struct mp_pageset wanting_whole; /* of these, to page out a whole cluster or more (pager.c); */
    struct mp_pageset wanting_part;  /* and to page out less than that */
    uint64_t wanted_until_ns;        /* until then these two are right */
    struct mp_pageset blocked;       /* with `blocked` set */
    struct mp_pageset stalled;       /* with faults in their list */

    /* Overhead, what is lost, what swap and compressed pages take is taken from its count only. */
    struct mp_pageset free_mpns;
    struct mp_pool pools[MP_POOLS];
    /* Slots that were given back. Those from `fresh_slot` on have never been used: a swap device of
     * terabytes costs nothing before it is. */
    struct mp_pageset free_slots;
    uint32_t fresh_slot;
    uint32_t next_slot;
    uint32_t overhead_pages;
    uint32_t lost_pages; /* machine pages that have gone, or go as soon as they are free */
    uint32_t compressed_memory_pages; /* of the compression caches of all VMs */
    uint32_t large_runs;              /* of all VMs */
    uint32_t large_order;             /* the governor allows them, or does not; MP_UNCHANGED */

    enum mp_state state;
    uint32_t fall_below_pages, rise_above_pages; /* free memory's bounds in this state */
    struct mp_running estimators[MP_MOST_ESTIMATORS];
    uint32_t estimator_count, believed;
    const struct mp_governor *governor;
    void *governor_state;
    uint32_t *governor_values;
    struct mp_vm_view *views;                     /* scratch of mp_rebalance() */
    struct mp_vm_order *orders;                   /* the same */
    uint32_t scan_vm_pages_s, scan_total_pages_s; /* by the tunables, or by the governor since */
    enum mp_reason reason;                        /* of the rebalancing that is due */
    uint32_t target_total_pages;

    uint64_t rebalance_ns, scan_ns, poll_ns, watch_ns, age_ns; /* when each is due next */

    uint32_t outstanding_pages;            /* page-outs under way */
    uint32_t leaving_pages;                /* of these, not wanted back */
    uint32_t pager_vm, resume_vm, scan_vm; /* where each round over the VMs begins */
    uint32_t stalled_pages;                /* in the lists of all VMs */
    uint64_t pager_ns;                     /* when the pager's credit was last added to */
    uint32_t pager_credit_pages;           /* what the pager may take up now */
    bool pager_busy;                   /* the device refused; until one page is done, or a poll */
    bool swap_full;                    /* reported */
    struct mp_tally io_slots;          /* slots of page I/O under way */
    struct mp_tally orphans;           /* MPNs of I/O under way for pages that are no more */
    struct mp_tally orphan_references; /* the same for shared MPNs */
    struct mp_page_io cluster[MP_MAX_CLUSTER_PAGES];

    struct mp_frame *frames; /* NULL without sharing */
    uint32_t *buckets;       /* MPN + 1 of the chain's first frame; 0: empty */
    struct mp_overflow *overflow;
    uint32_t overflow_capacity, overflow_count;
    uint32_t shared_pages, shared_mpns, hint_frames, shared_frames;
    uint32_t zero_saved_pages; /* references to pages of zeroes, less one of each */
    const struct mp_scanner *scanner;
    void *scanner_state;
    uint32_t *scanner_values;
    uint32_t most_references[2]; /* of one machine page; and of one of zeroes */
    uint64_t scan_due_ns;        /* when it wants to be called */
    uint64_t scan_credit;
    uint64_t hints_found, hints_stale, false_matches, pages_scanned, cow_breaks;
    uint64_t colour_requests, colour_matches;
};

/* Pages of 4 KiB as pages of the machine, and back. What is less than one page is left out. */
static inline uint32_t mp_own_pages(const struct mp *mp, uint32_t pages)
{
    return pages / mp->machine.page_scale;
}
static inline uint32_t mp_small_pages(const struct mp *mp, uint32_t pages)
{
    uint64_t small = (uint64_t)pages * mp->machine.page_scale;

    return small < UINT32_MAX ? (uint32_t)small : UINT32_MAX;
}

/* core.c */
struct mp_vm *mp_vm_of(struct mp *mp, uint16_t number); /* panics if it is off */
void mp_enter(struct mp *mp, uint64_t now_ns);
void mp_settle(struct mp *mp); /* does what is due */
/* The same after an access was allowed: its page must not be a victim before the access is made, so
 * paging waits for the next tick, which is due at once. */
void mp_settle_mapped(struct mp *mp);
void mp_rebalance_later(struct mp *mp, enum mp_reason reason);
void mp_overhead_recompute(struct mp *mp, struct mp_vm *vm);
/* Of a VM of max_pages: mp_overhead_full_pages() in pages of the machine. */
uint32_t mp_overhead_most_pages(const struct mp *mp, const struct mp_tunables *tunables,
                                uint32_t max_pages);
void mp_event(struct mp *mp, uint16_t vm, enum mp_event_kind kind, uint32_t a, uint32_t b);
void mp_check(const struct mp *mp, bool condition, const char *what);

/* pages.c */
/* For this PPN, of its colour where that is possible; MP_NO_PAGE when memory is full. */
uint32_t mp_mpn_take(struct mp *mp, uint32_t ppn);
/* From one pool, even where all that is free is for overhead: the caller puts back as much. */
uint32_t mp_mpn_take_from(struct mp *mp, struct mp_pool *pool);
void mp_mpn_put(struct mp *mp, uint32_t mpn);
void mp_free_changed(struct mp *mp); /* checks the bounds of the state */
void mp_page_set(struct mp *mp, struct mp_vm *vm, uint32_t ppn, enum mp_backing backing,
                 uint32_t where);
void mp_page_forbid_sharing(struct mp_vm *vm, uint32_t ppn);
/* The page has nothing behind it any more; what was there is freed. */
void mp_page_take_away(struct mp *mp, struct mp_vm *vm, uint32_t ppn, enum mp_backing backing);
/* Frees what is behind all pages of a VM that ends: their records are not kept. */
void mp_pages_abandon(struct mp *mp, struct mp_vm *vm);
void mp_tally_add(struct mp_tally *tally, uint32_t item);
void mp_tally_remove(struct mp_tally *tally, uint32_t item);
uint64_t mp_tally_of(uint32_t item);

/* mapping.c: the only file that calls the operation `map`. */
/* The page's next touch must fault: the caller has noted in its record who waits for it. */
void mp_mapping_await(struct mp *mp, const struct mp_vm *vm, uint32_t ppn);
/* After a fault, when nobody waits any more: accesses go to the page's MPN. */
void mp_mapping_allow(struct mp *mp, const struct mp_vm *vm, uint32_t ppn, bool writable);
/* Without a fault: the page cannot be written from now on. An awaited page has no mapping anyway.
 */
void mp_mapping_protect(struct mp *mp, const struct mp_vm *vm, uint32_t ppn);
/* Without a fault: the page got another MPN. An awaited page loses the old one and stays unmapped.
 */
void mp_mapping_follow(struct mp *mp, const struct mp_vm *vm, uint32_t ppn, uint32_t old_mpn,
                       bool writable);

/* watch.c */
size_t mp_watch_footprint(const struct mp_members *members);
void mp_watch_init(struct mp *mp, const struct mp_members *members, void *buffer);
size_t mp_watch_vm_footprint(const struct mp *mp, uint32_t max_pages);
void mp_watch_place(struct mp *mp, struct mp_vm *vm, void *buffer);
void mp_watch_begin(struct mp *mp, struct mp_vm *vm);
void mp_watch_tick(struct mp *mp);
void mp_watch_touched(struct mp *mp, struct mp_vm *vm, uint32_t ppn); /* an armed page */
void mp_watch_lost(struct mp *mp, struct mp_vm *vm, uint32_t ppn);    /* it is being ballooned */
/* Does each estimator that has armed the page run, and may it arm pages? */
bool mp_watch_verify(const struct mp *mp, const struct mp_pmap_entry *entry);
struct mp_estimate mp_watch_estimate(const struct mp *mp, const struct mp_vm *vm, uint32_t place);

/* govern.c */
size_t mp_govern_footprint(const struct mp_machine *machine, const struct mp_members *members);
void mp_govern_init(struct mp *mp, const struct mp_members *members, void *buffer);
void mp_govern_fini(struct mp *mp);
void mp_govern_schedule(struct mp *mp); /* when it is asked next, from now on */
void mp_govern_tick(struct mp *mp);
void mp_rebalance(struct mp *mp); /* asks the governor, and carries its orders out */

/* reclaim.c */
void mp_state_bounds(struct mp *mp);
void mp_state_update(struct mp *mp);
void mp_block_update(struct mp *mp);
uint32_t mp_threshold_pages(const struct mp *mp, uint32_t bp);

/* balloon.c */
void mp_balloon_retarget(struct mp *mp, struct mp_vm *vm);
uint32_t mp_balloon_cap_pages(const struct mp *mp, const struct mp_vm *vm);
/* What the balloon can still take before the VM is at its target, by orders that are given or will
 * be. A driver that took nothing for long is expected to take nothing more: it is disabled, or its
 * guest allows no more. */
uint32_t mp_balloon_awaited_pages(const struct mp *mp, const struct mp_vm *vm);
uint64_t mp_balloon_stuck_ns(const struct mp_vm *vm); /* from when on, if it takes nothing */
void mp_balloon_pop(struct mp *mp, struct mp_vm *vm, uint32_t ppn);

/* pager.c */
uint32_t mp_swap_target_pages(const struct mp *mp, const struct mp_vm *vm);
uint32_t mp_wanted_pages(const struct mp *mp, const struct mp_vm *vm); /* to be paged out yet */
uint32_t mp_whole_cluster_pages(const struct mp *mp);
void mp_wanted_changed(struct mp *mp, struct mp_vm *vm);
void mp_wanted_forget(struct mp *mp, const struct mp_vm *vm); /* it powers off */
void mp_wanted_unknown(struct mp *mp);                        /* of all VMs */
bool mp_wanted_is_known(const struct mp *mp); /* are the sets of who must page out right? */
void mp_pager_run(struct mp *mp);

/* swap.c */
/* Frees up to `wanted` pages of a VM or begins to; answers how many. */
uint32_t mp_page_out_cluster(struct mp *mp, struct mp_vm *vm, uint32_t wanted);
/* Begins to read a swapped page, or has the fault wait for memory or the device. */
bool mp_page_in_begin(struct mp *mp, struct mp_vm *vm, uint32_t ppn);
void mp_slot_put(struct mp *mp, uint32_t slot);
uint32_t mp_free_slots(const struct mp *mp);
/* A page that is being paged out will not leave by that. */
void mp_page_stays(struct mp *mp, struct mp_vm *vm, struct mp_pmap_entry *entry);

/* compress.c */
size_t mp_compress_vm_footprint(const struct mp *mp, uint32_t max_pages);
void mp_compress_place(const struct mp *mp, struct mp_vm *vm, void *buffer);
/* The victim goes into the cache; false: it does not, and nothing has changed. Where the cache was
 * full, *leaver is private and to be paged out in the victim's place; else MP_NO_PAGE. */
bool mp_compress_victim(struct mp *mp, struct mp_vm *vm, uint32_t ppn, uint32_t *leaver);
/* Where nothing but compressed pages is left: one that is private again, to be paged out. Or
 * MP_NO_PAGE. */
uint32_t mp_compress_leaver(struct mp *mp, struct mp_vm *vm);
/* A compressed page is private again; false: memory is full. */
bool mp_decompress(struct mp *mp, struct mp_vm *vm, uint32_t ppn);
void mp_compress_forget(struct mp_vm *vm, uint32_t place); /* its page is no more */
void mp_compress_resized(struct mp *mp, struct mp_vm *vm); /* it has more or fewer pages */
const char *mp_compress_verify(const struct mp_vm *vm);    /* NULL, or what is wrong */

/* large.c */
size_t mp_large_vm_footprint(const struct mp *mp, uint32_t max_pages);
void mp_large_place(const struct mp *mp, struct mp_vm *vm, void *buffer);
void mp_large_break(struct mp *mp, struct mp_vm *vm, uint32_t ppn); /* that is part of one */
/* The page has become private, or is no more: for a VM with runs. */
void mp_large_counted(struct mp *mp, struct mp_vm *vm, uint32_t ppn, bool is_private);
void mp_large_update(struct mp *mp); /* whether they are allowed may have changed */
uint32_t mp_large_pages(const struct mp *mp, const struct mp_vm *vm);
const char *mp_large_verify(const struct mp *mp,
                            const struct mp_vm *vm); /* NULL, or what is wrong */

/* victim.c */
uint32_t mp_victim_draw(struct mp *mp, struct mp_vm *vm); /* MP_NO_PAGE: nothing can leave */
void mp_victim_touched(struct mp_pmap_entry *entry);
void mp_victim_tick(struct mp *mp);
uint64_t mp_victim_deadline(const struct mp *mp);

/* stall.c */
void mp_stall(struct mp *mp, struct mp_vm *vm, uint32_t ppn);
void mp_stall_forget(struct mp *mp, struct mp_vm *vm); /* it powers off */
void mp_stall_resume(struct mp *mp);

/* frames.c; mp_share.h has what only sharing needs */
size_t mp_share_footprint(const struct mp_machine *machine);
void mp_share_init(struct mp *mp, void *buffer);
bool mp_is_shared(const struct mp *mp, uint32_t mpn);
void mp_hint_forget(struct mp *mp, uint32_t mpn);   /* the hint of this page, if it has one */
void mp_share_release(struct mp *mp, uint32_t mpn); /* one reference less; the last frees the MPN */
void mp_share_reclaim(struct mp *mp, uint32_t mpn); /* its only page makes it private again */

/* share.c */
bool mp_share_victim(struct mp *mp, struct mp_vm *vm, uint32_t ppn);

/* scan.c */
size_t mp_scan_footprint(const struct mp_members *members);
void mp_scan_init(struct mp *mp, const struct mp_members *members, void *buffer);
size_t mp_scan_vm_footprint(const struct mp *mp, uint32_t max_pages);
void mp_scan_begin(struct mp *mp); /* the first VM is powered on */
void mp_scan_ask(struct mp *mp);   /* whether anything is due, and when the next is */
void mp_scan_tick(struct mp *mp);
void mp_scan_rates_reset(struct mp *mp); /* to those of the tunables, or to the scanner's own */

/* admit.c */
enum mp_refusal mp_admit_configure(const struct mp *mp, const struct mp_vm *vm, uint32_t min_pages);
/* Of so many machine pages, those that are not promised to VMs. */
uint32_t mp_admit_loss(const struct mp *mp, uint32_t pages);
enum mp_refusal mp_admit_retune(const struct mp *mp, const struct mp_tunables *tunables);

/* members.c: the values given, or the presets; panics where one is out of range. */
void mp_parameters_copy(const struct mp *mp, uint32_t *to, const struct mp_parameter *rows,
                        uint32_t count, const uint32_t *values);

static inline size_t mp_aligned(size_t bytes)
{
    return (bytes + MP_ALIGNMENT - 1) & ~(size_t)(MP_ALIGNMENT - 1);
}

static inline uint32_t mp_vm_alloc_pages(const struct mp_vm *vm)
{
    return vm->config.max_pages - vm->pages[MP_BALLOONED] - vm->pages[MP_SWAPPED] -
           vm->pages[MP_UNTOUCHED] - vm->pages[MP_COMPRESSED];
}

/* What counts against its target. */
static inline uint32_t mp_vm_held_pages(const struct mp_vm *vm)
{
    return mp_vm_alloc_pages(vm) + vm->compressed_memory_pages;
}

/* What compression has taken: a compressed page gives half of its memory. */
static inline uint32_t mp_vm_squeezed_pages(const struct mp_vm *vm)
{
    return vm->pages[MP_COMPRESSED] - vm->compressed_memory_pages;
}

/* What paging has taken: swapped out, on the way out, not back before the read succeeds, or
 * compressed. */
static inline uint32_t mp_vm_paged_pages(const struct mp_vm *vm)
{
    return vm->pages[MP_SWAPPED] + vm->leaving_pages + vm->pages[MP_PAGING_IN] +
           mp_vm_squeezed_pages(vm);
}

/* What balloon and paging together may still take before they hold the VM at its min. */
static inline uint32_t mp_vm_takeable_pages(const struct mp_vm *vm)
{
    uint32_t taken_pages = vm->pages[MP_BALLOONED] + mp_vm_paged_pages(vm);
    uint32_t above_min_pages = vm->config.max_pages - vm->config.min_pages;

    return above_min_pages > taken_pages ? above_min_pages - taken_pages : 0;
}

/* A record that is not in use is zero, and its memory was never touched: it costs nothing as long
 * as nobody looks at it. */
static inline void mp_pmap_use(struct mp_vm *vm, uint32_t ppn)
{
    uint32_t block = ppn / MP_PMAP_BLOCK;

    vm->used[block / 64] |= UINT64_C(1) << (block % 64);
}

static inline bool mp_pmap_is_used(const struct mp_vm *vm, uint32_t ppn)
{
    uint32_t block = ppn / MP_PMAP_BLOCK;

    return vm->used[block / 64] >> (block % 64) & 1;
}

/* May the scanner try it? */
static inline bool mp_is_candidate(const struct mp_pmap_entry *entry)
{
    return entry->backing == MP_PRIVATE && !(entry->flags & (MP_PAGE_INELIGIBLE | MP_PAGE_LARGE));
}

/* Is there low and high memory? */
static inline bool mp_is_split(const struct mp *mp)
{
    const struct mp_pool *low = &mp->pools[MP_LOW], *high = &mp->pools[MP_HIGH];

    return low->first < low->end && high->first < high->end;
}

static inline bool mp_is_low(const struct mp *mp, uint32_t mpn)
{
    return mpn < mp->machine.low_pages;
}

/* What so many pages in the swap device take of machine memory. */
static inline uint32_t mp_swap_memory_of(const struct mp *mp, uint64_t slots)
{
    uint64_t bytes = slots * mp->machine.slot_bytes;
    uint64_t page_bytes = (uint64_t)MP_PAGE_SIZE * mp->machine.page_scale;

    return (uint32_t)((bytes + page_bytes - 1) / page_bytes);
}

static inline uint32_t mp_swap_memory_pages(const struct mp *mp)
{
    return mp->machine.slot_bytes == 0
               ? 0
               : mp_swap_memory_of(mp, mp->fresh_slot - mp->free_slots.count);
}

static inline uint32_t mp_free_pages(const struct mp *mp)
{
    uint32_t count = mp->free_mpns.count;
    uint32_t kept_pages = mp->overhead_pages + mp->lost_pages + mp_swap_memory_pages(mp) +
                          mp->compressed_memory_pages;

    return count > kept_pages ? count - kept_pages : 0;
}

/* The first VM that is on from a number on, or NULL. */
static inline struct mp_vm *mp_vm_from(const struct mp *mp, uint32_t number)
{
    while (number < mp->vm_limit && !mp->vms[number].on)
        number++;
    return number < mp->vm_limit ? &mp->vms[number] : NULL;
}

static inline struct mp_vm *mp_vm_after(const struct mp *mp, const struct mp_vm *vm)
{
    return mp_vm_from(mp, vm->number + 1u);
}

/* The VMs of a set in a round that begins at VM `first`: the place of the next one in the round,
 * from `place` on; vm_limit if there is none. */
static inline uint32_t mp_round_next(const struct mp *mp, const struct mp_pageset *set,
                                     uint32_t first, uint32_t place)
{
    uint32_t limit = mp->vm_limit, number;

    if (first + place < limit) {
        number = mp_pageset_next(set, first + place);
        if (number < limit)
            return number - first;
        place = limit - first;
    }
    number = mp_pageset_next(set, first + place - limit);
    return number < first ? number + limit - first : limit;
}

static inline uint32_t mp_min32(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

#endif
