/*
 * An embedder of the policy library made for tests: the clock is a field, a page's contents are one
 * number, and every call of the library can be logged as a line of text.
 *
 * The hazard that it is for: a policy that keeps consistent books about pages it has in truth mixed
 * up. So the fake keeps bytes and mappings of its own, acts as badly as the contract allows (page
 * I/O scribbles on its target until it is done, takes its data as late as possible, may be refused
 * and may fail), and complains about every call that breaks the contract.
 */
#ifndef TESTS_POLICY_FAKE_H
#define TESTS_POLICY_FAKE_H

#include "models/policy/mp.h"

#include <setjmp.h>

#define FAKE_MB     256u /* pages */
#define FAKE_SECOND UINT64_C(1000000000)
#define FAKE_MS     UINT64_C(1000000)
#define FAKE_POISON UINT64_C(0xdeaddeaddeaddead) /* what half-done page I/O leaves behind */

struct fake_mapping {
    uint32_t mpn; /* MP_NO_PAGE: not mapped */
    bool writable;
    bool pinned; /* what the operation `pinned` answers */
};

struct fake_vm {
    bool on, driver, blocked;
    uint32_t max_pages;
    struct fake_mapping *pages;
    uint32_t *shared;                   /* by MPN: pages that share it, as the library has told */
    uint32_t shared_pages, shared_mpns; /* that have copies, by the same */
    void *buffer;
    size_t buffer_bytes;
    uint64_t vm_ns;       /* the VM's own time */
    uint64_t *compressed; /* by place of its cache */
    uint32_t places;
    uint32_t balloon_target_pages;
    uint64_t random[MP_STREAM_COUNT];
    struct mp_decision decision; /* the last one */
    uint32_t decisions;
};

struct fake_io {
    struct mp_page_io page;
    bool in;
};

struct fake_retry {
    uint16_t vm;
    uint32_t ppn; /* MP_NO_PAGE: all of the VM's */
};

struct fake {
    struct mp *mp;
    struct mp_machine machine;
    struct mp_tunables tunables;
    struct mp_members members;
    void *buffer;
    size_t buffer_bytes;
    uint64_t now_ns;

    uint64_t *contents; /* by MPN */
    uint64_t *swapped;  /* by slot */
    uint32_t *mapped;   /* how often each MPN is mapped */
    uint32_t *writable; /* of these, writable: then it must be the only one */
    bool *has_copies;   /* by MPN: it has two references, as the library has told */
    uint8_t *seen;      /* scratch of mp_sharing_split() */
    struct fake_vm *vms;

    bool (*shrinks)(uint64_t contents); /* to half of a page; NULL: all do */
    uint64_t hash_mask;       /* what the hash keeps of the contents' mix: all, unless told */
    uint32_t accept_pages;    /* how many each page_out accepts at most */
    uint32_t refuse_page_ins; /* how many of the next page_ins are refused */
    struct fake_io *io;       /* under way, oldest first */
    uint32_t io_count, io_size;
    struct fake_retry *retries; /* since fake_retries_clear() */
    uint32_t retry_count, retry_size;

    bool logging;
    char *log;
    size_t log_length, log_size;
    bool is_busy;          /* no CPU is idle */
    uint32_t large_broken; /* large pages, as the library has told */
    bool wants_bad_orders; /* or else one is a complaint */
    uint32_t bad_orders;
    struct mp_bad_order bad_order; /* the last one */
    struct mp_event event;         /* the last one */
    uint32_t events[MP_EVENT_IO_FAILED + 1];
    uint32_t reasons[MP_REASON_THRESHOLD + 1];
    char complaint[200]; /* the first breach of the contract, or empty */
    jmp_buf *on_panic;   /* where a panic goes on, or NULL: it ends the program */
    const char *panic;   /* the last one */
};

/* Checks that a call panics, and of what. What the call had begun stays as it is. */
#define FAKE_PANICS(fake, call, what)                                                              \
    do {                                                                                           \
        jmp_buf after;                                                                             \
        (fake)->panic = NULL;                                                                      \
        (fake)->on_panic = &after;                                                                 \
        if (setjmp(after) == 0)                                                                    \
            call;                                                                                  \
        (fake)->on_panic = NULL;                                                                   \
        CHECK_TEXT((fake)->panic, what);                                                           \
    } while (0)

/* A machine of so many pages, four times as many slots of swap, no hypervisor and four VMs at most;
 * tunables are the preset without overhead, members those of ESX. Fields may be changed until
 * fake_start(). */
void fake_init(struct fake *fake, uint32_t machine_pages);
void fake_start(struct fake *fake);
/* fake_check(), then frees everything; without the check where fake_start() has panicked. */
void fake_fini(struct fake *fake);

/* Fails the current test if mp_verify(), the mirror or the calls so far are not in order. */
bool fake_check(struct fake *fake);
/* NULL, or the first thing that is not in order. */
const char *fake_verify(struct fake *fake);

enum mp_refusal fake_vm_on(struct fake *fake, uint16_t vm, const struct mp_vm_config *config);
/* For tests where admission is not the point: fails the test if refused. */
void fake_vm_start(struct fake *fake, uint16_t vm, uint32_t max_pages, uint32_t min_pages,
                   uint32_t shares);
void fake_vm_off(struct fake *fake, uint16_t vm);

/* One try at an access: where the page's contents are, to be read or changed, or NULL if it waits.
 */
uint64_t *fake_open(struct fake *fake, uint16_t vm, uint32_t ppn, bool write,
                    struct mp_fault_work *work);
/* The same, with the access made: a write writes `*contents`, a read fills it. */
bool fake_access(struct fake *fake, uint16_t vm, uint32_t ppn, bool write, uint64_t *contents,
                 struct mp_fault_work *work);
/* The same, finishing page I/O (and ticking where that does not help) until it is done. */
uint64_t fake_read(struct fake *fake, uint16_t vm, uint32_t ppn);
void fake_write(struct fake *fake, uint16_t vm, uint32_t ppn, uint64_t contents);
/* Writes contents that no other page has to PPNs from .. to - 1. */
void fake_fill(struct fake *fake, uint16_t vm, uint32_t from, uint32_t to);
uint64_t fake_unique(uint16_t vm, uint32_t ppn); /* what fake_fill() writes there */

/* Ends the page I/O number `index` of those under way. */
void fake_io_end(struct fake *fake, uint32_t index, bool ok);
void fake_io_end_all(struct fake *fake);
void fake_retries_clear(struct fake *fake);
bool fake_retried(const struct fake *fake, uint16_t vm, uint32_t ppn);

/* Lets time pass up to `until_ns`: ticks at every deadline, page I/O ending at once, all VMs that
 * are on and not blocked running. */
void fake_run(struct fake *fake, uint64_t until_ns);
void fake_tick(struct fake *fake); /* one tick now */

void fake_driver(struct fake *fake, uint16_t vm, bool present);
/* One poll of the balloon driver: takes from the highest PPN down, or returns, up to `most`. */
void fake_balloon_poll(struct fake *fake, uint16_t vm, uint32_t most);
/* Runs and polls every driver each second, without a limit on its rate. */
void fake_run_with_balloons(struct fake *fake, uint64_t until_ns);

void fake_log_start(struct fake *fake); /* empties the log and turns it on */
struct mp_vm_status fake_vm_status(const struct fake *fake, uint16_t vm);
struct mp_status fake_status(const struct fake *fake);
uint8_t fake_backing(const struct fake *fake, uint16_t vm, uint32_t ppn);
/* How many of the VM's pages have this backing, by the pmap. */
uint32_t fake_count(const struct fake *fake, uint16_t vm, enum mp_backing backing);

/* Keeps the first breach of the contract; adds to the log if that is on. */
void fake_complain(struct fake *fake, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void fake_note(struct fake *fake, const char *format, ...) __attribute__((format(printf, 2, 3)));
uint64_t fake_mix(uint64_t value);     /* a fixed 64-bit mix; fake_mix(0) is not 0 */
uint64_t fake_random(uint64_t *state); /* a small generator, the same everywhere */

#endif
