/*
 * The rows of `summary`: what the samples of one VM and metric come to, over one run.
 *
 * They are kept while the rows of `series` go out, so that nobody has to read millions of samples
 * to know a mean. Samples come at equal intervals, so a mean over samples is one over the time in
 * which there were samples. A value that is NaN is no sample.
 */
#ifndef RESULTS_SUMMARY_H
#define RESULTS_SUMMARY_H

#include "ballast/results/store.h"
#include "sim/memory.h"

/* VM and metric are known by the hashes of their names (store.h). */
struct summary_row {
    uint64_t vm, metric;
    const struct store_text *vm_name, *metric_name; /* NULL where only hashes were given */
    uint64_t samples;
    double sum, least, peak, last; /* NAN but for `sum` while there is no sample */
};

/* All zeroes at first. */
struct summary {
    struct summary_row *rows; /* in the order in which each came first */
    uint32_t count;

    /* Private. */
    size_t room;
    uint32_t next;   /* the row that is expected next: samples repeat the same order */
    uint32_t *slots; /* numbers of rows + 1, by hash; 0 is empty */
    uint32_t slot_count;
    struct sim_memory names;
};

/* A row of `series`. The row that it belongs to; the names are its, to be filled where it has
 * none. */
struct summary_row *summary_add(struct summary *summary, uint64_t vm, uint64_t metric,
                                double value);
/* The same with names, which are copied. */
struct summary_row *summary_add_named(struct summary *summary, const struct store_text *vm,
                                      const struct store_text *metric, double value);
double summary_mean(const struct summary_row *row); /* NAN without samples */
void summary_fini(struct summary *summary);

/* Its columns, after run_id. */
#define SUMMARY_COLUMNS "vm,metric,samples,mean,least,peak,last"
#define SUMMARY_TYPES   "ttidddd"
#define SUMMARY_CELLS   7u
/* `row` as cells; its names must be there. */
void summary_cells(const struct summary_row *row, union store_cell cells[SUMMARY_CELLS]);
/* `row` as the words that its row must have (store.h). */
void summary_words(const struct summary_row *row, uint64_t words[SUMMARY_CELLS]);

#endif
