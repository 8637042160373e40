/*
 * How many copies device I/O should cost (paper, section 7), reckoned from what the workload itself
 * counted. It stands beside the policy's own count of copies, which it does not read.
 *
 * A page that lies high is copied at each I/O. At the first I/O at which its count of I/Os exceeds
 * the threshold, while remapping is enabled, it moves to low memory and is copied no more. A
 * scheduled change of either tunable begins a new period: device_io_settle() ends the one before.
 */
#ifndef RUN_DEVICE_IO_H
#define RUN_DEVICE_IO_H

#include <stdbool.h>
#include <stdint.h>

#include "models/policy/mp.h"

/* Of one VM, from its power-on. All zero: nothing has happened. */
struct device_io {
    struct device_io_page *pages; /* NULL before the first change of tunables */
    uint64_t copies;              /* expected before the present period */
};

/* Expected up to now, where the present period has `tunables` and `ios[page]` are the I/Os so far.
 */
uint64_t device_io_copies(const struct device_io *io, const uint32_t *ios, uint32_t pages,
                          const struct mp_tunables *tunables);
/* The period that had `tunables` ends now. False: no memory. */
bool device_io_settle(struct device_io *io, const uint32_t *ios, uint32_t pages,
                      const struct mp_tunables *tunables);
/* All zero again. */
void device_io_fini(struct device_io *io);

#endif
