/* Tests of models/guest/reclaim.c: who loses memory when it is short. */
#include "models/guest/place.h"
#include "models/guest/reclaim.h"
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

#define PAGE 4096u

static struct fake_hw fake;
static struct fake_hw_program program;

static struct guest_op read_op(uint32_t file, uint32_t first_page, uint32_t pages)
{
    return (struct guest_op){.kind = GUEST_OP_FILE_READ,
                             .file = file,
                             .offset = (uint64_t)first_page * PAGE,
                             .bytes = (uint64_t)pages * PAGE};
}

/* A guest of 16 MB; file 0 is an image of 40 MB, file 1 of 800 KB, file 2 is empty. */
static void run_ops(const struct guest_op *ops, uint32_t count, uint64_t until_ns)
{
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake_hw_make(&fake);
    guest_files_new(fake.guest, 1, 10000 * PAGE);
    guest_files_new(fake.guest, 1, 200 * PAGE);
    guest_files_new(fake.guest, 1, 0);
    fake_hw_program_init(&program, ops, count, 1, 0);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    fake_hw_run(&fake, until_ns);
}

static uint32_t cached_pages(uint32_t file, uint32_t first, uint32_t count)
{
    uint32_t cached = 0;
    for (uint32_t page = first; page < first + count; page++) {
        uint32_t place = guest_file_place(&fake.guest->files.file[file], page);
        cached += place && (fake.guest->place[place] & PLACE_PRESENT);
    }
    return cached;
}

static void reclaim__keeps_free_memory_between_its_marks(void)
{
    struct guest_op op = read_op(0, 0, 10000);
    run_ops(&op, 1, 60 * SIM_SECOND);
    CHECK(program.ended);
    struct guest_status status = fake_hw_status(&fake);
    CHECK(status.free_pages > fake.guest->watermarks.least);
    CHECK(status.free_pages <= fake.guest->watermarks.high);
    CHECK(status.cache_pages > 1500);
    fake_hw_fini(&fake);
}

static void reclaim__the_oldest_goes_first(void)
{
    struct guest_op op = read_op(0, 0, 10000);
    run_ops(&op, 1, 60 * SIM_SECOND);
    uint32_t held = fake_hw_status(&fake).cache_pages;
    CHECK_EQ(cached_pages(0, 0, 10000), held);
    CHECK(cached_pages(0, 10000 - held, held) >= held * 95 / 100); /* the last ones, nearly */
    fake_hw_fini(&fake);
}

static void reclaim__what_is_used_again_and_again_stays(void)
{
    static struct guest_op ops[200];
    for (uint32_t i = 0; i < 100; i++) {
        ops[2 * i] = read_op(0, i * 100, 100);
        ops[2 * i + 1] = read_op(1, 0, 200);
    }
    run_ops(ops, 200, 200 * SIM_SECOND);
    CHECK(program.ended);
    CHECK_EQ(cached_pages(1, 0, 200), 200);
    CHECK_EQ(fake_hw_status(&fake).disk_read_pages, 10000 + 200); /* each page was read just once */
    fake_hw_fini(&fake);
}

static void reclaim__dirty_pages_are_written_before_they_go(void)
{
    struct guest_op ops[] = {{.kind = GUEST_OP_FILE_WRITE, .file = 2, .bytes = 8000 * PAGE}};
    run_ops(ops, 1, 60 * SIM_SECOND);
    CHECK(program.ended);
    struct guest_status status = fake_hw_status(&fake);
    uint64_t gone = 8000 - status.cache_pages;
    CHECK(status.disk_written_pages >= gone);
    CHECK(gone > 5000);
    fake_hw_fini(&fake);
}

static void reclaim__a_process_waits_while_the_disk_is_slow(void)
{
    struct guest_op ops[] = {{.kind = GUEST_OP_MEMORY, .write = true, .pages = 3500}};
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake.disk_ns = 0;
    fake_hw_make(&fake);
    fake_hw_program_init(&program, ops, 1, 1, 3500);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 10 * SIM_SECOND);
    CHECK(!program.ended);
    CHECK(fake.disk_count > 0);
    CHECK_EQ(fake_hw_status(&fake).oom_kills, 0);
    CHECK_EQ(fake_hw_status(&fake).free_pages, fake.guest->watermarks.least);
    for (int i = 0; i < 2000 && !program.ended; i++) {
        if (fake.disk_count > 0)
            fake_hw_io_finish(&fake, 0);
        fake_hw_run(&fake, fake.now_ns + SIM_MS);
    }
    CHECK(program.ended);
    fake_hw_fini(&fake);
}

/* The oldest page is at work, the next must be written and no request is free, the third can go. */
static void reclaim__passes_by_what_cannot_go_now(void)
{
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake_hw_make(&fake);
    struct guest *guest = fake.guest;
    uint32_t ppn[3];
    bool zeroed = false;
    for (uint32_t i = 0; i < 3; i++) {
        ppn[i] = guest_page_take(&guest->pages, &zeroed);
        guest_place_fill(guest, 20 + i, ppn[i], PLACE_PRESENT);
    }
    guest->pages.page[ppn[0]].busy = 1;
    guest_page_dirty(&guest->pages, ppn[1]);
    guest->requests.under_way[true] = guest->requests.slots / 2;
    guest->reclaiming = true;
    CHECK_EQ(guest_reclaim_page(guest, &zeroed), ppn[2]);
    CHECK_EQ(guest->place[22], 0);
    CHECK_EQ(guest->used_ns, 3 * guest->cost.page_scan_ns);
    CHECK_EQ(guest_page_last(&guest->pages, PAGE_INACTIVE), ppn[0]);
    CHECK_EQ(guest->pages.count[PAGE_INACTIVE], 2);
    guest->place[21] |= PLACE_USED; /* it goes to the active list, though no request is free */
    guest->reclaiming = true;
    guest_reclaim_page(guest, &zeroed);
    CHECK_EQ(guest_page_last(&guest->pages, PAGE_ACTIVE), ppn[1]);
    guest_free(guest);
}

TEST_SUITE(guest_reclaim, TEST(reclaim__keeps_free_memory_between_its_marks),
           TEST(reclaim__the_oldest_goes_first), TEST(reclaim__what_is_used_again_and_again_stays),
           TEST(reclaim__dirty_pages_are_written_before_they_go),
           TEST(reclaim__a_process_waits_while_the_disk_is_slow),
           TEST(reclaim__passes_by_what_cannot_go_now))
