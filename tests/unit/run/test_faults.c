/* ballast/run/faults.c: what breaks, and what comes of it. */
#include <stdlib.h>

#include "tests/check.h"
#include "tests/unit/config/config_text.h"
#include "tests/unit/run/one_run.h"

/* Two VMs that touch all that they have, on a machine that holds two thirds of it. Without sharing,
 * so that what is written to the swap device must be. */
static const char text[] = "name: faulty\n"
                           "duration_s: 100\n"
                           "sample_every_s: 1\n"
                           "machine: {memory_mb: 64, hypervisor_mb: 4, swap_mb: 128,"
                           " cpus: 2, cpu_mhz: 800}\n"
                           "policy: {overhead_start_pages: 256, overhead_full_pages: 1024,"
                           " share_enabled: 0}\n"
                           "vms:\n"
                           "  - name: a\n"
                           "    count: 2\n"
                           "    guest: linux-2.4\n"
                           "    memory_mb: 48\n"
                           "    min_mb: 8\n"
                           "    boot: {early_s: 2, early_mb: 6, services_s: 1, services_mb: 4,"
                           " balloon_s: 3}\n"
                           "    workload:\n"
                           "      pages: {memory_mb: 36, rate_pages_s: 1000, start_s: 5,"
                           " cyclic: yes}\n"
                           "faults:\n";

static void run(const char *faults)
{
    char *whole = config_text_with(text, "faults:\n", faults);
    one_run(whole, NULL, 0);
    free(whole);
}

static double events(const char *kind, const char *condition)
{
    char sql[300];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM event WHERE kind = '%s' AND %s", kind,
             condition);
    return one_run_number(sql);
}

/* With workloads that grow so slowly that balloons can follow. */
static void run_gently(const char *faults)
{
    char *gentle = config_text_with(text, "memory_mb: 36,", "memory_mb: 30, fill_mb_s: 1,");
    char *whole = config_text_with(gentle, "faults:\n", faults);
    one_run(whole, NULL, 0);
    free(whole);
    free(gentle);
}

/* Of all samples of a metric in a time, summed over the VMs. */
static double most(const char *metric, double from_s, double to_s)
{
    char sql[300];
    snprintf(sql, sizeof sql,
             "SELECT max(total) FROM (SELECT sum(value) AS total FROM series WHERE metric = '%s'"
             " AND vm <> '' AND t_s BETWEEN %g AND %g GROUP BY t_s)",
             metric, from_s, to_s);
    return one_run_number(sql);
}

static void swap__writes_fail_for_a_time(void)
{
    run("faults:\n  - {at_s: 1, kind: swap-writes-fail, for_s: 39}\n");
    CHECK_NEAR(events("fault", "t_s = 1 AND detail = 'swap-writes-fail of 100%'"), 1, 0);
    CHECK_NEAR(events("fault_end", "t_s = 40"), 1, 0);
    CHECK(events("io_failed", "t_s < 40.1 AND detail LIKE 'page-out %'") > 10);
    CHECK_NEAR(events("io_failed", "t_s > 40.1"), 0, 0);
    CHECK_NEAR(most("swap_out_mb", 0, 40), 0, 0);
    CHECK(most("swap_out_mb", 41, 100) > 10);
    CHECK(one_run_result("", "swap_write_errors") > 1000);
    CHECK_NEAR(
        one_run_result("", "swap_write_errors"),
        one_run_result("a1", "swap_write_errors") + one_run_result("a2", "swap_write_errors"), 0);
    CHECK_NEAR(one_run_result("", "swap_read_errors"), 0, 0);
    one_run_end();
}

static void swap__a_share_of_the_reads_fails(void)
{
    run("faults:\n  - {at_s: 0, kind: swap-reads-fail, share: 0.25}\n");
    double errors = one_run_result("", "swap_read_errors");
    double reads = 256 * (one_run_result("a1", "swap_in_mb") + one_run_result("a2", "swap_in_mb"));
    CHECK(reads > 1000);
    CHECK_NEAR(errors / (errors + reads), 0.25, 0.03);
    one_run_end();
}

static void swap__a_slow_device_takes_longer(void)
{
    run("faults:\n  - {at_s: 100, kind: kill, vm: a1}\n");
    double before_s = one_run_result("a1", "stalled_s") / one_run_result("a1", "swap_in_mb");
    one_run_end();
    run("faults:\n  - {at_s: 0, kind: swap-slow, factor: 5}\n");
    double slow_s = one_run_result("a1", "stalled_s") / one_run_result("a1", "swap_in_mb");
    CHECK(slow_s > 2.5 * before_s);
    one_run_end();
}

static void swap__a_full_device_takes_no_more(void)
{
    run("faults:\n  - {at_s: 1, kind: swap-full, capacity_mb: 3, for_s: 49}\n");
    CHECK_NEAR(most("swapped_mb", 0, 50), 3, 0.01);
    CHECK(most("swapped_mb", 52, 100) > 10);
    one_run_end();
}

static void swap__of_two_faults_the_worse_counts(void)
{
    run("faults:\n  - {at_s: 0, kind: swap-full, capacity_mb: 6, for_s: 60}\n"
        "  - {at_s: 10, kind: swap-full, capacity_mb: 9, for_s: 20}\n");
    CHECK_NEAR(most("swapped_mb", 0, 60), 6, 0.01); /* also where the second begins and ends */
    CHECK(most("swapped_mb", 62, 100) > 10);
    one_run_end();
}

static void driver__stuck_slow_gone(void)
{
    run_gently("faults:\n  - {at_s: 1, kind: balloon-stuck, vm: a1, for_s: 29}\n"
               "  - {at_s: 60, kind: balloon-gone, vm: a1, for_s: 20}\n"
               "  - {at_s: 1, kind: balloon-slow, vm: a2, factor: 1000}\n");
    const char *of_a1 = "SELECT max(value) FROM series WHERE vm = 'a1' AND metric = 'balloon_mb'"
                        " AND t_s BETWEEN %d AND %d";
    char sql[200];
    const struct {
        int from_s, to_s;
        bool has;
    } parts[] = {{0, 30, false}, {33, 60, true}, {61, 80, false}, {84, 100, true}};
    for (int i = 0; i < 4; i++) {
        snprintf(sql, sizeof sql, of_a1, parts[i].from_s, parts[i].to_s);
        CHECK_EQ(one_run_number(sql) > 0, parts[i].has);
    }
    double slow_mb = one_run_number("SELECT max(value) FROM series WHERE vm = 'a2'"
                                    " AND metric = 'balloon_mb'");
    CHECK(slow_mb > 0 && slow_mb < 0.5); /* 100 pages in 100 s, at most */
    one_run_end();
}

static void driver__restarts_with_an_empty_balloon(void)
{
    run_gently("faults:\n  - {at_s: 60, kind: balloon-restart, vm: a1}\n");
    double before_mb = one_run_number("SELECT value FROM series WHERE vm = 'a1' AND t_s = 59"
                                      " AND metric = 'balloon_mb'");
    double after_mb = one_run_number("SELECT value FROM series WHERE vm = 'a1' AND t_s = 60"
                                     " AND metric = 'balloon_mb'");
    CHECK(before_mb > 5);
    CHECK(after_mb < 4.2); /* at 1,000 pages/s */
    CHECK_NEAR(events("fault_end", "1"), 0, 0);
    CHECK_NEAR(one_run_result("", "balloon_pops"), 0, 0);
    one_run_end();
}

/* Windows, which zeroes all its memory at boot. */
static void vm__reboots_and_its_balloon_is_popped(void)
{
    char *windows = config_text_with(text, "linux-2.4", "windows-2000");
    char *whole =
        config_text_with(windows, "faults:\n", "faults:\n  - {at_s: 40, kind: reboot, vm: a1}\n");
    one_run(whole, NULL, 0);
    free(whole);
    free(windows);
    CHECK_NEAR(events("reboot", "vm = 'a1' AND t_s = 40"), 1, 0);
    CHECK_NEAR(events("balloon_pop", "vm = 'a1'"), 1, 0);
    CHECK_NEAR(one_run_result("a1", "balloon_pops"), 1, 0);
    one_run_end();
}

static void vm__killed_comes_back_where_the_schedule_lets_it(void)
{
    run("schedule:\n  - {at_s: 65, power_off: a2}\n"
        "faults:\n  - {at_s: 60, kind: kill, vm: a1, for_s: 10}\n"
        "  - {at_s: 62, kind: kill, vm: a1, for_s: 18}\n"
        "  - {at_s: 60, kind: kill, vm: a2, for_s: 10}\n");
    CHECK_NEAR(events("power_off", "vm = 'a1' AND t_s = 60"), 1, 0);
    CHECK_NEAR(events("power_on", "vm = 'a1' AND t_s = 80"), 1, 0); /* the last of the two ends */
    CHECK_NEAR(events("power_on", "vm = 'a1'"), 2, 0);
    CHECK_NEAR(events("power_on", "vm = 'a2'"), 1, 0);
    CHECK_NEAR(events("fault_end", "1"), 3, 0);
    one_run_end();
}

TEST_SUITE(run_faults, TEST(swap__writes_fail_for_a_time), TEST(swap__a_share_of_the_reads_fails),
           TEST(swap__a_slow_device_takes_longer), TEST(swap__a_full_device_takes_no_more),
           TEST(swap__of_two_faults_the_worse_counts), TEST(driver__stuck_slow_gone),
           TEST(driver__restarts_with_an_empty_balloon),
           TEST(vm__reboots_and_its_balloon_is_popped),
           TEST(vm__killed_comes_back_where_the_schedule_lets_it))
