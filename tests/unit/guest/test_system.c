/* Tests of models/guest/system.c: the boot, and what an idle system touches. */
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

static struct fake_hw fake;

static uint32_t touched(void)
{
    uint32_t count = 0;
    for (uint32_t ppn = 0; ppn < fake.config.memory_pages; ppn++)
        count += fake.touched[ppn];
    return count;
}

/* A guest of 32 MB none of whose pages is mapped yet. */
static void set_up(enum guest_os os)
{
    fake_hw_init(&fake, os, 8192);
    fake_hw_unmap_all(&fake);
    fake.config.boot.early_pages = 3000;
    fake.config.boot.early_ns = 10 * SIM_SECOND;
    fake.config.boot.services_pages = 1000;
    fake.config.boot.services_ns = 10 * SIM_SECOND;
}

static void boot__linux_touches_what_it_is_told_evenly(void)
{
    set_up(GUEST_LINUX_2_4);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 5 * SIM_SECOND);
    CHECK_NEAR(touched(), 1500, 10);
    fake_hw_run(&fake, 10 * SIM_SECOND);
    CHECK_NEAR(touched(), 3000, 10);
    fake_hw_run(&fake, 15 * SIM_SECOND);
    CHECK_NEAR(touched(), 3500, 10);
    CHECK(!fake_hw_status(&fake).booted);
    fake_hw_run(&fake, 21 * SIM_SECOND);
    CHECK_EQ(touched(), 4000);
    CHECK(fake_hw_status(&fake).booted);
    CHECK_EQ(fake_hw_status(&fake).process_pages, 4000 - fake.guest->pages.kernel_pages);
    CHECK_EQ(fake_hw_status(&fake).zeroed_pages, 0);
    fake_hw_fini(&fake);
}

static void boot__kernel_memory_is_touched_even_if_the_boot_names_less(void)
{
    set_up(GUEST_LINUX_2_4);
    fake.config.boot.early_pages = 10;
    fake.config.boot.services_pages = 0;
    fake_hw_start(&fake);
    fake_hw_run(&fake, 25 * SIM_SECOND);
    CHECK_EQ(touched(), fake.guest->pages.kernel_pages);
    fake_hw_fini(&fake);
}

static void boot__windows_touches_and_zeroes_everything(void)
{
    set_up(GUEST_WINDOWS_2000);
    fake.config.boot.zero_pages_s = 1000;
    fake_hw_start(&fake);
    fake_hw_run(&fake, 10 * SIM_SECOND);
    CHECK_NEAR(touched(), 3000, 30);
    fake_hw_run(&fake, 12 * SIM_SECOND);
    CHECK_NEAR(touched(), 5000, 40);
    fake_hw_run(&fake, 30 * SIM_SECOND);
    CHECK_EQ(touched(), 8192);
    CHECK_EQ(fake_hw_status(&fake).zeroed_pages, 8192 - 3000);
    CHECK(fake_hw_status(&fake).booted);
    fake_hw_fini(&fake);
}

static void boot__windows_zeroes_as_fast_as_it_goes_if_no_rate_is_given(void)
{
    set_up(GUEST_WINDOWS_2000);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 10 * SIM_SECOND + 200 * SIM_MS);
    CHECK_EQ(touched(), 8192);
    fake_hw_fini(&fake);
}

static void boot__free_pages_hold_zeroes_and_text_is_the_image_s(void)
{
    set_up(GUEST_WINDOWS_2000);
    fake.hw.contents_matter = true;
    fake.hw.told = GUEST_MAP_WRITE;
    fake_hw_start(&fake);
    fake_hw_run(&fake, 25 * SIM_SECOND);
    CHECK_EQ(fake.content[5000], GUEST_CONTENT_ZERO);
    uint64_t text = fake.content[0];
    CHECK(text > GUEST_CONTENT_PRIVATE);
    CHECK(fake.content[1] != text);
    CHECK_EQ(fake.content[fake.guest->pages.kernel_pages - 1], GUEST_CONTENT_PRIVATE);
    fake_hw_fini(&fake);

    set_up(GUEST_WINDOWS_2000);
    fake.hw.contents_matter = true;
    fake.hw.told = GUEST_MAP_WRITE;
    fake.config.boot.image = 78;
    fake_hw_start(&fake);
    fake_hw_run(&fake, 25 * SIM_SECOND);
    CHECK(fake.content[0] != text);
    fake_hw_fini(&fake);
}

static void forget_touches(void)
{
    fake_hw_unmap_all(&fake);
    memset(fake.touched, 0, sizeof fake.touched);
}

static void boot__what_it_has_touched_stays_in_use(void)
{
    set_up(GUEST_LINUX_2_4);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 9 * SIM_SECOND);
    forget_touches();
    fake_hw_run(&fake, 11500 * SIM_MS);
    CHECK_NEAR(touched(), 1350 + 300 + 75, 100); /* half of it again, and what is new */
    fake_hw_run(&fake, 15500 * SIM_MS);
    CHECK_NEAR(touched(), 3000 + 550, 5);
    fake_hw_fini(&fake);
}

static void boot__what_it_has_touched_stays_in_use_while_it_zeroes(void)
{
    set_up(GUEST_WINDOWS_2000);
    fake.config.boot.zero_pages_s = 100;
    fake_hw_start(&fake);
    fake_hw_run(&fake, 12 * SIM_SECOND);
    forget_touches();
    fake_hw_run(&fake, 17200 * SIM_MS);
    CHECK_NEAR(touched(), 3000 + 520, 20);
    fake_hw_fini(&fake);
}

static void boot__after_a_long_stop_one_round_is_made_up_for(void)
{
    set_up(GUEST_WINDOWS_2000);
    fake.config.boot.zero_pages_s = 1;
    fake_hw_start(&fake);
    fake_hw_run(&fake, 12 * SIM_SECOND);
    uint64_t accesses = fake.accesses;
    fake.now_ns += 1000 * SIM_SECOND; /* the hypervisor had stopped the VM */
    forget_touches();
    fake_hw_run(&fake, fake.now_ns + 50 * SIM_MS);
    CHECK(fake.accesses - accesses >= 3000);
    CHECK(fake.accesses - accesses < 2 * 3000 + 1000);
    fake_hw_fini(&fake);
}

/* Of the next 200 operations of a system that was stopped for long: those that are no touch again.
 */
static uint32_t new_operations(void)
{
    struct guest *guest = fake.guest;
    uint32_t count = 0;

    fake.now_ns += 1000 * SIM_SECOND;
    for (int i = 0; i < 200; i++) {
        struct guest_op op = {0};

        guest->system.program.next(&guest->system.program, fake.now_ns, &op);
        count += op.kind == GUEST_OP_ZERO_FREE ||
                 (op.kind == GUEST_OP_MEMORY && op.first + guest->pages.kernel_pages >= 3000);
    }
    return count;
}

static void boot__goes_on_although_it_is_behind_with_its_pages(void)
{
    set_up(GUEST_LINUX_2_4);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 10 * SIM_SECOND + 5 * SIM_MS);
    CHECK_EQ(new_operations(), 100);
    fake_hw_fini(&fake);
}

static void boot__zeroes_only_when_nothing_else_is_due(void)
{
    set_up(GUEST_WINDOWS_2000);
    fake.config.boot.zero_pages_s = 1;
    fake_hw_start(&fake);
    fake_hw_run(&fake, 12 * SIM_SECOND);
    CHECK_EQ(new_operations(), 0);
    fake_hw_fini(&fake);
}

static void idle__the_background_is_touched_every_five_seconds_and_nothing_else(void)
{
    set_up(GUEST_LINUX_2_4);
    fake.config.background_pages = 2500;
    fake_hw_start(&fake);
    fake_hw_run(&fake, 30 * SIM_SECOND);
    for (int round = 0; round < 3; round++) {
        forget_touches();
        fake_hw_run(&fake, fake.now_ns + 2500 * SIM_MS);
        CHECK_NEAR(touched(), 1250, 60);
        fake_hw_run(&fake, fake.now_ns + 2700 * SIM_MS);
        CHECK_EQ(touched(), 2500);
    }
    fake_hw_fini(&fake);
}

static void idle__after_a_long_stop_one_round_is_made_up_for(void)
{
    set_up(GUEST_LINUX_2_4);
    fake.config.background_pages = 1000;
    fake_hw_start(&fake);
    fake_hw_run(&fake, 30 * SIM_SECOND);
    uint64_t cpu_ns = fake_hw_status(&fake).cpu_ns;
    fake.now_ns += 1000 * SIM_SECOND; /* the hypervisor had stopped the VM */
    fake_hw_run(&fake, fake.now_ns + 50 * SIM_MS);
    CHECK(fake_hw_status(&fake).cpu_ns - cpu_ns < 1100 * 200);
    fake_hw_fini(&fake);
}

/* Microseconds times pages pass 2^64 here; with 256 GB in the background they do so after three
 * days. */
static void idle__goes_on_after_any_time(void)
{
    set_up(GUEST_LINUX_2_4);
    fake.config.background_pages = 4000;
    fake_hw_start(&fake);
    fake_hw_run(&fake, 30 * SIM_SECOND);
    forget_touches();
    fake.now_ns = UINT64_MAX / 4000 * SIM_US + 21 * SIM_SECOND;
    fake_hw_run(&fake, fake.now_ns + SIM_SECOND);
    CHECK_EQ(touched(), 4000);
    fake_hw_fini(&fake);
}

static void idle__never_writes_to_program_text(void)
{
    set_up(GUEST_LINUX_2_4);
    fake.hw.contents_matter = true;
    fake.hw.told = GUEST_MAP_WRITE;
    fake.config.background_pages = 3000;
    fake_hw_start(&fake);
    fake_hw_run(&fake, 22 * SIM_SECOND);
    static uint64_t before[FAKE_PAGES];
    memcpy(before, fake.content, sizeof before);
    uint32_t text = 0;
    uint64_t writes = fake.accesses;
    fake_hw_run(&fake, 40 * SIM_SECOND);
    CHECK(fake.accesses > writes + 3 * 500); /* it does write */
    for (uint32_t ppn = 0; ppn < 8192; ppn++) {
        text += before[ppn] > GUEST_CONTENT_PRIVATE;
        CHECK(before[ppn] <= GUEST_CONTENT_PRIVATE || fake.content[ppn] == before[ppn]);
    }
    CHECK(text > 600);
    fake_hw_fini(&fake);
}

TEST_SUITE(guest_system, TEST(boot__linux_touches_what_it_is_told_evenly),
           TEST(boot__kernel_memory_is_touched_even_if_the_boot_names_less),
           TEST(boot__windows_touches_and_zeroes_everything),
           TEST(boot__windows_zeroes_as_fast_as_it_goes_if_no_rate_is_given),
           TEST(boot__free_pages_hold_zeroes_and_text_is_the_image_s),
           TEST(boot__what_it_has_touched_stays_in_use),
           TEST(boot__what_it_has_touched_stays_in_use_while_it_zeroes),
           TEST(boot__after_a_long_stop_one_round_is_made_up_for),
           TEST(boot__goes_on_although_it_is_behind_with_its_pages),
           TEST(boot__zeroes_only_when_nothing_else_is_due),
           TEST(idle__the_background_is_touched_every_five_seconds_and_nothing_else),
           TEST(idle__after_a_long_stop_one_round_is_made_up_for),
           TEST(idle__goes_on_after_any_time), TEST(idle__never_writes_to_program_text))
