/*
 * Published rules that are pure functions, for planners and tests: numbers in, numbers out. The
 * governors here use them too, but for memory.high's.
 */
#ifndef MP_GOVERNORS_RULES_H
#define MP_GOVERNORS_RULES_H

#include <stdint.h>

/* memory_high.c: how long the kernel holds up a task that charges `pages` to a group which is above
 * its memory.high, in ms, up to 2,000. It does not sleep for 10 ms or less. All in one unit but
 * `pages`. */
uint32_t mp_memory_high_delay_ms(uint64_t usage, uint64_t high, uint32_t pages);
/* Does the kernel sleep for so long? */
#define MP_MEMORY_HIGH_IGNORED_MS 10u

/* far_memory.c: which of `count` rising thresholds of cold age is the smallest with at most
 * `limit` promotions a minute; the last one if none is. promotions[i] belongs to threshold i. */
uint32_t mp_far_memory_threshold(const uint32_t *promotions, uint32_t count, uint32_t limit);

/* esx_6.c: what a host of this size keeps free, in hundredths of a MB. The sources disagree on
 * whether a GB is 1,000 or 1,024 MB. */
uint64_t mp_esx6_min_free_cmb(uint64_t machine_mb, uint32_t mb_per_gb);

/* hyperv_like.c: what the guest's driver adds to its demand and never balloons, by the guest's size
 * in MB. */
uint32_t mp_hyperv_floor_mb(uint32_t max_mb);

#endif
