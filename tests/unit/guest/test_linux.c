/* Tests of models/guest/linux.c: watermarks, and kernel memory for the configured size. */
#include "models/guest/internal.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

static void watermarks__as_the_kernel_computes_them(void)
{
    struct watermarks marks;
    guest_os_linux.watermarks(65536, &marks); /* 256 MB: zones of 4,096 and 61,440 pages */
    CHECK_EQ(marks.least, 128 + 255);
    CHECK_EQ(marks.low, 2 * 383);
    CHECK_EQ(marks.high, 3 * 383);
    guest_os_linux.watermarks(10240, &marks); /* 40 MB */
    CHECK_EQ(marks.least, 128 + 48);
    guest_os_linux.watermarks(100, &marks);
    CHECK_EQ(marks.least, 10);
}

static void kernel__grows_with_the_configured_size(void)
{
    uint32_t small = guest_kernel_pages(GUEST_LINUX_2_4, 32768);
    uint32_t large = guest_kernel_pages(GUEST_LINUX_2_4, 65536);
    double grown_mb = (large - small) / 256.0; /* for 128 MB more */
    CHECK_NEAR(grown_mb, 2.73, 0.1);
}

static void kernel__each_item_has_a_source_and_they_add_up(void)
{
    double bytes = 0;
    const struct guest_kernel_item *item = guest_kernel_items(GUEST_LINUX_2_4);
    for (; item->name; item++) {
        CHECK(item->fixed_kb > 0 || item->bytes_per_page > 0);
        CHECK(strlen(item->source) > 5);
        bytes += item->fixed_kb * 1024.0 + item->bytes_per_page * 65536;
    }
    CHECK_NEAR(guest_kernel_pages(GUEST_LINUX_2_4, 65536), bytes / 4096, 1);
}

static void kernel__what_the_boot_reserves_agrees_with_a_real_one(void)
{
    /* Red Hat's 2.4.2-2 at 262,016 KB: 6,400 KB reserved and 388 KB of holes before any process
     * runs; the hashes, the slab caches and the TCP tables come later. */
    double kb = 0;
    const struct guest_kernel_item *item = guest_kernel_items(GUEST_LINUX_2_4);
    for (; item->name; item++) {
        if (strstr(item->name, "hash") || strstr(item->name, "slab"))
            continue;
        kb += item->fixed_kb + item->bytes_per_page * 65504 / 1024;
    }
    CHECK_NEAR(kb, 6400 - 236 + 388, 60); /* 236 KB of it are given back after the start */
}

TEST_SUITE(guest_linux, TEST(watermarks__as_the_kernel_computes_them),
           TEST(kernel__grows_with_the_configured_size),
           TEST(kernel__each_item_has_a_source_and_they_add_up),
           TEST(kernel__what_the_boot_reserves_agrees_with_a_real_one))
