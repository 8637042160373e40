/* Admission control (section 6.2): min + overhead of memory, max - min of swap, or a refusal that
 * says which. */
#include "models/policy/mp_internal.h"
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#define OVERHEAD 100u

static void start(struct fake *fake)
{
    fake_init(fake, 10000);
    fake->machine.hypervisor_pages = 500;
    fake->machine.swap_pages = 5000;
    fake->tunables.overhead_start_pages = 20;
    fake->tunables.overhead_full_pages = OVERHEAD;
    fake_start(fake);
}

static struct mp_admission ask(struct fake *fake, uint32_t max_pages, uint32_t min_pages)
{
    struct mp_admission answer;
    mp_admit(fake->mp,
             &(struct mp_vm_config){.max_pages = max_pages, .min_pages = min_pages, .shares = 1000},
             &answer);
    return answer;
}

static void admit__min_and_overhead_of_memory(void)
{
    struct fake fake;
    start(&fake);
    struct mp_admission answer = ask(&fake, 4000, 3000);
    CHECK_EQ(answer.refusal, MP_ADMITTED);
    CHECK_EQ(answer.memory_needed_pages, 3000 + OVERHEAD);
    CHECK_EQ(answer.swap_needed_pages, 1000);
    CHECK_EQ(answer.swap_left_pages, 5000);
    uint32_t left = answer.memory_left_pages;
    CHECK(left <= 9500);

    fake_vm_start(&fake, 0, 4000, 3000, 1000);
    uint32_t most = left - 3000 - 2 * OVERHEAD;
    CHECK_EQ(ask(&fake, most, most).memory_left_pages, left - 3000 - OVERHEAD);
    CHECK_EQ(ask(&fake, most, most).refusal, MP_ADMITTED);
    CHECK_EQ(ask(&fake, most + 1, most + 1).refusal, MP_NO_MEMORY);
    fake_fini(&fake);
}

static void admit__max_less_min_of_swap(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 2, 4000, 1000, 1000);
    struct mp_admission answer = ask(&fake, 3000, 1000);
    CHECK_EQ(answer.swap_left_pages, 2000);
    CHECK_EQ(answer.refusal, MP_ADMITTED);
    CHECK_EQ(ask(&fake, 3001, 1000).refusal, MP_NO_SWAP);
    fake_fini(&fake);
}

/* A promise that was given holds, whatever is changed later. */
static void retune__refuses_overhead_for_which_there_is_no_memory(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 0, 4000, 4000, 1000);
    fake_vm_start(&fake, 1, 4000, 3500, 1000);
    struct mp_tunables tunables = fake.tunables;
    tunables.overhead_full_pages = 1000; /* 9500 in all */
    CHECK_EQ(mp_retune(fake.mp, &tunables, fake.now_ns), MP_ADMITTED);
    CHECK_EQ(ask(&fake, 1, 1).memory_left_pages, 0);
    tunables.overhead_full_pages = 1001;
    tunables.idle_tax_bp = 1234;
    CHECK_EQ(mp_retune(fake.mp, &tunables, fake.now_ns), MP_NO_MEMORY);
    CHECK_EQ(fake.mp->tunables.overhead_full_pages, 1000);
    CHECK_EQ(fake.mp->tunables.idle_tax_bp, fake.tunables.idle_tax_bp); /* nothing of it holds */
    CHECK(fake_check(&fake));
    tunables.overhead_full_pages = 999;
    CHECK_EQ(mp_retune(fake.mp, &tunables, fake.now_ns), MP_ADMITTED);
    CHECK_EQ(fake.mp->tunables.idle_tax_bp, 1234);
    fake_fini(&fake);
}

/* 9,500 pages for VMs, of which one is promised 3,000 and its overhead, and has touched 4,000. */
static void lose_memory__what_is_not_promised(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 0, 4000, 3000, 1000);
    fake_fill(&fake, 0, 0, 4000);
    uint32_t free_pages = fake_status(&fake).free_pages;
    CHECK_EQ(mp_lose_memory(fake.mp, 1000, fake.now_ns), 1000);
    CHECK_EQ(fake_status(&fake).free_pages, free_pages - 1000);
    CHECK_EQ(fake_status(&fake).lost_pages, 1000);
    CHECK_EQ(ask(&fake, 1, 1).memory_left_pages, 9500 - 3000 - OVERHEAD - 1000);
    CHECK_EQ(mp_lose_memory(fake.mp, 9000, fake.now_ns), 9500 - 3000 - OVERHEAD); /* in all */
    CHECK_EQ(ask(&fake, 1, 1).memory_left_pages, 0);
    CHECK_EQ(fake_status(&fake).free_pages, 0);
    CHECK_EQ(fake_status(&fake).lost_pages, 9500 - 4000 - OVERHEAD); /* the VM has the rest yet */
    CHECK(fake_check(&fake));
    fake_run(&fake, 60 * FAKE_SECOND); /* what it has above its target is paged out */
    CHECK_EQ(fake_status(&fake).lost_pages, 9500 - 3000 - OVERHEAD);
    CHECK(fake_vm_status(&fake, 0).alloc_pages <= 3000);
    CHECK_EQ(mp_lose_memory(fake.mp, 0, fake.now_ns), 0);
    CHECK_EQ(fake_status(&fake).lost_pages, 0);
    CHECK_EQ(fake_status(&fake).state, MP_STATE_HIGH);
    fake_fini(&fake);
}

static void vm_on__refuses_as_admit_says(void)
{
    struct fake fake;
    start(&fake);
    CHECK_EQ(fake_vm_on(&fake, 1,
                        &(struct mp_vm_config){.max_pages = 5002, .min_pages = 1, .shares = 1000}),
             MP_NO_SWAP);
    CHECK_EQ(
        fake_vm_on(&fake, 1,
                   &(struct mp_vm_config){.max_pages = 9500, .min_pages = 9500, .shares = 1000}),
        MP_NO_MEMORY);
    CHECK(!fake_vm_status(&fake, 1).on);
    CHECK_EQ(fake_status(&fake).overhead_pages, 0);
    fake_vm_start(&fake, 1, 5001, 1, 1000);
    CHECK(fake_vm_status(&fake, 1).on);
    fake_fini(&fake);
}

static void vm_off__gives_its_reservation_back(void)
{
    struct fake fake;
    start(&fake);
    struct mp_admission before = ask(&fake, 100, 100);
    fake_vm_start(&fake, 3, 5000, 1000, 1000);
    fake_vm_off(&fake, 3);
    struct mp_admission after = ask(&fake, 100, 100);
    CHECK_EQ(after.memory_left_pages, before.memory_left_pages);
    CHECK_EQ(after.swap_left_pages, before.swap_left_pages);
    fake_fini(&fake);
}

static void vm_configure__admits_a_larger_min_again(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 0, 6000, 4000, 1000);
    fake_vm_start(&fake, 1, 6000, 4000, 1000);
    CHECK_EQ(mp_vm_configure(fake.mp, 0, 1000, 6000, fake.now_ns), MP_NO_MEMORY);
    CHECK_EQ(fake_vm_status(&fake, 0).config.min_pages, 4000);
    CHECK_EQ(mp_vm_configure(fake.mp, 0, 3000, 4100, fake.now_ns), MP_ADMITTED);
    CHECK_EQ(fake_vm_status(&fake, 0).config.min_pages, 4100);
    CHECK_EQ(fake_vm_status(&fake, 0).config.shares, 3000);
    fake_fini(&fake);
}

/* Reservations are for admission only: what is reserved and not used serves others. */
static void admit__unused_reservations_are_not_wasted(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 0, 4000, 4000, 1000);
    fake_vm_start(&fake, 1, 8000, 4000, 1000);
    fake_fill(&fake, 1, 0, 8000);
    CHECK_EQ(fake_vm_status(&fake, 1).alloc_pages, 8000);
    fake_fini(&fake);
}

/* 32 MB up to 1 GB, and from there on as much more for each GB as the tunable says. */
static void admit__a_vm_above_1_gb_needs_more_overhead(void)
{
    struct fake fake;
    uint32_t gb = 1024 * FAKE_MB;
    fake_init(&fake, 10000);
    fake.tunables.overhead_start_pages = 20;
    fake.tunables.overhead_full_pages = OVERHEAD;
    fake.tunables.overhead_more_pages_gb = 64;
    fake_start(&fake);
    CHECK_EQ(ask(&fake, gb, 1000).memory_needed_pages, 1000 + OVERHEAD);
    CHECK_EQ(ask(&fake, gb + gb / 2, 1000).memory_needed_pages, 1000 + OVERHEAD + 32);
    CHECK_EQ(ask(&fake, 4 * gb, 1000).memory_needed_pages, 1000 + OVERHEAD + 3 * 64);
    fake.tunables.overhead_more_pages_gb = 0;
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    CHECK_EQ(ask(&fake, 4 * gb, 1000).memory_needed_pages, 1000 + OVERHEAD);
    fake_fini(&fake);
}

/* What lies above the min may all have to go to a swap device that takes memory for it: 1,000 pages
 * of 1,500 B are 367 pages. */
static void admit__compressed_swap_takes_memory(void)
{
    struct fake fake;
    fake_init(&fake, 10000);
    fake.machine.swap_pages = 5000;
    fake.machine.slot_bytes = 1500;
    fake.tunables.overhead_start_pages = fake.tunables.overhead_full_pages = OVERHEAD;
    fake_start(&fake);
    CHECK_EQ(ask(&fake, 4000, 3000).memory_needed_pages, 3000 + OVERHEAD + 367);
    fake_vm_start(&fake, 0, 4000, 3000, 1000);
    CHECK_EQ(ask(&fake, 1, 1).memory_left_pages, 10000 - 3000 - OVERHEAD - 367);
    fake_fini(&fake);
}

/* The same in pages of 16 KiB, whose slots take four times as much. */
static void admit__compressed_large_pages_take_as_much(void)
{
    struct fake fake;
    fake_init(&fake, 2500);
    fake.machine.page_scale = 4;
    fake.machine.swap_pages = 1250;
    fake.machine.slot_bytes = 4 * 1500;
    fake.tunables.overhead_start_pages = fake.tunables.overhead_full_pages = 80;
    fake_start(&fake);
    CHECK_EQ(ask(&fake, 1000, 750).memory_needed_pages, 750 + 20 + 92);
    fake_vm_start(&fake, 0, 1000, 750, 1000);
    CHECK_EQ(ask(&fake, 1, 1).memory_left_pages, 2500 - 750 - 20 - 92);
    fake_fini(&fake);
}

/* One fault waits because memory was lost; it is tried again in the call that gives it back. */
static void lose_memory__given_back_ends_a_wait(void)
{
    struct fake fake;
    uint32_t ppn = 0;
    start(&fake);
    fake_vm_start(&fake, 0, 4000, 0, 1000);
    for (uint32_t i = 0; i < 4000; i++) /* nothing can leave */
        fake.vms[0].pages[i].pinned = true;
    mp_lose_memory(fake.mp, 10000, fake.now_ns);
    while (fake_open(&fake, 0, ppn, true, NULL) != NULL && ppn < 3999)
        ppn++;
    CHECK_EQ(fake_status(&fake).free_pages, 0);
    fake_retries_clear(&fake);
    mp_lose_memory(fake.mp, 0, fake.now_ns);
    CHECK(fake_retried(&fake, 0, ppn));
    fake_fini(&fake);
}

TEST_SUITE(policy_admit, TEST(admit__compressed_large_pages_take_as_much),
           TEST(admit__min_and_overhead_of_memory), TEST(admit__max_less_min_of_swap),
           TEST(vm_on__refuses_as_admit_says), TEST(lose_memory__what_is_not_promised),
           TEST(lose_memory__given_back_ends_a_wait),
           TEST(retune__refuses_overhead_for_which_there_is_no_memory),
           TEST(vm_off__gives_its_reservation_back), TEST(vm_configure__admits_a_larger_min_again),
           TEST(admit__unused_reservations_are_not_wasted),
           TEST(admit__a_vm_above_1_gb_needs_more_overhead),
           TEST(admit__compressed_swap_takes_memory))
