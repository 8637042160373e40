/* Tests of models/guest/lru.c: which page is on which list, and which list gives how much. */
#include "models/guest/lru.h"
#include "models/guest/place.h"
#include "models/guest/root.h"
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

#define PAGES 24000u /* 94 MB, of which some 4,500 pages are left beside the kernel */

static struct fake_hw fake;
static struct fake_hw_program program, other;

static void root__is_rounded_down(void)
{
    static const uint64_t squares[][2] = {{0, 0},  {1, 1},    {3, 1},     {4, 2},
                                          {10, 3}, {100, 10}, {1000, 31}, {10240, 101}};
    for (size_t i = 0; i < sizeof squares / sizeof squares[0]; i++)
        CHECK_EQ(guest_root(squares[i][0]), squares[i][1]);
    CHECK_EQ(guest_root(UINT64_C(0xffffffff) * 0xffffffff), 0xffffffff);
}

/* ---- Lengths, on a guest whose lists hold nothing but numbers ------------------------------ */

static void make(void)
{
    fake_hw_init(&fake, GUEST_LINUX_6, PAGES);
    fake_hw_make(&fake);
}

/* The table of the kernel's documentation: memory, and active pages to an inactive one. */
static void inactive__is_low_by_the_kernel_s_table(void)
{
    static const uint32_t table[][2] = {{10 << 8, 1},   {100 << 8, 1},   {1 << 18, 3},
                                        {10 << 18, 10}, {100 << 18, 31}, {1 << 28, 101}};
    make();
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        for (enum lru_kind kind = 0; kind < LRU_KINDS; kind++) {
            uint32_t *count = fake.guest->pages.count;
            uint32_t pages = table[i][0], least = (pages + table[i][1]) / (table[i][1] + 1);
            uint32_t inactive = kind == LRU_FILES ? PAGE_INACTIVE : PAGE_INACTIVE_ANON;
            uint32_t active = kind == LRU_FILES ? PAGE_ACTIVE : PAGE_ACTIVE_ANON;
            count[inactive] = least;
            count[active] = pages - least;
            CHECK(!guest_lru_inactive_is_low(fake.guest, kind));
            count[inactive] = least - 1;
            count[active] = pages - least + 1;
            CHECK(guest_lru_inactive_is_low(fake.guest, kind));
        }
    }
    guest_free(fake.guest);
}

/* Each list has 4,096 pages, and pages come back, so nothing stands before the costs. */
static struct lru_round round_of(uint32_t swappiness, uint64_t file_cost, uint64_t process_cost)
{
    struct lru_round round;
    uint32_t *count = fake.guest->pages.count;
    count[PAGE_ACTIVE] = count[PAGE_INACTIVE] = 4096;
    count[PAGE_ACTIVE_ANON] = count[PAGE_INACTIVE_ANON] = 4096;
    fake.guest->workingset.refaults[LRU_FILES] = 1;
    fake.guest->workingset.io_cost[LRU_FILES] = file_cost;
    fake.guest->workingset.io_cost[LRU_PROCESSES] = process_cost;
    fake.guest->config.swappiness = swappiness;
    guest_lru_begin(fake.guest, 2, &round);
    return round;
}

/* 1,024 pages are a quarter of a list; files give 140 of 200 parts and processes 60. */
static void begin__swappiness_divides_where_costs_are_equal(void)
{
    make();
    struct lru_round round = round_of(60, 0, 0);
    CHECK_EQ(round.inactive[LRU_FILES], 1024 * 140 / 200);
    CHECK_EQ(round.inactive[LRU_PROCESSES], 1024 * 60 / 200);
    CHECK_EQ(round.active[LRU_FILES], 1024 * 140 / 200);
    CHECK_EQ(round.active[LRU_PROCESSES], 0); /* not too few are inactive, and none came back */
    round = round_of(100, 500, 500);
    CHECK_EQ(round.inactive[LRU_FILES], 512);
    CHECK_EQ(round.inactive[LRU_PROCESSES], 512);
    round = round_of(200, 0, 0);
    CHECK_EQ(round.inactive[LRU_FILES], 0);
    CHECK_EQ(round.inactive[LRU_PROCESSES], 1024);
    round = round_of(0, 0, 0);
    CHECK_EQ(round.inactive[LRU_FILES], 1024);
    CHECK_EQ(round.inactive[LRU_PROCESSES], 0);
    guest_free(fake.guest);
}

/* All cost on one side: that side gives a third, before swappiness. */
static void begin__what_costs_more_gives_less(void)
{
    make();
    struct lru_round round = round_of(100, 3000000, 0);
    CHECK_NEAR(round.inactive[LRU_FILES], 1024 / 3, 1);
    CHECK_NEAR(round.inactive[LRU_PROCESSES], 2 * 1024 / 3, 1);
    round = round_of(60, 3000000, 0);                           /* 140 x 1 to 60 x 2 */
    CHECK_NEAR(round.inactive[LRU_FILES], 1024 * 140 / 260, 3); /* divisions drop up to a part */
    round = round_of(60, 0, 3000000);                           /* 140 x 2 to 60 x 1 */
    CHECK_NEAR(round.inactive[LRU_FILES], 1024 * 280 / 340, 3);
    guest_free(fake.guest);
}

/* Plenty of cache that was used once goes first; without a paging device there is nothing else. */
static void begin__files_alone(void)
{
    make();
    round_of(60, 0, 0);
    struct lru_round round;
    fake.guest->workingset.refaults[LRU_FILES] = 0;
    guest_lru_begin(fake.guest, 2, &round);
    CHECK_EQ(round.inactive[LRU_FILES], 1024);
    CHECK_EQ(round.inactive[LRU_PROCESSES], 0);
    fake.guest->workingset.refaults[LRU_FILES] = 1;
    fake.guest->slots.total = 0;
    guest_lru_begin(fake.guest, 2, &round);
    CHECK_EQ(round.inactive[LRU_FILES], 1024);
    CHECK_EQ(round.active[LRU_FILES], 1024);
    CHECK_EQ(round.inactive[LRU_PROCESSES], 0);
    guest_free(fake.guest);
}

static void begin__processes_alone_where_hardly_any_cache_is_left(void)
{
    make();
    round_of(0, 0, 0);
    struct lru_round round;
    fake.guest->pages.count[PAGE_ACTIVE] = fake.guest->pages.count[PAGE_INACTIVE] = 10;
    fake.guest->pages.count[PAGE_FRESH] = fake.guest->watermarks.high - 20;
    guest_lru_begin(fake.guest, 2, &round);
    CHECK_EQ(round.inactive[LRU_FILES], 0);
    CHECK_EQ(round.inactive[LRU_PROCESSES], 1024);
    guest_free(fake.guest);
}

/* ---- Pages, in a guest that runs ----------------------------------------------------------- */

static void run_ops(const struct guest_op *ops, uint32_t count, uint32_t file_pages,
                    uint32_t memory_pages)
{
    make();
    guest_files_new(fake.guest, 1, file_pages * 4096ull);
    fake_hw_program_init(&program, ops, count, 1, memory_pages);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
}

static enum page_list list_at(uint32_t place)
{
    uint32_t entry = fake.guest->place[place];
    CHECK(entry & PLACE_PRESENT);
    return guest_page_list(&fake.guest->pages, entry & PLACE_NUMBER);
}

static struct guest_op file_op(enum guest_op_kind kind, uint64_t offset, uint64_t bytes)
{
    return (struct guest_op){.kind = kind, .offset = offset, .bytes = bytes};
}

/* The second read of a page makes it active; four reads in a row of its quarters are one read. */
static void read__the_second_one_activates(void)
{
    struct guest_op ops[] = {
        file_op(GUEST_OP_FILE_READ, 0, 10 * 4096),    file_op(GUEST_OP_FILE_READ, 3 * 4096, 4096),
        file_op(GUEST_OP_FILE_READ, 5 * 4096, 1024),  file_op(GUEST_OP_FILE_WRITE, 7 * 4096, 4096),
        file_op(GUEST_OP_FILE_WRITE, 7 * 4096, 4096), {.kind = GUEST_OP_SLEEP, .at_ns = SIM_NEVER},
    };
    run_ops(ops, 6, 10, 0);
    fake_hw_run(&fake, 4 * SIM_SECOND);
    uint32_t first = guest_file_place(&fake.guest->files.file[0], 0);
    for (uint32_t page = 0; page < 10; page++)
        CHECK_EQ(list_at(first + page), page == 3 || page == 5 ? PAGE_ACTIVE : PAGE_INACTIVE);
    CHECK_EQ(fake_hw_status(&fake).active_file_pages, 2);
    fake_hw_fini(&fake);
}

static void read__pieces_in_a_row_are_one_use(void)
{
    struct guest_op ops[] = {
        file_op(GUEST_OP_FILE_READ, 0, 1024),
        file_op(GUEST_OP_FILE_READ, 1024, 1024),
        file_op(GUEST_OP_FILE_READ, 2048, 2048),
        {.kind = GUEST_OP_SLEEP, .at_ns = SIM_NEVER},
    };
    run_ops(ops, 4, 10, 0);
    fake_hw_run(&fake, 4 * SIM_SECOND);
    CHECK_EQ(list_at(guest_file_place(&fake.guest->files.file[0], 0)), PAGE_INACTIVE);
    fake_hw_fini(&fake);
}

/* 3,000 pages of a process, two thirds of what the kernel leaves, are used all the time. A file of
 * 30,000 pages passes by: none of them is paged out. */
static void stream__leaves_the_pages_of_a_busy_process(void)
{
    static const struct guest_op touch[] = {{.kind = GUEST_OP_MEMORY, .pages = 3000, .ns = 1000}};
    struct guest_op ops[] = {{.kind = GUEST_OP_SLEEP, .at_ns = 3 * SIM_SECOND},
                             file_op(GUEST_OP_FILE_READ, 0, 30000 * 4096ull)};
    make();
    guest_files_new(fake.guest, 1, 30000 * 4096ull);
    fake_hw_program_init(&program, ops, 2, 1, 0);
    fake_hw_program_init(&other, touch, 1, UINT32_MAX, 3000);
    guest_spawn(fake.guest, &program.program, 0);
    guest_spawn(fake.guest, &other.program, 0);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 20 * SIM_SECOND);
    struct guest_status status = fake_hw_status(&fake);
    CHECK(program.ended);
    CHECK_EQ(status.disk_read_pages, 30000);
    CHECK_EQ(status.swap_out_pages, 0);
    CHECK(status.process_pages >= 3000);
    fake_hw_fini(&fake);
}

/* A page begins with one use, its first touch, and goes at the second look; one that is used in
 * between becomes active then. */
static void shrink__takes_two_looks_at_a_process_s_page(void)
{
    struct guest_op ops[] = {{.kind = GUEST_OP_MEMORY, .write = true, .pages = 100},
                             {.kind = GUEST_OP_SLEEP, .at_ns = 4 * SIM_SECOND},
                             {.kind = GUEST_OP_MEMORY, .write = true, .pages = 1},
                             {.kind = GUEST_OP_SLEEP, .at_ns = SIM_NEVER}};
    struct lru_round round;
    run_ops(ops, 4, 10, 100);
    fake.config.swappiness = 200;
    fake_hw_run(&fake, 3 * SIM_SECOND);
    uint32_t first = fake.guest->processes.process[2].first_place;
    for (int look = 0; look < 2; look++) {
        CHECK_EQ(list_at(first), PAGE_INACTIVE_ANON);
        guest_lru_begin(fake.guest, 0, &round);
        while (guest_lru_step(fake.guest, &round))
            ;
        CHECK_EQ(fake.guest->leaving_pages > 90, look == 1);
        if (look == 0)
            fake_hw_run(&fake, 5 * SIM_SECOND);
    }
    CHECK_EQ(list_at(first), PAGE_ACTIVE_ANON);
    fake_hw_run(&fake, 6 * SIM_SECOND);
    CHECK_EQ(fake.guest->place[first + 1] & PLACE_SWAPPED, PLACE_SWAPPED);
    fake_hw_fini(&fake);
}

TEST_SUITE(guest_lru, TEST(root__is_rounded_down), TEST(inactive__is_low_by_the_kernel_s_table),
           TEST(begin__swappiness_divides_where_costs_are_equal),
           TEST(begin__what_costs_more_gives_less), TEST(begin__files_alone),
           TEST(begin__processes_alone_where_hardly_any_cache_is_left),
           TEST(read__the_second_one_activates), TEST(read__pieces_in_a_row_are_one_use),
           TEST(stream__leaves_the_pages_of_a_busy_process),
           TEST(shrink__takes_two_looks_at_a_process_s_page))
