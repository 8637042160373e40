/*
 * Two sets of runs against each other, metric by metric: two variants, two experiments or two
 * databases. `ballast compare` and `ballast diff` are made from it.
 *
 * Variants are matched by name, unless each side has one only. Runs with the same seed and
 * replicate share their random streams where their VMs have the same names (common random numbers):
 * then their differences, pair by pair, vary less than the runs do.
 */
#ifndef COMPARISON_COMPARISON_H
#define COMPARISON_COMPARISON_H

#include "ballast/comparison/tolerances.h"
#include "ballast/config/home.h"
#include "ballast/results/difference.h"
#include "ballast/results/outcomes.h"
#include "sim/listing.h"

/* One side: [FILE.db:][EXPERIMENT|FILE.yaml][:VARIANT]. */
struct comparison_side {
    char db[PATH_BYTES];
    char experiment[PATH_BYTES]; /* its name or its file; "": all of the database */
    char variant[PATH_BYTES];
    bool has_variant;
};

/* `default_db` holds where the operand names no database. `first` (NULL for the first side) is what
 * an operand that begins with ':' takes its database and experiment from. SIM_USAGE. */
int comparison_side_parse(const char *operand, const char *default_db,
                          const struct comparison_side *first, struct comparison_side *side,
                          struct sim_error *error);

enum comparison_method {
    COMPARISON_AUTO, /* pairs where both sides have the same seeds, replicates and VMs */
    COMPARISON_PAIRED,
    COMPARISON_WELCH,
};

#define COMPARISON_ONLY_MOST 20u
struct comparison_request {
    struct comparison_side a, b;
    enum comparison_method method;
    bool exact;                             /* every statistic, run by run: a regression test */
    const char *only[COMPARISON_ONLY_MOST]; /* metrics; none: all */
    uint32_t only_count;
    const struct tolerances *tolerances;
};

/* One number of one VM. */
struct comparison_row {
    uint32_t part;
    const char *vm, *metric, *unit;
    const struct metric *known; /* NULL: the program has no such metric */
    enum outcome_of of;
    struct difference difference;
    uint32_t only_in;                  /* 0: both sides have it; 1: a alone; 2: b alone */
    const struct tolerance *tolerance; /* NULL: none */
    bool beyond;
};

/* A variant of a with one of b. */
struct comparison_part {
    const char *experiment_a, *variant_a, *experiment_b, *variant_b;
    uint32_t runs_a, runs_b;
    bool is_paired;
    bool is_common;        /* with the same seeds and VMs, so with the same random numbers */
    uint32_t first, count; /* rows */
};

struct comparison {
    struct comparison_request request;
    struct comparison_part *parts;
    uint32_t part_count;
    struct comparison_row *rows; /* of each part: what matters most first */
    uint32_t count;
    const char **missing, **added; /* runs or variants that a, or b, has alone: in words */
    uint32_t missing_count, added_count;
    /* Exact, without a tolerance and of all metrics: pairs of runs whose rows differ somewhere. */
    uint32_t unlike_count;
    struct sim_memory memory; /* private */
    size_t part_room, room, missing_room, added_room;
};

/* SIM_USAGE where there is nothing to compare, or a metric of `only` or of a tolerance is unknown.
 * Whatever the status is, the caller ends `comparison` with comparison_fini(). */
int comparison_make(const struct comparison_request *request, struct comparison *comparison,
                    struct sim_error *error);
void comparison_fini(struct comparison *comparison);

/* How many rows are beyond their tolerance. */
uint32_t comparison_beyond(const struct comparison *comparison);

/* For people, in lines of at most `width` characters; `all` has also what is equal or not shown. */
void comparison_print(const struct comparison *comparison, bool all, uint32_t width, FILE *out);
void comparison_list(const struct comparison *comparison, enum sim_listing_form form, FILE *out);

#endif
