/* What runs write: every row of metrics.def where its condition holds, and at which moment. */
#include "ballast/run/run.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "ballast/results/metrics.h"
#include "ballast/results/results.h"
#include "tests/check.h"
#include "tests/unit/config/config_text.h"

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

/* ---- One run in a database of its own ---------------------------------------------------- */

static struct results *db;
static char path[60];

static void run(const char *text, const char *const *sets, uint32_t set_count)
{
    struct sim_error error = {0};
    struct experiment_config config;
    snprintf(path, sizeof path, "/tmp/ballast-record-XXXXXX");
    close(mkstemp(path));
    if (CHECK_EQ(config_text_resolve(text, 0, sets, set_count, &config, &error), SIM_OK)) {
        struct run_options options = {.seed = 1, .quiet = true};
        if (CHECK_EQ(results_open(path, RESULTS_WRITE, &db, &error), SIM_OK))
            CHECK_EQ(run_experiment(&config, &options, db, &error), SIM_OK);
        config_fini(&config);
    }
    CHECK_TEXT(error.text, "");
}

static void run_end(void)
{
    results_close(db, NULL);
    unlink(path);
}

static bool take_number(void *context, const struct results_value *values, uint32_t count)
{
    (void)count;
    *(double *)context = values[0].is_null ? NAN : values[0].number;
    return true;
}

/* -1 where there is no row. */
static double number(const char *sql)
{
    struct sim_error error = {0};
    double found = -1;
    CHECK_EQ(results_query(db, sql, NULL, 0, take_number, &found, &error), SIM_OK);
    CHECK_TEXT(error.text, "");
    return found;
}

static double result(const char *vm, const char *metric)
{
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT value FROM result WHERE vm = '%s' AND metric = '%s'", vm,
             metric);
    return number(sql);
}

/* ---- Which rows there are ---------------------------------------------------------------- */

static double rows(const char *table, const char *vm, const char *metric)
{
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s WHERE vm = '%s' AND metric = '%s'", table,
             vm, metric);
    return number(sql);
}

static double expected(enum metric_when when, bool of_host)
{
    return when == METRIC_ALWAYS || when == METRIC_SHARING ||
           (when == METRIC_HOST_SHARING && of_host) || (when == METRIC_WORKLOAD && !of_host);
}

static void record__writes_the_rows_that_are_due(void)
{
    run(two_vms, NULL, 0);
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
    run_end();
}

static void record__every_metric_that_occurs_is_explained(void)
{
    run(two_vms, NULL, 0);
    CHECK_NEAR(number("SELECT count(*) FROM (SELECT metric FROM series UNION SELECT metric FROM "
                      "result) WHERE metric NOT IN (SELECT name FROM metric)"),
               0, 0);
    CHECK_NEAR(number("SELECT count(*) FROM metric WHERE name NOT IN (SELECT metric FROM series)"
                      " AND name NOT IN (SELECT metric FROM result)"),
               0, 0);
    CHECK_NEAR(number("SELECT count(*) FROM metric WHERE name = 'alloc_mb' AND unit = 'MB' AND "
                      "kind = 'gauge' AND meaning LIKE '%GRANT%'"),
               1, 0);
    CHECK_NEAR(number("SELECT count(*) FROM result JOIN metric ON name = metric WHERE"
                      " result.unit <> metric.unit AND metric <> 'throughput'"),
               0, 0);
    CHECK_NEAR(number("SELECT unit = 'pages/s' FROM result WHERE metric = 'throughput'"), 1, 0);
    run_end();
}

static void record__the_four_parts_of_a_vm_are_its_memory(void)
{
    run(two_vms, NULL, 0);
    CHECK(number("SELECT max(value) FROM series WHERE metric = 'swapped_mb'") > 0);
    CHECK(number("SELECT max(value) FROM series WHERE metric = 'untouched_mb'") > 0);
    CHECK_NEAR(number("SELECT count(*) FROM (SELECT sum(value) AS mb FROM series WHERE metric IN "
                      "('alloc_mb', 'balloon_mb', 'swapped_mb', 'untouched_mb') AND vm <> ''"
                      " GROUP BY t_s, vm) WHERE mb <> 32"),
               0, 0);
    run_end();
}

/* ---- No value ---------------------------------------------------------------------------- */

static void record__no_value_is_null(void)
{
    static const char *const sets[] = {"vm.second.power_on_s=20.5"};
    run(two_vms, sets, 1);
    CHECK(isnan(result("second", "overhead_cycles_pct")));
    CHECK_NEAR(number("SELECT count(*) FROM result WHERE typeof(value) = 'text'"), 0, 0);
    run_end();
}

TEST_SUITE(run_record, TEST(record__writes_the_rows_that_are_due),
           TEST(record__every_metric_that_occurs_is_explained),
           TEST(record__the_four_parts_of_a_vm_are_its_memory), TEST(record__no_value_is_null))
