/*
 * The state of one guest: all data, no function beyond the two that every file needs. The parts
 * with rules of their own are in page.h, settled.h, file.h, process.h, request.h and
 * slot.h.
 */
#ifndef GUEST_STATE_H
#define GUEST_STATE_H

#include "models/cost/cost.h"
#include "models/guest/config.h"
#include "models/guest/file.h"
#include "models/guest/hardware.h"
#include "models/guest/kswapd.h"
#include "models/guest/os.h"
#include "models/guest/page.h"
#include "models/guest/process.h"
#include "models/guest/reporting.h"
#include "models/guest/request.h"
#include "models/guest/settled.h"
#include "models/guest/slot.h"
#include "models/guest/stall.h"
#include "models/guest/status.h"
#include "models/guest/workingset.h"
#include "sim/event.h"

struct balloon { /* balloon.h; the pages are the list PAGE_BALLOON */
    bool running;
    uint64_t start_ns;         /* SIM_NEVER: there is no driver */
    uint64_t poll_ns, work_ns; /* when it asks for its target; when it next moves pages */
    uint32_t target_pages;
    uint32_t rate_pages_s; /* of inflation, at present: it adapts */
    uint32_t rest_pages;   /* of 4 KiB: less than a page, for the next part of the work */
    uint64_t failures;
    struct guest_driver_fault fault;
    uint64_t lies;     /* reported so far */
    bool is_unloading; /* at the next tick */
};

enum system_phase { SYSTEM_EARLY, SYSTEM_ZERO, SYSTEM_SERVICES, SYSTEM_IDLE };

struct os_system { /* system.h */
    struct guest_program program;
    struct guest *guest;
    enum system_phase phase;
    uint64_t phase_ns; /* when the phase began */
    uint64_t
        retouched_ns; /* a boot touches again what it has touched: it has done so up to here, */
    uint64_t next_retouch; /* and this page is the next */
    bool has_retouched;    /* in the last operation */
    uint64_t done;         /* pages of the phase, or of the round through the background set */
};

struct page_out_batch { /* swap.h: pages chosen for the next clustered write */
    uint32_t ppn[IO_PAGES];
    uint32_t count;
};

struct guest {
    const struct os *os;
    struct guest_hw *hw;
    struct cost_cpu cost;
    uint64_t zram_page_bytes; /* of a page in compressed swap */
    struct guest_config config;
    char name[64];
    uint32_t page_bytes;
    uint32_t io_pages; /* IO_PAGES of 4 KiB, in pages of the guest: the most in one request */

    uint64_t now_ns;          /* start of the slice */
    uint64_t used_ns;         /* CPU time used in it */
    uint64_t halted_since_ns; /* SIM_NEVER: not halted */
    uint64_t power_on_ns, flush_tick_ns;
    bool on, booted;

    struct pages pages;
    uint32_t *place; /* what is at each place (place.h) */
    struct settled settled;
    uint32_t cache_pages, process_pages;
    uint32_t promised_pages; /* to processes, which never touch them */
    struct watermarks watermarks;
    bool reclaiming; /* free memory fell below low and is not yet back at high */

    struct files files;
    struct requests requests;
    struct slots slots;
    struct page_out_batch batch;
    uint32_t leaving_pages; /* on their way to the paging device */
    bool swap_full_told;    /* log.h */

    struct workingset workingset;
    struct kswapd kswapd;
    struct stall stall;

    struct processes processes;
    struct queue memory_waiters, request_waiters, throttled;

    struct balloon balloon;
    struct reporting reporting;
    struct os_system system;
    struct guest_status count; /* the totals; guest_status() fills in the rest */
};

static inline uint64_t guest_now(const struct guest *guest)
{
    return guest->now_ns + guest->used_ns;
}

/* One access to a page; its CPU time counts in the slice. */
static inline void guest_touch(struct guest *guest, uint32_t ppn, bool write, uint64_t content)
{
    guest->used_ns += guest_hw_touch(guest->hw, ppn, write, content);
}

#endif
