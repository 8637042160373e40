/* Blocks of names and values, after what virsh and KSM print. */
#include "tests/unit/counters/rows.h"

static void blocks__of_dommemstat_are_kibibytes(void)
{
    static const char file[] = "1700000000\nactual 1048576\nswap_in 0\navailable 1000000\n"
                               "unused 200000\nusable 600000\nrss 716800\n\n"
                               "1700000005.5\nactual 1048576\navailable 1000000\nunused 488000\n";
    check_rows(file, "used", "vm: 0 390.625: 5.5 500");
    check_rows(file, "active", "vm: 0 390.625: 5.5 500");
    check_rows(file, "size", "vm: 0 1024: 5.5 1024");
    check_refused(file, "swapped",
                  "expected 'swapped', found actual, swap_in, available, unused, usable, rss; "
                  "--metric takes active, used, size, actual, available");
    /* Without times of its own a block has the time of its last update. */
    check_rows("actual 2048\nlast_update 100\nactual 3072\nlast_update 110\n", "size",
               "vm: 0 2: 10 3");
    check_refused("actual 2048\nactual 3072\n", "size",
                  "expected a line with the time before each block, such as 1700000000");
}

/* Before the guest's driver speaks, and where it never does. */
static void blocks__without_the_metric_are_left_out(void)
{
    static const char boot[] = "1700000000\nactual 2097152\nlast_update 0\nrss 90000\n"
                               "1700000010\nactual 2097152\nunused 1500000\navailable 2000000\n"
                               "usable 1700000\nlast_update 1700000009\nrss 500000\n";
    static const char windows[] =
        "1700000329\nactual 3145728\nlast_update 1700000329\nrss 2900000\n";
    check_rows_of(boot, "active", "web", "web: 10 292.969; 1 missing");
    check_refused(windows, "active",
                  "expected 'active', found actual, last_update, rss; --metric takes size, actual, "
                  "rss; 1 sample was left out");
    check_rows(windows, "rss", "vm: 0 2832.03");
}

static void blocks__of_several_vms(void)
{
    static const char domstats[] =
        "1700000000\nDomain: 'web'\n  balloon.current=1048576\n  balloon.available=1000000\n"
        "  balloon.usable=600000\n  balloon.last-update=1700000000\n\nDomain: 'db'\n"
        "  balloon.current=524288\n  balloon.maximum=524288\n\n1700000005\nDomain: 'web'\n"
        "  balloon.current=1048576\n  balloon.available=1000000\n  balloon.usable=500000\n";
    static const char dommemstat[] =
        "100\nweb\nactual 1048576\n== db ==\nactual 524288\nerror: Failed to get domain 'mail'\n"
        "105\n# web\nactual 2097152\nactual 1\n";
    check_rows(domstats, "size", "web,db: 0 1024 512: 5 1024 -");
    check_rows(domstats, "used", "web: 0 390.625: 5 488.281; 1 without; 1 missing");
    check_rows_of(domstats, "maximum", "db", "db: 0 512");
    check_rows(dommemstat, "size", "web,db: 0 1024 512: 5 2048 -; 1 missing; 1 passed");
    check_rows_of(dommemstat, "size", "db", "db: 0 512; 1 passed");
}

static void blocks__of_ksm_have_units_of_their_own(void)
{
    static const char file[] = "10.5\n/sys/kernel/mm/ksm/advisor_mode:[none] scan-time\n"
                               "/sys/kernel/mm/ksm/full_scans:12\n"
                               "/sys/kernel/mm/ksm/general_profit:10485760\n"
                               "/sys/kernel/mm/ksm/ksm_zero_pages:2560\n"
                               "/sys/kernel/mm/ksm/pages_sharing:2560\n"
                               "11.5\npages_sharing 5120\ngeneral_profit -4096\n";
    check_rows(file, "pages_sharing", "vm: 0 10: 1 20; 1 passed");
    check_rows_of(file, "ksm_zero_pages", "host", "host: 0 10; 1 missing; 1 passed");
    check_rows(file, "general_profit", "vm: 0 10; 1 missing; 1 passed");
    check_refused(file, "full_scans",
                  "expected an amount of memory, found 'full_scans', which is a "
                  "count");
}

static void blocks__of_other_text_are_refused(void)
{
    check_refused(
        "10\na sentence\n", "size",
        "expected statistics, found none; 1 line was passed over; line 2: expected a time "
        "in seconds, or a name and a number, found 'a sentence'");
    check_refused("10\nactual nan\n", "size", "line 2: expected a time in seconds, or a name");
    check_refused("10\nactual 1\n9\nactual 1\n", "size",
                  "expected a later time than before, 0 s after the first, found -1 s after it");
    check_refused(
        "10\nactual -5\n", "size",
        "1 sample was left out; line 2: expected 'size' of at least 0, found -0.0048828125 "
        "MB");
}

/* `date` in its forms; a time of day has no date. */
static void blocks__have_times_of_several_forms(void)
{
    check_rows(
        "Sun Nov 29 09:43:08 UTC 2026\nactual 1024\nSun Nov 29 09:43:18 UTC 2026\nactual 2048\n",
        "size", "vm: 0 1: 10 2");
    check_rows("23:59:55\nactual 1024\n00:00:05\nactual 2048\n", "size", "vm: 0 1: 10 2");
    check_rows("1700000000123456789\nactual 1024\n1700000010123456789\nactual 2048\n", "size",
               "vm: 0 1: 10 2");
}

/* Which VM a block is of. */
static void blocks__name_their_vm_in_several_forms(void)
{
    check_rows("1700000000\n--- web ---\nactual 1024\n[db]\nactual 2048\n", "size",
               "web,db: 0 1 2");
    check_rows("1700000000\n$ virsh dommemstat --domain web --live\nactual 1024\n"
               "# virsh dommemstat db\nactual 2048\n",
               "size", "web,db: 0 1 2");
    check_rows("1700000000 web\nactual 1024\n1700000000 db\nactual 2048\n", "size",
               "web,db: 0 1 2");
    check_rows("1700000000\n100\nactual 1024\n101\nactual 2048\n", "size", "100,101: 0 1 2");
    check_rows("1700000000\nDomain: 'the web'\n  balloon.current=1024\nDomain: 'off'\n"
               "  balloon.maximum=4096\n",
               "size", "the web: 0 1; 1 without; 1 missing");
    check_refused("1700000000\nactual 1024\nactual 2048\n", "size",
                  "s:3: expected a line with the VM's name before each block, found two blocks of "
                  "one time without names");
}

/* virsh domstats without --balloon: more counters than a group has room for. */
static void blocks__of_all_domstats(void)
{
    char file[9000] = "1700000000\nDomain: 'web'\n  state.state=1\n  cpu.time=5\n";
    for (int i = 0; i < 200; i++) {
        char line[60];
        snprintf(line, sizeof line, "  vcpu.%d.time=5\n  vcpu.%d.halted=no\n", i, i);
        strcat(file, line);
    }
    strcat(file, "  balloon.current=1024\n  net.0.name=vnet0\n");
    check_rows(file, "size", "web: 0 1");
}

static void blocks__of_files_of_the_kernel(void)
{
    check_rows("1700000000\nMemTotal:        4096 kB\nMemAvailable:    1024 kB\n"
               "Active:          2048 kB\nHugePages_Total:       0\n",
               "active", "vm: 0 2");
    check_rows("1700000000\nMemTotal:        4096 kB\nMemAvailable:    1024 kB\n", "used",
               "vm: 0 3");
    check_rows("1700000000\n==> /sys/kernel/mm/ksm/pages_shared <==\n100\n\n"
               "==> /sys/kernel/mm/ksm/pages_sharing <==\n2560\n",
               "pages_sharing", "vm: 0 10");
}

/* xl list and xentop; the limit of xentop's domain 0 is two words. */
static void blocks__of_xen(void)
{
    check_rows("1700000000\nName                 ID   Mem VCPUs\tState\tTime(s)\n"
               "Domain-0              0  1024     4     r-----    1000.1\n"
               "web                   1  2048     2     -b----      12.3\n",
               "size", "Domain-0,web: 0 1024 2048");
    check_rows("1700000000\n      NAME  STATE   CPU(sec) CPU(%)     MEM(k) MEM(%)  MAXMEM(k)\n"
               "  Domain-0 -----r       1000    0.0    1048576    6.3   no limit\n"
               "1700000005\n      NAME  STATE   CPU(sec) CPU(%)     MEM(k) MEM(%)  MAXMEM(k)\n"
               "  Domain-0 -----r       1000    0.0    2097152    6.3   no limit\n",
               "size", "Domain-0: 0 1024: 5 2048");
}

TEST_SUITE(counters_blocks, TEST(blocks__of_dommemstat_are_kibibytes),
           TEST(blocks__without_the_metric_are_left_out), TEST(blocks__of_several_vms),
           TEST(blocks__of_ksm_have_units_of_their_own), TEST(blocks__of_other_text_are_refused),
           TEST(blocks__have_times_of_several_forms), TEST(blocks__name_their_vm_in_several_forms),
           TEST(blocks__of_all_domstats), TEST(blocks__of_files_of_the_kernel),
           TEST(blocks__of_xen))
