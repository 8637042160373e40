/*
 * The two rules of Linux KSM that stand by themselves: which pages smart scan looks at, and how the
 * scan-time advisor sets the speed. Written from a description of Linux 6.10's behaviour, not from
 * its source.
 */
#ifndef MP_SCANNER_KSM_H
#define MP_SCANNER_KSM_H

#include <stdbool.h>
#include <stdint.h>

/* What is known of one page from one full scan to the next; all zero for a page that is new. */
struct ksm_item {
    uint32_t checksum; /* of its contents when it was met last */
    uint16_t pass;     /* the full scan, modulo 2^16, in which it was met last */
    uint8_t age;       /* how often it was met unmerged, up to 255 */
    uint8_t skips : 4; /* how often it is left out from now on */
    uint8_t is_summed : 1;
    uint8_t is_unstable : 1; /* tried in this full scan and waiting for a partner */
};

/* Smart scan: is the page left out this time? Called once each time that it is met unmerged. */
bool ksm_is_skipped(struct ksm_item *item);

/* The scan-time advisor, all in whole numbers. */
struct ksm_advice {
    uint32_t pages;  /* pages to scan in each batch */
    uint32_t change; /* in percent, smoothed over full scans */
    uint32_t last_s; /* what the full scan before took; 0: there was none */
};

struct ksm_advisor {
    uint32_t target_s;                  /* what a full scan should take */
    uint32_t least_cpu_pc, most_cpu_pc; /* of one CPU */
    uint32_t most_pages;
};

/* After a full scan of `scan_ms`, of which the CPU worked `cpu_ms`. */
void ksm_advise(struct ksm_advice *advice, const struct ksm_advisor *advisor, uint64_t scan_ms,
                uint64_t cpu_ms);

#endif
