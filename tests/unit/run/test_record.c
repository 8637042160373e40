/* What runs write: every row of metrics.def where its condition holds, and at which moment. */
#include "ballast/run/internal.h"

#include <math.h>

#include "tests/check.h"
#include "tests/unit/run/one_run.h"

static const char two_vms[] = "name: two\n"
                              "title: \"Two VMs\"\n"
                              "duration_s: 20.5\n"
                              "sample_every_s: 1\n"
                              "seeds: 1\n"
                              "machine: {memory_mb: 48, hypervisor_mb: 2, swap_mb: 128,"
                              " cpus: 2, cpu_mhz: 800}\n"
                              "policy: {overhead_start_pages: 16, overhead_full_pages: 16}\n"
                              "vms:\n"
                              "  - name: first\n"
                              "    guest: bare\n"
                              "    memory_mb: 32\n"
                              "    min_mb: 4\n"
                              "    workload:\n"
                              "      fill: {pages: 6000, contents: 900, writes_s: 100}\n"
                              "  - name: second\n"
                              "    guest: bare\n"
                              "    memory_mb: 32\n"
                              "    min_mb: 4\n"
                              "    power_on_s: 2\n"
                              "    workload:\n"
                              "      fill: {pages: 6000, contents: 900, writes_s: 100}\n";

static const char device_vm[] = "name: device\n"
                                "title: \"Device I/O\"\n"
                                "duration_s: 20\n"
                                "sample_every_s: 5\n"
                                "seeds: 1\n"
                                "machine: {memory_mb: 8192, hypervisor_mb: 64, swap_mb: 128,"
                                " low_mb: 4096, cpus: 2, cpu_mhz: 800}\n"
                                "policy: {share_enabled: 0, remap_threshold: 60}\n"
                                "vms:\n"
                                "  - name: net\n"
                                "    guest: bare\n"
                                "    memory_mb: 64\n"
                                "    min_mb: 16\n"
                                "    workload:\n"
                                "      device_io: {buffer_pages: 256, ios_s: 1000, ring: yes}\n"
                                "  - name: disk\n"
                                "    guest: bare\n"
                                "    memory_mb: 64\n"
                                "    min_mb: 16\n"
                                "    workload:\n"
                                "      device_io: {buffer_pages: 4096, ios_s: 500, zipf: 1}\n"
                                "schedule:\n"
                                "  - {at_s: 4, set: policy.remap_enabled, value: 0}\n"
                                "  - {at_s: 8, set: policy.idle_tax, value: 0.5}\n"
                                "  - {at_s: 12, set: policy.remap_enabled, value: 1}\n"
                                "  - {at_s: 12, set: policy.remap_threshold, value: 3}\n";

/* ---- Which rows there are ---------------------------------------------------------------- */

static double rows(const char *table, const char *vm, const char *metric)
{
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s WHERE vm = '%s' AND metric = '%s'", table,
             vm, metric);
    return one_run_number(sql);
}

static double expected(enum metric_when when, bool of_host)
{
    return when == METRIC_ALWAYS || when == METRIC_SHARING ||
           (when == METRIC_HOST_SHARING && of_host) || (when == METRIC_WORKLOAD && !of_host);
}

static void record__writes_the_rows_that_are_due(void)
{
    one_run(two_vms, NULL, 0);
    for (unsigned i = 0; i < METRIC_COUNT; i++) {
        const struct metric *metric = &metrics[i];
        bool of_vm = metric_is_of_vm(metric), of_host = metric_is_of_host(metric);
        double series = expected(metric->series, false), ends = expected(metric->result, false);
        CHECK_NEAR(rows("series", "first", metric->name), of_vm ? 21 * series : 0, 0);
        CHECK_NEAR(rows("series", "second", metric->name), of_vm ? 19 * series : 0, 0);
        CHECK_NEAR(rows("result", "first", metric->name), of_vm ? ends : 0, 0);
        series = expected(metric->series, true), ends = expected(metric->result, true);
        CHECK_NEAR(rows("series", "", metric->name), of_host ? 21 * series : 0, 0);
        CHECK_NEAR(rows("result", "", metric->name), of_host ? ends : 0, 0);
    }
    one_run_end();
}

static void record__every_metric_that_occurs_is_explained(void)
{
    one_run(two_vms, NULL, 0);
    CHECK_NEAR(
        one_run_number("SELECT count(*) FROM (SELECT metric FROM series UNION SELECT metric FROM "
                       "result) WHERE metric NOT IN (SELECT name FROM metric)"),
        0, 0);
    CHECK_NEAR(
        one_run_number("SELECT count(*) FROM metric WHERE name NOT IN (SELECT metric FROM series)"
                       " AND name NOT IN (SELECT metric FROM result)"),
        0, 0);
    CHECK_NEAR(
        one_run_number("SELECT count(*) FROM metric WHERE name = 'alloc_mb' AND unit = 'MB' AND "
                       "kind = 'gauge' AND meaning LIKE '%GRANT%'"),
        1, 0);
    CHECK_NEAR(one_run_number("SELECT count(*) FROM result JOIN metric ON name = metric WHERE"
                              " result.unit <> metric.unit AND metric <> 'throughput'"),
               0, 0);
    CHECK_NEAR(one_run_number("SELECT unit = 'pages/s' FROM result WHERE metric = 'throughput'"), 1,
               0);
    one_run_end();
}

static void record__the_four_parts_of_a_vm_are_its_memory(void)
{
    one_run(two_vms, NULL, 0);
    CHECK(one_run_number("SELECT max(value) FROM series WHERE metric = 'swapped_mb'") > 0);
    CHECK(one_run_number("SELECT max(value) FROM series WHERE metric = 'untouched_mb'") > 0);
    CHECK_NEAR(
        one_run_number("SELECT count(*) FROM (SELECT sum(value) AS mb FROM series WHERE metric IN "
                       "('alloc_mb', 'balloon_mb', 'swapped_mb', 'untouched_mb') AND vm <> ''"
                       " GROUP BY t_s, vm) WHERE mb <> 32"),
        0, 0);
    one_run_end();
}

/* ---- VMs that are off at the end --------------------------------------------------------- */

/* The results of a VM at its power-off are those of a run that ends at this moment. */
static void record__a_vm_that_is_off_has_results(void)
{
    static const char *const short_sets[] = {"duration_s=10.3007"};
    static const char *const off_sets[] = {"vm.second.power_off_s=10.3007"};
    double values[METRIC_COUNT];
    one_run(two_vms, short_sets, 1);
    for (unsigned i = 0; i < METRIC_COUNT; i++)
        values[i] = one_run_result("second", metrics[i].name);
    one_run_end();
    one_run(two_vms, off_sets, 1);
    for (unsigned i = 0; i < METRIC_COUNT; i++)
        CHECK_NEAR(one_run_result("second", metrics[i].name), values[i], 0);
    CHECK(one_run_result("second", "throughput") > 0);
    CHECK(one_run_result("second", "overhead_cycles_pct") > 0);
    CHECK(one_run_result("second", "swap_out_mb") > 0);
    CHECK_NEAR(one_run_number("SELECT max(t_s) FROM series WHERE vm = 'second'"), 10, 0);
    one_run_end();
}

static void record__the_host_sums_up_vms_that_are_off_too(void)
{
    static const char *const sets[] = {"vm.net.power_off_s=9.7"};
    one_run(device_vm, sets, 1);
    CHECK(one_run_result("net", "io_requests") > 0);
    CHECK_NEAR(one_run_result("", "io_requests"),
               one_run_result("net", "io_requests") + one_run_result("disk", "io_requests"), 0);
    CHECK_NEAR(one_run_number(
                   "SELECT count(*) FROM series AS a JOIN series AS b USING (run_id, vm, metric)"
                   " WHERE vm = '' AND metric = 'io_copies' AND a.t_s < b.t_s"
                   " AND a.value > b.value"),
               0, 0);
    one_run_end();
}

static void record__a_vm_that_never_was_on_has_none(void)
{
    static const char *const sets[] = {"vm.second.power_on_s=100"};
    one_run(two_vms, sets, 1);
    CHECK_NEAR(one_run_number("SELECT count(*) FROM result WHERE vm = 'second'"), 0, 0);
    one_run_end();
}

/* ---- No value ---------------------------------------------------------------------------- */

static void record__no_value_is_null(void)
{
    static const char *const sets[] = {"vm.second.power_on_s=20.5"};
    one_run(two_vms, sets, 1);
    CHECK(isnan(one_run_result("second", "overhead_cycles_pct")));
    CHECK_NEAR(one_run_number("SELECT count(*) FROM result WHERE typeof(value) = 'text'"), 0, 0);
    one_run_end();
}

static void record__a_governor_without_a_price_leaves_null(void)
{
    struct sim_error error = {0};
    struct mp_decision decision = {.at_ns = 3 * SIM_SECOND,
                                   .reason = MP_REASON_PERIODIC,
                                   .active_pages = MP_NO_PAGE,
                                   .alloc_pages = 512,
                                   .target_pages = 256,
                                   .balloon_target_pages = 0,
                                   .swap_target_pages = MP_NO_PAGE,
                                   .price_milli = UINT64_MAX};
    struct results *db = one_run_db();
    if (!db)
        return;
    struct results_run row = {
        .experiment = "one", .variant = "", .version = "test", .seed = 1, .config = ""};
    struct run made = {.db = db, .error = &error};
    CHECK_EQ(results_run_begin(db, &row, &made.run_id, &error), SIM_OK);
    run_record_decision(&made, "a", &decision);
    decision.price_milli = 1500;
    run_record_decision(&made, "b", &decision);
    const struct mp_input input = {"stall_ms", 250};
    run_record_inputs(&made, 3 * SIM_SECOND, "a", &input, 1);
    CHECK_EQ(made.status, SIM_OK);
    CHECK_EQ(results_run_end(db, made.run_id, true, 3, 1, &error), SIM_OK);
    CHECK_NEAR(
        one_run_number("SELECT price IS NULL AND active_mb IS NULL AND swap_target_mb IS NULL AND"
                       " target_mb = 1 AND alloc_mb = 2 AND balloon_target_mb = 0 AND t_s = 3"
                       " FROM decision WHERE vm = 'a'"),
        1, 0);
    CHECK_NEAR(one_run_number("SELECT price FROM decision WHERE vm = 'b'"), 1.5, 0);
    CHECK_NEAR(
        one_run_number("SELECT value FROM decision_input WHERE name = 'stall_ms' AND vm = 'a'"),
        250, 0);
    one_run_end();
}

/* ---- Device I/O -------------------------------------------------------------------------- */

static void record__expected_copies_follow_the_schedule(void)
{
    one_run(device_vm, NULL, 0);
    CHECK(one_run_result("", "io_remaps") > 256);
    CHECK_NEAR(one_run_result("net", "io_copies"), one_run_result("net", "io_copies_expected"), 0);
    CHECK_NEAR(one_run_result("disk", "io_copies"), one_run_result("disk", "io_copies_expected"),
               0);
    CHECK_NEAR(one_run_result("", "io_copies"), one_run_result("", "io_copies_expected"), 0);
    CHECK(one_run_result("", "io_copies") < one_run_result("", "io_requests"));
    one_run_end();
}

TEST_SUITE(run_record, TEST(record__writes_the_rows_that_are_due),
           TEST(record__every_metric_that_occurs_is_explained),
           TEST(record__the_four_parts_of_a_vm_are_its_memory),
           TEST(record__a_vm_that_is_off_has_results),
           TEST(record__the_host_sums_up_vms_that_are_off_too),
           TEST(record__a_vm_that_never_was_on_has_none), TEST(record__no_value_is_null),
           TEST(record__a_governor_without_a_price_leaves_null),
           TEST(record__expected_copies_follow_the_schedule))
