/*
 * All estimators of the library alike, the present ones and those to come: when they want to be
 * asked, what they answer at most, and that one VM's estimate is none of another's.
 */
#include <string.h>

#include "models/policy/mp_estimator.h"
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#define PAGES 1000u

static void start(struct fake *fake, const struct mp_estimator *estimator)
{
    fake_init(fake, 4000);
    fake->members.estimators[0] = estimator;
    fake->members.estimator_count = 1;
    fake->tunables.share_enabled = 0;
    fake_start(fake);
    fake_vm_start(fake, 0, PAGES, 0, 1000);
}

static uint32_t estimate_of(const struct fake *fake, uint16_t vm)
{
    struct mp_estimate_status status;
    mp_estimate_status(fake->mp, vm, 0, &status);
    CHECK(status.estimate.pages <= PAGES);
    return status.estimate.pages;
}

/* Uses some pages of a VM, and tells all that an estimator could ask for. */
static void use(struct fake *fake, uint16_t vm, uint32_t from, uint32_t to)
{
    for (uint32_t ppn = from; ppn < to; ppn++)
        fake_read(fake, vm, ppn);
    mp_vm_truth(fake->mp, vm, to - from);
    mp_guest_report(fake->mp, vm, &(struct mp_guest_report){.free_pages = PAGES - to},
                    fake->now_ns);
}

/* At whatever time a tick comes, because of another VM or of none: the next one is to come, and the
 * library is not called without an end. */
static void tick__names_a_time_to_come(void)
{
    for (uint32_t index = 0; mp_estimator_at(index); index++) {
        struct fake fake;
        uint64_t random = 3;
        start(&fake, mp_estimator_at(index));
        fake.now_ns += 1234567;
        fake_vm_start(&fake, 1, PAGES, 0, 1000);
        for (uint32_t i = 0; i < 400; i++) {
            use(&fake, i % 2, i, i + 10);
            fake.now_ns += 1 + fake_random(&random) % (i % 4 ? FAKE_MS : 10 * FAKE_SECOND);
            fake_tick(&fake);
            if (!CHECK(mp_next_deadline(fake.mp) > fake.now_ns)) {
                printf(" (%s)", mp_estimator_at(index)->name);
                break;
            }
        }
        fake_fini(&fake);
    }
}

/* The same use gives the same estimate on a clock that began long before. */
static void begin__the_clock_may_begin_anywhere(void)
{
    for (uint32_t index = 0; mp_estimator_at(index); index++) {
        uint32_t estimates[2][100];
        for (uint32_t clock = 0; clock < 2; clock++) {
            struct fake fake;
            uint64_t random = 5;
            fake_init(&fake, 4000);
            fake.now_ns = clock * 100000 * FAKE_SECOND;
            fake.members.estimators[0] = mp_estimator_at(index);
            fake.members.estimator_count = 1;
            fake.tunables.share_enabled = 0;
            fake_start(&fake);
            fake_vm_start(&fake, 0, PAGES, 0, 1000);
            for (uint32_t i = 0; i < 100; i++) {
                uint32_t from = (uint32_t)(fake_random(&random) % 500);
                use(&fake, 0, from, from + (uint32_t)(fake_random(&random) % 500));
                fake_run(&fake, fake.now_ns + FAKE_SECOND + FAKE_MS);
                estimates[clock][i] = estimate_of(&fake, 0);
            }
            fake_fini(&fake);
        }
        for (uint32_t i = 0; i < 100; i++) {
            if (!CHECK_EQ(estimates[1][i], estimates[0][i])) {
                printf(" (%s)", mp_estimator_at(index)->name);
                break;
            }
        }
    }
}

/* A VM beside it changes nothing. */
static void estimate__is_of_one_vm(void)
{
    for (uint32_t index = 0; mp_estimator_at(index); index++) {
        uint32_t estimates[2][100];
        for (uint32_t others = 0; others < 2; others++) {
            struct fake fake;
            uint64_t random = 5;
            start(&fake, mp_estimator_at(index));
            if (others > 0)
                fake_vm_start(&fake, 1, PAGES, 0, 1000);
            for (uint32_t i = 0; i < 100; i++) {
                uint32_t from = (uint32_t)(fake_random(&random) % 500);
                use(&fake, 0, from, from + (uint32_t)(fake_random(&random) % 500));
                if (others > 0)
                    use(&fake, 1, 0, i);
                fake_run(&fake, fake.now_ns + FAKE_SECOND + FAKE_MS);
                estimates[others][i] = estimate_of(&fake, 0);
            }
            fake_fini(&fake);
        }
        for (uint32_t i = 0; i < 100; i++) {
            if (!CHECK_EQ(estimates[1][i], estimates[0][i])) {
                printf(" (%s)", mp_estimator_at(index)->name);
                break;
            }
        }
    }
}

/* An estimator of the library with 64 bytes of the test's own behind its state. */
enum { GUARD_BYTES = 64 };

static const struct mp_estimator *guarded;
static uint8_t *guard;

static size_t guarded_bytes(const uint32_t *values, uint32_t max_pages)
{
    return guarded->state_bytes(values, max_pages) + GUARD_BYTES;
}

static uint64_t guarded_begin(void *state, const struct mp_watch *watch)
{
    guard = (uint8_t *)state + guarded->state_bytes(watch->parameters, watch->max_pages);
    memset(guard, 0xa5, GUARD_BYTES);
    return guarded->begin(state, watch);
}

/* With as many regions as there may be, and with all pages in the sample. */
static void state__is_as_large_as_it_says(void)
{
    static const uint32_t regions[] = {5, 20, 10, 20, 1}, all[] = {PAGES, 10, 0};
    for (uint32_t index = 0; mp_estimator_at(index); index++) {
        struct fake fake;
        guarded = mp_estimator_at(index);
        if (!guarded->state_bytes || !guarded->begin)
            continue;
        struct mp_estimator table = *guarded;
        table.state_bytes = guarded_bytes;
        table.begin = guarded_begin;
        fake_init(&fake, 4000);
        fake.members.estimators[0] = &table;
        fake.members.estimator_values[0] = strcmp(table.name, "damon") == 0    ? regions
                                           : strcmp(table.name, "shards") == 0 ? all
                                           : strcmp(table.name, "aet") == 0    ? all
                                                                               : NULL;
        fake.members.estimator_count = 1;
        fake.tunables.share_enabled = 0;
        fake_start(&fake);
        fake_vm_start(&fake, 0, PAGES, 0, 1000);
        for (uint32_t i = 0; i < 40; i++) {
            use(&fake, 0, i % 2 ? 500 : 0, PAGES);
            fake_run(&fake, fake.now_ns + FAKE_SECOND);
        }
        for (uint32_t i = 0; i < GUARD_BYTES; i++) {
            if (!CHECK_EQ(guard[i], 0xa5)) {
                printf(" (%s, byte %u)", table.name, i);
                break;
            }
        }
        fake_fini(&fake);
    }
}

TEST_SUITE(policy_estimators, TEST(tick__names_a_time_to_come),
           TEST(begin__the_clock_may_begin_anywhere), TEST(estimate__is_of_one_vm),
           TEST(state__is_as_large_as_it_says))
