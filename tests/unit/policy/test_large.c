/*
 * Large pages: when 512 small pages become one, that the scanner passes them
 * over, and what breaks them.
 */
#include "models/policy/mp_internal.h"
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#define RUN  512u
#define TAIL 100u
#define SIZE (2 * RUN + TAIL)

/* Equal pages in two VMs, which nobody takes anything from: two runs and some
 * pages each. */
static void start(struct fake *fake, const struct mp_governor *governor)
{
    fake_init(fake, 4096);
    fake->tunables.large_pages = 1;
    fake->tunables.share_scan_vm_pages_s = 0;
    fake->members.governor = governor;
    fake_start(fake);
    for (uint16_t vm = 0; vm < 2; vm++) {
        fake_vm_start(fake, vm, SIZE, SIZE, 1000);
        for (uint32_t ppn = 0; ppn < SIZE; ppn++)
            fake_write(fake, vm, ppn, 1 + ppn);
    }
}

static void share_all(struct fake *fake)
{
    for (uint16_t vm = 0; vm < 2; vm++)
        mp_share_range(fake->mp, vm, 0, SIZE, fake->now_ns);
}

static void check_large(struct fake *fake, uint32_t pages, uint64_t breaks)
{
    CHECK_EQ(fake_vm_status(fake, 0).large_pages, pages);
    CHECK_EQ(fake_vm_status(fake, 0).large_breaks, breaks);
    fake_check(fake);
}

static void run__is_large_when_it_is_whole(void)
{
    struct fake fake;
    fake_init(&fake, 4096);
    fake.tunables.large_pages = 1;
    fake_start(&fake);
    fake_vm_start(&fake, 0, SIZE, 0, 1000);
    fake_fill(&fake, 0, 1, RUN);
    check_large(&fake, 0, 0);
    mp_share_range(fake.mp, 0, 0, SIZE, fake.now_ns);
    CHECK_EQ(fake_status(&fake).hint_frames, RUN - 1);
    fake_fill(&fake, 0, 0, 1);
    check_large(&fake, RUN, 0);
    CHECK_EQ(fake_status(&fake).hint_frames, 0); /* and nobody is led to it */
    fake_fill(&fake, 0, RUN, SIZE);
    check_large(&fake, 2 * RUN, 0); /* the tail is no run */
    fake_vm_off(&fake, 0);
    fake_check(&fake); /* its large pages end with it */
    fake_fini(&fake);
}

/* In the state high only the tails are shared; in soft all is. */
static void run__is_shared_below_high(void)
{
    struct fake fake;
    start(&fake, NULL);
    check_large(&fake, 2 * RUN, 0);
    share_all(&fake);
    CHECK_EQ(fake_status(&fake).shared_pages, 2 * TAIL);
    CHECK_EQ(fake_status(&fake).saved_pages, TAIL);
    CHECK_EQ(fake_status(&fake).pages_scanned, 2 * TAIL);
    uint32_t free_pages = fake_status(&fake).free_pages, taken = free_pages - 150;
    fake_vm_start(&fake, 2, taken, taken, 1000); /* 150 pages are free then: below 4% */
    CHECK_EQ(fake_status(&fake).state, MP_STATE_HIGH);
    fake_fill(&fake, 2, 0, taken);
    CHECK_EQ(fake_status(&fake).state, MP_STATE_SOFT);
    check_large(&fake, 0, 2);
    CHECK_EQ(fake_vm_status(&fake, 2).large_pages, 0);
    CHECK_EQ(fake.large_broken, 4 + taken / RUN);
    share_all(&fake);
    CHECK_EQ(fake_status(&fake).shared_pages, 2 * SIZE);
    CHECK_EQ(fake_status(&fake).saved_pages, SIZE);
    for (uint32_t ppn = 0; ppn < SIZE; ppn++)
        CHECK_EQ(fake_read(&fake, 1, ppn), 1 + ppn);
    fake_fini(&fake);
}

static uint32_t ordered;

static void order_large(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    (void)state, (void)view;
    orders->large_pages = ordered;
}

static const struct mp_governor large_governor = {
    .abi = MP_GOVERNOR_ABI, .name = "large", .summary = "orders large pages", .tick = order_large};

static void ask(struct fake *fake, uint32_t order)
{
    ordered = order;
    mp_vm_configure(fake->mp, 0, 1000, SIZE, fake->now_ns);
}

/* The governor's order goes before the state. */
static void order__breaks_and_forbids(void)
{
    struct fake fake;
    ordered = MP_UNCHANGED;
    start(&fake, &large_governor);
    check_large(&fake, 2 * RUN, 0);
    ask(&fake, 1);
    check_large(&fake, 2 * RUN, 0);
    ask(&fake, 0);
    check_large(&fake, 0, 2);
    mp_page_unneeded(fake.mp, 0, 7, fake.now_ns);
    fake_write(&fake, 0, 7, 8);
    check_large(&fake, 0, 2); /* whole again, and forbidden */
    ask(&fake, MP_UNCHANGED);
    mp_page_unneeded(fake.mp, 0, 7, fake.now_ns);
    fake_write(&fake, 0, 7, 8);
    check_large(&fake, 0, 2); /* the last order holds */
    ask(&fake, 1);
    check_large(&fake, 0, 2); /* what was broken stays so */
    mp_page_unneeded(fake.mp, 0, 7, fake.now_ns);
    fake_write(&fake, 0, 7, 8);
    check_large(&fake, RUN, 2);
    fake.wants_bad_orders = true;
    ask(&fake, 2);
    CHECK_EQ(fake.bad_orders, 1);
    CHECK_TEXT(fake.bad_order.what, "large_pages");
    fake_fini(&fake);
}

/* Whatever changes one page of it. */
static void run__is_broken_by_one_page(void)
{
    struct fake fake;
    start(&fake, NULL);
    mp_page_unneeded(fake.mp, 0, 3, fake.now_ns);
    check_large(&fake, RUN, 1);
    fake_write(&fake, 0, 3, 9);
    check_large(&fake, 2 * RUN, 1);
    CHECK_EQ(mp_vm_configure(fake.mp, 0, 1000, 0, fake.now_ns), MP_ADMITTED);
    fake_driver(&fake, 0, true);
    CHECK(mp_balloon_taken(fake.mp, 0, RUN, fake.now_ns));
    check_large(&fake, RUN, 2);
    CHECK_EQ(fake_read(&fake, 0, 4), 5);
    fake_fini(&fake);
}

/* Pages that the pager takes. */
static void run__is_broken_by_paging(void)
{
    struct fake fake;
    fake_init(&fake, 2 * SIZE);
    fake.tunables.large_pages = 1;
    fake.tunables.share_enabled = 0;
    fake.tunables.idle_tax_bp = 0;
    fake_start(&fake);
    fake_vm_start(&fake, 0, SIZE, 0, 1000);
    fake_fill(&fake, 0, 0, SIZE);
    check_large(&fake, 2 * RUN, 0);
    fake_vm_start(&fake, 1, 3 * SIZE, 0, 3000);
    fake_run(&fake, 10 * FAKE_SECOND);
    CHECK(fake_vm_status(&fake, 0).swapped_pages > RUN);
    check_large(&fake, 0, 2);
    for (uint32_t ppn = 0; ppn < SIZE; ppn++)
        CHECK_EQ(fake_read(&fake, 0, ppn), fake_unique(0, ppn));
    fake_fini(&fake);
}

/* A run is 2 MiB, whatever a page stands for; a page that is larger is a run.
 */
static void run__of_pages_that_stand_for_many(void)
{
    static const struct {
        uint32_t scale, touched, large;
    } cases[] = {{64, 7, 0}, {64, 8, 8}, {64, 15, 8}, {512, 3, 3}, {1024, 3, 3}};
    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fake fake;
        fake_init(&fake, 400);
        fake.machine.page_scale = cases[i].scale;
        fake.tunables.large_pages = 1;
        fake_start(&fake);
        fake_vm_start(&fake, 0, 100, 0, 1000);
        fake_fill(&fake, 0, 0, cases[i].touched);
        check_large(&fake, cases[i].large, 0);
        fake_fini(&fake);
    }
}

static void verify__finds_damage(void)
{
    struct fake fake;
    start(&fake, NULL);
    struct mp_vm *vm = &fake.mp->vms[0];
#define DAMAGE(field, change, what)                                                                \
    do {                                                                                           \
        uint32_t was = (field);                                                                    \
        (field) = (__typeof__(field))(was change);                                                 \
        CHECK_TEXT(mp_verify(fake.mp), what);                                                      \
        (field) = (__typeof__(field))was;                                                          \
    } while (0)
    DAMAGE(vm->private_in_run[1], -1, "the private pages of a run are counted wrongly");
    DAMAGE(vm->pmap[5].flags, ^MP_PAGE_LARGE, "the set of candidates for sharing is wrong");
    DAMAGE(vm->large_runs, +1, "the large pages are counted wrongly");
    DAMAGE(fake.mp->large_runs, +1, "the large pages of all VMs are counted wrongly");
    fake_fini(&fake);
}

TEST_SUITE(policy_large, TEST(run__is_large_when_it_is_whole), TEST(run__is_shared_below_high),
           TEST(order__breaks_and_forbids), TEST(run__is_broken_by_one_page),
           TEST(run__is_broken_by_paging), TEST(run__of_pages_that_stand_for_many),
           TEST(verify__finds_damage))
