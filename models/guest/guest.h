/*
 * A guest operating system on one virtual CPU: processes, files over a page cache, the OS's own
 * paging, and the balloon driver inside it (paper, section 3). This is the public header.
 *
 * A guest sees only its virtual hardware (hardware.h). The host calls guest_run() with a budget of
 * time. Programs (program.h) give the processes their operations.
 *
 * Units: pages of 4 KiB, nanoseconds. guest_new() fixes the sizes of all arrays; nothing is
 * allocated later, neither per page nor per operation.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "models/guest/catalog.h"
#include "models/guest/config.h"
#include "models/guest/hardware.h"
#include "models/guest/program.h"
#include "models/guest/status.h"
#include "sim/error.h"

struct guest; /* opaque */

/* Makes a guest that is off. On failure NULL, with `error` filled: SIM_USAGE for what guest_check()
 * refuses, SIM_SYSTEM where memory is short. `hw` must outlive the guest. */
struct guest *guest_new(const struct guest_config *config, struct guest_hw *hw,
                        struct sim_error *error);
void guest_free(struct guest *guest); /* accepts NULL */

/* Adds a process that starts once the boot has ended, but not before `start_ns`. `program` must
 * outlive the guest. */
void guest_spawn(struct guest *guest, struct guest_program *program, uint64_t start_ns);
/* Makes `count` files with consecutive numbers and returns the first number. Files start empty
 * where `image_bytes` is 0. Otherwise each has that size and belongs to the disk image: its
 * contents are equal in every guest of the image. */
uint32_t guest_files_new(struct guest *guest, uint32_t count, uint64_t image_bytes);

void guest_power_on(struct guest *guest, uint64_t now_ns); /* once */

/* The balloon driver ails in this way from now on; all zeroes: it is in order. What it takes the
 * guest to do, such as giving pages back, is done when the guest runs next. */
void guest_driver_fault(struct guest *guest, const struct guest_driver_fault *fault);
/* The driver is unloaded, and loaded again at once. */
void guest_driver_restart(struct guest *guest);

struct guest_slice {
    uint64_t used_ns; /* CPU time used; may exceed the budget by one step */
    bool halted;      /* nothing can run until an I/O ends or wake_ns comes */
    uint64_t wake_ns; /* the guest's nearest timer, halted or not; SIM_NEVER: none */
};
/* Runs from `now_ns` on for about `budget_ns`. Timers that are due come first. */
struct guest_slice guest_run(struct guest *guest, uint64_t now_ns, uint64_t budget_ns);
/* Within guest_run(): how far the slice has come. */
uint64_t guest_now_ns(const struct guest *guest);
/* The host calls it when the disk I/O of this tag has ended. */
void guest_io_done(struct guest *guest, uint32_t tag, uint64_t now_ns);
/* The host calls these after it has taken accesses to a page, or to all pages, from `map`. */
void guest_unmapped(struct guest *guest, uint32_t ppn);
void guest_unmapped_all(struct guest *guest);
/* Does a device read or write this page now? */
bool guest_page_pinned(const struct guest *guest, uint32_t ppn);

void guest_status(const struct guest *guest, struct guest_status *status);
/* Checks every list and count from scratch. NULL, or what is wrong. */
const char *guest_verify(const struct guest *guest);

#endif
