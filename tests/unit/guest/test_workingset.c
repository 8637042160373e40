/* Tests of models/guest/workingset.c: refault distance, and what reclaim of each kind costs. */
#include "models/guest/place.h"
#include "models/guest/state.h"
#include "models/guest/workingset.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

#define PAGES 24000u /* 94 MB, of which some 4,500 pages are left beside the kernel */

static struct fake_hw fake;
static struct fake_hw_program program;

/* A guest that does nothing, with lists of these lengths (which nothing is on). */
static struct guest *with_counts(uint32_t active, uint32_t inactive, uint32_t active_anon,
                                 uint32_t inactive_anon)
{
    fake_hw_init(&fake, GUEST_LINUX_6, PAGES);
    fake_hw_make(&fake);
    uint32_t *count = fake.guest->pages.count;
    count[PAGE_ACTIVE] = active;
    count[PAGE_INACTIVE] = inactive;
    count[PAGE_ACTIVE_ANON] = active_anon;
    count[PAGE_INACTIVE_ANON] = inactive_anon;
    return fake.guest;
}

/* Does a page come back active after so many more were taken? */
static bool is_recent(struct guest *guest, uint32_t place, uint32_t taken_since)
{
    uint32_t shadow = guest_workingset_evict(guest, 20000);
    for (uint32_t i = 0; i < taken_since; i++)
        guest_workingset_evict(guest, 20001);
    return guest_workingset_refault(guest, place, 20002, shadow);
}

/* The distance of a page that comes back at once is 1. A page of a file may take the room of all
 * lists but the inactive one of files; without a paging device, of active pages of files. */
static void refault__is_recent_up_to_what_others_hold(void)
{
    struct guest *guest = with_counts(100, 1000, 20, 3);
    CHECK(is_recent(guest, 5, 123 - 1));
    CHECK(!is_recent(guest, 5, 123));
    CHECK(is_recent(guest, PLACE_FILES + 5, 1120 - 1));
    CHECK(!is_recent(guest, PLACE_FILES + 5, 1120));
    guest->slots.total = 0;
    CHECK(is_recent(guest, 5, 100 - 1));
    CHECK(!is_recent(guest, 5, 100));
    guest_free(guest);
}

static void refault__the_age_wraps(void)
{
    struct guest *guest = with_counts(100, 0, 0, 0);
    guest->workingset.age = UINT32_MAX - 50;
    CHECK(is_recent(guest, 5, 99));
    guest->workingset.age = (1u << 27) - 50;
    CHECK(is_recent(guest, 5, 99));
    CHECK(!is_recent(guest, 5, 100));
    guest_free(guest);
}

/* A page that was active before it went is of the working set again: that is what costs. */
static void refault__of_the_working_set_costs_io(void)
{
    struct guest *guest = with_counts(100000, 100000, 0, 0);
    CHECK(is_recent(guest, 5, 9));
    CHECK_EQ(guest->workingset.io_cost[LRU_FILES], 0);
    guest->pages.mark[20000] = PAGE_WORKINGSET;
    CHECK(is_recent(guest, 5, 9));
    CHECK_EQ(guest->workingset.io_cost[LRU_FILES], 32);
    CHECK_EQ(guest->pages.mark[20002], PAGE_WORKINGSET);
    CHECK(is_recent(guest, PLACE_FILES + 5, 9));
    CHECK_EQ(guest->workingset.io_cost[LRU_PROCESSES], 32);
    CHECK_EQ(guest->count.refault_pages, 3);
    guest_free(guest);
}

static void cost__fades(void)
{
    struct guest *guest = with_counts(1000, 1000, 1000, 1000);
    guest_workingset_cost(guest, LRU_PROCESSES, 10, 80);
    CHECK_EQ(guest->workingset.io_cost[LRU_PROCESSES], 400);
    guest_workingset_cost(guest, LRU_FILES, 0, 600); /* 1,000: a quarter of all pages */
    CHECK_EQ(guest->workingset.io_cost[LRU_FILES], 600);
    guest_workingset_cost(guest, LRU_FILES, 0, 2);
    CHECK_EQ(guest->workingset.io_cost[LRU_FILES], 301);
    CHECK_EQ(guest->workingset.io_cost[LRU_PROCESSES], 200);
    guest_free(guest);
}

static struct guest_op read_op(uint32_t file, uint32_t pages)
{
    return (struct guest_op){.kind = GUEST_OP_FILE_READ, .file = file, .bytes = pages * 4096ull};
}

#define PASSES 8

/* File 0, of 1,900 pages, is read twice and then left alone. File 1, of 3,000, is read again and
 * again. Some 4,000 pages of cache hold one and a half of them. Fills in what each pass read. */
static void loop(bool ignores_refaults, uint64_t read_pages[PASSES])
{
    static struct guest_op ops[2 + 2 * PASSES];
    ops[0] = ops[1] = read_op(0, 1900);
    for (int i = 0; i < PASSES; i++) {
        ops[2 + 2 * i] =
            (struct guest_op){.kind = GUEST_OP_SLEEP, .at_ns = (4 + 2 * (uint64_t)i) * SIM_SECOND};
        ops[3 + 2 * i] = read_op(1, 3000);
    }
    fake_hw_init(&fake, GUEST_LINUX_6, PAGES);
    fake.config.ignores_refaults = ignores_refaults;
    fake.config.swap_pages = 0;
    fake_hw_make(&fake);
    guest_files_new(fake.guest, 1, 1900 * 4096);
    guest_files_new(fake.guest, 1, 3000 * 4096);
    fake_hw_program_init(&program, ops, 2 + 2 * PASSES, 1, 0);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    uint64_t before = 1900;
    for (int pass = 0; pass < PASSES; pass++) {
        fake_hw_run(&fake, (5 + 2 * (uint64_t)pass) * SIM_SECOND);
        read_pages[pass] = fake_hw_status(&fake).disk_read_pages - before;
        before += read_pages[pass];
    }
    fake_hw_fini(&fake);
}

/* The loop is longer than the inactive list and would fit if old active pages went. In its second
 * pass each page comes back just after it went, and becomes active; from the third on all are hits.
 * Without refault distance there is never a hit. */
static void refault__a_loop_takes_the_room_of_idle_active_pages(void)
{
    uint64_t with[PASSES], without[PASSES];
    loop(true, without);
    loop(false, with);
    for (int pass = 0; pass < PASSES; pass++)
        CHECK_EQ(without[pass], 3000);
    CHECK_EQ(with[0], 3000);
    CHECK(with[1] <= 3000);
    for (int pass = 2; pass < PASSES; pass++)
        CHECK_EQ(with[pass], 0);
}

TEST_SUITE(guest_workingset, TEST(refault__is_recent_up_to_what_others_hold),
           TEST(refault__the_age_wraps), TEST(refault__of_the_working_set_costs_io),
           TEST(cost__fades), TEST(refault__a_loop_takes_the_room_of_idle_active_pages))
