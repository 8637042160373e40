/* Tests of models/guest/swap.c: the guest's own paging device. */
#include "models/guest/place.h"
#include "models/guest/state.h"
#include "models/guest/swap.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

static struct fake_hw fake;
static struct fake_hw_program program;

/* A guest of 16 MB in which a program goes `rounds` times through `pages` pages of memory. */
static void go_through(uint32_t pages, uint32_t rounds, uint32_t swap_pages)
{
    static struct guest_op op;
    op = (struct guest_op){
        .kind = GUEST_OP_MEMORY, .write = true, .pages = pages, .content = GUEST_CONTENT_PRIVATE};
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake.config.swap_pages = swap_pages;
    fake_hw_make(&fake);
    fake_hw_program_init(&program, &op, 1, rounds, pages);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 300 * SIM_SECOND);
}

static void swap__more_memory_than_there_is_goes_through_the_device(void)
{
    go_through(4000, 3, 4096);
    CHECK(program.ended);
    struct guest_status status = fake_hw_status(&fake);
    CHECK(status.swap_out_pages >= 3 * 1500);
    CHECK(status.swap_in_pages >= 2 * 1500);
    CHECK(status.disk_written_pages / status.disk_writes >= 16); /* clusters of up to 32 */
    CHECK(status.disk_read_pages / status.disk_reads >= 8);      /* of up to 16 */
    CHECK_EQ(status.oom_kills, 0);
    fake_hw_fini(&fake);
}

#define MARKED 1000u

/* A program marks 1,000 pages, writes to many more, and reads the marked ones again. */
static void mark_and_read_back(uint32_t pages, enum guest_swap_device device)
{
    static struct guest_op ops[4];
    ops[0] = (struct guest_op){
        .kind = GUEST_OP_MEMORY, .write = true, .pages = MARKED, .content = 12345};
    ops[1] = (struct guest_op){.kind = GUEST_OP_MEMORY,
                               .write = true,
                               .first = MARKED,
                               .pages = pages - MARKED,
                               .content = GUEST_CONTENT_PRIVATE};
    ops[2] = (struct guest_op){.kind = GUEST_OP_MEMORY, .pages = MARKED};
    ops[3] = (struct guest_op){.kind = GUEST_OP_SLEEP, .at_ns = 300 * SIM_SECOND};
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake.hw.contents_matter = true;
    fake.hw.told = GUEST_MAP_WRITE;
    fake.config.swap_device = device;
    fake_hw_make(&fake);
    fake_hw_program_init(&program, ops, 4, 1, pages);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 200 * SIM_SECOND);
}

/* A page comes back with what it held, wherever it lies then. */
static void swap__keeps_contents(void)
{
    mark_and_read_back(4000, GUEST_SWAP_DISK);
    uint32_t present = 0, kept = 0;
    for (uint32_t page = 0; page < MARKED; page++) {
        uint32_t entry = fake.guest->place[fake.guest->processes.process[1].first_place + page];
        if (!(entry & PLACE_PRESENT))
            continue;
        present++;
        kept += fake.content[entry & PLACE_NUMBER] == 12345;
    }
    CHECK(fake_hw_status(&fake).swap_in_pages > 500);
    CHECK(present > 500);
    CHECK_EQ(kept, present);
    fake_hw_fini(&fake);
}

static void swap__an_ended_process_gives_its_slots_back(void)
{
    go_through(4000, 1, 4096);
    CHECK(program.ended);
    CHECK_EQ(fake.guest->slots.used, 0);
    CHECK_EQ(fake_hw_status(&fake).process_pages, 0);
    fake_hw_fini(&fake);
}

static void swap__what_fits_in_memory_never_goes_there(void)
{
    go_through(1500, 5, 4096);
    CHECK(program.ended);
    CHECK_EQ(fake_hw_status(&fake).swap_out_pages, 0);
    fake_hw_fini(&fake);
}

static void swap__a_full_device_ends_the_process(void)
{
    go_through(4000, 2, 500);
    CHECK(!program.ended); /* it was killed in the middle */
    CHECK_EQ(fake_hw_status(&fake).oom_kills, 1);
    CHECK_EQ(fake.guest->slots.used, 0);
    fake_hw_fini(&fake);
}

static void out__a_page_touched_while_it_is_written_stays(void)
{
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake_hw_make(&fake);
    struct guest *guest = fake.guest;
    bool zeroed = false;
    uint32_t kept = guest_page_take(&guest->pages, &zeroed),
             gone = guest_page_take(&guest->pages, &zeroed);
    uint32_t place = PLACE_FILES + 10;
    guest->processes.next_place = place + 2;
    guest_place_fill(guest, place, kept, PLACE_PRESENT);
    guest_place_fill(guest, place + 1, gone, PLACE_PRESENT);
    CHECK(guest_swap_out(guest, kept));
    CHECK(guest_swap_out(guest, gone));
    guest_swap_submit(guest);
    CHECK_EQ(fake.disk_count, 1);
    CHECK_EQ(fake.log[0].count, 2);
    guest->place[place] |= PLACE_USED;
    CHECK(!guest_verify(guest));
    guest_io_done(guest, fake.log[0].tag, 0);
    CHECK(guest->place[place] & PLACE_PRESENT);
    CHECK_EQ(guest->place[place] & PLACE_NUMBER, kept);
    CHECK(guest->place[place + 1] & PLACE_SWAPPED);
    CHECK_EQ(guest->slots.used, 1);
    fake_hw_fini(&fake);
}

/* A page that the hypervisor has taken must come back to be written: double paging (3.1). */
static void out__touches_the_page_that_it_writes(void)
{
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake_hw_make(&fake);
    struct guest *guest = fake.guest;
    bool zeroed = false;
    uint32_t ppn = guest_page_take(&guest->pages, &zeroed);
    guest->processes.next_place = PLACE_FILES + 1;
    guest_place_fill(guest, PLACE_FILES, ppn, PLACE_PRESENT);
    fake_hw_unmap(&fake, ppn);
    guest_swap_out(guest, ppn);
    guest_swap_submit(guest);
    CHECK(fake.touched[ppn]);
    CHECK_EQ(fake.accesses, 1);
    guest_io_done(guest, fake.log[0].tag, 0);
    fake_hw_fini(&fake);
}

/* 4,000 pages go through memory of 16 MB without one disk request: what does not fit is compressed
 * to 1,500 B, and takes that much of the guest's own memory. */
static void zram__needs_no_device_and_takes_memory(void)
{
    static struct guest_op ops[2];
    ops[0] = (struct guest_op){
        .kind = GUEST_OP_MEMORY, .write = true, .pages = 3500, .content = GUEST_CONTENT_PRIVATE};
    ops[1] = (struct guest_op){.kind = GUEST_OP_SLEEP, .at_ns = 300 * SIM_SECOND};
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake.config.swap_device = GUEST_SWAP_ZRAM;
    fake_hw_make(&fake);
    uint32_t boot_pages = fake_hw_status(&fake).kernel_pages;
    fake_hw_program_init(&program, ops, 2, 1, 3500);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 200 * SIM_SECOND);
    struct guest_status status = fake_hw_status(&fake);
    CHECK_EQ(status.disk_reads + status.disk_writes, 0);
    CHECK_EQ(status.oom_kills, 0);
    CHECK(status.swap_used_pages > 500);
    CHECK_NEAR(status.kernel_pages - boot_pages, status.swap_used_pages * 1500 / 4096.0, 9);
    fake_hw_fini(&fake);
}

/* The same with pages of 32 KiB: their parts take 1,500 of 4,096 B as well. */
static void zram__large_pages_take_as_much(void)
{
    static struct guest_op ops[2];
    struct cost_table costs;
    cost_table_preset(&costs);
    CHECK(cost_table_scale(&costs, 8));
    ops[0] = (struct guest_op){
        .kind = GUEST_OP_MEMORY, .write = true, .pages = 3900, .content = GUEST_CONTENT_PRIVATE};
    ops[1] = (struct guest_op){.kind = GUEST_OP_SLEEP, .at_ns = 300 * SIM_SECOND};
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake.config.swap_device = GUEST_SWAP_ZRAM;
    fake.config.page_scale = 8;
    fake.config.costs = &costs;
    fake_hw_make(&fake);
    uint32_t boot_pages = fake_hw_status(&fake).kernel_pages;
    fake_hw_program_init(&program, ops, 2, 1, 3900);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 200 * SIM_SECOND);
    struct guest_status status = fake_hw_status(&fake);
    CHECK_EQ(status.oom_kills, 0);
    CHECK(status.swap_used_pages > 100);
    CHECK_NEAR(status.kernel_pages - boot_pages, status.swap_used_pages * 1500 / 4096.0, 9);
    fake_hw_fini(&fake);
}

/* A page costs its compression and its decompression, and comes back as it was. */
static void zram__costs_cpu_time_and_keeps_contents(void)
{
    mark_and_read_back(3500, GUEST_SWAP_ZRAM);
    struct guest_status status = fake_hw_status(&fake);
    CHECK(status.swap_in_pages > 100);
    CHECK(status.cpu_ns > status.swap_out_pages * fake.guest->cost.zram_compress_ns +
                              status.swap_in_pages * fake.guest->cost.zram_decompress_ns);
    uint32_t kept = 0, seen = 0;
    for (uint32_t i = 0; i < MARKED; i++) {
        uint32_t entry = fake.guest->place[fake.guest->processes.process[1].first_place + i];
        seen += (entry & PLACE_PRESENT) != 0;
        kept += (entry & PLACE_PRESENT) && fake.content[entry & PLACE_NUMBER] == 12345;
    }
    CHECK(seen > 500);
    CHECK_EQ(kept, seen);
    fake_hw_fini(&fake);
}

TEST_SUITE(guest_swap, TEST(swap__more_memory_than_there_is_goes_through_the_device),
           TEST(swap__keeps_contents), TEST(swap__an_ended_process_gives_its_slots_back),
           TEST(swap__what_fits_in_memory_never_goes_there),
           TEST(swap__a_full_device_ends_the_process),
           TEST(out__a_page_touched_while_it_is_written_stays),
           TEST(out__touches_the_page_that_it_writes), TEST(zram__needs_no_device_and_takes_memory),
           TEST(zram__large_pages_take_as_much), TEST(zram__costs_cpu_time_and_keeps_contents))
