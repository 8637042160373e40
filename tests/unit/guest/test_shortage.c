/* Tests of models/guest/shortage.c: who waits becomes ready when a shortage ends. */
#include "models/guest/place.h"
#include "models/guest/shortage.h"
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

static struct fake_hw fake;

static struct guest_program program;

/* A guest with a process, number 1, that waits in `queue`. */
static struct process *wait_in(struct guest *guest, struct queue *queue)
{
    uint32_t number = guest_process_new(&guest->processes, &program, 0);
    guest_process_wait(&guest->processes, &guest->processes.process[number], queue);
    return &guest->processes.process[number];
}

static void release__wakes_once_the_reserve_is_whole(void)
{
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake_hw_make(&fake);
    struct guest *guest = fake.guest;
    struct process *process = wait_in(guest, &guest->memory_waiters);
    bool zeroed = false;
    while (guest_page_free_count(&guest->pages) > guest->watermarks.least - 1)
        guest_page_take(&guest->pages, &zeroed);
    uint32_t ppn = guest->pages.fresh - 1;
    guest_shortage_release(guest, ppn);
    CHECK_EQ(process->state, PROCESS_WAITING);
    guest_shortage_release(guest, ppn - 1);
    CHECK_EQ(process->state, PROCESS_READY);
    CHECK_EQ(guest->memory_waiters.head, NONE);
    guest_free(guest);
}

static void clean__wakes_writers_below_the_share(void)
{
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake_hw_make(&fake);
    struct guest *guest = fake.guest;
    bool zeroed = false;
    uint32_t place = 20, usable = guest_page_free_count(&guest->pages);
    while (!guest_shortage_throttles(guest)) {
        uint32_t ppn = guest_page_take(&guest->pages, &zeroed);
        guest_place_fill(guest, place++, ppn, PLACE_PRESENT);
        guest_page_dirty(&guest->pages, ppn);
    }
    CHECK_NEAR(guest->pages.dirty_pages, 0.6 * usable, 0.02 * usable);
    struct process *process = wait_in(guest, &guest->throttled);
    guest_shortage_clean(guest, guest->place[20] & PLACE_NUMBER);
    CHECK_EQ(process->state, PROCESS_READY);
    guest_free(guest);
}

TEST_SUITE(guest_shortage, TEST(release__wakes_once_the_reserve_is_whole),
           TEST(clean__wakes_writers_below_the_share))
