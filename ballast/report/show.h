/*
 * What the runs of an experiment came to, for people: per variant, VM and metric the mean, the peak
 * and the last of its samples or what it came to, over seeds with intervals.
 *
 * Which metrics there are, under which title and in which order is said by their rows in
 * ballast/results/metrics.def.
 */
#ifndef REPORT_SHOW_H
#define REPORT_SHOW_H

#include "ballast/results/compare.h"
#include "ballast/results/metrics.h"
#include "ballast/results/results.h"
#include "ballast/run/chosen.h"
#include "sim/listing.h"
#include "sim/memory.h"

enum show_kind {
    SHOW_LEVEL, /* mean, peak, last; with a moment, the mean alone is filled */
    SHOW_TOTAL, /* the mean alone is filled: what a run came to */
    SHOW_LOST,  /* so too: percent of the work of a VM that it loses against running alone */
    SHOW_EVENT, /* so too: how often something happened that spoils a run */
};

struct show_row {
    enum show_kind kind;
    const char *vm;     /* "" for the host */
    bool is_sum;        /* over all VMs; `vm` is "" */
    const char *metric; /* its name, or that of the kind of event */
    const char *title, *unit;
    uint32_t rank;
    struct compare_mean mean, peak, last; /* over runs */
    const char *note;                     /* of an event: when and why first; else NULL */
    uint32_t order;                       /* private */
};

struct show_variant {
    const char *name;
    uint32_t runs;
    const char *seeds; /* "seed 1", "seeds 1 to 5" */
    const char *governor;
    double sim_s;          /* of the longest run */
    struct show_row *rows; /* by rank, then VM */
    uint32_t count;
    size_t room; /* private */
};

struct show_request {
    const char *experiment; /* its name */
    struct chosen_part part;
    const char *vm; /* NULL: all, and the host */
    double at_s;    /* NAN: over the whole run */
};

struct show {
    struct show_request request;
    double at_s; /* of the sample that is nearest to request.at_s */
    struct show_variant *variants;
    uint32_t count;
    bool has_work;            /* a VM does work, and */
    bool has_alone;           /* of one of them there is a run alone */
    struct sim_memory memory; /* private */
};

/* SIM_USAGE for a VM that is not there, with the nearest name, and where there is no finished run.
 * Whatever the status is, the caller ends `show` with show_fini(). */
int show_make(struct results *db, const char *db_path, const struct show_request *request,
              struct show *show, struct sim_error *error);
void show_fini(struct show *show);

/* For people, in lines of at most `width` characters. One variant in full; of several one line
 * each. */
void show_print(const struct show *show, uint32_t width, FILE *out);
/* For programs: a row for each variant, VM, metric and statistic. */
void show_list(const struct show *show, enum sim_listing_form form, FILE *out);

/* ---- What a database holds --------------------------------------------------------------- */

struct show_content {
    const char *experiment;
    uint32_t variants, seeds, runs; /* finished, without those of a VM alone */
    uint32_t alone;                 /* of a VM alone */
    uint32_t earlier; /* finished, of another configuration than their variant ran with last */
    uint32_t unfinished;
    const char *last_utc; /* when the last one began */
};

struct show_contents {
    struct show_content *at;
    uint32_t count;
    struct sim_memory memory; /* private */
};

int show_contents_read(struct results *db, struct show_contents *contents, struct sim_error *error);
void show_contents_fini(struct show_contents *contents);
void show_contents_print(const struct show_contents *contents, enum sim_listing_form form,
                         FILE *out);

#endif
