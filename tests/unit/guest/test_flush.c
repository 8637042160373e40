/* Tests of models/guest/flush.c: when dirty pages are written. */
#include "models/guest/flush.h"
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

#define PAGE 4096u

static struct fake_hw fake;
static struct fake_hw_program program;

/* A guest of 32 MB that is left with nothing else to do; file 0 is empty. */
static void run_ops(const struct guest_op *ops, uint32_t count, uint64_t disk_ns, uint64_t until_ns)
{
    fake_hw_init(&fake, GUEST_LINUX_2_4, 8192);
    fake.disk_ns = disk_ns;
    fake_hw_make(&fake);
    guest_files_new(fake.guest, 2, 0);
    fake_hw_program_init(&program, ops, count, 1, 0);
    guest_spawn(fake.guest, &program.program, 11 * SIM_SECOND);
    fake_hw_start(&fake);
    fake_hw_run(&fake, until_ns);
}

static void flush__pages_are_written_when_they_are_old(void)
{
    struct guest_op ops[] = {{.kind = GUEST_OP_FILE_WRITE, .bytes = 100 * PAGE},
                             {.kind = GUEST_OP_SLEEP, .at_ns = SIM_NEVER}};
    run_ops(ops, 2, SIM_MS, 44 * SIM_SECOND);
    CHECK_EQ(fake_hw_status(&fake).disk_writes, 0);
    CHECK_EQ(fake_hw_status(&fake).dirty_pages, 100);
    fake_hw_run(&fake, 47 * SIM_SECOND); /* 30 s old, and the daemon comes every 5 s */
    CHECK_EQ(fake_hw_status(&fake).disk_written_pages, 100);
    CHECK_EQ(fake_hw_status(&fake).dirty_pages, 0);
    CHECK_EQ(fake_hw_status(&fake).cache_pages, 100);
    fake_hw_fini(&fake);
}

static void flush__neighbours_go_in_one_request(void)
{
    struct guest_op ops[] = {{.kind = GUEST_OP_FILE_WRITE, .bytes = 100 * PAGE},
                             {.kind = GUEST_OP_SLEEP, .at_ns = SIM_NEVER}};
    run_ops(ops, 2, SIM_MS, 60 * SIM_SECOND);
    CHECK(fake_hw_status(&fake).disk_writes <= 5);
    for (uint32_t i = 0; i < fake.log_count; i++)
        CHECK(fake.log[i].count <= IO_PAGES);
    fake_hw_fini(&fake);
}

static void flush__too_many_dirty_pages_are_written_at_once(void)
{
    struct guest_op ops[] = {{.kind = GUEST_OP_FILE_WRITE, .bytes = 3000 * PAGE},
                             {.kind = GUEST_OP_SLEEP, .at_ns = SIM_NEVER}};
    run_ops(ops, 2, SIM_MS, 14 * SIM_SECOND);
    CHECK_EQ(program.asked, 2);
    struct guest_status status = fake_hw_status(&fake);
    uint32_t usable = status.free_pages + status.cache_pages + status.process_pages;
    CHECK(status.disk_written_pages > 0);
    CHECK(status.dirty_pages * 100 <= usable * 30);
    CHECK(status.dirty_pages * 100 > usable * 25); /* and no more than needed */
    fake_hw_fini(&fake);
}

static void flush__writers_wait_above_the_second_share(void)
{
    struct guest_op ops[] = {{.kind = GUEST_OP_FILE_WRITE, .bytes = 6000 * PAGE},
                             {.kind = GUEST_OP_SLEEP, .at_ns = SIM_NEVER}};
    run_ops(ops, 2, 0, 20 * SIM_SECOND); /* a disk that never ends a request */
    CHECK_EQ(program.asked, 1);
    CHECK_EQ(fake.disk_count, fake.guest->requests.slots / 2);
    struct guest_status status = fake_hw_status(&fake);
    uint32_t usable = status.free_pages + status.cache_pages + status.process_pages;
    CHECK(status.dirty_pages * 100 > usable * 60);
    CHECK(status.dirty_pages * 100 < usable * 62);
    uint64_t written = status.file_written_bytes;
    fake_hw_io_finish(&fake, 0);
    fake_hw_run(&fake, 21 * SIM_SECOND);
    CHECK(fake_hw_status(&fake).file_written_bytes > written);
    fake_hw_fini(&fake);
}

static void flush__the_oldest_are_written_first(void)
{
    struct guest_op ops[] = {{.kind = GUEST_OP_FILE_WRITE, .file = 0, .bytes = 8 * PAGE},
                             {.kind = GUEST_OP_SLEEP, .at_ns = 17 * SIM_SECOND},
                             {.kind = GUEST_OP_FILE_WRITE, .file = 1, .bytes = 8 * PAGE},
                             {.kind = GUEST_OP_SLEEP, .at_ns = SIM_NEVER}};
    run_ops(ops, 4, SIM_MS, 47 * SIM_SECOND);
    CHECK_EQ(fake.log_count, 1);
    CHECK_EQ(fake.log[0].block, guest_file_place(&fake.guest->files.file[0], 0) + 4096);
    fake_hw_run(&fake, 53 * SIM_SECOND);
    CHECK_EQ(fake.log_count, 2);
    CHECK_EQ(fake.log[1].block, guest_file_place(&fake.guest->files.file[1], 0) + 4096);
    fake_hw_fini(&fake);
}

/* Its disk stands still for a minute: the pages grow old a second time while they are written. */
static void flush__a_page_under_way_is_not_written_twice_at_a_time(void)
{
    struct guest_op ops[] = {{.kind = GUEST_OP_FILE_WRITE, .bytes = 8 * PAGE},
                             {.kind = GUEST_OP_SLEEP, .at_ns = 50 * SIM_SECOND},
                             {.kind = GUEST_OP_FILE_WRITE, .bytes = 8 * PAGE},
                             {.kind = GUEST_OP_SLEEP, .at_ns = SIM_NEVER}};
    run_ops(ops, 4, 0, 100 * SIM_SECOND);
    CHECK_EQ(fake.disk_count, 1);
    CHECK_EQ(fake_hw_status(&fake).dirty_pages, 8);
    CHECK(!guest_verify(fake.guest));
    fake_hw_io_finish(&fake, 0);
    fake_hw_run(&fake, 101 * SIM_SECOND);
    CHECK_EQ(fake.disk_count, 1);
    CHECK_EQ(fake_hw_status(&fake).dirty_pages, 0);
    CHECK_EQ(fake_hw_status(&fake).disk_written_pages, 16);
    CHECK(!guest_verify(fake.guest));
    guest_free(fake.guest);
}

TEST_SUITE(guest_flush, TEST(flush__pages_are_written_when_they_are_old),
           TEST(flush__neighbours_go_in_one_request),
           TEST(flush__too_many_dirty_pages_are_written_at_once),
           TEST(flush__writers_wait_above_the_second_share),
           TEST(flush__the_oldest_are_written_first),
           TEST(flush__a_page_under_way_is_not_written_twice_at_a_time))
