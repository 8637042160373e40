/* Tests of models/guest/memory.c: the memory of processes. */
#include "models/guest/memory.h"
#include "models/guest/place.h"
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

static struct fake_hw fake;
static struct fake_hw_program program;

static void set_up(const struct guest_op *ops, uint32_t count, uint32_t pages)
{
    fake_hw_init(&fake, GUEST_LINUX_2_4, 8192);
    fake_hw_make(&fake);
    fake_hw_program_init(&program, ops, count, 1, pages);
    guest_spawn(fake.guest, &program.program, 3 * SIM_SECOND);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 2 * SIM_SECOND + 900 * SIM_MS);
    fake_hw_unmap_all(&fake);
    fake.accesses = 0;
    fake.zero_writes = 0;
}

static void memory__the_first_touch_zeroes_then_writes(void)
{
    struct guest_op op = {.kind = GUEST_OP_MEMORY, .write = true, .pages = 10, .content = 99};
    set_up(&op, 1, 10);
    fake.hw.contents_matter = true;
    fake.hw.told = GUEST_MAP_WRITE;
    fake_hw_run(&fake, 4 * SIM_SECOND);
    CHECK(program.ended);
    CHECK_EQ(fake.accesses, 20);
    CHECK_EQ(fake.zero_writes, 10);
    uint32_t first = fake.guest->pages.kernel_pages;
    for (uint32_t i = 0; i < 10; i++)
        CHECK_EQ(fake.content[first + i], 99);
    fake_hw_fini(&fake);
}

static void memory__each_page_is_touched_and_no_other(void)
{
    struct guest_op ops[] = {{.kind = GUEST_OP_MEMORY, .first = 20, .pages = 30},
                             {.kind = GUEST_OP_SLEEP, .at_ns = 5 * SIM_SECOND},
                             {.kind = GUEST_OP_MEMORY, .first = 25, .pages = 5},
                             {.kind = GUEST_OP_SLEEP, .at_ns = 9 * SIM_SECOND}};
    set_up(ops, 4, 100);
    fake_hw_run(&fake, 4 * SIM_SECOND);
    CHECK_EQ(fake_hw_status(&fake).process_pages, 30);
    CHECK_EQ(fake.accesses, 30);
    fake_hw_unmap_all(&fake);
    memset(fake.touched, 0, sizeof fake.touched);
    fake.accesses = 0;
    fake_hw_run(&fake, 6 * SIM_SECOND);
    CHECK_EQ(fake.accesses, 5);
    for (uint32_t i = 0; i < 30; i++) /* pages were given in the order of the first touches */
        CHECK_EQ(fake.touched[fake.guest->pages.kernel_pages + i], i >= 5 && i < 10);
    fake_hw_fini(&fake);
}

/* Only what was touched is looked at when a process ends. */
static void memory__is_free_when_the_process_ends(void)
{
    struct guest_op ops[] = {{.kind = GUEST_OP_MEMORY, .first = 20, .pages = 30},
                             {.kind = GUEST_OP_MEMORY, .first = 5, .pages = 1},
                             {.kind = GUEST_OP_SLEEP, .at_ns = 5 * SIM_SECOND}};
    set_up(ops, 3, 100000);
    fake_hw_run(&fake, 4 * SIM_SECOND);
    uint32_t number = fake.guest->processes.count - 1;
    CHECK_EQ(fake.guest->processes.process[number].touched_end, 50);
    CHECK_EQ(fake_hw_status(&fake).process_pages, 31);
    fake_hw_run(&fake, 6 * SIM_SECOND);
    CHECK(program.ended);
    CHECK_EQ(fake_hw_status(&fake).process_pages, 0);
    fake_hw_fini(&fake);
}

static void memory__costs_of_first_and_later_touches(void)
{
    struct guest_op op = {.kind = GUEST_OP_MEMORY, .pages = 100};
    struct guest_op ops[] = {op, op, op};
    set_up(ops, 3, 100);
    memset(fake.map, GUEST_MAP_READ | GUEST_MAP_WRITE, sizeof fake.map);
    fake_hw_run(&fake, 4 * SIM_SECOND);
    const struct cost_cpu *cost = &fake.guest->cost;
    uint64_t first_ns = cost->guest_fault_ns + cost->zero_ns + 2 * fake.hw.touch_ns;
    CHECK_EQ(program.at_ns[1] - program.at_ns[0], 100 * first_ns + 1);
    CHECK_EQ(program.at_ns[2] - program.at_ns[1], 100 * fake.hw.touch_ns + 1);
    fake_hw_fini(&fake);
}

static void free__all_pages_of_an_ended_process(void)
{
    struct guest_op op = {.kind = GUEST_OP_MEMORY, .write = true, .pages = 500};
    set_up(&op, 1, 500);
    uint32_t before = fake_hw_status(&fake).free_pages;
    fake_hw_run(&fake, 4 * SIM_SECOND);
    CHECK(program.ended);
    CHECK_EQ(fake_hw_status(&fake).free_pages, before);
    CHECK_EQ(fake_hw_status(&fake).process_pages, 0);
    fake_hw_fini(&fake);
}

static void free__part_of_a_process(void)
{
    struct guest_op ops[] = {{.kind = GUEST_OP_MEMORY, .write = true, .pages = 500},
                             {.kind = GUEST_OP_MEMORY_FREE, .first = 100, .pages = 300},
                             {.kind = GUEST_OP_SLEEP, .at_ns = 5 * SIM_SECOND},
                             {.kind = GUEST_OP_MEMORY, .first = 390, .pages = 20},
                             {.kind = GUEST_OP_SLEEP, .at_ns = 9 * SIM_SECOND}};
    set_up(ops, 5, 500);
    uint32_t before = fake_hw_status(&fake).free_pages;
    fake_hw_run(&fake, 4 * SIM_SECOND);
    CHECK_EQ(fake_hw_status(&fake).process_pages, 200);
    CHECK_EQ(fake_hw_status(&fake).free_pages, before - 200);
    CHECK(guest_verify(fake.guest) == NULL);
    CHECK_EQ(program.at_ns[2] - program.at_ns[1], 300 * fake.guest->cost.page_scan_ns + 1);
    fake_hw_run(&fake, 6 * SIM_SECOND); /* ten of them were kept, ten are new */
    CHECK_EQ(fake_hw_status(&fake).process_pages, 210);
    fake_hw_fini(&fake);
}

static void memory__work_at_each_page(void)
{
    struct guest_op op = {.kind = GUEST_OP_MEMORY, .pages = 100}, work = op;
    work.ns = 1000;
    struct guest_op ops[] = {op, work};
    set_up(ops, 2, 100);
    memset(fake.map, GUEST_MAP_READ | GUEST_MAP_WRITE, sizeof fake.map);
    fake_hw_run(&fake, 4 * SIM_SECOND);
    CHECK_EQ(program.at_ns[2] - program.at_ns[1], 100 * (fake.hw.touch_ns + 1000) + 1);
    fake_hw_fini(&fake);
}

/* Each access comes after the work at its page, though all are one step. The fake's takes 1 us. */
static void memory__an_access_knows_its_time(void)
{
    struct guest_op ops[] = {{.kind = GUEST_OP_MEMORY, .pages = 100},
                             {.kind = GUEST_OP_SLEEP, .at_ns = 4 * SIM_SECOND},
                             {.kind = GUEST_OP_MEMORY, .pages = 100, .ns = 5000},
                             {.kind = GUEST_OP_SLEEP, .at_ns = SIM_NEVER}};
    set_up(ops, 4, 100);
    fake_hw_run(&fake, 3 * SIM_SECOND + 500 * SIM_MS);
    fake_hw_unmap_all(&fake);
    fake_hw_run(&fake, 5 * SIM_SECOND);
    CHECK_EQ(program.at_ns[3] - program.at_ns[2], 100 * (5000 + fake.hw.touch_ns + 1000) + 1);
    CHECK_EQ(program.at_ns[3] - fake.access_ns, fake.hw.touch_ns + 1000 + 1);
    fake_hw_fini(&fake);
}

/* A run of settled pages ends where the time does, as touches one by one do. */
static void memory__a_run_ends_with_the_time(void)
{
    struct guest_op op = {.kind = GUEST_OP_MEMORY, .pages = 1000, .ns = 850};
    struct guest_op ops[] = {op, op, {.kind = GUEST_OP_SLEEP, .at_ns = SIM_NEVER}};
    set_up(ops, 3, 1000);
    memset(fake.map, GUEST_MAP_READ | GUEST_MAP_WRITE, sizeof fake.map);
    fake_hw_run(&fake, 3 * SIM_SECOND);
    while (program.asked < 2)
        fake_hw_slice(&fake, SIM_US);
    CHECK(fake.hw.touch_ns == 150);
    uint32_t number = fake.guest->processes.count - 1;
    const struct process *process = &fake.guest->processes.process[number];
    while (process->done == 0)
        fake_hw_slice(&fake, SIM_US);
    CHECK_EQ(guest_settled_run(&fake.guest->settled, false, process->first_place,
                               process->first_place + 1000),
             1000);
    uint64_t done = process->done;
    fake_hw_slice(&fake, 10 * SIM_US); /* ten touches of 1 us */
    CHECK_EQ(process->done, done + 10);
    fake_hw_slice(&fake, 10 * SIM_US + 1); /* the last one ends later than the slice */
    CHECK_EQ(process->done, done + 21);
    fake_hw_fini(&fake);
}

static void memory__what_is_unmapped_is_accessed_again(void)
{
    struct guest_op op = {.kind = GUEST_OP_MEMORY, .write = true, .pages = 300};
    struct guest_op ops[] = {op,
                             {.kind = GUEST_OP_SLEEP, .at_ns = 5 * SIM_SECOND},
                             op,
                             {.kind = GUEST_OP_SLEEP, .at_ns = SIM_NEVER}};
    set_up(ops, 4, 300);
    memset(fake.map, GUEST_MAP_READ | GUEST_MAP_WRITE, sizeof fake.map);
    fake_hw_run(&fake, 4 * SIM_SECOND);
    fake_hw_unmap(&fake, fake.guest->pages.kernel_pages + 130);
    fake_hw_unmap(&fake, fake.guest->pages.kernel_pages + 299);
    fake_hw_run(&fake, 6 * SIM_SECOND);
    CHECK_EQ(fake.accesses, 2);
    fake_hw_fini(&fake);
}

static void memory__writes_reach_the_host_where_contents_matter(void)
{
    struct guest_op op = {.kind = GUEST_OP_MEMORY, .write = true, .pages = 10, .content = 99};
    struct guest_op ops[] = {op, op, {.kind = GUEST_OP_SLEEP, .at_ns = SIM_NEVER}};
    set_up(ops, 3, 10);
    memset(fake.map, GUEST_MAP_READ | GUEST_MAP_WRITE, sizeof fake.map);
    fake.hw.contents_matter = true;
    fake.hw.told = GUEST_MAP_WRITE;
    fake_hw_run(&fake, 4 * SIM_SECOND);
    CHECK_EQ(fake.accesses, 10 + 2 * 10); /* zeroes first */
    fake_hw_fini(&fake);
}

static uint32_t told[8192];

static void tell(void *context, const uint32_t *pages, uint32_t count)
{
    (void)context;
    for (uint32_t i = 0; i < count; i++)
        told[pages[i] & ((UINT32_C(1) << GUEST_PPN_BITS) - 1)]++;
}

/* Each access is told once: one by one as long as a page is not settled, in runs from then on. */
static void memory__settled_pages_are_told_in_runs(void)
{
    struct guest_op op = {.kind = GUEST_OP_MEMORY, .pages = 300};
    struct guest_op ops[] = {op, op, op, {.kind = GUEST_OP_SLEEP, .at_ns = SIM_NEVER}};
    set_up(ops, 4, 300);
    memset(told, 0, sizeof told);
    memset(fake.map, GUEST_MAP_READ | GUEST_MAP_WRITE, sizeof fake.map);
    fake.hw.accessed = tell;
    fake.hw.told = GUEST_MAP_READ | GUEST_MAP_WRITE;
    fake_hw_run(&fake, 2 * SIM_SECOND + 950 * SIM_MS); /* what the guest's own process does */
    fake.accesses = 0;
    fake_hw_run(&fake, 4 * SIM_SECOND);
    uint32_t in_runs = 0, first = fake.guest->pages.kernel_pages;
    for (uint32_t i = 0; i < 300; i++)
        in_runs += told[first + i];
    CHECK_EQ(in_runs, 2 * 300);
    CHECK_EQ(fake.accesses, 2 * 300); /* zeroes, and the first touches */
    fake_hw_fini(&fake);
}

static void zero_one__ends_with_the_last_free_page(void)
{
    fake_hw_init(&fake, GUEST_WINDOWS_2000, 8192);
    fake_hw_make(&fake);
    uint32_t free_pages = guest_page_free_count(&fake.guest->pages), zeroed = 0;
    while (guest_memory_zero_one(fake.guest))
        zeroed++;
    CHECK_EQ(zeroed, free_pages);
    CHECK_EQ(guest_page_free_count(&fake.guest->pages), free_pages);
    CHECK_EQ(fake.guest->pages.count[PAGE_ZEROED], free_pages);
    fake_hw_fini(&fake);
}

TEST_SUITE(guest_memory, TEST(memory__is_free_when_the_process_ends),
           TEST(memory__the_first_touch_zeroes_then_writes),
           TEST(memory__each_page_is_touched_and_no_other),
           TEST(memory__costs_of_first_and_later_touches),
           TEST(free__all_pages_of_an_ended_process), TEST(free__part_of_a_process),
           TEST(memory__work_at_each_page), TEST(memory__an_access_knows_its_time),
           TEST(memory__a_run_ends_with_the_time), TEST(memory__what_is_unmapped_is_accessed_again),
           TEST(memory__writes_reach_the_host_where_contents_matter),
           TEST(memory__settled_pages_are_told_in_runs),
           TEST(zero_one__ends_with_the_last_free_page))
