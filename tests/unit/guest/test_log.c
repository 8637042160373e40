/* Tests of models/guest/log.c: what an administrator reads in the guest's log. */
#include "models/guest/log.h"
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

#define PAGES 6000u

static struct fake_hw fake;
static struct fake_hw_program program;
static uint64_t killed_ns; /* when the program was told */

static void note_killed(struct guest_program *killed, uint64_t now_ns)
{
    CHECK(killed == &program.program);
    killed_ns = now_ns;
}

/* A guest of 16 MB with a process of 23 MB that touches all of that, `rounds` times. */
static void run_hog(uint32_t swap_pages, uint32_t rounds, uint64_t until_ns)
{
    static const struct guest_op op = {.kind = GUEST_OP_MEMORY, .write = true, .pages = PAGES};
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake.config.swap_pages = swap_pages;
    fake_hw_make(&fake);
    fake_hw_program_init(&program, &op, 1, rounds, PAGES);
    program.program.killed = note_killed;
    killed_ns = 0;
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    fake_hw_run(&fake, until_ns);
}

static void oom_kill__says_who_and_what_it_held(void)
{
    run_hog(512, 1, 60 * SIM_SECOND);
    struct guest_status status = fake_hw_status(&fake);
    CHECK(!program.ended);
    CHECK_EQ(status.oom_kills, 1);
    CHECK_EQ(status.programs_alive, 0);
    CHECK(status.last_end_ns > 2 * SIM_SECOND && status.last_end_ns < 60 * SIM_SECOND);
    CHECK_EQ(killed_ns, status.last_end_ns);
    CHECK_EQ(status.process_pages, 0);
    CHECK_CONTAINS(fake.events, "oom_kill process 1 (fake) held ");
    CHECK_CONTAINS(fake.events, "balloon 0.0 MB, paging device 2.0 of 2.0 MB;");
    fake_hw_fini(&fake);
}

static void oom_kill__nothing_while_memory_suffices(void)
{
    run_hog(8192, 1, 60 * SIM_SECOND);
    CHECK(program.ended);
    CHECK_EQ(killed_ns, 0); /* it exited by itself */
    CHECK_EQ(fake_hw_status(&fake).oom_kills, 0);
    CHECK_EQ(fake_hw_status(&fake).swap_refusals, 0);
    CHECK_TEXT(fake.events, "");
    fake_hw_fini(&fake);
}

static void swap_full__is_told_once_for_each_time(void)
{
    run_hog(512, 1, 60 * SIM_SECOND);
    CHECK(fake_hw_status(&fake).swap_refusals > 1);
    fake.events[0] = '\0';
    guest_log_swap_full(fake.guest);
    CHECK_TEXT(fake.events, ""); /* told already */
    fake.guest->slots.used = 512 - 64;
    guest_log_swap_room(fake.guest);
    guest_log_swap_full(fake.guest);
    CHECK_TEXT(fake.events, ""); /* an eighth was not free */
    fake.guest->slots.used = 512 - 65;
    guest_log_swap_room(fake.guest);
    guest_log_swap_full(fake.guest);
    guest_log_swap_full(fake.guest);
    CHECK_TEXT(fake.events, "guest_swap_full all 2.0 MB of the paging device are in use;");
    fake.guest->slots.used = 0;
    fake_hw_fini(&fake);
}

static void swap_full__never_without_a_device(void)
{
    run_hog(0, 1, 60 * SIM_SECOND);
    CHECK_EQ(fake_hw_status(&fake).oom_kills, 1);
    CHECK_EQ(fake_hw_status(&fake).swap_refusals, 0);
    CHECK(!strstr(fake.events, "guest_swap_full"));
    CHECK_CONTAINS(fake.events, "paging device 0.0 of 0.0 MB;");
    fake_hw_fini(&fake);
}

TEST_SUITE(guest_log, TEST(oom_kill__says_who_and_what_it_held),
           TEST(oom_kill__nothing_while_memory_suffices),
           TEST(swap_full__is_told_once_for_each_time), TEST(swap_full__never_without_a_device))
