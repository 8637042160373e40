/*
 * Virtual hardware for tests: all pages mapped (or none, or some), a disk that ends requests when
 * it is told to or after a fixed time, a balloon channel that keeps books; and programs made of
 * lists of operations.
 */
#ifndef TESTS_UNIT_GUEST_FAKE_H
#define TESTS_UNIT_GUEST_FAKE_H

#include "models/guest/guest.h"
#include "sim/event.h"

#define FAKE_PAGES 32768u

struct fake_hw_io {
    struct guest_io io;
    uint64_t done_ns; /* SIM_NEVER: when the test says so */
};

struct fake_hw {
    struct guest_hw hw;
    struct guest_config config;
    struct guest *guest;
    uint64_t now_ns;
    bool halted;
    uint64_t wake_ns;

    uint8_t map[FAKE_PAGES];
    bool touched[FAKE_PAGES];     /* by an access that the map did not allow */
    uint64_t content[FAKE_PAGES]; /* if contents matter */
    uint64_t accesses, zero_writes;
    uint64_t access_ns;  /* what time it was in the guest at the last one */
    uint64_t device_ios; /* on pages that the map allows */
    uint32_t stall_ppn;  /* an access to it stalls; FAKE_PAGES: none */

    struct fake_hw_io disk[256]; /* under way, in order of submission */
    uint32_t disk_count;
    uint64_t disk_ns; /* service time; 0: requests end by fake_hw_io_finish() only */
    uint64_t disk_free_ns;
    struct guest_io log[4096]; /* all requests */
    uint32_t log_count;

    char events[1000]; /* of the guest's log: "kind detail;" */

    bool driver;
    uint32_t balloon_target, balloon_size;
    uint32_t refuses_above; /* the hypervisor wants no more pages, whatever it told; 0: it does */
    bool ballooned[FAKE_PAGES];
    uint32_t reported_pages;    /* as free */
    uint64_t reported_ns;       /* when last */
    uint64_t balloon_at_ns[64]; /* when each 256th page was taken */
};

/* A guest of that system and size, with 1 s of early boot and 1 s of services; 4,096 pages of swap,
 * no balloon driver, nothing in the background. Change `config` before fake_hw_start(). */
void fake_hw_init(struct fake_hw *fake, enum guest_os os, uint32_t memory_pages);
void fake_hw_make(
    struct fake_hw *fake); /* guest_new() alone, so that files and programs can be added */
void fake_hw_start(struct fake_hw *fake); /* makes the guest if need be, and powers it on */
void fake_hw_fini(struct fake_hw *fake);  /* verifies it and frees it */
void fake_hw_run(struct fake_hw *fake, uint64_t until_ns);    /* runs, ends disk requests, waits */
void fake_hw_slice(struct fake_hw *fake, uint64_t budget_ns); /* one call of guest_run() */
void fake_hw_unmap(struct fake_hw *fake, uint32_t ppn);
void fake_hw_unmap_all(struct fake_hw *fake); /* every first touch is an access from here on */
void fake_hw_io_finish(struct fake_hw *fake, uint32_t index);
struct guest_status fake_hw_status(const struct fake_hw *fake);

/* A program of operations, repeated `rounds` times; then it exits. */
struct fake_hw_program {
    struct guest_program program;
    const struct guest_op *ops;
    uint32_t count, rounds, at, round;
    uint64_t at_ns[256]; /* when each operation was asked for, so when the one before ended */
    uint32_t asked;
    bool ended;
};
void fake_hw_program_init(struct fake_hw_program *program, const struct guest_op *ops,
                          uint32_t count, uint32_t rounds, uint32_t memory_pages);

#endif
