/* Faults: what backs a page, and what a touch of it finds (sections 2, 3). */
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

static void start(struct fake *fake, uint32_t machine_pages)
{
    fake_init(fake, machine_pages);
    fake->tunables.share_enabled = 0;
    fake_start(fake);
}

static void fault__first_touch_is_zeroed(void)
{
    struct fake fake;
    struct mp_fault_work work;
    uint64_t contents = 1;
    start(&fake, 1000);
    fake_vm_start(&fake, 0, 100, 0, 1000);
    CHECK_EQ(fake_backing(&fake, 0, 7), MP_UNTOUCHED);
    fake_log_start(&fake);
    CHECK(fake_access(&fake, 0, 7, false, &contents, &work));
    CHECK_EQ(contents, 0);
    CHECK(work.zeroed && !work.copied && !work.paged_in && !work.popped);
    CHECK_EQ(fake_backing(&fake, 0, 7), MP_PRIVATE);
    char expected[100];
    uint32_t mpn = mp_pmap(fake.mp, 0)[7].where;
    snprintf(expected, sizeof expected, "zero %u\nmap 0:7 %u rw\n", mpn, mpn);
    CHECK_TEXT(fake.log, expected);
    fake_fini(&fake);
}

static void fault__again_of_a_mapped_page_is_harmless(void)
{
    struct fake fake;
    struct mp_fault_work work;
    start(&fake, 1000);
    fake_vm_start(&fake, 0, 100, 0, 1000);
    fake_write(&fake, 0, 3, 33);
    CHECK_EQ(mp_fault(fake.mp, 0, 3, true, 0, &work), MP_FAULT_DONE);
    CHECK(!work.zeroed && !work.copied);
    CHECK_EQ(mp_fault(fake.mp, 0, 3, false, 0, NULL), MP_FAULT_DONE);
    CHECK_EQ(fake_read(&fake, 0, 3), 33);
    CHECK_EQ(fake_vm_status(&fake, 0).alloc_pages, 1);
    fake_fini(&fake);
}

static void fault__machine_pages_are_not_given_twice(void)
{
    struct fake fake;
    start(&fake, 1000);
    fake_vm_start(&fake, 0, 400, 0, 1000);
    fake_vm_start(&fake, 1, 400, 0, 1000);
    fake_fill(&fake, 0, 0, 400);
    fake_fill(&fake, 1, 0, 400);
    CHECK_EQ(fake_status(&fake).in_use_pages, 800);
    CHECK_EQ(fake_status(&fake).free_pages, 200);
    for (uint32_t ppn = 0; ppn < 400; ppn++) {
        CHECK_EQ(fake_read(&fake, 0, ppn), fake_unique(0, ppn));
        CHECK_EQ(fake_read(&fake, 1, ppn), fake_unique(1, ppn));
    }
    fake_fini(&fake);
}

static void fault__a_freed_page_does_not_leak(void)
{
    struct fake fake;
    start(&fake, 500);
    fake_vm_start(&fake, 0, 450, 0, 1000);
    fake_fill(&fake, 0, 0, 450);
    fake_vm_off(&fake, 0);
    CHECK_EQ(fake_status(&fake).free_pages, 500);
    fake_vm_start(&fake, 1, 450, 0, 1000);
    for (uint32_t ppn = 0; ppn < 450; ppn++)
        CHECK_EQ(fake_read(&fake, 1, ppn), 0);
    fake_fini(&fake);
}

/* A VM of twice the machine: every page is written and read, most of them by way of swap. */
static void fault__waits_for_memory_and_loses_nothing(void)
{
    struct fake fake;
    start(&fake, 500);
    fake_vm_start(&fake, 0, 500, 100, 1000);
    fake_vm_start(&fake, 1, 100, 100, 1000);
    fake_fill(&fake, 1, 0, 100);
    fake_fill(&fake, 0, 0, 500);
    CHECK(fake_vm_status(&fake, 0).swap_out_pages >= 100);
    fake_check(&fake);
    for (uint32_t ppn = 0; ppn < 500; ppn++)
        CHECK_EQ(fake_read(&fake, 0, ppn), fake_unique(0, ppn));
    for (uint32_t ppn = 0; ppn < 100; ppn++)
        CHECK_EQ(fake_read(&fake, 1, ppn), fake_unique(1, ppn));
    fake_fini(&fake);
}

static void fault__with_no_memory_waits_and_is_retried(void)
{
    struct fake fake;
    uint64_t contents = 0;
    start(&fake, 500);
    fake.accept_pages = 0; /* nothing can be paged out yet */
    fake_vm_start(&fake, 0, 300, 0, 1000);
    fake_vm_start(&fake, 1, 300, 0, 1000);
    fake_fill(&fake, 0, 0, 300);
    uint32_t ppn = 0;
    while (ppn < 300 && fake_access(&fake, 1, ppn, false, &contents, NULL))
        ppn++;
    CHECK(ppn >= 150 && ppn <= 200);
    CHECK(!fake_access(&fake, 1, ppn, true, &contents, NULL)); /* a second wait for the same */
    CHECK(!fake_retried(&fake, 1, ppn));
    fake_check(&fake);
    fake.accept_pages = UINT32_MAX;
    fake_run(&fake, fake.now_ns + 20 * FAKE_SECOND);
    CHECK(fake_retried(&fake, 1, ppn));
    CHECK(fake_access(&fake, 1, ppn, false, &contents, NULL));
    fake_fini(&fake);
}

/* However many faults wait, none is forgotten. */
static void fault__many_wait(void)
{
    const uint32_t waiting = 100;
    struct fake fake;
    uint64_t contents = 0;
    start(&fake, 500);
    fake.accept_pages = 0;
    fake_vm_start(&fake, 0, 300, 0, 1000);
    fake_vm_start(&fake, 1, 300, 0, 1000);
    fake_fill(&fake, 0, 0, 300);
    fake_fill(&fake, 1, 0, 200);
    for (uint32_t i = 0; i < waiting; i++)
        CHECK(!fake_access(&fake, 1, 200 + i, false, &contents, NULL));
    fake.accept_pages = UINT32_MAX;
    for (int round = 0; round < 50; round++) {
        fake_retries_clear(&fake);
        fake_run(&fake, fake.now_ns + FAKE_SECOND);
        for (uint32_t i = 0; i < waiting; i++) {
            if (fake_retried(&fake, 1, 200 + i))
                fake_access(&fake, 1, 200 + i, false, &contents, NULL);
        }
    }
    for (uint32_t i = 0; i < waiting; i++)
        CHECK(fake_backing(&fake, 1, 200 + i) != MP_UNTOUCHED);
    fake_fini(&fake);
}

static void fault__waiting_ends_with_the_vm(void)
{
    struct fake fake;
    uint64_t contents = 0;
    start(&fake, 500);
    fake.accept_pages = 0;
    fake_vm_start(&fake, 0, 300, 0, 1000);
    fake_vm_start(&fake, 1, 300, 0, 1000);
    fake_fill(&fake, 0, 0, 300);
    uint32_t ppn = 0;
    while (ppn < 300 && fake_access(&fake, 1, ppn, false, &contents, NULL))
        ppn++;
    fake_vm_off(&fake, 1); /* `retry` of a VM that is off would be complained about */
    fake.accept_pages = UINT32_MAX;
    fake_run(&fake, fake.now_ns + 20 * FAKE_SECOND);
    CHECK(!fake_retried(&fake, 1, ppn));
    fake_fini(&fake);
}

/* configured = alloc + ballooned + swapped + untouched, with all four present. */
static void vm_status__sums_equal_their_parts(void)
{
    struct fake fake;
    start(&fake, 1000);
    fake_vm_start(&fake, 0, 900, 100, 1000);
    fake_driver(&fake, 0, true);
    fake_fill(&fake, 0, 0, 800);
    fake_vm_start(&fake, 1, 800, 500, 4000);
    fake_run(&fake, 20 * FAKE_SECOND);
    fake_balloon_poll(&fake, 0, 50);
    fake_driver(&fake, 0, true); /* the driver starts anew: what it held has nothing behind it */
    fake_balloon_poll(&fake, 0, 60);
    fake_fill(&fake, 1, 0, 600);
    fake_run(&fake, 60 * FAKE_SECOND);
    struct mp_vm_status status = fake_vm_status(&fake, 0);
    CHECK_EQ(status.alloc_pages + status.ballooned_pages + status.swapped_pages +
                 status.untouched_pages,
             900);
    CHECK_EQ(status.ballooned_pages, 60);
    CHECK(status.swapped_pages > 0);
    CHECK(status.untouched_pages > 0);
    CHECK_EQ(status.alloc_pages, fake_count(&fake, 0, MP_PRIVATE) +
                                     fake_count(&fake, 0, MP_PAGING_OUT) +
                                     fake_count(&fake, 0, MP_PAGING_IN));
    CHECK_EQ(status.ballooned_pages, fake_count(&fake, 0, MP_BALLOONED));
    CHECK_EQ(status.swapped_pages, fake_count(&fake, 0, MP_SWAPPED));
    CHECK_EQ(status.untouched_pages, fake_count(&fake, 0, MP_UNTOUCHED));
    fake_fini(&fake);
}

/* ---- Colours (3.2, footnote 2) ------------------------------------------------------------- */

#define COLOURS 8u

static uint32_t matches(const struct fake *fake, uint32_t pages)
{
    uint32_t count = 0;
    for (uint32_t ppn = 0; ppn < pages; ppn++) {
        const struct mp_pmap_entry *entry = &mp_pmap(fake->mp, 0)[ppn];
        count += entry->backing == MP_PRIVATE && entry->where % COLOURS == ppn % COLOURS;
    }
    return count;
}

static void start_of_colours(struct fake *fake, uint32_t machine_pages, uint32_t colours)
{
    fake_init(fake, machine_pages);
    fake->tunables.share_enabled = 0;
    fake->tunables.page_colours = colours;
    fake_start(fake);
}

static void start_coloured(struct fake *fake, uint32_t machine_pages)
{
    start_of_colours(fake, machine_pages, COLOURS);
}

static void colour__every_page_gets_its_own(void)
{
    struct fake fake;
    start_coloured(&fake, 1000);
    fake_vm_start(&fake, 0, 801, 0, 1000);
    for (uint32_t ppn = 801; ppn-- > 0;) /* in no order that the allocator would choose itself */
        fake_write(&fake, 0, ppn, ppn + 1);
    CHECK_EQ(matches(&fake, 801), 801);
    CHECK_EQ(fake_status(&fake).colour_requests, 801);
    CHECK_EQ(fake_status(&fake).colour_matches, 801);
    fake_fini(&fake);
}

/* 512 colours have two pages each. */
static void colour__two_pages_of_each(void)
{
    struct fake fake;
    start_of_colours(&fake, 1024, 512);
    fake_vm_start(&fake, 0, 800, 0, 1000);
    fake_fill(&fake, 0, 0, 800);
    CHECK_EQ(fake_status(&fake).colour_matches, 800);
    fake_fini(&fake);
    start_of_colours(&fake, 1024, 3); /* no power of two */
    fake_vm_start(&fake, 0, 800, 0, 1000);
    fake_fill(&fake, 0, 0, 800);
    CHECK_EQ(fake_status(&fake).colour_matches, 800);
    fake_fini(&fake);
}

/* 5,000 pages of one colour of two are taken, and nobody looks at more than 4,096 for one page: it
 * gets another one, and the next look goes on from there. */
static void colour__looks_have_a_bound(void)
{
    struct fake fake;
    start_of_colours(&fake, 12000, 2);
    fake_vm_start(&fake, 0, 11000, 0, 1000);
    for (uint32_t ppn = 0; ppn < 10000; ppn += 2)
        fake_write(&fake, 0, ppn, 1);
    mp_page_unneeded(fake.mp, 0, 0, fake.now_ns);
    fake_write(&fake, 0, 10000, 1); /* on the page that has become free */
    uint64_t matches = fake_status(&fake).colour_matches;
    CHECK_EQ(matches, 5001);
    fake_write(&fake, 0, 10002, 1);
    CHECK_EQ(fake_status(&fake).colour_matches, matches);
    fake_write(&fake, 0, 10004, 1);
    CHECK_EQ(fake_status(&fake).colour_matches, matches + 1);
    fake_fini(&fake);
}

/* 1,000 machine pages have 125 of each colour; of one colour 200 pages are asked for. */
static void colour__another_where_there_is_none(void)
{
    struct fake fake;
    start_coloured(&fake, 1000);
    fake_vm_start(&fake, 0, 1600, 0, 1000);
    for (uint32_t ppn = 3; ppn < 1600; ppn += COLOURS)
        fake_write(&fake, 0, ppn, ppn + 1);
    CHECK_EQ(fake_vm_status(&fake, 0).alloc_pages, 200);
    CHECK_EQ(fake_status(&fake).colour_requests, 200);
    CHECK_EQ(fake_status(&fake).colour_matches, 125);
    CHECK_EQ(matches(&fake, 1600), 125);
    fake_fini(&fake);
}

/* A page that comes back is found, though the look for its colour has gone beyond it. */
static void colour__finds_what_was_given_back(void)
{
    struct fake fake;
    start_coloured(&fake, 1000);
    fake_vm_start(&fake, 0, 800, 0, 1000);
    fake_vm_start(&fake, 1, 800, 0, 1000);
    for (uint32_t ppn = 3; ppn < 800; ppn += COLOURS)
        fake_write(&fake, 1, ppn, 7);
    for (uint32_t ppn = 3; ppn < 203; ppn += COLOURS)
        fake_write(&fake, 0, ppn, 7);
    CHECK_EQ(fake_status(&fake).colour_matches, 125);
    fake_write(&fake, 0, 211, 7);
    CHECK_EQ(fake_status(&fake).colour_matches, 125);
    fake_vm_off(&fake, 1);
    fake_write(&fake, 0, 219, 7);
    CHECK_EQ(fake_status(&fake).colour_matches, 126);
    fake_fini(&fake);
}

/* The library has set memory aside for this number of colours. */
static void colour__their_number_stays(void)
{
    struct fake fake;
    start_coloured(&fake, 1000);
    fake_vm_start(&fake, 0, 800, 0, 1000);
    fake.tunables.page_colours = 1024;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    for (uint32_t ppn = 0; ppn < 400; ppn++)
        fake_write(&fake, 0, ppn, 7);
    CHECK_EQ(matches(&fake, 400), 400);
    fake_fini(&fake);
    uint32_t bytes = (uint32_t)fake.buffer_bytes;
    fake_init(&fake, 1000);
    fake.tunables.share_enabled = 0;
    fake_start(&fake);
    CHECK_EQ(bytes, fake.buffer_bytes + 2 * 64); /* for low and high memory */
    fake_fini(&fake);
}

/* Two VMs fill memory, and nothing can be paged out. */
static void start_full(struct fake *fake)
{
    start(fake, 500);
    fake->accept_pages = 0;
    fake_vm_start(fake, 0, 300, 0, 1000);
    fake_vm_start(fake, 1, 300, 0, 1000);
    fake_driver(fake, 0, true);
    fake_fill(fake, 0, 0, 300);
    fake_fill(fake, 1, 0, 200);
    CHECK_EQ(fake_status(fake).free_pages, 0);
}

/* It need not wait for the next poll. */
static void fault__tries_again_when_a_page_is_freed(void)
{
    struct fake fake;
    start_full(&fake);
    CHECK(!fake_access(&fake, 1, 200, true, &(uint64_t){1}, NULL));
    CHECK(!fake_access(&fake, 1, 201, true, &(uint64_t){1}, NULL));
    fake_tick(&fake);
    CHECK_EQ(fake.retry_count, 0);
    mp_balloon_taken(fake.mp, 0, 7, fake.now_ns);
    CHECK_EQ(fake.retry_count, 1); /* one page, one try: the one that waits for longest */
    CHECK(fake_retried(&fake, 1, 200));
    CHECK(fake_access(&fake, 1, 200, true, &(uint64_t){1}, NULL));
    mp_balloon_taken(fake.mp, 0, 8, fake.now_ns);
    CHECK_EQ(fake.retry_count, 2);
    CHECK(fake_retried(&fake, 1, 201));
    fake_fini(&fake);
}

/* 16 by name, in their order, and then all of them at once. */
static void fault__more_wait_than_are_remembered(void)
{
    struct fake fake;
    start_full(&fake);
    for (uint32_t i = 0; i < 20; i++) {
        CHECK(!fake_access(&fake, 1, 200 + i, true, &(uint64_t){1}, NULL));
        CHECK(!fake_access(&fake, 1, 200 + i, true, &(uint64_t){1}, NULL)); /* is known */
    }
    for (uint32_t i = 0; i < 16; i++) {
        CHECK_EQ(fake.retry_count, i);
        mp_balloon_taken(fake.mp, 0, i, fake.now_ns);
        CHECK_EQ(fake.retries[i].vm, 1);
        CHECK_EQ(fake.retries[i].ppn, 200 + i);
        if (i < 15)
            CHECK(fake_access(&fake, 1, 200 + i, true, &(uint64_t){1}, NULL));
    }
    CHECK_EQ(fake.retry_count, 17);
    CHECK_EQ(fake.retries[16].ppn, MP_NO_PAGE);
    CHECK(fake_access(&fake, 1, 215, true, &(uint64_t){1}, NULL));
    CHECK(!fake_access(&fake, 1, 216, true, &(uint64_t){1}, NULL)); /* one that is remembered */
    mp_balloon_taken(fake.mp, 0, 16, fake.now_ns);
    CHECK_EQ(fake.retry_count, 18);
    CHECK_EQ(fake.retries[17].ppn, 216);
    fake_fini(&fake);
}

TEST_SUITE(policy_pages, TEST(fault__first_touch_is_zeroed),
           TEST(fault__again_of_a_mapped_page_is_harmless),
           TEST(fault__machine_pages_are_not_given_twice), TEST(fault__a_freed_page_does_not_leak),
           TEST(fault__waits_for_memory_and_loses_nothing),
           TEST(fault__with_no_memory_waits_and_is_retried), TEST(fault__many_wait),
           TEST(fault__waiting_ends_with_the_vm), TEST(vm_status__sums_equal_their_parts),
           TEST(colour__every_page_gets_its_own), TEST(colour__two_pages_of_each),
           TEST(colour__looks_have_a_bound), TEST(colour__another_where_there_is_none),
           TEST(colour__finds_what_was_given_back), TEST(colour__their_number_stays),
           TEST(fault__tries_again_when_a_page_is_freed),
           TEST(fault__more_wait_than_are_remembered))
