/*
 * What `ballast scan` found, as tables and as JSON.
 */
#ifndef SCAN_REPORT_H
#define SCAN_REPORT_H

#include <stdio.h>

#include "ballast/scan/scan.h"

/* One file that was read. */
struct scan_image {
    const char *path;
    struct tr_snapshot_facts facts;
};

struct scan_moment {
    double at_s; /* NAN: not known */
    struct scan_result result;
    struct scan_change since_last, since_first; /* zeroes at the first moment */
    struct scan_image *images;                  /* one for each VM */
};

struct scan_report {
    uint32_t vms, moments; /* at least one of each */
    const char *const *names;
    struct scan_moment *at;
};

void scan_report_print(const struct scan_report *report, FILE *out);
void scan_report_json(const struct scan_report *report, FILE *out);

#endif
