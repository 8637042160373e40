/* Tests of models/guest/balloon.c: the driver. */
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

static struct fake_hw fake;
static struct fake_hw_program program;

static void start(enum guest_os os, uint64_t balloon_ns)
{
    fake_hw_init(&fake, os, 8192);
    fake.config.boot.balloon_ns = balloon_ns;
    fake_hw_start(&fake);
}

static void driver__starts_at_its_time(void)
{
    start(GUEST_LINUX_2_4, 5 * SIM_SECOND);
    fake.balloon_target = 100;
    fake_hw_run(&fake, 5 * SIM_SECOND - SIM_MS);
    CHECK(!fake.driver);
    CHECK(!fake_hw_status(&fake).balloon_running);
    fake_hw_run(&fake, 6 * SIM_SECOND);
    CHECK(fake.driver);
    CHECK(fake_hw_status(&fake).balloon_running);
    CHECK_EQ(fake.balloon_size, 100);
    fake_hw_fini(&fake);
}

static void driver__may_be_absent(void)
{
    start(GUEST_LINUX_2_4, SIM_NEVER);
    fake.balloon_target = 100;
    fake_hw_run(&fake, 30 * SIM_SECOND);
    CHECK(!fake.driver);
    fake_hw_fini(&fake);
    start(GUEST_BARE, 0);
    fake.balloon_target = 10;
    fake_hw_run(&fake, 30 * SIM_SECOND);
    CHECK(!fake.driver);
    fake_hw_fini(&fake);
}

static void inflate__no_faster_than_its_rate(void)
{
    start(GUEST_LINUX_2_4, 0);
    fake_hw_run(&fake, 10 * SIM_SECOND);
    fake.balloon_target = 3000;
    fake_hw_run(&fake, 12 * SIM_SECOND); /* it polls within the first second */
    CHECK(fake.balloon_size >= 1000 && fake.balloon_size <= 2100);
    fake_hw_run(&fake, 14 * SIM_SECOND + 100 * SIM_MS);
    CHECK_EQ(fake.balloon_size, 3000);
    CHECK_EQ(fake_hw_status(&fake).balloon_pages, 3000);
    double seconds = (double)(fake.balloon_at_ns[11] - fake.balloon_at_ns[0]) / 1e9;
    CHECK_NEAR(seconds, 2.816, 0.15); /* 2,816 pages at 1,000 a second */
    fake_hw_fini(&fake);
}

/* Pages of 256 KiB: 1,000 of 4 KiB in a second are 15.6, and no part of one is lost. */
static void inflate__its_rate_is_of_small_pages(void)
{
    fake_hw_init(&fake, GUEST_LINUX_2_4, 8192);
    fake.config.page_scale = 64;
    fake.config.boot.balloon_ns = 0;
    fake_hw_start(&fake);
    fake_hw_run(&fake, 10 * SIM_SECOND);
    fake.balloon_target = 3000;
    fake_hw_run(&fake, 43 * SIM_SECOND);
    CHECK_NEAR(fake.balloon_size, 507, 10); /* in 32 to 33 s */
    fake_hw_fini(&fake);
}

static void inflate__takes_free_pages_before_anything_else(void)
{
    struct guest_op op = {.kind = GUEST_OP_FILE_READ, .bytes = 1000 * 4096};
    fake_hw_init(&fake, GUEST_LINUX_2_4, 8192);
    fake.config.boot.balloon_ns = 0;
    fake_hw_make(&fake);
    guest_files_new(fake.guest, 1, 1000 * 4096);
    fake_hw_program_init(&program, &op, 1, 1, 0);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 10 * SIM_SECOND);
    CHECK(program.ended);
    fake.balloon_target = fake_hw_status(&fake).free_pages - 3 * fake.guest->watermarks.low / 2;
    fake_hw_run(&fake, 20 * SIM_SECOND);
    CHECK_EQ(fake.balloon_size, fake.balloon_target);
    CHECK_EQ(fake_hw_status(&fake).cache_pages, 1000);
    fake.balloon_target += fake.guest->watermarks.low + 500;
    fake_hw_run(&fake, 30 * SIM_SECOND);
    CHECK_EQ(fake.balloon_size, fake.balloon_target);
    CHECK(fake_hw_status(&fake).cache_pages < 700);
    fake_hw_fini(&fake);
}

static void inflate__holds_its_cap(void)
{
    fake_hw_init(&fake, GUEST_LINUX_2_4, 8192);
    fake.config.boot.balloon_ns = 0;
    fake.config.balloon_most_pages = 700;
    fake_hw_start(&fake);
    fake.balloon_target = 3000;
    fake_hw_run(&fake, 10 * SIM_SECOND);
    CHECK_EQ(fake.balloon_size, 700);
    fake_hw_fini(&fake);
}

static void inflate__backs_off_when_memory_is_refused_and_recovers(void)
{
    start(GUEST_LINUX_2_4, 0);
    fake.balloon_target = 8000; /* more than the guest has */
    fake_hw_run(&fake, 20 * SIM_SECOND);
    struct guest_status status = fake_hw_status(&fake);
    CHECK_EQ(status.free_pages, fake.guest->watermarks.least);
    CHECK(status.balloon_failures > 5);
    CHECK_EQ(fake.guest->balloon.rate_pages_s, 10);
    CHECK(fake.balloon_size > 5000 && fake.balloon_size < 8000);
    fake.balloon_target = 1000;
    fake_hw_run(&fake, 36 * SIM_SECOND);
    CHECK_EQ(fake.balloon_size, 1000);
    fake.balloon_target = 5000;
    fake_hw_run(&fake, 38 * SIM_SECOND);
    CHECK(fake.balloon_size < 1600); /* slow at first */
    fake_hw_run(&fake, 46 * SIM_SECOND);
    CHECK_EQ(fake.guest->balloon.rate_pages_s, 1000);
    CHECK_EQ(fake.balloon_size, 5000);
    fake_hw_fini(&fake);
}

/* More was paged out than the hypervisor knew when it was asked. */
/* A part of 100 pages takes ten times 100 ms, the first one too. */
static void fault__a_slow_driver_is_so_from_its_first_part_on(void)
{
    start(GUEST_LINUX_2_4, 0);
    fake_hw_run(&fake, 5 * SIM_SECOND + 500 * SIM_MS);
    guest_driver_fault(fake.guest, &(struct guest_driver_fault){.slow_permille = 10000});
    fake.balloon_target = 3000;
    fake_hw_run(&fake, 6 * SIM_SECOND + 500 * SIM_MS); /* it polls at 6 s */
    CHECK_EQ(fake.balloon_size, 0);
    fake_hw_run(&fake, 7 * SIM_SECOND + 500 * SIM_MS);
    CHECK_EQ(fake.balloon_size, 100);
    fake_hw_run(&fake, 8 * SIM_SECOND + 500 * SIM_MS);
    CHECK_EQ(fake.balloon_size, 200);
    fake_hw_fini(&fake);
}

static void inflate__ends_where_the_hypervisor_refuses(void)
{
    start(GUEST_LINUX_2_4, 0);
    fake.balloon_target = 3000;
    fake.refuses_above = 500;
    fake_hw_run(&fake, 5 * SIM_SECOND);
    CHECK_EQ(fake.balloon_size, 500);
    CHECK_EQ(fake_hw_status(&fake).balloon_pages, 500);  /* the page is the guest's again */
    CHECK_EQ(fake_hw_status(&fake).balloon_failures, 0); /* no sign of a guest without memory */
    fake.refuses_above = 0;                              /* and the next poll asks for more */
    fake_hw_run(&fake, 10 * SIM_SECOND);
    CHECK_EQ(fake.balloon_size, 3000);
    fake_hw_fini(&fake);
}

static void deflate__returns_pages_no_faster_than_its_rate(void)
{
    start(GUEST_WINDOWS_2000, 0);
    fake.balloon_target = 4000;
    fake_hw_run(&fake, 20 * SIM_SECOND);
    CHECK_EQ(fake.balloon_size, 4000);
    uint32_t free_pages = fake_hw_status(&fake).free_pages;
    fake.balloon_target = 0;
    fake_hw_run(&fake, 22 * SIM_SECOND); /* 500 a second, from the next poll on */
    CHECK(fake.balloon_size >= 2950 && fake.balloon_size <= 3500);
    fake_hw_run(&fake, 29 * SIM_SECOND);
    CHECK_EQ(fake.balloon_size, 0);
    CHECK_EQ(fake_hw_status(&fake).free_pages, free_pages + 4000);
    fake_hw_fini(&fake);
}

static void poll__once_a_second(void)
{
    start(GUEST_LINUX_2_4, 0);
    fake_hw_run(&fake, 10 * SIM_SECOND + 500 * SIM_MS);
    fake.balloon_target = 50;
    fake_hw_run(&fake, 10 * SIM_SECOND + 900 * SIM_MS);
    CHECK_EQ(fake.balloon_size, 0);
    fake_hw_run(&fake, 11 * SIM_SECOND + 300 * SIM_MS);
    CHECK_EQ(fake.balloon_size, 50);
    fake_hw_fini(&fake);
}

static void ails(struct guest_driver_fault fault)
{
    guest_driver_fault(fake.guest, &fault);
}

static void fault__a_stuck_driver_moves_nothing_and_recovers(void)
{
    start(GUEST_LINUX_2_4, 0);
    fake.balloon_target = 2000;
    fake_hw_run(&fake, 20 * SIM_SECOND);
    ails((struct guest_driver_fault){.is_stuck = true});
    fake.balloon_target = 0;
    fake_hw_run(&fake, 30 * SIM_SECOND);
    CHECK_EQ(fake.balloon_size, 2000);
    fake.balloon_target = 3000;
    fake_hw_run(&fake, 40 * SIM_SECOND);
    CHECK_EQ(fake.balloon_size, 2000);
    ails((struct guest_driver_fault){0});
    fake_hw_run(&fake, 45 * SIM_SECOND);
    CHECK_EQ(fake.balloon_size, 3000);
    fake_hw_fini(&fake);
}

static void fault__a_slow_driver_recovers_at_its_next_poll(void)
{
    start(GUEST_LINUX_2_4, 0);
    fake_hw_run(&fake, 10 * SIM_SECOND);
    ails((struct guest_driver_fault){.slow_permille = 10000});
    fake.balloon_target = 4000;
    fake_hw_run(&fake, 20 * SIM_SECOND); /* 100 pages a second */
    CHECK(fake.balloon_size >= 800 && fake.balloon_size <= 1100);
    ails((struct guest_driver_fault){0});
    fake_hw_run(&fake, 25 * SIM_SECOND);
    CHECK_EQ(fake.balloon_size, 4000);
    fake_hw_fini(&fake);
}

static void fault__a_driver_that_is_gone_gives_all_back(void)
{
    start(GUEST_LINUX_2_4, 0);
    fake_hw_run(&fake, 10 * SIM_SECOND);
    uint32_t free_pages = fake_hw_status(&fake).free_pages;
    fake.balloon_target = 2000;
    fake_hw_run(&fake, 20 * SIM_SECOND);
    CHECK_EQ(fake.balloon_size, 2000);
    ails((struct guest_driver_fault){.is_gone = true});
    fake_hw_run(&fake, 21 * SIM_SECOND + 100 * SIM_MS);
    CHECK(!fake.driver && !fake_hw_status(&fake).balloon_running);
    CHECK_EQ(fake.balloon_size, 0);
    CHECK_NEAR(fake_hw_status(&fake).free_pages, free_pages, 10); /* daemons */
    fake_hw_run(&fake, 30 * SIM_SECOND);
    CHECK(!fake.driver);
    ails((struct guest_driver_fault){0});
    fake_hw_run(&fake, 40 * SIM_SECOND);
    CHECK(fake.driver);
    CHECK_EQ(fake.balloon_size, 2000);
    fake_hw_fini(&fake);
}

static void fault__gone_before_the_driver_came_up(void)
{
    start(GUEST_LINUX_2_4, 5 * SIM_SECOND);
    fake.balloon_target = 100;
    ails((struct guest_driver_fault){.is_gone = true});
    fake_hw_run(&fake, 10 * SIM_SECOND);
    CHECK(!fake.driver);
    ails((struct guest_driver_fault){0});
    fake_hw_run(&fake, 15 * SIM_SECOND);
    CHECK(fake.driver);
    CHECK_EQ(fake.balloon_size, 100);
    fake_hw_fini(&fake);
}

static void restart__begins_with_an_empty_balloon(void)
{
    start(GUEST_LINUX_2_4, 0);
    fake.balloon_target = 5000;
    fake_hw_run(&fake, 20 * SIM_SECOND);
    CHECK_EQ(fake.balloon_size, 5000);
    guest_driver_restart(fake.guest);
    fake_hw_run(&fake, 22 * SIM_SECOND);
    CHECK(fake.driver);
    CHECK(fake.balloon_size >= 500 && fake.balloon_size <= 2100);
    fake_hw_fini(&fake);
}

/* A program wants all the memory that a balloon has left, and there is no paging device. */
static void want_more(bool deflates)
{
    static struct guest_op ops[2];
    ops[0] = (struct guest_op){
        .kind = GUEST_OP_MEMORY, .write = true, .pages = 5000, .content = GUEST_CONTENT_PRIVATE};
    ops[1] = (struct guest_op){.kind = GUEST_OP_SLEEP, .at_ns = 300 * SIM_SECOND};
    fake_hw_init(&fake, GUEST_LINUX_2_4, 8192);
    fake.config.boot.balloon_ns = 0;
    fake.config.balloon_pages_s = 4000;
    fake.config.swap_pages = 0;
    fake.config.balloon_deflates_on_oom = deflates;
    fake_hw_make(&fake);
    fake_hw_program_init(&program, ops, 2, 1, 5000);
    fake.balloon_target = 4000;
    guest_spawn(fake.guest, &program.program, 10 * SIM_SECOND);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 60 * SIM_SECOND);
}

static void relieve__rather_than_that_a_process_is_killed(void)
{
    want_more(true);
    struct guest_status status = fake_hw_status(&fake);
    CHECK_EQ(status.oom_kills, 0);
    CHECK_EQ(status.programs_alive, 1);
    CHECK(status.balloon_relief_pages > 2000);
    CHECK_EQ(status.balloon_relief_pages % 256, 0);
    CHECK(fake.balloon_size < 2500);
    fake_hw_fini(&fake);
    want_more(false);
    CHECK_EQ(fake_hw_status(&fake).oom_kills, 1);
    CHECK_EQ(fake_hw_status(&fake).balloon_relief_pages, 0);
    fake_hw_fini(&fake);
}

TEST_SUITE(guest_balloon, TEST(driver__starts_at_its_time), TEST(driver__may_be_absent),
           TEST(inflate__no_faster_than_its_rate),
           TEST(inflate__takes_free_pages_before_anything_else), TEST(inflate__holds_its_cap),
           TEST(inflate__backs_off_when_memory_is_refused_and_recovers),
           TEST(inflate__ends_where_the_hypervisor_refuses),
           TEST(fault__a_slow_driver_is_so_from_its_first_part_on),
           TEST(deflate__returns_pages_no_faster_than_its_rate), TEST(poll__once_a_second),
           TEST(inflate__its_rate_is_of_small_pages),
           TEST(fault__a_stuck_driver_moves_nothing_and_recovers),
           TEST(fault__a_slow_driver_recovers_at_its_next_poll),
           TEST(fault__a_driver_that_is_gone_gives_all_back),
           TEST(fault__gone_before_the_driver_came_up), TEST(restart__begins_with_an_empty_balloon),
           TEST(relieve__rather_than_that_a_process_is_killed))
