/* What hypervisors print, as MB of VMs. The files are made here after what esxtop, virsh and KSM
 * print. */
#include "traces/formats/stats.h"

#include <stdio.h>
#include <string.h>

#include "tests/check.h"
#include "tests/unit/traces/files.h"

#define HEADINGS                                                                                   \
    "\"(PDH-CSV 4.0) (UTC)(0)\",\"\\\\esx\\Memory\\Machine MBytes\","                              \
    "\"\\\\esx\\Group Memory(7:web)\\Memory Size MBytes\","                                        \
    "\"\\\\esx\\Group Memory(7:web)\\Touched MBytes\","                                            \
    "\"\\\\esx\\Group Memory(8:db,2)\\Touched MBytes\"\n"

/* "web,db_2: 0 30.5 100; 5 31.5 120; " */
static int describe(const char *file, const char *metric, char *text, size_t bytes,
                    struct sim_error *error)
{
    struct files files;
    struct tr_stats *stats;
    double mb[8], t_s;
    size_t used = 0;
    int more;
    files_init(&files);
    const char *path = files_path(&files, "s");
    file_put(path, file, strlen(file));
    int status = tr_stats_open(path, metric, "vm", &stats, error);
    for (uint32_t vm = 0; status == SIM_OK && vm < tr_stats_vms(stats); vm++)
        used += (size_t)snprintf(text + used, bytes - used, "%s%s", vm > 0 ? "," : "",
                                 tr_stats_vm(stats, vm));
    while (status == SIM_OK && (more = tr_stats_next(stats, &t_s, mb, error)) != 0) {
        if (more < 0) {
            status = error->status;
            break;
        }
        used += (size_t)snprintf(text + used, bytes - used, ": %g", t_s);
        for (uint32_t vm = 0; vm < tr_stats_vms(stats); vm++)
            used += (size_t)snprintf(text + used, bytes - used, " %g", mb[vm]);
    }
    if (status == SIM_OK && tr_stats_left_out(stats) > 0)
        snprintf(text + used, bytes - used, ": %u left out", tr_stats_left_out(stats));
    tr_stats_close(stats);
    files_fini(&files);
    return status;
}

static void check(const char *file, const char *metric, const char *expected)
{
    struct sim_error error = {0};
    char text[300] = "";
    CHECK_EQ(describe(file, metric, text, sizeof text, &error), SIM_OK);
    CHECK_TEXT(text, expected);
    CHECK_TEXT(error.text, "");
}

static void check_refused(const char *file, const char *metric, const char *why)
{
    struct sim_error error = {0};
    char text[300];
    CHECK_EQ(describe(file, metric, text, sizeof text, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, why);
}

static void stats__esxtop_columns_become_vms(void)
{
    static const char file[] =
        HEADINGS "\"11/23/2026 23:59:55\",\"9\",\"256.00\",\"30.5\",\"100\"\n"
                 "\"11/24/2026 00:00:00\",\"9\",\"256.00\",\"31.5\",\"120\"\r\n";
    check(file, "active", "web,db_2: 0 30.5 100: 5 31.5 120");
    check(file, "size", "web: 0 256: 5 256: 1 left out");
    check(file, "Touched MBytes", "web,db_2: 0 30.5 100: 5 31.5 120");
}

static void stats__esxtop_is_refused_where_it_makes_no_sense(void)
{
    check_refused(HEADINGS, "Swapped MBytes",
                  "s:1: expected the memory counter 'Swapped MBytes' of a VM, found Memory Size "
                  "MBytes, Touched MBytes");
    check_refused("\"(PDH-CSV 4.0) (UTC)(0)\"\n", "active", "found none of any VM");
    check_refused(HEADINGS "\n\n", "active", "s:3: expected statistics, found none");
    check_refused(HEADINGS "\"soon\",\"9\",\"1\",\"2\",\"3\"\n", "active", "s:2: expected a time");
    check_refused(HEADINGS "\"11/23/2026 23:59:55\",\"9\",\"1\",\"much\",\"3\"\n", "active",
                  "s:2: expected a number of MB");
    check_refused(HEADINGS "\"11/23/2026 23:59:55\",\"9\",\"1\",\"2\",\"31", "active",
                  "s:2: expected as many columns as headings");
    check_refused(HEADINGS "\"11/23/2026 23:59:55\",\"9\",\"1\"\n", "active",
                  "s:2: expected as many columns as headings");
    check_refused(HEADINGS "\"11/23/2026 23:59:55\",\"9\",\"1\",\"2\",\"3\"\n"
                           "\"11/23/2026 23:59:55\",\"9\",\"1\",\"2\",\"3\"\n",
                  "active", "s:3: expected a later time than before");
}

static void stats__dommemstat_blocks_are_kibibytes(void)
{
    static const char file[] = "1700000000\nactual 1048576\nswap_in 0\navailable 1000000\n"
                               "unused 200000\nusable 600000\nrss 716800\n\n"
                               "1700000005.5\nactual 1048576\navailable 1000000\nunused 488000\n";
    check(file, "used", "vm: 0 390.625: 5.5 500");
    check(file, "active", "vm: 0 390.625: 5.5 500");
    check(file, "size", "vm: 0 1024: 5.5 1024");
    check_refused(file, "rss", "expected 'rss' in the block before, found actual, available");
    /* Without times of its own a block has the time of its last update. */
    check("actual 2048\nlast_update 100\nactual 3072\nlast_update 110\n", "size", "vm: 0 2: 10 3");
    check_refused("actual 2048\nactual 3072\n", "size", "expected a line with the time in seconds");
}

static void stats__ksm_counts_pages(void)
{
    check("# a comment\n10.5\n/sys/kernel/mm/ksm/pages_sharing:2560\n11.5\npages_sharing 5120\n",
          "pages_sharing", "vm: 0 10: 1 20");
}

static void stats__other_text_is_refused(void)
{
    check_refused("", "size", "expected statistics, found an empty file");
    check_refused("\n\n", "size", "s:2: expected statistics, found none");
    check_refused("10\n", "size", "s:1: expected statistics, found none");
    check_refused("10\na sentence\n", "size",
                  "s:2: expected a time in seconds, or a name and a number");
    check_refused("10\nactual nan\n", "size", "s:2: expected a time in seconds, or a name");
    check_refused("10\nactual 1\n9\nactual 1\n", "size", "expected a later time than before");
    check_refused("10\nactual -5\n", "size", "expected 'size' in the block before");
}

TEST_SUITE(formats_stats, TEST(stats__esxtop_columns_become_vms),
           TEST(stats__esxtop_is_refused_where_it_makes_no_sense),
           TEST(stats__dommemstat_blocks_are_kibibytes), TEST(stats__ksm_counts_pages),
           TEST(stats__other_text_is_refused))
