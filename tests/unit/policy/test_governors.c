/*
 * All governors of the library alike, the present ones and those to come: whatever they are shown,
 * their orders can be; what they name as read is of the view; and they are fast enough.
 */
#include <time.h>

#include "models/policy/governors/arithmetic.h"
#include "tests/check.h"
#include "tests/unit/policy/fake.h"
#include "tests/unit/policy/shown.h"

static uint32_t below(uint64_t *state, uint64_t n)
{
    return n ? (uint32_t)(fake_random(state) % n) : 0;
}

/* Any VM that the library could show. */
static void any_vm(uint64_t *random, struct mp_vm_view *vm, uint64_t now_ns)
{
    uint32_t max = 1 + below(random, UINT64_C(1) << (2 + fake_random(random) % 30));
    uint32_t limit = max - (below(random, 3) ? 0 : below(random, max));
    uint32_t left = max;
    uint32_t *const parts[] = {&vm->ballooned_pages, &vm->swapped_pages, &vm->untouched_pages};
    vm->max_pages = max;
    vm->limit_pages = limit;
    vm->min_pages = below(random, 3) ? below(random, (uint64_t)limit + 1) : 0;
    vm->shares = below(random, 4) ? below(random, UINT32_MAX) : 0;
    vm->has_driver = below(random, 4) > 0;
    vm->balloon_cap_pages = vm->has_driver ? below(random, (uint64_t)max + 1) : 0;
    for (uint32_t i = 0; i < 3; i++) {
        *parts[i] = below(random, 2) ? below(random, (uint64_t)left + 1) : 0;
        left -= *parts[i];
    }
    vm->alloc_pages = left;
    vm->active_pages = below(random, (uint64_t)left + 1);
    vm->balloon_target_pages = below(random, (uint64_t)vm->balloon_cap_pages + 1);
    vm->has_report = below(random, 4) > 0;
    vm->report.free_pages = below(random, UINT64_C(1) << 32);
    vm->report.committed_pages = below(random, UINT64_C(1) << 32);
    vm->stall_ns += fake_random(random) % SHOWN_SECOND;
    vm->refault_pages += below(random, 100000);
    if (below(random, 20) == 0)
        vm->on_ns = now_ns;
}

static void tick__orders_only_what_can_be(void)
{
    uint64_t random = 7;
    for (uint32_t index = 0; mp_governor_at(index); index++) {
        struct shown shown;
        uint64_t now_ns = 0;
        shown_init(&shown, mp_governor_at(index)->name, 6);
        shown_start(&shown, 0);
        for (uint32_t round = 0; round < 2000; round++) {
            now_ns += 1 + fake_random(&random) % (20 * SHOWN_SECOND);
            for (uint32_t i = 0; i < 6; i++)
                any_vm(&random, &shown.vms[i], now_ns);
            shown.view.machine_pages = 1 + below(&random, UINT64_C(1) << 31);
            shown.view.free_pages = below(&random, (uint64_t)shown.view.machine_pages + 1);
            shown.view.total_pages = below(&random, (uint64_t)shown.view.machine_pages + 1);
            shown.view.reserve_pages = shown.view.machine_pages / 16;
            shown.view.idle_tax_bp = 7500;
            shown.view.state = (enum mp_state)below(&random, 4);
            shown_ask_for(&shown, now_ns, (enum mp_reason)below(&random, 5));
        }
        shown_fini(&shown);
    }
}

/* A VM of 1 GB goes on: it has some of its memory, uses some of that, and stalls at times. */
static void some_use(uint64_t *random, struct mp_vm_view *vm)
{
    vm->ballooned_pages = below(random, vm->max_pages / 4);
    vm->swapped_pages = below(random, vm->max_pages / 8);
    vm->alloc_pages = vm->max_pages - vm->ballooned_pages - vm->swapped_pages;
    vm->active_pages = below(random, vm->alloc_pages);
    vm->balloon_target_pages = vm->ballooned_pages;
    vm->report.free_pages = below(random, vm->alloc_pages);
    vm->report.committed_pages = below(random, vm->max_pages);
    vm->stall_ns += below(random, 4) ? 0 : below(random, 20000000);
    vm->refault_pages += below(random, 4) ? 0 : below(random, 1000);
}

/* Where a governor says when it wants to be asked, that is not now or before. */
static void next_deadline__is_to_come(void)
{
    for (uint32_t index = 0; mp_governor_at(index); index++) {
        struct shown shown;
        shown_init(&shown, mp_governor_at(index)->name, 1);
        shown_start(&shown, 5 * SHOWN_SECOND);
        for (uint64_t s = 5; s < 100 && shown.governor->next_deadline; s++) {
            CHECK(shown_next_ns(&shown, s * SHOWN_SECOND) >= s * SHOWN_SECOND);
            shown_ask(&shown, s * SHOWN_SECOND);
            CHECK(shown_next_ns(&shown, s * SHOWN_SECOND) > s * SHOWN_SECOND);
        }
        shown_fini(&shown);
    }
}

/* A governor knows times only by their differences: what it orders is the same on a clock that
 * began a long time before. */
static void init__the_clock_may_begin_anywhere(void)
{
    const uint64_t later_ns = 1000003 * SHOWN_SECOND;
    for (uint32_t index = 0; mp_governor_at(index); index++) {
        struct shown shown[2];
        uint64_t random = 11, now_ns = 0;
        for (uint32_t clock = 0; clock < 2; clock++) {
            shown_init(&shown[clock], mp_governor_at(index)->name, 3);
            for (uint32_t i = 0; i < 3; i++)
                shown[clock].vms[i].on_ns = clock * later_ns;
            shown_start(&shown[clock], clock * later_ns);
        }
        for (uint32_t round = 0; round < 500; round++) {
            uint64_t before = random;
            for (uint32_t clock = 0; clock < 2; clock++) {
                random = before;
                for (uint32_t i = 0; i < 3; i++)
                    some_use(&random, &shown[clock].vms[i]);
                shown[clock].view.reserve_pages = shown[clock].view.machine_pages / 16;
                shown[clock].view.free_pages = below(&random, shown[clock].view.machine_pages / 8);
                shown[clock].view.state = (enum mp_state)below(&random, 4);
                shown_ask(&shown[clock], now_ns + clock * later_ns);
                if (shown[0].governor->next_deadline)
                    CHECK_EQ(shown_next_ns(&shown[clock], now_ns + clock * later_ns),
                             shown_next_ns(&shown[0], now_ns) + clock * later_ns);
            }
            for (uint32_t i = 0; i < 3; i++) {
                const struct mp_vm_order *order = shown[0].orders.vms, *late = shown[1].orders.vms;
                CHECK_EQ(late[i].target_pages, order[i].target_pages);
                CHECK_EQ(late[i].balloon_target_pages, order[i].balloon_target_pages);
                CHECK_EQ(late[i].swap_target_pages, order[i].swap_target_pages);
            }
            now_ns += 1 + fake_random(&random) % (5 * SHOWN_SECOND);
        }
        shown_fini(&shown[0]);
        shown_fini(&shown[1]);
    }
}

/* Each tells at most what there is room for, and no more than it has. */
static void explain__tells_what_it_has(void)
{
    for (uint32_t index = 0; mp_governor_at(index); index++) {
        struct mp_input inputs[MP_MOST_INPUTS] = {{NULL, 0}};
        struct shown shown;
        shown_init(&shown, mp_governor_at(index)->name, 1);
        shown_start(&shown, 0);
        shown_ask(&shown, 15 * SHOWN_SECOND);
        uint32_t all = 0;
        if (shown.governor->explain)
            all = shown.governor->explain(shown.state, &shown.view, 0, inputs, MP_MOST_INPUTS);
        CHECK(!shown.governor->explain || (all > 0 && all < MP_MOST_INPUTS / 2));
        CHECK(all == 0 || inputs[all - 1].name != NULL);
        for (uint32_t room = 0; room < all; room++)
            CHECK(shown.governor->explain(shown.state, &shown.view, 0, inputs, room) <= room);
        shown_fini(&shown);
    }
}

static uint64_t cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * SHOWN_SECOND + (uint64_t)now.tv_nsec;
}

/* A tick over 1,000 VMs takes at most 1 ms, the best of a few; sanitizers make it slower. */
static void tick__takes_at_most_1_ms(void)
{
#ifdef __SANITIZE_ADDRESS__
    const uint64_t most_ns = 20000000;
#else
    const uint64_t most_ns = 1000000;
#endif
    for (uint32_t index = 0; mp_governor_at(index); index++) {
        struct shown shown;
        uint64_t best_ns = UINT64_MAX, random = 3;
        shown_init(&shown, mp_governor_at(index)->name, 1000);
        shown_start(&shown, 0);
        for (uint32_t i = 0; i < 1000; i++) {
            shown.vms[i].min_pages = 100 + below(&random, 1000);
            shown.vms[i].shares = 1 + below(&random, 10000);
            shown.vms[i].active_pages = below(&random, shown.vms[i].alloc_pages);
            shown.vms[i].report.free_pages = below(&random, 1024 * SHOWN_MB);
            shown.vms[i].report.committed_pages = below(&random, 1024 * SHOWN_MB);
        }
        shown.view.machine_pages = 1000 * 800 * SHOWN_MB;
        shown.view.free_pages = shown.view.machine_pages / 100;
        shown.view.total_pages = shown.view.machine_pages;
        shown.view.reserve_pages = shown.view.machine_pages / 16;
        shown.view.idle_tax_bp = 7500;
        shown.view.state = MP_STATE_HARD;
        for (uint64_t round = 1; round <= 9; round++) {
            uint64_t began_ns, took_ns;
            shown.view.now_ns = round * 600 * SHOWN_SECOND;
            began_ns = cpu_ns();
            shown.governor->tick(shown.state, &shown.view, &shown.orders);
            took_ns = cpu_ns() - began_ns;
            best_ns = took_ns < best_ns ? took_ns : best_ns;
        }
        if (!CHECK(best_ns <= most_ns))
            printf(" (%s: %.2f ms)", shown.governor->name, (double)best_ns / 1e6);
        shown_fini(&shown);
    }
}

static void fraction__is_exact(void)
{
    uint64_t random = 5;
    CHECK_EQ(mp_fraction(UINT64_MAX, 1, 1), UINT64_MAX);
    CHECK_EQ(mp_fraction(UINT64_MAX, INT64_MAX, INT64_MAX), UINT64_MAX);
    CHECK_EQ(mp_fraction(5, 0, 7), 0);
    CHECK_EQ(mp_fraction(5, 0, 0), 0);
    for (uint32_t i = 0; i < 20000; i++) {
        uint64_t a = fake_random(&random) >> (fake_random(&random) % 64);
        uint64_t d = 1 + (fake_random(&random) >> (2 + fake_random(&random) % 62));
        uint64_t n = fake_random(&random) % (d + 1);
        __extension__ unsigned __int128 exact = (unsigned __int128)a * n / d;
        if (!CHECK_EQ(mp_fraction(a, n, d), (uint64_t)exact))
            return;
    }
}

TEST_SUITE(policy_governors, TEST(tick__orders_only_what_can_be), TEST(next_deadline__is_to_come),
           TEST(init__the_clock_may_begin_anywhere), TEST(explain__tells_what_it_has),
           TEST(tick__takes_at_most_1_ms), TEST(fraction__is_exact))
