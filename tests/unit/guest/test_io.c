/* Tests of models/guest/io.c: disk requests. */
#include "models/guest/io.h"
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

static struct fake_hw fake;

static void submit__an_empty_request_is_given_back(void)
{
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake_hw_make(&fake);
    guest_io_submit(fake.guest, guest_request_begin(&fake.guest->requests, IO_WRITE, 1));
    CHECK_EQ(fake.disk_count, 0);
    CHECK_EQ(fake.guest->requests.under_way[true], 0);
    fake_hw_fini(&fake);
}

static void submit__the_paging_device_lies_before_the_files(void)
{
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake_hw_make(&fake);
    uint32_t tag = guest_request_begin(&fake.guest->requests, IO_READ, 20);
    guest_io_add(fake.guest, tag, NONE, true, 0);
    guest_io_submit(fake.guest, tag);
    tag = guest_request_begin(&fake.guest->requests, IO_SWAP_IN, 20);
    guest_io_add(fake.guest, tag, NONE, true, 0);
    guest_io_submit(fake.guest, tag);
    CHECK_EQ(fake.log[0].block, fake.config.swap_pages + 20);
    CHECK_EQ(fake.log[1].block, 20);
    guest_free(fake.guest);
}

static void done__processes_beyond_the_limit_get_their_turn(void)
{
    static struct fake_hw_program programs[100];
    static struct guest_op ops[100];
    fake_hw_init(&fake, GUEST_LINUX_2_4, 8192);
    fake.disk_ns = 0;
    fake_hw_make(&fake);
    guest_files_new(fake.guest, 100, 4096);
    for (uint32_t i = 0; i < 100; i++) {
        ops[i] = (struct guest_op){.kind = GUEST_OP_FILE_READ, .file = i, .bytes = 4096};
        fake_hw_program_init(&programs[i], &ops[i], 1, 1, 0);
        guest_spawn(fake.guest, &programs[i].program, 0);
    }
    fake_hw_start(&fake);
    fake_hw_run(&fake, 4 * SIM_SECOND);
    CHECK_EQ(fake.disk_count, fake.guest->requests.slots / 2);
    CHECK(!guest_verify(fake.guest));
    for (uint64_t i = 0; fake.disk_count > 0; i++) {
        fake_hw_io_finish(&fake, 0);
        fake_hw_run(&fake, fake.now_ns + SIM_MS);
    }
    for (uint32_t i = 0; i < 100; i++)
        CHECK(programs[i].ended);
    CHECK_EQ(fake.log_count, 100);
    fake_hw_fini(&fake);
}

static void pinned__while_a_device_works_on_a_page(void)
{
    static struct fake_hw_program program;
    struct guest_op op = {.kind = GUEST_OP_FILE_READ, .bytes = 8 * 4096};
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake.disk_ns = 0;
    fake_hw_make(&fake);
    guest_files_new(fake.guest, 1, 8 * 4096);
    fake_hw_program_init(&program, &op, 1, 1, 0);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 4 * SIM_SECOND);
    uint32_t pinned = 0;
    for (uint32_t ppn = 0; ppn < 4096; ppn++)
        pinned += guest_page_pinned(fake.guest, ppn);
    CHECK_EQ(pinned, 8);
    fake_hw_io_finish(&fake, 0);
    for (uint32_t ppn = 0; ppn < 4096; ppn++)
        CHECK(!guest_page_pinned(fake.guest, ppn));
    fake_hw_run(&fake, 5 * SIM_SECOND);
    CHECK(program.ended);
    fake_hw_fini(&fake);
}

TEST_SUITE(guest_io, TEST(submit__an_empty_request_is_given_back),
           TEST(submit__the_paging_device_lies_before_the_files),
           TEST(done__processes_beyond_the_limit_get_their_turn),
           TEST(pinned__while_a_device_works_on_a_page))
