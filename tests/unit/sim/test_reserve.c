/* Large arrays that cost memory only where they are touched. */
#include "sim/reserve.h"

#include <unistd.h>

#include "tests/check.h"

static long resident_pages(void)
{
    long total, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file != NULL && fscanf(file, "%ld %ld", &total, &resident) == 2);
    fclose(file);
    return resident;
}

static void reserve__zeroes_that_cost_nothing_until_touched(void)
{
    const size_t bytes = (size_t)1 << 40;
    long before = resident_pages();
    unsigned char *memory = sim_reserve(bytes);
    if (!CHECK(memory != NULL))
        return;
    CHECK_EQ(memory[bytes - 1], 0);
    memory[bytes / 2] = 1;
    CHECK(resident_pages() - before < 1000);
    sim_release(memory, bytes);
}

static void reserve__huge_pages_are_zeroes_too(void)
{
    unsigned char *memory = sim_reserve_huge(1 << 22);
    if (!CHECK(memory != NULL))
        return;
    CHECK_EQ(memory[0] + memory[(1 << 22) - 1], 0);
    memory[5] = 7;
    CHECK_EQ(memory[5], 7);
    sim_release(memory, 1 << 22);
}

static void reserve__nothing(void)
{
    void *memory = sim_reserve(0);
    CHECK(memory != NULL);
    sim_release(memory, 0);
    sim_release(NULL, 100);
}

static void reserve__refuses_what_does_not_exist(void)
{
    CHECK(sim_reserve((size_t)1 << 60) == NULL);
    CHECK(sim_reserve_huge((size_t)1 << 60) == NULL);
}

static void reserve__more_keeps_what_is_there(void)
{
    unsigned char *memory = sim_reserve(4096), *more;
    if (!CHECK(memory != NULL))
        return;
    memory[4095] = 7;
    more = sim_reserve_more(memory, 4096, (size_t)1 << 32);
    if (CHECK(more != NULL)) {
        CHECK_EQ(more[4095], 7);
        CHECK_EQ(more[4096], 0);
        more[((size_t)1 << 32) - 1] = 1;
        CHECK(sim_reserve_more(more, (size_t)1 << 32, (size_t)1 << 60) == NULL);
        CHECK_EQ(more[4095], 7);
        sim_release(more, (size_t)1 << 32);
    }
}

/* Its length is no multiple of a huge page's. */
static void reserve__huge_pages_can_become_more(void)
{
    const size_t bytes = (size_t)5 << 20, wanted = (size_t)11 << 20;
    unsigned char *memory = sim_reserve_huge(bytes), *more;
    if (!CHECK(memory != NULL))
        return;
    memory[bytes - 1] = 7;
    more = sim_reserve_more(memory, bytes, wanted);
    if (CHECK(more != NULL)) {
        CHECK_EQ(more[bytes - 1], 7);
        CHECK_EQ(more[wanted - 1], 0);
        sim_release(more, wanted);
    }
}

TEST_SUITE(sim_reserve, TEST(reserve__huge_pages_can_become_more),
           TEST(reserve__more_keeps_what_is_there),
           TEST(reserve__zeroes_that_cost_nothing_until_touched),
           TEST(reserve__huge_pages_are_zeroes_too), TEST(reserve__nothing),
           TEST(reserve__refuses_what_does_not_exist))
