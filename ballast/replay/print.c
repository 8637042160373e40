/*
 * A row for each policy and each size of memory.
 */
#include "ballast/replay/print.h"

#include <inttypes.h>

void replay_print(const struct replay_run *run, const struct replay_trace *trace,
                  enum sim_listing_form form, FILE *out)
{
    static const struct sim_column columns[] = {
        {"policy", "policy", 'l'}, {"memory", "memory", 'r'},         {"pages", "pages", 'r'},
        {"misses", "misses", 'r'}, {"miss ratio", "miss_ratio", 'r'},
    };
    struct sim_listing listing;

    (void)trace;
    sim_listing_begin(&listing, form, columns, sizeof columns / sizeof *columns, out);
    for (uint32_t i = 0; i < run->count; i++) {
        for (uint32_t m = 0; m < run->memories.count; m++) {
            const struct replay_memory *memory = &run->memories.at[m];
            sim_listing_text(&listing, run->policies[i]->name);
            sim_listing_format(&listing, "%.*s", (int)memory->length, memory->text);
            sim_listing_count(&listing, memory->pages);
            sim_listing_count(&listing, run->misses[i][m]);
            sim_listing_number(&listing, (double)run->misses[i][m] / (double)run->facts.touches, 4);
        }
    }
    sim_listing_end(&listing);
}
