/*
 * The seam of estimators: how much of a VM's memory is in use.
 *
 * There are two ways to see an access. An estimator arms pages: an armed page loses its mapping,
 * and its next touch faults and is told. Or it looks at when pages were accessed last, as accessed
 * bits tell. From that it answers how many pages are in use. Several can run beside each other,
 * each with its own armed pages; the governor sees what all of them say, and one is believed.
 *
 * An estimator is one table of functions, with private state for each VM. It sees a VM through a
 * watch, which is valid during the call that it is passed to.
 *
 * Units: pages of 4 KiB, nanoseconds.
 */
#ifndef MP_ESTIMATOR_H
#define MP_ESTIMATOR_H

#include "mp.h"

/* Rises with every change of what an estimator sees. */
#define MP_ESTIMATOR_ABI 3u

struct mp_watch {
    uint64_t now_ns;
    uint64_t own_ns;     /* the VM's own time: the clock for what the VM does */
    uint64_t stalled_ns; /* it stood still for the hypervisor so far */
    uint32_t max_pages, alloc_pages, ballooned_pages;
    uint32_t truth_pages;                 /* for experiments: as mp_vm_truth() told */
    const struct mp_guest_report *report; /* the guest's last one; NULL before its first */
    const struct mp_tunables *tunables;
    const uint32_t *parameters;         /* the estimator's own, in the order of its rows */
    const struct mp_accessed *accessed; /* NULL unless the estimator looks */

    struct mp *mp; /* from here on for the library alone */
    uint16_t vm;
    uint8_t place;
};

/* What backs a page now. A page that is ballooned cannot be touched. */
enum mp_backing mp_watch_backing(const struct mp_watch *watch, uint32_t ppn);
/* The page's next touch is told; it may have been armed before. Not for a page that is ballooned.
 */
void mp_watch_arm(const struct mp_watch *watch, uint32_t ppn);
void mp_watch_disarm(const struct mp_watch *watch, uint32_t ppn); /* nobody need be told */
/* By this estimator, and neither touched nor ballooned since. */
bool mp_watch_is_armed(const struct mp_watch *watch, uint32_t ppn);
/* Accessed bits that it has cleared: what that costs is counted. Nothing is cleared: stamps rise.
 */
void mp_watch_cleared(const struct mp_watch *watch, uint64_t pages);
/* How many pages were accessed since the last call; counts anew. Only one estimator may count. */
uint32_t mp_watch_recount(const struct mp_watch *watch);
/* From a stream of random numbers of this estimator's own in this VM. */
uint32_t mp_watch_random_below(const struct mp_watch *watch, uint32_t n);

struct mp_estimate {
    uint32_t pages; /* in use */
    /* Where it keeps a slow and a fast average: what each says. Both as `pages` where not. */
    uint32_t slow_pages, fast_pages;
};

struct mp_estimator {
    uint32_t abi; /* MP_ESTIMATOR_ABI */
    uint32_t parameter_count;
    const char *name;    /* small letters, digits, '-', '_' */
    const char *summary; /* one line: how it estimates */
    const struct mp_parameter *parameters;

    bool arms;  /* false: it never arms a page */
    bool looks; /* at when pages were accessed last; false: no memory is kept for that */
    /* It answers by what guests report. An embedder refuses it where a guest never reports. */
    bool needs_reports;
    bool needs_truth; /* and this one where nobody tells the truth */

    /* Private state for one VM: zeroed memory, aligned to 64. NULL: none. */
    size_t (*state_bytes)(const uint32_t *parameters, uint32_t max_pages);

    /* The VM was powered on. Answers when `tick` is wanted first; MP_NEVER: not at all. NULL: the
     * same. */
    uint64_t (*begin)(void *state, const struct mp_watch *watch);
    /* Called for every VM when the time has come for one of them. Answers when it is wanted next.
     */
    uint64_t (*tick)(void *state, const struct mp_watch *watch);
    /* The VM has accessed pages, all of them at `accessed->now`. NULL: not wanted. */
    void (*accessed)(void *state, const struct mp_watch *watch);
    /* An armed page was touched, and is armed no more. */
    void (*touched)(void *state, const struct mp_watch *watch, uint32_t ppn);
    /* An armed page went into the balloon, and is armed no more. NULL: not wanted. */
    void (*lost)(void *state, const struct mp_watch *watch, uint32_t ppn);
    void (*estimate)(const void *state, const struct mp_watch *watch, struct mp_estimate *estimate);

    /* What it counts itself about one VM; what every estimator costs is counted for it. */
    uint32_t counter_count;
    const struct mp_counter *counters;
    void (*count)(const void *state, int64_t *values); /* one for each row */
};

/* What an estimator says of a VM, and what that has cost since the VM was powered on. Each pays for
 * itself: a fault of a page that two have armed counts for both. */
struct mp_estimate_status {
    struct mp_estimate estimate;
    uint64_t armed_pages; /* mappings that it dropped, accessed bits that it cleared */
    uint64_t faults;      /* touches that faulted for nothing else */
};

/* `place` is that in struct mp_members. All 0 for a VM that is off. */
void mp_estimate_status(const struct mp *mp, uint16_t vm, uint32_t place,
                        struct mp_estimate_status *status);
/* The values of its own counters for a VM that is on; there are at most MP_MOST_COUNTERS. */
void mp_estimate_count(const struct mp *mp, uint16_t vm, uint32_t place, int64_t *values);

/* The library's own: by its number from 0 on, NULL beyond the last; and by name, or NULL. */
const struct mp_estimator *mp_estimator_at(uint32_t index);
const struct mp_estimator *mp_estimator_find(const char *name);

#endif
