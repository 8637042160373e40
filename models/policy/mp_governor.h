/*
 * The seam of governors: who gets how much memory.
 *
 * A governor reads a view of the machine and its VMs, all of one moment, and fills in orders. The
 * library carries the orders out: it sets balloon targets, pages out, blocks, and keeps the states
 * of free memory. A governor never touches a page.
 *
 * It is asked in two cases: something happened that can change who should get what (enum
 * mp_reason), or the time came that it named itself.
 *
 * A governor is one table of functions. It may also come from a shared object that was built
 * against this header alone; the object exports the table under the name MP_GOVERNOR_SYMBOL.
 *
 * Units: pages of 4 KiB, nanoseconds, basis points.
 */
#ifndef MP_GOVERNOR_H
#define MP_GOVERNOR_H

#include "mp.h"

/* Rises with every change of what a governor sees. The library refuses a table of another number.
 */
#define MP_GOVERNOR_ABI 4u

/* A shared object exports `const struct mp_governor mp_governor`. */
#define MP_GOVERNOR_SYMBOL "mp_governor"

/* ---- The view ---------------------------------------------------------------------------- */

struct mp_vm_view {
    uint16_t vm;
    bool has_driver; /* a balloon driver runs in it */
    bool is_blocked;
    uint64_t on_ns;    /* when it was powered on: tells a new VM from a former one of its number */
    uint64_t own_ns;   /* the VM's own time so far */
    uint64_t stall_ns; /* it stood still for the hypervisor so far */

    uint32_t shares, min_pages, max_pages;
    uint32_t limit_pages; /* the most that it may be given; max_pages unless it was set lower */
    /* max = alloc + ballooned + compressed + swapped + untouched, always */
    uint32_t alloc_pages; /* shared pages in full */
    uint32_t ballooned_pages, compressed_pages, swapped_pages, untouched_pages;
    uint32_t shared_pages; /* of alloc: mapped copy-on-write */
    uint32_t zero_pages;   /* of shared: of zeroes */
    uint32_t overhead_pages;
    uint32_t balloon_cap_pages;    /* the most that its balloon may hold; 0 without a driver */
    uint32_t target_pages;         /* as it is now */
    uint32_t balloon_target_pages; /* as it is now */

    /* Pages in use: by the estimator that is believed, at most alloc_pages; and by each that runs,
     * as it says. */
    uint32_t active_pages;
    uint32_t estimate_pages[MP_MOST_ESTIMATORS];

    /* Since power-on. Refaults are touches of pages that the library had taken. */
    uint64_t swap_in_pages, swap_out_pages, refault_pages;

    bool has_report;        /* the guest has reported, */
    uint64_t report_age_ns; /* so long ago */
    struct mp_guest_report report;
};

struct mp_view {
    uint64_t now_ns;
    enum mp_reason reason; /* why the governor is asked */
    enum mp_state state;

    /* machine = hypervisor + overhead + in use by VMs + free */
    uint32_t machine_pages, hypervisor_pages, overhead_pages, free_pages;
    uint32_t saved_pages;   /* by sharing: pages that VMs have and that take no memory */
    uint32_t reserve_pages; /* to be left free, so that the state is high or becomes so */
    /* What there is to share out: machine - hypervisor - overhead - reserve + saved. */
    uint32_t total_pages;
    uint32_t swap_pages, swap_free_pages;

    uint32_t idle_tax_bp;                         /* the tunable */
    uint32_t scan_vm_pages_s, scan_total_pages_s; /* the scanner's rates now */

    uint32_t estimator_count, believed; /* `believed` is below `estimator_count` */
    const char *estimator_names[MP_MOST_ESTIMATORS];

    const uint32_t *parameters; /* the governor's own, in the order of its rows */

    uint32_t vm_count;            /* at least 1 */
    const struct mp_vm_view *vms; /* those that are on, by number */
};

/* ---- The orders -------------------------------------------------------------------------- */

#define MP_UNCHANGED UINT32_MAX

/*
 * What one VM should have. All fields are MP_UNCHANGED before the governor is asked. It sets
 *
 * either target_pages, from min_pages to limit_pages: the library brings alloc_pages down to it, by
 * the balloon as far as that goes and by paging for the rest. Half of compressed_pages, which is
 * what they take of memory, counts with alloc_pages;
 *
 * or balloon_target_pages and swap_target_pages, or one of them (the other is then 0): what the
 * balloon should hold, up to balloon_cap_pages, and how many pages should be swapped out. Both
 * together are from max_pages - limit_pages to max_pages - min_pages. The target is what they leave
 * of max_pages; a VM that has no more than that already, because it never touched the rest, is not
 * paged.
 *
 * or nothing: the VM's orders stay as they are. A new VM has a target of limit_pages.
 *
 * In the states hard and low the library pages out whatever a VM has above its target, in either
 * case.
 */
struct mp_vm_order {
    uint32_t target_pages;
    uint32_t balloon_target_pages, swap_target_pages;
    uint64_t price_milli; /* for the record; MP_NO_PRICE, as before the call, where it has none */
};

struct mp_orders {
    struct mp_vm_order *vms; /* one for each VM of the view, in its order */
    /* The scanner's rates, up to those of the tunables; MP_UNCHANGED, as before the call. */
    uint32_t scan_vm_pages_s, scan_total_pages_s;
    /* May memory lie in large pages: 0, or 1, from now on. MP_UNCHANGED, as before the call: as
     * ordered before, or only in the state high where it was never ordered. */
    uint32_t large_pages;
};

/* An order outside these bounds is a bug of the governor. The embedder hears of it by the operation
 * `bad_order`, and the library goes on with the nearest order that can be. */

/* ---- The governor ------------------------------------------------------------------------ */

struct mp_governor {
    uint32_t abi; /* MP_GOVERNOR_ABI */
    uint32_t parameter_count;
    const char *name;    /* small letters, digits, '-', '_' */
    const char *summary; /* one line: how it decides */
    const struct mp_parameter *parameters;
    /* It decides by what guests report. An embedder refuses it where a guest never reports. */
    bool needs_reports;

    /* Private state: zeroed memory, aligned to 64, of state_bytes + max_vms * state_vm_bytes. */
    size_t state_bytes, state_vm_bytes;

    /* Each but `tick` may be NULL. */
    void (*init)(void *state, const uint32_t *parameters, uint16_t max_vms, uint64_t now_ns);
    void (*tick)(void *state, const struct mp_view *view, struct mp_orders *orders);
    /* When it wants to be asked next, besides when something happens; MP_NEVER: not at all. Asked
     * after init and after each tick. NULL: every rebalance_ms. */
    uint64_t (*next_deadline)(const void *state, uint64_t now_ns);
    void (*fini)(void *state);
    /* What else it read for the VM number `index` of the view that it has just been shown: fills up
     * to `room` pairs, answers how many. Only for the record. With the names of mp_view.def for all
     * that it read besides active_pages, alloc_pages and the reason, the decision can be computed
     * again from the record; what it made of them may stand there too. NULL: the library tells the
     * whole view. */
    uint32_t (*explain)(const void *state, const struct mp_view *view, uint32_t index,
                        struct mp_input *inputs, uint32_t room);
};

/* NULL, or what is wrong with a table, such as one from outside: a name that is missing or has
 * other characters, a parameter's preset outside of its range. The ABI number must have been looked
 * at before. */
const char *mp_governor_check(const struct mp_governor *governor);

/* The library's own: by its number from 0 on, NULL beyond the last; and by name, or NULL. */
const struct mp_governor *mp_governor_at(uint32_t index);
const struct mp_governor *mp_governor_find(const char *name);

#endif
