/*
 * Content-based sharing (section 4): hints and shared pages, stale hints, false matches, copies on
 * write, reference counts beyond 16 bits, and what all of it may cost.
 */
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

static void start_with(struct fake *fake, uint32_t machine_pages, uint64_t hash_mask)
{
    fake_init(fake, machine_pages);
    fake->machine.max_vms = 8;
    fake->machine.swap_pages = 8 * machine_pages;
    fake->hash_mask = hash_mask;
    fake_start(fake);
}

/* Four VMs of 1,000 pages in memory enough. */
static void start(struct fake *fake)
{
    start_with(fake, 8000, UINT64_MAX);
    for (uint16_t vm = 0; vm < 4; vm++)
        fake_vm_start(fake, vm, 1000, 0, 1000);
}

static bool share(struct fake *fake, uint16_t vm, uint32_t ppn)
{
    return mp_share_page(fake->mp, vm, ppn, fake->now_ns);
}

static uint32_t mpn_of(const struct fake *fake, uint16_t vm, uint32_t ppn)
{
    return mp_pmap(fake->mp, vm)[ppn].where;
}

/* Writes these contents to both pages and shares them. */
static void make_pair(struct fake *fake, uint16_t vm, uint32_t ppn, uint16_t other_vm,
                      uint32_t other_ppn, uint64_t contents)
{
    fake_write(fake, vm, ppn, contents);
    fake_write(fake, other_vm, other_ppn, contents);
    share(fake, vm, ppn);
    CHECK(share(fake, other_vm, other_ppn));
}

/* The paper's Figure 3: VM 2's page matches the hint of VM 3's. */
static void share_page__figure_3(void)
{
    struct fake fake;
    start_with(&fake, 60000, UINT64_MAX);
    fake_vm_start(&fake, 2, 0x5000, 0, 1000);
    fake_vm_start(&fake, 3, 0x5000, 0, 1000);
    fake_write(&fake, 3, 0x43f8, 0x6af);
    fake_write(&fake, 2, 0x2868, 0x6af);
    uint32_t kept = mpn_of(&fake, 3, 0x43f8), freed = mpn_of(&fake, 2, 0x2868);
    uint32_t free_pages = fake_status(&fake).free_pages;
    CHECK(!share(&fake, 3, 0x43f8)); /* a hint: not marked copy-on-write */
    CHECK(fake.vms[3].pages[0x43f8].writable);
    CHECK_EQ(fake_status(&fake).hint_frames, 1);
    fake_log_start(&fake);
    CHECK(share(&fake, 2, 0x2868));
    char expected[100];
    snprintf(expected, sizeof expected, "map 3:17400 %u ro", kept);
    CHECK_CONTAINS(fake.log, expected);
    snprintf(expected, sizeof expected, "map 2:10344 %u ro", kept);
    CHECK_CONTAINS(fake.log, expected);
    CHECK_CONTAINS(fake.log, "same");
    CHECK_EQ(mpn_of(&fake, 2, 0x2868), kept);
    CHECK_EQ(fake_backing(&fake, 2, 0x2868), MP_SHARED);
    CHECK_EQ(fake_backing(&fake, 3, 0x43f8), MP_SHARED);
    CHECK_EQ(mp_share_references(fake.mp, kept), 2);
    CHECK_EQ(mp_share_references(fake.mp, freed), 0);
    CHECK_EQ(fake_status(&fake).free_pages, free_pages + 1);
    CHECK_EQ(fake_status(&fake).hints_found, 1);
    CHECK_EQ(fake_status(&fake).hint_frames, 0);
    fake_fini(&fake);
}

static void share_page__with_a_shared_page(void)
{
    struct fake fake;
    start(&fake);
    make_pair(&fake, 0, 1, 1, 2, 55);
    fake_write(&fake, 2, 3, 55);
    CHECK(share(&fake, 2, 3));
    CHECK(share(&fake, 2, 3)); /* it is shared already */
    struct mp_status status = fake_status(&fake);
    CHECK_EQ(mp_share_references(fake.mp, mpn_of(&fake, 0, 1)), 3);
    CHECK_EQ(status.shared_pages, 3);
    CHECK_EQ(status.shared_mpns, 1);
    CHECK_EQ(status.saved_pages, 2);
    CHECK_EQ(status.zero_saved_pages, 0);
    CHECK_EQ(status.in_use_pages, 1);
    CHECK_EQ(fake_vm_status(&fake, 2).alloc_pages, 1); /* shared pages count in full */
    CHECK_EQ(fake_vm_status(&fake, 2).cow_pages, 1);
    fake_fini(&fake);
}

static void share_page__stale_hint(void)
{
    struct fake fake;
    start(&fake);
    fake_write(&fake, 0, 1, 55);
    share(&fake, 0, 1);
    fake_write(&fake, 0, 1, 66); /* the hint does not know */
    fake_write(&fake, 1, 2, 55);
    CHECK(!share(&fake, 1, 2));
    CHECK_EQ(fake_status(&fake).hints_stale, 1);
    CHECK_EQ(fake_status(&fake).hint_frames, 1); /* now that of VM 1 */
    fake_check(&fake);
    fake_write(&fake, 2, 3, 55);
    CHECK(share(&fake, 2, 3));
    CHECK_EQ(fake_backing(&fake, 1, 2), MP_SHARED);
    CHECK_EQ(fake_read(&fake, 0, 1), 66);
    fake_fini(&fake);
}

/* The page of a hint can be gone in every way before somebody asks for it. */
static void share_page__hint_of_a_page_that_is_gone(void)
{
    for (int way = 0; way < 3; way++) {
        struct fake fake;
        start(&fake);
        fake_write(&fake, 0, 1, 55);
        share(&fake, 0, 1);
        if (way == 0)
            fake_vm_off(&fake, 0);
        else
            fake_driver(&fake, 0, true);
        if (way > 0)
            mp_balloon_taken(fake.mp, 0, 1, fake.now_ns);
        if (way == 2)
            fake_driver(&fake, 0, false);
        CHECK_EQ(fake_status(&fake).hint_frames, 0);
        fake_write(&fake, 1, 2, 55);
        CHECK(!share(&fake, 1, 2));
        CHECK_EQ(fake_status(&fake).hint_frames, 1);
        fake_fini(&fake);
    }
}

static void share_page__hint_of_itself(void)
{
    struct fake fake;
    start(&fake);
    fake_write(&fake, 0, 1, 55);
    for (uint64_t round = 0; round < 3; round++) {
        CHECK(!share(&fake, 0, 1));
        CHECK(!share(&fake, 0, 1));
        fake_write(&fake, 0, 1, 56 + round);
        CHECK_EQ(fake_status(&fake).hint_frames, 1);
    }
    fake_fini(&fake);
}

/* Equal hash, other contents: the page is ineligible from then on. */
static void share_page__false_match_with_a_hint(void)
{
    struct fake fake;
    start_with(&fake, 8000, 0); /* every page has the same hash */
    fake_vm_start(&fake, 0, 1000, 0, 1000);
    fake_write(&fake, 0, 1, 55);
    fake_write(&fake, 0, 2, 66);
    CHECK(!share(&fake, 0, 1));
    CHECK(!share(&fake, 0, 2));
    CHECK_EQ(fake_status(&fake).false_matches, 1);
    CHECK_EQ(fake.events[MP_EVENT_FALSE_MATCH], 1);
    CHECK_EQ(fake.event.a, 2);
    CHECK_EQ(fake.event.vm, 0);
    fake_log_start(&fake);
    CHECK(!share(&fake, 0, 2));
    CHECK_TEXT(fake.log, ""); /* it is not even hashed */
    CHECK_EQ(fake_read(&fake, 0, 1), 55);
    CHECK_EQ(fake_read(&fake, 0, 2), 66);
    fake_fini(&fake);
}

static void share_page__false_match_with_a_shared_page(void)
{
    struct fake fake;
    start_with(&fake, 8000, 0);
    fake_vm_start(&fake, 0, 1000, 0, 1000);
    make_pair(&fake, 0, 1, 0, 2, 55);
    fake_write(&fake, 0, 3, 66);
    CHECK(!share(&fake, 0, 3));
    CHECK_EQ(fake_status(&fake).false_matches, 1);
    CHECK_EQ(fake.event.a, 3);
    fake_write(&fake, 0, 4, 55);
    CHECK(share(&fake, 0, 4)); /* the right one is still found */
    CHECK_EQ(fake_read(&fake, 0, 3), 66);
    fake_fini(&fake);
}

static void share_page__truncated_hint_hash(void)
{
    struct fake fake;
    start_with(&fake, 8000, UINT64_C(0xffffffff00000000)); /* pages differ above the low half */
    fake_vm_start(&fake, 0, 1000, 0, 1000);
    fake_fill(&fake, 0, 0, 500);
    for (uint32_t ppn = 0; ppn < 500; ppn++)
        CHECK(!share(&fake, 0, ppn));
    CHECK_EQ(fake_status(&fake).hint_frames, 500);
    for (uint32_t ppn = 500; ppn < 1000; ppn++) {
        fake_write(&fake, 0, ppn, fake_unique(0, ppn - 500));
        CHECK(share(&fake, 0, ppn));
    }
    CHECK_EQ(fake_status(&fake).saved_pages, 500);
    fake_fini(&fake);
}

static void share_page__refuses_what_has_no_memory(void)
{
    struct fake fake;
    start(&fake);
    CHECK(!share(&fake, 0, 0));
    fake_driver(&fake, 0, true);
    mp_balloon_taken(fake.mp, 0, 1, fake.now_ns);
    CHECK(!share(&fake, 0, 1));
    fake_fini(&fake);
}

/* A device may be writing a pinned page behind the mapping's back. */
static void share_page__not_while_pinned(void)
{
    struct fake fake;
    start(&fake);
    fake_write(&fake, 0, 1, 55);
    fake_write(&fake, 1, 2, 55);
    share(&fake, 0, 1);
    fake.vms[0].pages[1].pinned = true;
    CHECK(!share(&fake, 1, 2)); /* nor as the page of a hint */
    CHECK_EQ(fake_backing(&fake, 0, 1), MP_PRIVATE);
    CHECK(!share(&fake, 0, 1));
    fake.vms[0].pages[1].pinned = false;
    fake.vms[1].pages[2].pinned = true;
    CHECK(!share(&fake, 1, 2));
    fake.vms[1].pages[2].pinned = false;
    CHECK(share(&fake, 1, 2));
    fake_write(&fake, 2, 3, 55);
    fake.vms[2].pages[3].pinned = true;
    CHECK(!share(&fake, 2, 3)); /* nor with a page that is shared already */
    CHECK_EQ(fake_backing(&fake, 2, 3), MP_PRIVATE);
    fake_fini(&fake);
}

static void write__breaks_one_copy_only(void)
{
    struct fake fake;
    struct mp_fault_work work;
    start(&fake);
    make_pair(&fake, 0, 1, 1, 2, 55);
    fake_write(&fake, 2, 3, 55);
    CHECK(share(&fake, 2, 3));
    uint64_t *place = fake_open(&fake, 1, 2, true, &work);
    CHECK(work.copied && !work.zeroed);
    if (!CHECK(place != NULL))
        return;
    CHECK_EQ(*place, 55); /* the copy has what the page had: a write may change a part of it */
    *place = 66;
    CHECK_EQ(fake_backing(&fake, 1, 2), MP_PRIVATE);
    CHECK_EQ(fake_read(&fake, 0, 1), 55);
    CHECK_EQ(fake_read(&fake, 1, 2), 66);
    CHECK_EQ(fake_read(&fake, 2, 3), 55);
    CHECK_EQ(mp_share_references(fake.mp, mpn_of(&fake, 0, 1)), 2);
    CHECK_EQ(fake_status(&fake).cow_breaks, 1);
    CHECK_EQ(fake_vm_status(&fake, 1).cow_breaks, 1);
    fake_fini(&fake);
}

/* The last of the copies stays copy-on-write, but counts as shared no more; a new equal page finds
 * it, and a write to it leaves nothing behind. */
static void write__until_one_copy_is_left(void)
{
    struct fake fake;
    start(&fake);
    make_pair(&fake, 0, 1, 1, 2, 55);
    fake_write(&fake, 0, 1, 66);
    struct mp_status status = fake_status(&fake);
    CHECK_EQ(fake_backing(&fake, 1, 2), MP_SHARED);
    CHECK_EQ(status.shared_pages, 0);
    CHECK_EQ(status.shared_mpns, 0);
    CHECK_EQ(status.saved_pages, 0);
    CHECK_EQ(fake_vm_status(&fake, 1).cow_pages, 1);
    CHECK_EQ(mp_share_references(fake.mp, mpn_of(&fake, 1, 2)), 1);
    fake_check(&fake);
    fake_write(&fake, 3, 4, 55);
    CHECK(share(&fake, 3, 4));
    CHECK_EQ(fake_status(&fake).shared_pages, 2);
    fake_write(&fake, 3, 4, 77);
    fake_write(&fake, 1, 2, 88);
    status = fake_status(&fake);
    CHECK_EQ(status.in_use_pages, 3);
    CHECK_EQ(fake_vm_status(&fake, 1).cow_pages, 0);
    CHECK_EQ(fake_read(&fake, 0, 1), 66);
    CHECK_EQ(fake_read(&fake, 1, 2), 88);
    CHECK_EQ(fake_read(&fake, 3, 4), 77);
    fake_write(&fake, 2, 5, 55);
    CHECK(!share(&fake, 2, 5)); /* nobody has these contents now */
    fake_fini(&fake);
}

static void vm_off__leaves_shared_pages_to_the_others(void)
{
    struct fake fake;
    start(&fake);
    for (uint32_t ppn = 0; ppn < 100; ppn++)
        make_pair(&fake, 0, ppn, 1, ppn, 1000 + ppn / 2);
    CHECK_EQ(fake_status(&fake).in_use_pages, 50);
    fake_vm_off(&fake, 0);
    CHECK_EQ(fake_status(&fake).in_use_pages, 50);
    CHECK_EQ(fake_status(&fake).saved_pages, 50);
    fake_check(&fake);
    for (uint32_t ppn = 0; ppn < 100; ppn++)
        CHECK_EQ(fake_read(&fake, 1, ppn), 1000 + ppn / 2);
    fake_vm_off(&fake, 1);
    CHECK_EQ(fake_status(&fake).in_use_pages, 0);
    CHECK_EQ(fake_status(&fake).shared_pages, 0);
    fake_fini(&fake);
}

/* 140,000 pages of zeroes on one machine page: the count needs more than 16 bits. */
static void references__beyond_16_bits(void)
{
    const uint32_t pages = 140000;
    struct fake fake;
    fake_init(&fake, 153600); /* 600 MB */
    fake_start(&fake);
    fake_vm_start(&fake, 0, pages, pages, 1000);
    for (uint32_t ppn = 0; ppn < pages; ppn++) {
        fake_read(&fake, 0, ppn);
        bool shared = share(&fake, 0, ppn);
        if (shared != (ppn > 0))
            CHECK_EQ(ppn, 0);
    }
    uint32_t zero = mpn_of(&fake, 0, 0);
    struct mp_status status = fake_status(&fake);
    CHECK_EQ(mp_share_references(fake.mp, zero), pages);
    CHECK_EQ(status.saved_pages, pages - 1);
    CHECK_EQ(status.zero_saved_pages, pages - 1);
    CHECK_EQ(status.in_use_pages, 1);
    fake_check(&fake);
    for (uint32_t ppn = pages - 1; ppn > 0; ppn--) {
        fake_write(&fake, 0, ppn, 5 + ppn);
        if ((ppn > 65533 && ppn < 65539) || (ppn > 131069 && ppn < 131075)) {
            CHECK_EQ(mp_share_references(fake.mp, zero), ppn);
            fake_check(&fake);
        }
    }
    CHECK_EQ(mp_share_references(fake.mp, zero), 1);
    CHECK_EQ(fake_status(&fake).zero_saved_pages, 0);
    CHECK_EQ(fake_read(&fake, 0, 0), 0);
    CHECK_EQ(fake_read(&fake, 0, pages - 1), 5 + pages - 1);
    fake_fini(&fake);
}

static void status__zero_pages_apart(void)
{
    struct fake fake;
    start(&fake);
    make_pair(&fake, 0, 1, 1, 2, 55);
    make_pair(&fake, 0, 3, 1, 4, 0);
    fake_read(&fake, 2, 5);
    CHECK(share(&fake, 2, 5));
    struct mp_status status = fake_status(&fake);
    CHECK_EQ(status.shared_pages, 5);
    CHECK_EQ(status.saved_pages, 3);
    CHECK_EQ(status.zero_saved_pages, 2);
    fake_fini(&fake);
}

/* Four VMs, of which the first two have the salt 7 and the others none; each with two pages of one
 * content, and two of zeroes. How many machine pages are behind those eight, and behind the zeroes?
 */
static void check_salting(uint32_t salting, uint32_t distinct)
{
    struct fake fake;
    fake_init(&fake, 8000);
    fake.tunables.share_salting = salting;
    fake_start(&fake);
    for (uint16_t vm = 0; vm < 4; vm++) {
        struct mp_vm_config config = {
            .max_pages = 1000, .shares = 1000, .share_salt = vm < 2 ? 7 : 0};
        CHECK_EQ(fake_vm_on(&fake, vm, &config), MP_ADMITTED);
        make_pair(&fake, vm, 1, vm, 2, 55);
        make_pair(&fake, vm, 3, vm, 4, 0);
    }
    struct mp_status status = fake_status(&fake);
    CHECK_EQ(status.shared_pages, 16);
    CHECK_EQ(status.shared_mpns, 2 * distinct);
    CHECK_EQ(status.saved_pages, 16 - 2 * distinct);
    CHECK_EQ(status.zero_saved_pages, 8 - distinct);
    for (uint16_t vm = 0; vm < 4; vm++) {
        CHECK(mp_is_zero_mpn(fake.mp, mpn_of(&fake, vm, 3)));
        CHECK(!mp_is_zero_mpn(fake.mp, mpn_of(&fake, vm, 1)));
        CHECK_EQ(mpn_of(&fake, vm, 1) == mpn_of(&fake, vm ^ 1, 1), salting < 2 || vm < 2);
    }
    fake_fini(&fake);
}

static void share_page__only_of_one_salt(void)
{
    check_salting(0, 1);
    check_salting(1, 2);
    check_salting(2, 3);
}

/* The pager's try before it writes, and the scanner's, see the salt too. */
static void share_page__salts_meet_nowhere(void)
{
    struct fake fake;
    fake_init(&fake, 8000);
    fake.tunables.share_salting = 2;
    fake_start(&fake);
    for (uint16_t vm = 0; vm < 2; vm++) {
        fake_vm_start(&fake, vm, 1000, 0, 1000);
        for (uint32_t ppn = 0; ppn < 500; ppn++)
            fake_write(&fake, vm, ppn, 1000 + ppn);
        mp_share_range(fake.mp, vm, 0, 500, fake.now_ns);
    }
    CHECK_EQ(fake_status(&fake).shared_pages, 0);
    CHECK_EQ(fake_status(&fake).hint_frames, 1000);
    fake_run(&fake, 20 * FAKE_SECOND);
    CHECK(fake_status(&fake).pages_scanned > 2000);
    CHECK_EQ(fake_status(&fake).shared_pages, 0);
    CHECK_EQ(fake_status(&fake).hints_stale, 0);
    fake_fini(&fake);
}

/* A VM keeps the salt that it was powered on with. */
static void share_page__salting_begins_at_power_on(void)
{
    struct fake fake;
    start_with(&fake, 8000, UINT64_MAX);
    fake_vm_start(&fake, 0, 1000, 0, 1000);
    fake_vm_start(&fake, 1, 1000, 0, 1000);
    struct mp_tunables tunables = fake.tunables;
    tunables.share_salting = 2;
    CHECK_EQ(mp_retune(fake.mp, &tunables, fake.now_ns), MP_ADMITTED);
    fake_vm_start(&fake, 2, 1000, 0, 1000);
    make_pair(&fake, 0, 1, 1, 1, 55);
    fake_write(&fake, 2, 1, 55);
    CHECK(!share(&fake, 2, 1));
    fake_vm_off(&fake, 1);
    fake_vm_start(&fake, 1, 1000, 0, 1000);
    fake_write(&fake, 1, 1, 55);
    CHECK(!share(&fake, 1, 1));
    fake_fini(&fake);
}

static void sharing_split__self_and_others(void)
{
    struct fake fake;
    uint8_t seen[8000 / 8] = {0};
    start(&fake);
    make_pair(&fake, 0, 1, 0, 2, 55); /* with itself */
    fake_write(&fake, 0, 3, 55);
    CHECK(share(&fake, 0, 3));
    make_pair(&fake, 0, 4, 1, 4, 66); /* with another */
    make_pair(&fake, 0, 5, 1, 5, 0);
    fake_write(&fake, 0, 6, 77); /* with nobody */
    struct mp_sharing_split split;
    mp_sharing_split(fake.mp, 0, seen, &split);
    CHECK_EQ(split.shared_pages, 5);
    CHECK_EQ(split.self_saved_pages, 2);
    CHECK_EQ(split.zero_pages, 1);
    mp_sharing_split(fake.mp, 1, seen, &split);
    CHECK_EQ(split.shared_pages, 2);
    CHECK_EQ(split.self_saved_pages, 0);
    for (uint32_t i = 0; i < sizeof seen; i++)
        CHECK_EQ(seen[i], 0);
    /* Each page with one of itself, over many lines of `seen`, and with one elsewhere. */
    for (uint32_t ppn = 100; ppn < 400; ppn += 2)
        make_pair(&fake, 2, ppn, 2, ppn + 1, 1000 + ppn);
    for (uint32_t ppn = 400; ppn < 700; ppn++)
        make_pair(&fake, 2, ppn, 3, ppn, 1000 + ppn);
    mp_sharing_split(fake.mp, 2, seen, &split);
    CHECK_EQ(split.shared_pages, 600);
    CHECK_EQ(split.self_saved_pages, 150);
    CHECK_EQ(split.zero_pages, 0);
    for (uint32_t i = 0; i < sizeof seen; i++)
        CHECK_EQ(seen[i], 0);
    fake_fini(&fake);
}

/* Nothing is looked up for a page whose own hint still fits: nothing is compared, and no hint of
 * another page is found. */
static void share__a_page_whose_hint_fits_is_left_alone(void)
{
    struct fake fake;
    start_with(&fake, 1000, UINT64_MAX);
    fake_vm_start(&fake, 0, 100, 0, 1000);
    fake_fill(&fake, 0, 0, 3);
    for (uint32_t ppn = 0; ppn < 3; ppn++)
        CHECK(!share(&fake, 0, ppn));
    uint32_t hints = fake_status(&fake).hint_frames;
    fake_log_start(&fake);
    CHECK(!share(&fake, 0, 1));
    mp_share_range(fake.mp, 0, 0, 3, fake.now_ns);
    CHECK(strstr(fake.log, "same") == NULL);
    CHECK_EQ(fake_status(&fake).hint_frames, hints);
    fake_write(&fake, 0, 1, 999); /* its hint fits no more, and leads nobody to it */
    mp_share_range(fake.mp, 0, 0, 3, fake.now_ns);
    fake_write(&fake, 0, 2, 999);
    CHECK(share(&fake, 0, 2));
    CHECK_EQ(fake_status(&fake).hints_found, 1);
    CHECK_EQ(fake_status(&fake).hints_stale, 0);
    fake_fini(&fake);
}

/* Events say when. */
static void share__the_time_of_the_call_counts(void)
{
    struct fake fake;
    start_with(&fake, 1000, 0); /* all hashes are equal */
    fake_vm_start(&fake, 0, 100, 0, 1000);
    fake_fill(&fake, 0, 0, 3);
    share(&fake, 0, 0);
    fake.now_ns = 5 * FAKE_MS;
    CHECK(!share(&fake, 0, 1));
    CHECK_EQ(fake.events[MP_EVENT_FALSE_MATCH], 1);
    CHECK_EQ(fake.event.a, 1);
    CHECK_EQ(fake.event.at_ns, 5 * FAKE_MS);
    fake.now_ns = 7 * FAKE_MS;
    mp_share_range(fake.mp, 0, 2, 1, fake.now_ns);
    CHECK_EQ(fake.events[MP_EVENT_FALSE_MATCH], 2);
    CHECK_EQ(fake.event.a, 2);
    CHECK_EQ(fake.event.at_ns, 7 * FAKE_MS);
    fake_fini(&fake);
}

/* Until the page gets another MPN. */
static void false_match__one_event_and_no_more_tries(void)
{
    struct fake fake;
    start_with(&fake, 1000, 0);
    fake_vm_start(&fake, 0, 100, 0, 1000);
    fake_driver(&fake, 0, true);
    fake_fill(&fake, 0, 0, 2);
    share(&fake, 0, 0);
    for (int i = 0; i < 3; i++)
        CHECK(!share(&fake, 0, 1));
    CHECK_EQ(fake.events[MP_EVENT_FALSE_MATCH], 1);
    CHECK_EQ(fake_status(&fake).false_matches, 1);
    CHECK_EQ(fake_status(&fake).pages_scanned, 2);
    mp_balloon_taken(fake.mp, 0, 1, fake.now_ns);
    mp_balloon_returned(fake.mp, 0, 1, fake.now_ns);
    fake_write(&fake, 0, 1, fake_unique(0, 0));
    CHECK(share(&fake, 0, 1));
    CHECK_EQ(fake_status(&fake).pages_scanned, 3);
    fake_fini(&fake);
}

static void status__without_sharing(void)
{
    struct fake fake;
    fake_init(&fake, 1000);
    fake.tunables.share_enabled = 0;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 100, 0, 1000);
    fake_fill(&fake, 0, 0, 2);
    CHECK(!mp_page_hinted(fake.mp, 0, 0));
    CHECK_EQ(mp_share_references(fake.mp, mpn_of(&fake, 0, 0)), 0);
    CHECK_EQ(fake_status(&fake).metadata_bytes, 0);
    CHECK_EQ(fake_status(&fake).zero_saved_pages, 0);
    fake.tunables.share_enabled = 1; /* is fixed when the machine starts */
    mp_retune(fake.mp, &fake.tunables, 0);
    CHECK(!share(&fake, 0, 0));
    CHECK_EQ(fake_status(&fake).metadata_bytes, 0);
    fake_fini(&fake);
}

/* Each has its own place in the overflow table, whichever goes first. */
static void references__of_two_pages_beyond_16_bits(void)
{
    for (uint32_t first = 0; first < 2; first++) {
        const uint32_t pages = 66000;
        struct fake fake;
        fake_init(&fake, 140000);
        fake_start(&fake);
        fake_vm_start(&fake, 0, 2 * pages, 2 * pages, 1000);
        for (uint32_t ppn = 0; ppn < 2 * pages; ppn++) {
            fake_write(&fake, 0, ppn, 7 + ppn % 2);
            share(&fake, 0, ppn);
        }
        uint32_t mpns[] = {mpn_of(&fake, 0, 0), mpn_of(&fake, 0, 1)};
        CHECK_EQ(mp_share_references(fake.mp, mpns[0]), pages);
        CHECK_EQ(mp_share_references(fake.mp, mpns[1]), pages);
        for (uint32_t ppn = 2 + first; ppn < 2 * pages; ppn += 2)
            fake_write(&fake, 0, ppn, 100 + ppn);
        CHECK_EQ(mp_share_references(fake.mp, mpns[first]), 1);
        CHECK_EQ(mp_share_references(fake.mp, mpns[1 - first]), pages);
        fake_check(&fake);
        fake_fini(&fake);
    }
}

static void references__the_zero_page_can_go_and_come(void)
{
    struct fake fake;
    start(&fake);
    for (int round = 0; round < 2; round++) {
        make_pair(&fake, 0, 3, 1, 4, 0);
        CHECK_EQ(fake_status(&fake).zero_saved_pages, 1);
        fake_write(&fake, 0, 3, 5);
        CHECK_EQ(fake_status(&fake).zero_saved_pages, 0);
        fake_write(&fake, 1, 4, 5); /* the last one */
        CHECK_EQ(fake_status(&fake).zero_saved_pages, 0);
        make_pair(&fake, 0, 5, 1, 6, 9); /* on the MPN that it had, perhaps */
        CHECK_EQ(fake_status(&fake).zero_saved_pages, 0);
    }
    fake_fini(&fake);
}

/* Memory was short until then. */
static void share_range__settles_what_it_frees(void)
{
    struct fake fake;
    fake_init(&fake, 1000);
    fake.tunables.share_scan_total_pages_s = 0;
    fake.accept_pages = 0;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 900, 0, 1000);
    fake_vm_start(&fake, 1, 100, 100, 1000);
    for (uint32_t ppn = 0; ppn < 900; ppn++)
        fake_write(&fake, 0, ppn, 1 + ppn % 100);
    fake_fill(&fake, 1, 0, 75);
    CHECK_EQ(fake_status(&fake).state, MP_STATE_SOFT);
    mp_share_range(fake.mp, 0, 0, 900, fake.now_ns);
    CHECK_EQ(fake_status(&fake).saved_pages, 800);
    CHECK_EQ(fake_status(&fake).state, MP_STATE_HIGH);
    fake_fini(&fake);
}

static void write__of_the_last_copy_copies_nothing(void)
{
    struct fake fake;
    struct mp_fault_work work;
    start(&fake);
    make_pair(&fake, 0, 1, 1, 2, 55);
    uint32_t shared = mpn_of(&fake, 0, 1);
    CHECK(fake_access(&fake, 0, 1, true, &(uint64_t){56}, &work));
    CHECK(work.copied);
    CHECK_EQ(mp_share_references(fake.mp, shared), 1);
    CHECK(fake_access(&fake, 1, 2, true, &(uint64_t){57}, &work));
    CHECK(!work.copied);
    CHECK_EQ(mpn_of(&fake, 1, 2), shared);
    CHECK_EQ(fake_vm_status(&fake, 1).cow_breaks, 1);
    CHECK_EQ(fake_status(&fake).cow_breaks, 2);
    fake_fini(&fake);
}

/* 130,000 pages of zeroes beside 900 with hints, on a machine of 1,000. */
static void references__many_on_a_small_machine(void)
{
    struct fake fake;
    fake_init(&fake, 1000);
    fake.machine.swap_pages = 140000;
    fake.tunables.share_scan_total_pages_s = 0;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 130900, 0, 1000);
    for (uint32_t ppn = 0; ppn < 130900; ppn++) {
        if (ppn < 900)
            fake_write(&fake, 0, ppn, fake_unique(0, ppn));
        else
            fake_read(&fake, 0, ppn);
        share(&fake, 0, ppn);
    }
    CHECK_EQ(fake_status(&fake).hint_frames, 900);
    CHECK_EQ(fake_status(&fake).in_use_pages, 901);
    CHECK_EQ(mp_share_references(fake.mp, mpn_of(&fake, 0, 900)), 130000);
    fake_check(&fake);
    for (uint32_t ppn = 0; ppn < 900; ppn++)
        CHECK(mp_page_hinted(fake.mp, 0, ppn));
    fake_fini(&fake);
}

TEST_SUITE(policy_share, TEST(share_page__figure_3), TEST(share_page__with_a_shared_page),
           TEST(share_page__stale_hint), TEST(share_page__hint_of_a_page_that_is_gone),
           TEST(share_page__hint_of_itself), TEST(share_page__false_match_with_a_hint),
           TEST(share_page__false_match_with_a_shared_page), TEST(share_page__truncated_hint_hash),
           TEST(share_page__refuses_what_has_no_memory), TEST(share_page__not_while_pinned),
           TEST(write__breaks_one_copy_only), TEST(write__until_one_copy_is_left),
           TEST(vm_off__leaves_shared_pages_to_the_others), TEST(references__beyond_16_bits),
           TEST(status__zero_pages_apart), TEST(sharing_split__self_and_others),
           TEST(share_page__only_of_one_salt), TEST(share_page__salts_meet_nowhere),
           TEST(share_page__salting_begins_at_power_on),
           TEST(share__a_page_whose_hint_fits_is_left_alone),
           TEST(share__the_time_of_the_call_counts), TEST(false_match__one_event_and_no_more_tries),
           TEST(status__without_sharing), TEST(references__of_two_pages_beyond_16_bits),
           TEST(share_range__settles_what_it_frees),
           TEST(references__the_zero_page_can_go_and_come),
           TEST(write__of_the_last_copy_copies_nothing), TEST(references__many_on_a_small_machine))
