/* Tests of models/guest/page.c: the records of pages, free lists, dirty lists. */
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

static void record__is_twelve_bytes(void)
{
    CHECK_EQ(sizeof(struct page), 12);
}

static void take__the_last_freed_comes_first_fresh_ones_last(void)
{
    struct guest *guest = set_up();
    uint32_t first = take(guest), second = take(guest);
    CHECK_EQ(first, guest->pages.kernel_pages);
    CHECK_EQ(second, first + 1);
    guest_page_release(&guest->pages, first);
    guest_page_release(&guest->pages, second);
    CHECK_EQ(take(guest), second);
    CHECK_EQ(take(guest), first);
    CHECK_EQ(take(guest), second + 1);
    CHECK_EQ(guest_page_free_count(&guest->pages), 4096 - guest->pages.kernel_pages - 3);
    guest_free(guest);
}

static void take__zeroed_pages_go_to_those_who_ask(void)
{
    struct guest *guest = set_up();
    uint32_t zeroed_page = take(guest), other = take(guest);
    guest_page_put(&guest->pages, zeroed_page, PAGE_ZEROED);
    guest_page_release(&guest->pages, other);
    bool zeroed = true;
    CHECK_EQ(guest_page_take(&guest->pages, &zeroed), zeroed_page);
    CHECK(zeroed);
    CHECK_EQ(guest_page_take(&guest->pages, &zeroed), other);
    CHECK(!zeroed);
    guest_free(guest);
}

static void take__ends_when_all_is_taken(void)
{
    struct guest *guest = set_up();
    uint32_t count = 0;
    while (take(guest) != NONE)
        count++;
    CHECK_EQ(count, 4096 - guest->pages.kernel_pages);
    guest_free(guest);
}

static void turn__the_tail_goes_to_the_head(void)
{
    struct guest *guest = set_up();
    uint32_t ppn[4];
    for (uint32_t i = 0; i < 4; i++) {
        ppn[i] = take(guest);
        guest_place_fill(guest, 20 + i, ppn[i], PLACE_PRESENT);
    }
    guest_page_turn(&guest->pages, PAGE_INACTIVE, ppn[0]); /* it is the last already */
    CHECK_EQ(guest_page_last(&guest->pages, PAGE_INACTIVE), ppn[0]);
    guest_page_turn(&guest->pages, PAGE_INACTIVE, ppn[2]);
    CHECK(!guest_verify(guest));
    static const uint32_t order[] = {2, 3, 0, 1}; /* 0 went to the head before 1 */
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t last = guest_page_last(&guest->pages, PAGE_INACTIVE);
        CHECK_EQ(last, ppn[order[i]]);
        guest_place_empty(guest, guest->pages.page[last].owner);
    }
    guest_free(guest);
}

static void dirty__pages_age_from_list_to_list(void)
{
    struct guest *guest = set_up();
    uint32_t old = take(guest), young = take(guest);
    guest_place_fill(guest, 20, old, PLACE_PRESENT);
    guest_place_fill(guest, 21, young, PLACE_PRESENT);
    guest_page_dirty(&guest->pages, old);
    uint32_t list = guest->pages.dirty_list;
    guest_page_next_dirty_list(&guest->pages);
    guest_page_dirty(&guest->pages, young);
    guest_page_dirty(&guest->pages, old); /* dirty already: keeps its age */
    CHECK_EQ(guest_page_oldest_dirty(&guest->pages, list), old);
    CHECK_EQ(guest_page_oldest_dirty(&guest->pages, guest->pages.dirty_list), young);
    CHECK_EQ(guest->pages.dirty_pages, 2);
    CHECK(!guest_verify(guest));
    guest_page_clean(&guest->pages, old);
    CHECK_EQ(guest_page_oldest_dirty(&guest->pages, list), NONE);
    CHECK_EQ(guest->pages.dirty_pages, 1);
    guest_free(guest);
}

static void dirty__what_is_never_written_stays_the_oldest(void)
{
    struct guest *guest = set_up();
    uint32_t old = take(guest), young = take(guest);
    guest_place_fill(guest, 20, old, PLACE_PRESENT);
    guest_place_fill(guest, 21, young, PLACE_PRESENT);
    guest_page_dirty(&guest->pages, old);
    guest_page_next_dirty_list(&guest->pages);
    guest_page_dirty(&guest->pages, young);
    for (int i = 0; i < DIRTY_LISTS - 1; i++)
        guest_page_next_dirty_list(
            &guest->pages); /* `old` comes round and joins the list of `young` */
    uint32_t oldest_list = (guest->pages.dirty_list + 1) % DIRTY_LISTS;
    CHECK_EQ(guest_page_oldest_dirty(&guest->pages, oldest_list), old);
    CHECK(!guest_verify(guest));
    guest_page_clean(&guest->pages, old);
    CHECK_EQ(guest_page_oldest_dirty(&guest->pages, oldest_list), young);
    guest_free(guest);
}

/* Where lists are kept apart, a page's owner tells which of two lists it is on. */
static void list__of_processes_is_apart_where_the_os_splits(void)
{
    static const enum guest_os systems[] = {GUEST_LINUX_2_4, GUEST_LINUX_6};
    for (int is_split = 0; is_split < 2; is_split++) {
        fake_hw_init(&fake, systems[is_split], 24000);
        fake_hw_make(&fake);
        struct pages *pages = &fake.guest->pages;
        uint32_t file = take(fake.guest), process = take(fake.guest);
        guest_place_fill(fake.guest, 20, file, PLACE_PRESENT);
        guest_place_fill(fake.guest, PLACE_FILES + 20, process, PLACE_PRESENT);
        CHECK_EQ(guest_page_list(pages, file), PAGE_INACTIVE);
        CHECK_EQ(guest_page_list(pages, process), is_split ? PAGE_INACTIVE_ANON : PAGE_INACTIVE);
        CHECK_EQ(pages->count[PAGE_INACTIVE], is_split ? 1 : 2);
        CHECK_EQ(pages->count[PAGE_INACTIVE_ANON], is_split ? 1 : 0);
        CHECK(!guest_verify(fake.guest));
        guest_place_empty(fake.guest, PLACE_FILES + 20);
        CHECK_EQ(guest_page_list(pages, process), PAGE_FREE);
        CHECK_EQ(pages->count[PAGE_INACTIVE] + pages->count[PAGE_INACTIVE_ANON], 1);
        guest_free(fake.guest);
    }
}

TEST_SUITE(guest_page, TEST(record__is_twelve_bytes),
           TEST(take__the_last_freed_comes_first_fresh_ones_last),
           TEST(take__zeroed_pages_go_to_those_who_ask), TEST(take__ends_when_all_is_taken),
           TEST(turn__the_tail_goes_to_the_head), TEST(dirty__pages_age_from_list_to_list),
           TEST(dirty__what_is_never_written_stays_the_oldest),
           TEST(list__of_processes_is_apart_where_the_os_splits))
