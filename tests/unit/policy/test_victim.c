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

TEST_SUITE(policy_victim, TEST(victim__lru_spares_what_is_touched),
           TEST(victim__lru_spares_what_is_touched_while_sharing),
           TEST(victim__clock_goes_in_order), TEST(victim__random_takes_of_everything),
           TEST(victim__none_where_all_are_pinned));
