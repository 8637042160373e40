/*
 * VM 0 holds 800 of 1,000 pages and has no balloon driver; when VM 1 comes, its target is 470.
 */
#ifndef TESTS_POLICY_SWAPPING_H
#define TESTS_POLICY_SWAPPING_H

#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#define HELD   800u
#define TARGET 470u

/* A page of the machine has page_scale pages of 4 KiB. */
static void start_alone_scaled(struct fake *fake, uint32_t page_scale)
{
    fake_init(fake, 1000);
    fake->machine.page_scale = page_scale;
    fake->machine.swap_pages = 2000;
    fake->tunables.share_enabled = 0;
    fake->tunables.idle_tax_bp = 0;
    fake_start(fake);
    fake_vm_start(fake, 0, HELD, 0, 1000);
    fake_fill(fake, 0, 0, HELD);
}

static void start_alone(struct fake *fake)
{
    start_alone_scaled(fake, 1);
}

static void start(struct fake *fake)
{
    start_alone(fake);
    fake_vm_start(fake, 1, HELD, 0, 1000);
}

/* Ticks, without ending any page I/O, until some is under way. */
static void wait_for_io(struct fake *fake)
{
    for (int i = 0; i < 100 && fake->io_count == 0; i++) {
        if (mp_next_deadline(fake->mp) > fake->now_ns)
            fake->now_ns = mp_next_deadline(fake->mp);
        fake_tick(fake);
    }
    CHECK(fake->io_count > 0);
}

static void check_contents(struct fake *fake)
{
    for (uint32_t ppn = 0; ppn < HELD; ppn++)
        CHECK_EQ(fake_read(fake, 0, ppn), fake_unique(0, ppn));
}

#endif
