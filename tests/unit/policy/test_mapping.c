/*
 * A page whose next touch somebody waits for has no mapping, whatever happens to it meanwhile. Here
 * LRU waits: at its first tick it takes all mappings away.
 */
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#define PAGES 200u
#define LOW   10u

static bool is_mapped(const struct fake *fake, uint32_t ppn)
{
    return fake->vms[0].pages[ppn].mpn != MP_NO_PAGE;
}

/* A VM of 40 pages, all awaited, of which `equal` have the same contents. */
static void start(struct fake *fake, uint32_t equal, uint64_t hash_mask)
{
    fake_init(fake, PAGES);
    fake->machine.low_pages = LOW;
    fake->hash_mask = hash_mask;
    fake->tunables.swap_victim = 1;
    fake->tunables.share_scan_vm_pages_s = 0;
    fake->tunables.remap_threshold = 0;
    fake->tunables.remap_return = 1;
    fake_start(fake);
    fake_vm_start(fake, 0, 150, 0, 1000);
    fake_fill(fake, 0, 0, 40);
    for (uint32_t ppn = 0; ppn < equal; ppn++)
        fake_write(fake, 0, ppn, 7);
    fake_tick(fake);
    for (uint32_t ppn = 0; ppn < 40; ppn++)
        CHECK(!is_mapped(fake, ppn));
}

static void mapping__none_after_sharing(void)
{
    struct fake fake;
    start(&fake, 2, UINT64_MAX);
    mp_share_range(fake.mp, 0, 0, 40, fake.now_ns);
    CHECK_EQ(fake_count(&fake, 0, MP_SHARED), 2);
    CHECK(!is_mapped(&fake, 0) && !is_mapped(&fake, 1));
    CHECK(mp_page_awaited(fake.mp, 0, 0) && mp_page_awaited(fake.mp, 0, 1));
    fake_fini(&fake);
}

static void mapping__none_after_a_false_match(void)
{
    struct fake fake;
    start(&fake, 0, 0);
    mp_share_range(fake.mp, 0, 0, 40, fake.now_ns);
    CHECK_EQ(fake_status(&fake).false_matches, 39);
    for (uint32_t ppn = 0; ppn < 40; ppn++)
        CHECK(!is_mapped(&fake, ppn));
    fake_fini(&fake);
}

/* Low memory is full of awaited pages. One moves up for a page that a device uses. */
static void mapping__none_after_a_move(void)
{
    struct fake fake;
    struct mp_device_work work;
    start(&fake, 0, UINT64_MAX);
    for (uint32_t ppn = 0; ppn < LOW; ppn++) {
        fake_read(&fake, 0, ppn);
        mp_device_io(fake.mp, 0, ppn, fake.now_ns, &work);
    }
    CHECK_EQ(fake_status(&fake).free_low_pages, 0);
    fake_run(&fake, 6 * FAKE_SECOND);
    fake_read(&fake, 0, 30);
    mp_device_io(fake.mp, 0, 30, fake.now_ns, &work);
    CHECK(work.remapped && work.returned);
    for (uint32_t ppn = 0; ppn < LOW; ppn++)
        CHECK(!is_mapped(&fake, ppn));
    fake_fini(&fake);
}

/* The touch ends the waiting: the page is mapped as its backing allows. */
static void mapping__comes_back_with_the_touch(void)
{
    struct fake fake;
    start(&fake, 2, UINT64_MAX);
    mp_share_range(fake.mp, 0, 0, 2, fake.now_ns);
    CHECK_EQ(fake_read(&fake, 0, 0), 7);
    CHECK(is_mapped(&fake, 0) && !fake.vms[0].pages[0].writable);
    fake_write(&fake, 0, 5, 1);
    CHECK(is_mapped(&fake, 5) && fake.vms[0].pages[5].writable);
    CHECK(!mp_page_awaited(fake.mp, 0, 0) && !mp_page_awaited(fake.mp, 0, 5));
    CHECK(mp_page_awaited(fake.mp, 0, 1));
    fake_fini(&fake);
}

TEST_SUITE(policy_mapping, TEST(mapping__none_after_sharing),
           TEST(mapping__none_after_a_false_match), TEST(mapping__none_after_a_move),
           TEST(mapping__comes_back_with_the_touch));
