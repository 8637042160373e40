/* Tests of models/guest/schedule.c: who runs, and for how long. */
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

static struct fake_hw fake;
static struct fake_hw_program first, second;

static void two_programs(const struct guest_op *a, uint32_t a_count, const struct guest_op *b,
                         uint32_t b_count, uint32_t rounds)
{
    fake_hw_init(&fake, GUEST_BARE, 64);
    fake_hw_make(&fake);
    fake_hw_program_init(&first, a, a_count, rounds, 0);
    fake_hw_program_init(&second, b, b_count, rounds, 0);
    guest_spawn(fake.guest, &first.program, 0);
    guest_spawn(fake.guest, &second.program, 0);
    fake_hw_start(&fake);
}

static void run__processes_take_turns(void)
{
    struct guest_op op = {.kind = GUEST_OP_COMPUTE, .ns = SIM_MS};
    two_programs(&op, 1, &op, 1, 100);
    uint64_t quantum_ns = fake.guest->os->quantum_ns;
    fake_hw_run(&fake, SIM_SECOND);
    CHECK(first.ended && second.ended);
    CHECK(second.at_ns[0] >= quantum_ns);
    CHECK(second.at_ns[0] < quantum_ns + 2 * SIM_MS);
    /* After k quanta each, the programs are about as far. */
    uint64_t k10 = first.at_ns[10 * quantum_ns / SIM_MS - 1];
    CHECK(k10 >= 9 * 2 * quantum_ns && k10 <= 10 * 2 * quantum_ns);
    fake_hw_fini(&fake);
}

static void run__sleepers_wake_in_time(void)
{
    struct guest_op ops[] = {{.kind = GUEST_OP_SLEEP, .at_ns = 30 * SIM_MS},
                             {.kind = GUEST_OP_SLEEP, .at_ns = 10 * SIM_MS}, /* past: no sleep */
                             {.kind = GUEST_OP_SLEEP, .at_ns = 70 * SIM_MS},
                             {.kind = GUEST_OP_COMPUTE, .ns = 5}};
    struct guest_op other = {.kind = GUEST_OP_SLEEP, .at_ns = 50 * SIM_MS};
    two_programs(ops, 4, &other, 1, 1);
    fake_hw_run(&fake, 200 * SIM_MS);
    CHECK(first.at_ns[1] >= 30 * SIM_MS && first.at_ns[1] < 30 * SIM_MS + 1000);
    CHECK(first.at_ns[2] >= 30 * SIM_MS && first.at_ns[2] < 30 * SIM_MS + 1000);
    CHECK(first.at_ns[3] >= 70 * SIM_MS && first.at_ns[3] < 70 * SIM_MS + 1000);
    CHECK(second.at_ns[1] >= 50 * SIM_MS && second.at_ns[1] < 50 * SIM_MS + 1000);
    fake_hw_fini(&fake);
}

static void run__the_slice_tells_the_nearest_timer(void)
{
    struct guest_op a = {.kind = GUEST_OP_SLEEP, .at_ns = 90 * SIM_MS};
    struct guest_op b = {.kind = GUEST_OP_SLEEP, .at_ns = 40 * SIM_MS};
    two_programs(&a, 1, &b, 1, 1);
    fake_hw_slice(&fake, 5 * SIM_MS);
    CHECK(fake.halted);
    CHECK_EQ(fake.wake_ns, 40 * SIM_MS);
    fake.now_ns = 40 * SIM_MS;
    fake_hw_slice(&fake, 5 * SIM_MS);
    CHECK_EQ(fake.wake_ns, 90 * SIM_MS);
    fake_hw_fini(&fake);
}

static void run__operations_without_work_let_time_go_on(void)
{
    struct guest_op op = {.kind = GUEST_OP_COMPUTE, .ns = 0};
    two_programs(&op, 1, &op, 1, 1000000);
    fake_hw_slice(&fake, 100000);
    CHECK_EQ(fake.now_ns, 100000);
    CHECK_EQ(fake_hw_status(&fake).ops, 100000);
    guest_free(fake.guest);
}

static void run__one_that_waits_for_the_disk_leaves_the_cpu_to_others(void)
{
    static struct fake_hw_program reader, worker;
    struct guest_op read = {.kind = GUEST_OP_FILE_READ, .bytes = 4096};
    struct guest_op work = {.kind = GUEST_OP_COMPUTE, .ns = 40 * SIM_MS};
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake.disk_ns = 20 * SIM_MS;
    fake_hw_make(&fake);
    guest_files_new(fake.guest, 1, 4096);
    fake_hw_program_init(&reader, &read, 1, 1, 0);
    fake_hw_program_init(&worker, &work, 1, 1, 0);
    guest_spawn(fake.guest, &reader.program, 3 * SIM_SECOND);
    guest_spawn(fake.guest, &worker.program, 3 * SIM_SECOND);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 4 * SIM_SECOND);
    CHECK(reader.ended && worker.ended);
    CHECK(worker.at_ns[0] < 3 * SIM_SECOND + 2 * SIM_MS);
    CHECK(worker.at_ns[1] < 3 * SIM_SECOND + 42 * SIM_MS);
    fake_hw_fini(&fake);
}

static void spawn__after_the_boot_starts_at_once(void)
{
    static struct fake_hw_program late;
    struct guest_op op = {.kind = GUEST_OP_COMPUTE, .ns = 5};
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 10 * SIM_SECOND);
    fake_hw_program_init(&late, &op, 1, 1, 0);
    guest_spawn(fake.guest, &late.program, 0);
    fake_hw_slice(&fake, SIM_MS);
    CHECK(late.ended);
    fake_hw_fini(&fake);
}

TEST_SUITE(guest_schedule, TEST(run__processes_take_turns), TEST(run__sleepers_wake_in_time),
           TEST(run__the_slice_tells_the_nearest_timer),
           TEST(run__operations_without_work_let_time_go_on),
           TEST(run__one_that_waits_for_the_disk_leaves_the_cpu_to_others),
           TEST(spawn__after_the_boot_starts_at_once))
