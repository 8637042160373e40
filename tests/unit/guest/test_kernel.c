/* Tests of models/guest/kernel.c: kernel memory at boot and as it grows with use. */
#include "models/guest/kernel.h"
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

static struct fake_hw fake;
static struct fake_hw_program program;

static void adjust__buffer_heads_grow_with_the_cache(void)
{
    struct guest_op ops[] = {{.kind = GUEST_OP_FILE_WRITE, .bytes = 2000 * 4096},
                             {.kind = GUEST_OP_SLEEP, .at_ns = 10 * SIM_SECOND},
                             {.kind = GUEST_OP_FILE_DELETE},
                             {.kind = GUEST_OP_SLEEP, .at_ns = SIM_NEVER}};
    fake_hw_init(&fake, GUEST_LINUX_2_4, 8192);
    fake_hw_make(&fake);
    guest_files_new(fake.guest, 1, 0);
    fake_hw_program_init(&program, ops, 4, 1, 0);
    guest_spawn(fake.guest, &program.program, 0);
    fake_hw_start(&fake);
    uint32_t boot_pages = guest_kernel_pages(GUEST_LINUX_2_4, 8192);
    fake_hw_run(&fake, 2 * SIM_SECOND);
    CHECK_EQ(fake_hw_status(&fake).kernel_pages, boot_pages);
    fake_hw_run(&fake, 9 * SIM_SECOND);
    CHECK_EQ(fake_hw_status(&fake).kernel_pages, boot_pages + 2000 / 40);
    CHECK(!guest_verify(fake.guest));
    fake_hw_run(&fake, 11 * SIM_SECOND);
    CHECK(fake_hw_status(&fake).kernel_pages <= boot_pages + 8); /* a few slabs stay */
    fake_hw_fini(&fake);
}

static void adjust__the_driver_s_table_grows_with_the_balloon(void)
{
    fake_hw_init(&fake, GUEST_WINDOWS_2000, 8192);
    fake.config.boot.balloon_ns = 0;
    fake_hw_start(&fake);
    fake.balloon_target = 3 * 512;
    fake_hw_run(&fake, 20 * SIM_SECOND);
    uint32_t boot_pages = guest_kernel_pages(GUEST_WINDOWS_2000, 8192);
    CHECK_EQ(fake_hw_status(&fake).kernel_pages, boot_pages + 3);
    fake_hw_fini(&fake);
}

TEST_SUITE(guest_kernel, TEST(adjust__buffer_heads_grow_with_the_cache),
           TEST(adjust__the_driver_s_table_grows_with_the_balloon))
