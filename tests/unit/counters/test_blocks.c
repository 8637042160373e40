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
    check_refused(
        file, "swapped",
        "expected 'swapped' in the block that ends here, found actual, swap_in, available");
    /* Without times of its own a block has the time of its last update. */
    check_rows("actual 2048\nlast_update 100\nactual 3072\nlast_update 110\n", "size",
               "vm: 0 2: 10 3");
    check_refused("actual 2048\nactual 3072\n", "size", "expected a line with the time in seconds");
}

static void blocks__of_ksm_are_pages(void)
{
    check_rows(
        "# a comment\n10.5\n/sys/kernel/mm/ksm/pages_sharing:2560\n11.5\npages_sharing 5120\n",
        "pages_sharing", "vm: 0 10: 1 20");
}

static void blocks__of_other_text_are_refused(void)
{
    check_refused("10\na sentence\n", "size",
                  "s:2: expected a time in seconds, or a name and a number, found 'a sentence'");
    check_refused("10\nactual nan\n", "size", "s:2: expected a time in seconds, or a name");
    check_refused("10\nactual 1\n9\nactual 1\n", "size",
                  "expected a later time than before, 0 s after the first, found -1 s after it");
    check_refused(
        "10\nactual -5\n", "size",
        "expected 'size' of at least 0 in the block that ends here, found -0.0048828125 MB");
}

TEST_SUITE(counters_blocks, TEST(blocks__of_dommemstat_are_kibibytes),
           TEST(blocks__of_ksm_are_pages), TEST(blocks__of_other_text_are_refused))
