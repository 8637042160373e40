/* Tests of models/guest/linux_6.c: watermarks, and kernel memory for the configured size. */
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

/* 4 GB: min_free_kbytes is the root of 16 x 4,194,304, 8,192 KB; a thousandth of memory is more
 * than a quarter of that. */
static void watermarks__as_the_kernel_computes_them(void)
{
    struct watermarks marks;
    guest_os_linux_6.watermarks(1u << 20, &marks);
    CHECK_EQ(marks.least, 2048);
    CHECK_EQ(marks.low, 2048 + 1048);
    CHECK_EQ(marks.high, 2048 + 2 * 1048);
    guest_os_linux_6.watermarks(1u << 16, &marks); /* 256 MB: 2,048 KB, and a quarter of it */
    CHECK_EQ(marks.least, 512);
    CHECK_EQ(marks.low, 512 + 128);
    guest_os_linux_6.watermarks(200, &marks);
    CHECK_EQ(marks.least, 32); /* 128 KB at least */
    guest_os_linux_6.watermarks(GUEST_PAGES_MOST, &marks);
    CHECK_EQ(marks.least, 32768); /* 1 TB: 128 MB */
}

/* struct page is 1/64 of memory. */
static void kernel__grows_with_the_configured_size(void)
{
    uint32_t small = guest_kernel_pages(GUEST_LINUX_6, 1u << 18);
    uint32_t large = guest_kernel_pages(GUEST_LINUX_6, 1u << 19);
    CHECK_NEAR((large - small) / 256.0, 1024 * 70 / 4096.0, 0.01);
}

static void kernel__each_item_has_a_source(void)
{
    const struct guest_kernel_item *item = guest_kernel_items(GUEST_LINUX_6);
    for (; item->name; item++) {
        CHECK(item->fixed_kb > 0 || item->bytes_per_page > 0);
        CHECK(strlen(item->source) > 5);
    }
    CHECK_TEXT(guest_os_name(GUEST_LINUX_6), "linux-6");
}

TEST_SUITE(guest_linux_6, TEST(watermarks__as_the_kernel_computes_them),
           TEST(kernel__grows_with_the_configured_size), TEST(kernel__each_item_has_a_source))
