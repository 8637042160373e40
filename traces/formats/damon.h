/*
 * DAMON's estimates as touches: what its formats share. Internal to this folder.
 *
 * DAMON (the kernel's Data Access MONitor) divides memory into regions and counts in how many of
 * its samples a region was accessed. It does not say which pages were accessed, nor whether they
 * were written. A region of n pages with an access rate r becomes n r touches in the window, evenly
 * spread; they begin at another page in each window.
 *
 * The hazard is a region that claims all of the address space. Ranges get page numbers, not single
 * pages, so memory grows with the number of regions; and a recording may name 2^28 pages at most.
 */
#ifndef TR_DAMON_H
#define TR_DAMON_H

#include "traces/formats/source_format.h"

#define DAMON_PAGES_MOST (UINT32_C(1) << 28) /* our choice: 1 TiB of 4 KiB pages */
#define DAMON_SAMPLES    20.0                /* of a window, DAMON's default: 100 ms of 5 ms each */
#define DAMON_WINDOW_NS  1e8                 /* its default aggregation interval */
/* A window that is cut late has a few samples more. DAMON's own recordings have up to 5% more. */
#define DAMON_SAMPLES_SLACK 1.25
#define DAMON_RANGES_MOST   65536u /* our choice; DAMON has 1,000 regions unless told */

struct damon_region {
    uint64_t from, to; /* addresses; `to` is the first one beyond the region */
    double rate;       /* the fraction of samples in which it was accessed */
};

/* A range of addresses that has page numbers. */
struct damon_range {
    uint64_t from, to; /* pages of the address space */
    uint32_t ppn;
};

struct damon;
/* Fills `regions` and `end_ns` with the next snapshot. 1: done; 0: the end of the file; -1. */
typedef int (*damon_load)(struct damon *damon, struct sim_error *error);

struct damon {
    struct tr_source base; /* first, as this struct is the first of a format's own */
    damon_load load;
    unsigned page_shift;
    double samples;     /* of a window: so many hits are a rate of 100% */
    bool knows_samples; /* the user says so */
    bool is_tuned;      /* the file says that both intervals change together: the samples stay */
    bool tells_samples; /* a note says that the default is taken */
    struct damon_range *ranges; /* in order of address, without overlap */
    size_t range_room;
    uint32_t range_count;
    uint32_t pages;               /* how many have numbers */
    struct damon_region *regions; /* of the present snapshot */
    size_t region_room;
    uint32_t region_count;
    uint64_t end_ns; /* of the present snapshot, since the recording began */
    uint64_t windows;
    bool has_window;       /* records of the present snapshot are being given out: */
    uint32_t region;       /* of this region, */
    uint64_t touch;        /* the touch that comes next, */
    uint64_t touches;      /* out of so many */
    uint64_t region_pages; /* over so many pages */
    double phase;          /* where the first touch lies in its step, 0 to 1 */
};

/* For begin() of a format: how it loads a snapshot, and its text for tr_source_describe(). */
void damon_init(struct damon *damon, damon_load load, const char *text,
                const struct tr_source_options *options);
/* For load(): the rate of a region with so many hits. 1; -1: they contradict the number of samples.
 */
int damon_rate(struct damon *damon, double hits, double *rate, struct sim_error *error);
/* Adds up one or more of "NUMBER UNIT", such as "4.000 GiB" or "5 s 100 ms", in bytes or ns; a
 * number may have commas. False if the text is anything else. */
bool damon_number(const char *text, double *number);
/* For load(): begins a new snapshot; adds a region to it (1 or -1). */
void damon_clear(struct damon *damon);
int damon_add(struct damon *damon, const struct damon_region *region, struct sim_error *error);

/* next() and end() of every format. */
int damon_next(struct tr_source *source, struct tr_record *record, struct sim_error *error);
void damon_end(struct tr_source *source);

#endif
