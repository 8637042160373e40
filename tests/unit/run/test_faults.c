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
               "  - {at_s: 1, kind: balloon-slow, vm: a2, factor: 100}\n");
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
    snprintf(sql, sizeof sql,
             "SELECT max(value) FROM series WHERE vm = 'a2'"
             " AND metric = 'balloon_mb'");
    double slow_mb = one_run_number(sql);
    CHECK(slow_mb > 0 && slow_mb < 3.6); /* a part of 100 pages in 10 s, from its tenth on */
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
    char *roomy = config_text_with(windows, "memory_mb: 64", "memory_mb: 80");
    char *whole =
        config_text_with(roomy, "faults:\n", "faults:\n  - {at_s: 40, kind: reboot, vm: a1}\n");
    one_run(whole, NULL, 0);
    free(whole);
    free(roomy);
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

/* Its own VM pays for it, and nobody else. */
static void driver__lies_and_the_other_vm_does_not_feel_it(void)
{
    run_gently("faults:\n  - {at_s: 20, kind: balloon-lies, vm: a1, pages_s: 500, for_s: 30}\n");
    CHECK_NEAR(events("fault", "vm = 'a1' AND detail = 'balloon-lies of 500 pages/s'"), 1, 0);
    CHECK(one_run_result("a1", "balloon_refused") > 500 * 30 / 4.0);
    CHECK(one_run_result("a1", "balloon_pops") > 10);
    CHECK_NEAR(one_run_result("a2", "balloon_refused"), 0, 0);
    CHECK_NEAR(one_run_result("a2", "balloon_pops"), 0, 0);
    one_run_end();
}

static void guest__grows_until_it_has_no_memory(void)
{
    char *gentle = config_text_with(text, "memory_mb: 36,", "memory_mb: 24,");
    char *small =
        config_text_with(gentle, "memory_mb: 48\n", "memory_mb: 48\n    guest_swap_mb: 4\n");
    char *whole =
        config_text_with(small, "faults:\n",
                         "faults:\n"
                         "  - {at_s: 20, kind: guest-oom, vm: a1, pages_s: 2000}\n"
                         "  - {at_s: 20, kind: guest-oom, vm: a2, pages_s: 100, for_s: 2}\n");
    one_run(whole, NULL, 0);
    free(whole);
    free(small);
    free(gentle);
    CHECK(events("oom_kill", "vm = 'a1' AND t_s > 20") >= 1);
    CHECK_NEAR(events("oom_kill", "vm = 'a2'"), 0, 0);
    one_run_end();
}

static void vm__statistics_stay_as_they_were(void)
{
    const char *values = "SELECT count(DISTINCT value) FROM series WHERE vm = '%s'"
                         " AND metric = 'active_mb' AND t_s BETWEEN 20 AND 69";
    char sql[200];
    run("faults:\n  - {at_s: 20, kind: stats-stale, vm: a1, for_s: 50}\n");
    snprintf(sql, sizeof sql, values, "a1");
    CHECK_NEAR(one_run_number(sql), 1, 0);
    snprintf(sql, sizeof sql, values, "a2");
    CHECK(one_run_number(sql) > 1);
    one_run_end();
}

/* The machine has 60 MB for VMs; they are promised 2 x (8 + 4) MB. */
static void memory__goes_as_it_becomes_free(void)
{
    run("faults:\n  - {at_s: 40, kind: memory-lost, lost_mb: 20, for_s: 30}\n"
        "  - {at_s: 50, kind: memory-lost, lost_mb: 30, for_s: 10}\n");
    const char *lost = "SELECT max(value) FROM series WHERE metric = 'memory_lost_mb' AND t_s %s";
    const char *used = "SELECT max(total) FROM (SELECT sum(value) AS total FROM series WHERE"
                       " metric = 'alloc_mb' AND t_s %s GROUP BY t_s)";
    char sql[300];
    const struct {
        const char *query, *when;
        double least, most;
    } parts[] = {{lost, "< 40", 0, 0},
                 {lost, "BETWEEN 45 AND 49", 20, 20},
                 {used, "BETWEEN 45 AND 49", 24, 40},
                 {lost, "BETWEEN 57 AND 59", 36, 36},
                 {lost, "BETWEEN 61 AND 69", 20, 36},
                 {lost, "> 71", 0, 0},
                 {used, "> 80", 42, 60}};
    for (int i = 0; i < 7; i++) {
        snprintf(sql, sizeof sql, parts[i].query, parts[i].when);
        double found = one_run_number(sql);
        if (!CHECK(parts[i].least <= found && found <= parts[i].most))
            printf("\n    part %d: %g", i, found);
    }
    CHECK_NEAR(events("refused", "t_s = 50 AND detail LIKE '36.0 MB of 50.0 MB%'"), 1, 0);
    one_run_end();
}

TEST_SUITE(run_faults, TEST(driver__lies_and_the_other_vm_does_not_feel_it),
           TEST(guest__grows_until_it_has_no_memory), TEST(vm__statistics_stay_as_they_were),
           TEST(memory__goes_as_it_becomes_free), TEST(swap__writes_fail_for_a_time),
           TEST(swap__a_share_of_the_reads_fails), TEST(swap__a_slow_device_takes_longer),
           TEST(swap__a_full_device_takes_no_more), TEST(swap__of_two_faults_the_worse_counts),
           TEST(driver__stuck_slow_gone), TEST(driver__restarts_with_an_empty_balloon),
           TEST(vm__reboots_and_its_balloon_is_popped),
           TEST(vm__killed_comes_back_where_the_schedule_lets_it))
