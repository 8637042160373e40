/* A database of results: what `merge` and `verify` read. */
#include "ballast/results/results.h"
#include "fuzz/targets.h"

void fuzz_database(const uint8_t *bytes, size_t count)
{
    const char *path = fuzz_file(0, bytes, count);
    struct results *into;
    struct sim_error error = {0};
    uint32_t merged = 0;

    if (!fuzz_accepted(results_check(path, &error), &error))
        return;
    FUZZ_CHECK(results_open("merged", RESULTS_MEMORY, &into, &error) == SIM_OK);
    /* SQLite's check has found nothing; what it does not look at is an error when it is read. */
    int status = results_merge(into, path, &merged, &error);
    FUZZ_CHECK(status == SIM_OK || status == SIM_BAD_DATA || status == SIM_SYSTEM);
    FUZZ_CHECK(results_close(into, &error) == SIM_OK);
}
