/* Tests of models/guest/place.c: places get pages and lose them. */
#include "models/guest/io.h"
#include "models/guest/place.h"
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

static struct fake_hw fake;

static struct guest *set_up(void)
{
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake_hw_make(&fake);
    return fake.guest;
}

static uint32_t take(struct guest *guest)
{
    bool zeroed = false;
    return guest_page_take(&guest->pages, &zeroed);
}

static void empty__a_dirty_page_becomes_free_unwritten(void)
{
    struct guest *guest = set_up();
    uint32_t ppn = take(guest);
    guest_place_fill(guest, 20, ppn, PLACE_PRESENT);
    guest_page_dirty(&guest->pages, ppn);
    guest_place_empty(guest, 20);
    CHECK_EQ(guest->pages.dirty_pages, 0);
    CHECK_EQ(guest->place[20], 0);
    CHECK_EQ(take(guest), ppn);
    guest_free(guest);
}

static void empty__a_busy_page_is_free_only_when_its_device_is_done(void)
{
    struct guest *guest = set_up();
    uint32_t ppn = take(guest);
    uint32_t tag = guest_request_begin(&guest->requests, IO_READ, 20);
    guest_place_fill(guest, 20, ppn, PLACE_READING);
    guest_io_add(guest, tag, ppn, true, GUEST_CONTENT_PRIVATE);
    guest_io_submit(guest, tag);
    guest_place_empty(guest, 20);
    CHECK(guest_page_pinned(guest, ppn));
    CHECK_EQ(guest->pages.count[PAGE_FREE], 0);
    CHECK(!guest_verify(guest));
    guest_io_done(guest, tag, 0);
    CHECK(!guest_page_pinned(guest, ppn));
    CHECK_EQ(take(guest), ppn);
    CHECK_EQ(guest->place[20], 0);
    guest_free(guest);
}

static void fill__counts_pages_of_files_and_of_processes(void)
{
    struct guest *guest = set_up();
    guest_place_fill(guest, 20, take(guest), PLACE_PRESENT);
    guest_place_fill(guest, PLACE_FILES + 5, take(guest), PLACE_PRESENT);
    guest_place_fill(guest, PLACE_FILES + 6, take(guest), PLACE_PRESENT);
    CHECK_EQ(guest->cache_pages, 1);
    CHECK_EQ(guest->process_pages, 2);
    CHECK_EQ(guest->pages.count[PAGE_INACTIVE], 3);
    guest_place_empty(guest, PLACE_FILES + 5);
    CHECK_EQ(guest->process_pages, 1);
    CHECK_EQ(guest->pages.count[PAGE_FREE], 1);
    guest_free(guest);
}

/* A page that reclaim has just taken comes back active when it is read, and as a new one when all
 * of it is written; a shadow is no page. */
static void fill__activates_what_comes_back_too_soon(void)
{
    for (int is_write = 0; is_write < 2; is_write++) {
        fake_hw_init(&fake, GUEST_LINUX_6, 24000);
        fake_hw_make(&fake);
        struct guest *guest = fake.guest;
        uint32_t other = take(guest), ppn = take(guest);
        guest_place_fill(guest, PLACE_FILES + 5, other, PLACE_PRESENT);
        guest->place[20] = guest_workingset_evict(guest, ppn);
        CHECK(guest_place_is_vacant(guest->place[20]));
        guest->pages.page[ppn].busy = !is_write;
        guest_place_fill(guest, 20, ppn, is_write ? PLACE_PRESENT : PLACE_READING);
        CHECK_EQ(guest_page_list(&guest->pages, ppn), is_write ? PAGE_INACTIVE : PAGE_ACTIVE);
        guest_free(guest);
    }
}

TEST_SUITE(guest_place, TEST(empty__a_dirty_page_becomes_free_unwritten),
           TEST(empty__a_busy_page_is_free_only_when_its_device_is_done),
           TEST(fill__counts_pages_of_files_and_of_processes),
           TEST(fill__activates_what_comes_back_too_soon))
