/* Tests of models/guest/windows.c: the zero-page thread. */
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

static struct fake_hw fake;
static struct fake_hw_program program, busy;

static void zero_page_thread__runs_only_when_nothing_else_does(void)
{
    struct guest_op use[] = {{.kind = GUEST_OP_MEMORY, .write = true, .pages = 2000}};
    struct guest_op work = {.kind = GUEST_OP_COMPUTE, .ns = 5 * SIM_SECOND};
    fake_hw_init(&fake, GUEST_WINDOWS_2000, 8192);
    fake_hw_make(&fake);
    fake_hw_program_init(&program, use, 1, 1, 2000);
    fake_hw_program_init(&busy, &work, 1, 1, 0);
    guest_spawn(fake.guest, &program.program, 5 * SIM_SECOND);
    guest_spawn(fake.guest, &busy.program, 5 * SIM_SECOND);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 5 * SIM_SECOND);
    uint64_t zeroed = fake_hw_status(&fake).zeroed_pages;
    fake_hw_run(&fake, 9 * SIM_SECOND);
    CHECK(program.ended && !busy.ended);
    CHECK_EQ(fake_hw_status(&fake).zeroed_pages, zeroed); /* 2,000 freed pages wait */
    CHECK_EQ(fake.guest->pages.count[PAGE_FREE], 2000);
    memset(fake.touched, 0, sizeof fake.touched);
    fake_hw_unmap_all(&fake);
    fake_hw_run(&fake, 11 * SIM_SECOND);
    CHECK(busy.ended);
    CHECK_EQ(fake_hw_status(&fake).zeroed_pages, zeroed + 2000);
    CHECK_EQ(fake.guest->pages.count[PAGE_FREE], 0);
    CHECK_EQ(fake.zero_writes, 2000); /* and so they were touched */
    fake_hw_fini(&fake);
}

static void zeroed_pages__need_no_zeroing_when_they_are_used(void)
{
    struct guest_op use = {.kind = GUEST_OP_MEMORY, .write = true, .pages = 1000};
    fake_hw_init(&fake, GUEST_WINDOWS_2000, 8192);
    fake_hw_make(&fake);
    fake_hw_program_init(&program, &use, 1, 1, 1000);
    guest_spawn(fake.guest, &program.program, 5 * SIM_SECOND);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 6 * SIM_SECOND);
    uint64_t page_ns = fake.guest->cost.guest_fault_ns + fake.hw.touch_ns;
    CHECK_EQ(program.at_ns[1] - program.at_ns[0], 1000 * page_ns + 1);
    fake_hw_fini(&fake);
}

static void kernel__pages_follow_the_table(void)
{
    /* 24 B of PFN entry and 128 B of nonpaged pool for each page, and what is fixed. */
    uint32_t small = guest_kernel_pages(GUEST_WINDOWS_2000, 65536);
    uint32_t large = guest_kernel_pages(GUEST_WINDOWS_2000, 131072);
    CHECK_EQ(large - small, 65536 * 152 / 4096);
}

TEST_SUITE(guest_windows, TEST(zero_page_thread__runs_only_when_nothing_else_does),
           TEST(zeroed_pages__need_no_zeroing_when_they_are_used),
           TEST(kernel__pages_follow_the_table))
