/* Tests of models/guest/stall.c: how long some process waits for memory. */
#include "models/guest/stall.h"
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

static struct fake_hw fake;
static struct fake_hw_program program;

/* Two that wait from 100 to 400 and from 300 to 600 wait 500 in all. */
static void stall__of_two_counts_once(void)
{
    struct process one = {0}, two = {0};
    fake_hw_init(&fake, GUEST_LINUX_6, 32768);
    fake_hw_make(&fake);
    struct guest *guest = fake.guest;
    guest->used_ns = 100;
    guest_stall_wait(guest, &one);
    guest->used_ns = 250;
    guest_stall_wait(guest, &one); /* for something else now */
    CHECK_EQ(guest_stall_ns(guest), 150);
    guest->used_ns = 300;
    guest_stall_wait(guest, &two);
    guest->used_ns = 400;
    guest_stall_over(guest, &one);
    guest->used_ns = 600;
    guest_stall_over(guest, &two);
    guest_stall_over(guest, &two); /* it does not wait */
    guest->used_ns = 900;
    CHECK_EQ(guest_stall_ns(guest), 500);
    guest_free(guest);
}

/* A page that must come back from the paging device takes one read of 2 ms. */
static void stall__until_a_page_is_read_back(void)
{
    struct guest_op ops[] = {{.kind = GUEST_OP_MEMORY, .write = true, .pages = 5000},
                             {.kind = GUEST_OP_SLEEP, .at_ns = 10 * SIM_SECOND},
                             {.kind = GUEST_OP_MEMORY, .pages = 1},
                             {.kind = GUEST_OP_SLEEP, .at_ns = SIM_NEVER}};
    fake_hw_init(&fake, GUEST_LINUX_6, 24000);
    fake_hw_make(&fake);
    fake_hw_program_init(&program, ops, 4, 1, 5000);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 9 * SIM_SECOND);
    uint64_t before_ns = fake_hw_status(&fake).stalled_ns;
    CHECK_EQ(fake_hw_status(&fake).swap_in_pages, 0);
    fake_hw_run(&fake, 11 * SIM_SECOND);
    CHECK(fake_hw_status(&fake).swap_in_pages > 0);
    CHECK_NEAR((double)(fake_hw_status(&fake).stalled_ns - before_ns), 2 * SIM_MS, SIM_MS / 10);
    fake_hw_fini(&fake);
}

/* A file that is read for the first time is no shortage of memory. */
static void stall__not_for_the_disk_alone(void)
{
    struct guest_op op = {.kind = GUEST_OP_FILE_READ, .bytes = 8000 * 4096ull};
    fake_hw_init(&fake, GUEST_LINUX_6, 24000);
    fake_hw_make(&fake);
    guest_files_new(fake.guest, 1, op.bytes);
    fake_hw_program_init(&program, &op, 1, 1, 0);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 9 * SIM_SECOND);
    CHECK(program.ended);
    CHECK_EQ(fake_hw_status(&fake).stalled_ns, 0);
    fake_hw_fini(&fake);
}

TEST_SUITE(guest_stall, TEST(stall__of_two_counts_once), TEST(stall__until_a_page_is_read_back),
           TEST(stall__not_for_the_disk_alone))
