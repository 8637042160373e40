/* Tests of models/guest/bare.c: a machine without an operating system. */
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

static struct fake_hw fake;

static void bare__touches_only_what_it_is_told(void)
{
    static struct fake_hw_program program;
    struct guest_op ops[] = {{.kind = GUEST_OP_PHYSICAL, .first = 3, .write = true, .content = 5},
                             {.kind = GUEST_OP_SLEEP, .at_ns = 50 * SIM_SECOND},
                             {.kind = GUEST_OP_PHYSICAL, .first = 60}};
    fake_hw_init(&fake, GUEST_BARE, 64);
    fake_hw_unmap_all(&fake);
    fake_hw_make(&fake);
    fake_hw_program_init(&program, ops, 3, 1, 0);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    CHECK(fake_hw_status(&fake).booted);
    fake_hw_run(&fake, 100 * SIM_SECOND);
    CHECK(program.ended);
    for (uint32_t ppn = 0; ppn < 64; ppn++)
        CHECK_EQ(fake.touched[ppn], ppn == 3 || ppn == 60);
    CHECK_EQ(fake_hw_status(&fake).kernel_pages, 0);
    CHECK(!guest_page_pinned(fake.guest, 3));
    CHECK_EQ(fake.log_count, 0);
    fake_hw_fini(&fake);
}

static void bare__has_no_timers_of_its_own(void)
{
    fake_hw_init(&fake, GUEST_BARE, 64);
    fake_hw_start(&fake);
    fake_hw_slice(&fake, SIM_MS);
    CHECK(fake.halted);
    CHECK_EQ(fake.now_ns, 0);
    CHECK_EQ(fake.wake_ns, SIM_NEVER);
    fake_hw_fini(&fake);
}

TEST_SUITE(guest_bare, TEST(bare__touches_only_what_it_is_told),
           TEST(bare__has_no_timers_of_its_own))
