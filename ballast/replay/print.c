/*
 * A row for each policy and each size of memory.
 */
#include "ballast/replay/print.h"

#include <inttypes.h>
#include <math.h>

#include "sim/quantity.h"

enum { COLUMN_MB = 3 };

/* "T1.btr: 776,968 touches of 32,526 pages (127 MB)". */
static void print_facts(const struct replay_run *run, const struct replay_trace *trace, FILE *out)
{
    const struct replay_facts *facts = &run->facts;
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

void replay_print(const struct replay_run *run, const struct replay_trace *trace,
                  enum sim_listing_form form, FILE *out)
{
    struct sim_column columns[] = {
        {"policy", "policy", 'l'}, {"memory", "memory", 'r'},     {"pages", "memory_pages", 'r'},
        {"MB", "memory_mb", 'r'},  {"misses", "misses", 'r'},     {"miss ratio", "miss_ratio", 'r'},
        {NULL, "touches", 'r'},    {NULL, "distinct_pages", 'r'},
    };
    struct sim_listing listing;
    double page_mb = (double)replay_trace_page_bytes(trace) / (1024 * 1024);

    if (page_mb == 0) /* nobody knows, and the table need not show it */
        columns[COLUMN_MB].heading = NULL;
    if (form == SIM_LISTING_TABLE)
        print_facts(run, trace, out);
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
