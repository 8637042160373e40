/* Statistics as CSV. The files are made here after what the programs print. */
#include "tests/unit/counters/rows.h"

#define HEADINGS                                                                                   \
    "\"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\esx\\Memory\\Machine MBytes\","                              \
    "\"\\\\esx\\Group Memory(7:web)\\Memory Size MBytes\","                                        \
    "\"\\\\esx\\Group Memory(7:web)\\Touched MBytes\","                                            \
    "\"\\\\esx\\Group Memory(8:db,2)\\Touched MBytes\"\n"

static void esxtop__columns_become_vms(void)
{
    static const char file[] =
        HEADINGS "\"11/23/2026 23:59:55\",\"9\",\"256.00\",\"30.5\",\"100\"\n"
                 "\"11/24/2026 00:00:00\",\"9\",\"256.00\",\"31.5\",\"120\"\r\n";
    check_rows(file, "active", "web,db_2: 0 30.5 100: 5 31.5 120");
    check_rows(file, "size", "web: 0 256: 5 256; 1 without");
    check_rows(file, "Touched MBytes", "web,db_2: 0 30.5 100: 5 31.5 120");
    check_rows_of(file, "active", "web", "web: 0 30.5: 5 31.5");
}

/* esxtop writes quotes in names as they are, relog doubles them. */
static void esxtop__names_may_have_quotes(void)
{
    check_rows(
        "\"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\esx\\Group Memory(7:the \"db\" vm)\\Touched MBytes\","
        "\"\\\\esx\\Group Memory(8:\"web\")\\Touched MBytes\"\n"
        "\"11/23/2026 23:59:55\",\"30.5\",\"100\"\n",
        "active", "the _db_ vm,_web_: 0 30.5 100");
    check_rows("\"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\esx\\Group Memory(7:the \"\"db\"\" vm)\\Touched "
               "MBytes\"\n"
               "\"11/23/2026 23:59:55\",\"30.5\"\n",
               "active", "the _db_ vm: 0 30.5");
}

/* In autumn local clocks go back: 02:55, then 02:00 again. */
static void esxtop__clocks_that_are_set_back_are_named(void)
{
    check_refused(HEADINGS "\"10/25/2026 02:55:00\",\"9\",\"1\",\"2\",\"3\"\n"
                           "\"10/25/2026 02:00:00\",\"9\",\"1\",\"2\",\"3\"\n",
                  "active",
                  "found -3300 s after it; sort the file by time, or cut it where the clocks were "
                  "set back an hour");
    check_refused(HEADINGS "\"10/25/2026 02:55:00\",\"9\",\"1\",\"2\",\"3\"\n"
                           "\"10/24/2026 02:00:00\",\"9\",\"1\",\"2\",\"3\"\n",
                  "active", "or cut it where two were joined");
}

/* relog and perfmon write milliseconds. */
static void esxtop__through_relog(void)
{
    check_rows(HEADINGS "\"05/15/2017 06:49:37.123\",\"9\",\"4096.00\",\"409.60\",\"81.92\"\n"
                        "\"05/15/2017 06:49:42.123\",\"9\",\"4096.00\",\"819.20\",\"163.84\"\n",
               "active", "web,db_2: 0 409.6 81.92: 5 819.2 163.84");
}

/* A VM that is off has empty cells; a file that was cut has a short last line. */
static void esxtop__what_is_missing_is_left_out(void)
{
    check_rows(HEADINGS "\"11/23/2026 23:59:55\",\"9\",\"1\",\"\",\"3\"\n"
                        "\"11/23/2026 23:59:56\",\"9\",\"1\",\"much\",\"3\"\n"
                        "\"soon\",\"9\",\"1\",\"2\",\"3\"\n"
                        "\"11/23/2026 23:59:57\",\"9\",\"1\",\"2\",\"31",
               "active", "web,db_2: 0 - 3: 1 - 3: 2 2 -; 3 missing; 1 passed");
    check_rows(HEADINGS "\"11/23/2026 23:59:55\",\"9\",\"1\",\"2\",\"3\"\n"
                        "\"11/23/2026 23:59:55\",\"9\",\"1\",\"2\",\"3\"\n",
               "active", "web,db_2: 0 2 3; 2 missing");
}

static void esxtop__is_refused_where_it_makes_no_sense(void)
{
    check_refused(HEADINGS "\"11/23/2026 23:59:55\",\"9\",\"1\",\"2\",\"3\"\n", "Swapped MBytes",
                  "expected 'Swapped MBytes', found Memory Size MBytes, Touched MBytes");
    check_refused(HEADINGS, "Memory size MB",
                  "found Memory Size MBytes, Touched MBytes (did you mean 'Memory Size MBytes'?)");
    check_refused("\"(PDH-CSV 4.0) (UTC)(0)\"\n", "active", "expected statistics, found none");
    check_refused(HEADINGS "\"11/23/2026 23:59:55\",\"9\",\"1\",\"2\",\"3\"\n"
                           "\"11/23/2026 23:59:54\",\"9\",\"1\",\"2\",\"3\"\n",
                  "active",
                  "s:3: expected a later time than before, 0 s after the first, found -1 s after");
}

/* Newest first, one counter in a row, the units beside the values. */
static void powercli__rows_are_samples(void)
{
    static const char file[] =
        "#TYPE VMware.VimAutomation.ViCore.Impl.V1.Stat.FloatSampleImpl\n"
        "\"Value\",\"Timestamp\",\"MetricId\",\"Unit\",\"Description\",\"Entity\",\"EntityId\"\n"
        "\"409600\",\"7/23/2026 6:05:00 PM\",\"mem.active.average\",\"KB\",\"A\",\"web\",\"v-90\"\n"
        "\"204800\",\"7/23/2026 6:04:40 PM\",\"mem.active.average\",\"KB\",\"A\",\"web\",\"v-90\"\n"
        "\"12,5\",\"7/23/2026 6:04:40 PM\",\"mem.usage.average\",\"%\",\"U\",\"web\",\"v-90\"\n"
        "\"1024\",\"7/23/2026 6:04:40 PM\",\"mem.active.average\",\"KB\",\"A\",\"db\",\"v-91\"\n"
        "\"\",\"7/23/2026 6:05:00 PM\",\"mem.active.average\",\"KB\",\"A\",\"db\",\"v-91\"\n";
    check_rows(file, "active", "web,db: 0 200 1: 20 400 -; 1 missing");
    check_rows_of(file, "active", "db", "db: 0 1; 1 missing");
    check_refused(file, "mem.usage.average", "'mem.usage.average', which is a percentage");
    check_refused(file, "size", "expected 'size', found mem.active.average, mem.usage.average");
}

static void vcenter__charts(void)
{
    check_rows("Time;Active for web (KB);Consumed for web (KB);Active for db (MB)\n"
               "23.07.2026 06:04;204800;409600;100\n23.07.2026 06:05;102400;409600;\n",
               "active", "web,db: 0 200 100: 60 100 -; 1 missing");
    check_rows("\"Time\",\"web: Granted (KB)\"\n\"2026-07-23 06:04\",\"2048\"\n", "granted",
               "web: 0 2");
}

static void sadf__rows_name_their_host(void)
{
    check_rows("# hostname;interval;timestamp;kbmemfree;kbmemused;%memused;kbactive\n"
               "web;600;2026-07-23 00:10:01 UTC;1000;3072000;75.0;1024000\n"
               "web;-1;2026-07-23 00:15:00 UTC;LINUX-RESTART\t(4 CPU)\n"
               "web;600;2026-07-23 00:20:01 UTC;1000;3072000;75.0;2048000\n",
               "active", "web: 0 1000: 600 2000; 1 missing");
}

/* relog writes a blank where a counter has no value: no zero. */
static void table__blanks_are_no_zeroes(void)
{
    check_rows(HEADINGS "\"11/23/2026 23:59:55\",\" \",\"1\",\" \",\"3\"\n"
                        "\"11/23/2026 23:59:56\",\"9\",\"1\",\"2\",\"3\"\n",
               "active", "web,db_2: 0 - 3: 1 2 3; 1 missing");
}

/* Two VMs of esxtop, or of Get-Stat, may have one name. */
static void table__tells_vms_of_one_name_apart(void)
{
    check_rows("\"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\esx\\Group Memory(7:web)\\Touched MBytes\","
               "\"\\\\esx\\Group Memory(8:web)\\Touched MBytes\"\n"
               "\"11/23/2026 23:59:55\",\"1\",\"2\"\n",
               "active", "web,web (8): 0 1 2");
    check_rows("Value,Timestamp,MetricId,Unit,Entity,EntityId\n"
               "1024,11/23/2026 22:10,mem.active.average,KB,web,vm-1\n"
               "2048,11/23/2026 22:10,mem.active.average,KB,web,vm-2\n"
               "3072,11/23/2026 22:15,mem.active.average,KB,web,vm-1\n",
               "active", "web,web (vm-2): 0 1 2: 300 3 -");
}

/* Two files that were joined; the second has its columns in another order. */
static void table__takes_headings_again(void)
{
    check_rows("\"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\esx\\Group Memory(7:web)\\Touched MBytes\","
               "\"\\\\esx\\Group Memory(8:db)\\Touched MBytes\"\n"
               "\"11/23/2026 23:59:55\",\"1\",\"2\"\n"
               "\"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\esx\\Group Memory(8:db)\\Touched MBytes\","
               "\"\\\\esx\\Group Memory(7:web)\\Touched MBytes\"\n"
               "\"11/23/2026 23:59:56\",\"2\",\"1\"\n",
               "active", "web,db: 0 1 2: 1 1 2");
    check_rows("# hostname;interval;timestamp;CPU;%user\nweb;600;2026-07-23 00:10:01 UTC;-1;1\n"
               "# hostname;interval;timestamp;kbmemfree;kbactive\n"
               "web;600;2026-07-23 00:10:01 UTC;5;1024\nweb;600;2026-07-23 00:20:01 UTC;5;2048\n",
               "active", "web: 0 1: 600 2");
}

/* Dates and numbers of other countries, whichever line shows it. */
static void table__reads_a_file_again_that_contradicts_a_guess(void)
{
    check_rows("Time,Active (MB)\n05/12/2026,5\n29/12/2026,6\n", "active", "vm: 0 5: 2.0736e+06 6");
    check_rows("Time,Active (MB)\n30/11/2026,5\n01/12/2026,6\n", "active", "vm: 0 5: 86400 6");
    check_rows("Time,Active (KB)\n1,\"1,024\"\n2,\"1,048,576\"\n", "active", "vm: 0 1: 1 1024");
    check_rows("Time;Active (KB)\n1;1.024\n2;2.048,0\n", "active", "vm: 0 1: 1 2");
    check_rows("\"Time\",\"Active (GB)\"\n\"Nov 29, 2026, 10:10:00 PM\",\"1\"\n"
               "\"Nov 29, 2026, 10:10:20 PM\",\"2\"\n",
               "active", "vm: 0 1024: 20 2048");
}

static void table__of_hyper_v(void)
{
    check_rows(
        "\"(PDH-TSV 4.0) (UTC)(0)\"\t\"\\\\HV\\Hyper-V Dynamic Memory VM(web)\\Physical Memory\"\t"
        "\"\\\\HV\\Hyper-V Dynamic Memory VM(db)\\Physical Memory\"\t"
        "\"\\\\HV\\Hyper-V Dynamic Memory VM(web)\\Guest Available Memory\"\t"
        "\"\\\\HV\\Hyper-V Dynamic Memory VM(db)\\Guest Available Memory\"\n"
        "\"07/23/2026 06:04:44.000\"\t\"2048\"\t\"1024\"\t\"48\"\t\"24\"\n",
        "used", "web,db: 0 2000 1000");
    check_rows("\"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\esx\\Memory\\Free MBytes\"\n"
               "\"11/23/2026 23:59:55\",\"5\"\n",
               "Free MBytes", "esx: 0 5");
}

static void table__has_titles_before_its_headings(void)
{
    check_rows("Performance Chart Title,\"Memory, 11/28/2026\"\n"
               "Time,Active for web (KB)\n\"11/29/2026, 10:10:00 PM\",1024\n",
               "active", "web: 0 1; 1 passed");
    check_refused("Time,Active for web\n\"11/29/2026, 10:10:00 PM\",1024\n", "active",
                  "say --unit");
    check_refused("Time,mem.active.average (quarts)\n1,2\n", "active",
                  "mem.active.average (quarts)");
    check_rows("web\t600\t2026-07-23 00:10:01 UTC\t-\tkbmemfree\t5\n"
               "web\t600\t2026-07-23 00:10:01 UTC\t-\tkbactive\t1024\n",
               "active", "web: 0 1");
}

TEST_SUITE(counters_table, TEST(esxtop__columns_become_vms), TEST(esxtop__names_may_have_quotes),
           TEST(esxtop__clocks_that_are_set_back_are_named), TEST(esxtop__through_relog),
           TEST(esxtop__what_is_missing_is_left_out),
           TEST(esxtop__is_refused_where_it_makes_no_sense), TEST(powercli__rows_are_samples),
           TEST(vcenter__charts), TEST(sadf__rows_name_their_host),
           TEST(table__blanks_are_no_zeroes), TEST(table__tells_vms_of_one_name_apart),
           TEST(table__takes_headings_again),
           TEST(table__reads_a_file_again_that_contradicts_a_guess), TEST(table__of_hyper_v),
           TEST(table__has_titles_before_its_headings))
