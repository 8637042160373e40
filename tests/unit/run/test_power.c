/* ballast/run/power.c: VMs that are on more than once. */
#include <math.h>

#include "tests/check.h"
#include "tests/unit/run/one_run.h"

/* The workload begins 10 s after the VM was powered on. */
static const char text[] = "name: power\n"
                           "duration_s: 200\n"
                           "sample_every_s: 1\n"
                           "machine: {memory_mb: 96, hypervisor_mb: 4, swap_mb: 128,"
                           " cpus: 2, cpu_mhz: 800}\n"
                           "policy: {overhead_start_pages: 256, overhead_full_pages: 1024}\n"
                           "vms:\n"
                           "  - name: cycled\n"
                           "    guest: linux-2.4\n"
                           "    memory_mb: 48\n"
                           "    min_mb: 16\n"
                           "    power_on_s: 5\n"
                           "    power_off_s: 60\n"
                           "    boot: {early_s: 2, early_mb: 6, services_s: 1, services_mb: 4,"
                           " balloon_s: 3}\n"
                           "    workload:\n"
                           "      pages: {memory_mb: 16, rate_pages_s: 200, start_s: 15}\n"
                           "  - name: steady\n"
                           "    guest: bare\n"
                           "    memory_mb: 64\n"
                           "    min_mb: 32\n"
                           "    workload:\n"
                           "      fill: {pages: 16384, contents: 900, writes_s: 100}\n"
                           "schedule:\n"
                           "  - {at_s: 100, power_on: cycled}\n"
                           "  - {at_s: 140, power_off: cycled}\n"
                           "  - {at_s: 150, power_on: cycled}\n";

static double events(const char *kind)
{
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM event WHERE kind = '%s' AND vm = 'cycled'",
             kind);
    return one_run_number(sql);
}

static double at(const char *metric, double t_s)
{
    char sql[200];
    snprintf(sql, sizeof sql,
             "SELECT value FROM series WHERE vm = 'cycled' AND metric = '%s' AND t_s = %g", metric,
             t_s);
    return one_run_number(sql);
}

static void power__a_vm_is_on_three_times(void)
{
    one_run(text, NULL, 0);
    CHECK_NEAR(events("power_on"), 3, 0);
    CHECK_NEAR(events("power_off"), 2, 0);
    CHECK_NEAR(one_run_number("SELECT sum(t_s) FROM event WHERE kind = 'power_on'"
                              " AND vm = 'cycled'"),
               5 + 100 + 150, 0);
    CHECK_NEAR(at("alloc_mb", 80), -1, 0);
    CHECK(at("alloc_mb", 59) > 20 && at("alloc_mb", 139) > 20 && at("alloc_mb", 199) > 20);
    CHECK_NEAR(at("alloc_mb", 100), 0, 0.1); /* it boots: the first page of its kernel */
    CHECK_NEAR(at("balloon_mb", 100), 0, 0);
    one_run_end();
}

static void power__the_workload_starts_as_late_each_time(void)
{
    one_run(text, NULL, 0);
    CHECK_NEAR(at("throughput", 14), 0, 0);
    CHECK(at("throughput", 17) > 150);
    CHECK_NEAR(at("throughput", 109), 0, 0);
    CHECK(at("throughput", 112) > 150);
    CHECK_NEAR(at("throughput", 159), 0, 0);
    CHECK(at("throughput", 162) > 150);
    /* 16 MB are filled in no time, three times; then 200 pages a second for 45, 30 and 40 s. */
    double work = 3 * 4096 + 200 * (45 + 30 + 40);
    CHECK_NEAR(one_run_result("cycled", "throughput"), work / (45 + 30 + 40), 20);
    one_run_end();
}

/* The guest and its workload begin anew, the VM goes on. */
static void reboot__begins_the_workload_anew(void)
{
    char rebooted[sizeof text + 40];
    snprintf(rebooted, sizeof rebooted, "%s  - {at_s: 170, reboot: cycled}\n", text);
    one_run(rebooted, NULL, 0);
    CHECK_NEAR(events("reboot"), 1, 0);
    CHECK_NEAR(events("power_on"), 3, 0);
    CHECK_NEAR(events("power_off"), 2, 0);
    CHECK(at("alloc_mb", 170) > 20); /* the pages of the old guest */
    CHECK(at("throughput", 169) > 150);
    CHECK_NEAR(at("throughput", 179), 0, 0);
    CHECK(at("throughput", 182) > 150);
    double work = 4 * 4096 + 200 * (45 + 30 + 10 + 20);
    CHECK_NEAR(one_run_result("cycled", "throughput"), work / (45 + 30 + 10 + 20), 20);
    one_run_end();
}

TEST_SUITE(run_power, TEST(power__a_vm_is_on_three_times), TEST(reboot__begins_the_workload_anew),
           TEST(power__the_workload_starts_as_late_each_time))
