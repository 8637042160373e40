/* Tests of models/guest/guest.c: making a guest, the run loop, timers, stalls, status. */
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

static struct fake_hw fake;

static void run__programs_start_after_the_boot(void)
{
    static struct fake_hw_program program;
    struct guest_op op = {.kind = GUEST_OP_COMPUTE, .ns = SIM_MS};
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake_hw_make(&fake);
    fake_hw_program_init(&program, &op, 1, 1, 0);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 4 * SIM_SECOND);
    CHECK(program.ended);
    CHECK(program.at_ns[0] >= 2 * SIM_SECOND);
    CHECK(program.at_ns[0] < 2 * SIM_SECOND + 50 * SIM_MS);
    CHECK(fake_hw_status(&fake).booted);
    fake_hw_fini(&fake);
}

static void run__programs_start_not_before_their_time(void)
{
    static struct fake_hw_program program;
    struct guest_op op = {.kind = GUEST_OP_COMPUTE, .ns = SIM_MS};
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake_hw_make(&fake);
    fake_hw_program_init(&program, &op, 1, 1, 0);
    guest_spawn(fake.guest, &program.program, 7 * SIM_SECOND);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 8 * SIM_SECOND);
    CHECK(program.at_ns[0] >= 7 * SIM_SECOND);
    CHECK(program.at_ns[0] < 7 * SIM_SECOND + 10 * SIM_MS);
    fake_hw_fini(&fake);
}

static void run__uses_about_its_budget_and_goes_on_later(void)
{
    static struct fake_hw_program program;
    struct guest_op op = {.kind = GUEST_OP_COMPUTE, .ns = 20 * SIM_MS};
    fake_hw_init(&fake, GUEST_BARE, 64);
    fake_hw_make(&fake);
    fake_hw_program_init(&program, &op, 1, 1, 0);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    for (int i = 0; i < 4; i++) {
        CHECK(!program.ended);
        fake_hw_slice(&fake, 5 * SIM_MS);
        CHECK_EQ(fake.now_ns, (uint64_t)(i + 1) * 5 * SIM_MS);
    }
    fake_hw_slice(&fake, 5 * SIM_MS);
    CHECK(program.ended);
    CHECK(fake.halted);
    CHECK_EQ(fake.wake_ns, SIM_NEVER);
    fake_hw_fini(&fake);
}

static void run__a_stall_ends_the_slice_after_its_step(void)
{
    static struct fake_hw_program program;
    struct guest_op op = {
        .kind = GUEST_OP_MEMORY, .write = true, .pages = 100, .content = GUEST_CONTENT_PRIVATE};
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake_hw_make(&fake);
    fake_hw_program_init(&program, &op, 1, 3, 100);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 2 * SIM_SECOND + 500 * SIM_MS);
    CHECK(program.ended);
    fake_hw_fini(&fake);

    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake_hw_make(&fake);
    fake_hw_program_init(&program, &op, 1, 3, 100);
    guest_spawn(fake.guest, &program.program, 3 * SIM_SECOND);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 2 * SIM_SECOND + 500 * SIM_MS);
    uint32_t next = guest_kernel_pages(GUEST_LINUX_2_4, 4096);
    fake.stall_ppn = next + 50; /* the 51st page that the program will be given */
    fake_hw_unmap(&fake, next + 50);
    fake_hw_run(&fake, 3 * SIM_SECOND - SIM_MS);
    fake.now_ns = 3 * SIM_SECOND;
    fake_hw_slice(&fake, 100 * SIM_MS);
    CHECK(fake.hw.stalled);
    CHECK_EQ(fake.accesses, 1);
    CHECK(fake_hw_status(&fake).process_pages == 51);
    fake.stall_ppn = FAKE_PAGES; /* the hypervisor has brought the page back */
    fake.map[next + 50] = GUEST_MAP_READ | GUEST_MAP_WRITE;
    fake.hw.stalled = false;
    fake_hw_run(&fake, 4 * SIM_SECOND);
    CHECK(program.ended);
    fake_hw_fini(&fake);
}

static void run__counts_idle_time(void)
{
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 60 * SIM_SECOND);
    fake_hw_slice(&fake, SIM_MS);
    struct guest_status status = fake_hw_status(&fake);
    CHECK(status.idle_ns > 59 * SIM_SECOND);
    CHECK(status.idle_ns + status.cpu_ns >= 60 * SIM_SECOND);
    CHECK(status.idle_ns + status.cpu_ns < 60 * SIM_SECOND + SIM_MS);
    fake_hw_fini(&fake);
}

/* An assertion once, for a VM of 900 GB. */
static void spawn__the_largest_process_fits_beside_the_largest_boot(void)
{
    struct guest_program largest = {.memory_pages = GUEST_PROCESS_PAGES_MOST};
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake.config.boot.services_pages = GUEST_PROCESS_PAGES_MOST;
    fake_hw_make(&fake);
    guest_spawn(fake.guest, &largest, SIM_SECOND);
    CHECK_EQ(fake.guest->processes.count, 2);
    fake_hw_fini(&fake);
}

TEST_SUITE(guest_guest, TEST(run__programs_start_after_the_boot),
           TEST(run__programs_start_not_before_their_time),
           TEST(run__uses_about_its_budget_and_goes_on_later),
           TEST(run__a_stall_ends_the_slice_after_its_step), TEST(run__counts_idle_time),
           TEST(spawn__the_largest_process_fits_beside_the_largest_boot))
