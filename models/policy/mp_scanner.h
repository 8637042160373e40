/*
 * The seam of scanners: which pages are tried for sharing, and when (4.3).
 *
 * A scanner hands pages to the one sharing mechanism. That hashes them, looks their contents up,
 * compares, and shares what is equal. A scanner may look at the hash first, and pass over a page
 * whose contents have changed too recently.
 *
 * A scanner is one table of functions, with private state for the machine and for each VM. What it
 * is passed is valid during the call.
 *
 * Units: pages of 4 KiB, nanoseconds.
 */
#ifndef MP_SCANNER_H
#define MP_SCANNER_H

#include "mp.h"
#include "mp_pageset.h"

/* Rises with every change of what a scanner sees. */
#define MP_SCANNER_ABI 2u

/* One VM. */
struct mp_scan_vm {
    uint16_t vm;
    void *state;   /* the scanner's own, for this VM */
    void *scanner; /* the same for the machine */
    const uint32_t *parameters;
    /* The pages that can be shared: private, in memory, and not part of a large page. Without those
     * that were taken for equal to another page wrongly. Changes with every page that is tried. */
    const struct mp_pageset *candidates;
    const struct mp_pageset *resident; /* those and the pages that are shared already */

    struct mp *mp; /* from here on for the library alone */
    const struct mp_pmap_entry *pmap;
    uint32_t (*random_below)(void *context, uint16_t vm, enum mp_stream stream, uint32_t n);
    void *context;
};

struct mp_scan {
    uint64_t now_ns;
    void *state; /* the scanner's own */
    /* The rates, of each VM and of all together, in pages of 4 KiB. A page has page_scale of them.
     */
    uint32_t vm_pages_s, total_pages_s, page_scale;
    const uint32_t *parameters;         /* the scanner's own, in the order of its rows */
    uint32_t shared_pages, shared_mpns; /* as mp_status() tells */

    struct mp *mp; /* for the library alone */
};

/* From a stream of the scanner's own in this VM. */
static inline uint32_t mp_scan_random_below(const struct mp_scan_vm *vm, uint32_t n)
{
    return vm->random_below(vm->context, vm->vm, MP_STREAM_SCAN, n);
}

/* The page will be tried soon: its record should be in the cache then. */
static inline void mp_scan_soon(const struct mp_scan_vm *vm, uint32_t ppn)
{
    __builtin_prefetch(&vm->pmap[ppn]);
}

static inline bool mp_scan_is_shared(const struct mp_scan_vm *vm, uint32_t ppn)
{
    return vm->pmap[ppn].backing == MP_SHARED;
}

/* The first VM from a number on that is on and may share pages; false if there is none. */
bool mp_scan_vm_from(const struct mp_scan *scan, uint32_t number, struct mp_scan_vm *vm);
/* Tries pages for sharing. What is not a candidate any more is passed over. */
void mp_scan_try(const struct mp_scan_vm *vm, const uint32_t *ppns, uint32_t count);

/* Chooses up to `count` candidates, and nothing else; there is at least one. Answers how many; 0:
 * none of this VM's for now. A page may come twice. */
typedef uint32_t (*mp_scan_pick)(const struct mp_scan_vm *vm, uint32_t *ppns, uint32_t count);
/* For a scanner that keeps to the rates: picks as many pages of each VM in turn as the time since
 * the last call allows, and tries them. Answers when to call it next. */
uint64_t mp_scan_at_rates(const struct mp_scan *scan, mp_scan_pick pick);

/* Where a page's equal is looked for. */
enum mp_look {
    MP_LOOK_NOWHERE,      /* the page is passed over */
    MP_LOOK_AMONG_SHARED, /* it may join a page that is shared already, and no other */
    MP_LOOK_EVERYWHERE,   /* and pages that were tried before; it is found by others later */
};

struct mp_scanner {
    uint32_t abi; /* MP_SCANNER_ABI */
    uint32_t parameter_count;
    const char *name;    /* small letters, digits, '-', '_' */
    const char *summary; /* one line: which pages it tries, and when */
    const struct mp_parameter *parameters;

    /* Private state: zeroed memory, aligned to 64; for each VM zeroed when it is powered on. */
    size_t state_bytes;
    size_t (*vm_state_bytes)(const uint32_t *parameters, uint32_t max_pages); /* NULL: none */

    /* Tries pages. Called when the time that it named has come; when the rates have changed or will
     * change; when the first VM is powered on. Answers when it is wanted next, or MP_NEVER. */
    uint64_t (*tick)(const struct mp_scan *scan);
    /* Where to look for the equal of a page that is tried. NULL: everywhere. */
    enum mp_look (*look)(const struct mp_scan_vm *vm, uint32_t ppn, uint64_t hash);
    /* May a page that was tried before, and is private, become another one's equal? Asked before
     * their contents are compared. With this function a page that is tried again is found by what
     * comes after it, not by what came before. NULL: always. */
    bool (*is_partner)(const struct mp_scan_vm *vm, uint32_t ppn);
    /* The page has become shared; both are told where two private pages did. NULL: nobody asks. */
    void (*shared)(const struct mp_scan_vm *vm, uint32_t ppn);

    /* The most pages that one machine page stands for; another one begins for what is more. Then
     * what is told of a VM's pages of zeroes is about one of those. NULL: no limit. */
    uint32_t (*most_references)(const uint32_t *parameters, bool of_zeroes);
    /* A scanner with a rate of its own: for all VMs together, until the governor orders another.
     * The tunables' rates are not used. NULL: those. */
    uint32_t (*pages_s)(const uint32_t *parameters);
    bool leaves_victims; /* pages are not tried once more before they are paged out */

    uint32_t counter_count;
    const struct mp_counter *counters;
    void (*count)(const struct mp_scan *scan, int64_t *values); /* one for each row */
};

/* The values of the scanner's counters now; there are at most MP_MOST_COUNTERS. */
void mp_scan_count(const struct mp *mp, int64_t *values);

/* The library's own: by its number from 0 on, NULL beyond the last; and by name, or NULL. */
const struct mp_scanner *mp_scanner_at(uint32_t index);
const struct mp_scanner *mp_scanner_find(const char *name);

#endif
