/* esxtop -b: columns of VMs. The files are made here after what esxtop prints. */
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
    check_rows(file, "size", "web: 0 256: 5 256: 1 left out");
    check_rows(file, "Touched MBytes", "web,db_2: 0 30.5 100: 5 31.5 120");
}

static void esxtop__is_refused_where_it_makes_no_sense(void)
{
    check_refused(HEADINGS, "Swapped MBytes",
                  "s:1: expected the memory counter 'Swapped MBytes' of a VM, found Memory Size "
                  "MBytes, Touched MBytes");
    check_refused(HEADINGS, "Memory size MB",
                  "found Memory Size MBytes, Touched MBytes (did you mean 'Memory Size MBytes'?)");
    check_refused("\"(PDH-CSV 4.0) (UTC)(0)\"\n", "active", "found no memory counter of any VM");
    check_refused(HEADINGS "\n\n", "active", "s:3: expected statistics, found none");
    check_refused(HEADINGS "\"soon\",\"9\",\"1\",\"2\",\"3\"\n", "active",
                  "s:2: expected a time such as 11/23/2026 22:10:05, found 'soon'");
    check_refused(HEADINGS "\"11/23/2026 23:59:55\",\"9\",\"1\",\"much\",\"3\"\n", "active",
                  "s:2: expected a number of MB for the VM 'web', found 'much'");
    check_refused(HEADINGS "\"11/23/2026 23:59:55\",\"9\",\"1\",\"2\",\"31", "active",
                  "s:2: expected a column for the VM 'db_2', found the end of the line");
    check_refused(HEADINGS "\"11/23/2026 23:59:55\",\"9\",\"1\"\n", "active",
                  "s:2: expected a column for the VM 'web', found the end of the line");
    check_refused(
        HEADINGS "\"11/23/2026 23:59:55\",\"9\",\"1\",\"2\",\"3\"\n"
                 "\"11/23/2026 23:59:55\",\"9\",\"1\",\"2\",\"3\"\n",
        "active",
        "s:3: expected a later time than before, 0 s after the first, found 0 s after it");
}

TEST_SUITE(counters_esxtop, TEST(esxtop__columns_become_vms),
           TEST(esxtop__is_refused_where_it_makes_no_sense))
