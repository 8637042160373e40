/* workloads/device_io.c: how many I/Os, when, and on which pages. */
#include <math.h>

#include "tests/check.h"
#include "tests/unit/workloads/rig.h"
#include "workloads/device_io.h"

static struct rig *start(const struct wl_device_io_config *config, uint64_t seed)
{
    struct rig *rig = rig_new(GUEST_BARE, seed);
    struct sim_error error = {0};

    CHECK_EQ(wl_device_io.start(&rig->context, config, &rig->wl, &error), SIM_OK);
    CHECK_TEXT(error.text, "");
    return rig;
}

/* Its own count must be what the devices saw, page by page. */
static void check_counts(const struct rig *rig, uint32_t buffer_pages)
{
    uint32_t pages, differences = 0;
    const uint32_t *ios = rig->wl->kind->device_ios(rig->wl, &pages);

    CHECK_EQ(pages, buffer_pages);
    for (uint32_t page = 0; page < RIG_PAGES; page++)
        differences += rig->device_ios[page] != (page < pages ? ios[page] : 0);
    CHECK_EQ(differences, 0);
}

static void device_io__keeps_its_rate(void)
{
    static const double rates[] = {0.5, 3, 999, 12345};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        struct rig *rig = start(&(struct wl_device_io_config){16, rates[i], true, 0}, 1);

        rig_run(rig, rig->context.start_ns);
        CHECK_EQ(rig_progress(rig), 0);
        rig_run(rig, rig->context.start_ns + 10 * SIM_SECOND);
        CHECK_NEAR(rig_progress(rig), 10 * rates[i], 1 + rates[i] / 500);
        check_counts(rig, 16);
        rig_free(rig);
    }
}

static void device_io__a_ring_takes_pages_in_turn(void)
{
    struct rig *rig = start(&(struct wl_device_io_config){100, 1000, true, 0}, 1);

    rig_run(rig, rig->context.start_ns + 10 * SIM_SECOND);
    for (uint32_t page = 0; page < 100; page++)
        CHECK(rig->device_ios[page] == 100 || rig->device_ios[page] == 101);
    check_counts(rig, 100);
    rig_free(rig);
}

/* Shares of the first ranks against Zipf's law; 40,000 I/Os, six standard deviations. */
static void device_io__follows_zipf(void)
{
    static const double exponents[] = {0, 0.7, 1.2};
    for (size_t i = 0; i < sizeof exponents / sizeof exponents[0]; i++) {
        struct rig *rig = start(&(struct wl_device_io_config){50, 4000, false, exponents[i]}, 2);
        double sum = 0;

        rig_run(rig, rig->context.start_ns + 10 * SIM_SECOND);
        for (uint32_t rank = 1; rank <= 50; rank++)
            sum += pow(rank, -exponents[i]);
        for (uint32_t rank = 1; rank <= 50; rank++) {
            double expected = 40000 * pow(rank, -exponents[i]) / sum;
            CHECK_NEAR(rig->device_ios[rank - 1], expected, 6 * sqrt(expected));
        }
        check_counts(rig, 50);
        rig_free(rig);
    }
}

static void device_io__repeats_with_the_seed(void)
{
    const struct wl_device_io_config config = {1000, 1000, false, 1};
    struct rig *first = start(&config, 3), *same = start(&config, 3), *other = start(&config, 4);

    rig_run(first, first->context.start_ns + SIM_SECOND);
    rig_run(same, same->context.start_ns + SIM_SECOND);
    rig_run(other, other->context.start_ns + SIM_SECOND);
    CHECK(memcmp(first->device_ios, same->device_ios, sizeof first->device_ios) == 0);
    CHECK(memcmp(first->device_ios, other->device_ios, sizeof first->device_ios) != 0);
    rig_free(first);
    rig_free(same);
    rig_free(other);
}

/* The table of ranks for a VM of 1 TiB would take more memory than most computers have. */
static void device_io__more_ranks_than_a_table_holds_are_refused(void)
{
    const struct wl_vm vm = {.memory_pages = GUEST_PAGES_MOST, .is_bare = true};
    struct wl_device_io_config config = {16777216, 1000, false, 1};
    struct wl_problem problem = {0};
    CHECK(wl_device_io.check(&config, &vm, &problem));
    config.buffer_pages++;
    CHECK(!wl_device_io.check(&config, &vm, &problem));
    CHECK_TEXT(problem.key, "buffer_pages");
    CHECK_TEXT(problem.text, "expected at most 16777216 where zipf is above 0, found 16777217");
    config.ring = true;
    CHECK(wl_device_io.check(&config, &vm, &problem));
}

TEST_SUITE(workloads_device_io, TEST(device_io__more_ranks_than_a_table_holds_are_refused),
           TEST(device_io__keeps_its_rate), TEST(device_io__a_ring_takes_pages_in_turn),
           TEST(device_io__follows_zipf), TEST(device_io__repeats_with_the_seed))
