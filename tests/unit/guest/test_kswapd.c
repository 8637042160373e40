/* Tests of models/guest/kswapd.c: who reclaims, and when. */
#include "models/guest/kswapd.h"
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

#define PAGES 24000u /* 94 MB, of which some 4,500 pages are left beside the kernel */

static struct fake_hw fake;
static struct fake_hw_program program;

/* Operations on the next so many pages of a file or of memory, one after each pause. */
static void start(struct guest_op op, uint32_t pages, uint64_t pause_ns)
{
    static struct guest_op ops[8192];
    for (uint32_t i = 0; i < 4096; i++) {
        ops[2 * i] = op;
        ops[2 * i].first = i * pages;
        ops[2 * i].pages = pages;
        ops[2 * i].offset = (uint64_t)i * pages * 4096;
        ops[2 * i].bytes = pages * 4096ull;
        ops[2 * i + 1] =
            (struct guest_op){.kind = GUEST_OP_SLEEP, .at_ns = 3 * SIM_SECOND + i * pause_ns};
    }
    fake_hw_init(&fake, GUEST_LINUX_6, PAGES);
    fake.config.swap_pages = 40000;
    fake_hw_make(&fake);
    guest_files_new(fake.guest, 1, 32768 * 4096ull);
    fake_hw_program_init(&program, ops, 8192, 1, 4096 * pages);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
}

/* Runs until `until_ns`, and tells the least and the most free memory once kswapd has begun. */
static void watch(uint64_t until_ns, uint32_t *least, uint32_t *most)
{
    *least = UINT32_MAX;
    *most = 0;
    while (fake.now_ns < until_ns) {
        fake_hw_run(&fake, fake.now_ns + SIM_MS);
        uint32_t pages = fake_hw_status(&fake).free_pages;
        if (fake_hw_status(&fake).kswapd_ns < SIM_MS / 10)
            continue;
        *least = pages < *least ? pages : *least;
        *most = pages > *most ? pages : *most;
    }
}

static void kswapd__keeps_free_memory_between_low_and_high(void)
{
    uint32_t least, most;
    start((struct guest_op){.kind = GUEST_OP_FILE_READ}, 8, 2 * SIM_MS);
    watch(10 * SIM_SECOND, &least, &most);
    const struct watermarks *marks = &fake.guest->watermarks;
    CHECK(least >= marks->low);
    CHECK(most <= marks->high + 32);
    struct guest_status status = fake_hw_status(&fake);
    CHECK_EQ(status.direct_reclaims, 0);
    CHECK_EQ(status.stalled_ns, 0);
    CHECK(status.kswapd_ns > 0);
    fake_hw_fini(&fake);
}

/* The disk takes 2 ms to write 32 pages: 16,000 pages a second leave, at most. */
static void direct__only_where_more_is_asked_for_than_leaves(void)
{
    uint32_t least, most;
    const struct watermarks *marks;
    struct guest_op touch = {.kind = GUEST_OP_MEMORY, .write = true};
    start(touch, 4, SIM_MS / 2); /* 8,000 pages a second */
    watch(5 * SIM_SECOND, &least, &most);
    struct guest_status status = fake_hw_status(&fake);
    CHECK_EQ(status.direct_reclaims, 0);
    CHECK_EQ(status.stalled_ns, 0);
    CHECK(status.swap_out_pages > 8000);
    marks = &fake.guest->watermarks;
    CHECK(least > marks->least);
    CHECK(most <= marks->high + 64); /* two requests that end together */
    fake_hw_fini(&fake);

    start(touch, 8, SIM_MS / 4); /* 32,000 */
    watch(4 * SIM_SECOND, &least, &most);
    status = fake_hw_status(&fake);
    CHECK(status.direct_reclaims > 0);
    CHECK(status.stalled_ns > SIM_SECOND / 4);
    CHECK_EQ(status.oom_kills, 0);
    fake_hw_fini(&fake);
}

TEST_SUITE(guest_kswapd, TEST(kswapd__keeps_free_memory_between_low_and_high),
           TEST(direct__only_where_more_is_asked_for_than_leaves))
