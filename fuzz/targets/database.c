/* A database of results: what `merge` and `verify` read. */
#include <stdio.h>

#include "ballast/results/outcomes.h"
#include "ballast/results/results.h"
#include "fuzz/targets.h"

/* What was merged is whole, and gives a number for each run, VM and metric. */
static void check_merged(struct results *db, uint32_t merged)
{
    static const char chosen[] = "CREATE TEMP TABLE chosen AS SELECT run_id, variant FROM run";
    struct outcomes outcomes;
    struct sim_error error = {0};

    FUZZ_CHECK(results_count_check(db, &error) == SIM_OK);
    FUZZ_CHECK(results_runs_check(db, "SELECT run_id FROM run", &error) == SIM_OK);
    FUZZ_CHECK(results_query(db, chosen, NULL, 0, NULL, NULL, &error) == SIM_OK);
    FUZZ_CHECK(outcomes_read(db, &outcomes, &error) == SIM_OK);
    FUZZ_CHECK(outcomes.run_count <= merged);
    for (uint32_t i = 0; i < outcomes.count; i++) {
        const struct outcome *outcome = &outcomes.at[i];
        FUZZ_CHECK(outcomes_find(&outcomes, outcome->vm, outcome->name) == outcome);
    }
    outcomes_fini(&outcomes);
}

void fuzz_database(const uint8_t *bytes, size_t count)
{
    const char *path = fuzz_place();
    struct results *into;
    struct sim_error error = {0};
    uint32_t merged = 0;

    FILE *file = fopen(path, "wb");
    FUZZ_CHECK(file != NULL && fwrite(bytes, 1, count, file) == count && fclose(file) == 0);
    if (!fuzz_accepted(results_check(path, &error), &error))
        return;
    FUZZ_CHECK(results_open("merged", RESULTS_MEMORY, &into, &error) == SIM_OK);
    /* SQLite's check has found nothing; what it does not look at is an error when it is read. */
    int status = results_merge(into, path, &merged, &error);
    FUZZ_CHECK(status == SIM_OK || status == SIM_BAD_DATA || status == SIM_SYSTEM);
    if (status == SIM_OK)
        check_merged(into, merged);
    FUZZ_CHECK(results_close(into, &error) == SIM_OK);
}
