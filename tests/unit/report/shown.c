#include "tests/unit/report/shown.h"

struct results *shown_open(void)
{
    struct results *db = NULL;
    CHECK_EQ(results_open("memory", RESULTS_MEMORY, &db, NULL), SIM_OK);
    return db;
}

int64_t shown_run(struct results *db, const char *variant, uint64_t seed, double alloc, double work)
{
    static const double steps[] = {0, 10, -10};
    int64_t id;
    struct results_run run = {
        .experiment = "two", .variant = variant, .governor = "esx", .seed = seed, .config = ""};
    CHECK_EQ(results_run_begin(db, &run, &id, NULL), SIM_OK);
    for (int i = 0; i < 3; i++) {
        results_series(db, id, 5 * i, "web", "alloc_mb", alloc + steps[i], NULL);
        results_series(db, id, 5 * i, "web", "swapped_mb", 0, NULL);
        results_series(db, id, 5 * i, "db", "alloc_mb", 2048, NULL);
        results_series(db, id, 5 * i, "", "free_mb", 64, NULL);
    }
    results_result(db, id, "web", "throughput", work, "ops/s", NULL);
    results_result(db, id, "web", "stalled_s", work / 10, "s", NULL);
    results_result(db, id, "web", "hint_frames", 3, "pages", NULL); /* is not shown */
    CHECK_EQ(results_run_end(db, id, true, 10, 1, NULL), SIM_OK);
    return id;
}
