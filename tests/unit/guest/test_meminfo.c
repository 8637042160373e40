/* Tests of models/guest/meminfo.c: what the guest tells of its memory as a whole. */
#include "models/guest/meminfo.h"
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

static struct fake_hw fake;
static struct fake_hw_program program;

/* A guest of 64 MB, or of `memory_pages`, that reads `cached` pages and touches `touched`. */
static void run(enum guest_os os, uint32_t memory_pages, uint32_t cached, uint32_t touched)
{
    static struct guest_op ops[4];
    ops[0] = (struct guest_op){.kind = GUEST_OP_FILE_READ, .bytes = cached * 4096ull};
    ops[1] = (struct guest_op){.kind = GUEST_OP_MEMORY, .pages = touched, .write = true};
    ops[2] = (struct guest_op){.kind = GUEST_OP_COMMIT, .pages = 5000};
    ops[3] = (struct guest_op){.kind = GUEST_OP_SLEEP, .at_ns = 30 * SIM_SECOND};
    fake_hw_init(&fake, os, memory_pages);
    fake_hw_make(&fake);
    guest_files_new(fake.guest, 1, cached * 4096ull);
    fake_hw_program_init(&program, ops, 4, 1, touched);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 20 * SIM_SECOND);
}

/* 128 MB: min 362 pages, low 452, high 542. A cache of 2,000 pages keeps 452 of them, one of 500
 * keeps the half. */
static void available__as_linux_computes_it(void)
{
    run(GUEST_LINUX_6, 32768, 2000, 100);
    struct guest_status status = fake_hw_status(&fake);
    CHECK_EQ(fake.guest->watermarks.low, 452);
    CHECK_EQ(fake.guest->watermarks.high, 542);
    CHECK_EQ(status.cache_pages, 2000);
    CHECK_EQ(status.available_pages, status.free_pages - 542 + 2000 - 452);
    fake_hw_fini(&fake);

    run(GUEST_LINUX_6, 32768, 500, 100);
    status = fake_hw_status(&fake);
    CHECK_EQ(status.available_pages, status.free_pages - 542 + 250);
    fake_hw_fini(&fake);
}

static void available__elsewhere_is_free_and_clean(void)
{
    run(GUEST_LINUX_2_4, 8192, 500, 100);
    struct guest_status status = fake_hw_status(&fake);
    CHECK_EQ(status.available_pages, status.free_pages + 500);
    fake_hw_fini(&fake);
}

/* A promise counts from when it was made until its process ends. */
static void committed__counts_what_was_promised(void)
{
    run(GUEST_LINUX_6, 32768, 2000, 100);
    struct guest_status status = fake_hw_status(&fake);
    uint32_t own_pages = status.process_pages - 100;
    CHECK_EQ(status.committed_pages, own_pages + 100 + 5000);
    fake_hw_run(&fake, 31 * SIM_SECOND);
    CHECK(program.ended);
    status = fake_hw_status(&fake);
    CHECK_EQ(status.committed_pages, own_pages);
    fake_hw_fini(&fake);
}

/* More than memory: what is paged out stays committed. */
static void committed__includes_what_is_paged_out(void)
{
    run(GUEST_LINUX_2_4, 4096, 100, 4500);
    struct guest_status status = fake_hw_status(&fake);
    CHECK(status.swap_used_pages > 500);
    CHECK_NEAR(status.committed_pages, 4500 + 5000, 32); /* being written or read: on both sides */
    fake_hw_fini(&fake);
}

TEST_SUITE(guest_meminfo, TEST(available__as_linux_computes_it),
           TEST(available__elsewhere_is_free_and_clean), TEST(committed__counts_what_was_promised),
           TEST(committed__includes_what_is_paged_out))
