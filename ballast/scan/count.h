/*
 * Makes the result of a scan from the policy library's records of pages. For scan.c alone.
 */
#ifndef SCAN_COUNT_H
#define SCAN_COUNT_H

#include "ballast/scan/scan.h"
#include "models/policy/mp.h"

/* VMs whose pages have all been offered for sharing. */
struct scan_counted {
    const struct mp *mp;
    uint32_t vms;
    const uint32_t *first_page; /* of each VM among all pages; one more at the end */
    const uint64_t *zero_pages; /* of each VM */
    uint32_t machine_pages;
};

/* Fills the counts of each VM and of each pair of VMs, and `together.self_reclaimed_pages`. The
 * caller has set `result` to zeroes. */
int scan_count_vms(const struct scan_counted *scan, struct scan_result *result,
                   struct sim_error *error);

#endif
