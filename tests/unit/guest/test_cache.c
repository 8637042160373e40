/* Tests of models/guest/cache.c: reading and writing files through the page cache. */
#include "models/guest/place.h"
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

#define KB 1024u

static struct fake_hw fake;
static struct fake_hw_program program, other;

/* A Linux guest of 32 MB that is booted (at 2 s) and runs `ops` from 3 s on; file 0 is empty, file
 * 1 is an image of 256 KB. */
static void set_up(const struct guest_op *ops, uint32_t count)
{
    fake_hw_init(&fake, GUEST_LINUX_2_4, 8192);
    fake_hw_make(&fake);
    guest_files_new(fake.guest, 1, 0);
    guest_files_new(fake.guest, 1, 256 * KB);
    fake_hw_program_init(&program, ops, count, 1, 0);
    guest_spawn(fake.guest, &program.program, 3 * SIM_SECOND);
    fake_hw_start(&fake);
}

static struct guest_op file_op(enum guest_op_kind kind, uint32_t file, uint64_t offset,
                               uint64_t bytes)
{
    return (struct guest_op){.kind = kind, .file = file, .offset = offset, .bytes = bytes};
}

static void read__a_sequential_reader_gets_ever_larger_clusters(void)
{
    struct guest_op ops[64];
    for (uint32_t i = 0; i < 64; i++)
        ops[i] = file_op(GUEST_OP_FILE_READ, 1, i * 4 * KB, 4 * KB);
    set_up(ops, 64);
    fake_hw_run(&fake, 5 * SIM_SECOND);
    CHECK(program.ended);
    static const uint32_t counts[] = {4, 8, 16, 32, 4};
    CHECK_EQ(fake.log_count, 5);
    for (uint32_t i = 0; i < 5 && i < fake.log_count; i++)
        CHECK_EQ(fake.log[i].count, counts[i]);
    struct guest_status status = fake_hw_status(&fake);
    CHECK_EQ(status.file_read_bytes, 256 * KB);
    CHECK_EQ(status.disk_read_pages, 64);
    CHECK_EQ(status.cache_misses, 5);
    CHECK_EQ(status.cache_hits, 59);
    fake_hw_fini(&fake);
}

static void read__a_random_reader_gets_what_it_asks_for(void)
{
    struct guest_op ops[] = {file_op(GUEST_OP_FILE_READ, 1, 80 * KB, 4 * KB),
                             file_op(GUEST_OP_FILE_READ, 1, 200 * KB + 1, 8 * KB),
                             file_op(GUEST_OP_FILE_READ, 1, 120 * KB, 100)};
    set_up(ops, 3);
    fake_hw_run(&fake, 5 * SIM_SECOND);
    CHECK_EQ(fake.log_count, 3);
    CHECK_EQ(fake.log[0].count, 1);
    CHECK_EQ(fake.log[1].count, 3); /* 8 KB that begin inside a page */
    CHECK_EQ(fake.log[2].count, 1);
    fake_hw_fini(&fake);
}

static void read__what_is_cached_needs_no_disk(void)
{
    struct guest_op ops[] = {file_op(GUEST_OP_FILE_READ, 1, 0, 256 * KB),
                             file_op(GUEST_OP_FILE_READ, 1, 0, 256 * KB)};
    set_up(ops, 2);
    fake_hw_run(&fake, 5 * SIM_SECOND);
    CHECK(program.ended);
    struct guest_status status = fake_hw_status(&fake);
    CHECK_EQ(status.disk_read_pages, 64);
    CHECK_EQ(status.cache_pages, 64);
    CHECK_EQ(status.file_read_bytes, 512 * KB);
    fake_hw_fini(&fake);
}

static void read__ends_at_the_end_of_the_file(void)
{
    struct guest_op ops[] = {file_op(GUEST_OP_FILE_READ, 1, 250 * KB, 100 * KB),
                             file_op(GUEST_OP_FILE_READ, 1, 300 * KB, 4 * KB),
                             file_op(GUEST_OP_FILE_READ, 0, 0, 4 * KB)};
    set_up(ops, 3);
    fake_hw_run(&fake, 5 * SIM_SECOND);
    CHECK(program.ended);
    CHECK_EQ(fake_hw_status(&fake).file_read_bytes, 6 * KB);
    fake_hw_fini(&fake);
}

static void read__two_readers_of_a_page_share_one_request(void)
{
    struct guest_op op = file_op(GUEST_OP_FILE_READ, 1, 0, 4 * KB);
    set_up(&op, 1);
    fake.disk_ns = 0;
    fake_hw_program_init(&other, &op, 1, 1, 0);
    guest_spawn(fake.guest, &other.program, 3 * SIM_SECOND);
    fake_hw_run(&fake, 4 * SIM_SECOND);
    CHECK_EQ(fake.disk_count, 1);
    CHECK(!program.ended && !other.ended);
    fake_hw_io_finish(&fake, 0);
    fake_hw_run(&fake, 5 * SIM_SECOND);
    CHECK(program.ended && other.ended);
    fake_hw_fini(&fake);
}

/* The content of the page that the program's first read brought in. */
static uint64_t first_content(uint64_t image, bool write_before)
{
    struct guest_op ops[] = {file_op(GUEST_OP_FILE_WRITE, 1, 200 * KB, 4 * KB),
                             file_op(GUEST_OP_FILE_READ, 1, 0, 4 * KB)};
    fake_hw_init(&fake, GUEST_LINUX_2_4, 8192);
    fake.config.boot.image = image;
    fake.hw.contents_matter = true;
    fake.hw.told = GUEST_MAP_WRITE;
    fake_hw_make(&fake);
    guest_files_new(fake.guest, 1, 0);
    guest_files_new(fake.guest, 1, 256 * KB);
    fake_hw_program_init(&program, write_before ? ops : ops + 1, write_before ? 2 : 1, 1, 0);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 3 * SIM_SECOND);
    uint32_t place = guest_file_place(&fake.guest->files.file[1], 0);
    uint64_t content = fake.content[fake.guest->place[place] & PLACE_NUMBER];
    fake_hw_fini(&fake);
    return content;
}

static void read__contents_are_the_image_s_until_the_file_is_written(void)
{
    uint64_t content = first_content(5, false);
    CHECK(content > GUEST_CONTENT_PRIVATE);
    CHECK_EQ(first_content(5, false), content);
    CHECK(first_content(6, false) != content);
    CHECK_EQ(first_content(5, true), GUEST_CONTENT_PRIVATE);
}

static void write__reads_first_only_where_old_data_remain(void)
{
    struct guest_op ops[] = {
        file_op(GUEST_OP_FILE_WRITE, 1, 40 * KB, 4 * KB), /* a whole page */
        file_op(GUEST_OP_FILE_WRITE, 0, 0, 100),          /* a new file */
        file_op(GUEST_OP_FILE_WRITE, 0, 100, 5000),       /* its page is cached; then new */
        file_op(GUEST_OP_FILE_WRITE, 1, 80 * KB, 100),    /* part of an old page */
    };
    set_up(ops, 4);
    fake_hw_run(&fake, 5 * SIM_SECOND);
    CHECK(program.ended);
    CHECK_EQ(fake.log_count, 1);
    CHECK(!fake.log[0].write);
    CHECK_EQ(fake.log[0].count, 1);
    CHECK_EQ(fake_hw_status(&fake).dirty_pages, 4);
    CHECK_EQ(fake_hw_status(&fake).file_written_bytes, 4 * KB + 5200);
    CHECK_EQ(fake.guest->files.file[0].bytes, 5100);
    fake_hw_fini(&fake);
}

static void delete__dirty_pages_never_reach_the_disk(void)
{
    struct guest_op ops[] = {file_op(GUEST_OP_FILE_WRITE, 0, 0, 400 * KB),
                             {.kind = GUEST_OP_FILE_DELETE, .file = 0},
                             {.kind = GUEST_OP_SLEEP, .at_ns = 100 * SIM_SECOND}};
    set_up(ops, 3);
    fake_hw_run(&fake, 90 * SIM_SECOND);
    CHECK_EQ(program.asked, 3);
    struct guest_status status = fake_hw_status(&fake);
    CHECK_EQ(status.file_written_bytes, 400 * KB);
    CHECK_EQ(status.disk_writes, 0);
    CHECK_EQ(status.cache_pages, 0);
    CHECK_EQ(status.dirty_pages, 0);
    fake_hw_fini(&fake);
}

static void delete__while_pages_are_read_frees_them_afterwards(void)
{
    struct guest_op read = file_op(GUEST_OP_FILE_READ, 1, 0, 16 * KB);
    struct guest_op remove = {.kind = GUEST_OP_FILE_DELETE, .file = 1};
    set_up(&read, 1);
    fake.disk_ns = 0;
    fake_hw_program_init(&other, &remove, 1, 1, 0);
    guest_spawn(fake.guest, &other.program, 4 * SIM_SECOND);
    fake_hw_run(&fake, 5 * SIM_SECOND);
    CHECK(other.ended && !program.ended);
    uint32_t free_pages = fake_hw_status(&fake).free_pages;
    CHECK(!guest_verify(fake.guest));
    fake_hw_io_finish(&fake, 0);
    CHECK_EQ(fake_hw_status(&fake).free_pages, free_pages + 4);
    fake_hw_run(&fake, 6 * SIM_SECOND);
    CHECK(program.ended); /* it finds the file empty */
    CHECK_EQ(fake_hw_status(&fake).file_read_bytes, 0);
    fake_hw_fini(&fake);
}

static void truncate__keeps_what_lies_before(void)
{
    struct guest_op ops[] = {file_op(GUEST_OP_FILE_WRITE, 0, 0, 400 * KB),
                             file_op(GUEST_OP_FILE_TRUNCATE, 0, 0, 10 * KB),
                             {.kind = GUEST_OP_FILE_SYNC, .file = 0}};
    set_up(ops, 3);
    fake_hw_run(&fake, 5 * SIM_SECOND);
    CHECK(program.ended);
    CHECK_EQ(fake.guest->files.file[0].bytes, 10 * KB);
    CHECK_EQ(fake_hw_status(&fake).cache_pages, 3);
    CHECK_EQ(fake_hw_status(&fake).disk_written_pages, 3);
    fake_hw_fini(&fake);
}

static void sync__waits_until_all_is_on_the_disk(void)
{
    struct guest_op ops[] = {file_op(GUEST_OP_FILE_WRITE, 0, 0, 256 * KB),
                             {.kind = GUEST_OP_FILE_SYNC, .file = 0}};
    set_up(ops, 2);
    fake.disk_ns = 0;
    fake_hw_run(&fake, 4 * SIM_SECOND);
    CHECK_EQ(fake.disk_count, 2); /* of 32 pages each */
    CHECK_EQ(fake_hw_status(&fake).disk_written_pages, 64);
    for (uint64_t i = 0; fake.disk_count > 0; i++) {
        CHECK(!program.ended);
        fake_hw_io_finish(&fake, fake.disk_count - 1);
        fake_hw_run(&fake, (5 + i) * SIM_SECOND);
    }
    CHECK(program.ended);
    CHECK_EQ(fake_hw_status(&fake).dirty_pages, 0);
    fake_hw_fini(&fake);
}

static void sync__writes_again_what_changed_while_it_was_written(void)
{
    struct guest_op ops[] = {file_op(GUEST_OP_FILE_WRITE, 0, 0, 4 * KB),
                             {.kind = GUEST_OP_FILE_SYNC, .file = 0}};
    set_up(ops, 2);
    fake.disk_ns = 0;
    fake_hw_program_init(&other, ops, 2, 1, 0);
    guest_spawn(fake.guest, &other.program, 4 * SIM_SECOND);
    fake_hw_run(&fake, 5 * SIM_SECOND);
    CHECK_EQ(fake.disk_count, 1);
    fake_hw_io_finish(&fake, 0);
    fake_hw_run(&fake, 6 * SIM_SECOND);
    CHECK(program.ended);
    CHECK(!other.ended); /* its data came after the first write had begun */
    CHECK_EQ(fake.disk_count, 1);
    fake_hw_io_finish(&fake, 0);
    fake_hw_run(&fake, 7 * SIM_SECOND);
    CHECK(other.ended);
    fake_hw_fini(&fake);
}

/* The balloon has left the guest its reserve only, and nothing can be paged: the writer is killed
 * before it has a page to write to. */
static void write__a_killed_writer_writes_nowhere(void)
{
    const struct guest_op op = file_op(GUEST_OP_FILE_WRITE, 0, 0, 64 * KB);
    fake_hw_init(&fake, GUEST_LINUX_2_4, 8192);
    fake.config.swap_pages = 0;
    fake.config.boot.balloon_ns = 0;
    fake_hw_make(&fake);
    guest_files_new(fake.guest, 1, 0);
    fake_hw_program_init(&program, &op, 1, 1, 0);
    guest_spawn(fake.guest, &program.program, 30 * SIM_SECOND);
    fake.balloon_target = 8192;
    fake_hw_start(&fake);
    fake_hw_run(&fake, 40 * SIM_SECOND);
    struct guest_status status = fake_hw_status(&fake);
    CHECK_EQ(status.oom_kills, 1);
    CHECK_EQ(status.file_written_bytes, 0);
    CHECK_EQ(status.dirty_pages, 0);
    CHECK(guest_verify(fake.guest) == NULL);
    fake_hw_fini(&fake);
}

TEST_SUITE(guest_cache, TEST(read__a_sequential_reader_gets_ever_larger_clusters),
           TEST(read__a_random_reader_gets_what_it_asks_for),
           TEST(read__what_is_cached_needs_no_disk), TEST(read__ends_at_the_end_of_the_file),
           TEST(read__two_readers_of_a_page_share_one_request),
           TEST(read__contents_are_the_image_s_until_the_file_is_written),
           TEST(write__reads_first_only_where_old_data_remain),
           TEST(delete__dirty_pages_never_reach_the_disk),
           TEST(delete__while_pages_are_read_frees_them_afterwards),
           TEST(truncate__keeps_what_lies_before), TEST(write__a_killed_writer_writes_nowhere),
           TEST(sync__waits_until_all_is_on_the_disk),
           TEST(sync__writes_again_what_changed_while_it_was_written))
