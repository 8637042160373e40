/*
 * DAMON's estimates as touches: what its three formats share. Internal to this folder.
 *
 * DAMON (the kernel's Data Access MONitor) divides memory into regions and says of each in how many
 * of its samples it was accessed. A region of n pages at a rate r gives n r touched pages (rounded)
 * in the window, evenly spread, from another page on in each window; where in the region the
 * touched pages really were, nobody knows. Reads and writes are not told apart.
 *
 * The hazard is a region that claims all of the address space. Page numbers are given to ranges,
 * not to pages, so memory grows with regions, and a recording may name 2^28 pages at most.
 */
#ifndef TR_DAMON_H
#define TR_DAMON_H

#include "traces/formats/source_format.h"

#define DAMON_PAGES_MOST   (UINT32_C(1) << 28) /* our choice: 1 TiB of 4 KiB pages */
#define DAMON_SAMPLES_MOST 20.0                /* DAMON's default: 100 ms of 5 ms each */
#define DAMON_RANGES_MOST  65536u              /* our choice; DAMON has 1,000 regions unless told */

struct damon_region {
    uint64_t from, to; /* addresses, `to` beyond */
    double rate;       /* 0 to 1: the share of samples that found it accessed */
};

/* A range of addresses that has page numbers. */
struct damon_range {
    uint64_t from, to; /* pages of the address space */
    uint32_t ppn;
};

struct damon {
    struct tr_source base; /* first: a format's own struct begins with this one */
    unsigned page_shift;
    struct damon_range *ranges; /* in order of address, without overlap */
    uint32_t range_count, range_room;
    uint32_t pages;               /* that have numbers */
    struct damon_region *regions; /* of the present snapshot */
    uint32_t region_count, region_room;
    uint64_t end_ns; /* of it, since the recording began */
    uint64_t windows;
    bool has_window;                       /* the snapshot is being given out: */
    uint32_t region;                       /* in this region, */
    uint64_t touch, touches, region_pages; /* this one of so many */
    double phase;
};

/* For begin(). */
void damon_init(struct damon *damon, const char *text);
void damon_fini(struct damon *damon);
void damon_clear(struct damon *damon); /* before the regions of a new snapshot */
int damon_add(struct damon *damon, const struct damon_region *region, struct sim_error *error);

/* Fills the next snapshot: 1; 0: the end; -1. */
typedef int (*damon_load)(struct damon *damon, struct sim_error *error);
int damon_next(struct damon *damon, damon_load load, struct tr_record *record,
               struct sim_error *error);

#endif
