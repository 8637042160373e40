/*
 * The compression cache between balloon and swap: what goes in, what leaves and in which order,
 * what a fault costs, and whom the memory is charged to.
 */
#include <stdlib.h>
#include <string.h>

#include "models/policy/mp_internal.h"
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

/* VM 0 holds so many of 1,000 pages and has no balloon driver; its target, when VM 1 comes. */
#define HELD   800u
#define TARGET 470u
#define LIMIT  80u /* machine pages: 10% of HELD */

/* Those that were tried, in order. */
static uint32_t tried[4 * HELD], tried_count;

static bool all_shrink(uint64_t contents)
{
    tried[tried_count++] = (uint32_t)contents;
    return true;
}

static bool even_shrink(uint64_t contents)
{
    return contents % 2 == 0;
}

static void start_with(struct fake *fake, bool (*shrinks)(uint64_t contents))
{
    tried_count = 0;
    fake_init(fake, 1000);
    fake->machine.swap_pages = 2000;
    fake->tunables.share_enabled = 0;
    fake->tunables.idle_tax_bp = 0;
    fake->tunables.compress_cache_bp = 1000;
    fake->shrinks = shrinks;
    fake_start(fake);
    fake_vm_start(fake, 0, HELD, 0, 1000);
    fake_fill(fake, 0, 0, HELD);
    fake_vm_start(fake, 1, HELD, 0, 1000);
}

static void check_contents(struct fake *fake)
{
    for (uint32_t ppn = 0; ppn < HELD; ppn++)
        CHECK_EQ(fake_read(fake, 0, ppn), fake_unique(0, ppn));
}

static void check_sizes(struct fake *fake, uint32_t alloc, uint32_t compressed, uint32_t swapped)
{
    struct mp_vm_status status = fake_vm_status(fake, 0);
    CHECK_EQ(status.alloc_pages, alloc);
    CHECK_EQ(status.compressed_pages, compressed);
    CHECK_EQ(status.compressed_memory_pages, (compressed + 1) / 2);
    CHECK_EQ(status.swapped_pages, swapped);
    CHECK_EQ(fake_status(fake).compressed_memory_pages, (compressed + 1) / 2);
    fake_check(fake);
}

/* A cache of 80 machine pages holds 160 pages, and is charged to the VM: 390 + 80 = 470. */
static void victim__goes_to_the_cache_first(void)
{
    struct fake fake;
    start_with(&fake, all_shrink);
    fake_run(&fake, 10 * FAKE_SECOND);
    check_sizes(&fake, TARGET - LIMIT, 2 * LIMIT, HELD - (TARGET - LIMIT) - 2 * LIMIT);
    CHECK_EQ(fake_vm_status(&fake, 0).compress_out_pages, HELD - (TARGET - LIMIT));
    CHECK_EQ(fake_vm_status(&fake, 0).swap_out_pages, HELD - (TARGET - LIMIT) - 2 * LIMIT);
    check_contents(&fake);
    fake_fini(&fake);
}

/* 1,000 pages, all of which shrink, and 10%: 200 pages in 100 machine pages. */
static void cache__a_thousand_pages(void)
{
    struct fake fake;
    fake_init(&fake, 1250);
    fake.tunables.share_enabled = 0;
    fake.tunables.idle_tax_bp = 0;
    fake.tunables.compress_cache_bp = 1000;
    fake_start(&fake);
    for (uint16_t vm = 0; vm < 2; vm++)
        fake_vm_start(&fake, vm, 1000, 0, 1000);
    fake_fill(&fake, 0, 0, 1000);
    CHECK_EQ(mp_compress_places(fake.mp, 1000), 201); /* one for the change of two pages */
    CHECK_EQ(mp_compress_places(fake.mp, 10), 3);
    CHECK_EQ(mp_compress_places(fake.mp, 9), 0);
    fake_run(&fake, 20 * FAKE_SECOND);
    struct mp_vm_status status = fake_vm_status(&fake, 0);
    CHECK(status.swapped_pages > 0);
    CHECK_EQ(status.compressed_pages, 200);
    CHECK_EQ(status.compressed_memory_pages, 100);
    CHECK_EQ(status.alloc_pages + 100, status.target_pages);
    fake_fini(&fake);
}

/* Small needs are met by compression alone: half of what is compressed is gained. */
static void cache__takes_all_while_there_is_room(void)
{
    struct fake fake;
    start_with(&fake, all_shrink);
    fake_vm_off(&fake, 1);
    fake_vm_start(&fake, 1, HELD, 0, 237); /* the target of VM 0 is a little below HELD */
    uint32_t target = fake.vms[0].decision.target_pages;
    CHECK(target > HELD - LIMIT && target < HELD);
    fake_run(&fake, 10 * FAKE_SECOND);
    uint32_t compressed = 2 * (HELD - target);
    check_sizes(&fake, HELD - compressed, compressed, 0);
    CHECK_EQ(fake_vm_status(&fake, 0).swap_out_pages, 0);
    fake_fini(&fake);
}

/* The pages that are written are those that were compressed first, in that order. */
static void cache__oldest_leaves_first(void)
{
    struct fake fake;
    start_with(&fake, all_shrink);
    fake_log_start(&fake);
    fake_run(&fake, 10 * FAKE_SECOND);
    uint32_t out = 0;
    for (const char *line = fake.log; (line = strstr(line, "out 0:")) != NULL; line++, out++) {
        if (!CHECK_EQ(strtoul(line + 6, NULL, 10), tried[out]))
            break;
    }
    CHECK_EQ(out, fake_vm_status(&fake, 0).swap_out_pages);
    CHECK_EQ(tried_count, out + 2 * LIMIT);
    for (uint32_t i = 0; i < tried_count; i++)
        CHECK_EQ(fake_backing(&fake, 0, tried[i]), i < out ? MP_SWAPPED : MP_COMPRESSED);
    fake_fini(&fake);
}

static void cache__takes_only_what_shrinks(void)
{
    struct fake fake;
    start_with(&fake, even_shrink);
    fake_run(&fake, 10 * FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 0).compressed_pages, 2 * LIMIT);
    uint32_t odd_swapped = 0;
    for (uint32_t ppn = 0; ppn < HELD; ppn++) {
        CHECK(fake_backing(&fake, 0, ppn) != MP_COMPRESSED || ppn % 2 == 0);
        odd_swapped += fake_backing(&fake, 0, ppn) == MP_SWAPPED && ppn % 2 == 1;
    }
    CHECK(odd_swapped > 100);
    check_contents(&fake);
    fake_fini(&fake);
}

static uint32_t find(const struct fake *fake, enum mp_backing backing)
{
    uint32_t ppn = 0;
    while (ppn < HELD && fake_backing(fake, 0, ppn) != backing)
        ppn++;
    CHECK(ppn < HELD);
    return ppn;
}

/* No device works, and nobody waits. */
static void fault__decompresses_at_once(void)
{
    struct fake fake;
    start_with(&fake, all_shrink);
    fake_run(&fake, 10 * FAKE_SECOND);
    uint32_t ppn = find(&fake, MP_COMPRESSED);
    struct mp_fault_work work;
    fake_log_start(&fake);
    uint64_t *contents = fake_open(&fake, 0, ppn, false, &work);
    if (!CHECK(contents != NULL))
        return;
    CHECK_EQ(*contents, fake_unique(0, ppn));
    CHECK(work.decompressed && !work.paged_in && !work.zeroed);
    CHECK(strstr(fake.log, "in 0:") == NULL);
    CHECK_CONTAINS(fake.log, " fault");
    CHECK_EQ(fake_vm_status(&fake, 0).compress_in_pages, 1);
    CHECK_EQ(fake_vm_status(&fake, 0).swap_in_pages, 0);
    CHECK_EQ(fake_vm_status(&fake, 0).refault_pages, 1);
    CHECK_EQ(fake_backing(&fake, 0, ppn), MP_PRIVATE);
    fake_write(&fake, 0, ppn, 7); /* it is like any other page again */
    fake_run(&fake, 11 * FAKE_SECOND);
    CHECK_EQ(fake_read(&fake, 0, ppn), 7);
    fake_fini(&fake);
}

/* Where nothing is free, the fault waits like that on an untouched page. */
static void fault__waits_for_memory(void)
{
    struct fake fake;
    start_with(&fake, all_shrink);
    fake_run(&fake, 10 * FAKE_SECOND);
    uint32_t ppn = find(&fake, MP_COMPRESSED), other = 0;
    struct mp_fault_work work;
    for (uint32_t i = 0; i < HELD; i++) /* nothing can leave */
        fake.vms[0].pages[i].pinned = fake.vms[1].pages[i].pinned = true;
    while (fake_status(&fake).free_pages > 0 && other < HELD)
        fake_open(&fake, 1, other++, true, NULL);
    CHECK_EQ(fake_status(&fake).free_pages, 0);
    CHECK(fake_open(&fake, 0, ppn, false, &work) == NULL);
    CHECK(!work.decompressed);
    fake_retries_clear(&fake);
    mp_page_unneeded(fake.mp, 1, 0, fake.now_ns);
    CHECK(fake_retried(&fake, 0, ppn));
    CHECK_EQ(fake_read(&fake, 0, ppn), fake_unique(0, ppn));
    fake_fini(&fake);
}

/* What the guest gives up is gone from the cache too. */
static void cache__forgets(void)
{
    struct fake fake;
    start_with(&fake, all_shrink);
    fake_run(&fake, 10 * FAKE_SECOND);
    fake_driver(&fake, 0, true);
    uint32_t ppn = find(&fake, MP_COMPRESSED);
    CHECK(mp_balloon_taken(fake.mp, 0, ppn, fake.now_ns));
    CHECK_EQ(fake_backing(&fake, 0, ppn), MP_BALLOONED);
    mp_balloon_returned(fake.mp, 0, ppn, fake.now_ns);
    CHECK_EQ(fake_read(&fake, 0, ppn), 0);
    ppn = find(&fake, MP_COMPRESSED);
    mp_page_unneeded(fake.mp, 0, ppn, fake.now_ns);
    CHECK_EQ(fake_backing(&fake, 0, ppn), MP_UNTOUCHED);
    fake_check(&fake);
    fake_vm_off(&fake, 0);
    CHECK_EQ(fake_status(&fake).compressed_memory_pages, 0);
    CHECK_EQ(fake_status(&fake).free_pages, 1000 - fake_status(&fake).in_use_pages);
    fake_fini(&fake);
}

/* With nothing left to compress, the cache itself goes: a target of 0 is reached. */
static void cache__leaves_where_nothing_else_can(void)
{
    struct fake fake;
    start_with(&fake, all_shrink);
    CHECK_EQ(mp_vm_configure(fake.mp, 0, 0, 0, fake.now_ns), MP_ADMITTED);
    while (fake_count(&fake, 0, MP_PRIVATE) > 0 && fake.now_ns < 30 * FAKE_SECOND)
        fake_run(&fake, fake.now_ns + 10 * FAKE_MS);
    CHECK(fake_count(&fake, 0, MP_COMPRESSED) > 32);
    fake.now_ns += 100 * FAKE_MS;
    fake_tick(&fake);
    CHECK(fake.io_count > 1); /* there is memory to write them from together */
    fake_run(&fake, 30 * FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 0);
    check_sizes(&fake, 0, 0, HELD);
    check_contents(&fake);
    fake_fini(&fake);
}

/* The min is of what a VM holds, its cache included. */
static void cache__counts_for_the_min(void)
{
    struct fake fake;
    start_with(&fake, all_shrink);
    CHECK_EQ(mp_vm_configure(fake.mp, 0, 0, 700, fake.now_ns), MP_ADMITTED);
    fake_run(&fake, 30 * FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 700);
    check_sizes(&fake, 620, 160, 20);
    fake_fini(&fake);
}

/* A pinned page stays where it is, and with it all that came after it. */
static void cache__oldest_is_pinned(void)
{
    struct fake fake;
    start_with(&fake, all_shrink);
    fake_run(&fake, 10 * FAKE_SECOND);
    uint32_t oldest = tried[fake_vm_status(&fake, 0).swap_out_pages];
    CHECK_EQ(fake_backing(&fake, 0, oldest), MP_COMPRESSED);
    fake.vms[0].pages[oldest].pinned = true;
    CHECK_EQ(mp_vm_configure(fake.mp, 0, 100, 0, fake.now_ns), MP_ADMITTED);
    fake_run(&fake, 30 * FAKE_SECOND);
    struct mp_vm_status status = fake_vm_status(&fake, 0);
    CHECK_EQ(fake_backing(&fake, 0, oldest), MP_COMPRESSED);
    CHECK_EQ(status.compressed_pages, 2 * LIMIT);
    CHECK_EQ(status.alloc_pages + LIMIT, status.target_pages);
    fake.vms[0].pages[oldest].pinned = false;
    check_contents(&fake);
    fake_fini(&fake);
}

/* A write that fails, or is refused, leaves the page in memory. */
static void leaver__whose_write_fails(void)
{
    struct fake fake;
    start_with(&fake, all_shrink);
    for (int round = 0; round < 40; round++) {
        fake.accept_pages = round % 3 == 0 ? 2 : UINT32_MAX;
        while (fake.io_count > 0)
            fake_io_end(&fake, 0, round % 2 == 0);
        fake.now_ns += 100 * FAKE_MS;
        fake_tick(&fake);
        fake_check(&fake);
    }
    fake.accept_pages = UINT32_MAX;
    fake_run(&fake, 60 * FAKE_SECOND);
    check_sizes(&fake, TARGET - LIMIT, 2 * LIMIT, HELD - (TARGET - LIMIT) - 2 * LIMIT);
    check_contents(&fake);
    fake_fini(&fake);
}

static void start_sharing(struct fake *fake)
{
    fake_init(fake, 1000);
    fake->machine.swap_pages = 2000;
    fake->tunables.idle_tax_bp = 0;
    fake->tunables.compress_cache_bp = 1000;
    fake_start(fake);
    fake_vm_start(fake, 0, HELD, 0, 1000);
}

/* Equal pages are shared before any is compressed; one that is shared is not compressed. */
static void victim__is_shared_first(void)
{
    struct fake fake;
    start_sharing(&fake);
    for (uint32_t ppn = 0; ppn < HELD; ppn++)
        fake_write(&fake, 0, ppn, 1 + ppn / 2);
    fake_vm_start(&fake, 1, HELD, 0, 1000);
    fake_run(&fake, 10 * FAKE_SECOND);
    CHECK(fake_vm_status(&fake, 0).shared_before_swap_pages > 0);
    for (uint32_t ppn = 0; ppn < HELD; ppn++)
        CHECK_EQ(fake_read(&fake, 0, ppn), 1 + ppn / 2);
    fake_fini(&fake);
}

/* A page whose copies are gone is as good as private: it goes into the cache, and is no more
 * shared. */
static void victim__the_last_copy_is_compressed(void)
{
    struct fake fake;
    start_sharing(&fake);
    for (uint32_t ppn = 0; ppn < HELD; ppn++) { /* pairs; then one of each is on its own */
        fake_write(&fake, 0, ppn, 1 + ppn / 2);
        mp_share_page(fake.mp, 0, ppn, fake.now_ns);
    }
    CHECK_EQ(fake_count(&fake, 0, MP_SHARED), HELD);
    for (uint32_t ppn = 0; ppn < HELD; ppn += 2)
        fake_write(&fake, 0, ppn, fake_unique(0, ppn));
    CHECK_EQ(fake_count(&fake, 0, MP_SHARED), HELD / 2);
    fake_vm_start(&fake, 1, HELD, 0, 1000);
    fake_run(&fake, 10 * FAKE_SECOND);
    uint32_t last_copies = 0;
    for (uint32_t ppn = 1; ppn < HELD; ppn += 2)
        last_copies += fake_backing(&fake, 0, ppn) == MP_COMPRESSED;
    CHECK_EQ(fake_vm_status(&fake, 0).compressed_pages, 2 * LIMIT);
    CHECK_NEAR(last_copies, LIMIT, LIMIT / 2);
    fake_check(&fake);
    for (uint32_t ppn = 0; ppn < HELD; ppn++)
        CHECK_EQ(fake_read(&fake, 0, ppn), ppn % 2 ? 1 + ppn / 2 : fake_unique(0, ppn));
    fake_fini(&fake);
}

/* Two compressed pages that the guest gives up are a machine page, which a fault waits for. */
static void cache__what_it_gives_back_ends_a_wait(void)
{
    struct fake fake;
    start_with(&fake, all_shrink);
    fake_run(&fake, 10 * FAKE_SECOND);
    uint32_t other = 0;
    for (uint32_t ppn = 0; ppn < HELD; ppn++) /* nothing else can leave */
        fake.vms[0].pages[ppn].pinned = fake.vms[1].pages[ppn].pinned = true;
    while (fake_status(&fake).free_pages > 0 && other < HELD)
        fake_open(&fake, 1, other++, true, NULL);
    CHECK(fake_open(&fake, 1, other, true, NULL) == NULL);
    fake_retries_clear(&fake);
    for (int i = 0; i < 20 && fake_status(&fake).free_pages == 0; i++)
        mp_page_unneeded(fake.mp, 0, find(&fake, MP_COMPRESSED), fake.now_ns);
    CHECK_EQ(fake_status(&fake).free_pages, 1);
    CHECK_EQ(fake.retry_count, 1);
    fake_fini(&fake);
}

static void verify__finds_damage(void)
{
    struct fake fake;
    start_with(&fake, all_shrink);
    fake_run(&fake, 10 * FAKE_SECOND);
    struct mp_vm *vm = &fake.mp->vms[0];
    uint32_t place = vm->oldest_place, next = vm->cached[place].newer;
#define DAMAGE(field, value, what)                                                                 \
    do {                                                                                           \
        uint32_t was = (field);                                                                    \
        (field) = (value);                                                                         \
        CHECK_TEXT(mp_verify(fake.mp), what);                                                      \
        (field) = was;                                                                             \
    } while (0)
    DAMAGE(vm->cached[place].ppn, vm->cached[next].ppn,
           "a place of the compression cache has no page");
    DAMAGE(vm->cached[place].newer, vm->cached[next].newer,
           "a place of the compression cache has no page");
    DAMAGE(vm->cached[place].newer, MP_NO_PAGE, "a compressed page has no place");
    DAMAGE(vm->oldest_place, MP_NO_PAGE, "a compressed page has no place");
    DAMAGE(vm->newest_place, place, "a compressed page has no place");
    DAMAGE(vm->cache_places, 2 * LIMIT, "a compression cache is over its limit");
    DAMAGE(vm->compressed_memory_pages, LIMIT + 1,
           "the memory of compressed pages is counted wrongly");
    DAMAGE(fake.mp->compressed_memory_pages, LIMIT + 1,
           "the memory of all compression caches is counted wrongly");
    fake_fini(&fake);

    start_with(&fake, all_shrink); /* as many pages as places: there is none for the change */
    fake_vm_off(&fake, 1);
    fake_vm_start(&fake, 1, HELD, 0, 237);
    fake_run(&fake, 10 * FAKE_SECOND);
    vm = &fake.mp->vms[0];
    CHECK(vm->pages[MP_COMPRESSED] > 0);
    CHECK_EQ(vm->fresh_place, vm->pages[MP_COMPRESSED]);
    DAMAGE(vm->cache_places, vm->pages[MP_COMPRESSED], "a compression cache is over its limit");
    fake_fini(&fake);
}

TEST_SUITE(policy_compress, TEST(victim__goes_to_the_cache_first), TEST(cache__a_thousand_pages),
           TEST(cache__takes_all_while_there_is_room), TEST(cache__oldest_leaves_first),
           TEST(cache__takes_only_what_shrinks), TEST(fault__decompresses_at_once),
           TEST(fault__waits_for_memory), TEST(cache__forgets),
           TEST(cache__leaves_where_nothing_else_can), TEST(cache__counts_for_the_min),
           TEST(cache__oldest_is_pinned), TEST(leaver__whose_write_fails),
           TEST(victim__is_shared_first), TEST(victim__the_last_copy_is_compressed),
           TEST(cache__what_it_gives_back_ends_a_wait), TEST(verify__finds_damage))
