/* What members count themselves, as rows: of each estimator, with its name in theirs. */
#include "tests/check.h"
#include "tests/unit/run/one_run.h"

static const char one_vm[] = "name: one\n"
                             "title: \"One VM\"\n"
                             "duration_s: 120\n"
                             "sample_every_s: 10\n"
                             "seeds: 1\n"
                             "machine: {memory_mb: 64, hypervisor_mb: 2, swap_mb: 128, cpus: 1,"
                             " cpu_mhz: 800}\n"
                             "policy: {overhead_start_pages: 16, overhead_full_pages: 16}\n"
                             "record: {touched: true}\n"
                             "vms:\n"
                             "  - name: alone\n"
                             "    guest: bare\n"
                             "    memory_mb: 32\n"
                             "    min_mb: 4\n"
                             "    workload:\n"
                             "      fill: {pages: 6000, contents: 900, writes_s: 100}\n";

/* From the start to the end, one each. */
static void counted__each_estimator_that_runs_has_rows(void)
{
    const char *const sets[] = {"policy.estimators=esx,idle"};
    one_run(one_vm, sets, 1);
    CHECK_EQ(one_run_number("SELECT count(*) FROM series WHERE metric = 'active_idle_mb'"), 13);
    CHECK_EQ(one_run_number("SELECT max(abs(a.value - b.value)) FROM series a JOIN series b"
                            " USING (t_s, vm) WHERE a.metric = 'active_mb'"
                            " AND b.metric = 'active_esx_mb'"),
             0);
    CHECK(one_run_result("alone", "esx_faults") > 0);
    CHECK_EQ(one_run_result("alone", "idle_faults"), 0); /* it reads accessed bits */
    CHECK(one_run_result("alone", "idle_armed") > 1000);
    CHECK_EQ(one_run_number("SELECT count(*) FROM series LEFT JOIN metric ON name = metric"
                            " WHERE name IS NULL"),
             0);
    one_run_end();
}

/* The oracle of idle page tracking in a run: the truth of the same period, to a few pages that are
 * touched in the moment at which both begin anew. */
static void counted__idle_page_tracking_is_the_truth(void)
{
    const char *const sets[] = {"policy.estimator=idle"};
    one_run(one_vm, sets, 1);
    CHECK_EQ(one_run_number("SELECT count(*) FROM series WHERE metric = 'active_idle_mb'"), 13);
    CHECK_NEAR(one_run_number("SELECT max(abs(a.value - b.value)) * 256 FROM series a JOIN series b"
                              " USING (t_s, vm) WHERE a.metric = 'active_slow_mb'"
                              " AND b.metric = 'touched_mb'"),
               0, 3);
    one_run_end();
}

/* In MB and in pages of 4 KiB, whatever the pages of the model are. */
static void counted__large_pages_count_as_many(void)
{
    const char *const sets[] = {"policy.estimators=esx,idle", "machine.scale=4"};
    one_run(one_vm, sets, 2);
    CHECK_EQ(one_run_number("SELECT max(abs(a.value - b.value)) FROM series a JOIN series b"
                            " USING (t_s, vm) WHERE a.metric = 'active_mb'"
                            " AND b.metric = 'active_esx_mb'"),
             0);
    CHECK(one_run_number("SELECT max(value) FROM series WHERE metric = 'active_idle_mb'") > 10);
    CHECK(one_run_result("alone", "idle_armed") > 1000);
    one_run_end();
}

static void counted__the_first_estimator_alone_has_none(void)
{
    one_run(one_vm, NULL, 0);
    CHECK_EQ(one_run_number("SELECT count(*) FROM metric WHERE name LIKE '%esx%'"), 0);
    one_run_end();
}

TEST_SUITE(run_counted, TEST(counted__each_estimator_that_runs_has_rows),
           TEST(counted__idle_page_tracking_is_the_truth),

           TEST(counted__large_pages_count_as_many),
           TEST(counted__the_first_estimator_alone_has_none))
