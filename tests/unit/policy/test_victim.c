/*
 * Which pages leave: VM 0 holds 800 of 1,000 pages; when VM 1 comes, 330 of them must go.
 */
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#define HELD   800u
#define TARGET 470u

static void start_with(struct fake *fake, uint32_t victim, uint32_t share_enabled,
                       uint64_t hash_mask)
{
    fake_init(fake, 1000);
    fake->machine.swap_pages = 2000;
    fake->hash_mask = hash_mask;
    fake->tunables.share_enabled = share_enabled;
    fake->tunables.idle_tax_bp = 0;
    fake->tunables.swap_victim = victim;
    fake_start(fake);
    fake_vm_start(fake, 0, HELD, 0, 1000);
    fake_fill(fake, 0, 0, HELD);
}

static void start(struct fake *fake, uint32_t victim)
{
    start_with(fake, victim, 0, UINT64_MAX);
}

static uint32_t swapped_below(const struct fake *fake, uint32_t end)
{
    uint32_t count = 0;
    for (uint32_t ppn = 0; ppn < end; ppn++)
        count += fake_backing(fake, 0, ppn) == MP_SWAPPED;
    return count;
}

static void squeeze(struct fake *fake)
{
    fake_vm_start(fake, 1, HELD, 0, 1000);
    fake_run(fake, fake->now_ns + 4 * FAKE_SECOND);
    CHECK(fake_count(fake, 0, MP_SWAPPED) >= HELD - TARGET);
}

/* For a minute the first 400 pages are read every 2 s, and the others never. */
static void keep_400_hot(struct fake *fake)
{
    for (int i = 0; i < 30; i++) {
        fake_run(fake, fake->now_ns + 2 * FAKE_SECOND);
        for (uint32_t ppn = 0; ppn < 400; ppn++)
            fake_read(fake, 0, ppn);
    }
}

static void victim__lru_spares_what_is_touched(void)
{
    struct fake fake;
    start(&fake, 1);
    keep_400_hot(&fake);
    squeeze(&fake);
    CHECK_EQ(swapped_below(&fake, 400), 0);
    fake_fini(&fake);
}

/* All hashes are equal, so the scanner compares every page, and makes it read-only for that. */
static void victim__lru_spares_what_is_touched_while_sharing(void)
{
    struct fake fake;
    start_with(&fake, 1, 1, 0);
    keep_400_hot(&fake);
    CHECK(fake_status(&fake).false_matches > 400);
    squeeze(&fake);
    CHECK_EQ(swapped_below(&fake, 400), 0);
    fake_fini(&fake);
}

static void victim__clock_goes_in_order(void)
{
    struct fake fake;
    start(&fake, 2);
    squeeze(&fake);
    uint32_t swapped = fake_count(&fake, 0, MP_SWAPPED);
    CHECK_EQ(swapped_below(&fake, swapped), swapped);
    fake_fini(&fake);
}

static void victim__random_takes_of_everything(void)
{
    struct fake fake;
    start(&fake, 0);
    squeeze(&fake);
    CHECK(swapped_below(&fake, 400) > 120);
    CHECK(swapped_below(&fake, 400) < 210);
    fake_fini(&fake);
}

static void victim__none_where_all_are_pinned(void)
{
    for (uint32_t victim = 0; victim <= 2; victim++) {
        struct fake fake;
        start(&fake, victim);
        for (uint32_t ppn = 0; ppn < HELD; ppn++)
            fake.vms[0].pages[ppn].pinned = true;
        fake_vm_start(&fake, 1, HELD, 0, 1000);
        fake_run(&fake, fake.now_ns + FAKE_SECOND);
        CHECK_EQ(fake_count(&fake, 0, MP_SWAPPED), 0);
        fake_fini(&fake);
    }
}

static void read_pages(struct fake *fake, uint32_t from, uint32_t to)
{
    for (uint32_t ppn = from; ppn < to; ppn++)
        fake_read(fake, 0, ppn);
}

/* The first 400 pages are untouched for 30 s, the others for a minute. */
static void victim__lru_takes_the_longest_untouched(void)
{
    struct fake fake;
    start(&fake, 1);
    fake_run(&fake, 7 * FAKE_SECOND);
    read_pages(&fake, 400, HELD);
    fake_run(&fake, 37 * FAKE_SECOND);
    read_pages(&fake, 0, 400);
    fake_run(&fake, 67 * FAKE_SECOND);
    squeeze(&fake);
    CHECK_EQ(swapped_below(&fake, 400), 0);
    fake_fini(&fake);
}

/* 70 to 75 s without a touch are less than 75 to 80 s, and then there is no difference any more. */
static void victim__lru_tells_sixteen_ages(void)
{
    struct fake fake;
    start(&fake, 1);
    fake_run(&fake, 22 * FAKE_SECOND);
    read_pages(&fake, 400, HELD);
    fake_run(&fake, 27 * FAKE_SECOND);
    read_pages(&fake, 0, 400);
    fake_run(&fake, 100 * FAKE_SECOND);
    squeeze(&fake);
    CHECK_EQ(swapped_below(&fake, 400), 0);
    fake_fini(&fake);
}

static void victim__lru_ages_do_not_wrap(void)
{
    struct fake fake;
    start(&fake, 1);
    for (int i = 0; i < 41; i++) { /* what is untouched has grown older 16 times */
        fake_run(&fake, fake.now_ns + 2 * FAKE_SECOND);
        read_pages(&fake, 0, 400);
    }
    squeeze(&fake);
    CHECK_EQ(swapped_below(&fake, 400), 0);
    fake_fini(&fake);
}

/* Of pages that are equally old the hand takes the next ones. */
static void victim__lru_leaves_in_order_among_equals(void)
{
    struct fake fake;
    start(&fake, 1);
    fake_run(&fake, 31 * FAKE_SECOND);
    squeeze(&fake);
    uint32_t swapped = fake_count(&fake, 0, MP_SWAPPED);
    CHECK_EQ(swapped_below(&fake, swapped), swapped);
    fake_fini(&fake);
}

/* The hand has passed all pages, and ten have left, when the first 400 are touched. */
static void victim__clock_gives_a_second_chance(void)
{
    struct fake fake;
    start(&fake, 2);
    fake_run(&fake, FAKE_SECOND);
    fake_vm_start(&fake, 1, HELD, 0, 190); /* 940 pages x 1000 / 1190 are left to VM 0 */
    fake_io_end_all(&fake);
    CHECK_EQ(fake_count(&fake, 0, MP_SWAPPED), 10);
    CHECK_EQ(swapped_below(&fake, 10), 10);
    read_pages(&fake, 10, 400);
    CHECK_EQ(mp_vm_configure(fake.mp, 1, 1000, 0, fake.now_ns), MP_ADMITTED);
    fake_run(&fake, fake.now_ns + 2 * FAKE_SECOND);
    CHECK_EQ(fake_count(&fake, 0, MP_SWAPPED), HELD - TARGET);
    CHECK_EQ(swapped_below(&fake, 400), 10);
    CHECK_EQ(swapped_below(&fake, 400 + HELD - TARGET - 10), HELD - TARGET);
    fake_fini(&fake);
}

/* The PPN of a page of eight groups, in rising or falling order. */
static uint32_t ppn_of(uint32_t group, uint32_t page, bool is_rising)
{
    return (is_rising ? group : 7 - group) * 100 + page;
}

static void read_group(struct fake *fake, uint32_t group, bool is_rising)
{
    for (uint32_t page = 0; page < 100; page++)
        fake_read(fake, 0, ppn_of(group, page, is_rising));
}

/* Eight groups of 100 pages, the last one untouched for longest, and no page of the third age. */
static void victim__lru_goes_from_age_to_age(void)
{
    static const uint32_t expected[] = {0, 0, 0, 30, 100, 0, 100, 100};
    for (int is_rising = 0; is_rising < 2; is_rising++) {
        struct fake fake;
        start(&fake, 1);
        for (uint32_t group = 7; group > 0; group--) {
            fake_run(&fake, (5 * (7 - group) + 2) * FAKE_SECOND);
            read_group(&fake, group - 1, is_rising);
        }
        read_group(&fake, 5, is_rising);
        fake_run(&fake, 36 * FAKE_SECOND);
        fake_vm_start(&fake, 1, HELD, 0, 1000);
        fake_run(&fake, fake.now_ns + 3 * FAKE_SECOND);
        for (uint32_t group = 0; group < 8; group++) {
            uint32_t swapped = 0;
            for (uint32_t page = 0; page < 100; page++)
                swapped += fake_backing(&fake, 0, ppn_of(group, page, is_rising)) == MP_SWAPPED;
            CHECK_EQ(swapped, expected[group]);
        }
        fake_fini(&fake);
    }
}

/* The oldest may not leave: the next oldest do. */
static void victim__lru_passes_over_pinned_pages(void)
{
    struct fake fake;
    start(&fake, 1);
    for (uint32_t ppn = 400; ppn < HELD; ppn++)
        fake.vms[0].pages[ppn].pinned = true;
    keep_400_hot(&fake);
    squeeze(&fake);
    CHECK_EQ(swapped_below(&fake, 400), HELD - TARGET);
    fake_fini(&fake);
}

/* All pages are touched at first. The hand goes around, and around again. */
static void victim__clock_finds_one_at_once(void)
{
    struct fake fake;
    start(&fake, 2);
    fake_run(&fake, FAKE_SECOND);
    fake_vm_start(&fake, 1, HELD, 0, 1000);
    CHECK(fake.io_count >= fake.tunables.swap_cluster_pages);
    fake_fini(&fake);
}

static void victim__ages_are_of_5_s(void)
{
    struct fake fake;
    start(&fake, 1);
    fake_tick(&fake);
    CHECK_EQ(mp_next_deadline(fake.mp), 5 * FAKE_SECOND);
    fake_fini(&fake);
    start(&fake, 0); /* other choices need none */
    fake_tick(&fake);
    CHECK_EQ(mp_next_deadline(fake.mp), 15 * FAKE_SECOND);
    fake_fini(&fake);
}

/* VM 0 shares its pages two and two, but for the last ones. These were shared with a VM that is
 * gone: they are mapped copy-on-write, but nobody else has them. */
static void start_sharing(struct fake *fake, uint32_t victim, uint32_t alone)
{
    uint32_t in_pairs = HELD - alone;
    fake_init(fake, 1000);
    fake->machine.swap_pages = 3000;
    fake->tunables.idle_tax_bp = 0;
    fake->tunables.share_scan_total_pages_s = 0;
    fake->tunables.swap_victim = victim;
    fake_start(fake);
    fake_vm_start(fake, 0, HELD, 0, 1000);
    fake_vm_start(fake, 2, 400, 0, 1000);
    for (uint32_t ppn = 0; ppn < HELD; ppn++) {
        bool is_alone = ppn >= in_pairs;
        if (is_alone)
            fake_write(fake, 2, ppn - in_pairs, fake_unique(0, ppn));
        fake_write(fake, 0, ppn, fake_unique(0, is_alone ? ppn : ppn / 2 * 2));
        if (is_alone)
            mp_share_page(fake->mp, 2, ppn - in_pairs, 0);
        mp_share_page(fake->mp, 0, ppn, 0);
    }
    fake_vm_off(fake, 2);
    CHECK_EQ(fake_vm_status(fake, 0).cow_pages, HELD);
    CHECK_EQ(fake_status(fake).saved_pages, (HELD - alone) / 2);
}

/* They free no memory. So the others go, though they were touched after them. */
static void victim__pages_with_copies_stay(void)
{
    for (uint32_t victim = 0; victim <= 2; victim++) {
        struct fake fake;
        start_sharing(&fake, victim, 400);
        fake_run(&fake, 12 * FAKE_SECOND);
        read_pages(&fake, 400, HELD);
        fake_run(&fake, 21 * FAKE_SECOND);
        fake_vm_start(&fake, 1, HELD, 0, 1000);
        fake_run(&fake, fake.now_ns + 3 * FAKE_SECOND);
        fake_io_end_all(&fake);
        CHECK_EQ(fake_count(&fake, 0, MP_SWAPPED), HELD - (940 + 200) / 2);
        /* LRU looks for no third age at once, and so one of the old ones goes. */
        CHECK(swapped_below(&fake, 400) <= (victim == 1));
        fake_fini(&fake);
    }
}

static void victim__pages_with_copies_go_where_there_are_no_others(void)
{
    for (uint32_t victim = 0; victim <= 2; victim++) {
        struct fake fake;
        start_sharing(&fake, victim, 0);
        fake_vm_start(&fake, 1, 700, 700, 1000); /* 240 pages of memory are left for 400 */
        fake_run(&fake, fake.now_ns + 60 * FAKE_SECOND);
        CHECK(fake_count(&fake, 0, MP_SWAPPED) > 160);
        CHECK(fake_vm_status(&fake, 0).alloc_pages <= fake_vm_status(&fake, 0).target_pages);
        for (uint32_t ppn = 0; ppn < HELD; ppn++)
            CHECK_EQ(fake_read(&fake, 0, ppn), fake_unique(0, ppn / 2 * 2));
        fake_fini(&fake);
    }
}

TEST_SUITE(policy_victim, TEST(victim__lru_spares_what_is_touched),
           TEST(victim__lru_spares_what_is_touched_while_sharing),
           TEST(victim__clock_goes_in_order), TEST(victim__random_takes_of_everything),
           TEST(victim__none_where_all_are_pinned), TEST(victim__lru_takes_the_longest_untouched),
           TEST(victim__lru_tells_sixteen_ages), TEST(victim__lru_ages_do_not_wrap),
           TEST(victim__clock_gives_a_second_chance),
           TEST(victim__lru_leaves_in_order_among_equals), TEST(victim__lru_goes_from_age_to_age),
           TEST(victim__lru_passes_over_pinned_pages), TEST(victim__clock_finds_one_at_once),
           TEST(victim__ages_are_of_5_s), TEST(victim__pages_with_copies_stay),
           TEST(victim__pages_with_copies_go_where_there_are_no_others))
