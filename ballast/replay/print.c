/*
 * Tables: a row for each policy and each size of memory, or one for each size of a curve.
 */
#include "ballast/replay/print.h"

#include <inttypes.h>
#include <math.h>

#include "sim/quantity.h"

enum { COLUMN_MB = 3 };

/* "T1.btr: 776968 touches of 32526 pages (127 MB)". */
static void print_facts(const struct replay_facts *facts, const struct replay_trace *trace,
                        FILE *out)
{
    uint32_t page_bytes = replay_trace_page_bytes(trace);
    char size[SIM_QUANTITY_BYTES];

    fprintf(out, "%s: %" PRIu64 " touches of %" PRIu32 " pages", replay_trace_path(trace),
            facts->touches, facts->distinct);
    if (page_bytes > 0)
        fprintf(out, " (%s)",
                sim_quantity(size, (double)facts->distinct * page_bytes / (1024 * 1024), "MB"));
    fprintf(out, "\nEach page misses at least once: no miss ratio is below %.4g.\n\n",
            (double)facts->distinct / (double)facts->touches);
}

static double page_mb_of(const struct replay_trace *trace)
{
    return (double)replay_trace_page_bytes(trace) / (1024 * 1024);
}

void replay_print(const struct replay_run *run, const struct replay_trace *trace,
                  enum sim_listing_form form, FILE *out)
{
    struct sim_column columns[] = {
        {"policy", "policy", 'l'}, {"memory", "memory", 'r'},     {"pages", "memory_pages", 'r'},
        {"MB", "memory_mb", 'r'},  {"misses", "misses", 'r'},     {"miss ratio", "miss_ratio", 'r'},
        {NULL, "touches", 'r'},    {NULL, "distinct_pages", 'r'},
    };
    struct sim_listing listing;
    double page_mb = page_mb_of(trace);

    if (page_mb == 0) /* nobody knows, and the table need not show it */
        columns[COLUMN_MB].heading = NULL;
    if (form == SIM_LISTING_TABLE)
        print_facts(&run->facts, trace, out);
    sim_listing_begin(&listing, form, columns, sizeof columns / sizeof *columns, out);
    for (uint32_t i = 0; i < run->count; i++) {
        for (uint32_t m = 0; m < run->memories.count; m++) {
            const struct replay_memory *memory = &run->memories.at[m];
            sim_listing_text(&listing, run->policies[i]->name);
            sim_listing_format(&listing, "%.*s", (int)memory->length, memory->text);
            sim_listing_count(&listing, memory->pages);
            sim_listing_number(&listing, page_mb > 0 ? memory->pages * page_mb : (double)NAN, 4);
            sim_listing_count(&listing, run->misses[i][m]);
            sim_listing_number(&listing, (double)run->misses[i][m] / (double)run->facts.touches, 4);
            sim_listing_count(&listing, run->facts.touches);
            sim_listing_count(&listing, run->facts.distinct);
        }
    }
    sim_listing_end(&listing);
}

/* ---- Curves ------------------------------------------------------------------------------ */

/* How far the estimators are from the exact curve, where that is among them. */
static void print_errors(const struct replay_curve *curve, FILE *out)
{
    uint32_t exact = 0;
    while (exact < curve->count && !curve->estimators[exact]->is_exact)
        exact++;
    if (exact == curve->count || curve->count == 1)
        return;
    fprintf(out, "\nMean distance from exact over these sizes:");
    for (uint32_t i = 0, told = 0; i < curve->count; i++) {
        double sum = 0;
        for (uint32_t k = 0; k < curve->sizes; k++)
            sum += fabs(curve->miss_ratio[i][k] - curve->miss_ratio[exact][k]);
        if (i != exact)
            fprintf(out, "%s %s %.2g", told++ > 0 ? "," : "", curve->estimators[i]->name,
                    sum / curve->sizes);
    }
    fprintf(out, ".\n");
}

void replay_curve_print(const struct replay_curve *curve, const struct replay_trace *trace,
                        enum sim_listing_form form, FILE *out)
{
    struct sim_column columns[3 + REPLAY_ESTIMATORS_MOST] = {
        {"pages", "memory_pages", 'r'}, {"%", "memory_pct", 'r'}, {"MB", "memory_mb", 'r'}};
    struct sim_listing listing;
    double page_mb = page_mb_of(trace);

    if (page_mb == 0)
        columns[2].heading = NULL;
    for (uint32_t i = 0; i < curve->count; i++)
        columns[3 + i] =
            (struct sim_column){curve->estimators[i]->name, curve->estimators[i]->name, 'r'};
    if (form == SIM_LISTING_TABLE) {
        print_facts(&curve->facts, trace, out);
        fprintf(out, "Miss ratio of LRU:\n\n");
    }
    sim_listing_begin(&listing, form, columns, 3 + curve->count, out);
    for (uint32_t k = 0; k < curve->sizes; k++) {
        uint32_t pages = curve->memory_pages[k];
        sim_listing_count(&listing, pages);
        sim_listing_number(&listing, 100.0 * pages / curve->facts.distinct, 3);
        sim_listing_number(&listing, page_mb > 0 ? pages * page_mb : (double)NAN, 4);
        for (uint32_t i = 0; i < curve->count; i++)
            sim_listing_number(&listing, curve->miss_ratio[i][k], 4);
    }
    sim_listing_end(&listing);
    if (form == SIM_LISTING_TABLE)
        print_errors(curve, out);
}
