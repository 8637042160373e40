/* Tests of models/guest/reporting.c: free pages that the hypervisor is told of. */
#include "models/guest/reporting.h"
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

#define HELD (12 * BLOCK_PAGES)

static struct fake_hw fake;
static struct fake_hw_program program;
static struct guest_op ops[4];

/* A program takes HELD pages, gives all of them back at 10 s, or every other one, and waits. */
static void give_back_scaled(bool whole, bool reports, uint32_t page_scale)
{
    ops[0] = (struct guest_op){
        .kind = GUEST_OP_MEMORY, .write = true, .pages = HELD, .content = GUEST_CONTENT_PRIVATE};
    ops[1] = (struct guest_op){.kind = GUEST_OP_SLEEP, .at_ns = 10 * SIM_SECOND};
    ops[2] = (struct guest_op){.kind = GUEST_OP_MEMORY_FREE, .pages = whole ? HELD : 1};
    ops[3] = (struct guest_op){.kind = GUEST_OP_SLEEP, .at_ns = 100 * SIM_SECOND};
    fake_hw_init(&fake, GUEST_LINUX_2_4, FAKE_PAGES);
    fake.config.reports_free_pages = reports;
    fake.config.page_scale = page_scale;
    fake_hw_make(&fake);
    fake_hw_program_init(&program, ops, 4, 1, HELD);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 10 * SIM_SECOND - 1);
    CHECK_EQ(fake.reported_pages, 0);
    if (!whole) {
        static struct guest_op scattered[HELD / 2 + 1];
        for (uint32_t i = 0; i < HELD / 2; i++)
            scattered[i] =
                (struct guest_op){.kind = GUEST_OP_MEMORY_FREE, .first = 2 * i, .pages = 1};
        scattered[HELD / 2] = ops[3];
        program.ops = scattered;
        program.count = HELD / 2 + 1;
        program.at = 0;
    }
}

static void give_back(bool whole, bool reports)
{
    give_back_scaled(whole, reports, 1);
}

/* The pages lie together: 11 blocks are whole, and two are in part the program's or the kernel's.
 */
static void report__whole_blocks_after_two_seconds(void)
{
    give_back(true, true);
    fake_hw_run(&fake, 12 * SIM_SECOND - 1);
    CHECK_EQ(fake.reported_pages, 0);
    fake_hw_run(&fake, 13 * SIM_SECOND);
    CHECK_EQ(fake.reported_pages, 11 * BLOCK_PAGES);
    CHECK_NEAR((double)fake.reported_ns, 12e9, 5e7);
    CHECK_EQ(fake_hw_status(&fake).reported_pages, fake.reported_pages);
    fake_hw_run(&fake, 60 * SIM_SECOND); /* told once */
    CHECK_EQ(fake.reported_pages, 11 * BLOCK_PAGES);
    fake_hw_fini(&fake);
}

/* Pages of 32 KiB: a block of 2 MiB has 64, and pages of 4 MiB are blocks themselves. */
static void report__blocks_of_large_pages(void)
{
    give_back_scaled(true, true, 8);
    fake_hw_run(&fake, 13 * SIM_SECOND);
    CHECK_EQ(fake.reported_pages % 64, 0);
    CHECK_NEAR((double)fake.reported_pages, HELD - 64, 64);
    CHECK(fake.reported_pages < HELD);
    fake_hw_fini(&fake);
    give_back_scaled(true, true, 1024);
    fake_hw_run(&fake, 13 * SIM_SECOND);
    CHECK_EQ(fake.reported_pages, HELD);
    fake_hw_fini(&fake);
}

static void report__not_what_is_scattered(void)
{
    give_back(false, true);
    fake_hw_run(&fake, 60 * SIM_SECOND);
    CHECK_EQ(fake.reported_pages, 0);
    fake_hw_fini(&fake);
}

static void report__not_unless_the_guest_does(void)
{
    give_back(true, false);
    fake_hw_run(&fake, 60 * SIM_SECOND);
    CHECK_EQ(fake.reported_pages, 0);
    fake_hw_fini(&fake);
}

/* With less than the low watermark and a request's worth free, the guest keeps what it has, and
 * asks itself again every 2 s. */
static void report__not_while_memory_is_short(void)
{
    give_back(true, true);
    fake.guest->watermarks.low = FAKE_PAGES;
    fake_hw_run(&fake, 30 * SIM_SECOND);
    CHECK_EQ(fake.reported_pages, 0);
    fake.guest->watermarks.low = 100;
    fake_hw_run(&fake, 30 * SIM_SECOND + 100 * SIM_MS);
    CHECK_EQ(fake.reported_pages, 11 * BLOCK_PAGES);
    fake_hw_fini(&fake);
}

/* 1 GiB in whole blocks is 512 blocks; the last block of the memory is no whole one. */
static void new_block__finds_each_once(void)
{
    static struct page page[2 * BLOCK_PAGES + 10 + PAGE_HEADS];
    static struct dirty_link dirty[2 * BLOCK_PAGES + 10 + DIRTY_LISTS];
    static uint16_t free_pages[3];
    static uint64_t is_new[1];
    struct pages pages = {
        .page = page, .dirty = dirty, .blocks = {BLOCK_PAGES, free_pages, is_new, 0}};
    guest_page_init(&pages, 2 * BLOCK_PAGES + 10, 0);
    bool zeroed = false;
    while (guest_page_free_count(&pages) > 0)
        guest_page_take(&pages, &zeroed);
    for (uint32_t ppn = 0; ppn < 2 * BLOCK_PAGES + 10; ppn++)
        guest_page_release(&pages, ppn);
    CHECK_EQ(pages.blocks.new_count, 2);
    CHECK_EQ(guest_page_take(&pages, &zeroed), 2 * BLOCK_PAGES + 9);
    for (int i = 0; i < 10; i++)
        guest_page_take(&pages, &zeroed); /* the last is of block 1 */
    CHECK_EQ(pages.blocks.new_count, 1);
    CHECK_EQ(guest_page_new_block(&pages, 0), 0);
    CHECK_EQ(guest_page_new_block(&pages, 0), NONE);
    guest_page_release(&pages, 2 * BLOCK_PAGES - 1);
    CHECK_EQ(guest_page_new_block(&pages, 0), 1);
    CHECK_EQ(pages.blocks.new_count, 0);
}

TEST_SUITE(guest_reporting, TEST(report__blocks_of_large_pages),
           TEST(report__whole_blocks_after_two_seconds), TEST(report__not_what_is_scattered),
           TEST(report__not_unless_the_guest_does), TEST(report__not_while_memory_is_short),
           TEST(new_block__finds_each_once))
