/*
 * The delay of memory.high: a control group above this limit is not stopped, but each of its
 * charges waits, the longer the further the group is above it. A rule of the Linux kernel, on its
 * own: no governor uses it here, since a stall in the simulation comes from paging.
 *
 * README.md says what this was written from.
 */
#include "rules.h"

#define HZ            1000u
#define BATCH_PAGES   32u
#define PRECISION     20u /* bits of the share above the limit */
#define SCALING       14u /* bits that the square is divided by beyond PRECISION */
#define MOST_DELAY_MS 2000u

uint32_t mp_memory_high_delay_ms(uint64_t usage, uint64_t high, uint32_t pages)
{
    if (high == 0)
        high = 1;
    if (usage <= high)
        return 0;

    uint64_t over = usage - high;

    if (over >= high) /* twice the limit is far beyond the longest delay */
        return MOST_DELAY_MS;
    while (over >> (63 - PRECISION)) { /* as exact as 64 bits allow */
        over >>= 1;
        high >>= 1;
    }
    over = (over << PRECISION) / high;

    uint64_t delay_ms = (over * over * HZ) >> (PRECISION + SCALING);

    delay_ms = delay_ms * pages / BATCH_PAGES;
    return delay_ms < MOST_DELAY_MS ? (uint32_t)delay_ms : MOST_DELAY_MS;
}
