#include "ballast/results/summary.h"

#include <unistd.h>

#include "tests/unit/results/place.h"

static void summary__is_what_the_samples_come_to(void)
{
    struct summary summary = {0};
    static const double values[] = {3, NAN, -1, 10, 4};
    for (uint32_t i = 0; i < 5; i++) {
        summary_add(&summary, 1, 1, values[i]);
        summary_add(&summary, 1, 2, NAN);
    }
    CHECK_EQ(summary.count, 2);
    const struct summary_row *row = &summary.rows[0];
    CHECK_EQ(row->samples, 4);
    CHECK_NEAR(summary_mean(row), 4, 0);
    CHECK_NEAR(row->least, -1, 0);
    CHECK_NEAR(row->peak, 10, 0);
    CHECK_NEAR(row->last, 4, 0);
    row = &summary.rows[1];
    CHECK_EQ(row->samples, 0);
    CHECK(isnan(summary_mean(row)) && isnan(row->least) && isnan(row->last));
    summary_fini(&summary);
}

/* VMs that come and go change the order in which rows come. */
static void summary__finds_its_row_in_any_order(void)
{
    struct summary summary = {0};
    for (uint32_t sample = 0; sample < 20; sample++)
        for (uint64_t vm = 0; vm < 100; vm++)
            for (uint64_t metric = 0; metric < 5; metric++)
                if ((vm + sample) % 3 != 0)
                    summary_add(&summary, vm, metric, (double)(vm * 10 + metric));
    CHECK_EQ(summary.count, 500);
    uint64_t samples = 0;
    for (uint32_t i = 0; i < summary.count; i++) {
        const struct summary_row *row = &summary.rows[i];
        samples += row->samples;
        CHECK_NEAR(row->peak, (double)(row->vm * 10 + row->metric), 0);
        CHECK_NEAR(row->least, row->peak, 0);
    }
    CHECK_EQ(samples, 5 * (20 * 100 - 7 * 34 - 13 * 33));
    summary_fini(&summary);
}

static void summary__is_in_the_database(void)
{
    struct place place = place_make();
    struct results *db = open_db(&place, RESULTS_WRITE);
    int64_t id = begin_run(db, "", 1), other = begin_run(db, "b", 1);
    for (int i = 0; i < 60000; i++) { /* more than one batch */
        results_series(db, id, i, "web", "alloc_mb", i, NULL);
        results_series(db, i % 2 ? id : other, i, "", "free_mb", i % 2 ? NAN : -0.0, NULL);
    }
    check_answer(db, "SELECT vm, samples, mean FROM summary WHERE run_id = 1",
                 "web|60000|29999.5;|0|NULL;"); /* what has come so far */
    CHECK_EQ(results_run_end(db, id, true, 1, 1, NULL), SIM_OK);
    check_answer(db, "SELECT * FROM summary WHERE run_id = 1",
                 "1|web|alloc_mb|60000|29999.5|0.0|59999.0|59999.0;1||free_mb|0|NULL|NULL|NULL|"
                 "NULL;");
    CHECK_EQ(results_run_end(db, other, false, 1, 1, NULL), SIM_OK);
    check_answer(db, "SELECT * FROM summary WHERE run_id = 2", "2||free_mb|30000|0.0|0.0|0.0|0.0;");
    id = begin_run(db, "", 1); /* replaces the first */
    CHECK_EQ(results_run_end(db, id, true, 1, 1, NULL), SIM_OK);
    check_answer(db, "SELECT DISTINCT run_id FROM summary", "2;");
    CHECK_EQ(results_close(db, NULL), SIM_OK);
    CHECK_EQ(results_check(place.path, NULL), SIM_OK);
    place_remove(&place);
}

TEST_SUITE(results_summary, TEST(summary__is_what_the_samples_come_to),
           TEST(summary__finds_its_row_in_any_order), TEST(summary__is_in_the_database))
