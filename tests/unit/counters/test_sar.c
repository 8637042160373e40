/* sar -r: rows without dates. */
#include "tests/unit/counters/rows.h"

#define HOST        "Linux 6.1.0-18-amd64 (web) \t07/23/2026 \t_x86_64_\t(4 CPU)\n\n"
#define NAMES(time) time " kbmemfree   kbavail kbmemused  %memused kbactive\n"

static void sar__goes_over_midnight(void)
{
    static const char file[] = HOST NAMES("11:50:01 PM") "11:55:01 PM 1 2 3072000 75.00 1024000\n"
                                                         "12:05:01 AM 1 2 4096000 75.00 2048000\n"
                                                         "Average:    1 2 3584000 75.00 1536000\n";
    check_rows(file, "active", "web: 0 1000: 600 2000");
    check_rows(file, "used", "web: 0 3000: 600 4000");
    check_refused(file, "%memused", "'%memused', which is a percentage");
}

static void sar__of_several_days(void)
{
    check_rows(
        HOST NAMES(
            "00:00:01") "00:10:01 1 2 3 4 1024\nsomething else\n\n"
                        "00:15:00     LINUX RESTART\t(4 CPU)\n\n" NAMES(
                            "00:15:01") "00:20:01 1 2 3 4 2048\n"
                                        "Linux 6.1.0 (web) 07/25/2026 _x86_64_ (4 CPU)\n" NAMES(
                                            "00:00:01") "00:10:01 1 2 3 4 3072\n",
        "active", "web: 0 1: 600 2: 172800 3; 1 passed");
}

/* `sar -A`: a table of processors behind that of memory, with as many columns. */
static void sar__leaves_other_tables_alone(void)
{
    check_rows("Linux 6.1.0 (web) 2026-07-23 _x86_64_ (4 CPU)\n\n" NAMES(
                   "23:40:01") "23:50:01 1 2 3 4 1024\nDurchschn.: 1 2 3 4 5\n\n"
                               "23:40:01 CPU %user %nice %system %iowait\n23:50:01 all 1 2 3 "
                               "4000\n\n" NAMES("23:50:01") "00:00:01 1 2 3 4 2048\n",
               "active", "web: 0 1: 600 2; 1 passed");
}

static void sar__of_people(void)
{
    check_rows("Linux 6.1.0 (web) 2026-07-23 _x86_64_ (4 CPU)\n\n" NAMES(
                   "23:40:01") "23:50:01 1.0G 2.5M 3 75.0% 1.5M\n",
               "active", "web: 0 1.5");
}

TEST_SUITE(counters_sar, TEST(sar__goes_over_midnight), TEST(sar__of_several_days),
           TEST(sar__leaves_other_tables_alone), TEST(sar__of_people))
