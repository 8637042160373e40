/* Tests of models/guest/linux.c: watermarks, and kernel memory for the configured size. */
#include "models/guest/state.h"
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
    CHECK_NEAR(grown_mb, 2.74, 0.01);
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

/* What is taken from the boot allocator, in KB: neither hashes nor slabs, which come later. */
static double boot_kb(uint32_t pages, bool image)
{
    double kb = 0;
    const struct guest_kernel_item *item = guest_kernel_items(GUEST_LINUX_2_4);
    for (; item->name; item++) {
        if (strstr(item->name, "hash") || strstr(item->name, "sl")) /* slabs, slots */
            continue;
        if (image || !strstr(item->name, "kernel"))
            kb += item->fixed_kb + item->bytes_per_page * pages / 1024;
    }
    return kb;
}

static void kernel__what_the_boot_reserves_agrees_with_real_ones(void)
{
    /* Red Hat's 2.4.7-10 at 131,056 KB: 4640k reserved, of which initrd and init code are given
     * back, and the hole below 1 MB. */
    CHECK_NEAR(boot_kb(32764, true), 4640 - 443 - 220 + 384, 2);
    /* A log that nothing was taken from, their 2.4.2-2 at 262,016 KB: 6400k reserved less its image
     * of 1365k code, 92k data, 236k init, and the hole. */
    CHECK_NEAR(boot_kb(65504, false), 6400 - 1365 - 92 - 236 + 384, 100);
}

static void requests__as_real_kernels_say_at_boot(void)
{
    CHECK_EQ(guest_os_linux.request_slots(32764), 256);
    CHECK_EQ(guest_os_linux.request_slots(65504), 512);
    CHECK_EQ(guest_os_linux.request_slots(40 * 256), 128); /* 64 MB, rounded up */
}

TEST_SUITE(guest_linux, TEST(watermarks__as_the_kernel_computes_them),
           TEST(kernel__grows_with_the_configured_size),
           TEST(kernel__each_item_has_a_source_and_they_add_up),
           TEST(kernel__what_the_boot_reserves_agrees_with_real_ones),
           TEST(requests__as_real_kernels_say_at_boot))
