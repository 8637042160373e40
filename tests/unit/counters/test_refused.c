/* Statistics that are known and not read. */
#include "tests/unit/counters/rows.h"

static void refused__say_what_to_record_instead(void)
{
    check_refused("procs -----------memory----------\n r  b   swpd   free\n 1  0      0    512\n",
                  "size", "s: expected statistics, found vmstat's table, which does not say");
    check_refused("1700000000\n  total used free shared buff/cache available\nMem: 4 1 1 1 1 2\n",
                  "size",
                  "found what `free` prints; record `date +%s` and /proc/meminfo in a loop");
    check_refused("BZh91AY", "size", "found a bzip2 file; run `bzip2 -dk FILE` first");
    /* A file with statistics in it is read, whatever else stands there. */
    check_rows("procs ----- and more\n10\nactual 1024\n", "size", "vm: 0 1; 1 passed");
}

TEST_SUITE(counters_refused, TEST(refused__say_what_to_record_instead))
