/* Tests of models/guest/huge.c: what one touch of a huge page brings into memory. */
#include "models/guest/huge.h"
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

static struct fake_hw fake;
static struct fake_hw_program program;

/* The pages of a process of `memory_pages` that touches the first page of every 512. */
static uint32_t pages_after_touches(uint32_t huge_share_bp, uint32_t memory_pages, uint32_t memory)
{
    static struct guest_op ops[65];
    uint32_t blocks = (memory_pages + 511) / 512;
    for (uint32_t block = 0; block < blocks; block++)
        ops[block] = (struct guest_op){
            .kind = GUEST_OP_MEMORY, .first = block * 512, .pages = 1, .write = true};
    ops[blocks] = (struct guest_op){.kind = GUEST_OP_SLEEP, .at_ns = SIM_NEVER};
    fake_hw_init(&fake, GUEST_LINUX_6, memory);
    fake.config.huge_share_bp = huge_share_bp;
    fake_hw_make(&fake);
    fake_hw_program_init(&program, ops, blocks + 1, 1, memory_pages);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 2 * SIM_SECOND);
    uint32_t before = fake_hw_status(&fake).process_pages;
    fake_hw_run(&fake, 3 * SIM_SECOND);
    return fake_hw_status(&fake).process_pages - before;
}

/* The last block is not whole: it is given in small pages. */
static void fault__brings_the_whole_block(void)
{
    CHECK_EQ(pages_after_touches(10000, 8 * 512 + 100, 32768), 8 * 512 + 1);
    CHECK_EQ(fake_hw_status(&fake).huge_pages, 8);
    CHECK(fake.guest->processes.process[2].promised_pages == 0);
    fake_hw_fini(&fake);
    CHECK_EQ(pages_after_touches(10000, 8 * 512, 32768), 8 * 512);
    uint32_t number = fake.guest->processes.count - 1;
    CHECK_EQ(fake.guest->processes.process[number].touched_end, 8 * 512);
    fake_hw_fini(&fake);
}

static void fault__brings_one_page_where_none_is_huge(void)
{
    CHECK_EQ(pages_after_touches(0, 8 * 512, 32768), 8);
    fake_hw_fini(&fake);
}

/* Half of 20 blocks, as drawn from the seed: 10 and two standard deviations. */
static void fault__is_huge_in_its_share_of_blocks(void)
{
    uint32_t pages = pages_after_touches(5000, 20 * 512, 32768);
    uint32_t huge = (pages - 20) / 511;
    CHECK_EQ(pages, 20 + huge * 511);
    CHECK(huge >= 6 && huge <= 14);
    fake_hw_fini(&fake);
}

/* Some 4,500 pages are left beside the kernel. The last blocks would reach the low watermark: one
 * page each, and nothing is paged out. */
static void fault__stops_above_the_low_watermark(void)
{
    CHECK(pages_after_touches(10000, 16 * 512, 24000) < 4500);
    struct guest_status status = fake_hw_status(&fake);
    CHECK(status.free_pages > fake.guest->watermarks.low - 16);
    CHECK(status.free_pages < fake.guest->watermarks.low + 512);
    CHECK_EQ(status.swap_out_pages, 0);
    fake_hw_fini(&fake);
}

TEST_SUITE(guest_huge, TEST(fault__brings_the_whole_block),
           TEST(fault__brings_one_page_where_none_is_huge),
           TEST(fault__is_huge_in_its_share_of_blocks), TEST(fault__stops_above_the_low_watermark))
