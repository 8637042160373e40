/* paper_series.csv: the paper's curves. Its headings become names of columns in a database. */
#include "ballast/results/paper_series.h"
#include "fuzz/targets.h"

void fuzz_paper_series(const uint8_t *bytes, size_t count)
{
    struct sim_error error = {0};
    static struct results *db; /* one for all inputs: a new one would be most of the time */

    if (db == NULL)
        FUZZ_CHECK(results_open("paper_series", RESULTS_MEMORY, &db, &error) == SIM_OK);
    fuzz_accepted(paper_series_load(db, fuzz_file(0, bytes, count), &error), &error);
}
