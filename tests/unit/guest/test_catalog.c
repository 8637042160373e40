/* Tests of models/guest/catalog.c: the operating systems, and what they can run with. */
#include <math.h>

#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

static struct fake_hw fake;

static void os_name__names_each(void)
{
    CHECK_TEXT(guest_os_name(GUEST_BARE), "bare");
    CHECK_TEXT(guest_os_name(GUEST_LINUX_2_4), "linux-2.4");
    CHECK_TEXT(guest_os_name(GUEST_WINDOWS_2000), "windows-2000");
}

static void check__refuses_a_guest_smaller_than_its_kernel(void)
{
    fake_hw_init(&fake, GUEST_LINUX_2_4, 1024);
    struct sim_error error = {0};
    CHECK_EQ(guest_check(&fake.config, &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, "linux-2.4 itself needs");
    CHECK_CONTAINS(error.text, "found 1024");
}

static void check__takes_what_the_numbers_of_pages_and_slots_allow(void)
{
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake.config.memory_pages = fake.config.swap_pages = GUEST_PAGES_MOST;
    struct sim_error error = {0};
    CHECK_EQ(guest_check(&fake.config, &error), SIM_OK);
    fake.config.swap_pages++;
    CHECK_EQ(guest_check(&fake.config, &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, "at most 268435456 pages of its paging device, found 268435457");
    fake.config.memory_pages++;
    CHECK_EQ(guest_check(&fake.config, &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, "1 to 268435456 pages of memory, found 268435457");
}

static void kernel_pages__are_the_items_together(void)
{
    double bytes = 0;
    for (const struct guest_kernel_item *item = guest_kernel_items(GUEST_LINUX_2_4); item->name;
         item++)
        bytes += item->fixed_kb * 1024.0 + item->bytes_per_page * 32768;
    CHECK_EQ(guest_kernel_pages(GUEST_LINUX_2_4, 32768), (uint32_t)ceil(bytes / 4096));
    CHECK_EQ(guest_kernel_pages(GUEST_BARE, 32768), 0);
}

TEST_SUITE(guest_catalog, TEST(os_name__names_each),
           TEST(check__refuses_a_guest_smaller_than_its_kernel),
           TEST(check__takes_what_the_numbers_of_pages_and_slots_allow),
           TEST(kernel_pages__are_the_items_together))
