/* Tests of models/guest/operate.c: the operations that are about neither files nor memory. */
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

static struct fake_hw fake;
static struct fake_hw_program program;

static void run_bare(const struct guest_op *ops, uint32_t count)
{
    fake_hw_init(&fake, GUEST_BARE, 64);
    fake.hw.contents_matter = true;
    fake.hw.told = GUEST_MAP_WRITE;
    fake_hw_make(&fake);
    fake_hw_program_init(&program, ops, count, 1, 0);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    fake_hw_run(&fake, SIM_SECOND);
    CHECK(program.ended);
}

static void compute__takes_its_time(void)
{
    struct guest_op op = {.kind = GUEST_OP_COMPUTE, .ns = 123456789};
    run_bare(&op, 1);
    CHECK_EQ(program.at_ns[1] - program.at_ns[0], 123456789 + 1);
    fake_hw_fini(&fake);
}

static void meta__costs_each_operation(void)
{
    struct guest_op op = {.kind = GUEST_OP_META, .count = 3};
    run_bare(&op, 1);
    CHECK_EQ(program.at_ns[1] - program.at_ns[0], 3 * fake.guest->cost.file_op_ns + 1);
    fake_hw_fini(&fake);
}

static void cost__follows_the_clock(void)
{
    struct guest_op op = {.kind = GUEST_OP_META, .count = 1};
    fake_hw_init(&fake, GUEST_BARE, 64);
    fake.config.cpu_mhz = 1600;
    fake_hw_make(&fake);
    fake_hw_program_init(&program, &op, 1, 1, 0);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    fake_hw_run(&fake, SIM_SECOND);
    struct cost_cpu cost;
    cost_cpu_init(&cost, 1600, NULL);
    CHECK_EQ(program.at_ns[1] - program.at_ns[0], cost.file_op_ns + 1);
    fake_hw_fini(&fake);
}

static void physical__writes_what_it_is_told(void)
{
    struct guest_op ops[] = {
        {.kind = GUEST_OP_PHYSICAL, .first = 7, .write = true, .content = 4711},
        {.kind = GUEST_OP_PHYSICAL, .first = 9, .write = true, .content = GUEST_CONTENT_ZERO},
        {.kind = GUEST_OP_PHYSICAL, .first = 11}};
    run_bare(ops, 3);
    CHECK_EQ(fake.content[7], 4711);
    CHECK_EQ(fake.content[9], GUEST_CONTENT_ZERO);
    CHECK_EQ(fake.accesses, 2); /* the read went through */
    CHECK_EQ(program.at_ns[3] - program.at_ns[2], fake.hw.touch_ns + 1);
    fake_hw_fini(&fake);
}

static void device_io__is_an_access_and_a_request(void)
{
    struct guest_op ops[] = {
        {.kind = GUEST_OP_DEVICE_IO, .first = 7, .write = true, .content = 4711},
        {.kind = GUEST_OP_DEVICE_IO, .first = 7}};
    run_bare(ops, 2);
    CHECK_EQ(fake.content[7], 4711);
    CHECK_EQ(fake.device_ios, 2);
    CHECK_EQ(program.at_ns[2] - program.at_ns[1],
             fake.hw.touch_ns + fake.guest->cost.io_start_ns + 5000 + 1);
    fake_hw_fini(&fake);
}

/* A page that the hypervisor must first read back: no device sees it before. */
static void device_io__waits_for_its_page(void)
{
    struct guest_op op = {.kind = GUEST_OP_DEVICE_IO, .first = 7, .write = true};
    fake_hw_init(&fake, GUEST_BARE, 64);
    fake_hw_make(&fake);
    fake_hw_unmap(&fake, 7);
    fake.stall_ppn = 7;
    fake_hw_program_init(&program, &op, 1, 1, 0);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    fake_hw_run(&fake, SIM_MS);
    CHECK(fake.accesses > 0);
    CHECK_EQ(fake.device_ios, 0);
    fake.map[7] = GUEST_MAP_READ | GUEST_MAP_WRITE;
    fake_hw_run(&fake, SIM_SECOND);
    CHECK_EQ(fake.device_ios, 1);
    CHECK(program.ended);
    fake_hw_fini(&fake);
}

TEST_SUITE(guest_operate, TEST(device_io__is_an_access_and_a_request),
           TEST(device_io__waits_for_its_page), TEST(compute__takes_its_time),
           TEST(meta__costs_each_operation), TEST(cost__follows_the_clock),
           TEST(physical__writes_what_it_is_told))
